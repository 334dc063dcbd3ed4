/**
 * What can be asked of the venue (ORDER-1): kinds of commands and the options of an
 * order, as small whole numbers, so that a command on its way is a row of columns.
 */
export const COMMAND = {
  limit: 0,
  market: 1,
  /** A market order once the price has moved against the side that is protected: a sell at or below, a buy at or above. */
  stopMarket: 2,
  /** A market order once the price has moved in favour: a sell at or above, a buy at or below. */
  takeProfit: 3,
  /** New price and size of a resting order; keeps its place in time only when no more than the size falls. */
  amend: 4,
  cancel: 5,
} as const;

/** Kind of a command. */
export type CommandKind = (typeof COMMAND)[keyof typeof COMMAND];

/** Options of an order, added up. Time in force is one of the first three. */
export const GOOD_TILL_CANCELLED = 0;
/** What does not trade at once is cancelled. */
export const IMMEDIATE_OR_CANCEL = 1;
/** Trades whole at once, or not at all. */
export const FILL_OR_KILL = 2;
/** Refused if it would trade at once. */
export const POST_ONLY = 4;
/** Only ever closes: never more than the position it stands against. */
export const REDUCE_ONLY = 8;
/** A stop or take-profit looks at the last price, else at the mark. */
export const TRIGGER_BY_LAST = 16;

/** The two bits of an order's time in force. */
export const TIME_IN_FORCE_BITS = 3;
