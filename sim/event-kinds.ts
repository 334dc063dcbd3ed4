/** Kinds of events, in the order in which they run at one instant (TIME-1). */
export const EVENT = {
  /** A new index and mark; liquidations are judged. The subject is the step of the index path. */
  mark: 0,
  /** A command arrives at the venue. */
  command: 1,
  /** A message arrives at an agent. */
  message: 2,
  /** An agent wakes. */
  wake: 3,
  /** A row of the samples. */
  sample: 4,
} as const;
