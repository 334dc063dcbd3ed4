/** The result of a query as a Parquet file. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { type DuckDBAppender, type DuckDBConnection, type DuckDBDataChunk, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openDatabase, parquetSources, sqlName } from "./database.ts";
import { oneLine } from "./guard.ts";
import { copyToParquet, ROW_GROUP_ROWS } from "./parquet.ts";
import type { QueryStream } from "./query-stream.ts";

const STAGING = "staging";

/** What Parquet has no type for, and DuckDB would write as a double, shortened or not at all: as what it is written instead. */
const INSTEAD: Readonly<Partial<Record<DuckDBTypeId, string>>> = {
  [DuckDBTypeId.HUGEINT]: "DECIMAL(38, 0)",
  [DuckDBTypeId.UHUGEINT]: "VARCHAR",
  [DuckDBTypeId.BIGNUM]: "VARCHAR",
  [DuckDBTypeId.BIT]: "VARCHAR",
  [DuckDBTypeId.INTERVAL]: "VARCHAR",
  [DuckDBTypeId.TIME_TZ]: "VARCHAR",
  [DuckDBTypeId.UNION]: "VARCHAR",
};

/**
 * Writes a result as one Parquet file with zstd compression: each column in its DuckDB type, HUGEINT as DECIMAL(38, 0), rows in
 * their order. In a database of its own: that of the query may write nothing. No more than a row group is in memory; those of
 * a longer result are first written one by one, into files beside it, `<file>.part-0` and so on. Of names that differ in
 * capitals only DuckDB changes the second: `A` beside `a` is `A_1`.
 * @returns how many rows it has
 * @throws InputError as `chunks` of the result, and when a value or a type does not go into Parquet
 */
export async function writeQueryParquet({ names, types, chunks }: QueryStream, file: string): Promise<number> {
  const database = await openDatabase(false);
  const { connection } = database;
  const parts: string[] = [];
  let rowCount = 0;
  try {
    // What was written need not be kept for reading it again.
    await connection.run("SET enable_external_file_cache = false");
    const staging = new Staging(connection, names, types);
    await staging.begin();
    for await (const chunk of chunks) {
      if (staging.rowCount + chunk.rowCount > ROW_GROUP_ROWS) {
        const part = `${resolve(file)}.part-${parts.length}`;
        parts.push(part);
        await staging.write(part, "COMPRESSION uncompressed");
        await staging.begin();
      }
      staging.append(chunk);
      rowCount += chunk.rowCount;
    }
    if (parts.length > 0) {
      const part = `${resolve(file)}.part-${parts.length}`;
      parts.push(part);
      await staging.write(part, "COMPRESSION uncompressed");
      await copyToParquet(connection, file, parquetSources(parts), "COMPRESSION zstd");
    } else {
      await staging.write(file, "COMPRESSION zstd");
    }
  } finally {
    database.close();
    for (const part of parts) await rm(part, { force: true });
  }
  return rowCount;
}

/** A table of the rows that are not written yet. */
class Staging {
  rowCount = 0;
  private appender: DuckDBAppender | null = null;
  private readonly connection: DuckDBConnection;
  private readonly names: readonly string[];
  private readonly types: readonly DuckDBType[];

  constructor(connection: DuckDBConnection, names: readonly string[], types: readonly DuckDBType[]) {
    this.connection = connection;
    this.names = names;
    this.types = types;
  }

  async begin(): Promise<void> {
    // Numbered, since columns whose names differ in nothing but capitals cannot stand in one table of DuckDB's.
    const definitions = this.types.map((type, place) => `c${place} ${type.typeId === DuckDBTypeId.SQLNULL ? "INTEGER" : String(type)}`);
    await this.connection.run(`CREATE TABLE ${STAGING} (${definitions.join(", ")})`);
    this.appender = await this.connection.createAppender(STAGING);
    this.rowCount = 0;
  }

  append(chunk: DuckDBDataChunk): void {
    this.appender?.appendDataChunk(chunk);
    // Only of the memory that vectors lie in does the collector know: untouched chunks would wait for it by the thousand.
    for (let place = 0; place < chunk.columnCount; place++) chunk.getColumnVector(place);
    this.rowCount += chunk.rowCount;
  }

  async write(file: string, options: string): Promise<void> {
    this.appender?.closeSync();
    const columns = this.types.map((type, place) => {
      const instead = INSTEAD[type.typeId];
      const value = instead === undefined ? `c${place}` : `CAST(c${place} AS ${instead})`;
      return `${value} AS ${sqlName(this.names[place] as string)}`;
    });
    try {
      await copyToParquet(this.connection, file, `(SELECT ${columns.join(", ")} FROM ${STAGING})`, options);
    } catch (error) {
      const message = oneLine((error as Error).message);
      // All else lies in the disk or in us.
      if (/^(?:Conversion|Binder|Not implemented)\b/i.test(message))
        throw new InputError("SQL", `cannot be written as Parquet: ${message}`);
      throw error;
    }
    await this.connection.run(`DROP TABLE ${STAGING}`);
  }
}
