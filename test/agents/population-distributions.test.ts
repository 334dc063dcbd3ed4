/** What each of the population's distributions does to the positions. */
import { describe, expect, test } from "vitest";
import { drawPopulation, type PopulationParameters, populationParameters } from "../../agents/population.ts";
import { drawPopulations } from "../../agents/populations.ts";
import { createStream, type Holders, valueOf } from "../../sim/index.ts";
import { BTC, INDEX, TERMS, USDT } from "./support.ts";

function parametersOf(given: unknown): PopulationParameters {
  return populationParameters.strict().parse(given);
}

function draw(given: unknown): Holders {
  return drawPopulation(parametersOf(given), { asset: USDT, terms: TERMS, startTicks: INDEX, stream: createStream(7, "population") });
}

function drawAll(given: unknown, contracts: number): Holders[] {
  const contexts = Array.from({ length: contracts }, (_, number) => ({
    asset: USDT,
    terms: { ...TERMS, instrument: { ...BTC, symbol: "ABCDEF"[number] as string } },
    startTicks: INDEX,
    stream: createStream(7, `population/${number}`),
  }));
  return drawPopulations(parametersOf(given), contexts, createStream(7, "split"), createStream(7, "modes"));
}

const rowsOf = (holders: Holders) => Array.from({ length: holders.count }, (_, row) => row);
const sizeOf = (holders: Holders, row: number) => Math.abs(holders.lots[row] as number);
const isLong = (holders: Holders, row: number) => (holders.lots[row] as number) > 0;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Entry ÷ start price − 1. */
function deviations(holders: Holders, side: "long" | "short"): number[] {
  return rowsOf(holders)
    .filter((row) => isLong(holders, row) === (side === "long"))
    .map((row) => (holders.entryValue[row] as number) / valueOf(BTC, INDEX, holders.lots[row] as number) - 1);
}

describe("sizes", () => {
  test("longs many and small, shorts few and large, each side of its own shape", () => {
    const holders = draw({
      accounts: 10_000,
      longShare: 0.8,
      longSize: { median: "3000", spread: 0.5 },
      shortSize: { distribution: "pareto", least: "6000", most: "600000", exponent: 1.5 },
    });
    const logs = (long: boolean) =>
      rowsOf(holders)
        .filter((row) => isLong(holders, row) === long)
        .map((row) => Math.log(sizeOf(holders, row)));
    const [longs, shorts] = [logs(true), logs(false)];
    expect([longs.length, shorts.length]).toEqual([8_000, 2_000]);
    const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    expect(Math.abs(deviation(longs) - 0.5)).toBeLessThan(0.02);
    // Of a power law the median is 2^(1/exponent) times the least, whatever it is scaled to.
    expect(Math.exp(median(shorts) - Math.min(...shorts))).toBeCloseTo(2 ** (1 / 1.5), 1);
    expect(median(shorts)).toBeGreaterThan(median(longs) + 0.9);
  });

  test("CONS-1 an open interest asked for is met to the lot, in every contract or the one named, and shapes stay", () => {
    const [one, other] = drawAll({ accounts: 4_000, instrumentsEach: 2, openInterest: { B: "98765432.1" } }, 2);
    const longLots = (holders: Holders) => holders.lots.reduce((sum, lots) => sum + Math.max(0, lots), 0);
    // A lot is worth 120 USDT.
    expect(longLots(other as Holders)).toBe(Math.floor(98_765_432.1 / 120));
    expect(longLots(one as Holders)).not.toBe(longLots(other as Holders));
    for (const holders of drawAll({ accounts: 4_000, instrumentsEach: 2, openInterest: "12000000" }, 2)) {
      expect(longLots(holders)).toBe(100_000);
      expect(holders.lots.reduce((sum, lots) => sum - Math.min(0, lots), 0)).toBe(100_000);
    }
    const wide = (holders: Holders) => {
      const logs = rowsOf(holders).map((row) => Math.log(sizeOf(holders, row)));
      return Math.sqrt(mean(logs.map((value) => (value - mean(logs)) ** 2)));
    };
    expect(Math.abs(wide(other as Holders) - 1.5)).toBeLessThan(0.1);
  });
});

