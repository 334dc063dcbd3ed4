import { describe, expect, test } from "vitest";
import type { Agent } from "../../../sim/agent.ts";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import type { AgentStart, InstrumentInput, SimulationInput } from "../../../sim/input.ts";
import type { Table } from "../../../sim/kernel/table.ts";
import { BUY, SELL } from "../../../sim/market/order-book.ts";
import { Simulation } from "../../../sim/simulation.ts";
import type { VenueRules } from "../../../sim/venue/rules.ts";
import { actingAgent } from "../acting-agent.ts";
import { instrumentOf, liquidationRulesOf, QUIET_RULES } from "../venue-fixture.ts";

const SECOND = 1_000_000;
const TRADER = FIRST_TRADER_ACCOUNT;

/** Ten lots each way at 1,000, the first holder's by cross margin; a lot is worth a quantum a tick, maintenance is 1 %. */
function market(underlying: string, ticks: readonly number[], side: 1 | -1, cash: number, lots = 10): InstrumentInput {
  return {
    instrument: { ...instrumentOf(), symbol: `${underlying}-USDT`, underlying },
    index: { startUs: 0, intervalUs: SECOND, ticks: Float64Array.from(ticks) },
    holders: {
      count: 2,
      lots: Float64Array.of(side * lots, -side * lots),
      entryValue: Float64Array.of(1_000 * lots, 1_000 * lots),
      margin: Float64Array.of(cash, 50_000),
      leverageHundredths: Float64Array.of(1_000, 1_000),
      isCross: Uint8Array.of(1, 0),
    },
  };
}

function run(
  instruments: readonly InstrumentInput[],
  margin: Partial<VenueRules["margin"]> = {},
  given: { agents?: readonly AgentStart[]; rules?: Partial<VenueRules>; seeds?: SimulationInput["poolSeeds"] } = {},
) {
  return new Simulation({
    asset: { symbol: "USDT", quantum: "0.01" },
    rules: { ...QUIET_RULES, margin: liquidationRulesOf(margin), ...given.rules },
    instruments,
    poolSeeds: given.seeds ?? {},
    agents: given.agents ?? [],
    ...{ displacementHalfLifeUs: SECOND, slowAverageUs: SECOND, sampleIntervalUs: SECOND, recordOrders: true, checkEveryEvent: true },
  }).run().record;
}

/** With cash enough for anything. */
const agent: typeof actingAgent = (name, act, given = {}) => actingAgent(name, act, { depositQuanta: 100_000, ...given });

const of = (table: Table, ...names: string[]) => names.map((name) => [...table.numbers(name)]);

