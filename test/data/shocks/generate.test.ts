/** Generated shocks as scenarios have them: streams, correlations, mixtures, bad input, speed. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { lineOf, registries, useFolder } from "../scenario/support.ts";
import { correlation, returnsOf } from "./moments.ts";
import { barsCsv, pathsOf, scenarioOf } from "./scenario-paths.ts";

const folder = useFolder();

const GBM = { generate: "gbm", startPrice: "10000", volatility: 0.8 };
const JUMPS = { perDay: 500, mean: -0.01, deviation: 0.005 };
const MERTON = { generate: "merton", startPrice: "10000", volatility: 0.8, jumps: JUMPS };
const VARIANCE = { start: 0.64, mean: 0.64, reversion: 2000, volatility: 40 };
const HESTON = { generate: "heston", startPrice: "10000", variance: VARIANCE, correlation: -0.5 };
const GARCH = { generate: "garch", startPrice: "10000", volatility: 0.8, alpha: 0.1, beta: 0.85, degreesOfFreedom: 5 };
const HAWKES = { generate: "hawkes", startPrice: "10000", volatility: 0.8, jumps: { ...JUMPS, branching: 0.7, halfLife: "5m" } };
const BOOTSTRAP = { generate: "bootstrap", startPrice: "10000", bars: "bars.csv", block: "5m" };
const WAYPOINTS = { generate: "waypoints", startPrice: "10000", waypoints: [{ at: "30m", change: -0.1 }], volatility: 0.8 };
const KINDS = { waypoints: WAYPOINTS, gbm: GBM, merton: MERTON, heston: HESTON, garch: GARCH, hawkes: HAWKES, bootstrap: BOOTSTRAP };

/** An up and down of a few per cent. */
const BARS = barsCsv(
  Array.from({ length: 200 }, (_, bar) => {
    const [open, close] = [100 + 5 * Math.sin(bar / 7), 100 + 5 * Math.sin((bar + 1) / 7)];
    return [open, Math.max(open, close) + 0.2, Math.min(open, close) - 0.2, close].map((price) => Math.round(price * 100) / 100);
  }),
);

async function paths(shocks: readonly JsonObject[], changes: JsonObject = {}, ...sets: string[]): Promise<number[][]> {
  await folder.write("bars.csv", BARS);
  return pathsOf(await folder.write("s.json", scenarioOf(shocks, changes)), sets);
}

const logReturns = (path: readonly number[]) => returnsOf(path.map(Math.log));

describe.each(Object.entries(KINDS))("%s", (_name, shock) => {
  test("TIME-2 the seed decides the path; it begins at its price and has one price a step", async () => {
    const [path] = await paths([shock]);
    expect(path?.length).toBe(3601);
    expect(path?.[0]).toBe(1_000_000);
    expect(path?.every((price) => Number.isSafeInteger(price) && price > 0)).toBe(true);
    expect((await paths([shock]))[0]).toEqual(path);
    expect((await paths([shock], {}, "seed=6"))[0]).not.toEqual(path);
  });

  test("TIME-2 another beside it, before or after another seed of its parameters, shifts none of its draws", async () => {
    const [first] = await paths([shock]);
    const [beside, second] = await paths([shock, shock]);
    expect(beside).toEqual(first);
    expect(second).not.toEqual(first);
    const [others, again] = await paths([{ ...GBM, volatility: 3 }, shock]);
    expect(again).toEqual(second);
    expect(others).not.toEqual(first);
  });
});

