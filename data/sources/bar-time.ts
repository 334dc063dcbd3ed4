/** The time of a bar as files write it: a number of seconds, milliseconds or microseconds, or ISO-8601. */
import { InputError } from "../../sim/kernel/input-error.ts";

/** Unit of numeric times; `auto` judges by the column's name, then by magnitude. */
export type TimeUnit = "auto" | "s" | "ms" | "us";

const UNIT_US = { s: 1_000_000, ms: 1000, us: 1 } as const;
/** Numbers so large are taken for the unit: seconds from 1973 to 5138, and so on. */
const MAGNITUDES = [
  { unit: "s", from: 1e8, to: 1e11 },
  { unit: "ms", from: 1e11, to: 1e14 },
  { unit: "us", from: 1e14, to: 1e17 },
] as const;
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?$/;

/** No clock on Earth is further from UTC than 14 hours. */
const OFFSET_HOURS_MOST = 14;

/**
 * How to read the times of one column, decided by its first value.
 * @param columnName lower case; a name that ends in `_ms`, `_us` or `_s` fixes the unit
 * @param where file and line of the first value, for the error
 * @throws InputError when the first value is no time, or its unit cannot be told
 */
export function timeReader(columnName: string, first: string, unit: TimeUnit, where: string): TimeReader {
  if (NUMBER.test(first)) return { unitUs: UNIT_US[unit === "auto" ? unitOf(columnName, first, where) : unit] };
  if (Number.isNaN(isoMicroseconds(first))) throw notTime(first, where, columnName);
  return { unitUs: null, read: isoMicroseconds };
}

/** How the times of a column are read: as numbers of a unit, or as text; microseconds since the Unix epoch, NaN when it is no such time. */
export type TimeReader = { readonly unitUs: number } | { readonly unitUs: null; readonly read: (text: string) => number };

/** Microseconds since the Unix epoch of a text, which may be any number; NaN when it is no time of that kind. */
export function microsecondsOf(reader: TimeReader, text: string): number {
  if (reader.unitUs === null) return reader.read(text);
  return NUMBER.test(text) ? Math.round(Number(text) * reader.unitUs) : Number.NaN;
}

/** Whether a text is written as a time may be: a number, or ISO-8601. */
export function isTimeText(text: string): boolean {
  return NUMBER.test(text) || !Number.isNaN(isoMicroseconds(text));
}

/** Microseconds of a whole number of a column's unit, told by its name; without one `otherwise`. */
export function columnUnitUs(columnName: string, unit: TimeUnit, otherwise: TimeUnit, first: string, where: string): number {
  if (unit !== "auto") return UNIT_US[unit];
  const suffix = /_(s|ms|us)$/.exec(columnName)?.[1];
  if (suffix !== undefined) return UNIT_US[suffix as "s" | "ms" | "us"];
  return UNIT_US[otherwise === "auto" ? unitOf(columnName, first, where) : otherwise];
}

/** Whether microseconds since the Unix epoch are whole and in the years that a time can have. */
export function isBarTime(timeUs: number): boolean {
  return Number.isSafeInteger(timeUs) && timeUs >= 0;
}

/** The error of a text that is no time, or not one of the years from 1970 to 2254. */
export function notTime(text: string, where: string, columnName: string): InputError {
  if (NUMBER.test(text) || !Number.isNaN(isoMicroseconds(text))) {
    return new InputError(where, `${columnName}: expected a time from 1970 to 2254, got ${JSON.stringify(text)}`);
  }
  return new InputError(
    where,
    `${columnName}: expected a time (seconds, milliseconds or microseconds since 1970, or ISO-8601), got ${JSON.stringify(text)}`,
  );
}

function unitOf(columnName: string, first: string, where: string): "s" | "ms" | "us" {
  const suffix = /_(s|ms|us)$/.exec(columnName)?.[1];
  if (suffix !== undefined) return suffix as "s" | "ms" | "us";
  const size = Math.abs(Number(first));
  for (const magnitude of MAGNITUDES) if (size >= magnitude.from && size < magnitude.to) return magnitude.unit;
  throw new InputError(where, `${columnName}: cannot tell whether ${first} is seconds, milliseconds or microseconds: give the unit`);
}

/** Microseconds of ISO-8601 in UTC or with an offset, `T` or a space between date and time; NaN when it is none. */
function isoMicroseconds(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(milliseconds);
  // Date.UTC moves 31 June on to 1 July, which a file does not mean.
  // And it takes the years 0 to 99 for those of the twentieth century.
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!exists) return Number.NaN;
  const [fraction = "", zone = "Z"] = match.slice(7, 9);
  const micros = Number(fraction.slice(0, 6).padEnd(6, "0"));
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (offset !== null && (Number(offset[2]) > OFFSET_HOURS_MOST || Number(offset[3]) > 59)) return Number.NaN;
  const offsetMinutes = offset === null ? 0 : Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3]));
  return (milliseconds - offsetMinutes * 60_000) * 1000 + micros;
}
