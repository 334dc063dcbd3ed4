/** Bars as ccxt's `fetchOHLCV` gives them: a JSON array of `[milliseconds, open, high, low, close, volume]`. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { BAR_COLUMNS, emptyColumns, type RawBars } from "./bars.ts";

const FIELDS = 1 + BAR_COLUMNS.length;

/**
 * Reads bars from the bytes of a JSON file.
 * @throws InputError naming file, row (counted from 1) and value: no JSON, no array, what is no number
 */
export function readCcxtBars(bytes: Uint8Array, file: string): RawBars {
  let rows: unknown;
  try {
    rows = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    throw new InputError(file, `cannot be read as JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  if (!Array.isArray(rows)) throw new InputError(file, "expected a JSON array of [milliseconds, open, high, low, close, volume]");
  const columns = emptyColumns(rows.length);
  const targets = [columns.timeUs, ...BAR_COLUMNS.map((name) => columns[name])];
  for (const [index, row] of rows.entries()) {
    const where = `${file}: row ${index + 1}`;
    if (!Array.isArray(row) || row.length !== FIELDS)
      throw new InputError(where, `expected ${FIELDS} numbers, got ${JSON.stringify(row)?.slice(0, 80)}`);
    for (const [position, target] of targets.entries()) {
      const value: unknown = row[position];
      if (typeof value !== "number")
        throw new InputError(where, `${["time", ...BAR_COLUMNS][position]}: expected a number, got ${JSON.stringify(value)}`);
      target[index] = position === 0 ? value * 1000 : value;
    }
  }
  return { ...columns, symbols: null };
}
