/** A run's tables, opened for reading: a DuckDB view per Parquet file, and one in natural units. */
import { realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Database, globLiteral, openDatabase, sqlName, sqlText } from "./database.ts";
import { oneLine, prepareReadOnly } from "./guard.ts";
import { type AssetScale, checkScale, type InstrumentScale, naturalSelect, type Scales } from "./natural.ts";
import { type QueryStream, streamQuery } from "./query-stream.ts";
import { naturalName, openTables, tableFile, tableNames } from "./table-files.ts";
import { type PlainValue, plainValue } from "./values.ts";

/** The result of a query: its columns with their DuckDB types, and its rows. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** One array a row. Whole numbers beyond ±(2^53 − 1) and DECIMAL are text, times ISO-8601 in UTC. */
  readonly rows: readonly (readonly PlainValue[])[];
}

/** An open store: close it when done. */
export interface Store {
  /** Names of the tables, sorted; each also has a view `<table>_natural`, unless opened without. */
  readonly tables: readonly string[];
  /**
   * Runs a user's SQL: one statement that only reads, no file outside the directory, no network.
   * @throws InputError in one line when the SQL is wrong or not admitted
   */
  query(sql: string): Promise<QueryResult>;
  /**
   * Runs a user's SQL as `query`, for results of any length: of its rows only a part is in memory.
   * @throws InputError as `query`, of what goes wrong in a later row while `chunks` are read
   */
  stream(sql: string): Promise<QueryStream>;
  /** Runs our own SQL: int64 as number when safe, else bigint; DECIMAL as text; times as ISO-8601. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

/** What a store is opened for. */
export interface StoreUse {
  /** Our own SQL may use temporary files instead of memory. */
  readonly sparing?: boolean;
  /** Tables have their views in natural units too, which to make takes longer than most queries: unless told otherwise. */
  readonly natural?: boolean;
}

/**
 * Opens the tables of a directory. Afterwards DuckDB can reach nothing outside it and
 * its settings are locked.
 * @throws InputError when there is no such directory or no table in it, or a table is
 *   broken or of a format version this version does not read
 */
export async function openStore(directory: string, { sparing = false, natural = true }: StoreUse = {}): Promise<Store> {
  const tables = await tableNames(directory);
  if (tables.length === 0) throw new InputError(directory, "no tables (*.parquet) in it, so not the directory of a run");
  const root = await realpath(directory);
  const open = async (connection: DuckDBConnection) => {
    const columns = await openTables(connection, directory, root, tables);
    if (!natural) return tables;
    const scales = await readScales(connection, directory, tables);
    const naturals = [...columns].map(
      ([table, stored]) => `CREATE VIEW ${sqlName(naturalName(table))} AS ${naturalSelect(sqlName(table), stored, scales)}`,
    );
    await connection.run(naturals.join(";\n"));
    return tables;
  };
  return await storeOver(directory, root, open, sparing);
}

/**
 * A store over what `open` puts into an empty database, which can then reach nothing outside the directory.
 * @param root its real path
 * @param open makes tables and views, and says which have a view in natural units
 * @param sparing as of `openStore`
 */
export async function storeOver(
  directory: string,
  root: string,
  open: (connection: DuckDBConnection) => Promise<readonly string[]>,
  sparing = false,
): Promise<Store> {
  const begin = async (spill: boolean): Promise<Database & { tables: readonly string[] }> => {
    const database = await openDatabase(spill);
    try {
      const tables = await open(database.connection);
      await lock(database.connection, [root, resolve(directory)]);
      return { ...database, tables };
    } catch (error) {
      database.close();
      throw error;
    }
  };
  const database = await begin(sparing);
  const { connection, tables } = database;
  /** For what cannot be done with little memory. */
  let ample: Database | null = null;
  const failure = async (error: unknown, sql: string) => {
    if (error instanceof InputError) return error;
    const problem = oneLine(error instanceof Error ? error.message : String(error));
    return new InputError("SQL", `${problem}${await naturalHint(connection, problem, sql, tables)}`);
  };
  return {
    tables,
    async query(sql) {
      try {
        return await readResult(connection, sql);
      } catch (error) {
        throw await failure(error, sql);
      }
    },
    async stream(sql) {
      try {
        return await streamQuery(connection, sql, (error) => failure(error, sql));
      } catch (error) {
        throw await failure(error, sql);
      }
    },
    async rows(sql) {
      const reader = await connection
        .runAndReadAll(sql)
        .catch(async (error: unknown) => {
          if (!sparing || !/^Out of Memory/.test(String((error as Error).message))) throw error;
          ample ??= await begin(false);
          return await ample.connection.runAndReadAll(sql);
        })
        .catch((error: unknown) => {
          throw unreadable(directory, error);
        });
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, position) => [names[position], plainValue(value, "bigint")])));
    },
    close() {
      database.close();
      ample?.close();
    },
  };
}

