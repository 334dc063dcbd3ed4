import { describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment, simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { Simulation, type SimulationInput, type Table } from "../../sim/index.ts";

const BTC = {
  generate: "waypoints",
  startPrice: "120000",
  waypoints: [
    { at: "6m", change: -0.12 },
    { at: "12m", change: -0.1 },
  ],
  volatility: 0.7,
};
const ETH = { ...BTC, startPrice: "4300", waypoints: [{ at: "8m", change: -0.2 }] };
/** A third contract of the same underlying as the first: it shares its pool (FUND-1). */
const BTC_TOO = {
  ...{ symbol: "BTC2-USDT", base: "BTC", quote: "USDT", settle: "USDT", tickSize: "0.5", lotSize: "0.001" },
  tiers: [{ upTo: null, maintenanceMarginRate: "0.01", maxLeverage: "50" }],
};
const AGENTS = [
  { kind: "market-maker", count: 2, deposit: "2000000", interval: "5s", size: "60000", inventoryLimit: "2000000" },
  { kind: "noise-trader", count: 6, interval: "5s", deposit: "1000000", positionLimit: "1000000", leastSize: "1500", mostSize: "50000" },
];
const SHOCKS = { "BTC-USDT": BTC, "ETH-USDT": ETH, "BTC2-USDT": { ...BTC, volatility: 1.4 } };

/** The first so many of three contracts; every holder in each of them unless `each` says otherwise. */
function scenario(contracts: number, each = contracts, ...sets: string[]) {
  const instruments = ["BTC-USDT", "ETH-USDT", BTC_TOO].slice(0, contracts);
  const shocks = Object.fromEntries(Object.entries(SHOCKS).slice(0, contracts));
  return resolveScenario("flash-crash", {
    sets: [
      ...["duration=15m", "population.accounts=240", "pools={}", `population.instrumentsEach=${each}`],
      ...["pools.perpetual/BTC/USDT.seedCapital=5000", `instruments=${JSON.stringify(instruments)}`],
      ...[`shock=${JSON.stringify(shocks)}`, `agents=${JSON.stringify(AGENTS)}`, ...sets],
    ],
    seed: 3,
    registries,
  });
}

const inputOf = async (contracts: number, each?: number, ...sets: string[]) => simulationInput(await scenario(contracts, each, ...sets));

/** What an input has of one contract, as an input of its own. */
function onlyOne(input: SimulationInput, number: number): SimulationInput {
  const own = input.instruments[number] as SimulationInput["instruments"][number];
  const { holder: _holder, ...holders } = own.holders;
  const { productLine, underlying, settleAsset } = own.instrument;
  const pool = `${productLine}/${underlying}/${settleAsset}`;
  return {
    ...input,
    instruments: [{ ...own, holders }],
    agents: input.agents.filter(({ instrument }) => instrument === number).map((agent) => ({ ...agent, instrument: 0 })),
    poolSeeds: { [pool]: input.poolSeeds[pool] as number },
  };
}

/** Rows of one instrument, as text, without the columns that count over all instruments. */
function rowsOf(table: Table, instrument: number, ...columns: string[]): string[] {
  const given = columns.map((name) => table.numbers(name));
  const rows: string[] = [];
  table.numbers("instrument").forEach((own, row) => {
    if (own === instrument) rows.push(given.map((column) => column[row]).join(" "));
  });
  return rows;
}

describe("several contracts in one run", () => {
  test("TIME-3 the same scenario and seed give the same digest twice, and liquidations in each", async () => {
    const runs = [await runExperiment(await scenario(3)), await runExperiment(await scenario(3))];
    expect(runs[1]?.digest).toBe(runs[0]?.digest);
    const record = (runs[0] as (typeof runs)[number]).record;
    expect(new Set(record.liquidations.numbers("instrument"))).toEqual(new Set([0, 1, 2]));
    expect(new Set(record.trades.numbers("instrument"))).toEqual(new Set([0, 1, 2]));
  });

  test("FUND-1 two of one underlying share a pool, which is seeded once", async () => {
    const { poolSeeds, instruments } = await inputOf(3);
    expect(poolSeeds).toEqual({ "perpetual/BTC/USDT": 5_000_000_000, "perpetual/ETH/USDT": 0 });
    expect(instruments.map(({ instrument }) => instrument.symbol)).toEqual(["BTC-USDT", "ETH-USDT", "BTC2-USDT"]);
  });

  test("TIME-2 one added at the end changes no path, no position and no agent of those before it", async () => {
    const before = await inputOf(2);
    const after = await inputOf(3);
    const own = ({ instruments }: SimulationInput) => instruments.slice(0, 2).map(({ index, holders }) => ({ index, holders }));
    expect(own(after)).toEqual(own(before));
    const starts = ({ agents }: SimulationInput) => agents.map(({ agent: _agent, ...start }) => start);
    expect(starts(after).slice(0, before.agents.length)).toEqual(starts(before));
    expect(
      starts(after)
        .slice(before.agents.length)
        .every(({ name, instrument }) => name.endsWith("/BTC2-USDT") && instrument === 2),
    ).toBe(true);
    expect(new Set(starts(after).map(({ firstWakeUs }) => firstWakeUs)).size).toBe(after.agents.length);
  });

  test("TIME-2 one contract by symbol is the run of one contract, to the digest", async () => {
    const bySymbol = await scenario(1);
    const plain = await scenario(1, 1, `shock=${JSON.stringify(BTC)}`);
    expect(Object.keys(bySymbol.shock)).toEqual(["BTC-USDT"]);
    expect((await runExperiment(bySymbol)).digest).toBe((await runExperiment(plain)).digest);
  });

  test("an entry of agents that names a contract is there alone", async () => {
    const { agents } = await inputOf(2, 1, "agents.0.instrument=ETH-USDT");
    const makers = agents.filter(({ name }) => name.startsWith("market-maker"));
    expect(makers.map(({ name, instrument }) => [name, instrument])).toEqual([
      ["market-maker/1.1/ETH-USDT", 1],
      ["market-maker/1.2/ETH-USDT", 1],
    ]);
    expect(agents.filter(({ instrument }) => instrument === 0).map(({ name }) => name)).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => `noise-trader/1.${number}`),
    );
  });

  test("ACCT-2 contracts whose traders share no wallet, and that share no pool, trade as if each were alone", async () => {
    const both = new Simulation(await inputOf(2, 1)).run().record;
    for (const number of [0, 1]) {
      const alone = new Simulation(onlyOne(await inputOf(2, 1), number)).run().record;
      const columns = ["time_us", "price_ticks", "size_lots"];
      expect(rowsOf(both.trades, number, ...columns)).toEqual(rowsOf(alone.trades, 0, ...columns));
      expect(alone.liquidations.rowCount).toBeGreaterThan(20);
      const marks = ["time_us", "index_ticks", "mark_ticks"];
      expect(rowsOf(both.marks, number, ...marks)).toEqual(rowsOf(alone.marks, 0, ...marks));
    }
  });
});
