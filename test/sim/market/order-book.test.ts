import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStream, type RandomStream } from "../../../sim/kernel/random.ts";
import { BUY, HIGHEST_TICKS, LOWEST_TICKS, type Matching, OrderBook, SELL, type Side } from "../../../sim/market/order-book.ts";
import type { SelfTradePrevention } from "../../../sim/venue/rules.ts";
import { ReferenceBook, type ReferenceTrade } from "./reference-book.ts";

const [ALICE, BOB, CAROL] = [1, 2, 3] as const;

function tradesOf(matching: Matching): ReferenceTrade[] {
  return Array.from({ length: matching.count }, (_, trade) => ({
    makerOrder: matching.makerOrder[trade] as number,
    makerAccount: matching.makerAccount[trade] as number,
    priceTicks: matching.priceTicks[trade] as number,
    lots: matching.lots[trade] as number,
    makerRestLots: matching.makerRestLots[trade] as number,
  }));
}

function cancelledBy(matching: Matching): number[] {
  return [...matching.cancelledOrder.subarray(0, matching.cancelledCount)];
}

const PREVENTIONS: readonly SelfTradePrevention[] = ["cancel-oldest", "cancel-newest", "cancel-both"];

type Command =
  | {
      readonly kind: "submit";
      readonly account: number;
      readonly side: Side;
      readonly priceTicks: number;
      readonly lots: number;
      readonly rests: boolean;
    }
  | { readonly kind: "cancel"; readonly order: number }
  | { readonly kind: "reduce"; readonly order: number; readonly lots: number };

/** Book and reference side by side; whatever differs is a failure that names the command. */
class Pair {
  book: OrderBook;
  readonly reference: ReferenceBook;
  readonly accounts: number;
  orders = 0;
  trades = 0;
  selfTrades = 0;

  readonly #prevention: SelfTradePrevention;

  constructor(accounts: number, prevention: SelfTradePrevention = "cancel-oldest") {
    this.accounts = accounts;
    this.#prevention = prevention;
    this.book = new OrderBook(prevention);
    this.reference = new ReferenceBook(prevention);
  }

