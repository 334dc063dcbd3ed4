/** Runs of a sweep by workers on any machines: shared out as jobs, their results collected. */
import type { RunBackend } from "../sweep/backend.ts";
import type { RunSchedule, ScheduledRun } from "../sweep/schedule.ts";
import { chunkSize, RunTime } from "./chunks.ts";
import { type CollectedRun, collectRuns } from "./collect.ts";
import { DatabaseLost, type QueueDatabase } from "./database.ts";
import { storeInputs } from "./inputs.ts";
import { packJob } from "./job.ts";
import { expireJobs, jobsLeft, makeJobQueue, removeSweep, sendJob } from "./jobs.ts";
import { forgetWorkers, presentWorkers } from "./presence.ts";
import { announceSweep, forgetSweepId, type QueuedSweep, removeAbandoned, sweepId } from "./sweeps.ts";

/** What a queue is told of the sweep. */
export interface QueueOptions extends Omit<QueuedSweep, "id"> {
  readonly database: QueueDatabase;
  /** Of the sweep. */
  readonly directory: string;
  /** Called with what the user should know, such as that no worker is there. */
  readonly onNotice: (line: string) => void;
}

const POLL_MS = 200;
const POLLS_OF_SILENCE = 20;
const CARE_EVERY_MS = 2000;
/** Jobs in the queue for each thread that workers have, those at work among them; and never fewer than so many. */
const JOBS_PER_THREAD = 4;
const JOBS_LEAST = 16;
/** Silence about missing workers is kept so long at first, and then between one word and the next. */
const FIRST_NOTICE_MS = 5000;
const NOTICE_EVERY_MS = 60_000;

/** Workers that take runs from a queue. */
export function queueBackend(options: QueueOptions): RunBackend {
  return {
    async doAll(schedule) {
      const { database, directory, name, version, tables, files } = options;
      const sweep = { id: await sweepId(directory), name, version, tables, files };
      await announceSweep(database, sweep);
      await storeInputs(database, sweep.id, files);
      await makeJobQueue(database, sweep.id);
      const driver = new Driver(options, sweep, schedule);
      await driver.run().catch((error: unknown) => {
        if (!(error instanceof DatabaseLost)) throw error;
        throw new DatabaseLost(`${error.message}; ${directory} keeps what is done, and the same command with --resume goes on`);
      });
      await removeSweep(database, sweep.id);
      await removeAbandoned(database);
      await forgetWorkers(database);
      await forgetSweepId(directory);
    },
  };
}

/** The driving of one sweep. */
class Driver {
  private readonly options: QueueOptions;
  private readonly sweep: QueuedSweep;
  private readonly schedule: RunSchedule;
  /** Taken from the schedule and not ended, by hash. */
  private readonly underWay = new Map<string, ScheduledRun>();
  /** Of those, the ones in no job yet. */
  private readonly unsent: ScheduledRun[] = [];
  /** The job of a run that was sent now. */
  private readonly jobOf = new Map<string, { left: number }>();
  private jobs = 0;
  /** Runs that were put into the queue before an interruption. */
  private readonly before = new Set<string>();
  /** Of those, the ones that ended before the schedule asked for them. */
  private readonly early = new Map<string, CollectedRun>();
  private readonly time = new RunTime();
  private threads = 0;
  private quietPolls = 0;
  private nextCareMs = 0;
  private nextNoticeMs = performance.now() + FIRST_NOTICE_MS;

  constructor(options: QueueOptions, sweep: QueuedSweep, schedule: RunSchedule) {
    this.options = options;
    this.sweep = sweep;
    this.schedule = schedule;
  }

  async run(): Promise<void> {
    await this.lookBack();
    for (;;) {
      await this.care();
      await this.fill();
      if (this.underWay.size === 0) return;
      if ((await this.collect()) > 0) this.quietPolls = 0;
      else await this.pause();
    }
  }

  /** Finds what an interrupted driver left in the queue. */
  private async lookBack(): Promise<void> {
    const { rows } = await this.options.database.query(
      `SELECT run_hash AS hash FROM breakwater.queued_run WHERE sweep = $1
       EXCEPT SELECT run_hash FROM breakwater.run_result WHERE sweep = $1 AND collected`,
      [this.sweep.id],
    );
    for (const { hash } of rows) this.before.add(String(hash));
  }

