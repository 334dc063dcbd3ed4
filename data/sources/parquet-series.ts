/** Series as Parquet files: `time` (BIGINT microseconds), numbers (DOUBLE), and `symbol` when known. */
import { resolve } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openDatabase, parquetSource } from "../store/database.ts";
import { oneLine } from "../store/guard.ts";
import { type StoredColumn, writeParquet } from "../store/parquet.ts";
import type { Series } from "./series.ts";
import type { RawSeries, SeriesKind } from "./series-kind.ts";
import { readSqlSeries, type SqlSeriesOptions } from "./sql-series.ts";

const MAGIC = "PAR1";

/** Whether bytes begin as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** Writes a series as a Parquet file: the same bytes for the same series. */
export async function writeParquetSeries(file: string, series: Series): Promise<void> {
  const columns: StoredColumn[] = [{ name: "time", type: "int64", numbers: series.timeUs }];
  for (const [name, numbers] of series.numbers) columns.push({ name, type: "double", numbers });
  const { symbol, kind } = series;
  if (symbol !== null) columns.push({ name: "symbol", type: "text", words: new Array<string>(series.timeUs.length).fill(symbol) });
  const meaning = `time: microseconds since the Unix epoch${kind.name === "bars" ? ", bar open" : ""}`;
  const database = await openDatabase(true);
  try {
    await writeParquet(database.connection, file, columns, { [`breakwater_${kind.table}`]: meaning });
  } finally {
    database.close();
  }
}

/**
 * Reads a series from a Parquet file.
 * @throws InputError naming file, column or row: no Parquet file, a column that is missing or of another type, a missing value
 */
export async function readParquetSeries(file: string, kind: SeriesKind, options: SqlSeriesOptions): Promise<RawSeries> {
  const database = await openDatabase(false);
  try {
    return await readSqlSeries(database.connection, parquetSource(resolve(file)), file, kind, options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, `cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  } finally {
    database.close();
  }
}
