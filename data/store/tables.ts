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

/** A column that is read out of its table a part at a time: a second copy of a large table would cost as much as the table. */
function storedColumn(table: Table, { name, type, optional }: Column): StoredColumn {
  const length = table.rowCount;
  if (type === "int64" || type === "double") {
    let part = new Float64Array(0);
    const subarray = (from: number, until: number) => {
      // One for all parts: what is thrown away at every part would soon be as much as the table.
      if (part.length < until - from) part = new Float64Array(until - from);
      return table.numbers(name, from, until, part);
    };
    return { name, type, numbers: { length, subarray } };
  }
  // A table keeps a missing text as an empty one; only an optional column can mean that.
  const missing = type === "text" && optional === true;
  const slice = (from: number, until: number) => {
    const words = table.words(name, from, until);
    return missing ? words.map((word) => (word === "" ? null : word)) : words;
  };
  return { name, type: "text", words: { length, slice } };
}
