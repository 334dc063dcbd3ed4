import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { REDUCE_ONLY } from "../../sim/market/order-options.ts";
import { HandVenue, stateOf, type VenueText } from "./venue-fixture.ts";

/*
 * One lot is worth a quantum a tick, the mark is 1000, leverage is 10 and fees are nothing,
 * unless a case says so: an order of a lot at 1000 takes 100 of order margin.
 */
const venueOf = (given: VenueText = {}, cash = 10_000) =>
  new HandVenue({ ann: { cash }, bob: { cash: 100_000 }, carol: { cash: 100_000 } }, given);

/** Everything a refused order must leave alone. */
const picture = (venue: ReturnType<typeof venueOf>) => ({
  accounts: Array.from({ length: venue.accounts.count }, (_, account) => stateOf(venue.accounts, account)),
  house: venue.ledger.house,
  booked: venue.pool.booked,
  orders: venue.exchange.book.size,
  heard: [...venue.heard],
});

const TIERS = [
  { upToLots: 20, rate: "0.01", maxLeverage: 50 },
  { upToLots: 50, rate: "0.05", maxLeverage: 5 },
];

describe("refused orders", () => {
  const cases: readonly {
    readonly code: string;
    readonly why: string;
    readonly order: readonly [kind: "limit" | "market", side: 0 | 1, priceTicks: number, lots: number];
    readonly given?: VenueText;
  }[] = [
    { code: "invalid-size", why: "no lots", order: ["limit", BUY, 1_000, 0] },
    { code: "invalid-size", why: "a negative size", order: ["market", SELL, 0, -1] },
    { code: "invalid-size", why: "a part of a lot", order: ["limit", BUY, 1_000, 1.5] },
    { code: "invalid-size", why: "not a number", order: ["market", BUY, 0, Number.NaN] },
    { code: "invalid-size", why: "infinitely many", order: ["limit", BUY, 1_000, Number.POSITIVE_INFINITY] },
    { code: "invalid-price", why: "a price of zero", order: ["limit", BUY, 0, 1] },
    { code: "invalid-price", why: "a negative price", order: ["limit", SELL, -5, 1] },
    { code: "invalid-price", why: "a part of a tick", order: ["limit", BUY, 999.5, 1] },
    { code: "invalid-price", why: "not a number", order: ["limit", BUY, Number.NaN, 1] },
    { code: "insufficient-margin", why: "a quantum too little", order: ["limit", BUY, 1_000, 101] },
    { code: "insufficient-margin", why: "a market order beyond the wallet", order: ["market", SELL, 0, 101] },
    {
      code: "insufficient-margin",
      why: "a value no number holds",
      order: ["limit", BUY, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    },
    { code: "insufficient-margin", why: "a size no wallet holds", order: ["market", SELL, 0, Number.MAX_SAFE_INTEGER] },
    {
      code: "leverage-above-tier",
      why: "a size whose tier allows 5, not 10 (TIER-3)",
      order: ["limit", BUY, 1_000, 21],
      given: { instrument: { tiers: TIERS } },
    },
    {
      code: "leverage-above-tier",
      why: "a size beyond the last tier (TIER-1)",
      order: ["market", BUY, 0, 51],
      given: { instrument: { tiers: [{ upToLots: 50, rate: "0.01", maxLeverage: 50 }] } },
    },
  ];

  test.each(cases)(
    "ORDER-4 $code: $why; nothing has changed, and the record says why",
    ({ code, order: [kind, side, priceTicks, lots], given }) => {
      const venue = venueOf(given);
      venue.limit("bob", side === BUY ? SELL : BUY, 1_000, 5);
      const before = picture(venue);
      const { exchange } = venue;
      const order = exchange.newOrder();
      const refusal =
        kind === "limit"
          ? exchange.limit(venue.of("ann"), order, side, priceTicks, lots)
          : exchange.market(venue.of("ann"), order, side, lots);
      expect(refusal).toBe(code);
      expect(picture(venue)).toEqual(before);
      expect(venue.record.orders.words("result")).toEqual(["accepted", code]);
    },
  );

  test("TIER-3 the largest size of a tier is still in it (TIER-1: inclusive)", () => {
    const venue = venueOf({ instrument: { tiers: TIERS } });
    expect(venue.exchange.limit(venue.of("ann"), venue.exchange.newOrder(), BUY, 1_000, 20)).toBeNull();
    expect(venue.exchange.limit(venue.of("bob"), venue.exchange.newOrder(), SELL, 1_000, 20)).toBeNull();
    expect(venue.exchange.limit(venue.of("ann"), venue.exchange.newOrder(), BUY, 1_000, 1)).toBe("leverage-above-tier");
    // What closes needs no tier.
    expect(venue.exchange.limit(venue.of("ann"), venue.exchange.newOrder(), SELL, 1_100, 20)).toBeNull();
  });

  test("ORDER-4 unknown-order: one that never was, one that is gone, and another's", () => {
    const venue = venueOf();
    const { exchange } = venue;
    const [ann, bob] = [venue.of("ann"), venue.of("bob")];
    const order = venue.limit("ann", BUY, 900, 1);
    const before = picture(venue);
    expect(exchange.cancel(ann, 77)).toBe("unknown-order");
    expect(exchange.cancel(bob, order)).toBe("unknown-order");
    expect(picture(venue)).toEqual(before);
    expect(exchange.cancel(ann, order)).toBeNull();
    expect(exchange.cancel(ann, order)).toBe("order-closed");
  });
});

describe("order margin", () => {
  const fees = { instrument: { maker: "-0.001", taker: "0.002" } };

  test("ORDER-2 is reserved with the closing and the opening fee, moves on a fill by lots, and is freed on cancel", () => {
    const venue = venueOf(fees);
    const order = venue.limit("ann", BUY, 990, 10);
    // Value 9900: 990 of margin, 20 (19.8) of closing fee, 20 of opening fee.
    expect(venue.state("ann")).toMatchObject({ wallet: 10_000, reserved: 1_030, margin: 0 });
    venue.exchange.market(venue.of("bob"), venue.exchange.newOrder(), SELL, 4);
    // Four tenths are freed; the position has margin 396 + 8, and a rebate of 3 (3.96, towards the venue) is in the wallet.
    expect(venue.state("ann")).toEqual({ wallet: 10_000 - 404 + 3, reserved: 618, margin: 404, lots: 4, entry: 3_960 });
    expect(venue.exchange.cancel(venue.of("ann"), order)).toBeNull();
    expect(venue.state("ann").reserved).toBe(0);
    expect(venue.heard).toEqual(["filled bob -4 @990", "filled ann 4 @990", `done ann ${order}`]);
    venue.check();
  });

  test("ORDER-2 what one order holds another cannot use, exactly to the quantum", () => {
    const venue = venueOf({}, 1_000);
    venue.limit("ann", BUY, 1_000, 6);
    expect(() => venue.limit("ann", BUY, 1_000, 5)).toThrow("insufficient-margin");
    venue.limit("ann", BUY, 1_000, 4);
    expect(venue.state("ann").reserved).toBe(1_000);
    expect(() => venue.limit("ann", BUY, 1, 1)).toThrow("insufficient-margin");
  });

  test("ORDER-2 a buy above mark and a sell below it hold the loss they would open with", () => {
    const venue = venueOf();
    venue.limit("ann", BUY, 1_200, 5);
    expect(venue.state("ann").reserved).toBe(600 + 1_000);
    // Nearly for nothing, as its price says: but it would lose 999 a lot.
    venue.limit("ann", SELL, 1, 8);
    venue.heard.length = 0;
    const poor = venueOf({}, 500);
    expect(() => poor.limit("ann", SELL, 1, 1)).toThrow("insufficient-margin");
    expect(() => poor.limit("ann", BUY, 1_900, 1)).toThrow("insufficient-margin");
    poor.limit("ann", SELL, 1_000, 5);
  });

  test("ORDER-2 a market order is judged at what the book offers", () => {
    const venue = venueOf({}, 600);
    venue.limit("bob", SELL, 1_500, 10);
    // One lot at 1500: 150 of margin and 500 of loss.
    expect(venue.exchange.market(venue.of("ann"), venue.exchange.newOrder(), BUY, 1)).toBe("insufficient-margin");
    venue.ledger.deposit(venue.of("ann"), 50);
    expect(venue.exchange.market(venue.of("ann"), venue.exchange.newOrder(), BUY, 1)).toBeNull();
    expect(venue.state("ann")).toMatchObject({ wallet: 500, margin: 150, lots: 1 });
  });

  test("ORDER-2 closing needs no margin, but only once: two orders cannot close the same lots", () => {
    const venue = new HandVenue({ ann: { lots: 10, value: 10_000, margin: 1_000 }, bob: { lots: -10, value: 10_000, margin: 5_000 } });
    venue.limit("ann", SELL, 1_010, 6);
    expect(venue.state("ann").reserved).toBe(0);
    expect(() => venue.limit("ann", SELL, 1_020, 5)).toThrow("insufficient-margin");
    venue.limit("ann", SELL, 1_020, 4);
    expect(venue.state("ann").reserved).toBe(0);
    // More than there is to close opens: that part needs margin.
    venue.ledger.deposit(venue.of("ann"), 206);
    venue.limit("ann", SELL, 1_030, 2);
    expect(venue.state("ann").reserved).toBe(206);
  });

  test("ORDER-2 a market order holds nothing afterwards, and what it could not get is done", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 3);
    const order = venue.exchange.newOrder();
    expect(venue.exchange.market(venue.of("ann"), order, BUY, 5)).toBeNull();
    expect(venue.heard).toEqual(["filled ann 3 @1000", "filled bob -3 @1000", `done ann ${order}`]);
    expect(venue.state("ann")).toMatchObject({ reserved: 0, lots: 3, margin: 300 });
    expect(venue.state("bob").reserved).toBe(0);
    expect(venue.exchange.book.size).toBe(0);
  });

  test("ORDER-2 a limit order that trades in part keeps the margin of the part that rests", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 3);
    venue.limit("ann", BUY, 1_000, 5);
    expect(venue.state("ann")).toMatchObject({ reserved: 200, margin: 300, lots: 3 });
    expect(venue.exchange.book.bidTicks).toBe(1_000);
  });
});

