/** Series as a table of a DuckDB database file. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBDataChunk, type DuckDBValue, VARCHAR } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openDatabase, sqlName, sqlText } from "../store/database.ts";
import { oneLine } from "../store/guard.ts";
import type { Series } from "./series.ts";
import type { RawSeries, SeriesKind } from "./series-kind.ts";
import { readSqlSeries, type SqlSeriesOptions } from "./sql-series.ts";

const MAGIC = "DUCK";
const MAGIC_AT = 8;
/** DuckDB's vector size, the most rows a data chunk can hold. */
const CHUNK_ROWS = 2048;

/** Whether bytes begin as a DuckDB database does: the word, then a number of its format in eight bytes, which no text has. */
export function isDuckDb(bytes: Uint8Array): boolean {
  const end = MAGIC_AT + MAGIC.length;
  return Buffer.from(bytes.subarray(MAGIC_AT, end)).toString("latin1") === MAGIC && bytes[end + 7] === 0;
}

/**
 * Writes a series as the one table of a new DuckDB database: `time` (BIGINT microseconds),
 * numbers (DOUBLE), and `symbol` when known.
 * @param file where nothing is yet
 */
export async function writeDuckDbSeries(file: string, series: Series): Promise<void> {
  const { kind, symbol } = series;
  const numbers = [...series.numbers];
  const types = [BIGINT, ...numbers.map(() => DOUBLE), ...(symbol === null ? [] : [VARCHAR])];
  const names = ["time", ...numbers.map(([name]) => name), ...(symbol === null ? [] : ["symbol"])];
  const database = await openDatabase(true);
  try {
    const { connection } = database;
    await connection.run(`ATTACH ${sqlText(resolve(file))} AS target`);
    const definitions = names.map((name, place) => `${sqlName(name)} ${String(types[place])}`);
    await connection.run(`CREATE TABLE target.${sqlName(kind.table)} (${definitions.join(", ")})`);
    const appender = await connection.createAppender(kind.table, "main", "target");
    const rowCount = series.timeUs.length;
    for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
      const until = Math.min(from + CHUNK_ROWS, rowCount);
      const chunk = DuckDBDataChunk.create(types, until - from);
      chunk.setColumnValues(0, Array.from(series.timeUs.subarray(from, until), BigInt));
      // A typed array serves wherever values are only read by index, which the signature does not say.
      for (const [place, [, column]] of numbers.entries())
        chunk.setColumnValues(place + 1, column.subarray(from, until) as unknown as readonly DuckDBValue[]);
      if (symbol !== null) chunk.setColumnValues(numbers.length + 1, new Array<string>(until - from).fill(symbol));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    // Writes everything into the one file.
    await connection.run("DETACH target");
  } finally {
    database.close();
    // What is left of one that was not written whole.
    await rm(`${file}.wal`, { force: true });
  }
}

/**
 * Reads a series from a table of a DuckDB database, which is only read.
 * @param table its name, `schema.name` outside `main`; may be left out when there is only one
 * @throws InputError naming file, table, column or row: open for writing in another process, damaged, no such table, several of them
 */
export async function readDuckDbSeries(
  file: string,
  table: string | undefined,
  kind: SeriesKind,
  options: SqlSeriesOptions,
): Promise<RawSeries> {
  const database = await openDatabase(false);
  try {
    const { connection } = database;
    await connection.run(`ATTACH ${sqlText(resolve(file))} AS source (READ_ONLY)`);
    // What stands in the database may not lead to other files.
    await connection.run("SET enable_external_access = false");
    const name = await chooseTable(connection, file, table);
    return await readSqlSeries(connection, name, file, kind, options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = oneLine((error as Error).message);
    if (/Could not set lock|Conflicting lock/i.test(message))
      throw new InputError(file, "another process has the DuckDB database open for writing: close it there, or import a copy");
    throw new InputError(file, `cannot be read as DuckDB: ${message}`);
  } finally {
    database.close();
  }
}

async function chooseTable(connection: DuckDBConnection, file: string, wanted: string | undefined): Promise<string> {
  const found = await connection.runAndReadAll(
    "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source' AND NOT internal ORDER BY ALL",
  );
  const tables = found.getRows().map(([schema, name]) => {
    const shown = schema === "main" ? String(name) : `${schema}.${name}`;
    return { shown, sql: `source.${sqlName(String(schema))}.${sqlName(String(name))}` };
  });
  if (tables.length === 0) throw new InputError(file, "no table in the DuckDB database");
  const names = `${tables
    .slice(0, 8)
    .map(({ shown }) => shown)
    .join(", ")}${tables.length > 8 ? ", …" : ""}`;
  if (wanted === undefined && tables.length > 1) throw new InputError(file, `several tables (${names}): name one`);
  const chosen = wanted === undefined ? tables[0] : tables.find(({ shown }) => shown === wanted);
  if (chosen === undefined) throw new InputError(file, `no table ${JSON.stringify(wanted)}: it has ${names}`);
  return chosen.sql;
}
