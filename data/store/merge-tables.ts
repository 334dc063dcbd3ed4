/** Tables of many runs as one: a column `run` before their own, rows run by run; the same bytes for the same tables. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Column } from "../../sim/kernel/table.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/tables.ts";
import type { AMOUNT } from "./amounts.ts";
import { MEMORY_LIMIT_MERGING, openDatabase, parquetSource, parquetSources, sqlName, sqlText } from "./database.ts";
import { describeTable } from "./format.ts";
import { copyToParquet, zstdWith } from "./parquet.ts";
import { SWEEP_TABLES } from "./sweep-tables.ts";

/** Runs that are put together at a time: a query over all at once would have a plan of their number, and hold a part of each. */
const RUNS_AT_ONCE = 20;

const RUN: Column = { name: "run", type: "int64", meaning: "row of `runs`" };

/** A run's file of a table. */
export interface Shard {
  readonly run: number;
  readonly file: string;
}

/**
 * Merges the files of one table.
 * @param shards at least one, in the order of runs
 * @param file is replaced
 */
export async function mergeTable(table: string, shards: readonly Shard[], file: string): Promise<void> {
  const schema = [...TABLES, ...SWEEP_TABLES].find(({ name }) => name === table);
  if (schema === undefined) throw new Error(`Cannot merge ${table}: there is no such table`);
  const metadata = describeTable({ ...schema, columns: [RUN, ...schema.columns] });
  const sources = (some: readonly Shard[]) =>
    `(${some.map(({ run, file: from }) => `SELECT CAST(${run} AS BIGINT) AS run, * FROM ${parquetSource(resolve(from))}`).join(" UNION ALL ")})`;
  const database = await openDatabase(true, MEMORY_LIMIT_MERGING);
  const parts: string[] = [];
  try {
    if (shards.length <= RUNS_AT_ONCE) {
      await copyToParquet(database.connection, file, sources(shards), zstdWith(metadata));
      return;
    }
    for (let from = 0; from < shards.length; from += RUNS_AT_ONCE) {
      const part = `${resolve(file)}.part-${parts.length}`;
      parts.push(part);
      await copyToParquet(database.connection, part, sources(shards.slice(from, from + RUNS_AT_ONCE)), zstdWith({}));
    }
    await copyToParquet(database.connection, file, parquetSources(parts), zstdWith(metadata));
  } finally {
    database.close();
    for (const part of parts) await rm(part, { force: true });
  }
}

/** A column of a table of the sweep itself, and its values row by row. */
export interface SweepColumn {
  readonly name: string;
  readonly type: "BIGINT" | "DOUBLE" | "VARCHAR" | typeof AMOUNT;
  readonly meaning: string;
  readonly values: readonly (string | number | null)[];
}

/** Rows of one INSERT. */
const INSERT_ROWS = 500;

/**
 * Writes a table of the sweep itself.
 * @param file is replaced
 */
export async function writeSweepTable(name: string, meaning: string, columns: readonly SweepColumn[], file: string): Promise<void> {
  const database = await openDatabase(false);
  try {
    const { connection } = database;
    await connection.run(`CREATE TABLE made (${columns.map((column) => `${sqlName(column.name)} ${column.type}`).join(", ")})`);
    const rows = columns[0]?.values.length ?? 0;
    for (let from = 0; from < rows; from += INSERT_ROWS) {
      const some = Array.from({ length: Math.min(INSERT_ROWS, rows - from) }, (_, row) => rowText(columns, from + row));
      await connection.run(`INSERT INTO made VALUES ${some.join(", ")}`);
    }
    const metadata = {
      breakwater_format_version: String(TABLE_FORMAT_VERSION),
      breakwater_table: name,
      breakwater_meaning: meaning,
      breakwater_columns: JSON.stringify(columns.map((column) => ({ name: column.name, type: column.type, meaning: column.meaning }))),
    };
    await copyToParquet(connection, file, "made", zstdWith(metadata));
  } finally {
    database.close();
  }
}

function rowText(columns: readonly SweepColumn[], row: number): string {
  const cells = columns.map(({ values }) => {
    const value = values[row] ?? null;
    return value === null ? "NULL" : typeof value === "string" ? sqlText(value) : String(value);
  });
  return `(${cells.join(", ")})`;
}
