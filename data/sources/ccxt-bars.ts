/** Bars as ccxt's `fetchOHLCV` gives them: a JSON array of `[milliseconds, open, high, low, close, volume]`. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { isBarTime } from "./bar-time.ts";
import { BAR_COLUMNS } from "./bars.ts";
import type { RawSeries } from "./series-kind.ts";

const FIELDS = 1 + BAR_COLUMNS.length;

/**
 * Reads bars from the bytes of a JSON file.
 * @throws InputError naming file, row (counted from 1) and value: no JSON, no array, what is no number
 */
export function readCcxtBars(bytes: Uint8Array, file: string): RawSeries {
  let rows: unknown;
  try {
    rows = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    throw new InputError(file, `cannot be read as JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  if (!Array.isArray(rows)) throw new InputError(file, "expected a JSON array of [milliseconds, open, high, low, close, volume]");
  const { length } = rows;
  const timeUs = new Float64Array(length);
  const numbers = new Map(BAR_COLUMNS.map((name) => [name as string, new Float64Array(length)]));
  const names = ["time", ...BAR_COLUMNS];
  const targets = [timeUs, ...numbers.values()];
  for (const [index, row] of rows.entries()) {
    const where = `${file}: row ${index + 1}`;
    if (!Array.isArray(row) || row.length !== FIELDS) throw new InputError(where, `expected ${FIELDS} numbers, got ${describe(row)}`);
    for (const [position, target] of targets.entries()) {
      const value: unknown = row[position];
      if (typeof value !== "number") throw new InputError(where, `${names[position]}: expected a number, got ${describe(value)}`);
      if (!Number.isFinite(value)) throw new InputError(where, `${names[position]}: expected a number, got one beyond 1.8e308`);
      if (position === 0 && !isBarTime(value * 1000))
        throw new InputError(where, `time: expected milliseconds of the years from 1970 to 2254, got ${value}`);
      target[index] = position === 0 ? value * 1000 : value;
    }
  }
  return { timeUs, numbers, symbols: null, rowName: (row) => `row ${row + 1}`, wordColumns: [] };
}

/** A value in few words: what it holds, which may be nested without end, is not looked at. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
