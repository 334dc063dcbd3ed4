/**
 * A folder of runs, opened for reading as one: every table is the union of those of all runs, with
 * the run's name in a column `run` before its own, and `runs` has a row for each.
 */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import type { TableSchema } from "../../sim/kernel/table.ts";
import { TABLES } from "../../sim/tables.ts";
import { type CatalogueRun, findRuns, isFolderOfRuns } from "./catalogue-runs.ts";
import { parquetSource, parquetSources, sqlName } from "./database.ts";
import { STORED_TYPES } from "./format.ts";
import { naturalSelect, type Scales } from "./natural.ts";
import { createRunsTable } from "./runs-table.ts";
import { openStore, type Store, scalesOf, storeOver } from "./store.ts";
import { isSweep, openSweep } from "./sweep-store.ts";
import { naturalName, tableFile, tableNames } from "./table-files.ts";

/** An open store, and of a folder of runs a line for each run that was left out. */
export interface OpenedRuns {
  readonly store: Store;
  readonly passedOver: readonly string[];
}

/**
 * Opens the directory of a run or of a sweep, or a folder of runs.
 * @throws InputError as `openStore`, and when there is no run that can be read in the folder
 */
export async function openRuns(directory: string): Promise<OpenedRuns> {
  if (isSweep(directory)) return { store: await openSweep(directory), passedOver: [] };
  if (!(await isFolderOfRuns(directory)) && (await tableNames(directory)).length > 0)
    return { store: await openStore(directory), passedOver: [] };
  let passedOver: readonly string[] = [];
  const store = await storeOver(directory, await realpath(directory), async (connection) => {
    const found = await findRuns(connection, directory);
    passedOver = found.passedOver;
    const [first] = passedOver;
    if (found.runs.length === 0 && first !== undefined) {
      const others = passedOver.length === 1 ? "" : ` (and ${passedOver.length - 1} more)`;
      throw new InputError(directory, `no run in it can be read: ${first}${others}`);
    }
    if (found.runs.length === 0)
      throw new InputError(directory, "no tables (*.parquet) in it and no runs in its folders, so nothing to query");
    return await createViews(connection, directory, found.runs);
  });
  return { store, passedOver };
}

/** Runs that share their scales. */
interface Scaled {
  readonly scales: Scales;
  readonly runs: CatalogueRun[];
}

async function createViews(connection: DuckDBConnection, directory: string, runs: readonly CatalogueRun[]): Promise<string[]> {
  await createRunsTable(connection, runs);
  const groups = new Map<string, Scaled>();
  for (const run of runs) {
    const source = (table: string) => parquetSource(tableFile(run.directory, table));
    const scales = await scalesOf(connection, join(directory, run.name), source);
    const key = JSON.stringify(scales);
    const group = groups.get(key) ?? { scales, runs: [] };
    groups.set(key, group);
    group.runs.push(run);
  }
  const scaled = [...groups.values()];
  const root = await realpath(directory);
  const tables: string[] = [];
  for (const schema of TABLES) {
    const having = (among: readonly CatalogueRun[]) => among.filter(({ tables: own }) => own.includes(schema.name));
    const all = having(runs);
    if (all.length === 0) continue;
    const { name } = schema;
    tables.push(name);
    await connection.run(`CREATE VIEW ${sqlName(name)} AS ${unionOf(schema, root, all)}`);
    const parts = scaled.flatMap((group) => {
      const own = having(group.runs);
      return own.length === 0 ? [] : [naturalOf(schema, root, { ...group, runs: own }, scaled)];
    });
    await connection.run(`CREATE VIEW ${sqlName(naturalName(name))} AS ${parts.join(" UNION ALL ")}`);
  }
  return tables;
}

/** The rows of a table in some runs, one run after the other. */
function unionOf({ name, columns }: TableSchema, root: string, runs: readonly CatalogueRun[]): string {
  const files = parquetSources(
    runs.map(({ directory }) => tableFile(directory, name)),
    true,
  );
  // What stands between the folder and the table's file; systems differ in what parts the names.
  const run = `replace(filename[${root.endsWith("/") ? root.length + 1 : root.length + 2}:-${name.length + ".parquet".length + 2}], '\\', '/')`;
  return `SELECT ${run} AS run, ${columns.map((column) => sqlName(column.name)).join(", ")} FROM ${files}`;
}

function naturalOf(schema: TableSchema, root: string, { scales, runs }: Scaled, groups: readonly Scaled[]): string {
  const columns = schema.columns.map(({ name, type }) => ({ name, type: STORED_TYPES[type] as string }));
  const beside = groups.map((group) => group.scales);
  return naturalSelect(`(${unionOf(schema, root, runs)})`, [{ name: "run", type: "VARCHAR" }, ...columns], scales, beside);
}
