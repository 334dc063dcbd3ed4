/** The tables of a sweep, made of what its runs left. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { AMOUNT } from "../../data/store/amounts.ts";
import { mergeTable, type SweepColumn, writeSweepTable } from "../../data/store/merge-tables.ts";
import { analysisFile, WORST_RUN_FILE } from "../../data/store/sweep-analysis.ts";
import { analyseSweep } from "../analysis/analyse.ts";
import { estimateColumns } from "../analysis/estimates.ts";
import type { AnalysedRun } from "../analysis/figures.ts";
import { METRICS, type Metric, metricNumber } from "../plan/metrics.ts";
import type { PlannedRun, PreparedPlan } from "../plan/prepare.ts";
import type { StoppingState } from "../statistics/sequential-stopping.ts";
import { keptTables } from "./kept-tables.ts";
import { type RunResult, readResult, shardFile } from "./run-files.ts";
import { scenarioWithin } from "./worst-run.ts";

/** Written beside the tables, and renamed. */
const PARTIAL = ".merging";

const METRIC_TYPES: Readonly<Record<Metric["unit"], SweepColumn["type"]>> = {
  amount: AMOUNT,
  count: "BIGINT",
  ratio: "DOUBLE",
  seconds: "DOUBLE",
};

/** A run that counts. */
export interface MergedRun extends PlannedRun {
  readonly hash: string;
}

/** A sweep of which all runs are done. */
export interface DoneSweep {
  readonly directory: string;
  readonly prepared: PreparedPlan;
  /** In their order. */
  readonly runs: readonly MergedRun[];
  /** By setting; empty without a stopping rule. */
  readonly stopping: readonly StoppingState[];
  readonly scenarioOf: (run: PlannedRun) => Promise<ResolvedScenario>;
  /** Of Breakwater. */
  readonly version: string;
}

/**
 * Writes the tables of a sweep, `settings`, `runs`, `estimates` and those of the runs that are kept, its statistics, and the scenario of its worst run.
 * @returns how many runs failed, and the error of the first
 */
export async function mergeSweep({
  directory,
  prepared,
  runs,
  stopping,
  scenarioOf,
  version,
}: DoneSweep): Promise<{ failed: number; firstError: string | null }> {
  const partial = join(directory, PARTIAL);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  const results: RunResult[] = [];
  for (const { hash } of runs) results.push(await readResult(directory, hash));
  const analysis = analyseSweep({
    prepared,
    version,
    stopping,
    runs: runs.map((run, place) => analysedRun(run, results[place] as RunResult)),
  });
  const written = ["settings", "runs", "estimates"];
  const fileOf = (table: string) => join(partial, `${table}.parquet`);
  await writeSweepTable("settings", "one row a setting: the values of the factors", settingColumns(prepared), fileOf("settings"));
  await writeSweepTable("runs", "one row a run: its setting, seed and figures", runColumns(prepared, runs, results), fileOf("runs"));
  await writeSweepTable("estimates", "one row a setting, metric and statistic", estimateColumns(analysis), fileOf("estimates"));
  for (const table of keptTables(prepared.plan)) {
    const shards = runs.flatMap(({ run, hash }) => {
      const file = shardFile(directory, hash, table);
      return existsSync(file) ? [{ run, file }] : [];
    });
    if (shards.length === 0) continue;
    await mergeTable(table, shards, fileOf(table));
    written.push(table);
  }
  await writeFile(analysisFile(partial), `${JSON.stringify(analysis, null, 2)}\n`);
  const { worst } = analysis;
  if (worst !== null) {
    const scenario = scenarioWithin(directory, await scenarioOf(runs[worst.run] as MergedRun));
    await writeFile(join(partial, WORST_RUN_FILE), `${JSON.stringify(scenario, null, 2)}\n`);
    await rename(join(partial, WORST_RUN_FILE), join(directory, WORST_RUN_FILE));
  }
  for (const table of written) await rename(fileOf(table), join(directory, `${table}.parquet`));
  await rename(analysisFile(partial), analysisFile(directory));
  await rm(partial, { recursive: true, force: true });
  const errors = results.flatMap((result, run) => ("error" in result ? [`run ${run}: ${result.error}`] : []));
  return { failed: errors.length, firstError: errors[0] ?? null };
}

/** What statistics take of a run. */
function analysedRun({ run, setting, replication, seed }: MergedRun, result: RunResult): AnalysedRun {
  const of = { run, setting, replication, seed };
  if ("error" in result) return { ...of, digest: null, exhausted: false, values: null };
  const { digest, summary } = result;
  return { ...of, digest, exhausted: summary.funds.some(({ exhausted }) => exhausted), values: (metric) => metricNumber(metric, summary) };
}

function settingColumns({ settings }: PreparedPlan): SweepColumn[] {
  const numbers = settings.map((_, setting) => setting);
  return [{ name: "setting", type: "BIGINT", meaning: "number of the setting", values: numbers }, ...factorColumns(settings, numbers)];
}

function runColumns({ settings }: PreparedPlan, runs: readonly MergedRun[], results: readonly RunResult[]): SweepColumn[] {
  const column = (
    name: string,
    type: SweepColumn["type"],
    meaning: string,
    of: (result: RunResult, run: MergedRun) => string | number | null,
  ) => ({
    ...{ name, type, meaning },
    values: results.map((result, place) => of(result, runs[place] as MergedRun)),
  });
  return [
    column("run", "BIGINT", "number of the run", (_, { run }) => run),
    column("setting", "BIGINT", "row of `settings`", (_, { setting }) => setting),
    column("replication", "BIGINT", "number of the run within its setting", (_, { replication }) => replication),
    column("seed", "BIGINT", "its seed", (_, { seed }) => seed),
    column("run_hash", "VARCHAR", "hash of the scenario as resolved, with its seed", (_, { hash }) => hash),
    column("digest", "VARCHAR", "digest of what was recorded (TIME-3); none where the run failed", (result) =>
      "error" in result ? null : result.digest,
    ),
    column("error", "VARCHAR", "why the run failed; none where it did not", (result) => ("error" in result ? result.error : null)),
    ...factorColumns(
      settings,
      runs.map(({ setting }) => setting),
    ),
    ...METRICS.map(({ name, unit, meaning, of }) =>
      column(name, METRIC_TYPES[unit], meaning, (result) => ("error" in result ? null : of(result.summary))),
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
