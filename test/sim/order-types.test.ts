/** Each type of order, time in force and flag, worked by hand. */
import { describe, expect, test } from "vitest";
import { COMMAND } from "../../sim/command.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, REDUCE_ONLY, TRIGGER_BY_LAST } from "../../sim/market/order-options.ts";
import { HandVenue, stateOf, type VenueText } from "./venue-fixture.ts";

/*
 * One lot is worth a quantum a tick, the mark is 1000, leverage is 10 and fees are nothing:
 * an order of a lot at 1000 takes 100 of order margin. Ann is long 10 lots from 1000, Sid
 * short 10; the others have cash alone.
 */
function venueOf(given: VenueText = {}) {
  const open = { value: 10_000, margin: 1_000, cash: 10_000 };
  const cash = { cash: 10_000 };
  return new HandVenue({ ann: { lots: 10, ...open }, sid: { lots: -10, ...open }, bob: cash, carol: cash }, given);
}
type Venue = ReturnType<typeof venueOf>;
type Name = "ann" | "sid" | "bob" | "carol";

/** Everything a refused command must leave alone. */
const picture = (venue: Venue) => ({
  accounts: Array.from({ length: venue.accounts.count }, (_, account) => stateOf(venue.accounts, account)),
  book: venue.exchange.book.state(),
  waiting: venue.exchange.triggerOrders.state(),
  pool: venue.pool.booked,
  heard: [...venue.heard],
});

function refused(venue: Venue, code: string, command: () => string | null): void {
  const before = picture(venue);
  expect(command()).toBe(code);
  expect(picture(venue)).toEqual(before);
  expect(venue.record.orders.words("result").at(-1)).toBe(code);
}

const limit = (venue: Venue, name: Name, side: 0 | 1, ticks: number, lots: number, options = 0) => {
  const order = venue.exchange.newOrder();
  return { order, refusal: venue.exchange.limit(venue.of(name), order, side, ticks, lots, options) };
};
const market = (venue: Venue, name: Name, side: 0 | 1, lots: number, options = 0) =>
  venue.exchange.market(venue.of(name), venue.exchange.newOrder(), side, lots, options);
const waiting = (venue: Venue, kind: "stopMarket" | "takeProfit", name: Name, side: 0 | 1, ticks: number, lots: number, options = 0) => {
  const order = venue.exchange.newOrder();
  return { order, refusal: venue.exchange.trigger(COMMAND[kind], venue.of(name), order, side, ticks, lots, options) };
};
const lotsOf = (venue: Venue, name: Name) => venue.state(name).lots;

describe("time in force", () => {
  test("ORDER-1 IOC trades what is there and cancels the rest, whose margin is free again", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 3);
    const { order, refusal } = limit(venue, "carol", BUY, 1_000, 5, IMMEDIATE_OR_CANCEL);
    expect(refusal).toBeNull();
    expect(venue.state("carol")).toEqual({ wallet: 9_700, reserved: 0, margin: 300, lots: 3, entry: 3_000 });
    expect(venue.exchange.book.size).toBe(0);
    expect(venue.heard).toEqual(["filled carol 3 @1000", "filled bob -3 @1000", `done carol ${order}`]);
  });

  test("ORDER-1 ORDER-4 FOK trades whole over several prices, and is refused for one lot too many", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 3);
    venue.limit("bob", SELL, 1_001, 2);
    refused(venue, "not-fillable", () => limit(venue, "carol", BUY, 1_001, 6, FILL_OR_KILL).refusal);
    refused(venue, "not-fillable", () => limit(venue, "carol", BUY, 1_000, 4, FILL_OR_KILL).refusal);
    refused(venue, "not-fillable", () => market(venue, "carol", BUY, 6, FILL_OR_KILL));
    expect(limit(venue, "carol", BUY, 1_001, 5, FILL_OR_KILL).refusal).toBeNull();
    expect(venue.state("carol")).toMatchObject({ lots: 5, entry: 5_002, reserved: 0 });
  });

  test("ORDER-1 FOK counts a reduce-only order only for what its position has left when its turn comes", () => {
    const venue = venueOf();
    limit(venue, "ann", SELL, 1_000, 6);
    limit(venue, "ann", SELL, 1_001, 10, REDUCE_ONLY);
    // Six lots close first: of the ten only four are left.
    refused(venue, "not-fillable", () => limit(venue, "carol", BUY, 1_001, 11, FILL_OR_KILL).refusal);
    expect(limit(venue, "carol", BUY, 1_001, 10, FILL_OR_KILL).refusal).toBeNull();
    expect([lotsOf(venue, "ann"), lotsOf(venue, "carol")]).toEqual([0, 10]);
  });
});

