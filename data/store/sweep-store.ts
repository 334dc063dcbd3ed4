/** The directory of a sweep, opened for reading: its tables have a column `run` before their own, and `runs` has a row for each. */
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { parseJson } from "../scenario/json.ts";
import { parquetSource, sqlName } from "./database.ts";
import { naturalSelect, type Scales } from "./natural.ts";
import { readRegularFile } from "./regular-file.ts";
import { type Store, scalesOf, storeOver } from "./store.ts";
import { isSweepsOwn } from "./sweep-tables.ts";
import { naturalName, openTables, tableFile, tableNames } from "./table-files.ts";

/** What a sweep says of itself, in its directory. */
export function sweepFile(directory: string): string {
  return join(directory, "sweep.json");
}

/** Whether a directory is that of a sweep. */
export function isSweep(directory: string): boolean {
  return existsSync(sweepFile(directory));
}

/**
 * Opens the tables of a sweep that is done.
 * @throws InputError when it is not, or a table is broken or of a format version that this version does not read
 */
export async function openSweep(directory: string): Promise<Store> {
  const file = sweepFile(directory);
  const content = parseJson((await readRegularFile(file)).toString("utf8"), file);
  const parsed = z.looseObject({ kind: z.literal("sweep"), complete: z.boolean() }).safeParse(content);
  if (!parsed.success) throw new InputError(file, "is not what a sweep leaves");
  if (!parsed.data.complete) throw new InputError(directory, "this sweep is not done: go on with `breakwater sweep … --resume`");
  const root = await realpath(directory);
  return await storeOver(directory, root, (connection) => openAll(connection, directory, root));
}

/** Runs that share their scales. */
interface Scaled {
  readonly scales: Scales;
  readonly runs: number[];
}

async function openAll(connection: DuckDBConnection, directory: string, root: string): Promise<string[]> {
  const tables = await tableNames(directory);
  for (const table of ["runs", "settings"]) {
    if (!tables.includes(table))
      throw new InputError(tableFile(directory, table), "missing: expected the directory of a sweep that is done");
  }
  const columns = await openTables(connection, directory, root, tables);
  if (!tables.includes("instruments") || !tables.includes("assets")) return [];
  const groups = await groupsOf(connection, directory, root);
  const natural = tables.filter((table) => !isSweepsOwn(table));
  for (const table of natural) {
    const beside = groups.map(({ scales }) => scales);
    const parts = groups.map(({ scales, runs }) => {
      const source = groups.length === 1 ? sqlName(table) : `(SELECT * FROM ${sqlName(table)} WHERE run IN (${runs.join(", ")}))`;
      return naturalSelect(source, columns.get(table) ?? [], scales, beside);
    });
    await connection.run(`CREATE VIEW ${sqlName(naturalName(table))} AS ${parts.join(" UNION ALL ")}`);
  }
  return natural;
}

/** Runs of the same ticks, lots and quanta: a factor may have changed them. */
async function groupsOf(connection: DuckDBConnection, directory: string, root: string): Promise<Scaled[]> {
  const source = (table: string) => parquetSource(tableFile(root, table));
  const described = (table: string, columns: string) =>
    `SELECT run, string_agg(concat_ws(' ', ${columns}), ';') AS scale FROM ${source(table)} GROUP BY run`;
  const reader = await connection.runAndReadAll(
    `SELECT list(run ORDER BY run) FROM (${described("instruments", "instrument, tick_size, lot_size, settle_asset")}) AS i
     JOIN (${described("assets", "asset, symbol, quantum")}) AS a USING (run) GROUP BY i.scale, a.scale ORDER BY min(run)`,
  );
  const groups: Scaled[] = [];
  for (const [list] of reader.getRows()) {
    const runs = (list as unknown as { items: bigint[] }).items.map(Number);
    const scales = await scalesOf(connection, directory, (table) => `(SELECT * FROM ${source(table)} WHERE run = ${runs[0]})`);
    groups.push({ scales, runs });
  }
  return groups;
}
