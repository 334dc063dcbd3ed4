/** Quantiles, tails and sizes against distributions whose figures are known. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ascending, quantileOf } from "../../../data/metrics/quantiles.ts";
import { sizeFacts } from "../../../data/metrics/size-facts.ts";
import { hillExponent } from "../../../data/metrics/tail.ts";

/** The quantiles of a power law from 1 on. */
const pareto = (exponent: number, count: number) =>
  Float64Array.from({ length: count }, (_, place) => ((place + 0.5) / count) ** (-1 / exponent));

describe("quantiles", () => {
  test("are the least value that a part of all does not exceed", () => {
    const sorted = [1, 2, 3, 4];
    expect([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1].map((part) => quantileOf(sorted, part))).toEqual([1, 1, 2, 2, 3, 4, 4]);
    expect(quantileOf([7], 0.5)).toBe(7);
  });

  test("property: at least the part is no greater, and less than it is smaller", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), fc.integer({ min: 1, max: 99 }), (values, hundredths) => {
        const part = hundredths / 100;
        const found = quantileOf(ascending(values), part);
        expect(values.filter((value) => value <= found).length * 100).toBeGreaterThanOrEqual(hundredths * values.length);
        expect(values.filter((value) => value < found).length).toBeLessThan(part * values.length + 1e-9);
      }),
    );
  });
});

describe("tail exponent", () => {
  test.each([1, 1.5, 3])("of a power law of exponent %d is that exponent, whatever its unit", (exponent) => {
    const values = ascending(pareto(exponent, 20_000));
    expect(hillExponent(values)).toBeCloseTo(exponent, 1.5);
    expect(hillExponent(values.map((value) => value * 1000))).toBeCloseTo(hillExponent(values) as number, 9);
  });

  test("is none of fewer than twenty beyond the quantile, of none, of a quantile that is not positive", () => {
    expect(hillExponent(ascending(pareto(2, 399)))).toBeNull();
    expect(hillExponent(ascending(pareto(2, 400)))).not.toBeNull();
    expect(hillExponent([])).toBeNull();
    expect(hillExponent(ascending(pareto(2, 1000).map((value) => -value)))).toBeNull();
    expect(hillExponent(new Float64Array(1000).fill(3))).toBeNull();
  });
});

describe("sizes", () => {
  test("of a hundred", () => {
    const facts = sizeFacts(Array.from({ length: 100 }, (_, place) => 100 - place));
    expect(facts).toEqual({
      ...{ count: 100, median: 50, mean: 50.5, quantile95: 95, quantile99: 99, largest: 100 },
      largestShare: 100 / 5050,
      tailExponent: null,
    });
  });

  test("none of none", () => {
    expect(sizeFacts([])).toBeNull();
  });
});
