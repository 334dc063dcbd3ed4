import { describe, expect, test } from "vitest";
import { ENGINE_LONG_ACCOUNT, HOUSE_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { AdlPolicy } from "../../sim/clearing/adl/policy.ts";
import { profitTimesLeverage } from "../../sim/clearing/adl/profit-times-leverage.ts";
import type { Table } from "../../sim/kernel/table.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { recordLiquidations } from "../../sim/results.ts";
import { HandVenue, type Start, stateOf, type VenueText } from "./venue-fixture.ts";

/*
 * Nearly all cases start alike. One lot is worth a quantum a tick; there are no fees; the
 * maintenance rate is 1 %; bankrupt is who has nothing left. The mark is 1000.
 *
 *   ann    long 10 at 1000, margin 1000: at risk when 10 p − 9000 ≤ p / 10, at 909 and below;
 *          bankrupt at 900, value 9000
 *   bob    short 10 at 1000, margin 10,000: far from anything
 *   carol  100,000 in cash, to trade with
 */
const ANN: Start = { lots: 10, value: 10_000, margin: 1_000 };
const BOB: Start = { lots: -10, value: 10_000, margin: 10_000 };
const CAROL: Start = { cash: 100_000 };

const venueOf = (given: VenueText = {}) => new HandVenue({ ann: ANN, bob: BOB, carol: CAROL }, { seed: 500, ...given });

/** The rows of a table as objects of the columns asked for. */
function rowsOf(table: Table, ...columns: string[]): Record<string, number | string | null>[] {
  const read = columns.map((name) => {
    const { type } = table.schema.columns.find((column) => column.name === name) as { type: string };
    return type === "int64" || type === "double"
      ? [...table.numbers(name)].map((cell) => (Number.isNaN(cell) ? null : cell))
      : table.words(name);
  });
  return Array.from({ length: table.rowCount }, (_, row) =>
    Object.fromEntries(columns.map((name, place) => [name, read[place]?.[row] ?? null])),
  );
}

const fundsOf = (venue: { record: HandVenue<string>["record"] }) =>
  rowsOf(venue.record.funds, "entry", "liquidation", "amount_quanta", "available_quanta", "house_quanta");

/** How a liquidation went: lots by market, fund, ADL and house; surplus, cover and uncovered loss. */
function outcome(venue: { waterfall: HandVenue<string>["waterfall"] }, id = 0) {
  const { marketLots, fundLots, adlLots, residualLots, restLots, surplus, cover, uncovered } = venue.waterfall.liquidations;
  return {
    lots: [marketLots[id], fundLots[id], adlLots[id], residualLots[id]],
    rest: restLots[id],
    money: [surplus[id], cover[id], uncovered[id]],
  };
}

describe("waterfall on the book", () => {
  test("LIQ-4 LIQ-5 a fill better than bankruptcy is the pool's surplus", () => {
    const venue = venueOf();
    venue.limit("carol", BUY, 904, 10);
    venue.judge(909);
    // Taken over at 9000, sold at 904 for 9040: 40 for the pool, nothing of it for ann.
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [40, 0, 0] });
    expect(venue.pool.booked).toBe(540);
    expect(venue.state("ann")).toEqual({ wallet: 0, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.state("carol")).toMatchObject({ lots: 10, entry: 9_040, margin: 904 });
    expect(venue.heard).toEqual(["filled carol 10 @904", "liquidated ann"]);
    expect(fundsOf(venue)).toEqual([
      { entry: "seed", liquidation: null, amount_quanta: 500, available_quanta: 500, house_quanta: 0 },
      { entry: "surplus", liquidation: 0, amount_quanta: 40, available_quanta: 540, house_quanta: 0 },
    ]);
  });

  test("LIQ-5 by surplusTo: trader it is the trader's, as is what is left of the margin; a loss stays the pool's", () => {
    const instrument = { maker: "0", taker: "0.01", liquidation: "0.002" };
    const venue = venueOf({
      surplusTo: "trader",
      instrument,
      liquidation: { bankruptcyAt: "closing-fee", maintenanceIncludesClosingFee: true },
    });
    venue.limit("carol", BUY, 950, 10);
    venue.judge(915);
    const { starts, fee, takeoverValue } = venue.waterfall.liquidations;
    expect(starts[0]?.account).toBe(venue.of("ann"));
    // Bankrupt where 1 % of the value is left: 9000 / 0.99 = 9090.9; of 91 a liquidation fee of 0.2 % is taken, 18.2 up.
    expect([takeoverValue, fee]).toEqual([[9_091], [19]]);
    // 91 − 19 of the margin and 9500 − 9091 of the fill.
    expect(venue.state("ann")).toMatchObject({ wallet: 72 + 409, lots: 0, margin: 0 });
    expect(venue.accounts.realizedProfit[venue.of("ann")]).toBe(9_091 - 10_000 + 409);
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [481, 0, 0] });
    expect(venue.pool.booked).toBe(500);
  });

  test("MARGIN-3 a tick above the liquidation price nothing happens", () => {
    const venue = venueOf();
    venue.judge(910);
    expect(venue.waterfall.liquidations.count).toBe(0);
    expect(venue.state("ann")).toMatchObject({ lots: 10, margin: 1_000 });
  });

  test("LIQ-4 LIQ-6 what nobody takes rests at the bankruptcy price until takers come", () => {
    const venue = venueOf();
    venue.limit("carol", BUY, 899, 10);
    venue.judge(909);
    // The bid of 899 is below the limit of 900: nothing trades, the engine holds 10.
    expect(outcome(venue)).toMatchObject({ lots: [0, 0, 0, 0], rest: 10 });
    expect(venue.exchange.book.askTicks).toBe(900);
    expect(stateOf(venue.accounts, ENGINE_LONG_ACCOUNT)).toMatchObject({ lots: 10, entry: 9_000 });
    venue.exchange.market(venue.of("carol"), venue.exchange.newOrder(), BUY, 4);
    expect(outcome(venue)).toMatchObject({ lots: [4, 0, 0, 0], rest: 6, money: [0, 0, 0] });
    venue.judge(950);
    expect(outcome(venue).rest).toBe(6);
    venue.limit("bob", BUY, 940, 6);
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [0, 0, 0] });
    venue.check();
    expect(venue.pool.booked).toBe(500);
    expect(venue.waterfall.liquidations.endTimeUs[0]).toBe(venue.exchange.timeUs);
    // bob closed 6 at 900: a profit of 600 and six tenths of his margin.
    expect(venue.state("bob")).toMatchObject({ wallet: 6_600, lots: -4, entry: 4_000, margin: 4_000 });
  });

  test("LIQ-6 a mark that gaps through bankruptcy in one tick: the pool covers the difference, to the quantum", () => {
    const venue = new HandVenue({ ann: { ...ANN, margin: 1_003 }, bob: BOB, carol: CAROL }, { seed: 500 });
    venue.limit("carol", BUY, 881, 3);
    venue.limit("carol", BUY, 879, 20);
    venue.judge(880);
    // Taken over at 8997. Three at 881 take 2699 (2699.1) of it: 56; seven at 879 the rest of 6298: 145.
    expect(outcome(venue)).toEqual({ lots: [0, 10, 0, 0], rest: 0, money: [0, 56 + 145, 0] });
    expect(venue.pool.booked).toBe(500 - 201);
    expect(venue.state("ann")).toEqual({ wallet: 0, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.state("bob")).toMatchObject({ lots: -10 });
    expect(venue.heard).not.toContain("deleveraged bob 10 @900");
  });

  test("LIQ-6 a resting liquidation is taken off when a later mark breaches it", () => {
    const venue = venueOf();
    venue.judge(905);
    expect(venue.exchange.book.askTicks).toBe(900);
    venue.limit("carol", BUY, 890, 10);
    venue.judge(895);
    expect(outcome(venue)).toEqual({ lots: [0, 10, 0, 0], rest: 0, money: [0, 100, 0] });
    expect(venue.exchange.book.size).toBe(0);
    expect(venue.pool.booked).toBe(400);
  });

  test("LIQ-6 breached, but the book still bids better than bankruptcy: surplus, and no payment", () => {
    const venue = venueOf({ seed: 0 });
    venue.limit("carol", BUY, 903, 10);
    venue.judge(890);
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [30, 0, 0] });
  });

  test("LIQ-4 LIQ-5 ORDER-3 the liquidation fee is the house's as far as margin is left; with closing-fee the rest is the pool's", () => {
    const instrument = { taker: "0.01", liquidation: "0.004" };
    const given = { instrument, liquidation: { bankruptcyAt: "closing-fee", maintenanceIncludesClosingFee: true } } as const;
    const venue = new HandVenue({ ann: { ...ANN, margin: 1_090 }, bob: BOB, carol: CAROL }, { seed: 500, ...given });
    // V − 8910 = V / 100: V = 9000, 90 are left; the fee is 0.4 % of 9000.
    venue.limit("carol", BUY, 900, 10);
    venue.judge(905);
    const { takeoverValue, limitTicks, fee } = venue.waterfall.liquidations;
    expect([takeoverValue, limitTicks, fee]).toEqual([[9_000], [900], [36]]);
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [54, 0, 0] });
    // Carol made; her fee of nothing and the engine's of nothing leave the house the liquidation fee alone.
    expect(venue.ledger.house).toBe(36);
    const poor = new HandVenue(
      { ann: { ...ANN, margin: 1_090 }, bob: BOB, carol: CAROL },
      { ...given, instrument: { ...instrument, liquidation: "0.05" } },
    );
    poor.limit("carol", BUY, 900, 10);
    poor.judge(905);
    expect(poor.waterfall.liquidations.fee).toEqual([90]);
    expect([poor.ledger.house, poor.pool.booked]).toEqual([90, 0]);
  });

  test("LIQ-2 the account's own orders go first: its bid is not what the engine sells to", () => {
    const venue = new HandVenue({ ann: { ...ANN, cash: 5_000 }, bob: BOB, carol: CAROL }, { seed: 500 });
    const order = venue.limit("ann", BUY, 905, 20);
    expect(venue.state("ann").reserved).toBeGreaterThan(0);
    venue.judge(909);
    expect(venue.heard).toEqual([`done ann ${order}`, "liquidated ann"]);
    expect(venue.state("ann")).toEqual({ wallet: 5_000, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.exchange.book.bidTicks).toBe(0);
    expect(outcome(venue).rest).toBe(10);
  });

  test("LIQ-1 two liquidations at one mark: lowest ratio first, whatever their numbers", () => {
    const eve: Start = { lots: 10, value: 10_000, margin: 950 };
    const venue = new HandVenue({ ann: ANN, eve, bob: { ...BOB, lots: -20, value: 20_000 }, carol: CAROL }, { seed: 500 });
    // At 909 ann's equity is 90, eve's 40, each against 90.9: eve is first, though her number is higher.
    venue.limit("carol", BUY, 908, 15);
    venue.judge(909);
    expect(venue.waterfall.liquidations.starts.map(({ account }) => account)).toEqual([venue.of("eve"), venue.of("ann")]);
    // Eve is bankrupt at 905, her ten bring 30; of ann's ten, bankrupt at 900, five bring 40 and five rest.
    expect(outcome(venue, 0)).toMatchObject({ rest: 0, money: [30, 0, 0] });
    expect(outcome(venue, 1)).toMatchObject({ rest: 5, money: [40, 0, 0] });
  });

  test("LIQ-1 an account that an earlier liquidation's order made healthy is let be", () => {
    // ann's order sells to eve's bid and so closes eve's short, who failed at the same mark.
    const eve: Start = { lots: -10, value: 8_000, margin: 1_060, cash: 2_000 };
    const zed: Start = { lots: 10, value: 8_000, margin: 8_000 };
    const venue = new HandVenue({ ann: { ...ANN, margin: 1_000 }, eve, bob: BOB, zed }, { seed: 500, mark: 800 });
    venue.limit("eve", BUY, 901, 10);
    venue.judge(905);
    // At 905: ann 50 of 90.5; eve 1060 − 1050 = 10 of 90.5, so eve goes first and is taken over: no trade with herself.
    expect(venue.waterfall.liquidations.starts.map(({ account }) => account)).toEqual([venue.of("eve"), venue.of("ann")]);
    const healthy = new HandVenue({ ann: { ...ANN, margin: 955 }, eve, bob: BOB, zed }, { seed: 500, mark: 800 });
    healthy.limit("eve", BUY, 906, 10);
    healthy.judge(905);
    // Now ann, with 5 of 90.5 and bankrupt at 904.5, is first and sells to eve, whose short is gone when her turn comes.
    expect(healthy.waterfall.liquidations.starts.map(({ account }) => account)).toEqual([healthy.of("ann")]);
    expect(healthy.state("eve")).toMatchObject({ lots: 0, margin: 0 });
    expect(healthy.accounts.inLiquidation.every((flag) => flag === 0)).toBe(true);
  });
});

