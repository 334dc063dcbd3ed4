/** The marks of an instrument by time: which one was in force when. */
import { join } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import type { RunTables } from "../store/run-directory.ts";
import type { Findings } from "./findings.ts";

/** Marks read at once. */
const PAGE = 65_536;

export class Marks {
  readonly count: number;
  readonly #times: Float64Array;
  readonly #marks: Float64Array;
  readonly #indexes: Float64Array;

  constructor(times: Float64Array, marks: Float64Array, indexes: Float64Array) {
    this.count = times.length;
    this.#times = times;
    this.#marks = marks;
    this.#indexes = indexes;
  }

  /** Mark in force at a time: a mark comes first at its instant (TIME-1). */
  at(timeUs: number): bigint {
    return BigInt(this.#marks[this.#row(timeUs)] as number);
  }

  /** The mark before the one in force at a time; of the first the first itself. */
  before(timeUs: number): bigint {
    return BigInt(this.#marks[Math.max(0, this.#row(timeUs) - 1)] as number);
  }

  /** Whether there is a mark at this very instant. */
  isAt(timeUs: number): boolean {
    return this.#times[this.#row(timeUs)] === timeUs;
  }

  /** Times of the marks after one time and before another. */
  *between(fromUs: number, untilUs: number): Generator<number> {
    for (let row = this.#row(fromUs); row < this.count; row++) {
      const time = this.#times[row] as number;
      if (time >= untilUs) return;
      if (time > fromUs) yield time;
    }
  }

  indexAt(timeUs: number): bigint {
    return BigInt(this.#indexes[this.#row(timeUs)] as number);
  }

  /** When the mark before the one in force stood; of the first its own time. */
  timeBefore(timeUs: number): number {
    return this.#times[Math.max(0, this.#row(timeUs) - 1)] as number;
  }

  /** The first time at which only one of two has a mark, or null. */
  differsFrom(other: Marks): number | null {
    for (let row = 0; row < Math.max(this.count, other.count); row++) {
      const [own, theirs] = [this.#times[row], other.#times[row]];
      if (own !== theirs) return Math.min(own ?? Number.POSITIVE_INFINITY, theirs ?? Number.POSITIVE_INFINITY);
    }
    return null;
  }

  /** When the first one after a time stood, which is not before them all; infinite when there is none. */
  timeAfter(timeUs: number): number {
    return this.#times[this.#row(timeUs) + 1] ?? Number.POSITIVE_INFINITY;
  }

  /** When the last one stood. */
  get endUs(): number {
    return this.#times.at(-1) as number;
  }

  last(): bigint {
    return this.at(Number.POSITIVE_INFINITY);
  }

  #row(timeUs: number): number {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) <= timeUs) low = middle;
      else high = middle;
    }
    return low;
  }
}

/**
 * Reads those of each instrument in their order; one that is not later than the one
 * before, that another instrument does not have, or that is of no instrument is noted.
 * @param instruments how many
 * @throws InputError when a mark has no price or time, or an instrument none
 */
export async function readMarks(run: RunTables, instruments: number, findings: Findings): Promise<Marks[]> {
  const read: Marks[] = [];
  let strangers = await countMarks(run, "true");
  for (let instrument = 0; instrument < instruments; instrument++) {
    const marks = await readOwn(run, instrument, findings);
    read.push(marks);
    strangers -= marks.count;
    const apart = (read[0] as Marks).differsFrom(marks);
    if (apart !== null) findings.note("marks", `at ${apart} µs not one of each instrument`);
  }
  if (strangers > 0) findings.note("marks", `${strangers} rows are of no instrument`);
  return read;
}

async function readOwn(run: RunTables, instrument: number, findings: Findings): Promise<Marks> {
  const where = `instrument = ${instrument}`;
  const file = join(run.directory, "marks.parquet");
  const count = await countMarks(run, where);
  if (count === 0) throw new InputError(file, `expected marks of instrument ${instrument}, got none`);
  const columns = { time_us: new Float64Array(count), mark_ticks: new Float64Array(count), index_ticks: new Float64Array(count) };
  for (let from = 0; from < count; from += PAGE) {
    const rows = await run.store.rows(`SELECT time_us, mark_ticks, index_ticks FROM marks WHERE ${where} LIMIT ${PAGE} OFFSET ${from}`);
    rows.forEach((row, offset) => {
      for (const [name, column] of Object.entries(columns)) {
        const value = row[name];
        if (typeof value !== "number") throw new InputError(`${file}: ${name}`, `expected a whole number, got ${String(value)}`);
        column[from + offset] = value;
      }
    });
  }
  const { time_us: times } = columns;
  times.forEach((time, row) => {
    if (row > 0 && time <= (times[row - 1] as number))
      findings.note(`marks, instrument ${instrument}, row ${row} of it`, `at ${time} µs, not after the row before`);
  });
  return new Marks(times, columns.mark_ticks, columns.index_ticks);
}

async function countMarks(run: RunTables, where: string): Promise<number> {
  const [total] = await run.store.rows(`SELECT count(*) AS rows FROM marks WHERE ${where}`);
  return Number(total?.["rows"]);
}
