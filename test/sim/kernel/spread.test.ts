import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spread } from "../../../sim/kernel/spread.ts";

describe("spread", () => {
  test.each([
    { total: 10, weights: [1, 1, 1], shares: [4, 3, 3], why: "ties go to the lowest index" },
    { total: 10, weights: [1, 2, 3], shares: [2, 3, 5], why: "1.67, 3.33, 5: the largest remainder is the first" },
    { total: 7, weights: [0, 5, 0], shares: [0, 7, 0], why: "no weight, no share" },
    { total: 0, weights: [1, 2], shares: [0, 0], why: "nothing to share" },
    { total: -10, weights: [1, 1, 1], shares: [-4, -3, -3], why: "a loss is shared like a gain" },
    { total: 1, weights: [0, 0, 3, 3], shares: [0, 0, 1, 0], why: "a single unit" },
    {
      total: Number.MAX_SAFE_INTEGER,
      weights: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      shares: [2 ** 52, 2 ** 52 - 1],
      why: "the largest numbers there are",
    },
  ])("UNIT-3 $total by $weights: $why", ({ total, weights, shares }) => {
    expect(spread(total, weights)).toEqual(shares);
  });

  test("UNIT-3 shares add up exactly and differ from the exact part by less than one unit", () => {
    const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(whole, fc.array(whole, { minLength: 1, maxLength: 12 }), (total, weights) => {
        const sum = weights.reduce((part, weight) => part + BigInt(weight), 0n);
        fc.pre(sum > 0n);
        const shares = spread(total, weights);
        expect(shares.reduce((part, share) => part + BigInt(share), 0n)).toBe(BigInt(total));
        shares.forEach((share, index) => {
          const difference = BigInt(share) * sum - BigInt(total) * BigInt(weights[index] as number);
          expect(difference < sum && difference > -sum).toBe(true);
        });
      }),
    );
  });

  test.each([
    { total: 1.5, weights: [1], problem: "Cannot spread 1.5: not a whole number" },
    { total: 1, weights: [], problem: "no weight is positive" },
    { total: 1, weights: [0], problem: "no weight is positive" },
    { total: 1, weights: [1, -1], problem: "weight 1 is -1" },
    { total: 1, weights: [0.5], problem: "weight 0 is 0.5" },
  ])("refuses $total by $weights", ({ total, weights, problem }) => {
    expect(() => spread(total, weights)).toThrow(problem);
  });
});
