/** The tables that a sweep keeps of every run for its pictures, made of the run's tables. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { TableSchema } from "../../sim/kernel/table.ts";
import { sqlName, sqlText } from "../store/database.ts";
import { STORED_TYPES } from "../store/format.ts";
import { ROW_GROUP_ROWS } from "../store/parquet.ts";
import type { Store } from "../store/store.ts";
import { CURVE_STEPS, MAP_BINS_PER_PRICE, MAP_STEPS, SWEEP_TABLES } from "../store/sweep-tables.ts";
import { tableFile } from "../store/table-files.ts";

/** What stands in the queries for a number of ours. */
const NUMBERS: Readonly<Record<string, { readonly STEPS: number }>> = {
  curves: { STEPS: CURVE_STEPS },
  liquidation_map: { STEPS: MAP_STEPS },
};

/**
 * Writes them into the directory of the run, as shards for `mergeTable`.
 * @param store of the directory
 * @throws Error when a file cannot be written
 */
export async function writeAggregates(store: Store, directory: string): Promise<void> {
  for (const schema of SWEEP_TABLES) {
    const made = `(SELECT ${columnsOf(schema)} FROM (${await queryOf(schema.name)}))`;
    const target = sqlText(resolve(tableFile(directory, schema.name)));
    await store.rows(`COPY (FROM ${made}) TO ${target} (FORMAT parquet, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, COMPRESSION zstd)`);
  }
}

/** The SQL that makes one of them of a run's tables. */
export async function queryOf(table: string): Promise<string> {
  const text = await readFile(new URL(`./${table.replaceAll("_", "-")}.sql`, import.meta.url), "utf8");
  return text.replaceAll(/\bSTEPS\b/g, String(NUMBERS[table]?.STEPS)).replaceAll(/\bBINS\b/g, String(MAP_BINS_PER_PRICE));
}

function columnsOf({ columns }: TableSchema): string {
  return columns.map(({ name, type }) => `CAST(${sqlName(name)} AS ${STORED_TYPES[type]}) AS ${sqlName(name)}`).join(", ");
}
