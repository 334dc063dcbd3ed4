/** A run's tables, opened for reading: a DuckDB view per Parquet file, and one in natural units. */
import { readdir, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { globLiteral, openDatabase, sqlName, sqlText } from "./database.ts";
import { checkFormatVersion, VERSION_KEY } from "./format.ts";
import { checkReadOnly, oneLine } from "./guard.ts";
import { type AssetScale, type InstrumentScale, naturalSelect, type Scales, type StoredColumnType } from "./natural.ts";
import { type PlainValue, plainValue } from "./values.ts";

/** The result of a query: its columns with their DuckDB types, and its rows. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** One array a row. Whole numbers beyond ±(2^53 − 1) and DECIMAL are text, times ISO-8601 in UTC. */
  readonly rows: readonly (readonly PlainValue[])[];
}

/** An open store: close it when done. */
export interface Store {
  /** Names of the tables, sorted; each also has a view `<table>_natural`. */
  readonly tables: readonly string[];
  /**
   * Runs a user's SQL: one statement that only reads, no file outside the directory, no network.
   * @throws InputError in one line when the SQL is wrong or not admitted
   */
  query(sql: string): Promise<QueryResult>;
  /** Runs our own SQL: int64 as number when safe, else bigint; DECIMAL as text; times as ISO-8601. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

/**
 * Opens the tables of a directory. Afterwards DuckDB can reach nothing outside it and
 * its settings are locked.
 * @throws InputError when there is no such directory or no table in it, or a table is
 *   broken or of a format version this version does not read
 */
export async function openStore(directory: string): Promise<Store> {
  const files = await tableFiles(directory);
  const root = await realpath(directory);
  const database = await openDatabase(false);
  const { connection } = database;
  const tables = files.map((file) => file.slice(0, -PARQUET.length));
  try {
    for (const [position, file] of files.entries()) {
      const path = globLiteral(join(root, file));
      await openTable(connection, join(directory, file), path, tables[position] as string);
    }
    await addNaturalViews(connection, directory, tables);
    await lock(connection, [root, resolve(directory)]);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    tables,
    async query(sql) {
      try {
        await checkReadOnly(connection, sql);
        return await readResult(connection, sql);
      } catch (error) {
        if (error instanceof InputError) throw error;
        throw new InputError("SQL", oneLine(error instanceof Error ? error.message : String(error)));
      }
    },
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, position) => [names[position], plainValue(value, "bigint")])));
    },
    close: () => database.close(),
  };
}

const PARQUET = ".parquet";

async function tableFiles(directory: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError(
      directory,
      code === "ENOENT" ? "no such directory" : code === "ENOTDIR" ? "not a directory" : `cannot be read (${code})`,
    );
  }
  const files = names.filter((name) => name.endsWith(PARQUET) && !name.startsWith(".")).sort();
  if (files.length === 0) throw new InputError(directory, "no tables (*.parquet) in it, so not the directory of a run");
  return files;
}

async function openTable(connection: DuckDBConnection, file: string, path: string, table: string): Promise<void> {
  let version: unknown;
  try {
    const reader = await connection.runAndReadAll(
      `SELECT decode(value) FROM parquet_kv_metadata(${sqlText(path)}) WHERE decode(key) = ${sqlText(VERSION_KEY)}`,
    );
    version = reader.getRows()[0]?.[0];
    await connection.run(`CREATE VIEW ${sqlName(table)} AS SELECT * FROM read_parquet(${sqlText(path)})`);
  } catch (error) {
    throw new InputError(file, `cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  }
  checkFormatVersion(file, typeof version === "string" ? version : undefined);
}

async function addNaturalViews(connection: DuckDBConnection, directory: string, tables: readonly string[]): Promise<void> {
  const scales = await readScales(connection, directory, tables);
  for (const table of tables) {
    const reader = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE ${sqlName(table)})`);
    const columns: StoredColumnType[] = reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    await connection.run(`CREATE VIEW ${sqlName(`${table}_natural`)} AS ${naturalSelect(table, columns, scales)}`);
  }
}

async function readScales(connection: DuckDBConnection, directory: string, tables: readonly string[]): Promise<Scales> {
  const read = async (table: string, columns: string) => {
    if (!tables.includes(table))
      throw new InputError(join(directory, `${table}${PARQUET}`), "missing: the scale of all other tables stands in it");
    return (await connection.runAndReadAll(`SELECT ${columns} FROM ${table} ORDER BY 1`)).getRows();
  };
  const instruments = await read("instruments", "instrument, tick_size, lot_size, settle_asset");
  const assets = await read("assets", "asset, symbol, quantum");
  return {
    instruments: instruments.map(
      ([instrument, tickSize, lotSize, settleAsset]): InstrumentScale => ({
        instrument: Number(instrument),
        tickSize: String(tickSize),
        lotSize: String(lotSize),
        settleAsset: Number(settleAsset),
      }),
    ),
    assets: assets.map(
      ([asset, symbol, quantum]): AssetScale => ({ asset: Number(asset), symbol: String(symbol), quantum: String(quantum) }),
    ),
  };
}

/** Lets DuckDB reach files in the directories only, and then nothing change that. */
async function lock(connection: DuckDBConnection, directories: readonly string[]): Promise<void> {
  const roots = new Set(directories.flatMap((directory) => [directory, globLiteral(directory)]));
  const list = [...roots].map((root) => sqlText(root.endsWith(sep) ? root : root + sep)).join(", ");
  await connection.run(`SET allowed_directories = [${list}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

async function readResult(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  const reader = await connection.runAndReadAll(sql);
  const types = reader.columnTypes();
  return {
    columns: reader.deduplicatedColumnNames().map((name, position) => ({ name, type: String(types[position]) })),
    rows: reader.getRows().map((row) => row.map((value) => plainValue(value, "text"))),
  };
}
