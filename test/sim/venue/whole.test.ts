import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, compareProducts, multiplyDivide, OverflowError, type Rounding, scale } from "../../../sim/venue/whole.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const ROUNDINGS: readonly Rounding[] = ["down", "up", "half-even"];

/** Enough digits that no product or quotient below is rounded before it is asked to be. */
const Exact = Decimal.clone({ precision: 120 });
const DECIMAL_MODE = { down: Decimal.ROUND_FLOOR, up: Decimal.ROUND_CEIL, "half-even": Decimal.ROUND_HALF_EVEN } as const;

/** The slow, obvious way: decimal arithmetic with one rounding at the end. */
function byDecimal(a: number, b: number, divisor: number, rounding: Rounding): bigint {
  return BigInt(new Exact(a).times(b).dividedBy(divisor).toDecimalPlaces(0, DECIMAL_MODE[rounding]).toFixed(0));
}

/** Another slow way, with no decimals in it: the whole number that fits the definition of the rounding. */
function byBigInt(a: number, b: number, divisor: number, rounding: Rounding): bigint {
  const product = BigInt(a) * BigInt(b);
  const by = BigInt(divisor);
  let floor = product / by;
  while (floor * by > product) floor -= 1n;
  while ((floor + 1n) * by <= product) floor += 1n;
  const below = product - floor * by;
  const above = (floor + 1n) * by - product;
  if (below === 0n || rounding === "down") return floor;
  if (rounding === "up") return floor + 1n;
  if (below !== above) return below < above ? floor : floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

function check(a: number, b: number, divisor: number, rounding: Rounding): void {
  const expected = byBigInt(a, b, divisor, rounding);
  expect(byDecimal(a, b, divisor, rounding)).toBe(expected);
  if (expected > BigInt(SAFE) || expected < -BigInt(SAFE)) {
    expect(() => multiplyDivide(a, b, divisor, rounding)).toThrow(OverflowError);
    expect(() => multiplyDivide(a, b, divisor, rounding)).toThrow(String(expected));
  } else {
    const result = multiplyDivide(a, b, divisor, rounding);
    expect(BigInt(result)).toBe(expected);
    expect(Object.is(result, -0), `${a} × ${b} ÷ ${divisor} ${rounding} is -0`).toBe(false);
    expect(scale(a, { numerator: b, denominator: divisor }, rounding)).toBe(result);
  }
}

/** Whole numbers of every length, and the edges. */
const whole = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, -1, SAFE, -SAFE, SAFE - 1, 2 ** 52, 2 ** 26, 2 ** 27, 94906265, 94906266),
);
const positive = whole.map((value) => Math.max(1, Math.abs(value)));
const rounding = fc.constantFrom(...ROUNDINGS);

describe("multiplyDivide", () => {
  test.each([
    // a, b, divisor, down, up, half-even
    [7, 1, 2, 3, 4, 4],
    [5, 1, 2, 2, 3, 2],
    [-5, 1, 2, -3, -2, -2],
    [-7, 1, 2, -4, -3, -4],
    [1, 1, 2, 0, 1, 0],
    [-1, 1, 2, -1, 0, 0],
    [3, 1, 2, 1, 2, 2],
    [1, 1, 3, 0, 1, 0],
    [2, 1, 3, 0, 1, 1],
    [-1, 1, 3, -1, 0, 0],
    [-2, 1, 3, -1, 0, -1],
    [6, 4, 8, 3, 3, 3],
    [0, -3, 7, 0, 0, 0],
    [-9, 5, 1, -45, -45, -45],
    [SAFE, SAFE, SAFE, SAFE, SAFE, SAFE],
    [SAFE, 1, 2, 4503599627370495, 4503599627370496, 4503599627370496],
    [-SAFE, 1, 2, -4503599627370496, -4503599627370495, -4503599627370496],
    // 3 × 6004799503160663 ÷ 2 is half a quantum above a whole number, beyond 2^53 before dividing.
    [6004799503160663, 3, 2, 9007199254740994 - 0, 0, 0],
  ] as const)("UNIT-3 %i × %i ÷ %i rounds once: down %i, up %i, half to even %i", (a, b, divisor, down, up, even) => {
    if (b === 3 && divisor === 2) {
      for (const mode of ROUNDINGS) expect(() => multiplyDivide(a, b, divisor, mode)).toThrow(OverflowError);
      return;
    }
    expect(multiplyDivide(a, b, divisor, "down")).toBe(down);
    expect(multiplyDivide(a, b, divisor, "up")).toBe(up);
    expect(multiplyDivide(a, b, divisor, "half-even")).toBe(even);
  });
});