  /** Takes runs from the schedule and puts them into jobs, as many as keep the workers busy. */
  private async fill(): Promise<void> {
    while (this.jobs < Math.max(JOBS_LEAST, JOBS_PER_THREAD * this.threads)) {
      const left = this.schedule.left + this.unsent.length;
      const size = chunkSize(Math.max(1, left), this.threads, this.time.secondsEach);
      while (this.unsent.length < size) {
        const next = await this.schedule.next();
        if (next === null) break;
        await this.take(next);
      }
      if (this.unsent.length === 0) return;
      await this.send(this.unsent.splice(0, size));
    }
  }

  private async take(next: ScheduledRun): Promise<void> {
    const { hash } = next;
    this.underWay.set(hash, next);
    const ended = this.early.get(hash);
    if (ended !== undefined) await this.end(next, ended);
    else if (!this.before.delete(hash)) this.unsent.push(next);
  }

  private async send(runs: readonly ScheduledRun[]): Promise<void> {
    const { database } = this.options;
    const { id } = this.sweep;
    const hashes = runs.map(({ hash }) => hash);
    await database.transaction(async (transaction) => {
      // What was collected and is asked for again, the directory has lost.
      await transaction.query("DELETE FROM breakwater.run_result WHERE sweep = $1 AND run_hash = ANY($2) AND collected", [id, hashes]);
      await transaction.query("INSERT INTO breakwater.queued_run SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING", [id, hashes]);
      await sendJob(database, transaction, packJob(id, 0, runs));
    });
    this.jobs += 1;
    const job = { left: runs.length };
    for (const hash of hashes) this.jobOf.set(hash, job);
  }

  private async collect(): Promise<number> {
    const runs = await collectRuns(this.options.database, this.sweep.id, this.options.directory);
    for (const ended of runs) {
      const run = this.underWay.get(ended.hash);
      if (run === undefined) this.early.set(ended.hash, ended);
      else await this.end(run, ended);
    }
    return runs.length;
  }

  private async end(run: ScheduledRun, { hash, problem, seconds }: CollectedRun): Promise<void> {
    this.underWay.delete(hash);
    this.leaveJob(hash);
    if (problem !== null) return this.schedule.failed(run, problem);
    this.time.add(seconds);
    await this.schedule.finished(hash);
  }

  private leaveJob(hash: string): void {
    const job = this.jobOf.get(hash);
    this.jobOf.delete(hash);
    if (job === undefined) return;
    job.left -= 1;
    if (job.left === 0) this.jobs -= 1;
  }

  /** Waits a little; after some silence sees whether there is anything to wait for. */
  private async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    this.quietPolls += 1;
    if (this.quietPolls % POLLS_OF_SILENCE !== 0 || (await jobsLeft(this.options.database, this.sweep.id)) > 0) return;
    // Asked after: a job that is done has left its results.
    if ((await this.collect()) === 0) this.sendAnew();
  }

  /** No job is left, and not every run has a result: somebody emptied the queue. */
  private sendAnew(): void {
    const waiting = new Set(this.unsent.map(({ hash }) => hash));
    for (const [hash, run] of this.underWay) {
      if (waiting.has(hash)) continue;
      this.unsent.push(run);
      this.leaveJob(hash);
    }
  }

  /** Every few seconds: this driver lives, do the workers? */
  private async care(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs < this.nextCareMs) return;
    this.nextCareMs = nowMs + CARE_EVERY_MS;
    const { database, version, onNotice } = this.options;
    await announceSweep(database, this.sweep);
    await expireJobs(database);
    const { threads, others } = await presentWorkers(database, version);
    this.threads = threads;
    if (threads > 0) this.nextNoticeMs = nowMs + FIRST_NOTICE_MS;
    if (nowMs < this.nextNoticeMs) return;
    this.nextNoticeMs = nowMs + NOTICE_EVERY_MS;
    onNotice(missingWorkers(database.shown, version, others));
  }
}

/** What to tell when no worker takes the jobs. */
function missingWorkers(shown: string, version: string, others: readonly string[]): string {
  const start = `start \`breakwater worker\` of version ${version} there`;
  if (others.length === 0) return `no worker at ${shown}: ${start}`;
  return `workers at ${shown} are of version ${others.join(", ")} and refuse runs of version ${version}: ${start}`;
}
