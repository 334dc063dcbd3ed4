/**
 * The flow of CONTRACT.md's `match` and `pipeline`: half limit orders, four tenths
 * cancels and a tenth orders that trade at once, around a wandering price, with some
 * 5,000 orders on the book. Seeded, so that every run and every peer sees the same.
 */
import { createStream } from "../sim/kernel/random.ts";
import { BUY, OrderBook, SELL, type Side } from "../sim/market/order-book.ts";

/** Messages in columns: what `match --flow` reads from a file, record by record. */
export interface MarketFlow {
  readonly count: number;
  /** 0 limit, 1 cancel. */
  readonly kind: Uint8Array;
  readonly order: Int32Array;
  readonly side: Uint8Array;
  readonly priceTicks: Int32Array;
  readonly lots: Int32Array;
}

const LIMIT = 0;
const CANCEL = 1;
const LIMIT_SHARE = 0.5;
const CANCEL_SHARE = 0.4;
/** Where the price starts, and how far orders rest from it at most, ticks. */
const START_TICKS = 1_000_000;
const RANGE_TICKS = 150;
const LOTS_MOST = 20;
/** How far through the best price an order that trades at once may go, ticks. */
const THROUGH_TICKS = 20;

/**
 * Draws a flow. The first `live` messages fill the book.
 * @param count messages after those
 */
export function drawFlow(seed: number, live: number, count: number): MarketFlow {
  const stream = createStream(seed, "bench/market-flow");
  const all = live + count;
  const flow = {
    count: all,
    kind: new Uint8Array(all),
    order: new Int32Array(all),
    side: new Uint8Array(all),
    priceTicks: new Int32Array(all),
    lots: new Int32Array(all),
  };
  const book = new OrderBook();
  const open: number[] = [];
  const placeOf = new Map<number, number>();
  let centre = START_TICKS;
  const forget = (order: number) => {
    const place = placeOf.get(order);
    if (place === undefined) return;
    const last = open.pop() as number;
    if (last !== order) {
      open[place] = last;
      placeOf.set(last, place);
    }
    placeOf.delete(order);
  };
  for (let message = 0; message < all; message++) {
    const draw = stream.next();
    const filling = message < live;
    if (!filling && draw >= LIMIT_SHARE && draw < LIMIT_SHARE + CANCEL_SHARE && open.length > 0) {
      const order = open[stream.below(open.length)] as number;
      flow.kind[message] = CANCEL;
      flow.order[message] = order;
      flow.side[message] = book.sideAt(book.slotOf(order));
      book.cancel(order);
      forget(order);
      continue;
    }
    const side: Side = stream.next() < 0.5 ? BUY : SELL;
    const away = side === BUY ? -1 : 1;
    const passive = filling || draw < LIMIT_SHARE;
    centre += stream.next() < 0.5 ? 0 : stream.next() < 0.5 ? -1 : 1;
    // Near the best price more often than far from it.
    const distance = 1 + Math.floor(RANGE_TICKS * stream.next() * stream.next());
    const opposite = side === BUY ? book.askTicks : book.bidTicks;
    const best = opposite === 0 ? centre - away : opposite;
    const priceTicks = passive
      ? Math.max(1, side === BUY ? Math.min(best - 1, centre - distance) : Math.max(best + 1, centre + distance))
      : Math.max(1, best - away * THROUGH_TICKS);
    // Orders that trade take a little more when the book has grown beyond its size: it stays around it.
    const lots = 1 + stream.below(!passive && open.length > live ? 2 * LOTS_MOST : LOTS_MOST);
    const order = message + 1;
    flow.kind[message] = LIMIT;
    flow.order[message] = order;
    flow.side[message] = side;
    flow.priceTicks[message] = priceTicks;
    flow.lots[message] = lots;
    const rest = book.submit(order, order, side, priceTicks, lots, true);
    const { count: trades, makerOrder, makerRestLots } = book.matching;
    for (let trade = 0; trade < trades; trade++) if (makerRestLots[trade] === 0) forget(makerOrder[trade] as number);
    if (rest > 0) {
      placeOf.set(order, open.length);
      open.push(order);
    }
  }
  return flow;
}
