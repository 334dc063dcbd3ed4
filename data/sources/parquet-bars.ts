/** Bars as a Parquet file: `time` (BIGINT microseconds, bar open), prices and volume (DOUBLE), and `symbol` when known. */
import { resolve } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openDatabase, parquetSource, sqlName } from "../store/database.ts";
import { oneLine } from "../store/guard.ts";
import { type StoredColumn, writeParquet } from "../store/parquet.ts";
import { BAR_COLUMNS, type Bars, emptyColumns, type RawBars } from "./bars.ts";

const MAGIC = "PAR1";

/** Whether bytes begin as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** Writes the bars as a Parquet file: the same bytes for the same bars. */
export async function writeParquetBars(file: string, bars: Bars): Promise<void> {
  const columns: StoredColumn[] = [{ name: "time", type: "int64", numbers: bars.timeUs }];
  for (const name of BAR_COLUMNS) columns.push({ name, type: "double", numbers: bars[name] });
  if (bars.symbol !== null) columns.push({ name: "symbol", type: "text", words: new Array<string>(bars.timeUs.length).fill(bars.symbol) });
  const database = await openDatabase(true);
  try {
    await writeParquet(database.connection, file, columns, { breakwater_bars: "time: microseconds since the Unix epoch, bar open" });
  } finally {
    database.close();
  }
}

/**
 * Reads bars from a Parquet file.
 * @throws InputError naming file, column or row: no Parquet file, a column that is missing or of another type, a missing value
 */
export async function readParquetBars(file: string): Promise<RawBars> {
  const database = await openDatabase(false);
  const source = parquetSource(resolve(file));
  try {
    const described = await database.connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM ${source})`);
    const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
    for (const [name, type] of Object.entries({ time: "BIGINT", ...Object.fromEntries(BAR_COLUMNS.map((name) => [name, "DOUBLE"])) })) {
      if (!types.has(name)) throw new InputError(file, `no column ${name}`);
      if (types.get(name) !== type) throw new InputError(file, `${name}: expected ${type}, got ${types.get(name)}`);
    }
    const wanted = ["time", ...BAR_COLUMNS];
    const hasSymbol = types.has("symbol");
    const selected = [...wanted.map((name) => `CAST(${sqlName(name)} AS DOUBLE)`), ...(hasSymbol ? ['CAST("symbol" AS VARCHAR)'] : [])];
    const reader = await database.connection.runAndReadAll(`SELECT ${selected.join(", ")} FROM ${source}`);
    const numbers = emptyColumns(reader.currentRowCount);
    const targets = [numbers.timeUs, ...BAR_COLUMNS.map((name) => numbers[name])];
    const values = reader.getColumns();
    for (const [position, target] of targets.entries()) {
      const column = values[position] as (number | null)[];
      const missing = column.indexOf(null);
      if (missing !== -1) throw new InputError(`${file}: row ${missing + 1}`, `${wanted[position]}: missing`);
      target.set(column as number[]);
    }
    return { ...numbers, symbols: hasSymbol ? (values[wanted.length] as unknown[]).map(String) : null };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, `cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  } finally {
    database.close();
  }
}