describe("waterfall beyond the book", () => {
  test("FUND-4 ADL-5 the pool runs dry in the middle of a level: the rest is deleveraged at the bankruptcy price in the same instant", () => {
    const venue = venueOf({ seed: 110 });
    venue.limit("carol", BUY, 880, 10);
    venue.judge(880);
    // 20 a lot: five lots for 100; a sixth would cost 120. The other five close against bob at 900.
    expect(outcome(venue)).toEqual({ lots: [0, 5, 5, 0], rest: 0, money: [0, 100, 0] });
    expect(venue.pool.booked).toBe(10);
    expect(venue.pool.available).toBe(10);
    expect(fundsOf(venue).every((row) => (row["available_quanta"] as number) >= 0)).toBe(true);
    // bob's half: 5000 − 4500 = 500 of profit and half of his margin (ADL-6: at once in his wallet).
    expect(venue.state("bob")).toEqual({ wallet: 5_500, reserved: 0, margin: 5_000, lots: -5, entry: 5_000 });
    expect(venue.heard).toEqual(["filled carol 5 @880", "deleveraged bob 5 @900", "liquidated ann"]);
    expect(venue.exchange.book.bidTicks).toBe(880);
    expect(venue.waterfall.liquidations.endTimeUs[0]).toBe(venue.exchange.timeUs);
  });

  test("LIQ-6 ADL-5 an empty book: deleveraging although the pool has money", () => {
    const venue = venueOf({ seed: 1_000 });
    venue.judge(880);
    expect(outcome(venue)).toEqual({ lots: [0, 0, 10, 0], rest: 0, money: [0, 0, 0] });
    expect(venue.pool.booked).toBe(1_000);
    expect(venue.state("bob")).toEqual({ wallet: 11_000, reserved: 0, margin: 0, lots: 0, entry: 0 });
  });

  test("ADL-6 each reduction is recorded: rank, score, price, profit, what was needed and what was taken", () => {
    const dan: Start = { lots: -10, value: 9_500, margin: 950, leverage: 10 };
    const gus: Start = { lots: 10, value: 9_500, margin: 9_500 };
    const venue = new HandVenue({ ann: ANN, bob: { ...BOB, leverage: 2 }, dan, gus, carol: CAROL }, { seed: 50 });
    venue.judge(880);
    // Scores at 880: bob 1200 × 2, dan 700 × 10. The pool could pay 50 of the 200 that bankruptcy is away from the mark: 150 were needed.
    expect(
      rowsOf(
        venue.record.adl,
        "event",
        "liquidation",
        "account",
        "side",
        "rank",
        "score",
        "size_lots",
        "position_lots",
        "mark_ticks",
        "price_ticks",
        "value_quanta",
        "levy_quanta",
        "realized_profit_quanta",
        "needed_quanta",
        "taken_quanta",
      ),
    ).toEqual([
      {
        event: 0,
        liquidation: 0,
        account: venue.of("dan"),
        side: "short",
        rank: 1,
        score: 7_000,
        size_lots: 10,
        position_lots: 10,
        mark_ticks: 880,
        price_ticks: 900,
        value_quanta: 9_000,
        levy_quanta: 0,
        // Closed at 900 where the mark would have given 700: 200 were taken.
        realized_profit_quanta: 500,
        needed_quanta: 150,
        taken_quanta: 200,
      },
    ]);
    expect(venue.accounts.adlCount[venue.of("dan")]).toBe(1);
    expect(venue.accounts.adlCount[venue.of("bob")]).toBe(0);
  });

  test.each([
    { triggers: ["fund-short"], lots: [0, 10, 0, 0], cover: 100 },
    { triggers: ["negative-equity"], lots: [0, 0, 10, 0], cover: 0 },
    { triggers: ["fund-short", "negative-equity"], lots: [0, 0, 10, 0], cover: 0 },
  ] as const)(
    "ADL-1 $triggers: beyond bankruptcy the pool covers what the book takes, or winners are closed at once",
    ({ triggers, lots, cover }) => {
      const venue = venueOf({ adl: { triggers } });
      venue.limit("carol", BUY, 890, 10);
      venue.judge(880);
      expect(outcome(venue)).toEqual({ lots, rest: 0, money: [0, cover, 0] });
      expect(venue.pool.booked).toBe(500 - cover);
    },
  );

  test("ADL-1 negative-equity: one that the mark leaves something goes to the book all the same", () => {
    const venue = venueOf({ adl: { triggers: ["negative-equity"] } });
    venue.limit("carol", BUY, 904, 10);
    venue.judge(909);
    expect(outcome(venue).lots).toEqual([10, 0, 0, 0]);
  });

  test.each([
    // Two per cent of 8,800 at mark are 176; bankrupt at 900, ann is 200 beyond.
    { beyond: { numerator: 2, denominator: 100 }, lots: [0, 0, 10, 0], cover: 0 },
    { beyond: { numerator: 200, denominator: 8_800 }, lots: [0, 0, 10, 0], cover: 0 },
    { beyond: { numerator: 201, denominator: 8_800 }, lots: [0, 10, 0, 0], cover: 100 },
  ] as const)("ADL-1 mark-beyond-bankruptcy by $beyond: so far or further winners are closed at once", ({ beyond, lots, cover }) => {
    const venue = venueOf({ adl: { triggers: ["fund-short", "mark-beyond-bankruptcy"], beyond } });
    venue.limit("carol", BUY, 890, 10);
    venue.judge(880);
    expect(outcome(venue)).toEqual({ lots, rest: 0, money: [0, cover, 0] });
  });

  test("ADL-1 ADL-2 declared: while it is, what is liquidated goes to winners and no order to the market; only a venue that has the trigger hears of it", () => {
    const declared = [{ fromUs: 1_000_000, untilUs: 2_000_000 }];
    const outcomes = (["declared", "fund-short"] as const).map((trigger) => {
      const venue = venueOf({ adl: { triggers: [trigger] }, declared });
      venue.limit("carol", BUY, 904, 10);
      venue.judge(909);
      return outcome(venue).lots;
    });
    expect(outcomes).toEqual([
      [0, 0, 10, 0],
      [10, 0, 0, 0],
    ]);
    const later = venueOf({ adl: { triggers: ["declared"] }, declared });
    later.judge(1_000);
    later.limit("carol", BUY, 904, 10);
    later.judge(909);
    expect(outcome(later).lots).toEqual([10, 0, 0, 0]);
  });

  test("LIQ-4 takeoverAt mark: the pool pays what is beyond the margin at once, then the house; the engine is left with the mark", () => {
    // ann is bankrupt at 900: at 880 she owes 200. At the mark nothing more is lost there, and carol's 885 are a gain.
    const venue = venueOf({ takeoverAt: "mark" });
    venue.limit("carol", BUY, 885, 10);
    venue.judge(880);
    expect(venue.waterfall.liquidations.takeoverValue).toEqual([8_800]);
    expect(outcome(venue)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [50, 200, 0] });
    expect(venue.state("ann")).toMatchObject({ lots: 0, margin: 0 });
    const poor = venueOf({ takeoverAt: "mark", seed: 150 });
    poor.judge(880);
    // Of 200 the pool has 150; the order rests at the mark.
    expect(outcome(poor)).toEqual({ lots: [0, 0, 0, 0], rest: 10, money: [0, 150, 50] });
    expect([poor.pool.booked, poor.ledger.house, poor.exchange.book.askTicks]).toEqual([0, -50, 880]);
    const solvent = venueOf({ takeoverAt: "mark" });
    solvent.judge(905);
    // 50 of her margin are left at the mark: the pool's.
    expect(outcome(solvent)).toEqual({ lots: [0, 0, 0, 0], rest: 10, money: [50, 0, 0] });
  });

  test("ADL-4 ADL-6 the winner's open orders go before he is reduced, and he is told size and price", () => {
    const venue = new HandVenue({ ann: ANN, bob: { ...BOB, cash: 50_000 }, carol: CAROL }, { seed: 0 });
    const [ask, bid] = [venue.limit("bob", SELL, 1_100, 5), venue.limit("bob", BUY, 850, 3)];
    venue.judge(880);
    // The pool is empty: not even bob's own bid of 850 can be sold to.
    expect(venue.heard).toEqual([`done bob ${ask}`, `done bob ${bid}`, "deleveraged bob 10 @900", "liquidated ann"]);
    expect(venue.state("bob")).toEqual({ wallet: 61_000, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.exchange.book.size).toBe(0);
  });

  test("FUND-4 nobody is eligible: the house takes the rest at mark and pays what of the loss the pool cannot", () => {
    // bob sold 20 at 800: at 880 he loses; ann is bankrupt at 900, gus at 600 is safe.
    const gus: Start = { lots: 10, value: 6_000, margin: 6_000 };
    const venue = new HandVenue(
      { ann: ANN, gus, bob: { lots: -20, value: 16_000, margin: 16_000 }, carol: CAROL },
      { seed: 90, adl: { eligible: "profitable" } },
    );
    venue.limit("carol", BUY, 860, 2);
    venue.judge(880);
    // Two lots at 860 cost the pool 80 of its 90. Eight go to the house at 880: of 160 of loss the pool's last 10 pay some, 150 are the house's.
    expect(outcome(venue)).toEqual({ lots: [0, 2, 0, 8], rest: 0, money: [0, 90, 150] });
    expect(venue.pool.booked).toBe(0);
    expect(venue.ledger.house).toBe(-150);
    expect(stateOf(venue.accounts, HOUSE_ACCOUNT)).toMatchObject({ lots: 8, entry: 7_040 });
    expect(fundsOf(venue).at(-1)).toMatchObject({ entry: "uncovered", liquidation: 0, amount_quanta: 0, house_quanta: 150 });
    expect(venue.state("bob")).toMatchObject({ lots: -20 });
    recordLiquidations(venue.record, venue.waterfall.liquidations, () => 0);
    expect(rowsOf(venue.record.liquidations, "status", "cause", "size_lots", "residual_lots", "liquidation_price_ticks", "parent")).toEqual(
      [{ status: "residual", cause: "direct", size_lots: 10, residual_lots: 8, liquidation_price_ticks: 909, parent: null }],
    );
  });

  test("FUND-4 with losers eligible too, as is the default, they are closed and the house pays nothing", () => {
    const gus: Start = { lots: 10, value: 6_000, margin: 6_000 };
    const venue = new HandVenue({ ann: ANN, gus, bob: { lots: -20, value: 16_000, margin: 16_000 } });
    venue.judge(880);
    expect(outcome(venue)).toEqual({ lots: [0, 0, 10, 0], rest: 0, money: [0, 0, 0] });
    expect(venue.ledger.house).toBe(0);
    // Ten of twenty closed at 900 with an entry of 8000: a loss of 1000.
    expect(venue.state("bob")).toMatchObject({ lots: -10, entry: 8_000, wallet: 7_000, margin: 8_000 });
  });

  test("ADL-3 who is himself in liquidation at this mark is not offered to the policy", () => {
    // At 895 ann, bankrupt at 900, is breached. sue is at risk too (60 of 89.5), later in order, and would stay solvent if closed at 900.
    const sue: Start = { lots: -10, value: 8_000, margin: 1_010 };
    const zed: Start = { lots: 10, value: 8_000, margin: 8_000 };
    const offered: (readonly number[])[] = [];
    const policy: AdlPolicy["choose"] = (request, candidates, memory) => {
      offered.push(candidates.account);
      return profitTimesLeverage.choose(request, candidates, memory);
    };
    const venue = new HandVenue({ ann: ANN, sue, bob: BOB, zed }, { mark: 850, policy });
    venue.judge(895);
    expect(venue.waterfall.liquidations.starts.map(({ account }) => account)).toEqual([venue.of("ann"), venue.of("sue")]);
    expect(offered).toEqual([[venue.of("bob")]]);
    // A mark at which only ann fails: now sue is as good as bob.
    offered.length = 0;
    const healthy = new HandVenue({ ann: ANN, sue: { ...sue, margin: 1_100 }, bob: BOB, zed }, { mark: 850, policy });
    healthy.judge(895);
    expect(offered).toEqual([[healthy.of("sue"), healthy.of("bob")]]);
  });

  test("LIQ-7 a takeover nets against opposite inventory first, whose order leaves the book", () => {
    // sue: short 10 at 900, margin 600: bankrupt at 960, at risk from 951 on (9600 − 10 p ≤ p / 10 from 950.5).
    const sue: Start = { lots: -10, value: 9_000, margin: 600 };
    const zed: Start = { lots: 10, value: 9_000, margin: 9_000 };
    const venue = new HandVenue({ ann: ANN, sue, bob: BOB, zed, carol: CAROL }, { seed: 500 });
    venue.judge(905);
    expect(venue.exchange.book.askTicks).toBe(900);
    venue.judge(951);
    // ann's lots, taken at 9000, close sue's, taken at 9600: 600 for the pool, and nothing is left on the book.
    expect(outcome(venue, 0)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [0, 0, 0] });
    expect(outcome(venue, 1)).toEqual({ lots: [10, 0, 0, 0], rest: 0, money: [600, 0, 0] });
    expect(venue.pool.booked).toBe(1_100);
    expect(venue.exchange.book.size).toBe(0);
    venue.exchange.market(venue.of("carol"), venue.exchange.newOrder(), BUY, 5);
    expect(venue.state("carol").lots).toBe(0);
    venue.judge(951);
  });

  test("LIQ-7 what netting leaves of the older inventory rests on, with as many lots", () => {
    const sue: Start = { lots: -4, value: 3_600, margin: 240 };
    const zed: Start = { lots: 4, value: 3_600, margin: 3_600 };
    const venue = new HandVenue({ ann: ANN, sue, bob: BOB, zed, carol: CAROL }, { seed: 500 });
    venue.judge(905);
    venue.judge(951);
    expect(outcome(venue, 0)).toMatchObject({ lots: [4, 0, 0, 0], rest: 6 });
    expect(outcome(venue, 1)).toMatchObject({ lots: [4, 0, 0, 0], rest: 0, money: [240, 0, 0] });
    expect(venue.exchange.book.depthLots(SELL, [900])).toEqual([6]);
    expect(venue.exchange.book.size).toBe(1);
    venue.exchange.market(venue.of("carol"), venue.exchange.newOrder(), BUY, 9);
    expect(venue.state("carol").lots).toBe(6);
    expect(outcome(venue, 0)).toMatchObject({ rest: 0 });
    venue.check();
  });

  test.each([
    // Taken over at 8888, netted against 9000: the pool pays 112.
    { seed: 112, sue: { lots: [10, 0, 0, 0], rest: 0, money: [0, 112, 0] }, booked: 0 },
    // Not netted as a whole; the engine's own sell order at 900 is what the book offers: nine lots cost 101, the tenth is deleveraged.
    { seed: 111, sue: { lots: [0, 9, 1, 0], rest: 0, money: [0, 101, 0] }, booked: 10 },
  ])("LIQ-7 FUND-4 netting at a loss is done as far as the pool can pay: pool of $seed", ({ seed, sue, booked }) => {
    const venue = new HandVenue({ ann: ANN, bob: BOB, carol: CAROL, sue: { cash: 88, leverage: 100 } }, { seed });
    venue.judge(905);
    // sue sells 10 to carol at 880, far below the mark: equity 88 − 250, bankrupt at 888.8.
    venue.ledger.trade(venue.of("carol"), 10, 8_800, 0);
    venue.ledger.trade(venue.of("sue"), -10, 8_800, 0);
    for (const name of ["carol", "sue"] as const) venue.exchange.watch(venue.of(name));
    venue.judge(905);
    expect(outcome(venue, 1)).toEqual(sue);
    expect(venue.pool.booked).toBe(booked);
    expect(fundsOf(venue).every((row) => (row["available_quanta"] as number) >= 0)).toBe(true);
  });

  test("CASC-1 a liquidation that passes at the shadow mark is induced", () => {
    const venue = venueOf();
    venue.judge(909, 910);
    expect(venue.waterfall.liquidations.starts[0]?.cause).toBe("induced");
    const direct = venueOf();
    direct.judge(909, 909);
    expect(direct.waterfall.liquidations.starts[0]?.cause).toBe("direct");
  });
});