describe("post-only", () => {
  test("ORDER-1 ORDER-4 rests below the best sell, and is refused at it", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 3);
    refused(venue, "would-cross", () => limit(venue, "carol", BUY, 1_000, 1, POST_ONLY).refusal);
    const { order, refusal } = limit(venue, "carol", BUY, 999, 1, POST_ONLY);
    expect(refusal).toBeNull();
    expect(venue.exchange.book.restLots(order)).toBe(1);
    refused(venue, "would-cross", () => limit(venue, "bob", SELL, 999, 1, POST_ONLY).refusal);
    // Amended to a price that would trade, it stays as it is.
    refused(venue, "would-cross", () => venue.exchange.amend(venue.of("carol"), order, 1_000, 1));
  });
});

describe("reduce-only", () => {
  test("ORDER-4 is refused without a position, on its own side, and for more than it", () => {
    const venue = venueOf();
    refused(venue, "would-increase", () => limit(venue, "bob", BUY, 990, 1, REDUCE_ONLY).refusal);
    refused(venue, "would-increase", () => limit(venue, "ann", BUY, 990, 1, REDUCE_ONLY).refusal);
    refused(venue, "would-increase", () => limit(venue, "ann", SELL, 1_010, 11, REDUCE_ONLY).refusal);
    refused(venue, "would-increase", () => market(venue, "sid", BUY, 11, REDUCE_ONLY));
  });

  test("ORDER-1 holds no margin and closes", () => {
    const venue = venueOf();
    limit(venue, "ann", SELL, 1_010, 10, REDUCE_ONLY);
    expect(venue.state("ann").reserved).toBe(0);
    expect(market(venue, "carol", BUY, 4)).toBeNull();
    expect(lotsOf(venue, "ann")).toBe(6);
  });

  test("ORDER-1 two of them are trimmed as the position shrinks and taken off when it is gone, in the middle of one matching", () => {
    const venue = venueOf();
    const first = limit(venue, "ann", SELL, 1_001, 8, REDUCE_ONLY).order;
    const second = limit(venue, "ann", SELL, 1_002, 10, REDUCE_ONLY).order;
    venue.limit("bob", SELL, 1_003, 5);
    // Eight close; two are left for the second, then Bob's: Ann never turns short.
    expect(market(venue, "carol", BUY, 12)).toBeNull();
    expect([lotsOf(venue, "ann"), lotsOf(venue, "bob"), lotsOf(venue, "carol")]).toEqual([0, -2, 12]);
    expect(venue.heard).toEqual([
      "filled carol 8 @1001",
      "filled ann -8 @1001",
      `trimmed ann ${second} to 2`,
      "filled carol 2 @1002",
      "filled ann -2 @1002",
      "filled carol 2 @1003",
      "filled bob -2 @1003",
    ]);
    expect(venue.exchange.book.restLots(first) + venue.exchange.book.restLots(second)).toBe(0);
    expect(venue.exchange.book.reduceOnlyCount).toBe(0);
  });

  test("ORDER-1 is taken off when another order has closed the position", () => {
    const venue = venueOf();
    const resting = limit(venue, "ann", SELL, 1_050, 10, REDUCE_ONLY).order;
    venue.limit("bob", BUY, 1_000, 10);
    expect(market(venue, "ann", SELL, 10)).toBeNull();
    expect(venue.exchange.book.restLots(resting)).toBe(0);
    expect(venue.heard.at(-1)).toBe(`done ann ${resting}`);
  });
});

