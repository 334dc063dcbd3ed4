/** Amounts in natural units over several runs or pools: added and compared exactly, and how a table holds them. */
import { parseDecimal } from "../../sim/venue/decimal.ts";

/** DuckDB's type of amounts in natural units: as many places as a quantum can have. */
export const AMOUNT = "DECIMAL(38, 18)";

/** Places that all amounts are brought to while they are added or compared. */
const PLACES = 18;

function wholeOf(amount: string): bigint {
  const { digits, places } = parseDecimal(amount, "amount");
  return digits * 10n ** BigInt(PLACES - places);
}

function textOf(whole: bigint): string {
  const text = (whole < 0n ? -whole : whole).toString().padStart(PLACES + 1, "0");
  return `${whole < 0n ? "-" : ""}${text.slice(0, -PLACES)}.${text.slice(-PLACES)}`;
}

/** The total of amounts. */
export function sumOf(amounts: readonly string[]): string {
  return textOf(amounts.reduce((total, amount) => total + wholeOf(amount), 0n));
}

/** The least of some amounts; null of none. */
export function leastOf(amounts: readonly string[]): string | null {
  const [first, ...rest] = amounts.map(wholeOf);
  return first === undefined ? null : textOf(rest.reduce((low, amount) => (amount < low ? amount : low), first));
}

/** The greatest of some amounts; null of none. */
export function greatestOf(amounts: readonly string[]): string | null {
  const [first, ...rest] = amounts.map(wholeOf);
  return first === undefined ? null : textOf(rest.reduce((high, amount) => (amount > high ? amount : high), first));
}