describe("trades", () => {
  test("ORDER-1 an order that meets its own account's cancels the older one and goes on", () => {
    const venue = venueOf();
    const own = venue.limit("ann", SELL, 1_000, 4);
    venue.limit("bob", SELL, 1_001, 3);
    const order = venue.limit("ann", BUY, 1_001, 5);
    expect(venue.heard).toEqual([`done ann ${own}`, "filled ann 3 @1001", "filled bob -3 @1001"]);
    // Its sell's order margin is freed; of the buy's 501 + 5 for the loss, three fifths (303) moved on with the fill.
    expect(venue.state("ann")).toMatchObject({ lots: 3, reserved: 203 });
    expect(venue.exchange.book.ordersOf(venue.of("ann"))).toEqual([order]);
    expect(venue.exchange.book.askTicks).toBe(0);
    venue.check();
  });

  test("ORDER-3 fees: the taker's rate and the maker's, each rounded up, both the house's", () => {
    const venue = venueOf({ instrument: { maker: "-0.0003", taker: "0.0005" } });
    venue.limit("bob", SELL, 1_001, 7);
    venue.limit("ann", BUY, 1_001, 7);
    // 7007: 3.5 for the taker makes 4; −2.1 for the maker makes −2.
    expect([venue.accounts.fees[venue.of("ann")], venue.accounts.fees[venue.of("bob")], venue.ledger.house]).toEqual([4, -2, 2]);
    expect([...venue.record.trades.numbers("taker_fee_quanta"), ...venue.record.trades.numbers("maker_fee_quanta")]).toEqual([4, -2]);
    expect(venue.record.trades.words("taker_side")).toEqual(["buy"]);
    venue.check();
  });

  test("ACCT-2 a fill that loses more than the margin: the pool pays, then the house, and never the wallet", () => {
    const venue = new HandVenue(
      {
        ann: { lots: 10, value: 10_000, margin: 1_000, cash: 400 },
        bob: { lots: -10, value: 10_000, margin: 5_000 },
        carol: { cash: 9_000 },
      },
      { seed: 300 },
    );
    venue.limit("carol", BUY, 850, 10);
    // Closing needs no margin; sold at 850 the loss is 1500 against 1000.
    venue.exchange.market(venue.of("ann"), venue.exchange.newOrder(), SELL, 10);
    expect(venue.heard).toContain("shortfall ann 500");
    expect(venue.state("ann")).toEqual({ wallet: 400, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect([venue.pool.booked, venue.ledger.house]).toEqual([0, -200]);
    venue.check();
  });

  test("ACCT-4 opposite fills offset: one net position", () => {
    const venue = venueOf();
    venue.limit("bob", SELL, 1_000, 10);
    venue.limit("ann", BUY, 1_000, 10);
    venue.limit("bob", BUY, 1_000, 14);
    venue.exchange.market(venue.of("ann"), venue.exchange.newOrder(), SELL, 14);
    expect(venue.state("ann")).toMatchObject({ lots: -4, entry: 4_000, margin: 400, wallet: 9_600 });
    expect(venue.state("bob")).toMatchObject({ lots: 4, entry: 4_000 });
    venue.check();
  });

  // Ann sells 3 at 1,001 and Bob 4 at 1,001 behind her; then Bob's buy of 10 up to 1,001 meets Ann first and then himself.
  test.each([
    { selfTradePrevention: "cancel-oldest", bob: { lots: 3, resting: [7, BUY] }, done: ["2"] },
    { selfTradePrevention: "cancel-newest", bob: { lots: 3, resting: [4, SELL] }, done: ["3"] },
    { selfTradePrevention: "cancel-both", bob: { lots: 3, resting: null }, done: ["2", "3"] },
  ] as const)("ORDER-1 self-trade prevention $selfTradePrevention: what is cancelled gives its margin back and is told", (expected) => {
    const { selfTradePrevention, bob, done } = expected;
    const venue = new HandVenue({ ann: { cash: 10_000 }, bob: { cash: 10_000 } }, { orders: { selfTradePrevention } });
    venue.limit("ann", SELL, 1_001, 3);
    const old = venue.limit("bob", SELL, 1_001, 4);
    const taker = venue.limit("bob", BUY, 1_001, 10);
    expect(venue.state("bob").lots).toBe(bob.lots);
    const resting = [old, taker].filter((order) => venue.exchange.book.restLots(order) > 0);
    expect(
      resting.map((order) => [venue.exchange.book.restLots(order), venue.exchange.book.sideAt(venue.exchange.book.slotOf(order))]),
    ).toEqual(bob.resting === null ? [] : [[...bob.resting]]);
    expect(venue.heard.filter((line) => line.startsWith("done bob"))).toEqual(done.map((order) => `done bob ${order}`));
    for (const order of resting) venue.exchange.cancel(venue.of("bob"), order);
    expect(venue.state("bob").reserved).toBe(0);
    venue.check();
  });
});

describe("orders that count with a position", () => {
  const start = { lots: 10, value: 10_000, margin: 2_000, leverage: 5, cash: 1_000_000 };

  test("TIER-2 at their worst on either side, without those that only reduce, as the general arithmetic has it", () => {
    const venue = new HandVenue({ ann: start, bob: { ...start, lots: -10 } }, { liquidation: { tiersIncludeOpenOrders: true } });
    const ann = venue.of("ann");
    const orderLots = () => venue.exchange.judgedPosition(ann).orderLots;
    expect(orderLots()).toBe(0);
    venue.limit("ann", BUY, 900, 3);
    const second = venue.limit("ann", BUY, 890, 4);
    venue.limit("ann", SELL, 1_100, 15);
    // Long 17 or short 5: 7 more than the ten held.
    expect(orderLots()).toBe(7);
    venue.limit("ann", SELL, 1_200, 15);
    // Long 17 or short 20.
    expect(orderLots()).toBe(10);
    venue.exchange.cancel(ann, second);
    expect(orderLots()).toBe(10);
    const reducing = venue.exchange.newOrder();
    expect(venue.exchange.limit(ann, reducing, SELL, 1_300, 10, REDUCE_ONLY)).toBeNull();
    expect(orderLots()).toBe(10);
  });

  test("TIER-2 LIQ-2 they bring it to its trigger, and are cancelled before it is judged again: nothing else happens to it", () => {
    // 10 lots at 1,000 with 130: 1 % of 10 lots is 100, of 20 lots 200.
    const venue = new HandVenue(
      { ann: { ...start, margin: 130 }, bob: { ...start, lots: -10 } },
      { liquidation: { tiersIncludeOpenOrders: true } },
    );
    venue.limit("ann", BUY, 900, 10);
    venue.judge(999);
    expect(venue.exchange.book.bidTicks).toBe(0);
    expect(venue.waterfall.liquidations.count).toBe(0);
    expect(venue.state("ann")).toMatchObject({ lots: 10, margin: 130, reserved: 0 });
  });
});
