/** One job of a worker: its runs, and their results put into the database together with the job's completion. */
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunPool } from "../sweep/pool.ts";
import { resultFile } from "../sweep/run-files.ts";
import { isOfNoSweep, type QueueDatabase, reasonOf, type Transaction } from "./database.ts";
import type { InputCopies } from "./inputs.ts";
import { packJob, type QueuedRun, unpackJob } from "./job.ts";
import { type ActiveJob, completeJob, sendJob } from "./jobs.ts";
import { storeFiles } from "./stored-files.ts";
import type { QueuedSweep } from "./sweeps.ts";

/** What a worker does jobs with. */
export interface WorkTools {
  readonly database: QueueDatabase;
  readonly pool: RunPool;
  readonly inputs: InputCopies;
  /** Of this worker alone. */
  readonly folder: string;
  /** Aborted when no further run is to be begun. */
  readonly finishing: AbortSignal;
  /** Aborted when the run at work is to be given up. */
  readonly leaving: AbortSignal;
}

/** What came of a job, in runs. */
export interface JobOutcome {
  readonly done: number;
  /** Could not be done, and were put back or given up. */
  readonly problems: readonly string[];
  readonly givenBack: number;
}

/** A job of several runs that lost so many workers is taken apart, to find the run that ends them. */
const LOST_TO_SPLIT = 2;
/** A run that lost so many workers is given up. */
const LOST_MOST = 6;
/** A run that could not be done so often is given up. */
const ATTEMPTS_MOST = 3;
const WAIT_SECONDS = 5;

interface Doing {
  readonly done: { readonly run: QueuedRun; readonly seconds: number }[];
  readonly undone: { readonly run: QueuedRun; readonly reason: string }[];
  readonly rest: QueuedRun[];
}

/** Does the runs of a job one after the other, those that have no result yet. Whatever becomes of them, the job is completed. */
export async function doJob(job: ActiveJob, sweep: QueuedSweep, tools: WorkTools): Promise<JobOutcome> {
  const runs = unpackJob(job.data);
  const { database } = tools;
  if (job.lost >= LOST_TO_SPLIT && runs.length > 1) {
    await complete(job, database, async (transaction) => {
      for (const run of runs) await sendJob(database, transaction, packJob(sweep.id, job.data.attempt, [run]));
    });
    return { done: 0, problems: [], givenBack: 0 };
  }
  if (job.lost >= LOST_MOST) {
    const reason = `its worker vanished ${job.lost} times: perhaps it needs more memory than there is`;
    await complete(job, database, async (transaction) => {
      for (const { hash } of runs) await addResult(transaction, sweep.id, hash, reason, 0);
    });
    return { done: 0, problems: [reason], givenBack: 0 };
  }
  const scratch = join(tools.folder, job.id);
  try {
    const doing = await doRuns(await withoutResult(runs, sweep.id, database), sweep, scratch, tools);
    await complete(job, database, (transaction) => settle(job, doing, scratch, { database, transaction }));
    return { done: doing.done.length, problems: doing.undone.map(({ reason }) => reason), givenBack: doing.rest.length };
  } finally {
    // A run that was given up may still be writing; what it leaves goes with the worker's folder.
    await rm(scratch, { recursive: true, force: true }).catch(() => {});
  }
}

async function withoutResult(runs: readonly QueuedRun[], sweep: string, database: QueueDatabase): Promise<QueuedRun[]> {
  const { rows } = await database.query("SELECT run_hash AS hash FROM breakwater.run_result WHERE sweep = $1 AND run_hash = ANY($2)", [
    sweep,
    runs.map(({ hash }) => hash),
  ]);
  const there = new Set(rows.map(({ hash }) => hash));
  return runs.filter(({ hash }) => !there.has(hash));
}

async function doRuns(runs: readonly QueuedRun[], sweep: QueuedSweep, scratch: string, tools: WorkTools): Promise<Doing> {
  const { pool, inputs, finishing, leaving } = tools;
  const doing: Doing = { done: [], undone: [], rest: [] };
  const { tables, version } = sweep;
  for (const run of runs) {
    if (finishing.aborted) {
      doing.rest.push(run);
      continue;
    }
    const startMs = performance.now();
    try {
      const readAt = await inputs.placesOf(sweep.id, sweep.files);
      await unlessAborted(leaving, pool.run({ directory: scratch, hash: run.hash, scenario: run.scenario, tables, version, readAt }));
      doing.done.push({ run, seconds: (performance.now() - startMs) / 1000 });
    } catch (error) {
      if (leaving.aborted) doing.rest.push(run);
      else doing.undone.push({ run, reason: reasonOf(error) });
    }
  }
  return doing;
}

async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(new Error("given up"));
  });
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  // Who loses the race may still fail, with nobody listening.
  work.catch(() => {});
  aborted.catch(() => {});
  await Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", leave));
}

/** Puts what came of the runs into the database. */
async function settle(
  { data: { sweep, attempt } }: ActiveJob,
  { done, undone, rest }: Doing,
  scratch: string,
  { database, transaction }: { database: QueueDatabase; transaction: Transaction },
): Promise<void> {
  for (const { run, seconds } of done) {
    if (!(await addResult(transaction, sweep, run.hash, null, seconds))) continue;
    const folder = dirname(resultFile(scratch, run.hash));
    const names = (await readdir(folder)).sort();
    const files = names.map((name) => ({ key: { sweep, run_hash: run.hash, name }, file: join(folder, name) }));
    await storeFiles(transaction, "run_file", files);
  }
  for (const { run, reason } of undone) {
    const next = attempt + 1;
    if (next >= ATTEMPTS_MOST) await addResult(transaction, sweep, run.hash, reason, 0);
    else await sendJob(database, transaction, packJob(sweep, next, [run]), WAIT_SECONDS * next);
  }
  if (rest.length > 0) await sendJob(database, transaction, packJob(sweep, attempt, rest));
}

/** Adds the result of a run, unless there is one. Returns whether there was none. */
async function addResult(transaction: Transaction, sweep: string, hash: string, problem: string | null, seconds: number): Promise<boolean> {
  const { rowCount } = await transaction.query(
    "INSERT INTO breakwater.run_result (sweep, run_hash, problem, seconds) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    [sweep, hash, problem?.replaceAll("\0", "") ?? null, seconds],
  );
  return rowCount === 1;
}

/** Completes a job together with what came of it, or not at all. Of a sweep that was removed meanwhile nothing is wanted. */
async function complete(job: ActiveJob, database: QueueDatabase, work: (transaction: Transaction) => Promise<void>): Promise<void> {
  try {
    await database.transaction(async (transaction) => {
      await work(transaction);
      await completeJob(database, transaction, job);
    });
  } catch (error) {
    if (!isOfNoSweep(error)) throw error;
  }
}
