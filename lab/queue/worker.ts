/** A worker: takes jobs of all sweeps in the queue that are of its version, until it is told to stop or has nothing to do. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunPool, startPool } from "../sweep/pool.ts";
import type { QueueDatabase } from "./database.ts";
import { InputCopies } from "./inputs.ts";
import { type ActiveJob, expireJobs, fetchJob, RENEW_EVERY_MS, renewJobs } from "./jobs.ts";
import { tellAbsence, tellPresence } from "./presence.ts";
import { type QueuedSweep, queuedSweeps } from "./sweeps.ts";
import { doJob } from "./work-job.ts";

/** How a worker is to work. */
export interface WorkerOptions {
  readonly database: QueueDatabase;
  /** Of Breakwater. */
  readonly version: string;
  /** Runs at a time. */
  readonly threads: number;
  /** Ends after so long without a job; null for never. */
  readonly idleExitSeconds: number | null;
  /** Aborted when no further run is to be begun: what is at work is finished, the rest of its job given back. */
  readonly finishing: AbortSignal;
  /** Aborted when the runs at work are to be given back too. */
  readonly leaving: AbortSignal;
  /** Called with what its user should know. */
  readonly onNotice: (line: string) => void;
  /** Called when runs are done: since the start, and how many jobs are at work. */
  readonly onProgress: (outcome: WorkerOutcome, atWork: number) => void;
}

/** What a worker did. */
export interface WorkerOutcome {
  readonly jobs: number;
  readonly runs: number;
  /** Runs that could not be done here, and were left to others or given up. */
  readonly undone: number;
  /** Runs given back since it was told to stop. */
  readonly givenBack: number;
}

const POLL_MS = 300;
/** After something went wrong on this machine, such as a full disk, others have the first go at the next job. */
const PAUSE_MS = 8000;

/**
 * Works.
 * @throws Error when the database is lost for about a minute
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-worker-"));
  const worker = new Worker(options, folder);
  try {
    return await worker.work();
  } finally {
    await worker.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

class Worker {
  private readonly options: WorkerOptions;
  private readonly folder: string;
  private readonly id = randomUUID();
  private readonly inputs: InputCopies;
  /** Started with the first job: until then a worker takes next to nothing. */
  private pool: RunPool | null = null;
  private readonly atWork = new Map<ActiveJob, Promise<void>>();
  private readonly refused = new Set<string>();
  private outcome: WorkerOutcome = { jobs: 0, runs: 0, undone: 0, givenBack: 0 };
  private failure: unknown = null;
  private readonly leaving = new AbortController();
  private turn = 0;
  private busyMs = performance.now();
  private pausedUntilMs = 0;
  private readonly renewing: NodeJS.Timeout;
  private isRenewing = false;

  constructor(options: WorkerOptions, folder: string) {
    this.options = options;
    this.folder = folder;
    this.inputs = new InputCopies(options.database, folder);
    options.leaving.addEventListener("abort", () => this.leaving.abort(), { once: true });
    this.renewing = setInterval(() => void this.renew(), RENEW_EVERY_MS);
  }

  async work(): Promise<WorkerOutcome> {
    const { database, version, threads, finishing } = this.options;
    await tellPresence(database, { id: this.id, version, threads });
    while (!finishing.aborted && this.failure === null && !this.isIdleForLong()) {
      const mayTake = this.atWork.size < threads && performance.now() >= this.pausedUntilMs;
      if (!mayTake || !(await this.takeJob())) await this.pause();
    }
    await Promise.all(this.atWork.values());
    if (this.failure !== null) throw this.failure;
    return this.outcome;
  }

  async close(): Promise<void> {
    clearInterval(this.renewing);
    await this.pool?.close();
    if (this.failure === null) await tellAbsence(this.options.database, this.id).catch(() => {});
  }

  private isIdleForLong(): boolean {
    const { idleExitSeconds } = this.options;
    if (this.atWork.size > 0) this.busyMs = performance.now();
    return idleExitSeconds !== null && performance.now() - this.busyMs >= 1000 * idleExitSeconds;
  }

  /** Until something may have changed: a job ended, or a little time has passed. */
  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, POLL_MS);
    });
    await Promise.race([passed, ...this.atWork.values()]);
    clearTimeout(timer);
  }

  /** Takes a job of one of the sweeps, by turns. Returns whether there was one. */
  private async takeJob(): Promise<boolean> {
    const { database } = this.options;
    const sweeps = (await queuedSweeps(database)).filter((sweep) => this.isOfThisVersion(sweep));
    for (let place = 0; place < sweeps.length; place++) {
      const sweep = sweeps[(this.turn + place) % sweeps.length] as QueuedSweep;
      const job = await fetchJob(database, sweep.id);
      if (job === null) continue;
      this.turn += place + 1;
      const doing = this.doJob(job, sweep).finally(() => this.atWork.delete(job));
      this.atWork.set(job, doing);
      return true;
    }
    return false;
  }

  private isOfThisVersion({ id, name, version }: QueuedSweep): boolean {
    if (version === this.options.version) return true;
    if (!this.refused.has(id))
      this.options.onNotice(
        `runs of sweep ${name} refused: they are for version ${version}, this worker is ${this.options.version}, and results may differ`,
      );
    this.refused.add(id);
    return false;
  }

  private async doJob(job: ActiveJob, sweep: QueuedSweep): Promise<void> {
    const { database, threads, finishing, onNotice, onProgress } = this.options;
    try {
      this.pool ??= startPool(threads);
      const { done, problems, givenBack } = await doJob(job, sweep, {
        ...{ database, finishing, leaving: this.leaving.signal },
        ...{ pool: this.pool, inputs: this.inputs, folder: this.folder },
      });
      const { outcome } = this;
      this.outcome = {
        jobs: outcome.jobs + 1,
        runs: outcome.runs + done,
        undone: outcome.undone + problems.length,
        givenBack: outcome.givenBack + givenBack,
      };
      const [first] = problems;
      if (first !== undefined) {
        onNotice(`a run of sweep ${sweep.name} could not be done: ${first}`);
        this.pausedUntilMs = performance.now() + PAUSE_MS;
      }
      onProgress(this.outcome, this.atWork.size - 1);
    } catch (error) {
      this.failure ??= error;
      // The database is lost: what the others do could not be kept either.
      this.leaving.abort();
    }
  }

  /** On a timer of its own, however long a run takes. */
  private async renew(): Promise<void> {
    if (this.isRenewing) return;
    this.isRenewing = true;
    const { database, version, threads } = this.options;
    try {
      await renewJobs(database, [...this.atWork.keys()]);
      await tellPresence(database, { id: this.id, version, threads });
      await expireJobs(database);
    } catch {
      // The work itself meets the same, and tells it.
    } finally {
      this.isRenewing = false;
    }
  }
}
