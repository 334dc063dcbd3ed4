/** `breakwater import`: bars of real markets from CSV, JSON of ccxt, Parquet or Arrow to Arrow or Parquet. */
import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { type Command, Option } from "commander";
import { arrowOfBars } from "../data/sources/arrow-bars.ts";
import type { Bars } from "../data/sources/bars.ts";
import { writeParquetBars } from "../data/sources/parquet-bars.ts";
import { type ReadBarsOptions, readBarFiles, TEXT_FORMATS, TIME_UNITS } from "../data/sources/read-bars.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { formatDuration, formatTime } from "../sim/kernel/time.ts";
import { formatWhole } from "../sim/venue/decimal.ts";
import { checkTarget, writeFailure } from "./target.ts";

interface ImportOptions extends ReadBarsOptions {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const WRITERS: Readonly<Record<string, (file: string, bars: Bars) => Promise<void>>> = {
  ".arrow": (file, bars) => writeFile(file, arrowOfBars(bars)),
  ".parquet": writeParquetBars,
};

const HELP = `
Reads CSV and CSV.gz with a header (a time column such as ts_ms, time, timestamp or open_time, and
open, high, low, close, volume; other columns are passed over), Binance's klines without a header,
JSON arrays of ccxt's fetchOHLCV, and what import itself writes. Several files are joined in order of time.
Writes the columns time (int64 microseconds, bar open), open, high, low, close, volume (double), and
symbol when it is known. Bars must rise in time without a hole; nothing is written otherwise.

Example:
  $ breakwater import BTCUSDT-1m.csv.gz --out btc.arrow --symbol BTCUSDT
`;

/** Adds the command to the program. */
export function registerImport(program: Command): void {
  program
    .command("import")
    .description("turn files of bars (CSV, CSV.gz, JSON of ccxt) into one Arrow or Parquet file")
    .argument("<files...>", "files of the same symbol and interval")
    .requiredOption("--out <file>", "file to write: .arrow or .parquet")
    .option("--symbol <name>", "choose this symbol of the file, or name bars without one")
    .option("--interval <duration>", "step between bars, such as 1m (default: the most frequent one)")
    .addOption(new Option("--format <name>", "format of text files").choices(TEXT_FORMATS).default("auto"))
    .addOption(
      new Option("--time-unit <unit>", "unit of numeric times in CSV (auto: by name, then by size)").choices(TIME_UNITS).default("auto"),
    )
    .option("--overwrite", "replace the file if it exists")
    .option("--json", "print what was imported as one JSON document")
    .addHelpText("after", HELP)
    .action(importBars);
}

async function importBars(files: readonly string[], options: ImportOptions): Promise<void> {
  const write = await writerFor(options);
  const bars = await readBarFiles(files, options);
  // Its name does not hold the other, which may be as long as names can be.
  const temporary = join(dirname(options.out), `.${randomUUID()}.part`);
  try {
    // Made empty first, for the system's own word where it may not be.
    await writeFile(temporary, "", { flag: "wx" });
    await write(temporary, bars);
    await rename(temporary, options.out);
  } catch (error) {
    throw writeFailure(error, "--out", options.out);
  } finally {
    await rm(temporary, { force: true });
  }
  const report = describe(bars, options.out);
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${lineOf(report)}\n`);
}

/** The writer for the target's ending, after making sure that it may be written. */
async function writerFor(options: ImportOptions): Promise<(file: string, bars: Bars) => Promise<void>> {
  const { out } = options;
  const ending = extname(out).toLowerCase();
  const write = WRITERS[ending];
  if (write === undefined)
    throw new InputError("--out", `${ending === "" ? "no ending" : ending} is not supported: expected .arrow or .parquet, got ${out}`);
  const exists = await checkTarget(out, { option: "--out", kind: "file", makesDirectories: false });
  if (exists && options.overwrite !== true) throw new InputError("--out", `${out} exists already: choose another name or --overwrite`);
  return write;
}

/** What was imported; times are openings of bars, prices decimal text. */
interface ImportReport {
  readonly out: string;
  readonly symbol: string | null;
  readonly interval: string;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly low: string;
  readonly lowTime: string;
  readonly high: string;
  readonly highTime: string;
}

function describe(bars: Bars, out: string): ImportReport {
  let lowest = 0;
  let highest = 0;
  for (let bar = 1; bar < bars.timeUs.length; bar++) {
    if ((bars.low[bar] as number) < (bars.low[lowest] as number)) lowest = bar;
    if ((bars.high[bar] as number) > (bars.high[highest] as number)) highest = bar;
  }
  const time = (bar: number) => formatTime(bars.timeUs[bar] as number);
  return {
    out,
    symbol: bars.symbol,
    interval: formatDuration(bars.intervalUs),
    rows: bars.timeUs.length,
    from: time(0),
    to: time(bars.timeUs.length - 1),
    low: plainDecimal(bars.low[lowest] as number),
    lowTime: time(lowest),
    high: plainDecimal(bars.high[highest] as number),
    highTime: time(highest),
  };
}

function lineOf(report: ImportReport): string {
  const { out, symbol, rows, interval, from, to, low, lowTime, high, highTime } = report;
  const bars = `${rows} ${rows === 1 ? "bar" : "bars"} of ${interval}${symbol === null ? "" : ` of ${symbol}`}`;
  return `${out}: ${bars} from ${from} to ${to}, low ${low} (${lowTime}), high ${high} (${highTime})`;
}

/** The shortest decimal that is this double, without an exponent. */
function plainDecimal(value: number): string {
  return formatWhole(1, String(value));
}