describe("stop-market and take-profit", () => {
  test("ORDER-1 a stop sells at or below its price by mark, not before, and holds no margin while it waits", () => {
    const venue = venueOf();
    venue.limit("bob", BUY, 985, 20);
    const { order, refusal } = waiting(venue, "stopMarket", "ann", SELL, 990, 10, REDUCE_ONLY);
    expect(refusal).toBeNull();
    expect(venue.state("ann").reserved).toBe(0);
    venue.judge(991);
    expect(lotsOf(venue, "ann")).toBe(10);
    venue.judge(990);
    expect(lotsOf(venue, "ann")).toBe(0);
    expect(venue.heard).toEqual(["filled ann -10 @985", "filled bob 10 @985"]);
    const { orders } = venue.record;
    expect(orders.words("command").slice(-2)).toEqual(["stop-market", "trigger"]);
    expect([...orders.numbers("order").slice(-1)]).toEqual([order]);
    expect(orders.words("trigger_by").slice(-2)).toEqual(["mark", "mark"]);
  });

  test("ORDER-1 a buy stop and both take-profits wait for the other direction each", () => {
    const venue = venueOf();
    venue.limit("bob", BUY, 1_000, 5);
    venue.limit("bob", SELL, 1_001, 5);
    waiting(venue, "stopMarket", "carol", BUY, 1_020, 1);
    waiting(venue, "takeProfit", "ann", SELL, 1_010, 2, REDUCE_ONLY);
    waiting(venue, "takeProfit", "sid", BUY, 995, 3, REDUCE_ONLY);
    venue.judge(1_010);
    expect([lotsOf(venue, "ann"), lotsOf(venue, "sid"), lotsOf(venue, "carol")]).toEqual([8, -10, 0]);
    venue.judge(995);
    expect([lotsOf(venue, "ann"), lotsOf(venue, "sid"), lotsOf(venue, "carol")]).toEqual([8, -7, 0]);
    venue.judge(1_020);
    expect(lotsOf(venue, "carol")).toBe(1);
  });

  test("ORDER-1 by last: a trade sets one off, whose trade sets off the next, in the same event", () => {
    const venue = venueOf();
    for (const [ticks, lots] of [
      [1_000, 1],
      [995, 2],
      [990, 2],
      [985, 9],
    ] as const)
      venue.limit("bob", BUY, ticks, lots);
    waiting(venue, "stopMarket", "ann", SELL, 995, 2, TRIGGER_BY_LAST);
    waiting(venue, "stopMarket", "carol", SELL, 990, 1, TRIGGER_BY_LAST);
    market(venue, "sid", SELL, 1);
    expect(venue.heard).toHaveLength(2);
    // The trade at 995 leaves a lot there: Ann's stop takes it and one at 990, which is Carol's price.
    market(venue, "sid", SELL, 1);
    expect(venue.heard.slice(2)).toEqual([
      "filled sid -1 @995",
      "filled bob 1 @995",
      "filled ann -1 @995",
      "filled bob 1 @995",
      "filled ann -1 @990",
      "filled bob 1 @990",
      "filled carol -1 @990",
      "filled bob 1 @990",
    ]);
    expect(venue.exchange.triggerOrders.count).toBe(0);
  });

  test("ORDER-4 is refused when its price is reached already, with a time in force, and when reduce-only would increase", () => {
    const venue = venueOf();
    refused(venue, "would-trigger", () => waiting(venue, "stopMarket", "ann", SELL, 1_000, 1).refusal);
    refused(venue, "would-trigger", () => waiting(venue, "takeProfit", "ann", BUY, 1_000, 1).refusal);
    refused(venue, "invalid-options", () => waiting(venue, "stopMarket", "ann", SELL, 990, 1, FILL_OR_KILL).refusal);
    refused(venue, "would-increase", () => waiting(venue, "stopMarket", "ann", SELL, 990, 11, REDUCE_ONLY).refusal);
    refused(venue, "invalid-price", () => waiting(venue, "stopMarket", "ann", SELL, 0, 1).refusal);
    refused(venue, "invalid-size", () => waiting(venue, "stopMarket", "ann", SELL, 990, 0).refusal);
  });

  test("ORDER-4 one that triggers without the money for it is refused then, and its owner is told", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_001, 50);
    const { order } = waiting(venue, "stopMarket", "carol", BUY, 1_010, 100);
    venue.judge(1_010);
    expect(venue.heard).toEqual([`refused carol ${order} insufficient-margin`]);
    expect(venue.record.orders.words("result").at(-1)).toBe("insufficient-margin");
    expect(venue.exchange.triggerOrders.count).toBe(0);
  });

  test("LIQ-2 a mark that liquidates its owner takes it away before it can trigger", () => {
    const venue = venueOf();
    const { order } = waiting(venue, "stopMarket", "ann", SELL, 950, 10, REDUCE_ONLY);
    venue.judge(880);
    expect(venue.heard).toContain(`done ann ${order}`);
    expect(venue.heard).toContain("liquidated ann");
    expect(venue.record.orders.words("command")).not.toContain("trigger");
  });

  test("ORDER-1 is amended and cancelled like any other order", () => {
    const venue = venueOf();
    const { order } = waiting(venue, "stopMarket", "ann", SELL, 990, 10);
    expect(venue.exchange.amend(venue.of("ann"), order, 980, 4)).toBeNull();
    refused(venue, "would-trigger", () => venue.exchange.amend(venue.of("ann"), order, 1_000, 4));
    venue.judge(985);
    expect(venue.exchange.triggerOrders.state()).toMatchObject([{ order, triggerTicks: 980, lots: 4 }]);
    refused(venue, "unknown-order", () => venue.exchange.cancel(venue.of("bob"), order));
    expect(venue.exchange.cancel(venue.of("ann"), order)).toBeNull();
    expect(venue.heard).toEqual([`done ann ${order}`]);
  });
});

