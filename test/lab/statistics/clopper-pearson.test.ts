import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateProbability } from "../../../lab/statistics/clopper-pearson.ts";

describe("Clopper–Pearson intervals of a probability", () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857–872, table I, method 5.
  test.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])("Newcombe 1998: %i of %i", (successes, trials, low, high) => {
    const { interval } = estimateProbability(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test("Conover 1999, table A4: 5 of 25", () => {
    const { value, interval } = estimateProbability(5, 25);
    expect(value).toBe(0.2);
    expect([interval.low.toFixed(3), interval.high.toFixed(3)]).toEqual(["0.068", "0.407"]);
  });

  test("R 4, binom.test(682, 925): the Mendelian cross of Conover 1971", () => {
    const { interval } = estimateProbability(682, 925);
    expect(interval.low).toBeCloseTo(0.7076683, 7);
    expect(interval.high).toBeCloseTo(0.7654066, 7);
  });

  test.each([1, 2, 10, 200, 10_000])(
    "never or always in %i trials: the other end is where it happens with half of 1 − confidence",
    (trials) => {
      const never = estimateProbability(0, trials, 0.99);
      const always = estimateProbability(trials, trials, 0.99);
      expect(never.interval.low).toBe(0);
      expect(never.interval.high).toBeCloseTo(1 - 0.005 ** (1 / trials), 12);
      expect(always.interval.high).toBe(1);
      expect(always.interval.low).toBeCloseTo(0.005 ** (1 / trials), 12);
    },
  );

  test("at each end what was seen, or more extreme, has half of 1 − confidence: summed binomial probabilities agree", () => {
    const cases = fc.integer({ min: 1, max: 3000 }).chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
    fc.assert(
      fc.property(cases, fc.constantFrom(0.8, 0.9, 0.95, 0.999), ([successes, trials], confidence) => {
        const { interval, value } = estimateProbability(successes, trials, confidence);
        expect(interval.low).toBeLessThanOrEqual(value);
        expect(interval.high).toBeGreaterThanOrEqual(value);
        const tail = (1 - confidence) / 2;
        if (successes > 0) expect(binomial(successes, trials, trials, interval.low) / tail).toBeCloseTo(1, 6);
        if (successes < trials) expect(binomial(0, successes, trials, interval.high) / tail).toBeCloseTo(1, 6);
      }),
      { numRuns: 60 },
    );
  });

  test("covers the probability at least as often as it says, whatever it is", () => {
    for (const probability of [0.01, 0.1, 0.37, 0.5, 0.93]) {
      let coverage = 0;
      for (let successes = 0; successes <= 40; successes++) {
        const { low, high } = estimateProbability(successes, 40).interval;
        if (low <= probability && probability <= high) coverage += binomial(successes, successes, 40, probability);
      }
      expect(coverage).toBeGreaterThanOrEqual(0.95);
      expect(coverage).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test.each([
    [0, 0, 0.95, "Cannot estimate a probability from 0 trials: no whole number of at least 1"],
    [1, 2.5, 0.95, "Cannot estimate a probability from 2.5 trials: no whole number of at least 1"],
    [-1, 3, 0.95, "Cannot estimate a probability from -1 successes: no whole number from 0 to 3"],
    [4, 3, 0.95, "Cannot estimate a probability from 4 successes: no whole number from 0 to 3"],
    [1, 3, 1, "Cannot make an interval of confidence 1: not between 0 and 1"],
    [1, 3, Number.NaN, "Cannot make an interval of confidence NaN: not between 0 and 1"],
  ])("refuses %d of %d at %d", (successes, trials, confidence, message) => {
    expect(() => estimateProbability(successes, trials, confidence)).toThrow(new RangeError(message));
  });
});

/** P(from ≤ X ≤ to) of a binomial X, term by term in logarithms. */
function binomial(from: number, to: number, trials: number, probability: number): number {
  let logChoose = 0;
  for (let k = 0; k < from; k++) logChoose += Math.log((trials - k) / (k + 1));
  let sum = 0;
  for (let k = from; k <= to; k++) {
    sum += Math.exp(logChoose + k * Math.log(probability) + (trials - k) * Math.log1p(-probability));
    logChoose += Math.log((trials - k) / (k + 1));
  }
  return sum;
}
