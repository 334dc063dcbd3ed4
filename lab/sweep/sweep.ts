/** A sweep: all runs of a plan, on as many threads as wanted, gone on with after any interruption. */
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { isSweep, sweepFile } from "../../data/store/sweep-store.ts";
import { InputError } from "../../sim/index.ts";
import { METRICS, metricNumber } from "../plan/metrics.ts";
import type { PlannedRun, PreparedPlan } from "../plan/prepare.ts";
import { checkTarget, makeDirectory } from "../run-directory.ts";
import type { StoppingState } from "../statistics/sequential-stopping.ts";
import type { RunBackend } from "./backend.ts";
import { beforeInterruption } from "./interruption.ts";
import { LOCK_FILE, lockSweep } from "./lock.ts";
import { type MergedRun, mergeSweep } from "./merge.ts";
import { finishedRuns, RUNS_FOLDER, readResult, removeUnfinished, runHash } from "./run-files.ts";
import { RunSchedule } from "./schedule.ts";
import { checkUnchanged, type SweepFile, type SweepInputs, writeSweepFile } from "./sweep-file.ts";

/** How a sweep is to be run. */
export interface SweepOptions {
  readonly directory: string;
  /** Where its runs are done. */
  readonly backend: RunBackend;
  /** Goes on with what the directory holds. */
  readonly resume: boolean;
  readonly inputs: SweepInputs;
  /** Called once, with the runs to do, of a plan with a stopping rule at most, and those that were done before. */
  readonly onStart?: (left: number, done: number) => void;
  /** Called after each run that was done now, with how many are not begun. */
  readonly onRun?: (left: number) => void;
  /** Called when SIGINT or SIGTERM is about to end this process, and the directory is given back. Without it these are left alone. */
  readonly onInterruption?: () => void;
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
 * Runs a sweep and leaves its tables, the same bytes whatever does its runs, the order in which they end,
 * and how often it was interrupted.
 * @throws InputError when the directory cannot be taken, or the plan is another than that of the sweep in it
 * @throws Error when a run could not be done at all, after all others: then nothing is merged, and the sweep can be resumed
 */
export async function runSweep(prepared: PreparedPlan, options: SweepOptions): Promise<SweepOutcome> {
  const { directory, onInterruption } = options;
  await takeDirectory(options);
  const lock = await lockSweep(directory);
  const interrupted = () => {
    lock.drop();
    onInterruption?.();
  };
  const leaveSignals = onInterruption === undefined ? () => {} : beforeInterruption(interrupted);
  try {
    // Looked at only now: another may have had it until this moment.
    return await sweepIn(prepared, options, await sweepBefore(options));
  } finally {
    leaveSignals();
    await lock.release();
  }
}

async function sweepIn(prepared: PreparedPlan, options: SweepOptions, before: SweepFile | null): Promise<SweepOutcome> {
  const { directory, inputs } = options;
  const start = { settings: prepared.settings.length, runs: prepared.runs.length };
  if (before?.complete === true) {
    await removeLeftovers(directory);
    return { ...start, runs: before.runs, failed: before.failed ?? 0, firstError: null, resumed: before.runs };
  }
  const startedAt = before?.startedAt ?? new Date().toISOString();
  const startMs = performance.now();
  const file: SweepFile = { kind: "sweep", complete: false, ...start, ...inputs, startedAt };
  if (before === null) await writeSweepFile(directory, file);
  await removeUnfinished(directory);
  const scenarioOf = scenarios(prepared);
  const { runs, stopping, resumed } = await doRuns(prepared, options, scenarioOf);
  const { failed, firstError } = await mergeSweep({ directory, prepared, runs, stopping, scenarioOf, version: inputs.breakwater });
  const wallSeconds = Math.round(performance.now() - startMs) / 1000;
  await writeSweepFile(directory, { ...file, runs: runs.length, complete: true, failed, wallSeconds });
  await removeLeftovers(directory);
  return { ...start, runs: runs.length, failed, firstError, resumed };
}

/** Makes the directory, or refuses one that is not to be gone on with, before anything of it is touched. */
async function takeDirectory(options: SweepOptions): Promise<void> {
  const { directory, resume } = options;
  if (existsSync(directory)) {
    if (!resume) throw alreadyThere(directory);
    await sweepBefore(options);
    return;
  }
  await checkTarget(directory, false);
  await makeDirectory(directory, directory);
}

/** What a sweep left in the directory; null for one at its very start. */
async function sweepBefore({ directory, resume, inputs }: SweepOptions): Promise<SweepFile | null> {
  if (!isSweep(directory)) {
    const names = await readdir(directory).catch(() => ["?"]);
    if (names.every((name) => name === "sweep.json.partial" || name.startsWith(LOCK_FILE))) return null;
    throw new InputError(directory, "is not the directory of a sweep: not resumed");
  }
  if (!resume) throw alreadyThere(directory);
  let before: SweepFile;
  try {
    before = JSON.parse(await readFile(sweepFile(directory), "utf8")) as SweepFile;
  } catch {
    throw new InputError(sweepFile(directory), "is not what a sweep leaves");
  }
  checkUnchanged(directory, before, inputs);
  return before;
}

function alreadyThere(directory: string): InputError {
  return new InputError(directory, "exists already: choose another --out, or pass --resume to go on with a sweep");
}

/** Runs that count, with the hash of each. */
interface DoneRuns {
  readonly runs: readonly MergedRun[];
  readonly stopping: readonly StoppingState[];
  readonly resumed: number;
}

async function doRuns(
  prepared: PreparedPlan,
  { directory, backend, onStart, onRun }: SweepOptions,
  scenarioOf: ReturnType<typeof scenarios>,
): Promise<DoneRuns> {
  const hashes: string[] = [];
  for (const run of prepared.runs) hashes.push(runHash(await scenarioOf(run)));
  const finished = await finishedRuns(directory);
  const resumed = hashes.filter((hash) => finished.has(hash)).length;
  const measure = stoppingMetric(directory, prepared);
  const schedule: RunSchedule = new RunSchedule({ prepared, hashes, finished, scenarioOf, measure, onEnd: () => onRun?.(schedule.left) });
  onStart?.(schedule.left, prepared.runs.length - schedule.left);
  await backend.doAll(schedule);
  const [first] = schedule.problems;
  if (first !== undefined) {
    const others = schedule.problems.length === 1 ? "" : ` (and ${schedule.problems.length - 1} more)`;
    throw new Error(`${directory}: could not be done: ${first}${others}; all others are kept, --resume tries these again`);
  }
  const runs = schedule.counted().map((planned, run) => ({ ...planned, run, hash: hashes[planned.run] as string }));
  return { runs, stopping: schedule.states(), resumed };
}

/** The value by which a stopping rule judges a run. */
function stoppingMetric(directory: string, { plan: { stopping } }: PreparedPlan): (hash: string) => Promise<number | null> {
  const metric = METRICS.find(({ name }) => name === stopping?.metric);
  return async (hash) => {
    const result = await readResult(directory, hash);
    return metric === undefined || "error" in result ? null : metricNumber(metric, result.summary);
  };
}

/** Scenarios of so many settings are kept, since their replications are asked for one after the other, or by turns. */
const SETTINGS_KEPT = 256;

function scenarios(prepared: PreparedPlan): (run: PlannedRun) => Promise<ResolvedScenario> {
  const kept = new Map<number, Promise<ResolvedScenario>>();
  return async ({ setting, seed }) => {
    let scenario = kept.get(setting);
    if (scenario === undefined) {
      if (kept.size >= SETTINGS_KEPT) kept.clear();
      scenario = prepared.resolve(setting);
      kept.set(setting, scenario);
    }
    return { ...(await scenario), seed };
  };
}

async function removeLeftovers(directory: string): Promise<void> {
  await rm(join(directory, RUNS_FOLDER), { recursive: true, force: true });
}
