/**
 * Exact arithmetic of the audit: BigInt and fractions, each result rounded once (UNIT-3).
 * Its own on purpose: what it checks must not be computed by the code that is checked.
 */
import { parseDecimal } from "../../sim/venue/decimal.ts";

/** An exact ratio; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Towards −∞, towards +∞, or to the nearest with ties to even. */
export type Towards = "down" | "up" | "even";

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/**
 * A decimal as written.
 * @param where file and field, for the error
 * @throws InputError when it is none
 */
export function fractionOf(text: string, where: string): Fraction {
  const { digits, places } = parseDecimal(text, where);
  return { numerator: digits, denominator: 10n ** BigInt(places) };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function times(...factors: readonly Fraction[]): Fraction {
  let numerator = 1n;
  let denominator = 1n;
  for (const factor of factors) {
    numerator *= factor.numerator;
    denominator *= factor.denominator;
  }
  return { numerator, denominator };
}

/** @throws RangeError when the divisor is zero */
export function over(a: Fraction, b: Fraction): Fraction {
  if (b.numerator === 0n) throw new RangeError("Cannot divide by zero");
  const sign = b.numerator < 0n ? -1n : 1n;
  return { numerator: sign * a.numerator * b.denominator, denominator: sign * a.denominator * b.numerator };
}

/** In lowest terms. */
export function reduced({ numerator, denominator }: Fraction): Fraction {
  let [high, low] = [magnitude(numerator), denominator];
  while (low !== 0n) [high, low] = [low, high % low];
  return { numerator: numerator / high, denominator: denominator / high };
}

export function whole(value: bigint): Fraction {
  return { numerator: value, denominator: 1n };
}

/** A fraction as a whole number, rounded once. */
export function rounded({ numerator, denominator }: Fraction, towards: Towards): bigint {
  return quotient(numerator, denominator, towards);
}

/** `dividend ÷ divisor` as a whole number, rounded once; the divisor is positive. */
export function quotient(dividend: bigint, divisor: bigint, towards: Towards): bigint {
  let result = dividend / divisor;
  let rest = dividend % divisor;
  if (rest < 0n) {
    rest += divisor;
    result -= 1n;
  }
  if (rest === 0n || towards === "down") return result;
  if (towards === "up") return result + 1n;
  const twice = 2n * rest;
  return twice > divisor || (twice === divisor && result % 2n !== 0n) ? result + 1n : result;
}

/**
 * A total by weights, not all zero: every part rounded towards zero, the units left over to the largest remainders, of equal ones to the
 * first (UNIT-3). A negative total is shared as its magnitude.
 */
export function shareOut(total: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  const size = magnitude(total);
  const parts = weights.map((weight, place) => ({ place, part: (size * weight) / all, rest: (size * weight) % all }));
  const left = size - parts.reduce((sum, { part }) => sum + part, 0n);
  const byRest = [...parts].sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1));
  const lucky = new Set(byRest.slice(0, Number(left)).map(({ place }) => place));
  return parts.map(({ place, part }) => (total < 0n ? -1n : 1n) * (part + (lucky.has(place) ? 1n : 0n)));
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
