/** The tables of a run on disk: one Parquet file a table. */
import { join } from "node:path";
import type { Column, Table } from "../../sim/kernel/table.ts";
import { openDatabase } from "./database.ts";
import { describeTable } from "./format.ts";
import { type StoredColumn, writeParquet } from "./parquet.ts";

/**
 * Writes each table as `<directory>/<table>.parquet`: whole numbers as BIGINT, real
 * numbers as DOUBLE, words and text as VARCHAR, missing values as NULL. The same
 * tables give the same bytes (TIME-3). Units, meanings and the format version stand in
 * each file's footer.
 * @param directory exists; files of the same names are replaced
 */
export async function writeTables(directory: string, tables: readonly Table[]): Promise<void> {
  const database = await openDatabase(true);
  try {
    for (const table of tables) {
      const columns = table.schema.columns.map((column) => storedColumn(table, column));
      await writeParquet(database.connection, join(directory, `${table.schema.name}.parquet`), columns, describeTable(table.schema));
    }
  } finally {
    database.close();
  }
}

function storedColumn(table: Table, column: Column): StoredColumn {
  if (column.type === "int64" || column.type === "double") {
    return { name: column.name, type: column.type, numbers: table.numbers(column.name) };
  }
  const words = table.words(column.name);
  // A table keeps a missing text as an empty one; only an optional column can mean that.
  const missing = column.type === "text" && column.optional === true;
  return { name: column.name, type: "text", words: missing ? words.map((word) => (word === "" ? null : word)) : words };
}
