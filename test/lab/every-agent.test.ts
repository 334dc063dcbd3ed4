/** All kinds of agents together in one crash, small and quick. */
import { beforeAll, describe, expect, test } from "vitest";
import { AGENTS } from "../../agents/registry.ts";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { type InstrumentInput, Simulation, type SimulationResult } from "../../sim/index.ts";

/** Of every kind, what makes it act within some minutes. */
const AGENTS_OF: Readonly<Record<string, object>> = {
  "market-maker": { count: 2, levels: 3 },
  "avellaneda-stoikov": { count: 2, levels: 3 },
  "noise-trader": { count: 8, interval: "3s", deposit: "2500000" },
  momentum: { fast: "10s", slow: "1m" },
  "mean-reversion": { memory: "1m", entry: 1.2, exit: 0.5 },
  arbitrageur: {},
  "basis-arbitrageur": { edge: 0, externalCost: 0 },
  "leveraged-retail": {
    count: 20,
    entryInterval: "1m",
    holding: "2m",
    stopShare: 0.7,
    addShare: 0.7,
    reopenShare: 0.7,
    reopenDelay: "10s",
  },
  whale: { start: "built", position: "3000000", interval: "5s", exitAt: "5m" },
  "liquidation-buyer": { discount: 0.003 },
  "backstop-provider": { nearest: 0.004, furthest: 0.03, size: "100000", coolDown: "20s" },
};

const SETS = [
  "duration=10m",
  'shock.waypoints=[{"at":"4m","change":0.01},{"at":"7m","change":-0.12},{"at":"10m","change":-0.09}]',
  "population.accounts=1000",
  "pools.perpetual/BTC/USDT.seedCapital=1000",
];

const entries = (extra: Readonly<Record<string, number>> = {}) =>
  Object.entries(AGENTS_OF).map(([kind, given]) => ({
    kind,
    ...given,
    count: (("count" in given && Number(given.count)) || 1) + (extra[kind] ?? 0),
  }));

const resolve = (agents: readonly object[] = entries()) =>
  resolveScenario("flash-crash", { sets: [...SETS, `agents=${JSON.stringify(agents)}`], seed: 5, registries });

/** Lots that agents of each kind traded. */
function tradedBy({ record }: SimulationResult): Record<string, number> {
  const names = record.accounts.words("name");
  const lots = record.trades.numbers("size_lots");
  const [makers, takers] = [record.trades.numbers("maker_account"), record.trades.numbers("taker_account")];
  const traded: Record<string, number> = {};
  lots.forEach((size, row) => {
    for (const account of [makers[row], takers[row]] as number[]) {
      const kind = names[account]?.split("/")[0] ?? "";
      traded[kind] = (traded[kind] ?? 0) + size;
    }
  });
  return traded;
}

describe("every kind of agent in one crash", () => {
  let scenario: ResolvedScenario;
  let result: SimulationResult;
  beforeAll(async () => {
    scenario = await resolve();
    result = new Simulation({ ...(await simulationInput(scenario)), checkEveryEvent: true, recordOrders: true }).run();
  });

  test("CONS-1 CONS-2 CONS-3 every kind trades, with all invariants after every event, and liquidations go on meanwhile", () => {
    const traded = tradedBy(result);
    for (const kind of Object.keys(AGENTS)) expect(traded[kind] ?? 0, kind).toBeGreaterThan(0);
    expect(result.record.liquidations.rowCount).toBeGreaterThan(10);
  });

  test("TIME-4 interrupted in the middle of the crash and continued with agents made anew it is the same run", async () => {
    const { startUs, intervalUs, ticks } = ((await simulationInput(scenario)).instruments[0] as InstrumentInput).index;
    for (const part of [0.3, 0.62, 0.9]) {
      const first = new Simulation(await simulationInput(scenario));
      first.runUntil(startUs + Math.floor(part * (ticks.length - 1) * intervalUs) + 1);
      expect(Simulation.restore(await simulationInput(scenario), first.snapshot()).run().digest, `at ${part}`).toBe(result.digest);
    }
  });

  test("ORDER-4 hardly any command is refused, and none for being no command at all", () => {
    const results = result.record.orders.words("result");
    const refused = results.filter((code) => code !== "accepted");
    expect(refused.length / results.length).toBeLessThan(0.02);
    const possible = ["order-closed", "insufficient-margin", "below-initial-margin", "would-increase", "would-trigger", "no-position"];
    expect(possible).toEqual(expect.arrayContaining([...new Set(refused)]));
  });
});

test.each(Object.keys(AGENTS))("TIME-2 one more %s changes no other agent's luck", async (kind) => {
  const luck = async (agents: readonly object[]) =>
    new Map(
      (await simulationInput(await resolve(agents))).agents.map(({ name, agent, firstWakeUs }) => [name, [firstWakeUs, agent.state?.()]]),
    );
  const [before, after] = [await luck(entries()), await luck(entries({ [kind]: 1 }))];
  expect(after.size).toBe(before.size + 1);
  for (const [name, own] of before) expect(after.get(name), name).toEqual(own);
});

test.each(Object.keys(AGENTS))("an unknown parameter of %s is refused by name", async (kind) => {
  await expect(resolve([{ kind, halfSpred: 1 }])).rejects.toThrow(/agents\.0.*halfSpred/);
});
