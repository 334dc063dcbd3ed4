/** A sweep: all runs of a plan, on as many threads as wanted, gone on with after any interruption. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { isSweep, sweepFile } from "../../data/store/sweep-store.ts";
import { InputError, TABLES } from "../../sim/index.ts";
import type { PlannedRun, PreparedPlan } from "../plan/prepare.ts";
import { checkTarget } from "../run-directory.ts";
import { mergeSweep } from "./merge.ts";
import { startPool } from "./pool.ts";
import { finishedRuns, RUNS_FOLDER, removeUnfinished, runHash } from "./run-files.ts";
import { checkUnchanged, type SweepFile, type SweepInputs, writeSweepFile } from "./sweep-file.ts";

/** How a sweep is to be run. */
export interface SweepOptions {
  readonly directory: string;
  /** Threads. */
  readonly workers: number;
  /** Goes on with what the directory holds. */
  readonly resume: boolean;
  readonly inputs: SweepInputs;
  /** Called once, with the runs to do and those that were done before. */
  readonly onStart?: (left: number, done: number) => void;
  /** Called after each run that was done now. */
  readonly onRun?: () => void;
}

/** What became of a sweep. */
export interface SweepOutcome {
  readonly settings: number;
  readonly runs: number;
  /** Runs that ended with an error. */
  readonly failed: number;
  /** The first of these errors. */
  readonly firstError: string | null;
  /** Different runs that were done before. */
  readonly resumed: number;
}

/**
 * Runs a sweep and leaves its tables, the same bytes whatever the number of threads, the order in which runs end,
 * and how often it was interrupted.
 * @throws InputError when the directory cannot be taken, or the plan is another than that of the sweep in it
 * @throws Error when a run could not be done at all, after all others: then nothing is merged, and the sweep can be resumed
 */
export async function runSweep(prepared: PreparedPlan, options: SweepOptions): Promise<SweepOutcome> {
  const { directory, inputs } = options;
  const before = await takeDirectory(options);
  const start = { settings: prepared.settings.length, runs: prepared.runs.length };
  if (before?.complete === true) {
    await removeLeftovers(directory);
    return { ...start, failed: before.failed ?? 0, firstError: null, resumed: start.runs };
  }
  const startedAt = before?.startedAt ?? new Date().toISOString();
  const startMs = performance.now();
  const file: SweepFile = { kind: "sweep", complete: false, ...start, ...inputs, startedAt };
  if (before === null) await writeSweepFile(directory, file);
  await removeUnfinished(directory);
  const { hashes, resumed } = await doRuns(prepared, options);
  const { failed, firstError } = await mergeSweep(directory, prepared, hashes, keptTables(prepared));
  const wallSeconds = Math.round(performance.now() - startMs) / 1000;
  await writeSweepFile(directory, { ...file, complete: true, failed, wallSeconds });
  await removeLeftovers(directory);
  return { ...start, failed, firstError, resumed };
}

/** The names of the tables to keep: with any of them, those that have their scales. */
function keptTables({ plan: { tables } }: PreparedPlan): string[] {
  const all = TABLES.map(({ name }) => name);
  if (tables === "all") return all;
  return tables.length === 0 ? [] : all.filter((name) => name === "instruments" || name === "assets" || tables.includes(name));
}

/** Makes the directory, or reads what a sweep left in it; null for one at its very start. */
async function takeDirectory({ directory, resume, inputs }: SweepOptions): Promise<SweepFile | null> {
  if (!existsSync(directory)) {
    await checkTarget(directory, false);
    await mkdir(directory, { recursive: true });
    return null;
  }
  if (!resume) throw new InputError(directory, "exists already: choose another --out, or pass --resume to go on with a sweep");
  if (!isSweep(directory)) {
    const names = await readdir(directory).catch(() => ["?"]);
    if (names.every((name) => name === "sweep.json.partial")) return null;
    throw new InputError(directory, "is not the directory of a sweep: not resumed");
  }
  let before: SweepFile;
  try {
    before = JSON.parse(await readFile(sweepFile(directory), "utf8")) as SweepFile;
  } catch {
    throw new InputError(sweepFile(directory), "is not what a sweep leaves");
  }
  checkUnchanged(directory, before, inputs);
  return before;
}

async function doRuns(prepared: PreparedPlan, options: SweepOptions): Promise<{ hashes: string[]; resumed: number }> {
  const { directory, workers, inputs } = options;
  const scenarioOf = scenarios(prepared);
  const hashes: string[] = [];
  for (const run of prepared.runs) hashes.push(runHash(await scenarioOf(run)));
  const finished = await finishedRuns(directory);
  const resumed = hashes.filter((hash) => finished.has(hash)).length;
  // Settings that come to the same are run once.
  const asked = new Set(finished);
  const left = prepared.runs.filter(({ run }) => {
    const hash = hashes[run] as string;
    const isNew = !asked.has(hash);
    asked.add(hash);
    return isNew;
  });
  options.onStart?.(left.length, prepared.runs.length - left.length);
  if (left.length === 0) return { hashes, resumed };
  const problems: string[] = [];
  const tables = keptTables(prepared);
  const pool = startPool(Math.min(workers, left.length));
  const queue = left.values();
  const lane = async (): Promise<void> => {
    for (const run of queue) {
      const scenario = await scenarioOf(run);
      const hash = hashes[run.run] as string;
      await pool.run({ directory, hash, scenario, tables, version: inputs.breakwater }).catch((error: unknown) => {
        problems.push(`run ${run.run}, seed ${run.seed}: ${error instanceof Error ? error.message : String(error)}`);
      });
      options.onRun?.();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, left.length) }, lane)).finally(() => pool.close());
  const [first] = problems;
  if (first !== undefined) {
    const others = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
    throw new Error(`${directory}: could not be done: ${first}${others}; all others are kept, --resume tries these again`);
  }
  return { hashes, resumed };
}

/** The scenario of a run. That of a setting is kept while its replications are asked for. */
function scenarios(prepared: PreparedPlan): (run: PlannedRun) => Promise<ResolvedScenario> {
  let last: { readonly setting: number; readonly scenario: Promise<ResolvedScenario> } | null = null;
  return async ({ setting, seed }) => {
    if (last?.setting !== setting) last = { setting, scenario: prepared.resolve(setting) };
    return { ...(await last.scenario), seed };
  };
}

async function removeLeftovers(directory: string): Promise<void> {
  await rm(join(directory, RUNS_FOLDER), { recursive: true, force: true });
}