describe("where a lot moves by half a quantum a tick", () => {
  const instrument = { quantaPerTickLot: { numerator: 1, denominator: 2 } };

  test("CONS-3 FUND-4 a quantum that rounding costs within the limit is the house's when the pool is empty", () => {
    // Taken over at 101, sold in two lots at 101 ticks: 50.5 each, to even 50, and the second has 51 of the takeover value.
    const venue = new HandVenue(
      { ann: { lots: 2, value: 1_000, margin: 899 }, bob: { lots: -2, value: 1_000, margin: 5_000 }, carol: CAROL },
      { instrument },
    );
    venue.judge(102);
    const { takeoverValue, limitTicks } = venue.waterfall.liquidations;
    expect([takeoverValue, limitTicks]).toEqual([[101], [101]]);
    for (let lot = 0; lot < 2; lot++) venue.exchange.market(venue.of("carol"), venue.exchange.newOrder(), BUY, 1);
    expect(outcome(venue)).toEqual({ lots: [1, 1, 0, 0], rest: 0, money: [0, 0, 1] });
    expect([venue.pool.booked, venue.ledger.house]).toEqual([0, -1]);
    venue.check();
  });

  test("LIQ-1 who was looked at early, where rounding blurs the edge, and found healthy is found again when at risk", () => {
    const venue = new HandVenue(
      { ann: { lots: 2, value: 1_000, margin: 899 }, bob: { lots: -2, value: 1_000, margin: 5_000 } },
      { instrument },
    );
    for (const mark of [106, 105, 104]) venue.judge(mark);
    expect(venue.waterfall.liquidations.count).toBe(0);
    // At 103: 103 + 899 − 1000 = 2, which is all that 1 % of 103, rounded up, asks for.
    venue.judge(103);
    expect(venue.waterfall.liquidations.count).toBe(1);
  });

  test("FUND-3 no liquidation is beyond bankruptcy, so nothing is hidden, whatever their lots together round to", () => {
    // 103 ticks are 51.5, to even 52, which is what each was taken over at; two lots together are worth 103 and not 104.
    const one: Start = { lots: 1, value: 500, margin: 448 };
    const venue = new HandVenue({ ann: one, eve: one, bob: { lots: -2, value: 1_000, margin: 5_000 } }, { instrument });
    venue.judge(103);
    expect([outcome(venue, 0).rest, outcome(venue, 1).rest]).toEqual([1, 1]);
    expect(venue.pool.available).toBe(0);
  });
});

