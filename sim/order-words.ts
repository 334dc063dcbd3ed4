/**
 * What an agent says of an order, as the exchange takes it. Only agents without types can
 * say a word that there is not: it must not pass for the default.
 */
import type { OrderOptions } from "./agent.ts";
import { BUY, SELL, type Side } from "./market/order-book.ts";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, LONG_LEG, POST_ONLY, REDUCE_ONLY, SHORT_LEG, TRIGGER_BY_LAST } from "./market/order-options.ts";

/** Beyond all bits that there are, however many of them are added up: refused as invalid options. */
const UNKNOWN = 128;

const IN_FORCE = new Map([
  ["GTC", 0],
  ["IOC", IMMEDIATE_OR_CANCEL],
  ["FOK", FILL_OR_KILL],
]);
const TRIGGER_BY = new Map([
  ["mark", 0],
  ["last", TRIGGER_BY_LAST],
]);

const LEGS = new Map<string | undefined, number>([
  [undefined, 0],
  ["long", LONG_LEG],
  ["short", SHORT_LEG],
]);

/** Options as the bits of `market/order-options.ts`. */
export function bitsOf({ timeInForce = "GTC", postOnly = false, reduceOnly = false, triggerBy = "mark", leg }: OrderOptions): number {
  return (
    (LEGS.get(leg) ?? UNKNOWN) +
    (IN_FORCE.get(timeInForce) ?? UNKNOWN) +
    (TRIGGER_BY.get(triggerBy) ?? UNKNOWN) +
    flag(postOnly, POST_ONLY) +
    flag(reduceOnly, REDUCE_ONLY)
  );
}

/** @throws RangeError for what is no side: no venue has a refusal for that */
export function checkSide(side: Side): void {
  if (side !== BUY && side !== SELL) throw new RangeError(`Cannot trade on side ${side}: expected ${BUY} to buy or ${SELL} to sell`);
}

function flag(given: boolean, bit: number): number {
  if (given === true) return bit;
  return given === false ? 0 : UNKNOWN;
}
