import { describe, expect, test } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import type { AgentStart, InstrumentInput, SimulationInput } from "../../../sim/input.ts";
import type { Table } from "../../../sim/kernel/table.ts";
import { BUY, SELL } from "../../../sim/market/order-book.ts";
import { Simulation } from "../../../sim/simulation.ts";
import type { VenueRules } from "../../../sim/venue/rules.ts";
import { actingAgent } from "../acting-agent.ts";
import { instrumentOf, liquidationRulesOf, QUIET_RULES } from "../venue-fixture.ts";

const SECOND = 1_000_000;
const FIRST = FIRST_TRADER_ACCOUNT;

/** Positions at 1,000 of holders `[holder, lots, margin]`; a lot is worth a quantum a tick, maintenance is 1 %. Holder 0 hedges. */
function market(ticks: readonly number[], rows: readonly (readonly [number, number, number])[], isCross = 0): InstrumentInput {
  return {
    instrument: instrumentOf(),
    index: { startUs: 0, intervalUs: SECOND, ticks: Float64Array.from(ticks) },
    holders: {
      count: rows.length,
      holder: Int32Array.from(rows, ([holder]) => holder),
      lots: Float64Array.from(rows, ([, lots]) => lots),
      entryValue: Float64Array.from(rows, ([, lots]) => Math.abs(lots) * 1_000),
      margin: Float64Array.from(rows, ([, , margin]) => margin),
      leverageHundredths: new Float64Array(rows.length).fill(1_000),
      isHedged: Uint8Array.from(rows, ([holder]) => (holder === 0 ? 1 : 0)),
      isCross: Uint8Array.from(rows, ([holder]) => (holder === 0 ? isCross : 0)),
    },
  };
}

function run(
  instrument: InstrumentInput,
  given: { agents?: readonly AgentStart[]; margin?: Partial<VenueRules["margin"]>; rules?: Partial<VenueRules>; seed?: number } = {},
) {
  const input: SimulationInput = {
    asset: { symbol: "USDT", quantum: "0.01" },
    rules: { ...QUIET_RULES, margin: liquidationRulesOf(given.margin), ...given.rules },
    instruments: [instrument],
    poolSeeds: { "perpetual/BTC/USDT": given.seed ?? 0 },
    agents: given.agents ?? [],
    ...{ displacementHalfLifeUs: SECOND, slowAverageUs: SECOND, sampleIntervalUs: SECOND, recordOrders: true, checkEveryEvent: true },
  };
  return new Simulation(input).run().record;
}

/** With cash enough for anything. */
const agent: typeof actingAgent = (name, act, given = {}) => actingAgent(name, act, { depositQuanta: 100_000, ...given });

const of = (table: Table, ...names: string[]) => names.map((name) => [...table.numbers(name)]);
const NOBODY: readonly (readonly [number, number, number])[] = [];

describe("orders of an account in hedge mode", () => {
  const others = () =>
    agent("others", (desk) => {
      desk.limit(SELL, 1_000, 20);
      desk.limit(BUY, 990, 20);
    });

  test("ACCT-4 ORDER-2 four actions open and close two legs, and what closes one never opens the other", () => {
    const hedger = agent(
      "hedger",
      (desk) => {
        desk.market(BUY, 10, { leg: "long" });
        desk.market(SELL, 6, { leg: "short" });
        desk.market(SELL, 11, { leg: "long" });
        desk.market(SELL, 3, { leg: "long" });
        desk.market(BUY, 2, { leg: "short" });
        // Seven are left of the long leg: five and three of them cannot both be closed.
        desk.limit(SELL, 1_100, 5, { leg: "long" });
        desk.limit(SELL, 1_100, 3, { leg: "long" });
        desk.limit(SELL, 1_200, 2, { leg: "long" });
      },
      { firstWakeUs: 600_000, positionMode: "hedge" },
    );
    const { orders, positions } = run(market([1_000, 1_000], NOBODY), { agents: [others(), hedger] });
    expect(orders.words("result").slice(2)).toEqual([
      ...["accepted", "accepted", "would-increase", "accepted", "accepted", "accepted", "would-increase", "accepted"],
    ]);
    const [account, lots, margin] = of(positions, "account", "position_lots", "margin_quanta") as [number[], number[], number[]];
    const held = account.flatMap((number, row) => (number > FIRST ? [[lots[row], margin[row]]] : []));
    // Long 10 at 1,000 and 3 closed; short 6 at 990 and 2 closed: margins of a tenth, reduced by the same part.
    expect(held).toEqual([
      [7, 700],
      [-4, 396],
    ]);
    expect(hedger.heard.filter(({ kind }) => kind === "filled")).toHaveLength(4);
  });

  test("ACCT-4 ORDER-4 a hedge account names the leg, a one-way account has none", () => {
    const oneWay = agent("one-way", (desk) => desk.market(BUY, 1, { leg: "long" }), { firstWakeUs: 600_000 });
    const hedger = agent("hedger", (desk) => desk.market(BUY, 1), { firstWakeUs: 700_000, positionMode: "hedge" });
    const { orders } = run(market([1_000, 1_000], NOBODY), { agents: [others(), oneWay, hedger] });
    expect(orders.words("result").slice(2)).toEqual(["invalid-options", "invalid-options"]);
    expect(hedger.heard).toEqual([{ kind: "rejected", order: 4, code: "invalid-options" }]);
  });

  test("ORDER-1 ACCT-4 an account's legs never trade with each other: self-trade prevention", () => {
    const hedger = agent(
      "hedger",
      (desk) => {
        desk.limit(SELL, 1_000, 5, { leg: "short" });
        desk.limit(BUY, 1_000, 5, { leg: "long" });
      },
      { positionMode: "hedge" },
    );
    const { trades, orders } = run(market([1_000, 1_000], NOBODY), { agents: [hedger] });
    expect(trades.rowCount).toBe(0);
    expect(orders.words("result")).toEqual(["accepted", "accepted"]);
    expect(hedger.heard).toEqual([{ kind: "done", order: 1 }]);
  });

  test("ORDER-4 an order of the short leg is amended and cancelled by its account, and by nobody else", () => {
    const hedger = agent(
      "hedger",
      (desk) => {
        const order = desk.limit(SELL, 1_100, 5, { leg: "short" });
        desk.amend(order, 1_090, 4);
        desk.cancel(order);
      },
      { positionMode: "hedge" },
    );
    const other = agent("other", (desk) => desk.cancel(1), { firstWakeUs: 499_500 });
    const { orders } = run(market([1_000, 1_000], NOBODY), { agents: [other, hedger] });
    expect(orders.words("result").slice(1)).toEqual(["accepted", "accepted", "accepted"]);
    expect([...orders.numbers("account")].slice(1)).toEqual(new Array(3).fill(FIRST + 2));
  });
});

