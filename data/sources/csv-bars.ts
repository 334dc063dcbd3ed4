/** Bars from CSV: with a header, or as Binance publishes them, twelve columns without one. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { isBarTime, notTime, type TimeUnit, timeReader } from "./bar-time.ts";
import { BAR_COLUMNS, emptyColumns, type RawBars } from "./bars.ts";
import { CsvLines, splitLine } from "./csv-lines.ts";

/** How a CSV file is laid out. */
export interface CsvLayout {
  /** `binance`: twelve columns without a header are expected. */
  readonly format: "auto" | "binance" | "csv";
  readonly timeUnit: TimeUnit;
}

/** Raw bars of a CSV file and the line, counted from 1, of the first. */
export interface CsvBars {
  readonly bars: RawBars;
  readonly firstLine: number;
  /** Columns not needed that hold a word in the first row. */
  readonly wordColumns: readonly string[];
}

/** Names of the time column, those with a unit first. */
const TIME_NAMES = ["ts_ms", "ts_us", "ts_s", "time_ms", "time_us", "time_s", "timestamp_ms", "timestamp_us", "timestamp_s"].concat([
  "open_time",
  "opentime",
  "time",
  "timestamp",
  "ts",
  "datetime",
  "date",
  "unix",
]);
const NAMES: Readonly<Record<(typeof BAR_COLUMNS)[number], readonly string[]>> = {
  open: ["open", "o"],
  high: ["high", "h"],
  low: ["low", "l"],
  close: ["close", "c"],
  volume: ["volume", "vol", "v"],
};
const BINANCE_HEADER =
  "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore".split(",");
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads bars from the bytes of a CSV file. Columns are found by name, in any order and
 * case; those not needed are passed over.
 * @param file for errors
 * @throws InputError naming file, line and value: empty, header only or unknown header,
 *   a wrong number of fields, what is no number or no time
 */
export function readCsvBars(bytes: Uint8Array, file: string, layout: CsvLayout): CsvBars {
  const lines = new CsvLines(bytes);
  const first = lines.next();
  if (first === null || first.trim() === "") throw new InputError(file, "empty, expected a CSV file of bars");
  const fields = splitLine(first);
  const headless = fields.length === BINANCE_HEADER.length && fields.every((field) => NUMBER.test(field));
  if (layout.format === "binance" && !headless && !isHeader(fields)) {
    throw new InputError(`${file}: line 1`, `expected ${BINANCE_HEADER.length} numbers or their header, got ${fields.length} fields`);
  }
  if (headless && layout.format === "csv") throw new InputError(`${file}: line 1`, "expected a header, got numbers");
  const columns = findColumns(headless ? BINANCE_HEADER : fields, file);
  if (headless) lines.rewind();
  const firstLine = headless ? 1 : 2;
  return {
    firstLine,
    wordColumns: headless ? [] : wordColumns(lines, columns),
    bars: readRows(lines, columns, file, firstLine, layout.timeUnit),
  };
}

/** Where the columns stand that make up a bar. */
interface Columns {
  readonly names: readonly string[];
  readonly count: number;
  readonly time: number;
  readonly timeName: string;
  /** Of `BAR_COLUMNS`. */
  readonly numbers: readonly number[];
  readonly symbol: number;
}

function isHeader(fields: readonly string[]): boolean {
  return fields.some((field) => TIME_NAMES.includes(field.trim().toLowerCase()));
}

function findColumns(header: readonly string[], file: string): Columns {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing: string[] = [];
  const find = (accepted: readonly string[]): number => {
    const name = accepted.find((candidate) => names.includes(candidate));
    if (name === undefined) {
      missing.push(accepted[0] as string);
      return -1;
    }
    const position = names.indexOf(name);
    if (names.lastIndexOf(name) !== position) throw new InputError(`${file}: line 1`, `column ${name} stands twice in the header`);
    return position;
  };
  const numbers = BAR_COLUMNS.map((name) => find(NAMES[name]));
  const timeName = TIME_NAMES.find((candidate) => names.includes(candidate)) ?? "";
  if (timeName === "") missing.unshift("time (ts_ms, time, timestamp, open_time, …)");
  if (missing.length > 0) {
    const shown = header.join(",");
    throw new InputError(
      `${file}: line 1`,
      `header without ${missing.join(", ")}: ${JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)}`,
    );
  }
  const symbol = names.includes("symbol") ? find(["symbol"]) : -1;
  return { names, count: header.length, time: find([timeName]), timeName, numbers, symbol };
}

function wordColumns(lines: CsvLines, columns: Columns): string[] {
  const used = new Set([columns.time, columns.symbol, ...columns.numbers]);
  const fields = splitLine(lines.peek() ?? "");
  return columns.names.filter((name, position) => {
    const field = (fields[position] ?? "").trim();
    return name !== "" && !used.has(position) && /^[A-Za-z]/.test(field);
  });
}

function readRows(lines: CsvLines, columns: Columns, file: string, firstLine: number, unit: TimeUnit): RawBars {
  const room = emptyColumns(lines.countLeft());
  const targets = BAR_COLUMNS.map((name) => room[name]);
  const symbols: string[] | null = columns.symbol === -1 ? null : [];
  let readTime: ((text: string) => number) | null = null;
  let row = 0;
  for (let line = lines.next(); line !== null; line = lines.next(), row++) {
    const where = () => `${file}: line ${firstLine + row}`;
    if (line === "" && lines.onlyBlankLeft()) break;
    const fields = splitLine(line);
    if (fields.length !== columns.count)
      throw new InputError(where(), `expected ${columns.count} fields, got ${line === "" ? "an empty line" : fields.length}`);
    const time = (fields[columns.time] as string).trim();
    readTime ??= timeReader(columns.timeName, time, unit, where());
    const timeUs = readTime(time);
    if (!isBarTime(timeUs)) throw notTime(time, where(), columns.timeName);
    room.timeUs[row] = timeUs;
    for (let position = 0; position < targets.length; position++) {
      const text = (fields[columns.numbers[position] as number] as string).trim();
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value))
        throw new InputError(where(), `${BAR_COLUMNS[position]}: expected a number, got ${JSON.stringify(text)}`);
      (targets[position] as Float64Array)[row] = value;
    }
    symbols?.push((fields[columns.symbol] as string).trim());
  }
  if (row === 0) throw new InputError(file, "no bars after the header");
  const cut = (column: Float64Array) => column.subarray(0, row);
  return {
    timeUs: cut(room.timeUs),
    open: cut(room.open),
    high: cut(room.high),
    low: cut(room.low),
    close: cut(room.close),
    volume: cut(room.volume),
    symbols,
  };
}
