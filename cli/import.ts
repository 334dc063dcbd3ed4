/** `breakwater import`: bars, funding rates and open interest of real markets, from files or Binance's archive, to Arrow, Parquet or DuckDB. */
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ARCHIVE_MARKETS } from "../data/sources/archive/binance-archive.ts";
import { arrowOfSeries } from "../data/sources/arrow-series.ts";
import { seriesOfBars } from "../data/sources/bars.ts";
import { writeDuckDbSeries } from "../data/sources/duckdb-file.ts";
import { writeParquetSeries } from "../data/sources/parquet-series.ts";
import { readBarFiles } from "../data/sources/read-bars.ts";
import { TEXT_FORMATS, TIME_UNITS } from "../data/sources/read-raw.ts";
import { readSeriesFiles } from "../data/sources/read-series.ts";
import type { Series } from "../data/sources/series.ts";
import { SERIES_KINDS } from "../data/sources/series-kind.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { checkSources, DOWNLOAD_INTERVAL, download } from "./import-download.ts";
import { collect, DELIMITERS, type ImportOptions, readOptionsOf } from "./import-options.ts";
import { type ImportReport, reportOfBars, reportOfSeries } from "./import-report.ts";
import { checkNewFile, writeNewFile } from "./new-file.ts";

const WRITERS: Readonly<Record<string, (file: string, series: Series) => Promise<void>>> = {
  ".arrow": (file, series) => writeFile(file, arrowOfSeries(series)),
  ".parquet": writeParquetSeries,
  ".duckdb": writeDuckDbSeries,
};
const ENDINGS = ".arrow, .parquet or .duckdb";

const HELP = `
Reads CSV and CSV.gz with a header (a time column such as ts_ms, time, timestamp or open_time, and
open, high, low, close, volume; other columns are passed over, --columns maps other names), zip archives
of CSV files, Binance's klines without a header, JSON arrays of ccxt's fetchOHLCV, a table of a DuckDB
database, and what import itself writes. Several files are joined in order of time.
Writes the columns time (int64 microseconds, bar open), open, high, low, close, volume (double), and
symbol when it is known; in DuckDB as the table bars. Bars must rise in time without a hole, or holes are
filled (--gaps hold); nothing is written otherwise.
--kind funding: time, funding_rate (0.0001 is 0.01 %), interval_hours. --kind open-interest: time,
open_interest, open_interest_value.
Without files it downloads Binance's public archive, verifies it and keeps it in a cache.

Examples:
  $ breakwater import BTCUSDT-1m.csv.gz --out btc.arrow --symbol BTCUSDT
  $ breakwater import BTCUSDT-1m-2025-10-*.zip --out btc.parquet --symbol BTCUSDT
  $ breakwater import rates.csv --kind funding --where venue=binance --where coin=BTC --out funding.parquet
  $ breakwater import --symbol BTCUSDT --interval 1m --from 2025-10-01 --to 2025-10-12 --out btc.parquet
`;

/** Adds the command to the program. */
export function registerImport(program: Command): void {
  program
    .command("import")
    .description("turn files of bars, funding rates or open interest into one Arrow, Parquet or DuckDB file")
    .argument("[files...]", "files of the same symbol and interval; without any: a download")
    .requiredOption("--out <file>", `file to write: ${ENDINGS}`)
    .addOption(new Option("--kind <name>", "what the files hold").choices(Object.keys(SERIES_KINDS)).default("bars"))
    .option("--symbol <name>", "choose this symbol of the file, or name rows without one")
    .option("--interval <duration>", `step between bars, such as 1m (default: the most frequent one; of downloads ${DOWNLOAD_INTERVAL})`)
    .addOption(new Option("--format <name>", "format of text files").choices(TEXT_FORMATS).default("auto"))
    .addOption(new Option("--time-unit <unit>", "unit of numeric times (auto: by name, then by size)").choices(TIME_UNITS).default("auto"))
    .option("--columns <field=column>", "columns by name, or by place as #2: time=ts,open=o (any number of times)", collect, [])
    .option("--where <column=value>", "only rows with this value (any number of times)", collect, [])
    .addOption(new Option("--delimiter <name>", "between fields of CSV").choices(DELIMITERS).default("auto"))
    .option("--table <name>", "table of a DuckDB database (default: the only one)")
    .addOption(
      new Option("--gaps <how>", "holes between bars: refused, or filled with the last close")
        .choices(["refuse", "hold"])
        .default("refuse"),
    )
    .option("--from <day>", "download: first day (UTC), such as 2025-10-01")
    .option("--to <day>", "download: last day, which is included")
    .addOption(new Option("--market <name>", "download: USD- or coin-margined futures, or spot (default: um)").choices(ARCHIVE_MARKETS))
    .option("--source <url>", "download: another address of the archive")
    .option("--cache <dir>", "download: where archives are kept (default: breakwater in the user's cache folder)")
    .option("--timeout <duration>", "download: how long the server may say nothing (default: 30s)")
    .option("--retries <n>", "download: tries after one that failed (default: 5)", wholeNumber)
    .option("--overwrite", "replace the file if it exists")
    .option("--quiet", "show no progress")
    .option("--json", "print what was imported as one JSON document")
    .addHelpText("after", HELP)
    .action(importFiles);
}

async function importFiles(given: readonly string[], options: ImportOptions): Promise<void> {
  await checkNewFile(options.out, options.overwrite === true, Object.keys(WRITERS));
  const write = WRITERS[extname(options.out).toLowerCase()] as (typeof WRITERS)[string];
  checkSources(given, options);
  if (options.kind !== "bars") checkOfBars(options);
  const readOptions = readOptionsOf(options);
  const files = given.length > 0 ? given : await download(options);
  const interval = options.interval ?? (given.length > 0 ? undefined : DOWNLOAD_INTERVAL);
  const { series, report } = await read(files, { ...readOptions, symbol: options.symbol, interval }, options);
  await writeNewFile(options.out, (file) => write(file, series));
  process.stdout.write(options.json === true ? `${JSON.stringify(report.document)}\n` : `${report.line}\n`);
}

type Read = Parameters<typeof readBarFiles>[1];

async function read(
  files: readonly string[],
  how: Read,
  { kind, gaps, out }: ImportOptions,
): Promise<{ series: Series; report: ImportReport }> {
  if (kind === "bars") {
    const { bars, filled } = await readBarFiles(files, { ...how, gaps });
    return { series: seriesOfBars(bars), report: reportOfBars(bars, gaps === "hold" ? filled : null, out) };
  }
  const series = await readSeriesFiles(files, SERIES_KINDS[kind], how);
  return { series, report: reportOfSeries(series, out) };
}

function checkOfBars({ kind, interval, gaps, format }: ImportOptions): void {
  const given = interval !== undefined ? "--interval" : gaps === "hold" ? "--gaps" : format === "ccxt" ? "--format" : null;
  if (given !== null) throw new InputError(given, `${given === "--format" ? "ccxt is" : "is"} of bars, not of ${kind}`);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 0 to 999");
  return Number(text);
}
