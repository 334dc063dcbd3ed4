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
  ] as const)("UNIT-3 %i × %i ÷ %i rounds once: down %i, up %i, half to even %i", (a, b, divisor, down, up, even) => {
    expect(multiplyDivide(a, b, divisor, "down")).toBe(down);
    expect(multiplyDivide(a, b, divisor, "up")).toBe(up);
    expect(multiplyDivide(a, b, divisor, "half-even")).toBe(even);
  });

  test("UNIT-3 agrees with BigInt and with decimal arithmetic", () => {
    fc.assert(fc.property(whole, whole, positive, rounding, check), { numRuns: 6000 });
  });

  test("UNIT-3 agrees for products just below, at and above 2^53", () => {
    const near = fc.tuple(fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: -3, max: 3 })).map(([a, off]): [number, number] => {
      return [a, Math.max(1, Math.floor(SAFE / a) + off)];
    });
    fc.assert(
      fc.property(near, fc.boolean(), positive, rounding, ([a, b], negative, divisor, mode) => check(negative ? -a : a, b, divisor, mode)),
      { numRuns: 4000 },
    );
  });

  test("UNIT-3 ties go to the even neighbour, on both sides of zero and beyond 2^53", () => {
    const half = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    fc.assert(
      fc.property(half, fc.integer({ min: 1, max: 2 ** 20 }), (floor, factor) => {
        // (2·floor + 1) ÷ 2 with both sides multiplied by the same factor is a tie all the same.
        const result = multiplyDivide(2 * floor + 1, factor, 2 * factor, "half-even");
        expect(Math.abs(result % 2)).toBe(0);
        expect(Math.abs(2 * result - (2 * floor + 1))).toBe(1);
      }),
    );
  });

  test("UNIT-3 stays exact where quotient × divisor leaves 2^53 although the product does not", () => {
    // -9007199254740991 ÷ 3 lies between …331 and …330; …331 × 3 is no double.
    expect(multiplyDivide(-SAFE, 1, 3, "half-even")).toBe(-3002399751580330);
    expect(multiplyDivide(-5, 1801439850948198, 11, "half-even")).toBe(-818836295885545);
    for (let below = 0; below < 40; below++) {
      for (const divisor of [3, 7, 11, 13, 1_000_003, 2 ** 52 - 1, 2 ** 52, 2 ** 52 + 1, SAFE - 1, SAFE]) {
        for (const mode of ROUNDINGS) {
          check(SAFE - below, 1, divisor, mode);
          check(below - SAFE, 1, divisor, mode);
        }
      }
    }
  });

  test("UNIT-1 a result beyond 2^53 is an error that names the amount, never rounded", () => {
    expect(() => multiplyDivide(SAFE, 2, 1, "down")).toThrow("18014398509481982 is beyond ±(2^53 − 1)");
    expect(() => multiplyDivide(-SAFE, 3, 2, "half-even")).toThrow("-13510798882111486 is beyond ±(2^53 − 1)");
    expect(() => multiplyDivide(SAFE, SAFE, 1, "up")).toThrow("81129638414606663681390495662081");
    expect(multiplyDivide(SAFE, 1, 1, "up")).toBe(SAFE);
    expect(() => multiplyDivide(2 ** 52, 2, 1, "up")).toThrow(OverflowError);
    // Rounding alone may carry an amount over the edge.
    expect(multiplyDivide(SAFE, 3, 3, "up")).toBe(SAFE);
    const [a, b, divisor] = [6004799503160661, 3, 2];
    expect(byBigInt(a, b, divisor, "down")).toBe(BigInt(SAFE));
    expect(multiplyDivide(a, b, divisor, "down")).toBe(SAFE);
    expect(() => multiplyDivide(a, b, divisor, "up")).toThrow("9007199254740992");
    expect(() => multiplyDivide(a, b, divisor, "half-even")).toThrow("9007199254740992");
  });
});

describe("compareProducts", () => {
  test("UNIT-3 agrees with BigInt for all signs and sizes", () => {
    fc.assert(
      fc.property(whole, whole, whole, whole, (a, b, c, d) => {
        const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
        expect(Math.sign(compareProducts(a, b, c, d)) + 0).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
      }),
      { numRuns: 4000 },
    );
  });

  test("UNIT-3 products that differ by one unit beyond 2^53 are not equal", () => {
    const big = 2 ** 40 + 1;
    // (n − 1)(n + 1) = n² − 1
    expect(compareProducts(big - 1, big + 1, big, big)).toBeLessThan(0);
    expect(compareProducts(big, big, big - 1, big + 1)).toBeGreaterThan(0);
    expect((big - 1) * (big + 1)).toBe(big * big);
    expect(compareProducts(-big, big, big, -big)).toBe(0);
  });
});

describe("add", () => {
  test("UNIT-1 sums, or names the account and the amount that does not fit", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const sum = BigInt(a) + BigInt(b);
        if (sum > BigInt(SAFE) || sum < -BigInt(SAFE)) {
          expect(() => add(a, b, "account 7 wallet")).toThrow(OverflowError);
          expect(() => add(a, b, "account 7 wallet")).toThrow(`Cannot book account 7 wallet: ${sum} is beyond ±(2^53 − 1)`);
        } else expect(BigInt(add(a, b, "account 7 wallet"))).toBe(sum);
      }),
      { numRuns: 2000 },
    );
    expect(add(SAFE, 0, "x")).toBe(SAFE);
    expect(add(-SAFE, 0, "x")).toBe(-SAFE);
    expect(() => add(SAFE, 1, "x")).toThrow("9007199254740992");
    expect(() => add(-SAFE, -1, "x")).toThrow("-9007199254740992");
    expect(() => add(SAFE, 2, "x")).toThrow("9007199254740993");
  });

  test("UNIT-1 the error is a class of its own", () => {
    const error = new OverflowError("account 3 margin", 2 ** 60);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("OverflowError");
    expect(error.message).toBe(`Cannot book account 3 margin: ${2 ** 60} is beyond ±(2^53 − 1)`);
  });
});
