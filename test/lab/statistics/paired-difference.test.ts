import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairedDifference, type Replicate } from "../../../lab/statistics/paired-difference.ts";
import { studentHalfWidth } from "../../../lab/statistics/student-interval.ts";

const runs = (values: readonly number[]): Replicate[] =>
  values.map((value, replication) => ({ replication, seed: 100 + replication, value }));

describe("Student's t interval", () => {
  // W. S. Gosset's quantiles as every table has them: t(df; 0.975), t(df; 0.95), t(df; 0.995).
  test.each([
    [1, 0.95, 12.706],
    [2, 0.95, 4.303],
    [9, 0.95, 2.262],
    [30, 0.95, 2.042],
    [120, 0.95, 1.98],
    [9, 0.9, 1.833],
    [9, 0.99, 3.25],
  ])("%i degrees of freedom at %d: %d", (freedom, confidence, quantile) => {
    expect(studentHalfWidth(Math.sqrt(freedom + 1), freedom + 1, confidence)).toBeCloseTo(quantile, 3);
  });

  test("refuses fewer than two values", () => {
    expect(() => studentHalfWidth(1, 1, 0.95)).toThrow(new RangeError("Cannot make a t interval: 1 values, at least 2 are needed"));
  });
});

describe("paired differences under common random numbers", () => {
  // Student's sleep data (Biometrika 6, 1908); R 4, t.test(sleep$extra[1:10], sleep$extra[11:20], paired = TRUE).
  const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

  test("Student's sleep data as R has it", () => {
    const difference = pairedDifference(runs(one), runs(other));
    expect(difference).toMatchObject({ pairs: 10, confidence: 0.95 });
    expect(difference.value).toBeCloseTo(1.58, 12);
    expect(difference.value / difference.standardError).toBeCloseTo(4.0621, 4);
    expect(difference.interval.low).toBeCloseTo(0.7001142, 7);
    expect(difference.interval.high).toBeCloseTo(2.4598858, 7);
    // var(other − one) = 1.512889, var(one) = 3.200556, var(other) = 4.009.
    expect(difference.varianceReduction).toBeCloseTo(1 - 1.512889 / (3.200556 + 4.009), 5);
  });

  test("runs that differ by a constant: all variance is gone", () => {
    const difference = pairedDifference(runs([1, 5, 9, 2]), runs([3, 7, 11, 4]));
    expect(difference).toMatchObject({ value: 2, standardError: 0, interval: { low: 2, high: 2 }, varianceReduction: 1 });
  });

  test("pairs that move against each other: pairing harms, and it says so", () => {
    expect(pairedDifference(runs([1, 2, 3]), runs([3, 2, 1])).varianceReduction).toBeCloseTo(-1, 12);
  });

  test("settings that do not vary have no variance to reduce", () => {
    expect(pairedDifference(runs([0.1, 0.1, 0.1]), runs([0.3, 0.3, 0.3])).varianceReduction).toBeNull();
  });

  test("the order of the runs changes nothing, exchanging the settings the sign only", () => {
    const pair = fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 30 }), (pairs) => {
        const [a, b] = [runs(pairs.map((each) => each[0])), runs(pairs.map((each) => each[1]))];
        const difference = pairedDifference(a, b);
        expect(pairedDifference(a.toReversed(), b)).toEqual(difference);
        const back = pairedDifference(b, a);
        expect(back.value).toBeCloseTo(-difference.value, 6);
        expect(back.interval.high).toBeCloseTo(-difference.interval.low, 6);
      }),
    );
  });

  const [first, second] = [runs([1, 2, 3]), runs([2, 3, 5])];
  test.each([
    [first, second.slice(0, 2), "Cannot pair replication 2: only the first setting has it"],
    [first.slice(1), second, "Cannot pair replication 0: only the second setting has it"],
    [
      first,
      second.map((run) => ({ ...run, seed: run.seed + 1 })),
      "Cannot pair replication 0: seed 100 in the first setting, 101 in the second",
    ],
    [[...first, ...first], second, "Cannot pair replication 0: it stands twice in the first setting"],
    [
      first,
      [...second.slice(0, 2), { replication: 2, seed: 102, value: Number.NaN }],
      "Cannot pair replication 2: value NaN in the second setting",
    ],
    [first.slice(0, 1), second.slice(0, 1), "Cannot compare two settings: 1 values, at least 2 are needed"],
    [[], [], "Cannot compare two settings: 0 values, at least 2 are needed"],
  ])("refuses what is not paired: %#", (a, b, message) => {
    expect(() => pairedDifference(a, b)).toThrow(new RangeError(message));
  });
});
