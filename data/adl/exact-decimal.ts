/** Arithmetic of decimals without rounding, for the amounts of an answer. */
import { type Decimal, formatWhole } from "../../sim/venue/decimal.ts";
import { fraction, toNumber } from "../../sim/venue/rational.ts";

/** `a − b`. */
export function difference(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { digits: digitsAt(a, places) - digitsAt(b, places), places };
}

/** `a × b`. */
export function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, places: a.places + b.places };
}

/** A whole number as a decimal. */
export function wholeDecimal(value: number): Decimal {
  return { digits: BigInt(value), places: 0 };
}

/** `a ÷ b` as a double, rounded once; `b` is not zero. */
export function quotient(a: Decimal, b: Decimal): number {
  const places = Math.max(a.places, b.places);
  const [over, under] = [digitsAt(a, places), digitsAt(b, places)];
  const [left, right] = [Number(over), Number(under)];
  // The quotient of two doubles is rounded once, as long as both are exact.
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left / right + 0;
  return toNumber(fraction(over, under));
}

/** Exact text, with no zeros at the end. */
export function decimalText({ digits, places }: Decimal): string {
  return formatWhole(digits, places === 0 ? "1" : `0.${"1".padStart(places, "0")}`);
}

function digitsAt({ digits, places }: Decimal, wanted: number): bigint {
  return wanted === places ? digits : digits * 10n ** BigInt(wanted - places);
}