describe("a policy may be anybody's", () => {
  const run = (policy: AdlPolicy["choose"]) => venueOf({ policy, adl: { policy: "homemade" } }).judge(880);
  const fill = (candidate: number, lots: number) => ({ candidate, lots, score: 0 });

  test.each([
    { why: "more than a candidate holds", policy: () => [fill(0, 11)], problem: "closes 11 lots of candidate 0, who holds 10" },
    { why: "an unknown candidate", policy: () => [fill(1, 10)], problem: "closes 10 lots of candidate 1, who holds nothing" },
    {
      why: "a candidate that is no number",
      policy: () => [fill(Number.NaN, 10)],
      problem: "closes 10 lots of candidate NaN, who holds nothing",
    },
    { why: "too little", policy: () => [fill(0, 9)], problem: "closes 9 lots in all, 10 were asked" },
    { why: "nothing", policy: () => [], problem: "closes 0 lots in all, 10 were asked" },
    { why: "a candidate twice", policy: () => [fill(0, 5), fill(0, 5)], problem: "closes 5 lots of candidate 0" },
    { why: "no lots", policy: () => [fill(0, 0)], problem: "closes 0 lots of candidate 0" },
    { why: "a negative size", policy: () => [fill(0, -10)], problem: "closes -10 lots of candidate 0" },
    { why: "a part of a lot", policy: () => [fill(0, 9.5)], problem: "closes 9.5 lots of candidate 0" },
  ])("ADL-3 $why is refused, and the policy named", ({ policy, problem }) => {
    expect(() => run(policy)).toThrow(`ADL policy homemade ${problem}`);
  });

  test("ADL-3 too much in all is refused", () => {
    const half: Start = { lots: -5, value: 5_000, margin: 5_000 };
    const extra: Start = { lots: -10, value: 10_000, margin: 10_000 };
    const venue = new HandVenue(
      { ann: ANN, one: half, two: half, three: extra, four: { lots: 10, value: 10_000, margin: 9_000 } },
      { policy: (_request, { lots }) => lots.map((held, candidate) => fill(candidate, held)), adl: { policy: "greedy" } },
    );
    expect(() => venue.judge(880)).toThrow("ADL policy greedy closes 20 lots in all, 10 were asked");
  });

  test("ADL-3 any order within the bounds is taken as it is", () => {
    const half: Start = { lots: -5, value: 5_000, margin: 5_000 };
    const other: Start = { lots: 10, value: 10_000, margin: 9_000 };
    const venue = new HandVenue(
      { ann: ANN, one: half, two: half, three: BOB, four: other },
      { policy: () => [fill(2, 7), fill(0, 3)], adl: { policy: "homemade" } },
    );
    venue.judge(880);
    expect([venue.state("one").lots, venue.state("two").lots, venue.state("three").lots]).toEqual([-2, -5, -3]);
  });
});
