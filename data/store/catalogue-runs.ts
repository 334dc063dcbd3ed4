/** Which folders of a directory are runs that can be read together, and why the others are not. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/tables.ts";
import { globLiteral, sqlText } from "./database.ts";
import { checkColumns, checkFooter } from "./format.ts";
import { oneLine } from "./guard.ts";
import { COUNTERFACTUAL_DIRECTORY, type Manifest, readManifest, readSummary, type Summary } from "./run-directory.ts";
import { directoryProblem, tableFile, tableNames } from "./table-files.ts";

/** A run of a catalogue. */
export interface CatalogueRun {
  /** Its directory within that of the catalogue, with slashes. */
  readonly name: string;
  /** Its real path. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** Null where the run failed. */
  readonly summary: Summary | null;
  /** Of the tables that this version knows those it has. */
  readonly tables: readonly string[];
}

/** Runs in the order of their names, and a line for each folder that looks like a run and cannot be read as one. */
export interface FoundRuns {
  readonly runs: readonly CatalogueRun[];
  readonly passedOver: readonly string[];
}

/**
 * Looks through the folders of a directory: each that holds a manifest or tables, and the twin run within it (CASC-3), which is a
 * run of its own. Other folders, hidden ones and files are nobody's business.
 * @throws InputError when the directory cannot be read
 */
export async function findRuns(connection: DuckDBConnection, directory: string): Promise<FoundRuns> {
  const root = await realpath(directory);
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw new InputError(directory, directoryProblem(error));
  });
  const names = entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
  const runs: CatalogueRun[] = [];
  const passedOver: string[] = [];
  const look = async (name: string, isLink: boolean) => {
    const path = join(directory, name);
    try {
      if (!(await looksLikeRun(path))) return;
      if (isLink) throw new InputError(path, "is a link: only what lies in the folder itself is read");
      runs.push(await readRun(connection, path, join(root, name), name));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      passedOver.push(error.message);
      return;
    }
    const twin = `${name}/${COUNTERFACTUAL_DIRECTORY}`;
    const inner = await readdir(path, { withFileTypes: true });
    const found = inner.find((entry) => entry.name === COUNTERFACTUAL_DIRECTORY);
    if (found !== undefined && !name.includes("/")) await look(twin, found.isSymbolicLink());
  };
  for (const entry of names) if (entry.isDirectory() || entry.isSymbolicLink()) await look(entry.name, entry.isSymbolicLink());
  return { runs, passedOver };
}

/**
 * Whether a directory is a folder of runs rather than a run: some folder in it is one, and it has no manifest or scales of its
 * own. Other Parquet files, as `query` writes them, may lie beside the runs.
 */
export async function isFolderOfRuns(directory: string): Promise<boolean> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === "manifest.json" || name === "instruments.parquet")) return false;
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith(".") && (await looksLikeRun(join(directory, entry.name)))) return true;
  }
  return false;
}

/** Whether a folder holds what a run leaves. What cannot be looked into is none, and what a sweep left is not one run. */
async function looksLikeRun(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => []);
  if (names.includes("sweep.json")) return false;
  return names.some((name) => name === "manifest.json" || (name.endsWith(".parquet") && !name.startsWith(".")));
}

async function readRun(connection: DuckDBConnection, path: string, real: string, name: string): Promise<CatalogueRun> {
  const manifest = await readManifest(path);
  if (manifest.formatVersion < TABLE_FORMAT_VERSION) {
    const reads = `runs of version ${TABLE_FORMAT_VERSION} alone are read together`;
    throw new InputError(join(path, "manifest.json"), `format version ${manifest.formatVersion} is older: ${reads}`);
  }
  const summary = manifest.complete === false ? null : await readSummary(path);
  const found = await tableNames(path);
  const tables = TABLES.map((schema) => schema.name).filter((table) => found.includes(table));
  for (const table of ["instruments", "assets"]) {
    if (!tables.includes(table)) throw new InputError(tableFile(path, table), "missing: the scale of all other tables stands in it");
  }
  await checkTables(connection, path, real, tables);
  return { name, directory: real, manifest, summary, tables };
}

/** Refuses a run of whose tables one is broken, is another, of a newer format, or lacks a column. */
async function checkTables(connection: DuckDBConnection, path: string, real: string, tables: readonly string[]): Promise<void> {
  const list = `[${tables.map((table) => sqlText(globLiteral(tableFile(real, table)))).join(", ")}]`;
  const byFile = async (sql: string): Promise<Map<string, Map<string, string>>> => {
    const files = new Map<string, Map<string, string>>();
    for (const [file, key, value] of (await connection.runAndReadAll(sql)).getRows()) {
      const own = files.get(String(file)) ?? new Map<string, string>();
      files.set(String(file), own.set(String(key), String(value)));
    }
    return files;
  };
  let footers: Map<string, Map<string, string>>;
  let types: Map<string, Map<string, string>>;
  try {
    footers = await byFile(`SELECT file_name, decode(key), decode(value) FROM parquet_kv_metadata(${list})`);
    types = await byFile(`SELECT file_name, name, duckdb_type FROM parquet_schema(${list}) WHERE num_children IS NULL`);
  } catch (error) {
    throw new InputError(path, `a table cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  }
  for (const table of tables) {
    const file = tableFile(real, table);
    checkFooter(tableFile(path, table), table, footers.get(file) ?? new Map());
    checkColumns(tableFile(path, table), table, types.get(file) ?? new Map());
  }
}
