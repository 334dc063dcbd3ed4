/** Runs along every kind of shock, and what befalls markets in them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { AGENTS } from "../../agents/registry.ts";
import { compileDroughts } from "../../data/scenario/compile-droughts.ts";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment, simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { depthAt } from "../../sim/market/drought.ts";
import { SMALL_RUN } from "../small-run.ts";

const SMALL = SMALL_RUN.filter((setting) => !setting.startsWith("shock.") && !setting.startsWith("duration"));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-shocks-"));
  const rows = Array.from({ length: 60 }, (_, bar) => {
    const [open, close] = [100 - (bar % 12), 100 - ((bar + 1) % 12)];
    return [Date.UTC(2025, 0, 1) + bar * 60_000, open, Math.max(open, close), Math.min(open, close), close, 1].join(",");
  });
  await writeFile(join(folder, "bars.csv"), ["ts_ms,open,high,low,close,volume", ...rows].join("\n"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const scenarioOf = (...sets: string[]) =>
  resolveScenario("flash-crash", { sets: [...SMALL, "duration=20m", ...sets], seed: 3, registries });
const shockOf = (fields: object) => `shock=${JSON.stringify({ startPrice: "120000", ...fields }).replaceAll("FOLDER", folder)}`;
const JUMPS = { perDay: 500, mean: -0.01, deviation: 0.01 };

describe("a run ends with money conserved at every mark (CONS-1, CONS-2, CONS-3)", () => {
  test.each([
    { generate: "gbm", volatility: 12 },
    { generate: "merton", volatility: 3, jumps: JUMPS },
    { generate: "heston", variance: { start: 100, mean: 100, reversion: 2000, volatility: 500 }, correlation: -0.7 },
    { generate: "garch", volatility: 10, alpha: 0.15, beta: 0.8, degreesOfFreedom: 4 },
    { generate: "hawkes", volatility: 2, jumps: { ...JUMPS, branching: 0.8, halfLife: "1m" } },
    { generate: "bootstrap", bars: "FOLDER/bars.csv", block: "3m" },
    { template: "2025-10-10", stretch: 0.02 },
    { from: "FOLDER/bars.csv", scale: 2, stretch: 0.5 },
  ])("%o", async (fields) => {
    const start = "from" in fields ? ["start=2025-01-01T00:00:00Z"] : [];
    const scenario = await scenarioOf(shockOf(fields), ...start);
    const result = await runExperiment(scenario);
    expect(result.conservationChecks).toBe(1201);
    expect(result.record.liquidations.rowCount).toBeGreaterThan(20);
    expect((await runExperiment(scenario)).digest).toBe(result.digest);
  });

  test("two contracts of two kinds, correlated under t, with a gap and a drought", async () => {
    const shock = {
      "BTC-USDT": { generate: "hawkes", startPrice: "120000", volatility: 2, jumps: { ...JUMPS, branching: 0.8, halfLife: "1m" } },
      "ETH-USDT": { generate: "garch", startPrice: "4300", volatility: 6, alpha: 0.15, beta: 0.8 },
    };
    const scenario = await resolveScenario("contagion", {
      sets: [
        `shock=${JSON.stringify(shock)}`,
        'shockCorrelation={"matrix":[[1,0.8],[0.8,1]],"copula":"t","degreesOfFreedom":3}',
        'index.gaps=[{"at":"5m","for":"30s"}]',
        'droughts=[{"at":"5m","for":"2m","depth":0.1,"recovery":"3m"}]',
        "duration=20m",
        "population.accounts=1500",
      ],
      registries,
    });
    const result = await runExperiment(scenario);
    expect(result.conservationChecks).toBeGreaterThanOrEqual(1201);
    expect(result.record.indexOutages.rowCount).toBe(2);
  });
});

test("MARK-1: in a gap of the index no market updates, and the last index holds once it is stale", async () => {
  const scenario = await scenarioOf(
    shockOf({ generate: "gbm", volatility: 3 }),
    'index={"interval":"1s","markets":[{"name":"a"},{"name":"b","offset":"0.001"}],"gaps":[{"at":"5m","for":"60s"}]}',
    "venue.index.staleAfter=10s",
  );
  const { record } = await runExperiment(scenario);
  const startUs = Date.parse(scenario.start) * 1000;
  // Updated last a second before the gap: stale once that is more than ten seconds ago.
  expect([...record.indexOutages.numbers("from_time_us")]).toEqual([startUs + 310_000_000]);
  expect([...record.indexOutages.numbers("until_time_us")]).toEqual([startUs + 360_000_000]);
  const index = [...record.marks.numbers("index_ticks")];
  expect(new Set(index.slice(299, 360)).size).toBe(1);
  expect(index[360]).not.toBe(index[299]);
});

describe("droughts", () => {
  const DROUGHTS =
    'droughts=[{"at":"10m","for":"2m","depth":0.5,"instrument":"ETH-USDT"},{"at":"5m","for":"1m","depth":0.2,"recovery":"4m"}]';
  const both = (...sets: string[]) =>
    resolveScenario("contagion", {
      sets: ["duration=20m", "shock.BTC-USDT.waypoints=[]", "shock.ETH-USDT.waypoints=[]", ...sets],
      registries,
    });

  test("are compiled for each contract in order of time, and leave the depth that they say", async () => {
    const scenario = await both(DROUGHTS);
    const startUs = Date.parse(scenario.start) * 1000;
    const [btc, eth] = ["BTC-USDT", "ETH-USDT"].map((symbol) => compileDroughts(scenario, symbol));
    expect(btc).toEqual([{ fromUs: startUs + 300e6, untilUs: startUs + 360e6, recoveryUs: 240e6, depth: 0.2 }]);
    expect(eth).toEqual([...(btc ?? []), { fromUs: startUs + 600e6, untilUs: startUs + 720e6, recoveryUs: 0, depth: 0.5 }]);
    const shown = [0, 299, 300, 359, 480, 600, 719, 720].map((second) => depthAt(eth ?? [], startUs + second * 1e6));
    expect(shown.map((depth) => Number(depth.toFixed(6)))).toEqual([1, 1, 0.2, 0.2, 0.6, 0.5, 0.5, 1]);
  });

  test("reach every agent of their contract when it is made", async () => {
    const makers = vi.spyOn(AGENTS["market-maker"] as NonNullable<(typeof AGENTS)[string]>, "make");
    await simulationInput(await both(DROUGHTS));
    const counts = makers.mock.calls.map(([, { instrument, droughts }]) => [instrument.symbol, droughts.length]);
    expect(counts.filter(([symbol]) => symbol === "BTC-USDT").every(([, count]) => count === 1)).toBe(true);
    expect(counts.filter(([symbol]) => symbol === "ETH-USDT").every(([, count]) => count === 2)).toBe(true);
    expect(counts.length).toBeGreaterThan(8);
  });

  test.each([
    ['droughts=[{"at":"20m","for":"1m","depth":0.5}]', '--set: droughts.0.at: expected a time within the run\'s 20m, got "20m"'],
    ['droughts=[{"at":"1m","for":"0s","depth":0.5}]', /^--set: droughts\.0\.for: expected a duration above 0/],
    ['droughts=[{"at":"1m","for":"1m","depth":1.5}]', "--set: droughts.0.depth: expected a number from 0 to 1, got 1.5"],
    ['droughts=[{"at":"1m","for":"1m"}]', "--set: droughts.0.depth: expected a number from 0 to 1, got nothing"],
    [
      'droughts=[{"at":"1m","for":"1m","depth":0,"instrument":"SOL-USDT"}]',
      '--set: droughts.0.instrument: expected one of "BTC-USDT", "ETH-USDT", got "SOL-USDT"',
    ],
    ['index.gaps=[{"at":"30m","for":"1m"}]', '--set: index.gaps.0.at: expected a time within the run\'s 20m, got "30m"'],
    ['index.gaps=[{"at":"3m"}]', /^--set: index\.gaps\.0\.for: expected a duration above 0/],
  ])("%s is refused", async (setting, line) => {
    const refused = await both(setting).then(
      () => "no error",
      (error: unknown) => (error instanceof InputError ? error.message : "another error"),
    );
    if (typeof line === "string") expect(refused).toBe(line);
    else expect(refused).toMatch(line);
  });
});
