/** An in-memory DuckDB set up so that the same input gives the same bytes, and the quoting its SQL needs. */
import { tmpdir } from "node:os";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** An open in-memory database: close it when done. */
export interface Database {
  readonly connection: DuckDBConnection;
  close(): void;
}

/**
 * Most memory a database may take. Beyond it a query fails with a clear error
 * rather than bringing the machine down.
 */
const MEMORY_LIMIT = "4GB";
/**
 * Where data may go to temporary files it does so beyond this, so that what a run takes does not depend on its length. A row
 * group of the widest table takes half of it.
 */
const MEMORY_LIMIT_SPILLING = "64MB";

/** Putting many files together holds a row group of each of some of them, and of the one that is written. */
export const MEMORY_LIMIT_MERGING = "1GB";

/**
 * Opens an empty in-memory database. One thread, because sums of doubles and the
 * cut of Parquet row groups depend on how work is shared out.
 * @param spill whether data beyond the memory limit may go to temporary files
 * @param limit of memory; small where it may spill
 */
export async function openDatabase(spill: boolean, limit = spill ? MEMORY_LIMIT_SPILLING : MEMORY_LIMIT): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: limit,
    temp_directory: spill ? tmpdir() : "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_persistent_secrets: "false",
    // What grows with the product of both sides is chosen for few rows by a guess at their number, often wrong.
    asof_loop_join_threshold: "0",
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path that DuckDB, which takes every path for a pattern, matches to itself alone. */
export function globLiteral(path: string): string {
  return path.replace(/[[*?]/g, (character) => `[${character}]`);
}

/**
 * The rows of one Parquet file, as an SQL table function. What DuckDB would otherwise
 * guess is set: a directory called `seed=8` is no column.
 * @param path absolute, or DuckDB reads `~` at its start for itself
 */
export function parquetSource(path: string): string {
  return parquetSources([path]);
}

/**
 * The rows of Parquet files of the same columns, one file after the other.
 * @param naming whether a column `filename` says which
 */
export function parquetSources(paths: readonly string[], naming = false): string {
  const list = paths.map((path) => sqlText(globLiteral(path))).join(", ");
  return `read_parquet([${list}], hive_partitioning = false, union_by_name = false, filename = ${naming})`;
}
