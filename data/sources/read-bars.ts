/** Reads bars from a file of any format we know, told by its content. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatDuration, formatTime, parseDuration } from "../../sim/kernel/time.ts";
import { readRegularFile } from "../store/regular-file.ts";
import { isArrow, readArrowBars } from "./arrow-bars.ts";
import type { HolePolicy } from "./bar-holes.ts";
import type { TimeUnit } from "./bar-time.ts";
import { type Bars, checkBars, stepProblem } from "./bars.ts";
import { readCcxtBars } from "./ccxt-bars.ts";
import { readCsvBars } from "./csv-bars.ts";
import { isParquet, readParquetBars } from "./parquet-bars.ts";
import { textBytes } from "./text-bytes.ts";

/** Formats of text files; Parquet and Arrow are told by their first bytes. */
export const TEXT_FORMATS = ["auto", "binance", "ccxt", "csv"] as const;
/** Units of numeric times in CSV. */
export const TIME_UNITS = ["auto", "s", "ms", "us"] as const;

/** What a user may say of a file of bars. */
export interface ReadBarsOptions {
  /** Chooses among several symbols in the file, or names the bars of a file without one. */
  readonly symbol?: string | undefined;
  /** `1m`: what the step between bars must be. Default: the most frequent step. */
  readonly interval?: string | undefined;
  readonly format?: (typeof TEXT_FORMATS)[number] | undefined;
  /** Unit of numeric times in CSV. Default: by the column's name, then by magnitude. */
  readonly timeUnit?: TimeUnit | undefined;
  /** What to do where bars are missing. Default: refuse them. */
  readonly holes?: HolePolicy | undefined;
}

/**
 * Reads and checks the bars of one file: CSV, CSV.gz, JSON of ccxt (also gzipped),
 * Parquet or Arrow IPC as `breakwater import` writes them.
 * @throws InputError in one line naming file, line or row, and value
 */
export async function readBars(file: string, options: ReadBarsOptions = {}): Promise<Bars> {
  const intervalUs = options.interval === undefined ? undefined : parseInterval(options.interval);
  const origin = { file, symbol: options.symbol, intervalUs, holes: options.holes };
  const rowName = (row: number) => `row ${row + 1}`;
  const bytes = await readRegularFile(file);
  if (bytes.length === 0) throw new InputError(file, "empty, expected bars");
  if (isParquet(bytes)) return checkBars(await readParquetBars(file), { ...origin, rowName });
  if (isArrow(bytes)) return checkBars(readArrowBars(bytes, file), { ...origin, rowName });
  const text = await textBytes(bytes, file);
  const { format = "auto", timeUnit = "auto" } = options;
  if (format === "ccxt" || (format === "auto" && isJson(text))) return checkBars(readCcxtBars(text, file), { ...origin, rowName });
  const { bars, firstLine, wordColumns } = readCsvBars(text, file, { format, timeUnit });
  return checkBars(bars, { ...origin, wordColumns, rowName: (row) => `line ${row + firstLine}` });
}

/**
 * Reads several files of the same symbol and interval as one series, in order of time.
 * @throws InputError as `readBars`, and when two files overlap, leave a hole, or differ in symbol or interval
 */
export async function readBarFiles(files: readonly string[], options: ReadBarsOptions = {}): Promise<Bars> {
  const parts: { file: string; bars: Bars }[] = [];
  for (const file of files) parts.push({ file, bars: await readBars(file, options) });
  parts.sort((a, b) => (a.bars.timeUs[0] as number) - (b.bars.timeUs[0] as number));
  const [first] = parts;
  if (first === undefined) throw new InputError("", "no file of bars given");
  for (const [index, { file, bars }] of parts.entries()) {
    const before = parts[index - 1];
    if (before !== undefined) checkJoin(before, file, bars);
  }
  if (parts.length === 1) return first.bars;
  const join = (name: "timeUs" | "open" | "high" | "low" | "close" | "volume") => {
    const joined = new Float64Array(parts.reduce((sum, { bars }) => sum + bars.timeUs.length, 0));
    let at = 0;
    for (const { bars } of parts) {
      joined.set(bars[name], at);
      at += bars.timeUs.length;
    }
    return joined;
  };
  const [timeUs, open, high, low, close, volume] = [join("timeUs"), join("open"), join("high"), join("low"), join("close"), join("volume")];
  return { timeUs, open, high, low, close, volume, symbol: first.bars.symbol, intervalUs: first.bars.intervalUs };
}

function checkJoin(before: { file: string; bars: Bars }, file: string, bars: Bars): void {
  const { symbol, intervalUs, timeUs } = before.bars;
  if (bars.symbol !== symbol) throw new InputError(file, `symbol ${bars.symbol ?? "unknown"}, but ${before.file} has ${symbol ?? "none"}`);
  if (bars.intervalUs !== intervalUs)
    throw new InputError(file, `interval ${formatDuration(bars.intervalUs)}, but ${before.file} has ${formatDuration(intervalUs)}`);
  const last = timeUs[timeUs.length - 1] as number;
  const next = bars.timeUs[0] as number;
  if (next <= last)
    throw new InputError(file, `overlaps with ${before.file}: begins at ${formatTime(next)}, before its end at ${formatTime(last)}`);
  if (next !== last + intervalUs) throw new InputError(file, `${stepProblem(last, next - last, intervalUs)}, the end of ${before.file}`);
}

function parseInterval(text: string): number {
  const intervalUs = parseDuration(text, "interval");
  if (intervalUs === 0) throw new InputError("interval", `expected a duration greater than 0, got ${JSON.stringify(text)}`);
  return intervalUs;
}

function isJson(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1").trimStart();
  return start.startsWith("[") || start.startsWith("{");
}
