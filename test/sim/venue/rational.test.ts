import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  fraction,
  least,
  minus,
  most,
  negative,
  over,
  parseRational,
  plus,
  type Rational,
  rationalOf,
  rounded,
  sign,
  times,
  toNumber,
  toSignificant,
  whole,
} from "../../../sim/venue/rational.ts";

const Exact = Decimal.clone({ precision: 200, toExpNeg: -60, toExpPos: 60 });

const rational = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => fraction(numerator, denominator));

const decimalOf = ({ numerator, denominator }: Rational) => new Exact(numerator.toString()).div(denominator.toString());
const isNear = (a: Rational, b: Decimal) => decimalOf(a).minus(b).abs().lessThanOrEqualTo(b.abs().plus(1).times("1e-150"));

describe("fractions", () => {
  test("add, subtract, multiply, divide and compare as decimals with many digits do", () => {
    fc.assert(
      fc.property(rational, rational, (a, b) => {
        const [x, y] = [decimalOf(a), decimalOf(b)];
        expect(isNear(plus(a, b), x.plus(y))).toBe(true);
        expect(isNear(minus(a, b), x.minus(y))).toBe(true);
        expect(isNear(times(a, b), x.times(y))).toBe(true);
        if (sign(b) !== 0) expect(isNear(over(a, b), x.div(y))).toBe(true);
        expect(Math.sign(compare(a, b))).toBe(x.comparedTo(y));
        expect(decimalOf(least(a, b)).equals(Decimal.min(x, y))).toBe(true);
        expect(decimalOf(most(a, b)).equals(Decimal.max(x, y))).toBe(true);
        expect(sign(negative(a)) + sign(a)).toBe(0);
      }),
    );
  });

  test("stay in lowest terms with a positive denominator", () => {
    expect(fraction(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
    expect(plus(fraction(1n, 6n), fraction(1n, 3n))).toEqual(fraction(1n, 2n));
    expect(over(whole(1), fraction(-1n, 2n))).toEqual(whole(-2));
    expect(rationalOf({ numerator: 3, denominator: 4 })).toEqual(fraction(3n, 4n));
    expect(parseRational("-0.125", "")).toEqual(fraction(-1n, 8n));
    expect(() => parseRational("1/3", "file: field")).toThrow('file: field: expected a decimal number, got "1/3"');
  });

  test("UNIT-3 round down, up, and half to even, below zero too", () => {
    const half = (units: bigint) => fraction(units, 2n);
    expect([half(5n), half(-5n), half(3n), half(-3n), whole(2)].map((a) => rounded(a, "half-even"))).toEqual([2n, -2n, 2n, -2n, 2n]);
    expect([half(5n), half(-5n), whole(-2)].map((a) => rounded(a, "up"))).toEqual([3n, -2n, -2n]);
    expect([half(5n), half(-5n), whole(-2)].map((a) => rounded(a, "down"))).toEqual([2n, -3n, -2n]);
  });

  test("print with so many significant digits", () => {
    expect(toSignificant(fraction(1n, 3n), 12)).toBe("0.333333333333");
    expect(toSignificant(fraction(-1n, 3000n), 3)).toBe("-0.000333");
    expect(toSignificant(fraction(2n, 3n), 1)).toBe("0.7");
    expect(toSignificant(fraction(9_999_999n, 10n), 6)).toBe("1000000");
    expect(toSignificant(whole(123_456_789), 3)).toBe("123000000");
    expect(toSignificant(whole(98_000), 12)).toBe("98000");
    expect(toSignificant(fraction(999n, 1000n), 2)).toBe("1");
    expect(toSignificant(whole(0), 12)).toBe("0");
    fc.assert(
      fc.property(rational, fc.integer({ min: 1, max: 25 }), (a, digits) => {
        const expected = decimalOf(a).toSignificantDigits(digits, Decimal.ROUND_HALF_EVEN);
        expect(toSignificant(a, digits)).toBe(expected.isZero() ? "0" : expected.toFixed());
      }),
    );
  });

  test("become the nearest double", () => {
    expect(toNumber(fraction(1n, 3n))).toBe(1 / 3);
    expect(toNumber(fraction(-200n, 180n))).toBe(-200 / 180);
    expect(toNumber(whole(0))).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        (a, b) => toNumber(fraction(BigInt(a), BigInt(b))) === a / b,
      ),
    );
  });
});