describe("amend", () => {
  test("ORDER-1 keeps its place when only the size falls, and its part of the margin", () => {
    const venue = venueOf();
    const first = venue.limit("carol", BUY, 1_000, 10);
    const second = venue.limit("bob", BUY, 1_000, 10);
    expect(venue.exchange.amend(venue.of("carol"), first, 1_000, 4)).toBeNull();
    expect(venue.state("carol").reserved).toBe(400);
    market(venue, "sid", SELL, 5);
    expect([lotsOf(venue, "carol"), lotsOf(venue, "bob")]).toEqual([4, 1]);
    expect(venue.exchange.book.restLots(second)).toBe(9);
  });

  test("ORDER-1 goes behind the others when the size grows or the price moves, even back again", () => {
    const venue = venueOf();
    const first = venue.limit("carol", BUY, 1_000, 1);
    venue.limit("bob", BUY, 1_000, 1);
    expect(venue.exchange.amend(venue.of("carol"), first, 1_000, 2)).toBeNull();
    expect(venue.state("carol").reserved).toBe(200);
    market(venue, "sid", SELL, 1);
    expect([lotsOf(venue, "carol"), lotsOf(venue, "bob")]).toEqual([0, 1]);
  });

  test("ORDER-1 trades at once where its new price meets the other side", () => {
    const venue = venueOf();
    const order = venue.limit("carol", BUY, 990, 5);
    venue.limit("bob", SELL, 1_000, 3);
    expect(venue.exchange.amend(venue.of("carol"), order, 1_000, 5)).toBeNull();
    expect(lotsOf(venue, "carol")).toBe(3);
    expect(venue.exchange.book.restLots(order)).toBe(2);
    // 300 in the position, 200 for what rests.
    expect(venue.state("carol")).toMatchObject({ reserved: 200, margin: 300 });
  });

  test("ORDER-4 is refused, and the order is as before: no money for it, bad price or size, another's, a filled one", () => {
    const venue = venueOf();
    const order = venue.limit("carol", BUY, 1_000, 90);
    const carol = venue.of("carol");
    refused(venue, "insufficient-margin", () => venue.exchange.amend(carol, order, 1_000, 101));
    refused(venue, "invalid-size", () => venue.exchange.amend(carol, order, 1_000, 0));
    refused(venue, "invalid-price", () => venue.exchange.amend(carol, order, 0.5, 1));
    refused(venue, "unknown-order", () => venue.exchange.amend(venue.of("bob"), order, 1_000, 1));
    for (const never of [99, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      refused(venue, "unknown-order", () => venue.exchange.amend(carol, never, 1_000, 1));
    // What it holds itself counts as free: all of the wallet.
    expect(venue.exchange.amend(carol, order, 1_000, 100)).toBeNull();
    market(venue, "sid", SELL, 100);
    expect(lotsOf(venue, "carol")).toBe(100);
    refused(venue, "order-closed", () => venue.exchange.amend(carol, order, 1_000, 1));
    refused(venue, "order-closed", () => venue.exchange.cancel(carol, order));
  });
});

describe("price band", () => {
  const band: VenueText = { orders: { priceBand: { numerator: 5, denominator: 100 } } };

  test("ORDER-4 refuses a buy too far above the mark and a sell too far below, and lets the others stand", () => {
    const venue = venueOf(band);
    refused(venue, "price-outside-limits", () => limit(venue, "bob", BUY, 1_051, 1).refusal);
    refused(venue, "price-outside-limits", () => limit(venue, "bob", SELL, 949, 1).refusal);
    expect(limit(venue, "bob", BUY, 900, 1).refusal).toBeNull();
    const { order, refusal } = limit(venue, "bob", SELL, 1_100, 1);
    expect(refusal).toBeNull();
    expect(limit(venue, "carol", BUY, 1_050, 1).refusal).toBeNull();
    refused(venue, "price-outside-limits", () => venue.exchange.amend(venue.of("bob"), order, 949, 1));
  });

  test("ORDER-1 a market order takes nothing beyond the band", () => {
    const venue = venueOf(band);
    venue.limit("bob", SELL, 1_050, 2);
    venue.limit("bob", SELL, 1_051, 2);
    expect(market(venue, "carol", BUY, 4)).toBeNull();
    expect(lotsOf(venue, "carol")).toBe(2);
    expect(venue.heard.at(-1)).toMatch(/^done carol/);
  });
});

test("ORDER-4 options that contradict each other or the order's kind are refused", () => {
  const venue = venueOf();
  for (const options of [IMMEDIATE_OR_CANCEL | FILL_OR_KILL, POST_ONLY | FILL_OR_KILL, TRIGGER_BY_LAST, 32, -1, 0.5, Number.NaN]) {
    refused(venue, "invalid-options", () => limit(venue, "bob", BUY, 990, 1, options).refusal);
  }
  for (const options of [POST_ONLY, TRIGGER_BY_LAST]) refused(venue, "invalid-options", () => market(venue, "bob", BUY, 1, options));
});
