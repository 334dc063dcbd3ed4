/** Kinds of events, in the order in which they run at one instant (TIME-1). */
export const EVENT = {
  /** Pools that are settled daily book what is pending (FUND-3): first, so that what the mark of that instant brings about is the next day's. */
  settlement: 0,
  /** A new index and mark; liquidations are judged. The subject is the step of the index path. */
  mark: 1,
  /** A command arrives at the venue. */
  command: 2,
  /** A message arrives at an agent. */
  message: 3,
  /** An agent wakes. */
  wake: 4,
  /** A row of the samples. */
  sample: 5,
} as const;
