/** Reads series from files of any format we know, told by content, before anything but their form is checked. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { readRegularFile } from "../store/regular-file.ts";
import { isArrow, readArrowSeries } from "./arrow-series.ts";
import type { TimeUnit } from "./bar-time.ts";
import { readCcxtBars } from "./ccxt-bars.ts";
import { readCsvSeries } from "./csv-series.ts";
import { isDuckDb, readDuckDbSeries } from "./duckdb-file.ts";
import { isParquet, readParquetSeries } from "./parquet-series.ts";
import type { ColumnChoice, RawSeries, SeriesKind } from "./series-kind.ts";
import { textBytes } from "./text-bytes.ts";
import { isZip, readZip } from "./zip-members.ts";

/** Formats of text files; all others are told by their first bytes. */
export const TEXT_FORMATS = ["auto", "binance", "ccxt", "csv"] as const;
/** Units of numeric times. */
export const TIME_UNITS = ["auto", "s", "ms", "us"] as const;

/** What a user may say of the form of a file. */
export interface ReadOptions extends ColumnChoice {
  readonly format?: (typeof TEXT_FORMATS)[number] | undefined;
  /** Unit of numeric times. Default: by the column's name, then by magnitude. */
  readonly timeUnit?: TimeUnit | undefined;
  /** Between the fields of CSV. Default: found. */
  readonly delimiter?: string | undefined;
  /** Of a DuckDB database. Default: the only one. */
  readonly table?: string | undefined;
}

/** What stands in a file, or in one member of an archive. */
export interface RawPart {
  /** What errors name: the file, and the member. */
  readonly where: string;
  readonly raw: RawSeries;
}

/**
 * Reads a file: CSV, CSV.gz, a zip archive of CSV files, JSON of ccxt (bars only, also gzipped),
 * Parquet, Arrow IPC, or a DuckDB database. Several members of an archive are several parts.
 * @throws InputError in one line naming file, member, line or row, and value
 */
export async function readRawParts(file: string, kind: SeriesKind, options: ReadOptions): Promise<RawPart[]> {
  const { format = "auto", timeUnit = "auto", columns, where, delimiter } = options;
  const choice = { columns, where, timeUnit };
  const one = (raw: RawSeries): RawPart[] => [{ where: file, raw }];
  const bytes = await readRegularFile(file);
  if (bytes.length === 0) throw new InputError(file, `empty, expected ${kind.rowWord[1]}`);
  if (isDuckDb(bytes)) return one(await readDuckDbSeries(file, options.table, kind, choice));
  if (options.table !== undefined) throw new InputError(file, `table ${options.table} asked for, but it is no DuckDB database`);
  if (isParquet(bytes)) return one(await readParquetSeries(file, kind, choice));
  if (isArrow(bytes)) return one(readArrowSeries(bytes, file, kind, choice));
  const layout = { ...choice, format: format === "ccxt" ? "auto" : format, delimiter } as const;
  if (isZip(bytes)) {
    if (format === "ccxt") throw new InputError(file, "expected JSON of ccxt, got a zip archive");
    const members = await readZip(bytes, file);
    return members.map(({ name, bytes: content }) => {
      const at = `${file}: member ${name}`;
      return { where: at, raw: readCsvSeries(content, at, kind, layout) };
    });
  }
  const text = await textBytes(bytes, file);
  if (format === "ccxt" || (format === "auto" && isJson(text))) {
    if (kind.name !== "bars") throw new InputError(file, `JSON, which is read for bars only, not for ${kind.name}`);
    return one(readCcxtBars(text, file));
  }
  return one(readCsvSeries(text, file, kind, layout));
}

function isJson(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1").trimStart();
  return start.startsWith("[") || start.startsWith("{");
}
