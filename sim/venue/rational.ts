/**
 * Exact fractions of any size, for prices that solve an equation: whatever decides about
 * money is whole numbers (`whole.ts`), and prices for people are worked out here without
 * rounding until they are printed.
 */
import { type Decimal, parseDecimal } from "./decimal.ts";
import type { Ratio, Rounding } from "./whole.ts";

/** A fraction in lowest terms, its denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Nothing. */
export const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** The whole number `value`. */
export function whole(value: number | bigint): Rational {
  return { numerator: BigInt(value), denominator: 1n };
}

/** `numerator ÷ denominator` in lowest terms; the denominator is not zero. */
export function fraction(numerator: bigint, denominator: bigint): Rational {
  const divisor = greatestCommonDivisor(magnitude(numerator), magnitude(denominator)) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** A ratio of safe integers, as rates and factors are kept. */
export function rationalOf({ numerator, denominator }: Ratio): Rational {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/**
 * Decimal text, exactly.
 * @param where file and field, for the error
 * @throws InputError when the text is no decimal
 */
export function parseRational(text: string, where: string): Rational {
  const { digits, places }: Decimal = parseDecimal(text, where);
  return fraction(digits, 10n ** BigInt(places));
}

/** `a + b`. */
export function plus(a: Rational, b: Rational): Rational {
  if (a.denominator === 1n && b.denominator === 1n) return { numerator: a.numerator + b.numerator, denominator: 1n };
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

/** `a − b`. */
export function minus(a: Rational, b: Rational): Rational {
  return plus(a, negative(b));
}

/** `a × b`. */
export function times(a: Rational, b: Rational): Rational {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** `a ÷ b`; `b` is not zero. */
export function over(a: Rational, b: Rational): Rational {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** `−a`. */
export function negative(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** Negative when `a < b`, zero when they are equal, else positive. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** −1, 0 or 1, as `a` is below, at or above zero. */
export function sign(a: Rational): number {
  return a.numerator < 0n ? -1 : a.numerator > 0n ? 1 : 0;
}

/** The smaller of two. */
export function least(a: Rational, b: Rational): Rational {
  return compare(a, b) <= 0 ? a : b;
}

/** The larger of two. */
export function most(a: Rational, b: Rational): Rational {
  return compare(a, b) >= 0 ? a : b;
}

/** The whole number next to `a`, as the rounding says. */
export function rounded(a: Rational, rounding: Rounding): bigint {
  let quotient = a.numerator / a.denominator;
  let rest = a.numerator % a.denominator;
  if (rest < 0n) {
    quotient -= 1n;
    rest += a.denominator;
  }
  if (rest === 0n || rounding === "down") return quotient;
  if (rounding === "up") return quotient + 1n;
  const twice = rest * 2n;
  return twice > a.denominator || (twice === a.denominator && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

/** The double nearest to `a`. */
export function toNumber(a: Rational): number {
  return Number(toSignificant(a, 25));
}

/** Decimal text of `digits` significant digits, ties to even, with no zeros at the end: `"49251.2562814"`. */
export function toSignificant(a: Rational, digits: number): string {
  if (a.numerator === 0n) return "0";
  const size = fraction(magnitude(a.numerator), a.denominator);
  const places = digits - 1 - exponentOf(size);
  const power = 10n ** BigInt(Math.abs(places));
  const text =
    places > 0
      ? withPoint(rounded(times(size, whole(power)), "half-even"), places)
      : (rounded(over(size, whole(power)), "half-even") * power).toString();
  return a.numerator < 0n ? `-${text}` : text;
}

/** The power of ten at or below a positive fraction: 2 for 250, −3 for 0.0025. */
function exponentOf(size: Rational): number {
  const guess = size.numerator.toString().length - size.denominator.toString().length;
  const power = 10n ** BigInt(Math.abs(guess));
  const reaches = guess >= 0 ? size.numerator >= size.denominator * power : size.numerator * power >= size.denominator;
  return reaches ? guess : guess - 1;
}

function withPoint(units: bigint, places: number): string {
  const text = units.toString().padStart(places + 1, "0");
  const end = text.slice(text.length - places).replace(/0+$/, "");
  return `${text.slice(0, text.length - places)}${end === "" ? "" : `.${end}`}`;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [high, low] = [a, b];
  while (low !== 0n) [high, low] = [low, high % low];
  return high === 0n ? 1n : high;
}
