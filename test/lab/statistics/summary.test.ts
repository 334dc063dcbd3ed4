import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expandedTail } from "../../../lab/statistics/bootstrap-interval.ts";
import { expectedShortfall, shortfallStatistic } from "../../../lab/statistics/expected-shortfall.ts";
import type { Estimate, Interval } from "../../../lab/statistics/interval.ts";
import { sampleDeviation, sampleMean } from "../../../lab/statistics/moments.ts";
import { quantile, quantileStatistic } from "../../../lab/statistics/quantile.ts";
import { type SummaryOptions, summarise } from "../../../lab/statistics/summary.ts";
import { createStream, normal, type RandomStream } from "../../../sim/index.ts";

/** B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), table 14.1: the spatial test, child by child, test A. */
const SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];
const OPTIONS: SummaryOptions = { seed: 1, name: "fund.maxDrawdown" };
const exponential = (stream: RandomStream) => -Math.log1p(-stream.next());
const ends = (estimate: Estimate) => estimate.interval as Interval;

describe("summary of a sample", () => {
  test("its numbers, checked by hand", () => {
    const summary = summarise([2, 4, 4, 4, 5, 5, 7, 9], { ...OPTIONS, quantiles: [0.5], shortfallLevels: [0.75], confidence: 0.9 });
    expect(summary).toMatchObject({ count: 8, confidence: 0.9, resamples: 2000, method: "bca" });
    expect(summary.mean.value).toBe(5);
    expect(summary.standardDeviation?.value).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(summary.quantiles.map(({ probability, value }) => [probability, value])).toEqual([[0.5, 4.5]]);
    expect(summary.shortfalls.map(({ level, tail, value }) => [level, tail, value])).toEqual([[0.75, "upper", 8]]);
  });

  // The statistic is the variance with divisor n; intervals of both kinds follow a rising transformation.
  test.each([
    // Table 14.2 of the book. Of its 2000 resamples the ends have a standard error of 2 to 3; the two kinds are 15 to 25 apart.
    ["Efron and Tibshirani 1993, 14.2", "bca", 115.8, 259.6, 6],
    ["Efron and Tibshirani 1993, 14.2", "percentile", 100.8, 233.9, 6],
    // 100,000 and 200,000 resamples; SciPy's acceleration is the jackknife's, a little greater.
    ["SciPy, stats.bootstrap", "bca", 116.1, 262.3, 3],
    ["NumPy, quantiles of resampled variances", "percentile", 98.0, 235.6, 3],
  ] as const)("%s: the 90 % %s interval of the spatial test's variance", (_, method, low, high, error) => {
    const summary = summarise(SPATIAL, { ...OPTIONS, method, expanded: false, confidence: 0.9, resamples: 20_000 });
    const deviation = summary.standardDeviation as Estimate;
    const variance = (value: number) => (value * value * 25) / 26;
    expect(variance(deviation.value)).toBeCloseTo(171.5, 1);
    expect(Math.abs(variance(ends(deviation).low) - low)).toBeLessThan(error);
    expect(Math.abs(variance(ends(deviation).high) - high)).toBeLessThan(error);
  });

  test("Efron and Tibshirani 1993, 14.3: the acceleration of the spatial test's variance is 0.061", () => {
    const influence = sampleDeviation.influence(Float64Array.from(SPATIAL).sort());
    const power = (exponent: number) => influence.reduce((sum, each) => sum + each ** exponent, 0);
    expect(power(3) / (6 * power(2) ** 1.5)).toBeCloseTo(0.061, 3);
  });

  test.each([
    ["mean", sampleMean],
    ["standard deviation", sampleDeviation],
    ["quantile", quantileStatistic(0.7)],
    ["upper shortfall", shortfallStatistic(0.8)],
    ["lower shortfall", shortfallStatistic(0.8, "lower")],
  ])("the influences of the values on the %s add up to nothing", (_, statistic) => {
    const influence = statistic.influence(Float64Array.from(SPATIAL).sort());
    expect(influence.some((each) => each !== 0)).toBe(true);
    expect(influence.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 9);
  });

  test("the interval of the mean of a large normal sample is the textbook's, mean ± 1.96 s / √n", () => {
    const stream = createStream(3, "test");
    const summary = summarise(
      Array.from({ length: 4000 }, () => 100 + normal(stream)),
      { ...OPTIONS, resamples: 4000 },
    );
    const half = (1.959964 * (summary.standardDeviation as Estimate).value) / Math.sqrt(4000);
    expect((ends(summary.mean).high - summary.mean.value) / half).toBeCloseTo(1, 0.9);
    expect((summary.mean.value - ends(summary.mean).low) / half).toBeCloseTo(1, 0.9);
  });

  test("TIME-2: the same seed and name give the same summary in any order of the values; another name other resamples", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 1000 }), (values, seed) => {
        const options = { ...OPTIONS, seed, resamples: 60 };
        expect(summarise(values.toReversed(), options)).toEqual(summarise(values, options));
      }),
      { numRuns: 40 },
    );
    expect(summarise(SPATIAL, { ...OPTIONS, name: "other" }).mean.interval).not.toEqual(summarise(SPATIAL, OPTIONS).mean.interval);
    expect(summarise(SPATIAL, { ...OPTIONS, seed: 2 }).mean.interval).not.toEqual(summarise(SPATIAL, OPTIONS).mean.interval);
  });

  test("values agree with the plain functions, intervals are ordered and within the sample", () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.constantFrom("bca" as const, "percentile" as const), (values, method) => {
        const summary = summarise(values, { ...OPTIONS, method, resamples: 50 });
        for (const { probability, value } of summary.quantiles) expect(value).toBeCloseTo(quantile(values, probability), 9);
        for (const { level, value } of summary.shortfalls) expect(value).toBeCloseTo(expectedShortfall(values, level), 9);
        for (const { value, interval } of [summary.mean, ...summary.quantiles, ...summary.shortfalls]) {
          if (interval === null) continue;
          const { low, high } = interval;
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
          expect(low).toBeLessThanOrEqual(high);
          expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("equal values have no spread, whatever they are", () => {
    const summary = summarise(new Array(200).fill(0.1), OPTIONS);
    const exact = { value: 0.1, interval: { low: 0.1, high: 0.1 } };
    expect(summary.mean).toEqual(exact);
    expect(summary.standardDeviation).toEqual({ value: 0, interval: { low: 0, high: 0 } });
    expect(summary.quantiles[2]).toEqual({ probability: 0.5, ...exact });
    expect(summary.shortfalls[0]).toEqual({ level: 0.95, tail: "upper", ...exact });
  });

  test("a single value has no intervals and no deviation", () => {
    const summary = summarise([7], OPTIONS);
    expect(summary.mean).toEqual({ value: 7, interval: null });
    expect(summary.standardDeviation).toBeNull();
    expect(summary.shortfalls[0]).toMatchObject({ value: 7, interval: null });
  });

  test("of few values, the mean has Student's interval and nothing else has one that resamples cannot reach", () => {
    const few = summarise([1, 2, 6, 7, 9], OPTIONS);
    // s = √11.5, t(4; 0.975) = 2.7764451: half of the width is t s / √5.
    const halfWidth = (2.7764451 * Math.sqrt(11.5)) / Math.sqrt(5);
    expect(ends(few.mean).low).toBeCloseTo(5 - halfWidth, 6);
    expect(ends(few.mean).high).toBeCloseTo(5 + halfWidth, 6);
    for (const { interval } of [few.standardDeviation as Estimate, ...few.quantiles, ...few.shortfalls]) expect(interval).toBeNull();
    const held = (count: number) => {
      const summary = summarise(SPATIAL.concat(SPATIAL, SPATIAL, SPATIAL, SPATIAL, SPATIAL, SPATIAL).slice(0, count), OPTIONS);
      const median = summary.quantiles[2] as Estimate;
      const outer = summary.quantiles[4] as Estimate;
      const shortfall = summary.shortfalls[0] as Estimate;
      return [summary.standardDeviation as Estimate, median, outer, shortfall].map(({ interval }) => interval !== null);
    };
    expect(held(6)).toEqual([false, true, false, false]);
    expect(held(18)).toEqual([true, true, false, false]);
    // 1 − 0.95ⁿ reaches 0.95 at 59 values.
    expect(held(58)).toEqual([true, true, false, false]);
    expect(held(59)).toEqual([true, true, true, false]);
    expect(held(161)).toEqual([true, true, true, false]);
    expect(held(162)).toEqual([true, true, true, true]);
  });

  test("an expanded interval leaves out less at each end, the fewer values there are: Hesterberg's formula with Student's tabulated quantiles", () => {
    expect(expandedTail(0.95, 5)).toBeCloseTo(0.0009541, 6);
    expect(expandedTail(0.95, 10)).toBeCloseTo(0.00855064, 6);
    expect(expandedTail(0.95, 40)).toBeCloseTo(0.0202575, 6);
    expect(expandedTail(0.95, 1e6)).toBeCloseTo(0.025, 6);
  });

  test.each([
    [[], {}, "Cannot summarise the sample: 0 values, at least 1 is needed"],
    [[1, 2, Number.NaN], {}, "Cannot summarise the sample: value 2 is NaN"],
    [[1, 2], { confidence: 95 }, "Cannot make an interval of confidence 95: not between 0 and 1"],
    [[1, 2], { resamples: 10 }, "Cannot bootstrap with 10 resamples: no whole number of at least 50"],
    [[1, 2], { quantiles: [2] }, "Cannot take the quantile at 2: not from 0 to 1"],
    [[1, 2], { shortfallLevels: [1] }, "Cannot take the expected shortfall at 1: not from 0 to below 1"],
  ])("refuses %j with %j", (values, options, message) => {
    expect(() => summarise(values, { ...OPTIONS, ...options })).toThrow(new RangeError(message));
  });
});

describe("coverage of the bootstrap, by simulation with fixed seeds", () => {
  const SAMPLES = 400;
  const truths = { mean: 1, deviation: 1, median: Math.LN2, shortfall: 1 + Math.log(5) };

  /** How often each interval holds what it should, for exponential values: skewed as drawdowns are. */
  function coverage(method: "bca" | "percentile"): Record<keyof typeof truths, number> {
    const hits = { mean: 0, deviation: 0, median: 0, shortfall: 0 };
    for (let seed = 0; seed < SAMPLES; seed++) {
      const stream = createStream(seed, "test/coverage");
      const values = Array.from({ length: 60 }, () => exponential(stream));
      const summary = summarise(values, { seed, name: "coverage", method, resamples: 400, quantiles: [0.5], shortfallLevels: [0.8] });
      const [median, shortfall] = [summary.quantiles[0] as Estimate, summary.shortfalls[0] as Estimate];
      const estimates = { mean: summary.mean, deviation: summary.standardDeviation as Estimate, median, shortfall };
      for (const [name, estimate] of Object.entries(estimates) as [keyof typeof truths, Estimate][])
        if (ends(estimate).low <= truths[name] && truths[name] <= ends(estimate).high) hits[name]++;
    }
    return Object.fromEntries(Object.entries(hits).map(([name, count]) => [name, count / SAMPLES])) as ReturnType<typeof coverage>;
  }

  // What resamples alone, with their levels as they are, cover in 74, 82 and 90 % of such samples.
  test.each([3, 5, 10])("of %i normal values the interval of the mean holds it as often as it says", (count) => {
    let hits = 0;
    for (let seed = 0; seed < SAMPLES; seed++) {
      const stream = createStream(seed, "test/few");
      const { low, high } = ends(
        summarise(
          Array.from({ length: count }, () => normal(stream)),
          { seed, name: "few", resamples: 400 },
        ).mean,
      );
      if (low <= 0 && 0 <= high) hits++;
    }
    expect(hits / SAMPLES).toBeGreaterThan(0.92);
    expect(hits / SAMPLES).toBeLessThan(0.98);
  });

  // Nominal 95 %; the error of a coverage from 400 samples is 1.1 %. Of 60 skewed values the bootstrap is known to cover
  // less than it says, most of all where the tail matters.
  test("BCa covers mean and median nearly as often as it says, deviation and shortfall somewhat less", () => {
    const { mean, deviation, median, shortfall } = coverage("bca");
    for (const each of [mean, median]) expect(each).toBeGreaterThan(0.9);
    for (const each of [mean, median]) expect(each).toBeLessThan(0.98);
    for (const each of [deviation, shortfall]) expect(each).toBeGreaterThan(0.82);
    for (const each of [deviation, shortfall]) expect(each).toBeLessThan(0.96);
    // What the correction is for.
    expect(deviation).toBeGreaterThan(coverage("percentile").deviation);
  });
});