  /** Goes on with a book restored from the state of this one (TIME-4). */
  restore(): void {
    const state = this.book.state();
    this.book = new OrderBook(this.#prevention);
    this.book.restore(state);
    expect(this.book.state()).toEqual(state);
  }

  run(command: Command, at: string): void {
    const { book, reference } = this;
    if (command.kind === "cancel") {
      same(book.cancel(command.order), reference.cancel(command.order), `${at}: cancelled lots`);
    } else if (command.kind === "reduce") {
      book.reduce(command.order, command.lots);
      reference.reduce(command.order, command.lots);
    } else {
      this.orders += 1;
      const { account, side, priceTicks, lots, rests } = command;
      same(
        book.fillableLots(account, side, priceTicks, lots),
        reference.fillableLots(account, side, priceTicks, lots),
        `${at}: lots that would trade`,
      );
      const rest = book.submit(this.orders, account, side, priceTicks, lots, rests);
      const expected = reference.submit(this.orders, account, side, priceTicks, lots, rests);
      same(rest, expected.restLots, `${at}: rest`);
      same(tradesOf(book.matching), expected.trades, `${at}: trades`);
      same(cancelledBy(book.matching), expected.cancelled, `${at}: own orders cancelled`);
      same(book.matching.takerCancelled, expected.takerCancelled, `${at}: taker cancelled`);
      if (expected.trades.length > 0) same(book.matching.midAfterTicks, expected.midAfterTicks, `${at}: mid after`);
      this.trades += expected.trades.length;
      this.selfTrades += expected.cancelled.length;
    }
    same([book.bidTicks, book.askTicks, book.midTicks, book.lastTicks, book.size], this.#top(), `${at}: bid, ask, mid, last, size`);
  }

  #top(): number[] {
    const { bidTicks, askTicks, midTicks, lastTicks, resting } = this.reference;
    return [bidTicks, askTicks, midTicks, lastTicks, resting.length];
  }

  /** Everything that can be asked of a book. */
  compareWhole(at: string): void {
    const { book, reference } = this;
    for (let account = 0; account < this.accounts; account++) {
      same(book.ordersOf(account), reference.ordersOf(account), `${at}: orders of ${account}`);
    }
    for (const one of reference.resting) {
      const { order, account, side, priceTicks, lots } = one;
      const kept = {
        order,
        account: book.accountOf(order),
        side: book.sideAt(book.slotOf(order)),
        priceTicks: book.ticksAt(book.slotOf(order)),
        lots: book.restLots(order),
      };
      same(kept, { order, account, side, priceTicks, lots }, `${at}: order ${order}`);
    }
    for (const side of [BUY, SELL] as const) {
      const first = reference.first(side);
      same([book.firstLots(side), book.firstAccount(side)], [first?.lots ?? 0, first?.account ?? -1], `${at}: first of side ${side}`);
      const best = side === BUY ? reference.bidTicks : reference.askTicks;
      const limits = [LOWEST_TICKS, best - 30, best - 3, best - 1, best, best + 1, best + 3, best + 30, HIGHEST_TICKS];
      const depths = limits.map((ticks) => reference.depthLots(side, ticks));
      same(book.depthLots(side, limits), depths, `${at}: depth of side ${side} at all limits`);
      for (const [place, ticks] of limits.entries()) {
        same(book.depthLots(side, [ticks])[0], depths[place], `${at}: depth of side ${side} at ${ticks}`);
        if (ticks >= 1) same(book.levelLots(side, ticks), reference.levelLots(side, ticks), `${at}: lots of side ${side} at ${ticks}`);
      }
      same(book.bestLots(side), reference.levelLots(side, best), `${at}: lots at the best price of side ${side}`);
      for (const lots of [1, 7, 100]) {
        const impact = reference.impactTicks(side, lots);
        expect(Math.abs(book.impactTicks(side, lots) - impact), `${at}: mean price of ${lots} lots`).toBeLessThanOrEqual(impact * 1e-12);
      }
    }
    same(
      [book.restLots(this.orders + 1), book.accountOf(this.orders + 1), book.cancel(this.orders + 1)],
      [0, -1, 0],
      `${at}: unknown order`,
    );
  }
}

/** `toEqual` 100,000 times is slow: compared as text first. */
function same(got: unknown, expected: unknown, at: string): void {
  if (got === expected || JSON.stringify(got) === JSON.stringify(expected)) return;
  expect(got, at).toEqual(expected);
}

/** Limits around a centre that wanders far, some across the book; markets; cancels of old and new orders. */
function drawCommand(stream: RandomStream, centre: number, pair: Pair): Command {
  const kind = stream.next();
  // More is cancelled the more rests, so that the book stays small enough for the reference to scan.
  if (kind < 0.15 + pair.reference.resting.length / 200) {
    const { resting } = pair.reference;
    const known = resting[stream.below(Math.max(1, resting.length))];
    const order = known !== undefined && stream.next() < 0.8 ? known.order : 1 + stream.below(pair.orders + 2);
    return stream.next() < 0.7 ? { kind: "cancel", order } : { kind: "reduce", order, lots: 1 + stream.below(10) };
  }
  const account = stream.below(pair.accounts);
  const side = stream.below(2) as Side;
  const lots = 1 + stream.below(stream.next() < 0.1 ? 200 : 12);
  if (kind > 0.93) return { kind: "submit", account, side, priceTicks: side === BUY ? HIGHEST_TICKS : LOWEST_TICKS, lots, rests: false };
  const away = stream.below(stream.next() < 0.2 ? 40 : 6) - 1;
  const priceTicks = Math.max(1, side === BUY ? centre - away : centre + away);
  return { kind: "submit", account, side, priceTicks, lots, rests: stream.next() < 0.95 };
}

describe("order book against the reference", () => {
  test.each(PREVENTIONS)("ORDER-1 TIME-4 34,000 random commands with %s: same trades in the same order, same book", (prevention) => {
    const stream = createStream(1, `test/order-book/${prevention}`);
    const pair = new Pair(6, prevention);
    let centre = 500;
    let [lowest, highest] = [centre, centre];
    for (let command = 0; command < 34_000; command++) {
      // Wanders far, down to the lowest tick there is, and jumps now and then.
      centre = Math.max(1, centre + stream.below(5) - 2);
      // The jumps cross every width of a bucket there is.
      if (stream.next() < 0.002) centre = stream.next() < 0.5 ? 1 + stream.below(30) : 1 + stream.below(3_000) * 10 ** stream.below(11);
      [lowest, highest] = [Math.min(lowest, centre), Math.max(highest, centre)];
      pair.run(drawCommand(stream, centre, pair), `command ${command}`);
      if (command % 20 === 0) pair.compareWhole(`command ${command}`);
      if (command % 1_000 === 999) pair.restore();
    }
    pair.compareWhole("end");
    // The driver is worth something only if all this happened.
    expect(pair.trades).toBeGreaterThan(3_000);
    expect(pair.selfTrades).toBeGreaterThan(prevention === "cancel-newest" ? -1 : 300);
    expect(lowest).toBeLessThan(20);
    expect(highest).toBeGreaterThan(1e12);
  });

  test("ORDER-1 short sequences on few prices, everything compared at each step", () => {
    const submit = fc.record({
      kind: fc.constant("submit" as const),
      account: fc.nat({ max: 2 }),
      side: fc.constantFrom<Side[]>(BUY, SELL),
      priceTicks: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(LOWEST_TICKS, HIGHEST_TICKS)),
      lots: fc.integer({ min: 1, max: 5 }),
      rests: fc.boolean(),
    });
    const cancel = fc.record({ kind: fc.constant("cancel" as const), order: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: submit }, { weight: 1, arbitrary: cancel }), { maxLength: 25 }), (commands) => {
        const pair = new Pair(3);
        commands.forEach((command, step) => {
          pair.run(command, `step ${step}`);
          pair.compareWhole(`step ${step}`);
        });
      }),
      { numRuns: 1_500 },
    );
  });

  test("ORDER-1 grows: thousands of resting orders keep their place in line", () => {
    const book = new OrderBook();
    const count = 5_000;
    for (let order = 1; order <= count; order++) book.submit(order, order % 7, SELL, 100 + (order % 50), order, true);
    expect(book.size).toBe(count);
    // Every third leaves, and their slots are used again by others.
    for (let order = 3; order <= count; order += 3) expect(book.cancel(order)).toBe(order);
    for (let order = count + 1; order <= count + 1_000; order++) book.submit(order, 8, SELL, 100 + (order % 50), 1, true);
    book.submit(99_999, 9, BUY, HIGHEST_TICKS, Number.MAX_SAFE_INTEGER, false);
    const met = tradesOf(book.matching).map(({ makerOrder }) => makerOrder);
    const expected = Array.from({ length: count + 1_000 }, (_, index) => index + 1)
      .filter((order) => order > count || order % 3 !== 0)
      .sort((a, b) => (a % 50) - (b % 50) || a - b);
    expect(met).toEqual(expected);
    expect([book.size, book.askTicks, book.lastTicks]).toEqual([0, 0, 149]);
    for (let account = 0; account < 9; account++) expect(book.ordersOf(account)).toEqual([]);
  });
});