describe("several generated shocks", () => {
  test("TIME-2 jumps, variance and the diffusion of a contract each draw by themselves", async () => {
    const diffusion = logReturns((await paths([GBM]))[0] as number[]);
    const quiet = { ...JUMPS, mean: 0, deviation: 0 };
    const merton = logReturns((await paths([{ ...MERTON, jumps: quiet }]))[0] as number[]);
    const hawkes = logReturns((await paths([{ ...HAWKES, jumps: { ...quiet, branching: 0.5, halfLife: "1m" } }]))[0] as number[]);
    // Ticks of a millionth of the price are all that is between them.
    for (const other of [merton, hawkes]) expect(correlation(diffusion, other)).toBeGreaterThan(0.999);
    const flat = { ...HESTON, variance: { ...VARIANCE, volatility: 0 } };
    expect(correlation(diffusion, logReturns((await paths([flat]))[0] as number[]))).toBeGreaterThan(0.999);
  });

  const CORRELATION = {
    matrix: [
      [1, 0.9],
      [0.9, 1],
    ],
  };

  test.each(["normal", "t"])("hang together as the matrix says, under the %s copula, whatever their kinds", async (copula) => {
    const shocks = [GBM, GARCH];
    const [a, b] = (await paths(shocks, { duration: "4h", shockCorrelation: { ...CORRELATION, copula } })) as [number[], number[]];
    expect(correlation(logReturns(a), logReturns(b))).toBeGreaterThan(0.75);
    const [alone, apart] = (await paths(shocks, { duration: "4h" })) as [number[], number[]];
    expect(Math.abs(correlation(logReturns(alone), logReturns(apart)))).toBeLessThan(0.05);
    // The first row of the root is the first contract's own draws.
    if (copula === "normal") expect(a).toEqual(alone);
  });

  test("degrees of freedom are four unless they are given", async () => {
    const of = (degreesOfFreedom?: number) =>
      paths([GBM, GBM], {
        shockCorrelation: { ...CORRELATION, copula: "t", ...(degreesOfFreedom === undefined ? {} : { degreesOfFreedom }) },
      });
    expect(await of()).toEqual(await of(4));
    expect(await of()).not.toEqual(await of(5));
  });

  test("jumps are each contract's own, or come to all at once", async () => {
    const bare = { ...MERTON, volatility: 0 };
    const timesOf = (path: readonly number[]) => logReturns(path).flatMap((value, step) => (value < -0.002 ? step : []));
    const own = (await paths([bare, bare], { shockCorrelation: CORRELATION })).map(timesOf);
    const common = (await paths([bare, bare], { shockCorrelation: { ...CORRELATION, jumps: "common" } })).map(timesOf);
    expect(own[0]?.length).toBeGreaterThan(8);
    expect(own[0]).not.toEqual(own[1]);
    expect(common[0]?.length).toBeGreaterThan(8);
    expect(common[0]).toEqual(common[1]);
  });

  test("of any kinds are together with a file and a crash; the matrix is of those that draw", async () => {
    const recorded = { from: "bars.csv", snap: true };
    const [gbm, file, crash] = (await paths([GBM, recorded, { template: "2025-10-10", volatility: 3 }], {
      duration: "1h",
      shockCorrelation: CORRELATION,
    })) as [number[], number[], number[]];
    expect(file[0]).toBe(10_000);
    expect(crash[0]).toBe(12_150_000);
    expect(correlation(logReturns(gbm), logReturns(crash))).toBeGreaterThan(0.8);
  });

  test("bootstraps take blocks of their own, or the same from files of the same times", async () => {
    const [a, b] = await paths([BOOTSTRAP, BOOTSTRAP]);
    expect(a).not.toEqual(b);
    const [c, d] = await paths([BOOTSTRAP, { ...BOOTSTRAP, draws: "common" }]);
    expect([c, d]).not.toEqual([a, a]);
    const [e, f] = await paths([
      { ...BOOTSTRAP, draws: "common" },
      { ...BOOTSTRAP, draws: "common" },
    ]);
    expect(e).toEqual(f);
  });
});