describe("liquidation of a holder with a long leg of ten and a short leg of four at 1,000", () => {
  const others: readonly (readonly [number, number, number])[] = [
    [1, -10, 50_000],
    [2, 4, 50_000],
  ];

  test("LIQ-1 ACCT-2 ADL-3 an isolated leg goes alone; the other one stays, and is nobody's counterparty in it", () => {
    // 1,000 of margin are gone at 900. The short leg has gained 480 at 880 and is on the other side, but of the same account.
    const instrument = market([1_000, 1_000, 880], [[0, 10, 1_000], [0, -4, 1_000], ...others]);
    const { liquidations, adl, positions } = run(instrument);
    expect(of(liquidations, "account", "size_lots", "scope")).toEqual([[FIRST], [10], [0]]);
    expect(of(adl, "account", "size_lots")).toEqual([[FIRST + 1], [10]]);
    const [account, lots] = of(positions, "account", "position_lots") as [number[], number[]];
    expect(lots[account.indexOf(FIRST + 3)]).toBe(-4);
  });

  test("ACCT-4 ACCT-5 MARGIN-3 cross legs of one contract net: the pair carries itself", () => {
    // Net six lots lose 600 at 900: 480 of 1,080 are left against 90 + 36.
    const instrument = market([1_000, 1_000, 900], [[0, 10, 1_080], [0, -4, 0], ...others], 1);
    expect(run(instrument, { margin: { unrealizedProfitAsMargin: "none" } }).liquidations.rowCount).toBe(0);
  });

  test("LIQ-3 LIQ-4 a pair is offset at the mark before anything is sold, and that may be enough", () => {
    // At 836: 984 of 1,080 are lost; 96 against ⌈83.6⌉ + ⌈33.44⌉ = 118. Four of each offset leave six: 96 against 51.
    const instrument = market([1_000, 1_000, 836, 836], [[0, 10, 1_080], [0, -4, 0], ...others], 1);
    const { liquidations, offsets, accounts } = run(instrument, { margin: { partialLiquidation: "ladder" } });
    expect(of(offsets, "long_account", "short_account", "size_lots", "value_quanta")).toEqual([[FIRST], [FIRST + 3], [4], [3_344]]);
    expect(of(liquidations, "account", "scope", "reduced_lots", "takeover_lots")).toEqual([
      [FIRST, FIRST + 3],
      [0, 0],
      [4, 4],
      [0, 0],
    ]);
    expect(liquidations.words("status")).toEqual(["reduced", "reduced"]);
    // Both legs realise 656, one a loss, the other a gain.
    expect(accounts.numbers("wallet_quanta")[FIRST]).toBe(1_080);
    expect(of(accounts, "owner")).toEqual([[0, 1, 2, FIRST, FIRST + 1, FIRST + 2, FIRST]]);
  });

  test("LIQ-4 MARGIN-5 full: both legs are taken over, each with its part of the equity", () => {
    const instrument = market([1_000, 1_000, 836], [[0, 10, 1_080], [0, -4, 0], ...others], 1);
    const { liquidations } = run(instrument);
    // 96 by 84 and 34 of 118: 68.3 and 27.7.
    expect(of(liquidations, "margin_quanta", "takeover_value_quanta")).toEqual([
      [68 + 1_640, 28 - 656],
      [8_292, 3_372],
    ]);
  });
});
