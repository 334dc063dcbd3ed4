import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedShortfall } from "../../../lab/statistics/expected-shortfall.ts";

const repeat = (count: number, value: number) => new Array<number>(count).fill(value);
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const sample = fc.array(finite, { minLength: 1, maxLength: 40 });
const level = fc.double({ min: 0, max: 0.999, noNaN: true });

describe("expected shortfall as Acerbi and Tasche define it for a discrete distribution", () => {
  // J. C. Hull, "Risk Management and Financial Institutions", the example of two projects: each loses 1 with 98 % and 10 with 2 %, independently.
  const project = [...repeat(98, 1), ...repeat(2, 10)];
  const both = [...repeat(9604, 2), ...repeat(392, 11), ...repeat(4, 20)];

  test("Hull's project: 8.2 at 97.5 %, where the value at risk is 1", () => {
    expect(expectedShortfall(project, 0.975)).toBeCloseTo(8.2, 12);
  });

  test("Hull's two projects together: 11.144, less than twice one", () => {
    expect(expectedShortfall(both, 0.975)).toBeCloseTo(11.144, 10);
  });

  test("the fraction of a value is taken: the worst 2.5 of ten", () => {
    expect(expectedShortfall([3, 9, 1, 10, 2, 5, 4, 8, 6, 7], 0.75)).toBeCloseTo((10 + 9 + 0.5 * 8) / 2.5, 12);
    expect(expectedShortfall([3, 9, 1, 10, 2, 5, 4, 8, 6, 7], 0.75, "lower")).toBeCloseTo((1 + 2 + 0.5 * 3) / 2.5, 12);
  });

  test("where not even one value is in the tail it is the worst", () => {
    expect(expectedShortfall([1, 2, 3], 0.99)).toBeCloseTo(3, 12);
    expect(expectedShortfall([1, 2, 3], 0.99, "lower")).toBeCloseTo(1, 12);
    expect(expectedShortfall([0.1, 0.1, 0.1], 0.5)).toBe(0.1);
  });

  test("it minimises q + mean excess over q / (1 − level), as Rockafellar and Uryasev (2000) show", () => {
    fc.assert(
      fc.property(sample, level, (values, level) => {
        const objective = (q: number) => q + values.reduce((sum, each) => sum + Math.max(0, each - q), 0) / values.length / (1 - level);
        const least = Math.min(...values.map(objective));
        expect(Math.abs(expectedShortfall(values, level) - least)).toBeLessThanOrEqual(1e-6);
      }),
    );
  });

  test("at level 0 the mean; rises with the level; the lower tail is the mirror; subadditive", () => {
    const pairs = fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pairs, level, level, (pairs, one, other) => {
        const [a, b] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(expectedShortfall(a, 0)).toBeCloseTo(a.reduce((sum, each) => sum + each, 0) / a.length, 5);
        expect(expectedShortfall(a, high)).toBeGreaterThanOrEqual(expectedShortfall(a, low) - 1e-6);
        expect(
          expectedShortfall(
            a.map((each) => -each),
            one,
          ),
        ).toBeCloseTo(-expectedShortfall(a, one, "lower"), 5);
        const together = expectedShortfall(
          pairs.map(([x, y]) => x + y),
          one,
        );
        expect(together).toBeLessThanOrEqual(expectedShortfall(a, one) + expectedShortfall(b, one) + 1e-5);
      }),
    );
  });

  test.each([
    [[1], 1, "Cannot take the expected shortfall at 1: not from 0 to below 1"],
    [[1], -0.1, "Cannot take the expected shortfall at -0.1: not from 0 to below 1"],
    [[], 0.9, "Cannot take an expected shortfall: 0 values, at least 1 is needed"],
    [[1, Number.NaN], 0.9, "Cannot take an expected shortfall: value 1 is NaN"],
  ])("refuses %j at %d", (values, level, message) => {
    expect(() => expectedShortfall(values, level)).toThrow(new RangeError(message));
  });
});
