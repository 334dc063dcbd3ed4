import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditRun } from "../../data/audit/audit.ts";
import { resolveDocument } from "../../data/scenario/resolve.ts";
import { simulationInput, writeExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { Simulation } from "../../sim/index.ts";

const WAYPOINTS = [
  { at: "5m", change: -0.03 },
  { at: "10m", change: 0.15 },
];

/** A lot is worth a third of a quantum, takeovers stand exactly at the mark, and a mark is followed by many small fills. */
const content = (seed: number) => ({
  name: "dust",
  seed,
  start: "2025-01-01T00:00:00Z",
  duration: "30m",
  venue: { extends: "bitda", fees: { maker: "0", taker: "0", liquidation: "0" }, bankruptcyAt: "zero" },
  instruments: ["BTC-USDT"],
  assets: { USDT: { quantum: "100" } },
  index: { interval: "5m" },
  shock: {
    generate: "waypoints",
    startPrice: "30000",
    waypoints: WAYPOINTS,
  },
  population: {
    accounts: 40,
    size: { median: "2000", spread: 0.8 },
    leverage: [
      { value: "10", weight: 1 },
      { value: "50", weight: 1 },
    ],
    entryDeviation: 0.1,
  },
  agents: [
    { kind: "market-maker", count: 3, deposit: "100000", interval: "20s", size: "100", halfSpread: 0.05 },
    { kind: "noise-trader", count: 3, interval: "10s", deposit: "100000", leastSize: "100", mostSize: "600" },
  ],
  pools: { "perpetual/BTC/USDT": { seedCapital: "100" } },
  record: { samples: "10s" },
});

/** The same with a mark a second, larger positions, and a book of many orders of next to nothing, each of which is rounded. */
function crumbs(seed: number): Record<string, unknown> {
  const given = content(seed);
  const [maker, trader] = given.agents;
  const book = { interval: "1s", levels: 30, halfSpread: 0.0001, spacing: 0.00001 };
  return {
    ...given,
    duration: "2m",
    index: { interval: "1s" },
    shock: { ...given.shock, waypoints: WAYPOINTS.map(({ change }, index) => ({ at: `${20 * (index + 1)}s`, change })) },
    population: { ...given.population, size: { median: "20000", spread: 0.8 } },
    agents: [
      { ...maker, ...book },
      { ...trader, interval: "5s" },
    ],
  };
}

async function run(document: Record<string, unknown>) {
  const scenario = await resolveDocument({ file: "dust", place: "dust.json", content: document }, [], registries, "run");
  return { scenario, result: new Simulation({ ...(await simulationInput(scenario)), checkEveryEvent: true }).run() };
}

async function differencesOf({ scenario, result }: Awaited<ReturnType<typeof run>>): Promise<unknown> {
  const directory = await mkdtemp(join(folder, "run-"));
  await writeExperiment(directory, scenario, result, { version: "0", startedAt: "", wallSeconds: 0 });
  return (await auditRun(directory)).differences;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-dust-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("CONS-3 FUND-3: an inventory that rounding leaves a quantum behind the mark stops no run, and the next mark deals with it", async () => {
  let behind = 0;
  for (let seed = 40; seed < 60; seed++) {
    const ended = await run(content(seed));
    const { samples, marks, funds } = ended.result.record;
    const available = samples.numbers("pool_available_quanta");
    expect(Math.min(...funds.numbers("available_quanta")), `seed ${seed}`).toBeGreaterThanOrEqual(0);
    const markTimes = new Set(marks.numbers("time_us"));
    const atMarks = available.filter((_, row) => markTimes.has(samples.numbers("time_us")[row] as number));
    expect(Math.min(...atMarks), `seed ${seed}`).toBeGreaterThanOrEqual(0);
    if (available.every((amount) => amount >= 0)) continue;
    behind += 1;
    expect(await differencesOf(ended), `seed ${seed}`).toEqual([]);
  }
  expect(behind).toBeGreaterThan(0);
});

test("CONS-3 LIQ-6: what rounding takes from many small fills of one takeover is dealt with in the same instant", async () => {
  let adl = 0;
  for (const seed of [7, 8, 10, 23, 27, 44]) {
    const ended = await run(crumbs(seed));
    expect(await differencesOf(ended), `seed ${seed}`).toEqual([]);
    adl += ended.result.record.adl.rowCount;
  }
  expect(adl).toBeGreaterThan(0);
});
