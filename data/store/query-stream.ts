/** The result of a user's SQL, a part at a time. */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import { prepareReadOnly } from "./guard.ts";

/** The result of a query that is read a part at a time, and once. */
export interface QueryStream {
  /** Each only once: a second column `a` is `a:1`. */
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  readonly chunks: AsyncIterable<DuckDBDataChunk>;
}

/**
 * Runs SQL that only reads, without waiting for its rows.
 * @param failure what is to be thrown for an error of DuckDB in a later row
 * @throws InputError as `prepareReadOnly`; errors of DuckDB as they are
 */
export async function streamQuery(
  connection: DuckDBConnection,
  sql: string,
  failure: (error: unknown) => Promise<Error>,
): Promise<QueryStream> {
  const statement = await prepareReadOnly(connection, sql);
  try {
    const result = await statement.stream();
    const chunks = async function* () {
      for (;;) {
        const chunk = await result.fetchChunk().catch(async (error: unknown) => {
          throw await failure(error);
        });
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk;
      }
    };
    return { names: result.deduplicatedColumnNames(), types: result.columnTypes(), chunks: chunks() };
  } finally {
    statement.destroySync();
  }
}
