import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { independentDifference } from "../../../lab/statistics/welch.ts";

// Student's sleep data, as R has it: `t.test(extra ~ group, data = sleep)`.
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("two independent samples", () => {
  test("Welch: the answer of R's t.test for Student's sleep data", () => {
    const { value, standardError, interval, degreesOfFreedom } = independentDifference(FIRST, SECOND);
    expect(value).toBeCloseTo(1.58, 12);
    expect(value / standardError).toBeCloseTo(1.8608, 4);
    expect(degreesOfFreedom).toBeCloseTo(17.776, 3);
    expect(interval.low).toBeCloseTo(-0.2054832, 6);
    expect(interval.high).toBeCloseTo(3.3654832, 6);
  });

  test("the order of values does not matter, and the other way round the sign is the other", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const there = independentDifference(first, second);
        expect(independentDifference([...first].reverse(), [...second].sort())).toEqual(there);
        const back = independentDifference(second, first);
        expect(back.value).toBeCloseTo(-there.value, 6);
        expect(back.standardError).toBe(there.standardError);
      }),
    );
  });

  test("samples that do not vary have an interval without width; too few values are refused", () => {
    expect(independentDifference([1, 1], [4, 4, 4])).toEqual({
      value: 3,
      standardError: 0,
      interval: { low: 3, high: 3 },
      degreesOfFreedom: Number.POSITIVE_INFINITY,
    });
    expect(() => independentDifference([1], [2, 3])).toThrow("Cannot compare two samples: 1 values, at least 2 are needed");
    expect(() => independentDifference([1, Number.NaN], [2, 3])).toThrow("value 1 is NaN");
    expect(() => independentDifference([1, 2], [2, 3], 1)).toThrow("confidence 1");
  });
});
