/** What can be asked of the venue (ORDER-1), as small whole numbers: a command on its way is a row of columns. */
export const COMMAND = {
  limit: 0,
  market: 1,
  /** A market order once the price has moved against the side that is protected: a sell at or below, a buy at or above. */
  stopMarket: 2,
  /** A market order once the price has moved in favour: a sell at or above, a buy at or below. */
  takeProfit: 3,
  /** New price and size of an order; it keeps its place in time only when no more than the size falls. */
  amend: 4,
  cancel: 5,
  /** A stop or take-profit order whose price is reached: the venue's own, in the record alone. */
  trigger: 6,
  /** Cash into the margin of an isolated position, or out of it (ACCT-2): no order, and not among the messages. */
  adjustMargin: 7,
} as const;

/** Kind of a command. */
export type CommandKind = (typeof COMMAND)[keyof typeof COMMAND];

/** Kind of a command about an order. */
export type OrderCommandKind = Exclude<CommandKind, typeof COMMAND.adjustMargin>;

/** The kinds of the `orders` table in words, in the order of their numbers. */
export const COMMAND_WORDS = ["limit", "market", "stop-market", "take-profit", "amend", "cancel", "trigger"] as const;
