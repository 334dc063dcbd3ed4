import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "../../../lab/statistics/quantile.ts";

describe("quantiles of type 7 (Hyndman and Fan 1996)", () => {
  test.each([
    // NumPy's manual, numpy.quantile: a = [[10, 7, 4], [3, 2, 1]], 0.5 gives 3.5.
    [[10, 7, 4, 3, 2, 1], 0.5, 3.5],
    // R, quantile(1:10): 1, 3.25, 5.5, 7.75, 10.
    [[10, 2, 3, 4, 5, 6, 7, 8, 9, 1], 0.25, 3.25],
    [[10, 2, 3, 4, 5, 6, 7, 8, 9, 1], 0.75, 7.75],
    [[10, 2, 3, 4, 5, 6, 7, 8, 9, 1], 0, 1],
    [[10, 2, 3, 4, 5, 6, 7, 8, 9, 1], 1, 10],
    [[7], 0.3, 7],
  ])("%j at %d is %d", (values, probability, expected) => {
    expect(quantile(values, probability)).toBeCloseTo(expected, 12);
  });

  test("rises with the probability, within the sample", () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, probability, probability, (values, one, other) => {
        const low = quantile(values, Math.min(one, other));
        const high = quantile(values, Math.max(one, other));
        expect(low).toBeLessThanOrEqual(high + 1e-6);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      }),
    );
  });

  test("refuses what has none", () => {
    expect(() => quantile([], 0.5)).toThrow(new RangeError("Cannot take a quantile: 0 values, at least 1 is needed"));
    expect(() => quantile([1], 1.5)).toThrow(new RangeError("Cannot take the quantile at 1.5: not from 0 to 1"));
    expect(() => quantile([1, Number.POSITIVE_INFINITY], 0.5)).toThrow(new RangeError("Cannot take a quantile: value 1 is Infinity"));
  });
});
