import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion, bandsOf, shuffledRows } from "../../agents/apportion.ts";
import { createStream, shuffle, spread } from "../../sim/index.ts";

describe("columns of whole numbers", () => {
  test("UNIT-3 apportion gives what spread gives, to the unit, small and wide", () => {
    const weights = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 47 })), {
      minLength: 1,
      maxLength: 40,
    });
    const total = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.maxSafeNat());
    let wide = 0;
    fc.assert(
      fc.property(total, weights, (sum, given) => {
        fc.pre(given.some((weight) => weight > 0));
        if (given.some((weight) => sum * weight > Number.MAX_SAFE_INTEGER)) wide += 1;
        expect(Array.from(apportion(sum, Float64Array.from(given)))).toEqual(spread(sum, given));
      }),
      { numRuns: 500 },
    );
    expect(wide).toBeGreaterThan(50);
  });

  test("UNIT-3 what is left over goes to the largest remainders, among equals to the first", () => {
    expect([...apportion(5, Float64Array.of(1, 1, 1))]).toEqual([2, 2, 1]);
    expect([...apportion(10, Float64Array.of(3, 2, 2))]).toEqual([4, 3, 3]);
  });

  test.each([
    [-1, [1]],
    [1.5, [1]],
    [1, [0, 0]],
    [1, []],
  ])("refuses %d over %j", (total, weights) => {
    expect(() => apportion(total, Float64Array.from(weights))).toThrow(RangeError);
  });

  test("TIME-2 rows are shuffled by the draws of shuffle", () => {
    for (const count of [0, 1, 2, 57]) {
      const [one, other] = [createStream(3, "x"), createStream(3, "x")];
      const rows = Array.from({ length: count }, (_, row) => row);
      expect([...shuffledRows(one, count)]).toEqual(shuffle(other, rows));
      expect(one.next()).toBe(other.next());
    }
  });

  test("bands by rank: as many in each as asked, equal values in the same one", () => {
    expect([...bandsOf(Float64Array.of(5, 1, 4, 2, 3), [0.4, 0.8, 1])]).toEqual([2, 0, 1, 0, 1]);
    expect([...bandsOf(Float64Array.of(1, 1, 1, 9), [0.25, 1])]).toEqual([0, 0, 0, 1]);
    expect([...bandsOf(Float64Array.of(1, 2), [0.01, 1])]).toEqual([0, 1]);
    expect([...bandsOf(new Float64Array(0), [0.5, 1])]).toEqual([]);
  });
});
