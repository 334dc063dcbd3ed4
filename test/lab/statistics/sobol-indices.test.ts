import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saltelliDesign } from "../../../lab/design/saltelli.ts";
import type { Estimate, Interval } from "../../../lab/statistics/interval.ts";
import { type SobolFactor, sobolIndices } from "../../../lab/statistics/sobol-indices.ts";
import { createStream } from "../../../sim/index.ts";

const OPTIONS = { seed: 1, name: "test", resamples: 200 };

function indicesOf(model: (point: readonly number[]) => number, factors: number, rows: number): readonly SobolFactor[] {
  const stream = createStream(11, "test/sobol");
  const base = Array.from({ length: rows }, () => Array.from({ length: 2 * factors }, () => stream.next()));
  return sobolIndices(saltelliDesign(base).map(model), factors, OPTIONS).factors as readonly SobolFactor[];
}

/** Close to what is known, and within the interval made half as wide again: of several 95 % intervals one may well miss. */
function expectKnown(estimate: Estimate, known: number, error: number): void {
  expect(Math.abs(estimate.value - known)).toBeLessThan(error);
  const { low, high } = estimate.interval as Interval;
  expect(low - (high - low) / 4).toBeLessThanOrEqual(known);
  expect(high + (high - low) / 4).toBeGreaterThanOrEqual(known);
  expect(high - low).toBeLessThan(4 * error);
}

describe("Sobol indices", () => {
  // T. Ishigami and T. Homma (1990); with a = 7 and b = 0.1 the indices follow from the variances of its terms, as in
  // A. Saltelli and others, "Global Sensitivity Analysis. The Primer" (2008), 4.
  const ishigami = (point: readonly number[]) => {
    const [x, y, z] = point.map((coordinate) => Math.PI * (2 * coordinate - 1)) as [number, number, number];
    return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x);
  };

  test("the Ishigami function: first 0.3139, 0.4424, 0 and total 0.5576, 0.4424, 0.2437", () => {
    const factors = indicesOf(ishigami, 3, 16_384);
    [0.3139, 0.4424, 0].forEach((known, factor) => {
      expectKnown((factors[factor] as SobolFactor).first, known, 0.03);
    });
    [0.5576, 0.4424, 0.2437].forEach((known, factor) => {
      expectKnown((factors[factor] as SobolFactor).total, known, 0.02);
    });
  });

  // I. M. Sobol's g function, product of (|4 x − 2| + a) / (1 + a): partial variances V(i) = 1 / (3 (1 + a)²), all others products of them.
  test("the g function with a = 0, 1, 4.5, 9", () => {
    const a = [0, 1, 4.5, 9];
    const model = (point: readonly number[]) =>
      a.reduce((product, each, factor) => (product * (Math.abs(4 * (point[factor] as number) - 2) + each)) / (1 + each), 1);
    const partial = a.map((each) => 1 / (3 * (1 + each) ** 2));
    const variance = partial.reduce((product, each) => product * (1 + each), 1) - 1;
    const factors = indicesOf(model, 4, 16_384);
    partial.forEach((each, factor) => {
      expectKnown((factors[factor] as SobolFactor).first, each / variance, 0.03);
      expectKnown((factors[factor] as SobolFactor).total, (each * (variance + 1)) / (1 + each) / variance, 0.03);
    });
  });

  test("a sum far from 0: every factor's share, first and total alike", () => {
    const factors = indicesOf(([x, y, z]) => 1e6 + 3 * (x as number) + 4 * (y as number) + 0 * (z as number), 3, 4096);
    [9 / 25, 16 / 25, 0].forEach((known, factor) => {
      expect(Math.abs((factors[factor] as SobolFactor).first.value - known)).toBeLessThan(0.04);
      expect(Math.abs((factors[factor] as SobolFactor).total.value - known)).toBeLessThan(0.04);
    });
    expect(factors[2]).toEqual({ first: { value: 0, interval: { low: 0, high: 0 } }, total: { value: 0, interval: { low: 0, high: 0 } } });
  });

  test("TIME-2: the same seed and name give the same intervals, another name others", () => {
    const values = Array.from({ length: 40 }, (_, index) => (index * 7) % 11);
    expect(sobolIndices(values, 2, OPTIONS)).toEqual(sobolIndices(values, 2, OPTIONS));
    expect(sobolIndices(values, 2, { ...OPTIONS, seed: 2 })).not.toEqual(sobolIndices(values, 2, OPTIONS));
  });

  test("unit and origin of the metric do not matter", () => {
    const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), fc.integer({ min: -1000, max: 1000 }), (values, unit, origin) => {
        const plain = sobolIndices(values, 3, { ...OPTIONS, resamples: 50 });
        const changed = sobolIndices(
          values.map((value) => value * unit + origin),
          3,
          { ...OPTIONS, resamples: 50 },
        );
        expect(changed.variance).toBeCloseTo(plain.variance * unit * unit, 5);
        plain.factors?.forEach((factor, index) => {
          expect(changed.factors?.[index]?.first.value).toBeCloseTo(factor.first.value, 8);
          expect(changed.factors?.[index]?.total.value).toBeCloseTo(factor.total.value, 8);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("a metric that does not vary has no indices", () => {
    expect(sobolIndices(new Array<number>(20).fill(0.1), 3, OPTIONS)).toEqual({ variance: 0, factors: null });
  });

  test.each([
    [[1, 2, 3, 4, 5], 3, "Cannot compute Sobol indices: 5 values are not two or more rows of 5"],
    [[1, 2, 3, 4, 5, 6, 7], 3, "Cannot compute Sobol indices: 7 values are not two or more rows of 5"],
    [[1, 2, 3, 4, 5, Number.NaN], 1, "Cannot compute Sobol indices: value 5 is NaN"],
    [[1, 2, 3, 4], 0, "Cannot compute Sobol indices of 0 factors: no whole number of at least 1"],
  ])("refuses %j of %d factors", (values, factors, message) => {
    expect(() => sobolIndices(values, factors, OPTIONS)).toThrow(new RangeError(message));
  });
});