/** The error of our own SQL: what is wrong with it is our mistake, all else lies in the files. */
function unreadable(directory: string, error: unknown): unknown {
  const problem = error instanceof Error ? oneLine(error.message) : String(error);
  return /^(?:Parser|Binder|Catalog|Out of Memory|INTERNAL)\b/.test(problem)
    ? error
    : new InputError(directory, `a table cannot be read: ${problem}`);
}

/** Where a column that was not found does stand: in which views in natural units, of those tables the SQL names. */
async function naturalHint(connection: DuckDBConnection, problem: string, sql: string, tables: readonly string[]): Promise<string> {
  const column = /column (?:named )?"([^"]+)"/.exec(problem)?.[1];
  if (!problem.startsWith("Binder Error") || column === undefined) return "";
  const reader = await connection.runAndReadAll("SELECT table_name FROM duckdb_columns() WHERE lower(column_name) = lower($1)", [column]);
  const holders = new Set(reader.getRows().map(([name]) => String(name)));
  const named = (table: string) => sql.toLowerCase().includes(table.toLowerCase());
  const views = tables.filter((table) => !holders.has(table) && holders.has(naturalName(table)) && named(table)).map(naturalName);
  return views.length === 0 ? "" : ` (${column} stands in ${views.join(", ")}, in natural units)`;
}

/** The scales of all other tables, each checked. */
async function readScales(connection: DuckDBConnection, directory: string, tables: readonly string[]): Promise<Scales> {
  for (const table of ["instruments", "assets"]) {
    if (!tables.includes(table)) throw new InputError(tableFile(directory, table), "missing: the scale of all other tables stands in it");
  }
  return await scalesOf(connection, directory, sqlName);
}

/**
 * The scales of a run's tables, each checked.
 * @param directory of the run
 * @param source the rows of `instruments` and `assets`, as SQL
 */
export async function scalesOf(connection: DuckDBConnection, directory: string, source: (table: string) => string): Promise<Scales> {
  const read = async (table: string, columns: string) => {
    const reader = await connection.runAndReadAll(`SELECT ${columns} FROM ${source(table)} ORDER BY 1`).catch((error: unknown) => {
      throw unreadable(tableFile(directory, table), error);
    });
    return reader.getRows();
  };
  const instruments = await read("instruments", "instrument, tick_size, lot_size, settle_asset");
  const assets = await read("assets", "asset, symbol, quantum");
  const scale = (table: string, column: string, value: unknown): string => {
    checkScale(String(value), `${tableFile(directory, table)}: ${column}`);
    return String(value);
  };
  return {
    instruments: instruments.map(
      ([instrument, tickSize, lotSize, settleAsset]): InstrumentScale => ({
        instrument: Number(instrument),
        tickSize: scale("instruments", "tick_size", tickSize),
        lotSize: scale("instruments", "lot_size", lotSize),
        settleAsset: Number(settleAsset),
      }),
    ),
    assets: assets.map(
      ([asset, symbol, quantum]): AssetScale => ({
        asset: Number(asset),
        symbol: String(symbol),
        quantum: scale("assets", "quantum", quantum),
      }),
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
  const statement = await prepareReadOnly(connection, sql);
  try {
    const reader = await statement.runAndReadAll();
    const types = reader.columnTypes();
    return {
      columns: reader.deduplicatedColumnNames().map((name, position) => ({ name, type: String(types[position]) })),
      rows: reader.getRows().map((row) => row.map((value) => plainValue(value, "text"))),
    };
  } finally {
    statement.destroySync();
  }
}
