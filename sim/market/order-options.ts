/**
 * What an order may ask for besides side, price and size (ORDER-1): bits that are added
 * up. Good-till-cancelled is 0: the absence of the others.
 */

/** What does not trade at once is cancelled. */
export const IMMEDIATE_OR_CANCEL = 1;
/** All of it trades at once, or the order is refused. */
export const FILL_OR_KILL = 2;
/** It only rests: refused when it would trade at once. */
export const POST_ONLY = 4;
/** It only reduces the position: refused when it would open or extend one, trimmed when the position shrinks. */
export const REDUCE_ONLY = 8;
/** A stop or take-profit order triggers by the last trade instead of the mark. */
export const TRIGGER_BY_LAST = 16;

/** The order is of the long, or the short, leg of an account in hedge mode (ACCT-4): one of them there, none in one-way mode. */
export const LONG_LEG = 32;
export const SHORT_LEG = 64;

/** All bits together but those that name a leg: what a leg's own order may ask for. */
const ALL = IMMEDIATE_OR_CANCEL | FILL_OR_KILL | POST_ONLY | REDUCE_ONLY | TRIGGER_BY_LAST;

/** Whether bits are options at all and do not contradict each other: one time in force, and nothing that only rests trades at once. */
export function areOptions(options: number): boolean {
  if (!Number.isInteger(options) || options < 0 || (options & ALL) !== options) return false;
  const inForce = options & (IMMEDIATE_OR_CANCEL | FILL_OR_KILL);
  return inForce === 0 || (inForce !== (IMMEDIATE_OR_CANCEL | FILL_OR_KILL) && (options & POST_ONLY) === 0);
}
