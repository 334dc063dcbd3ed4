import { describe, expect, test } from "vitest";
import type { Agent, Desk } from "../../../sim/agent.ts";
import { FIRST_TRADER_ACCOUNT, HOUSE_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import type { AgentStart, CollateralInput, InstrumentInput } from "../../../sim/input.ts";
import type { Table } from "../../../sim/kernel/table.ts";
import { BUY, SELL } from "../../../sim/market/order-book.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { instrumentOf, liquidationRulesOf, QUIET_RULES } from "../venue-fixture.ts";

const SECOND = 1_000_000;
const TRADER = FIRST_TRADER_ACCOUNT;
const ONE = { numerator: 1, denominator: 1 };

/** One asset: a quantum is worth a hundred quanta of the settlement asset, less a tenth; or as much as the index, tick for tick. */
function collateral(holders: CollateralInput["holders"], ofIndex = false): CollateralInput {
  const haircuts = [{ upTo: Number.MAX_SAFE_INTEGER, haircut: { numerator: 1, denominator: 10 } }];
  const price = ofIndex ? { instrument: 0, perUnit: ONE } : { instrument: null, perUnit: { numerator: 100, denominator: 1 } };
  return { settlement: { price: ONE, haircuts: [] }, assets: [{ asset: { symbol: "GOLD", quantum: "1" }, haircuts, price }], holders };
}

/** The first holder is long ten lots at 1,000 in cross margin with some cash, the second has the other side. */
function market(ticks: readonly number[], cash: number, lots = 10): InstrumentInput {
  return {
    instrument: instrumentOf(),
    index: { startUs: 0, intervalUs: SECOND, ticks: Float64Array.from(ticks) },
    holders: {
      count: 2,
      lots: Float64Array.of(lots, -lots),
      entryValue: Float64Array.of(1_000 * lots, 1_000 * lots),
      margin: Float64Array.of(cash, 50_000),
      leverageHundredths: Float64Array.of(1_000, 1_000),
      isCross: Uint8Array.of(1, 0),
    },
  };
}

function run(instrument: InstrumentInput, given: CollateralInput, agents: readonly AgentStart[] = []) {
  return new Simulation({
    asset: { symbol: "USDT", quantum: "0.000001" },
    rules: { ...QUIET_RULES, margin: liquidationRulesOf() },
    ...{ instruments: [instrument], collateral: given, poolSeeds: {}, agents },
    ...{ displacementHalfLifeUs: SECOND, slowAverageUs: SECOND, sampleIntervalUs: SECOND, recordOrders: true, checkEveryEvent: true },
  }).run().record;
}

const of = (table: Table, ...names: string[]) => names.map((name) => [...table.numbers(name)]);

describe("a long over no cash and twenty quanta of an asset that count for 1,800", () => {
  const gold = collateral([{ holder: 0, asset: 1, quanta: 20 }]);

  test("ACCT-6 MARGIN-3 stands as long as they carry it", () => {
    // At 830 it has lost 1,700: 100 are left against 83. At 826: 60 against 83.
    expect(run(market([1_000, 1_000, 830], 0), gold).liquidations.rowCount).toBe(0);
    expect(of(run(market([1_000, 1_000, 826], 0), gold).liquidations, "equity_quanta", "requirement_quanta")).toEqual([[60], [83]]);
  });

  test("ACCT-6 LIQ-4 MARGIN-5 when it is taken over all is sold to the house first, and booked in both assets", () => {
    const record = run(market([1_000, 1_000, 825], 0), gold);
    expect(of(record.conversions, "account", "asset", "sold_quanta", "credited_quanta")).toEqual([[TRADER], [1], [20], [1_800]]);
    // 50 are left at 8,250.
    expect(of(record.liquidations, "margin_quanta", "takeover_value_quanta")).toEqual([[1_800], [8_200]]);
    expect(of(record.collateral, "account", "deposited_quanta", "balance_quanta")).toEqual([
      [TRADER, HOUSE_ACCOUNT],
      [20, 0],
      [0, 20],
    ]);
    expect(record.accounts.numbers("wallet_quanta")[TRADER]).toBe(0);
    expect(record.accounts.numbers("wallet_quanta")[HOUSE_ACCOUNT]).toBe(-1_800);
    expect(record.assets.words("symbol")).toEqual(["USDT", "GOLD"]);
  });

  test("MARK-1 ACCT-6 an asset is priced by the index: what falls with the position carries less of it", () => {
    // Two quanta count for 0.9 × 2 × 950 = 1,710 at 950, where 500 are lost; for 1,530 at 850, where 1,500 are.
    const own = collateral([{ holder: 0, asset: 1, quanta: 2 }], true);
    expect(run(market([1_000, 1_000, 950], 0), own).liquidations.rowCount).toBe(0);
    expect(of(run(market([1_000, 1_000, 850], 0), own).liquidations, "equity_quanta", "requirement_quanta")).toEqual([[30], [85]]);
  });
});

test("ACCT-6 a wallet that a trade left owing is made good at the next mark, by as little as will do", () => {
  const acting = (name: string, act: (desk: Desk) => void, given: Partial<AgentStart> = {}): AgentStart => {
    let done = false;
    const agent: Agent = {
      wake: (_, desk) => {
        if (!done) act(desk);
        done = true;
      },
      receive: () => {},
    };
    const latencies = { latencyUs: 1_000, latencyBackUs: 1_000, marketDataDelayUs: 1_000 };
    return { name, agent, depositQuanta: 100_000, leverageHundredths: 1_000, ...latencies, firstWakeUs: 500_000, ...given };
  };
  // It buys ten at 1,000 and sells five of them at 950: 250 are lost, 100 of them beyond its cash of 150.
  const maker = acting("maker", (desk) => {
    desk.limit(SELL, 1_000, 10);
    desk.limit(BUY, 950, 5);
  });
  const trader = acting(
    "trader",
    (desk) => {
      desk.market(BUY, 10);
      desk.market(SELL, 5);
    },
    { firstWakeUs: 600_000, depositQuanta: 150, marginMode: "cross", collateral: [{ asset: 1, quanta: 20 }] },
  );
  const nobody = { count: 0, lots: new Float64Array(0), entryValue: new Float64Array(0), margin: new Float64Array(0) };
  const empty = { ...market([1_000, 1_000, 1_000], 0), holders: { ...nobody, leverageHundredths: new Float64Array(0) } };
  const { conversions, accounts } = run(empty, collateral([]), [maker, trader]);
  // Two quanta bring 180: as much as is missing is credited.
  expect(of(conversions, "time_us", "sold_quanta", "credited_quanta")).toEqual([[SECOND], [2], [100]]);
  expect(accounts.numbers("wallet_quanta")[FIRST_TRADER_ACCOUNT + 1]).toBe(0);
});
