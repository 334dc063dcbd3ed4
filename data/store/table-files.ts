/** The Parquet files of a run's directory, each opened as a view once it has been found to be what its name says. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { globLiteral, parquetSource, sqlName, sqlText } from "./database.ts";
import { checkColumns, checkFooter } from "./format.ts";
import { oneLine } from "./guard.ts";
import type { StoredColumnType } from "./natural.ts";
import { checkRegularFile, systemProblem } from "./regular-file.ts";

const PARQUET = ".parquet";
/** What the views in natural units add to the names of their tables. */
const NATURAL = "_natural";

/** Where a table lies in a directory. */
export function tableFile(directory: string, table: string): string {
  return join(directory, `${table}${PARQUET}`);
}

/** The name of a table's view in natural units. */
export function naturalName(table: string): string {
  return `${table}${NATURAL}`;
}

/**
 * The names of a directory's tables, sorted; none where it is not that of a run.
 * @throws InputError when the directory cannot be read, when one is no regular
 *   file, or has the name of another's view in natural units
 */
export async function tableNames(directory: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    throw new InputError(directory, directoryProblem(error));
  }
  const tables = names
    .filter((name) => name.endsWith(PARQUET) && !name.startsWith("."))
    .map((name) => name.slice(0, -PARQUET.length))
    .sort();
  for (const table of tables) {
    const file = tableFile(directory, table);
    await checkRegularFile(file);
    if (table.endsWith(NATURAL)) {
      throw new InputError(file, `no table of a run: names in ${NATURAL} are those of the views in natural units`);
    }
  }
  return tables;
}

/** What is wrong with a directory that cannot be read. */
export function directoryProblem(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOTDIR" ? "not a directory" : systemProblem(error, "no such directory");
}

/**
 * Makes a view of each table's file, all at once: one after the other takes thrice as long.
 * @param root the directory's real path
 * @returns their columns, in the order of the tables
 * @throws InputError as `openTable`, of the first that is not what its name says
 */
export async function openTables(
  connection: DuckDBConnection,
  directory: string,
  root: string,
  tables: readonly string[],
): Promise<Map<string, StoredColumnType[]>> {
  const opened = await openAtOnce(connection, root, tables).catch(() => null);
  const columns = new Map<string, StoredColumnType[]>();
  for (const table of tables) {
    const file = tableFile(directory, table);
    // By itself a broken file is named.
    if (opened === null) columns.set(table, await openTable(connection, file, tableFile(root, table), table));
    else columns.set(table, checked(file, table, opened.get(table) as OpenedTable));
  }
  return columns;
}

interface OpenedTable {
  readonly footer: ReadonlyMap<string, string>;
  readonly columns: StoredColumnType[];
}

async function openAtOnce(connection: DuckDBConnection, root: string, tables: readonly string[]): Promise<Map<string, OpenedTable>> {
  const byPath = new Map(tables.map((table) => [tableFile(root, table), table]));
  const paths = [...byPath.keys()].map((path) => sqlText(globLiteral(path))).join(", ");
  const opened = new Map(tables.map((table) => [table, { footer: new Map<string, string>(), columns: [] as StoredColumnType[] }]));
  const pairs = await connection.runAndReadAll(`SELECT file_name, decode(key), decode(value) FROM parquet_kv_metadata([${paths}])`);
  for (const [path, key, value] of pairs.getRows()) opened.get(byPath.get(String(path)) ?? "")?.footer.set(String(key), String(value));
  await connection.run([...byPath].map(([path, table]) => viewOf(table, path)).join(";\n"));
  const described = await connection.runAndReadAll(
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index",
  );
  for (const [table, name, type] of described.getRows())
    opened.get(String(table))?.columns.push({ name: String(name), type: String(type) });
  return opened;
}

function viewOf(table: string, path: string): string {
  return `CREATE OR REPLACE VIEW ${sqlName(table)} AS SELECT * FROM ${parquetSource(path)}`;
}

function checked(file: string, table: string, { footer, columns }: OpenedTable): StoredColumnType[] {
  checkFooter(file, table, footer);
  checkColumns(file, table, new Map(columns.map(({ name, type }) => [name, type])));
  return columns;
}

/**
 * Makes a view of a table's file.
 * @param file as errors name it
 * @param path absolute
 * @returns its columns
 * @throws InputError when the file is broken, is another table, of a newer format, or lacks a column
 */
export async function openTable(connection: DuckDBConnection, file: string, path: string, table: string): Promise<StoredColumnType[]> {
  let footer: Map<string, string>;
  let columns: StoredColumnType[];
  try {
    const pairs = await connection.runAndReadAll(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${sqlText(globLiteral(path))})`,
    );
    footer = new Map(pairs.getRows().map(([key, value]) => [String(key), String(value)]));
    await connection.run(viewOf(table, path));
    const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE ${sqlName(table)})`);
    columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch (error) {
    throw new InputError(file, `cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  }
  return checked(file, table, { footer, columns });
}
