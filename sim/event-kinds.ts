/** Kinds of events, in the order in which they run at one instant (TIME-1). */
export const EVENT = {
  /** A new index and mark; liquidations are judged. The subject is the step of the index path. */
  mark: 0,
  /** A command arrives at the venue. */
  command: 1,
  /** The market data an agent will wake with is taken. */
  observe: 2,
  /** A message arrives at an agent. */
  message: 3,
  /** An agent wakes. */
  wake: 4,
  /** A row of the samples. */
  sample: 5,
} as const;
