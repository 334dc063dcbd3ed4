/**
 * Prices at irregular times: trades, or what a mark or an index was. CSV (also gzipped),
 * Parquet or Arrow, columns found by name in any order and case: a time (`time`, `timestamp`,
 * `ts_ms`, …), a price (`price`, `mark`, …) and, where the file has several, `symbol`.
 */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatTime } from "../../sim/kernel/time.ts";
import { isBarTime, microsecondsOf, notTime, type TimeReader, timeReader } from "../sources/bar-time.ts";
import { readTextTable, type TextTable } from "../sources/text-table.ts";

/** Prices in order of time; of several at one instant the last. */
export interface PriceSeries {
  /** Whole microseconds since the Unix epoch, each above the one before. */
  readonly timeUs: Float64Array;
  readonly price: Float64Array;
  /** What errors call a row of these, counted from 0: `line 3`. */
  readonly rowName: (row: number) => string;
}

const TIME_NAMES = ["time", "timestamp", "ts", "datetime", "transact_time", ...["ts", "time", "timestamp"].flatMap(withUnits)];
const PRICE_NAMES = ["price", "mark", "mark_price", "index", "index_price", "close", "px"];
const NUMBER = /^\+?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function withUnits(name: string): string[] {
  return ["s", "ms", "us"].map((unit) => `${name}_${unit}`);
}

/**
 * Reads a series of prices.
 * @param symbol chooses among several in the file
 * @throws InputError naming file, row and value: no such column, a time that goes back, a price that is none, several symbols of which none is chosen
 */
export async function readPriceSeries(file: string, symbol: string | undefined): Promise<PriceSeries> {
  const table = await readTextTable(file, [...TIME_NAMES, ...PRICE_NAMES, "symbol"]);
  const [timeName, times] = columnOf(table, TIME_NAMES, file);
  const [priceName, prices] = columnOf(table, PRICE_NAMES, file);
  const rows = rowsOf(table, file, symbol);
  const series = { timeUs: new Float64Array(rows.length), price: new Float64Array(rows.length), rows: new Float64Array(rows.length) };
  let count = 0;
  let reader: TimeReader | null = null;
  for (const row of rows) {
    const where = () => `${file}: ${table.rowName(row)}`;
    const time = times[row] ?? "";
    reader ??= timeReader(timeName, time, "auto", where());
    const timeUs = microsecondsOf(reader, time);
    if (!isBarTime(timeUs)) throw notTime(time, where(), timeName);
    const text = prices[row] ?? "";
    const price = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (!(price > 0 && price < Infinity))
      throw new InputError(where(), `${priceName}: expected a price greater than 0, got ${JSON.stringify(text)}`);
    const before = count === 0 ? -1 : (series.timeUs[count - 1] as number);
    if (timeUs < before) throw new InputError(where(), `${timeName} goes back from ${formatTime(before)} to ${formatTime(timeUs)}`);
    if (timeUs === before) count--;
    series.timeUs[count] = timeUs;
    series.price[count] = price;
    series.rows[count] = row;
    count++;
  }
  const kept = series.rows.subarray(0, count);
  return {
    timeUs: series.timeUs.subarray(0, count),
    price: series.price.subarray(0, count),
    rowName: (row) => table.rowName(kept[row] as number),
  };
}

function columnOf(table: TextTable, names: readonly string[], file: string): [name: string, cells: readonly (string | null)[]] {
  for (const name of names) {
    const cells = table.columns.get(name);
    if (cells !== undefined) return [name, cells];
  }
  throw new InputError(file, `no column ${names[0]} (nor ${names.slice(1).join(", ")})`);
}

function rowsOf(table: TextTable, file: string, symbol: string | undefined): number[] {
  const symbols = table.columns.get("symbol");
  const all = Array.from({ length: table.rowCount }, (_, row) => row);
  if (all.length === 0) throw new InputError(file, "no prices in it");
  if (symbols === undefined) return all;
  const wanted = symbol ?? (symbols[0] as string);
  const other = symbols.findIndex((one) => one !== wanted);
  if (other >= 0 && symbol === undefined)
    throw new InputError(`${file}: ${table.rowName(other)}`, `symbol ${symbols[other]} after ${wanted}: choose one of them`);
  const rows = other < 0 ? all : all.filter((row) => symbols[row] === wanted);
  if (rows.length === 0) throw new InputError(file, `no prices of symbol ${wanted}: it has those of ${symbols[0]}`);
  return rows;
}
