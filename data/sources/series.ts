/** Series of funding rates and of open interest, checked once when they are read; bars are written as such too. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatTime } from "../../sim/kernel/time.ts";
import { isBarTime } from "./bar-time.ts";
import { chooseSymbol, severalSeries } from "./choose-symbol.ts";
import type { RawSeries, SeriesKind } from "./series-kind.ts";

/** A checked series: times rise from each row to the next. */
export interface Series {
  readonly kind: SeriesKind;
  /** Whole microseconds since the Unix epoch. */
  readonly timeUs: Float64Array;
  /** By the names of the kind's fields, in their order; those that the source lacks are absent. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** What the series is of, when file or user says so. */
  readonly symbol: string | null;
}

/** What a number of each field may be, and how that is called. */
const SANE: Readonly<Record<string, readonly [expected: string, test: (value: number) => boolean]>> = {
  // No venue asks a position's whole value at once: beyond it the rates are per cent or something else.
  funding_rate: ["a part between -1 and 1 (0.0001 is 0.01 %)", (rate) => rate > -1 && rate < 1],
  interval_hours: ["hours greater than 0, at most 24", (hours) => hours > 0 && hours <= 24],
  open_interest: ["0 or more", (amount) => amount >= 0 && amount < Number.POSITIVE_INFINITY],
  open_interest_value: ["0 or more", (amount) => amount >= 0 && amount < Number.POSITIVE_INFINITY],
};

/**
 * Checks a series of funding rates or open interest and chooses the rows of one symbol. Steps
 * between its times are not checked: venues change them, and leave some out.
 * @throws InputError naming file, row and value: no rows, another symbol, a number that cannot be, a time that goes back or stands twice
 */
export function checkSeries(raw: RawSeries, kind: SeriesKind, file: string, wanted?: string): Series {
  if (raw.timeUs.length === 0) throw new InputError(file, `no ${kind.rowWord[1]} in it`);
  const { raw: rows, symbol } = chooseSymbol(raw, kind, file, wanted);
  const { timeUs, numbers } = rows;
  for (let row = 0; row < timeUs.length; row++) {
    const at = () => `${file}: ${rows.rowName(row)}`;
    const time = timeUs[row] as number;
    if (!isBarTime(time)) throw new InputError(at(), `time: expected microseconds since 1970, got ${time}`);
    const before = row === 0 ? Number.NEGATIVE_INFINITY : (timeUs[row - 1] as number);
    if (time === before) throw new InputError(at(), `time ${formatTime(time)} stands twice${severalSeries(rows)}`);
    if (time < before) throw new InputError(at(), `time goes back from ${formatTime(before)} to ${formatTime(time)}${severalSeries(rows)}`);
    for (const [name, column] of numbers) {
      const [expected, isSane] = SANE[name] as (typeof SANE)[string];
      if (!isSane(column[row] as number)) throw new InputError(at(), `${name}: expected ${expected}, got ${column[row]}`);
    }
  }
  return { kind, timeUs, numbers, symbol };
}

/** A part of a series, and where it came from. */
export interface SeriesPart {
  readonly where: string;
  readonly series: Series;
}

/**
 * Joins parts of one series in order of time.
 * @throws InputError when two overlap, or differ in symbol or columns
 */
export function joinSeries(parts: readonly SeriesPart[]): Series {
  const sorted = [...parts].sort((a, b) => (a.series.timeUs[0] as number) - (b.series.timeUs[0] as number));
  const [first] = sorted;
  if (first === undefined) throw new InputError("", "no file given");
  for (const [index, part] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined) checkJoin(before, part);
  }
  if (sorted.length === 1) return first.series;
  const { kind, numbers, symbol } = first.series;
  const join = (columnOf: (series: Series) => Float64Array) => joinColumns(sorted.map(({ series }) => columnOf(series)));
  const joined = [...numbers.keys()].map((name) => [name, join((series) => series.numbers.get(name) as Float64Array)] as const);
  return { kind, timeUs: join(({ timeUs }) => timeUs), numbers: new Map(joined), symbol };
}

/** Columns one after the other. */
export function joinColumns(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function checkJoin(before: SeriesPart, { where, series }: SeriesPart): void {
  const { symbol, numbers, timeUs } = before.series;
  if (series.symbol !== symbol)
    throw new InputError(where, `symbol ${series.symbol ?? "unknown"}, but ${before.where} has ${symbol ?? "none"}`);
  const [own, others] = [[...series.numbers.keys()].join(", "), [...numbers.keys()].join(", ")];
  if (own !== others) throw new InputError(where, `columns ${own}, but ${before.where} has ${others}`);
  checkOverlap(series.timeUs, where, timeUs, before.where);
}

/** Refuses a part that begins before the one before it ends. */
export function checkOverlap(timeUs: Float64Array, where: string, timeUsBefore: Float64Array, whereBefore: string): void {
  const last = timeUsBefore[timeUsBefore.length - 1] as number;
  const next = timeUs[0] as number;
  if (next > last) return;
  throw new InputError(where, `overlaps with ${whereBefore}: begins at ${formatTime(next)}, before its end at ${formatTime(last)}`);
}
