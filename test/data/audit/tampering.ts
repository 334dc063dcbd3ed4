/** Changing a table of a recorded run for a while. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/**
 * Rewrites a table, lets something be done, and puts it back.
 * @param select the new rows from the name of the old ones
 */
export async function whileRewritten<Result>(
  directory: string,
  table: string,
  select: (rows: string) => string,
  act: () => Promise<Result>,
): Promise<Result> {
  const file = join(directory, `${table}.parquet`);
  const original = join(directory, `${table}.original`);
  await copyFile(file, original);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (${select(`read_parquet('${original}')`)}) TO '${file}' (FORMAT parquet, KV_METADATA {breakwater_format_version: '1', breakwater_table: '${table}'})`,
    );
    return await act();
  } finally {
    connection.closeSync();
    instance.closeSync();
    await copyFile(original, file);
  }
}

/** Rows in which a column is another in the first row of a kind, by a key. */
export const withOneChanged =
  (column: string, expression: string, key: string, of = "true") =>
  (rows: string): string =>
    `SELECT * REPLACE (CASE WHEN ${key} = (SELECT min(${key}) FROM ${rows} WHERE ${of}) AND ${of} THEN ${expression} ELSE ${column} END AS ${column}) FROM ${rows}`;
