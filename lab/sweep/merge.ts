/** The tables of a sweep, made of what its runs left. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { AMOUNT } from "../../data/store/amounts.ts";
import { mergeTable, type SweepColumn, writeSweepTable } from "../../data/store/merge-tables.ts";
import { METRICS, type Metric } from "../plan/metrics.ts";
import type { PreparedPlan } from "../plan/prepare.ts";
import { type RunResult, readResult, shardFile } from "./run-files.ts";

/** Written beside the tables, and renamed. */
const PARTIAL = ".merging";

const METRIC_TYPES: Readonly<Record<Metric["unit"], SweepColumn["type"]>> = {
  amount: AMOUNT,
  count: "BIGINT",
  ratio: "DOUBLE",
  seconds: "DOUBLE",
};

/**
 * Writes the tables of a sweep of which all runs are done: `settings`, `runs`, and those of the runs that are kept.
 * @param hashes of the runs, in their order
 * @param tables to merge, where any run has them
 * @returns how many runs failed, and the error of the first
 */
export async function mergeSweep(
  directory: string,
  prepared: PreparedPlan,
  hashes: readonly string[],
  tables: readonly string[],
): Promise<{ failed: number; firstError: string | null }> {
  const partial = join(directory, PARTIAL);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  const results: RunResult[] = [];
  for (const hash of hashes) results.push(await readResult(directory, hash));
  const written = ["settings", "runs"];
  const fileOf = (table: string) => join(partial, `${table}.parquet`);
  await writeSweepTable("settings", "one row a setting: the values of the factors", settingColumns(prepared), fileOf("settings"));
  await writeSweepTable("runs", "one row a run: its setting, seed and figures", runColumns(prepared, hashes, results), fileOf("runs"));
  for (const table of tables) {
    const shards = hashes.flatMap((hash, run) => {
      const file = shardFile(directory, hash, table);
      return existsSync(file) ? [{ run, file }] : [];
    });
    if (shards.length === 0) continue;
    await mergeTable(table, shards, fileOf(table));
    written.push(table);
  }
  for (const table of written) await rename(fileOf(table), join(directory, `${table}.parquet`));
  await rm(partial, { recursive: true, force: true });
  const errors = results.flatMap((result, run) => ("error" in result ? [`run ${run}: ${result.error}`] : []));
  return { failed: errors.length, firstError: errors[0] ?? null };
}

function settingColumns({ settings }: PreparedPlan): SweepColumn[] {
  const numbers = settings.map((_, setting) => setting);
  return [{ name: "setting", type: "BIGINT", meaning: "number of the setting", values: numbers }, ...factorColumns(settings, numbers)];
}

function runColumns({ settings, runs }: PreparedPlan, hashes: readonly string[], results: readonly RunResult[]): SweepColumn[] {
  const of = (name: string, type: SweepColumn["type"], meaning: string, values: SweepColumn["values"]) => ({ name, type, meaning, values });
  return [
    of(
      "run",
      "BIGINT",
      "number of the run",
      runs.map(({ run }) => run),
    ),
    of(
      "setting",
      "BIGINT",
      "row of `settings`",
      runs.map(({ setting }) => setting),
    ),
    of(
      "replication",
      "BIGINT",
      "number of the run within its setting",
      runs.map(({ replication }) => replication),
    ),
    of(
      "seed",
      "BIGINT",
      "its seed",
      runs.map(({ seed }) => seed),
    ),
    of("run_hash", "VARCHAR", "hash of the scenario as resolved, with its seed", hashes),
    of(
      "digest",
      "VARCHAR",
      "digest of what was recorded (TIME-3); none where the run failed",
      results.map((result) => ("error" in result ? null : result.digest)),
    ),
    of(
      "error",
      "VARCHAR",
      "why the run failed; none where it did not",
      results.map((result) => ("error" in result ? result.error : null)),
    ),
    ...factorColumns(
      settings,
      runs.map(({ setting }) => setting),
    ),
    ...METRICS.map(({ name, unit, meaning, of: measure }) =>
      of(
        name,
        METRIC_TYPES[unit],
        meaning,
        results.map((result) => ("error" in result ? null : measure(result.summary))),
      ),
    ),
  ];
}

/** A column for each factor: numbers where all its values are, else text. */
function factorColumns(settings: PreparedPlan["settings"], rows: readonly number[]): SweepColumn[] {
  return (settings[0] ?? []).map(({ name }, place) => {
    const values = settings.map((columns) => columns[place]?.value ?? null);
    const numeric = values.every((value) => typeof value === "number");
    const cells = rows.map((setting) => {
      const value = values[setting] ?? null;
      return numeric || value === null ? value : String(value);
    });
    return { name, type: numeric ? "DOUBLE" : "VARCHAR", meaning: "value of a factor", values: cells };
  });
}
