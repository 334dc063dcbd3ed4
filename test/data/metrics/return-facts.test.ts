/** Measures of returns against series whose figures are known without them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autocorrelation, LEAST_RETURNS, logReturns, returnFacts } from "../../../data/metrics/return-facts.ts";
import { normal } from "../../../sim/kernel/distributions.ts";
import { createStream } from "../../../sim/kernel/random.ts";

const MINUTE = 60;

/** Independent normal draws. */
function normals(count: number, seed = 1): Float64Array {
  const stream = createStream(seed, "returns");
  return Float64Array.from({ length: count }, () => normal(stream));
}

describe("log returns", () => {
  test("are from each price to the next, and none goes to or from a price that is missing", () => {
    const returns = logReturns([100, 110, Number.NaN, 120, 60, 0, 50]);
    expect([...returns].map((value) => Number(value.toFixed(12)))).toEqual([1.1, 0.5].map((ratio) => Number(Math.log(ratio).toFixed(12))));
  });
});

describe("facts of returns", () => {
  test("too few say nothing", () => {
    expect(returnFacts(normals(LEAST_RETURNS - 1), MINUTE)).toBeNull();
    const few = returnFacts(normals(LEAST_RETURNS), MINUTE);
    expect(few?.count).toBe(LEAST_RETURNS);
    expect(few?.tailExponent).toEqual({ falls: null, rises: null });
    expect(few?.autocorrelation.every(({ returns, absolute }) => returns === null && absolute === null)).toBe(true);
  });

  test("as many up as down by the same: kurtosis −2, volatility of a step a minute, alternating", () => {
    const facts = returnFacts(
      Float64Array.from({ length: 1000 }, (_, place) => (place % 2 === 0 ? 0.001 : -0.001)),
      MINUTE,
    );
    expect(facts?.excessKurtosis).toBeCloseTo(-2, 10);
    expect(facts?.volatility).toBeCloseTo(0.001 * Math.sqrt(525_600), 10);
    expect(facts?.beyondFourSigma).toBe(0);
    // All rises are equal: nothing exceeds their quantile.
    expect(facts?.tailExponent).toEqual({ falls: null, rises: null });
    expect(facts?.autocorrelation[0]?.returns).toBeCloseTo(-0.999, 10);
    // Their sizes never change.
    expect(facts?.autocorrelation.map(({ absolute }) => absolute)).toEqual([null, null, null, null]);
  });

  test("one return in a thousand that is large: the kurtosis of its two values", () => {
    const [count, large] = [1000, 1];
    const part = large / count;
    const facts = returnFacts(
      Float64Array.from({ length: count }, (_, place) => (place === 17 ? 1 : 0)),
      MINUTE,
    );
    expect(facts?.excessKurtosis).toBeCloseTo((1 - 3 * part + 3 * part * part) / (part * (1 - part)) - 3, 6);
    expect(facts?.beyondFourSigma).toBe(part);
  });

  test("prices that stand still have no kurtosis and no autocorrelation", () => {
    const facts = returnFacts(new Float64Array(500), MINUTE);
    expect(facts).toMatchObject({ volatility: 0, excessKurtosis: null, beyondFourSigma: 0, tailExponent: { falls: null, rises: null } });
    expect(facts?.autocorrelation[0]).toEqual({ lag: 1, returns: null, absolute: null });
  });

  test("normal draws have none of the facts", () => {
    const facts = returnFacts(normals(100_000), MINUTE);
    expect(Math.abs(facts?.excessKurtosis as number)).toBeLessThan(0.1);
    expect(facts?.beyondFourSigma).toBeLessThan(0.0003);
    for (const { returns, absolute } of facts?.autocorrelation ?? []) {
      expect(Math.abs(returns as number)).toBeLessThan(0.015);
      expect(Math.abs(absolute as number)).toBeLessThan(0.015);
    }
  });

  test("an autoregression of coefficient 0.6 has autocorrelation 0.6^lag", () => {
    let last = 0;
    const values = normals(200_000, 4).map((draw) => {
      last = 0.6 * last + draw;
      return last;
    });
    for (const lag of [1, 2, 5]) expect(autocorrelation(values, lag)).toBeCloseTo(0.6 ** lag, 1.7);
  });

  test("property: none but volatility depends on scale, and falls are the rises of the mirror image", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: -20, max: 20 }), (seed, power) => {
        const draws = normals(600, seed).map((draw) => draw * draw * draw);
        const scale = 2 ** power;
        const [plain, scaled, mirrored] = [
          returnFacts(draws, MINUTE),
          returnFacts(
            draws.map((draw) => draw * scale),
            MINUTE,
          ),
          returnFacts(
            draws.map((draw) => -draw),
            MINUTE,
          ),
        ];
        expect(scaled?.volatility).toBe((plain?.volatility as number) * scale);
        expect({ ...scaled, volatility: 0, tailExponent: null }).toEqual({ ...plain, volatility: 0, tailExponent: null });
        expect(scaled?.tailExponent.falls).toBeCloseTo(plain?.tailExponent.falls as number, 9);
        expect(mirrored?.tailExponent).toEqual({ falls: plain?.tailExponent.rises, rises: plain?.tailExponent.falls });
        expect(mirrored?.beyondFourSigma).toBe(plain?.beyondFourSigma);
      }),
      { numRuns: 40 },
    );
  });
});