describe("a long of BTC and a long of ETH over one wallet of 2,000", () => {
  // BTC at 805 loses 1,950: 50 are left against 81 + 100.
  const fallen = (eth: readonly number[] = [1_000, 1_000, 1_000]) => [
    market("BTC", [1_000, 1_000, 805], 1, 2_000),
    market("ETH", eth, 1, 0),
  ];

  test("ACCT-2 LIQ-1 LIQ-4 MARGIN-5 fail together: each is taken over with its part of the equity, by maintenance margin", () => {
    const { liquidations, accounts } = run(fallen());
    expect(of(liquidations, "instrument", "scope", "equity_quanta", "requirement_quanta")).toEqual([
      [0, 1],
      [0, 0],
      [50, 50],
      [181, 181],
    ]);
    // 50 × 81 / 181 = 22.4 and 50 × 100 / 181 = 27.6: 22 and 28, by the largest remainder.
    expect(of(liquidations, "margin_quanta", "takeover_value_quanta", "bankruptcy_price_ticks")).toEqual([
      [1_972, 28],
      [8_028, 9_972],
      [803, 998],
    ]);
    expect([accounts.numbers("wallet_quanta")[TRADER], accounts.numbers("margin_quanta")[TRADER]]).toEqual([0, 0]);
  });

  test("MARGIN-4 the price at which each of them would have brought the scope down is recorded, the other held where it is", () => {
    // BTC: 10 p − 8,000 ≤ ⌈p / 10⌉ + 100 first at 818: 180 against 182. ETH: it is there already.
    expect(of(run(fallen()).liquidations, "liquidation_price_ticks")).toEqual([[805, 1_000]]);
    expect(
      of(run([market("BTC", [1_000, 1_000, 818], 1, 2_000), market("ETH", [1_000, 1_000, 1_000], 1, 0)]).liquidations, "scope"),
    ).toEqual([[0, 0]]);
    expect(run([market("BTC", [1_000, 1_000, 819], 1, 2_000), market("ETH", [1_000, 1_000, 1_000], 1, 0)]).liquidations.rowCount).toBe(0);
  });

  test.each([
    ["all", 0],
    ["own", 2],
    ["none", 2],
  ] as const)("ACCT-5 unrealizedProfitAsMargin %s: a winner of 500 carries the loser or does not", (unrealizedProfitAsMargin, failed) => {
    expect(run(fallen([1_000, 1_000, 1_050]), { unrealizedProfitAsMargin }).liquidations.rowCount).toBe(failed);
  });

  test("ACCT-5 LIQ-5 what was not counted of a winner's profit is left when all is taken over, and follows surplusTo", () => {
    // Counted are 105 of 500: equity 155 of 2,000 − 1,950 + 105; both fail against 81 + 105 = 186.
    const own = (surplusTo: "pool" | "trader") =>
      run(fallen([1_000, 1_000, 1_050]), { unrealizedProfitAsMargin: "own" }, { rules: { surplusTo } });
    expect(of(own("pool").liquidations, "equity_quanta", "surplus_quanta")).toEqual([
      [155, 155],
      [0, 395],
    ]);
    expect(own("trader").accounts.numbers("wallet_quanta")[TRADER]).toBe(395);
  });

  test("LIQ-6 FUND-1 beyond bankruptcy each loss is its own pool's", () => {
    // At 780 200 are missing. With nobody to trade with ADL takes both at their bankruptcy prices.
    const { liquidations, adl } = run([market("BTC", [1_000, 1_000, 780], 1, 2_000), market("ETH", [1_000, 1_000, 1_000], 1, 0)]);
    // −200 × 78 / 178 = −87.6 and −112.4.
    expect(of(liquidations, "takeover_value_quanta", "adl_lots")).toEqual([
      [7_888, 10_112],
      [10, 10],
    ]);
    expect([...adl.numbers("value_quanta")]).toEqual([7_888, 10_112]);
  });

  test("LIQ-4 takeoverAt mark: what is missing the pools pay at once", () => {
    const { liquidations, accounts } = run(
      [market("BTC", [1_000, 1_000, 780], 1, 2_000), market("ETH", [1_000, 1_000, 1_000], 1, 0)],
      {},
      { rules: { takeoverAt: "mark" }, seeds: { "perpetual/BTC/USDT": 100, "perpetual/ETH/USDT": 50 } },
    );
    expect(of(liquidations, "takeover_value_quanta", "cover_quanta", "uncovered_quanta")).toEqual([
      [7_800, 10_000],
      [88, 50],
      [0, 62],
    ]);
    expect(accounts.numbers("wallet_quanta")[TRADER]).toBe(0);
  });

  test("LIQ-3 LIQ-4 just-enough: the losing position with the largest maintenance margin is reduced on the book until the scope passes", () => {
    const bidder = agent("bidder", (desk) => desk.on(0).desk.limit(BUY, 812, 100));
    const at = [market("BTC", [1_000, 1_000, 816, 816], 1, 2_000), market("ETH", [1_000, 1_000, 1_000, 1_000], 1, 0)];
    // 160 against 82 + 100, and bankrupt at 809. A lot sold at 812 costs 4 and takes 8.16 off: five leave 140 against 141, six 136 against 133.
    const { liquidations, positions } = run(at, { partialLiquidation: "just-enough" }, { agents: [bidder] });
    expect(of(liquidations, "instrument", "reduced_lots", "takeover_lots")).toEqual([[0], [6], [0]]);
    expect(liquidations.words("status")).toEqual(["reduced"]);
    const left = [...positions.numbers("position_lots")].filter((_, row) => positions.numbers("account")[row] === TRADER);
    expect(left).toEqual([4, 10]);
  });

  test("LIQ-3 LIQ-4 what nobody takes within the bankruptcy price is tried again at the next mark, as the same liquidation", () => {
    const late = agent("bidder", (desk) => desk.on(0).desk.limit(BUY, 812, 100), { firstWakeUs: 2_500_000 });
    const early = agent("too low", (desk) => desk.on(0).desk.limit(BUY, 808, 100));
    const at = [market("BTC", [1_000, 1_000, 816, 816], 1, 2_000), market("ETH", [1_000, 1_000, 1_000, 1_000], 1, 0)];
    const { liquidations } = run(at, { partialLiquidation: "just-enough" }, { agents: [late, early] });
    expect(of(liquidations, "trigger_time_us", "end_time_us", "reduced_lots")).toEqual([[2 * SECOND], [3 * SECOND], [6]]);
  });

  test("LIQ-2 open orders of every cross instrument go first; what they held may be enough", () => {
    // Fees of 1 % are held for an order of 9,000: 90 of 200 are then not there.
    const fees = { taker: "0.01" };
    const charged = (one: InstrumentInput) => ({ ...one, instrument: { ...one.instrument, fees: instrumentOf(fees).fees } });
    const nobody = { count: 0, lots: new Float64Array(0), entryValue: new Float64Array(0), margin: new Float64Array(0) };
    const empty = (one: InstrumentInput) => ({ ...charged(one), holders: { ...nobody, leverageHundredths: new Float64Array(0) } });
    const seller = agent("seller", (desk) => desk.limit(SELL, 1_000, 10));
    const buyer = agent(
      "buyer",
      (desk) => {
        desk.market(BUY, 10);
        desk.on(1).desk.limit(BUY, 900, 10);
      },
      { firstWakeUs: 600_000, depositQuanta: 2_500, marginMode: "cross" },
    );
    const instruments = (mark: number) => [
      empty(market("BTC", [1_000, 1_000, mark, mark], 1, 0)),
      empty(market("ETH", [1_000, 1_000, 1_000, 1_000], 1, 0)),
    ];
    // Bought for 10,000 with a fee of 100: 2,400. At 773 130 are left against 78: with the fees of the order only 40.
    const cured = run(instruments(773), {}, { agents: [seller, buyer] });
    expect(cured.liquidations.rowCount).toBe(0);
    expect(buyer.heard.at(-1)).toMatchObject({ kind: "done" });
  });
});