describe("leverage", () => {
  test("by size: the smallest half draws from the first band, the largest tenth from the last", () => {
    const band = (upTo: number, value: string) => ({ upTo, leverage: [{ value, weight: 1 }] });
    const holders = draw({
      accounts: 5_000,
      size: { median: "30000", spread: 0.6 },
      leverageBySize: [band(0.5, "50"), band(0.9, "10"), band(1, "2")],
      startRatio: 1,
      entryDeviation: 0,
    });
    const bySize = rowsOf(holders).sort((a, b) => sizeOf(holders, a) - sizeOf(holders, b));
    const settings = bySize.map((row) => holders.leverageHundredths[row] as number);
    // Rising sizes have falling settings, with one step at each end of a band.
    expect(settings).toEqual([...settings].sort((a, b) => b - a));
    const share = (setting: number) => settings.filter((one) => one === setting).length / settings.length;
    expect(share(5_000)).toBeCloseTo(0.5, 2);
    expect(share(1_000)).toBeCloseTo(0.4, 2);
    expect(share(200)).toBeCloseTo(0.1, 2);
  });

  test("TIME-2 one band of all is what leverage without bands is", () => {
    const leverage = [
      { value: "20", weight: 1 },
      { value: "5", weight: 3 },
    ];
    expect(draw({ accounts: 500, leverageBySize: [{ upTo: 1, leverage }] })).toEqual(draw({ accounts: 500, leverage }));
  });
});

describe("entry prices by side", () => {
  test("longs in profit and shorts about even: both moved by the same part of their value, no more than halfway", () => {
    const entry = { long: { mean: -0.1, deviation: 0.02 }, short: { mean: 0, deviation: 0.05 } };
    const holders = draw({ accounts: 4_000, size: { median: "60000", spread: 0 }, entry });
    const [longs, shorts] = [deviations(holders, "long"), deviations(holders, "short")];
    // 0.9 and 1 meet at 0.95: what longs are in profit, shorts are at a loss.
    expect(mean(longs)).toBeCloseTo(-0.05, 2);
    expect(mean(shorts)).toBeCloseTo(-0.05, 2);
    const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    expect(deviation(longs)).toBeCloseTo((0.02 * 0.95) / 0.9, 3);
    expect(deviation(shorts)).toBeCloseTo(0.05 * 0.95, 2);
  });

  test("quantiles: a tenth of longs entered at twice the price, the others below", () => {
    const quantiles = [
      { at: 0, value: -0.2 },
      { at: 0.9, value: 0 },
      { at: 0.9001, value: 1 },
      { at: 1, value: 1 },
    ];
    const holders = draw({ accounts: 4_000, size: { median: "60000", spread: 0 }, entry: { long: { quantiles }, short: { quantiles } } });
    for (const side of ["long", "short"] as const) {
      const all = deviations(holders, side);
      expect(all.filter((one) => one > 0.5).length / all.length).toBeCloseTo(0.1, 1);
      expect(Math.abs(median(all) - -0.2 * (4 / 9))).toBeLessThan(0.02);
    }
  });

  test("no entry is below a tick's, however far a deviation goes", () => {
    const entry = { long: { mean: -0.9, deviation: 2 }, short: { mean: -0.9, deviation: 2 } };
    const holders = draw({ accounts: 500, entry });
    expect(holders.entryValue.every((value) => value > 0)).toBe(true);
  });
});

