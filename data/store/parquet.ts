/** Writes columns as one Parquet file, the same bytes for the same columns. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue, ENUM, VARCHAR } from "@duckdb/node-api";
import { parquetSources, sqlName, sqlText } from "./database.ts";

/** A column to store: numbers, where NaN is a missing value, or words, where null is. Arrays, or what makes parts of them when asked. */
export type StoredColumn =
  | { readonly name: string; readonly type: "int64" | "double"; readonly numbers: Numbers }
  | { readonly name: string; readonly type: "text"; readonly words: Words };

interface Numbers {
  readonly length: number;
  /** Holds until the next is asked for. */
  subarray(from: number, until: number): Float64Array;
}

interface Words {
  readonly length: number;
  slice(from: number, until: number): readonly (string | null)[];
}

/** DuckDB's vector size, the most rows a data chunk can hold. */
const CHUNK_ROWS = 2048;
/** Up to so many different words a column is staged by their numbers, which is faster and smaller. */
const DICTIONARY_MOST = 4096;
/** A fixed size, so that the row groups do not depend on a default of the library; small enough that one of the widest table is no burden. */
export const ROW_GROUP_ROWS = 122_880;
const STAGING = "staging";

/**
 * Writes one Parquet file with zstd compression: `int64` columns as BIGINT, `double`
 * as DOUBLE, text as VARCHAR, missing values as NULL, rows in their order. No more than a
 * row group of them is in memory: those of a longer table are first written one by one, into files beside it.
 * @param metadata key-value pairs kept in the file's footer
 * @throws Error when the file cannot be written
 */
export async function writeParquet(
  connection: DuckDBConnection,
  file: string,
  columns: readonly StoredColumn[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const options = zstdWith(metadata);
  const rowCount = Math.max(...columns.map(rowsOf));
  if (rowCount <= ROW_GROUP_ROWS) {
    await copyRows(connection, file, columns, 0, rowCount, options);
    return;
  }
  const parts: string[] = [];
  try {
    for (let from = 0; from < rowCount; from += ROW_GROUP_ROWS) {
      const part = `${resolve(file)}.part-${parts.length}`;
      parts.push(part);
      await copyRows(connection, part, columns, from, Math.min(from + ROW_GROUP_ROWS, rowCount), "COMPRESSION uncompressed");
    }
    await copyToParquet(connection, file, parquetSources(parts), options);
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
}

/** Options of a file with zstd compression and key-value pairs in its footer. */
export function zstdWith(metadata: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(metadata).map(([key, value]) => `${sqlName(key)}: ${sqlText(value)}`);
  return pairs.length === 0 ? "COMPRESSION zstd" : `COMPRESSION zstd, KV_METADATA {${pairs.join(", ")}}`;
}

/**
 * Writes what SQL selects from as a Parquet file.
 * @param options of DuckDB's COPY beside the format and the size of row groups
 */
export async function copyToParquet(connection: DuckDBConnection, file: string, from: string, options: string): Promise<void> {
  // Absolute, since DuckDB would take a ~ at the start for the home directory.
  await connection.run(`COPY (FROM ${from}) TO ${sqlText(resolve(file))} (FORMAT parquet, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, ${options})`);
}

/** Writes the rows from one to before another. */
async function copyRows(
  connection: DuckDBConnection,
  file: string,
  columns: readonly StoredColumn[],
  from: number,
  until: number,
  options: string,
): Promise<void> {
  await stage(connection, columns, from, until);
  await copyToParquet(connection, file, `(SELECT ${columns.map(selectColumn).join(", ")} FROM ${STAGING})`, options);
}

/** Whole numbers are staged as doubles, which hold safe integers exactly and need no BigInt a value. */
function selectColumn(column: StoredColumn): string {
  const name = sqlName(column.name);
  if (column.type === "text") return `CAST(${name} AS VARCHAR) AS ${name}`;
  const target = column.type === "int64" ? "BIGINT" : "DOUBLE";
  return `CAST(CASE WHEN isnan(${name}) THEN NULL ELSE ${name} END AS ${target}) AS ${name}`;
}

async function stage(connection: DuckDBConnection, columns: readonly StoredColumn[], first: number, until: number): Promise<void> {
  const types = columns.map((column) => stagingType(column, first, until));
  const definitions = columns.map((column, position) => `${sqlName(column.name)} ${String(types[position])}`);
  await connection.run(`CREATE OR REPLACE TABLE ${STAGING} (${definitions.join(", ")})`);
  if (first === until) return;
  const appender = await connection.createAppender(STAGING);
  let chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, until - first));
  for (let from = first; from < until; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, until);
    // Every value of the chunk before is overwritten; a new one each time would wait for the collector with its memory.
    if (to - from !== chunk.rowCount) chunk = DuckDBDataChunk.create(types, to - from);
    for (const [position, column] of columns.entries()) {
      // A typed array serves wherever values are only read by index, which the signature does not say.
      const values = column.type === "text" ? column.words.slice(from, to) : column.numbers.subarray(from, to);
      chunk.setColumnValues(position, values as unknown as readonly DuckDBValue[]);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function rowsOf(column: StoredColumn): number {
  return column.type === "text" ? column.words.length : column.numbers.length;
}

function stagingType(column: StoredColumn, first: number, until: number): DuckDBType {
  if (column.type !== "text") return DOUBLE;
  const words = new Set<string>();
  for (let from = first; from < until; from += CHUNK_ROWS) {
    for (const word of column.words.slice(from, Math.min(from + CHUNK_ROWS, until))) if (word !== null) words.add(word);
    if (words.size > DICTIONARY_MOST) return VARCHAR;
  }
  return words.size === 0 ? VARCHAR : ENUM([...words]);
}