test("CASC-1 ADL-5 a scope that lost its hedge to auto-deleveraging below the mark fails for it: cause adl", () => {
  const rows = (
    underlying: string,
    ticks: readonly number[],
    holders: readonly (readonly [number, number, number])[],
  ): InstrumentInput => ({
    ...market(underlying, ticks, 1, 0),
    holders: {
      count: holders.length,
      holder: Int32Array.from(holders, ([holder]) => holder),
      lots: Float64Array.from(holders, ([, lots]) => lots),
      entryValue: new Float64Array(holders.length).fill(10_000),
      margin: Float64Array.from(holders, ([, , margin]) => margin),
      leverageHundredths: new Float64Array(holders.length).fill(1_000),
      isCross: Uint8Array.from(holders, ([holder]) => (holder === 0 ? 1 : 0)),
    },
  });
  // At 930 and 900 the short of ETH carries the long of BTC: 250 − 700 + 1,000 against 93 + 90. The long of ETH is
  // bankrupt at 950, and so is the short closed: 250 − 700 + 500 are left against 93, found at the next marks.
  const { liquidations } = run([
    rows(
      "BTC",
      [1_000, 1_000, 930, 930],
      [
        [0, 10, 250],
        [1, -10, 50_000],
      ],
    ),
    rows(
      "ETH",
      [1_000, 1_000, 900, 900],
      [
        [0, -10, 0],
        [2, 10, 500],
      ],
    ),
  ]);
  expect(of(liquidations, "account", "trigger_time_us")).toEqual([
    [FIRST_TRADER_ACCOUNT + 2, TRADER],
    [2 * SECOND, 3 * SECOND],
  ]);
  expect(liquidations.words("cause")).toEqual(["direct", "adl"]);
});

describe("orders of a cross account", () => {
  const nobody = { lots: new Float64Array(0), entryValue: new Float64Array(0), margin: new Float64Array(0) };
  const quiet = (underlying: string, ticks: readonly number[]): InstrumentInput => ({
    ...market(underlying, ticks, 1, 0),
    holders: { count: 0, ...nobody, leverageHundredths: new Float64Array(0) },
  });

  test.each([
    ["all", ["accepted", "accepted", "accepted"]],
    ["none", ["accepted", "accepted", "insufficient-margin"]],
  ] as const)("ORDER-2 ACCT-5 %s: unrealised profit can or cannot be used for new orders", (unrealizedProfitAsMargin, results) => {
    const seller = agent("seller", (desk) => desk.limit(SELL, 1_000, 10));
    // All of its 1,000 is the initial margin of ten lots; at 1,100 it has gained 1,000 more.
    const buyer = agent("buyer", (desk) => desk.market(BUY, 10), { firstWakeUs: 600_000, depositQuanta: 1_100, marginMode: "cross" });
    const later: Agent = {
      wake: (_, desk) => {
        desk.on(1).desk.limit(BUY, 1_000, 5);
      },
      receive: () => {},
    };
    let wakes = 0;
    const both: AgentStart = {
      ...buyer,
      agent: {
        wake: (view, desk) => {
          wakes += 1;
          if (wakes === 1) {
            buyer.agent.wake(view, desk);
            desk.wakeIn(2 * SECOND);
          } else later.wake(view, desk);
        },
        receive: () => {},
      },
    };
    const record = run(
      [quiet("BTC", [1_000, 1_000, 1_100, 1_100, 1_100]), quiet("ETH", [1_000, 1_000, 1_000, 1_000, 1_000])],
      {
        unrealizedProfitAsMargin,
      },
      { agents: [seller, both] },
    );
    expect(record.orders.words("result")).toEqual(results);
  });

  test("ORDER-2 orders of both sides are netted: only the larger side holds margin", () => {
    const trader = agent(
      "trader",
      (desk) => {
        desk.limit(BUY, 1_000, 10);
        desk.limit(SELL, 1_000 + 1, 10);
        desk.limit(BUY, 999, 1);
      },
      { depositQuanta: 1_000, marginMode: "cross" },
    );
    const record = run([quiet("BTC", [1_000, 1_000, 1_000])], {}, { agents: [trader] });
    expect(record.orders.words("result")).toEqual(["accepted", "accepted", "insufficient-margin"]);
  });
});