describe("numbers of contracts", () => {
  test("INST-6 by weight: so many hold one, two, or all of them, each contract its even part", () => {
    const given = [
      { value: 1, weight: 6 },
      { value: 2, weight: 3 },
      { value: 40, weight: 1 },
    ];
    const all = drawAll({ accounts: 10_000, instrumentsEach: given }, 4);
    const numbers = new Uint8Array(10_000);
    for (const { holder } of all) for (const account of holder as Int32Array) numbers[account] = (numbers[account] as number) + 1;
    const share = (number: number) => numbers.filter((one) => one === number).length / numbers.length;
    expect(share(1)).toBeCloseTo(0.6, 1);
    expect(share(2)).toBeCloseTo(0.3, 1);
    expect(share(4)).toBeCloseTo(0.1, 1);
    expect(share(1) + share(2) + share(4)).toBe(1);
    const counts = all.map(({ count }) => count);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("INST-6 too few for two holders of each are refused", () => {
    const given = { accounts: 3, instrumentsEach: [{ value: 1, weight: 1 }] };
    expect(() => drawAll(given, 2)).toThrow(
      "population.accounts: expected 0 or more of them, so that open interest can balance in each of 2 contracts, got 3",
    );
  });
});

describe("margin modes", () => {
  test("ACCT-2 by size: few of the small are cross, most of the large, over all their contracts", () => {
    const crossShareBySize = [
      { upTo: 0.8, share: 0.1 },
      { upTo: 1, share: 0.9 },
    ];
    const all = drawAll({ accounts: 4_000, instrumentsEach: 2, crossShareBySize }, 3);
    const [values, modes] = [new Float64Array(4_000), new Map<number, Set<number>>()];
    for (const own of all) {
      (own.holder as Int32Array).forEach((account, row) => {
        values[account] = (values[account] as number) + sizeOf(own, row);
        modes.set(account, (modes.get(account) ?? new Set()).add(own.isCross?.[row] as number));
      });
    }
    expect([...modes.values()].every(({ size }) => size === 1)).toBe(true);
    const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
    const share = (accounts: readonly number[]) => accounts.filter((account) => modes.get(account)?.has(1)).length / accounts.length;
    expect(share(order.slice(0, 3_200))).toBeCloseTo(0.1, 1);
    expect(share(order.slice(3_200))).toBeCloseTo(0.9, 1);
  });

  test("TIME-2 the same share for all sizes makes the same holders cross as crossShare, and the same hedge", () => {
    const given = { accounts: 400, hedgedShare: 0.2, instrumentsEach: 2 };
    const bySize = drawAll(
      {
        ...given,
        crossShareBySize: [
          { upTo: 0.3, share: 0.4 },
          { upTo: 1, share: 0.4 },
        ],
      },
      3,
    );
    expect(bySize).toEqual(drawAll({ ...given, crossShare: 0.4 }, 3));
  });
});

describe("parameters out of range", () => {
  test.each([
    [{ instrumentsEach: 0 }, "instrumentsEach"],
    [{ instrumentsEach: [] }, "instrumentsEach"],
    [{ instrumentsEach: [{ value: 1, weight: 0 }] }, "instrumentsEach"],
    [{ openInterest: "0" }, "openInterest"],
    [{ openInterest: 5 }, "openInterest"],
    [{ leverageBySize: [] }, "leverageBySize"],
    [{ leverageBySize: [{ upTo: 0.5, leverage: [{ value: "2", weight: 1 }] }] }, "leverageBySize"],
    [
      {
        crossShareBySize: [
          { upTo: 0.5, share: 1 },
          { upTo: 0.5, share: 1 },
          { upTo: 1, share: 0 },
        ],
      },
      "crossShareBySize",
    ],
    [{ crossShareBySize: [{ upTo: 1, share: 1.5 }] }, "crossShareBySize.0.share"],
    [{ entry: { long: { mean: 0 } } }, "entry.short"],
    [{ entry: { long: { mean: -1 }, short: {} } }, "entry.long.mean"],
    [{ longSize: { median: "0" } }, "longSize.median"],
    [{ medianSize: "5" }, ""],
  ])("refuses %j at %s", (given, path) => {
    const result = populationParameters.strict().safeParse(given);
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });
});