describe("bad input is named", () => {
  const NUMBER = "expected a number from";
  test.each<{ shock: JsonObject; line: string }>([
    { shock: { ...GBM, volatility: -1 }, line: `shock.volatility: ${NUMBER} 0 to 100, got -1` },
    { shock: { generate: "gbm", startPrice: "100" }, line: `shock.volatility: ${NUMBER} 0 to 100, got nothing` },
    { shock: { ...GBM, drift: "up" }, line: `shock.drift: ${NUMBER} -1000 to 1000, got "up"` },
    { shock: { ...GBM, startPrice: "100.001" }, line: 'shock.startPrice: expected a whole multiple of the tick 0.01, got "100.001"' },
    {
      shock: { ...GBM, jumps: JUMPS },
      line: 'shock.jumps: expected no field of this name (there are generate, startPrice, drift, volatility), got {"perDay":500,"mean":-0.01,"deviation":0.005}',
    },
    { shock: { ...MERTON, jumps: { ...JUMPS, perDay: -2 } }, line: `shock.jumps.perDay: ${NUMBER} 0 to 100000, got -2` },
    { shock: { ...MERTON, jumps: { ...JUMPS, deviation: 9 } }, line: `shock.jumps.deviation: ${NUMBER} 0 to 5, got 9` },
    { shock: { ...HESTON, correlation: 1.5 }, line: `shock.correlation: ${NUMBER} -1 to 1, got 1.5` },
    {
      shock: { ...HESTON, variance: { ...VARIANCE, reversion: 40_000_000 } },
      line: `shock.variance.reversion: ${NUMBER} 0 to 1000000, got 40000000`,
    },
    { shock: { ...GARCH, beta: 0.9 }, line: "shock.beta: expected less than 0.9, so that alpha + beta is below 1, got 0.9" },
    { shock: { ...GARCH, omega: 1e-9 }, line: "shock.omega: expected none beside volatility, got 1e-9" },
    { shock: { ...GARCH, volatility: undefined }, line: "shock.volatility: expected a number, or omega in its place, got nothing" },
    { shock: { ...GARCH, period: "1500ms" }, line: 'shock.period: expected a whole number of the index\'s 1s, got "1500ms"' },
    { shock: { ...GARCH, degreesOfFreedom: 2 }, line: "shock.degreesOfFreedom: expected a whole number from 3 to 100, got 2" },
    {
      shock: { ...HAWKES, jumps: { ...HAWKES.jumps, branching: 1 } },
      line: "shock.jumps.branching: expected a number from 0 to below 1, got 1",
    },
    { shock: { ...BOOTSTRAP, block: "90s" }, line: 'shock.block: expected a whole number of the bars\' 1m, got "90s"' },
    { shock: { ...BOOTSTRAP, block: "4h" }, line: 'shock.block: expected at most 199m, all returns of the bars, got "4h"' },
    { shock: { ...BOOTSTRAP, blocks: "random" }, line: 'shock.blocks: expected one of "stationary", "fixed", got "random"' },
    {
      shock: { template: "2019-01-01" },
      line: 'shock.template: expected one of "2020-03-12", "2021-05-19", "2022-05-09", "2025-10-10", got "2019-01-01"',
    },
    { shock: { template: "2020-03-12", of: "SOL" }, line: 'shock.of: expected one of "BTC", "ETH", got "SOL"' },
    { shock: { template: "2020-03-12", skip: "2d" }, line: 'shock.skip: expected less than the crash\'s 2d, got "2d"' },
    { shock: { template: "2020-03-12", scale: 0 }, line: `shock.scale: ${NUMBER} 0.01 to 10, got 0` },
    {
      shock: { template: "2020-03-12", from: "x.csv" },
      line: 'shock.template: expected no field of this name (there are from, series, symbol, table, snap, gaps, maxGap, startPrice, scale, stretch), got "2020-03-12"',
    },
  ])("$line", async ({ shock, line }) => {
    await folder.write("bars.csv", BARS);
    const file = await folder.write("bad.json", scenarioOf([shock]));
    expect(await lineOf(resolveScenario(file, { registries }))).toBe(`${file}: ${line}`);
  });

  test("a step that a bar or a reversion does not fit", async () => {
    await folder.write("bars.csv", BARS);
    const of = async (shock: JsonObject, interval: string) => {
      const file = await folder.write("bad.json", scenarioOf([shock], { index: { interval } }));
      return (await lineOf(resolveScenario(file, { registries }))).replace(`${file}: `, "");
    };
    expect(await of(BOOTSTRAP, "7200ms")).toMatch(
      /^shock\.bars: expected bars of a whole number of steps of 7200ms \(they are of 1m\), got "\S*bars\.csv"$/,
    );
    expect(await of({ ...HESTON, variance: { ...VARIANCE, reversion: 1_000_000 } }, "1m")).toBe(
      "shock.variance.reversion: expected at most 525600, once in each of the index's 1m, got 1000000",
    );
  });

  const pair = (...upper: number[]) => [
    [1, upper[0]],
    [upper[1] ?? upper[0], 1],
  ];
  test.each<{ given: JsonObject; shocks?: JsonObject[]; line: string }>([
    {
      given: { matrix: pair(0.5, 0.4) },
      line: "shockCorrelation.matrix: expected a symmetric matrix, but row 1 has 0.5 in column 2 and row 2 has 0.4 in column 1 (of X-USDT, Y-USDT), got [[1,0.5],[0.4,1]]",
    },
    {
      given: { matrix: pair(-1) },
      line: "shockCorrelation.matrix: expected a positive definite matrix: the first 2 rows cannot be correlations of as many different prices (of X-USDT, Y-USDT), got [[1,-1],[-1,1]]",
    },
    {
      given: {
        matrix: [
          [2, 0],
          [0, 1],
        ],
      },
      line: `shockCorrelation.matrix.0.0: ${NUMBER} -1 to 1, got 2`,
    },
    {
      given: {
        matrix: [
          [0.5, 0],
          [0, 1],
        ],
      },
      line: "shockCorrelation.matrix: expected 1 on the diagonal, row 1 has 0.5 (of X-USDT, Y-USDT), got [[0.5,0],[0,1]]",
    },
    { given: { matrix: [[1]] }, line: "shockCorrelation.matrix: expected at least two rows, got [[1]]" },
    {
      given: {
        matrix: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
      line: "shockCorrelation.matrix: expected 2 rows of 2 numbers (of X-USDT, Y-USDT), got [[1,0,0],[0,1,0],[0,0,1]]",
    },
    {
      given: { matrix: pair(0.5), degreesOfFreedom: 4 },
      line: 'shockCorrelation.degreesOfFreedom: expected none: the copula is "normal", got 4',
    },
    {
      given: { matrix: pair(0.5), symbols: ["X-USDT", "X-USDT"] },
      line: 'shockCorrelation.symbols.1: expected each symbol once, got "X-USDT"',
    },
    {
      given: { matrix: pair(0.5), symbols: ["X-USDT", "Q"] },
      line: 'shockCorrelation.symbols.1: expected one of "X-USDT", "Y-USDT", whose shock takes normal draws, got "Q"',
    },
    {
      given: { matrix: pair(0.5), symbols: ["X-USDT", "Y-USDT"] },
      shocks: [GBM, BOOTSTRAP],
      line: 'shockCorrelation.symbols.1: expected "X-USDT", whose shock takes normal draws, got "Y-USDT"',
    },
    {
      given: { matrix: pair(0.5) },
      shocks: [GBM, BOOTSTRAP],
      line: 'shockCorrelation: expected null: of fewer than two contracts the shock takes normal draws, got {"matrix":[[1,0.5],[0.5,1]],"copula":"normal","jumps":"own"}',
    },
  ])("$line", async ({ given, shocks = [GBM, GBM], line }) => {
    await folder.write("bars.csv", BARS);
    const file = await folder.write("bad.json", scenarioOf(shocks, { shockCorrelation: given }));
    expect(await lineOf(resolveScenario(file, { registries }))).toBe(`${file}: ${line}`);
  });

  test("common blocks of files of different times", async () => {
    await folder.write("bars.csv", BARS);
    await folder.write("shorter.csv", BARS.split("\n").slice(0, 100).join("\n"));
    const common = { ...BOOTSTRAP, draws: "common" };
    const file = await folder.write("bad.json", scenarioOf([common, { ...common, bars: "shorter.csv" }]));
    expect(await lineOf(resolveScenario(file, { registries }))).toMatch(
      /shock\.Y-USDT\.bars: expected bars of the same times as \S+bars\.csv, whose blocks it takes, got "\S+shorter\.csv"$/,
    );
  });
});