describe("order book by hand", () => {
  /** Sells of 5 at 101 (Alice), 3 at 101 (Bob), 4 at 103 (Alice); buys of 6 at 99 (Bob), 2 at 98 (Carol). */
  function standing(): OrderBook {
    const book = new OrderBook();
    book.submit(1, ALICE, SELL, 101, 5, true);
    book.submit(2, BOB, SELL, 101, 3, true);
    book.submit(3, ALICE, SELL, 103, 4, true);
    book.submit(4, BOB, BUY, 99, 6, true);
    book.submit(5, CAROL, BUY, 98, 2, true);
    return book;
  }

  test("ORDER-1 an empty book has no prices", () => {
    const book = new OrderBook();
    expect([book.bidTicks, book.askTicks, book.midTicks, book.lastTicks, book.size]).toEqual([0, 0, 0, 0, 0]);
    expect([book.firstLots(BUY), book.firstAccount(SELL), book.depthLots(BUY, [1])]).toEqual([0, -1, [0]]);
    expect(book.submit(1, ALICE, BUY, HIGHEST_TICKS, 7, false)).toBe(7);
    expect(book.size).toBe(0);
  });

  test("ORDER-1 price first, then time: a buy of 9 up to 103 takes 5 and 3 at 101, then 1 at 103", () => {
    const book = standing();
    expect([book.bidTicks, book.askTicks, book.midTicks]).toEqual([99, 101, 100]);
    expect(book.depthLots(SELL, [101])).toEqual([8]);
    expect(book.depthLots(SELL, [103, 100, 101])).toEqual([12, 0, 8]);
    expect(book.depthLots(BUY, [99])).toEqual([6]);
    expect(book.depthLots(BUY, [1, 99])).toEqual([8, 6]);
    expect(book.depthLots(BUY, [])).toEqual([]);
    expect(book.submit(6, CAROL, BUY, 103, 9, true)).toBe(0);
    expect(tradesOf(book.matching)).toEqual([
      { makerOrder: 1, makerAccount: ALICE, priceTicks: 101, lots: 5, makerRestLots: 0 },
      { makerOrder: 2, makerAccount: BOB, priceTicks: 101, lots: 3, makerRestLots: 0 },
      { makerOrder: 3, makerAccount: ALICE, priceTicks: 103, lots: 1, makerRestLots: 3 },
    ]);
    expect([book.lastTicks, book.askTicks, book.restLots(3), book.restLots(6), book.size]).toEqual([103, 103, 3, 0, 3]);
  });

  test("ORDER-1 what a limit order leaves rests at its limit, behind those already there", () => {
    const book = standing();
    expect(book.submit(6, CAROL, BUY, 102, 10, true)).toBe(2);
    expect([book.bidTicks, book.askTicks, book.restLots(6)]).toEqual([102, 103, 2]);
    // CASC-1: before the rest was placed, the best buy was still 99.
    expect(book.matching.midAfterTicks).toBe(101);
    expect(book.midTicks).toBe(102.5);
    book.submit(7, ALICE, BUY, 102, 4, true);
    book.submit(8, BOB, SELL, 102, 3, true);
    expect(tradesOf(book.matching).map(({ makerOrder, lots }) => [makerOrder, lots])).toEqual([
      [6, 2],
      [7, 1],
    ]);
  });

  test("ORDER-1 what a market order leaves is gone", () => {
    const book = standing();
    expect(book.submit(6, ALICE, SELL, LOWEST_TICKS, 20, false)).toBe(12);
    expect([book.bidTicks, book.askTicks, book.lastTicks, book.restLots(6)]).toEqual([0, 101, 98, 0]);
    // CASC-1: the empty side counts as the last trade.
    expect(book.midTicks).toBe((98 + 101) / 2);
  });

  test("ORDER-1 a partly filled order keeps its place in line", () => {
    const book = standing();
    book.submit(6, CAROL, BUY, 101, 2, true);
    book.submit(7, CAROL, SELL, 101, 1, true);
    book.submit(8, 4, BUY, 101, 4, true);
    expect(tradesOf(book.matching).map(({ makerOrder, lots, makerRestLots }) => [makerOrder, lots, makerRestLots])).toEqual([
      [1, 3, 0],
      [2, 1, 2],
    ]);
  });

  test("ORDER-1 self-trade prevention, cancel-oldest: own orders met are cancelled, the order goes on", () => {
    const book = standing();
    expect(book.submit(6, ALICE, BUY, 103, 9, true)).toBe(6);
    expect(cancelledBy(book.matching)).toEqual([1, 3]);
    expect(tradesOf(book.matching)).toEqual([{ makerOrder: 2, makerAccount: BOB, priceTicks: 101, lots: 3, makerRestLots: 0 }]);
    expect([book.bidTicks, book.askTicks, book.restLots(6)]).toEqual([103, 0, 6]);
    expect(book.ordersOf(ALICE)).toEqual([6]);
    // An own order that is not met stays.
    const other = standing();
    other.submit(6, ALICE, BUY, 101, 4, true);
    expect(cancelledBy(other.matching)).toEqual([1]);
    expect(other.ordersOf(ALICE)).toEqual([3, 6]);
  });

  test("ORDER-1 an own order behind the one that fills it is left alone", () => {
    const book = standing();
    book.submit(6, BOB, BUY, 101, 5, true);
    expect(cancelledBy(book.matching)).toEqual([]);
    expect(book.restLots(2)).toBe(3);
  });

  test("ORDER-1 cancelling takes off what rests, once", () => {
    const book = standing();
    book.submit(6, CAROL, BUY, 101, 2, true);
    expect(book.cancel(1)).toBe(3);
    expect(book.cancel(1)).toBe(0);
    expect(book.cancel(77)).toBe(0);
    expect([book.askTicks, book.depthLots(SELL, [101]), book.firstAccount(SELL)]).toEqual([101, [3], BOB]);
    expect(book.cancel(2)).toBe(3);
    expect([book.askTicks, book.firstLots(SELL), book.firstAccount(SELL)]).toEqual([103, 4, ALICE]);
  });

  test("ORDER-1 orders of an account stand oldest first, both sides together", () => {
    const book = standing();
    book.submit(6, ALICE, BUY, 90, 1, true);
    book.submit(7, ALICE, SELL, 110, 1, true);
    expect(book.ordersOf(ALICE)).toEqual([1, 3, 6, 7]);
    book.cancel(3);
    book.submit(8, ALICE, SELL, 105, 1, true);
    expect(book.ordersOf(ALICE)).toEqual([1, 6, 7, 8]);
    expect([book.sideAt(book.slotOf(6)), book.ticksAt(book.slotOf(6)), book.accountOf(6), book.accountOf(3)]).toEqual([BUY, 90, ALICE, -1]);
  });

  test("ORDER-1 an order number that rests already is refused, and the book is as before", () => {
    const book = standing();
    expect(() => book.submit(4, ALICE, BUY, 97, 1, true)).toThrow("Cannot place order 4: it rests already");
    expect(() => book.submit(5, CAROL, BUY, 101, 99, true)).toThrow("Cannot place order 5: it rests already");
    expect([book.size, book.depthLots(SELL, [103]), book.depthLots(BUY, [1]), book.lastTicks]).toEqual([5, [12], [8], 0]);
  });

  test("CASC-1 mid: an empty side counts as the last trade; one order alone, before any trade, makes no price", () => {
    const book = new OrderBook();
    book.submit(1, ALICE, BUY, 90, 2, true);
    expect(book.midTicks).toBe(0);
    book.submit(2, BOB, SELL, 90, 1, false);
    expect([book.lastTicks, book.askTicks, book.midTicks]).toEqual([90, 0, 90]);
    book.cancel(1);
    expect(book.midTicks).toBe(90);
    book.submit(3, ALICE, SELL, 111, 2, true);
    expect(book.midTicks).toBe(100.5);
  });
});
