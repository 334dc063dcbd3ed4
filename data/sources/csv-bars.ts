/** Bars from CSV: with a header, or as Binance publishes them, twelve columns without one. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { isBarTime, notTime, type TimeUnit, timeReader } from "./bar-time.ts";
import { BAR_COLUMNS, emptyColumns, type RawBars } from "./bars.ts";

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
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** One byte a character is faster, and right for numbers; names beyond ASCII need the other. */
const NOT_ASCII = /[\x80-\xff]/;

/**
 * Reads bars from the bytes of a CSV file. Columns are found by name, in any order and
 * case; those not needed are passed over.
 * @param file for errors
 * @throws InputError naming file, line and value: empty, header only or unknown header,
 *   a wrong number of fields, what is no number or no time
 */
export function readCsvBars(bytes: Uint8Array, file: string, layout: CsvLayout): CsvBars {
  const lines = new Lines(bytes);
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

function wordColumns(lines: Lines, columns: Columns): string[] {
  const used = new Set([columns.time, columns.symbol, ...columns.numbers]);
  const fields = splitLine(lines.peek() ?? "");
  return columns.names.filter((name, position) => {
    const field = (fields[position] ?? "").trim();
    return name !== "" && !used.has(position) && /^[A-Za-z]/.test(field);
  });
}

function readRows(lines: Lines, columns: Columns, file: string, firstLine: number, unit: TimeUnit): RawBars {
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

/** The fields of a line; quotes around a field are taken off, and commas within them are part of it. */
function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  let taken = 0;
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    taken += match[0].length;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  // Something beside the quotes of a field: left as it is, for the check of its value to refuse.
  return taken === line.length ? fields : line.split(",");
}

/** The lines of a file's bytes, decoded one by one, so that a file may be larger than the longest string. */
class Lines {
  readonly #bytes: Buffer;
  readonly #start: number;
  #position: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const mark = this.#bytes.length >= 3 && this.#bytes[0] === 0xef && this.#bytes[1] === 0xbb && this.#bytes[2] === 0xbf;
    this.#start = mark ? 3 : 0;
    this.#position = this.#start;
  }

  /** The next line without its end, or null after the last. */
  next(): string | null {
    const from = this.#position;
    if (from >= this.#bytes.length) return null;
    const found = this.#bytes.indexOf(LINE_FEED, from);
    const to = found === -1 ? this.#bytes.length : found;
    this.#position = to + 1;
    const end = to > from && this.#bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    const text = this.#bytes.toString("latin1", from, end);
    return NOT_ASCII.test(text) ? this.#bytes.toString("utf8", from, end) : text;
  }

  /** The next line, which stays the next. */
  peek(): string | null {
    const position = this.#position;
    const line = this.next();
    this.#position = position;
    return line;
  }

  /** Goes back to the first line. */
  rewind(): void {
    this.#position = this.#start;
  }

  /** At most how many lines are left. */
  countLeft(): number {
    let count = 1;
    for (let at = this.#bytes.indexOf(LINE_FEED, this.#position); at !== -1; at = this.#bytes.indexOf(LINE_FEED, at + 1)) count++;
    return count;
  }

  /** Whether nothing but line ends is left. */
  onlyBlankLeft(): boolean {
    for (let at = this.#position; at < this.#bytes.length; at++) {
      if (this.#bytes[at] !== LINE_FEED && this.#bytes[at] !== CARRIAGE_RETURN) return false;
    }
    return true;
  }
}
