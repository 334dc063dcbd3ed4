/** The leg that an order of an account in hedge mode names in its options (ACCT-4). */
import { SELL, type Side } from "./market/order-book.ts";
import { areOptions, LONG_LEG, REDUCE_ONLY, SHORT_LEG } from "./market/order-options.ts";

/** The leg that options name: one, or null. */
export function legOf(options: number): typeof LONG_LEG | typeof SHORT_LEG | null {
  const named = Number.isSafeInteger(options) && areOptions(options & ~(LONG_LEG | SHORT_LEG)) ? options & (LONG_LEG | SHORT_LEG) : 0;
  return named === LONG_LEG || named === SHORT_LEG ? named : null;
}

/** Options of an order in its leg: one against the leg only closes. */
export function ofLeg(options: number, leg: typeof LONG_LEG | typeof SHORT_LEG, side: Side): number {
  const closes = (leg === LONG_LEG) === (side === SELL);
  return (options & ~leg) | (closes ? REDUCE_ONLY : 0);
}
