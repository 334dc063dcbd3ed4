/**
 * Decimal text at the edges (UNIT-2): parsed to whole numbers of a unit, and printed
 * back, without binary floating point in between.
 */
import { InputError } from "../kernel/input-error.ts";
import type { Ratio } from "./whole.ts";

/** A decimal as written: `digits × 10^-places`. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const PLACES_MOST = 400;

/**
 * Reads a decimal exactly: `"0.1"`, `"-12"`, `"5e-05"`.
 * @param where file and field, for the error
 * @throws InputError when the text is no finite decimal
 */
export function parseDecimal(text: string, where: string): Decimal {
  const match = DECIMAL.exec(text.trim());
  if (match === null) throw new InputError(where, `expected a decimal number, got ${JSON.stringify(text)}`);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  let digits = BigInt(whole + fraction);
  let places = fraction.length - Number(exponent);
  if (places > PLACES_MOST) throw new InputError(where, `expected a decimal number, got ${JSON.stringify(text)}`);
  if (places < 0) {
    digits *= 10n ** BigInt(-places);
    places = 0;
  }
  return { digits: sign === "-" ? -digits : digits, places };
}

/**
 * How many whole units a decimal is: `parseWhole("0.3", "0.1", …)` is 3.
 * @param unit size of one unit as a positive decimal: a tick, a lot, a quantum
 * @throws InputError when it is no whole number of units, or beyond ±(2^53 − 1) of them
 */
export function parseWhole(text: string, unit: string, where: string): number {
  const value = parseDecimal(text, where);
  const step = parseDecimal(unit, where);
  if (step.digits <= 0n) throw new InputError(where, `expected a positive unit, got ${JSON.stringify(unit)}`);
  const numerator = value.digits * 10n ** BigInt(step.places);
  const denominator = step.digits * 10n ** BigInt(value.places);
  if (numerator % denominator !== 0n) throw new InputError(where, `${text} is no whole multiple of ${unit}`);
  const units = Number(numerator / denominator);
  if (!Number.isSafeInteger(units)) throw new InputError(where, `${text} is beyond ±(2^53 − 1) units of ${unit}`);
  return units;
}

/**
 * The nearest whole number of units, ties to even: for imported market data that a
 * scenario allows to be snapped to the tick (UNIT-2).
 * @throws InputError as `parseWhole`, but for values between two units
 */
export function snapWhole(text: string, unit: string, where: string): number {
  const value = parseDecimal(text, where);
  const step = parseDecimal(unit, where);
  if (step.digits <= 0n) throw new InputError(where, `expected a positive unit, got ${JSON.stringify(unit)}`);
  const numerator = value.digits * 10n ** BigInt(step.places);
  const denominator = step.digits * 10n ** BigInt(value.places);
  let quotient = numerator / denominator;
  let remainder = numerator % denominator;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += denominator;
  }
  const twice = remainder * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n !== 0n)) quotient += 1n;
  const units = Number(quotient);
  if (!Number.isSafeInteger(units)) throw new InputError(where, `${text} is beyond ±(2^53 − 1) units of ${unit}`);
  return units;
}

/**
 * A rate or factor as an exact ratio: `"0.0005"` is 5/10000, in lowest terms.
 * @throws InputError when it is no decimal, or has more digits than a ratio of safe integers holds
 */
export function parseRatio(text: string, where: string): Ratio {
  const { digits, places } = parseDecimal(text, where);
  return safeRatio(digits, 10n ** BigInt(places), text, where);
}

/**
 * A part as a decimal or as two whole numbers: `"0.5"`, `"2/3"`.
 * @throws InputError when it is neither, or too long
 */
export function parseFraction(text: string, where: string): Ratio {
  const [numerator = "", denominator, ...more] = text.split("/");
  if (denominator === undefined) return parseRatio(text, where);
  const isWhole = (part: string) => /^\d+$/.test(part);
  if (more.length > 0 || !isWhole(numerator) || !isWhole(denominator) || BigInt(denominator) === 0n)
    throw new InputError(where, `expected a decimal or two whole numbers such as "2/3", got ${JSON.stringify(text)}`);
  return safeRatio(BigInt(numerator), BigInt(denominator), text, where);
}

/** The product of decimals over the product of others, in lowest terms: `tick × lot × multiplier ÷ quantum`. */
export function ratioOf(times: readonly string[], over: readonly string[], where: string): Ratio {
  let numerator = 1n;
  let denominator = 1n;
  for (const text of times) {
    const decimal = parseDecimal(text, where);
    numerator *= decimal.digits;
    denominator *= 10n ** BigInt(decimal.places);
  }
  for (const text of over) {
    const decimal = parseDecimal(text, where);
    denominator *= decimal.digits;
    numerator *= 10n ** BigInt(decimal.places);
  }
  return safeRatio(numerator, denominator, `${times.join(" × ")} ÷ ${over.join(" × ")}`, where);
}

/** The exact product of decimals, as text: `productOf(["0.01", "0.1"])` is `"0.001"`. */
export function productOf(texts: readonly string[], where: string): string {
  let digits = 1n;
  let places = 0;
  for (const text of texts) {
    const decimal = parseDecimal(text, where);
    digits *= decimal.digits;
    places += decimal.places;
  }
  return formatWhole(digits, places === 0 ? "1" : `0.${"1".padStart(places, "0")}`);
}

/** Compares two decimals exactly: −1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [parseDecimal(a, "a decimal"), parseDecimal(b, "a decimal")];
  const difference = left.digits * 10n ** BigInt(right.places) - right.digits * 10n ** BigInt(left.places);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/**
 * Prints whole units as a decimal in natural units, with no zeros at the end:
 * `formatWhole(15, "0.1")` is `"1.5"`. Totals may be BigInt.
 */
export function formatWhole(units: number | bigint, unit: string): string {
  const step = parseDecimal(unit, "unit");
  const scaled = BigInt(units) * step.digits;
  const negative = scaled < 0n;
  const digits = (negative ? -scaled : scaled).toString().padStart(step.places + 1, "0");
  const whole = digits.slice(0, digits.length - step.places);
  const fraction = digits.slice(digits.length - step.places).replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function safeRatio(numerator: bigint, denominator: bigint, text: string, where: string): Ratio {
  if (denominator === 0n) throw new InputError(where, `${text} divides by zero`);
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator);
  const sign = denominator < 0n ? -1n : 1n;
  const ratio = { numerator: Number((sign * numerator) / divisor), denominator: Number((sign * denominator) / divisor) };
  if (!Number.isSafeInteger(ratio.numerator) || !Number.isSafeInteger(ratio.denominator)) {
    throw new InputError(where, `${text} has too many digits`);
  }
  return ratio;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [high, low] = [a, b];
  while (low !== 0n) [high, low] = [low, high % low];
  return high === 0n ? 1n : high;
}
