/**
 * Time at the edges (TIME-1): inside it is whole microseconds since the Unix epoch; in
 * scenarios durations are `250ms`, `10s`, `5m`, `3h`, `1d` and instants ISO-8601 in UTC.
 */
import { InputError } from "./input-error.ts";

/** Microseconds of each unit of a duration, the largest first. */
const UNITS_US = { d: 86_400_000_000, h: 3_600_000_000, m: 60_000_000, s: 1_000_000, ms: 1000, us: 1 } as const;

/** A duration as text: a number that is not negative, and its unit. */
export const DURATION_PATTERN = /^(\d+)(?:\.(\d{1,12}))?(us|ms|s|m|h|d)$/;
/** An instant as text: ISO-8601 in UTC, to the microsecond. */
export const TIME_PATTERN = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/**
 * Microseconds of a duration: `"1.5h"` is 5,400,000,000. Zero is a duration.
 * @param where file and field, for the error
 * @throws InputError when the text is no duration, or no whole number of microseconds below 2^53
 */
export function parseDuration(text: string, where: string): number {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) throw new InputError(where, `expected a duration such as "250ms", "10s" or "3h", got ${JSON.stringify(text)}`);
  const [, whole = "", fraction = "", unit = "us"] = match;
  const scaled = BigInt(whole + fraction) * BigInt(UNITS_US[unit as keyof typeof UNITS_US]);
  const parts = 10n ** BigInt(fraction.length);
  if (scaled % parts !== 0n) throw new InputError(where, `expected a whole number of microseconds, got ${JSON.stringify(text)}`);
  const durationUs = Number(scaled / parts);
  if (!Number.isSafeInteger(durationUs)) throw new InputError(where, `expected at most 2^53 − 1 microseconds, got ${JSON.stringify(text)}`);
  return durationUs;
}

/** A duration in the largest unit in which it is a whole number: `5400000000` is `"90m"`. */
export function formatDuration(durationUs: number): string {
  for (const [unit, unitUs] of Object.entries(UNITS_US)) {
    if (durationUs !== 0 && durationUs % unitUs === 0) return `${durationUs / unitUs}${unit}`;
  }
  return "0s";
}

/**
 * Microseconds since the Unix epoch of an instant: `"2025-10-10T20:00:00Z"`.
 * @param where file and field, for the error
 * @throws InputError when the text is no instant in UTC, or none of 1970 to 2254
 */
export function parseTime(text: string, where: string): number {
  const match = TIME_PATTERN.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}Z`);
  // A day that does not exist, such as 31 June, is moved on by some engines and refused by others.
  if (match === null || Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 19) !== match[1]) {
    throw new InputError(where, `expected a time such as "2025-10-10T20:00:00Z", got ${JSON.stringify(text)}`);
  }
  const timeUs = milliseconds * 1000 + Number((match[2] ?? "").padEnd(6, "0"));
  if (timeUs < 0 || !Number.isSafeInteger(timeUs)) {
    throw new InputError(where, `expected a time from 1970 to 2254, got ${JSON.stringify(text)}`);
  }
  return timeUs;
}

/** An instant as ISO-8601 in UTC, with microseconds only where there are some: `"2025-10-10T20:00:00Z"`. */
export function formatTime(timeUs: number): string {
  const fractionUs = ((timeUs % 1_000_000) + 1_000_000) % 1_000_000;
  const seconds = new Date((timeUs - fractionUs) / 1000).toISOString().slice(0, 19);
  return `${seconds}${fractionUs === 0 ? "" : `.${String(fractionUs).padStart(6, "0").replace(/0+$/, "")}`}Z`;
}
