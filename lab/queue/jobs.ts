/** Jobs of a sweep, by pg-boss: each sweep has a queue of its own. */
import type PgBoss from "pg-boss";
import type { QueueDatabase, Transaction } from "./database.ts";
import { type JobData, queueName } from "./job.ts";
import { BOSS_SCHEMA } from "./schema.ts";

/** A worker that has not renewed a job for so long is taken for dead, and the job given to another. */
export const EXPIRE_SECONDS = 20;
/** How often a worker renews, and everyone looks for jobs that expired. */
export const RENEW_EVERY_MS = 4000;
/** pg-boss's own limit is not ours: what becomes of a job whose workers vanish is decided when it is fetched. */
const RETRIES_MOST = 10_000;

/** A job at work. */
export interface ActiveJob {
  readonly id: string;
  readonly data: JobData;
  /** How often a worker vanished with it before. */
  readonly lost: number;
}

/** Makes the queue of a sweep, if it is not there. */
export async function makeJobQueue({ boss }: QueueDatabase, sweep: string): Promise<void> {
  const name = queueName(sweep);
  await boss.createQueue(name, { name, retryLimit: RETRIES_MOST, retryDelay: 0, expireInSeconds: EXPIRE_SECONDS });
}

/** Adds a job within a transaction. */
export async function sendJob({ boss }: QueueDatabase, transaction: Transaction, data: JobData, afterSeconds = 0): Promise<void> {
  const later = afterSeconds > 0 ? { startAfter: afterSeconds } : {};
  await boss.send(queueName(data.sweep), data, { ...transaction.forBoss, ...later });
}

/** The next job of a sweep, which is then this worker's until it expires; null when there is none. */
export async function fetchJob(database: QueueDatabase, sweep: string): Promise<ActiveJob | null> {
  // pg-boss takes any error of a fetch for an empty queue.
  const failures: unknown[] = [];
  const executeSql: PgBoss.Db["executeSql"] = (text, values) =>
    database.query(text, values).catch((error: unknown) => {
      failures.push(error);
      throw error;
    });
  const [job] = await database.boss.fetch<JobData>(queueName(sweep), { includeMetadata: true, db: { executeSql } });
  if (failures.length > 0) throw failures[0];
  return job === undefined ? null : { id: job.id, data: job.data, lost: job.retryCount };
}

/** Marks a job as done within a transaction. */
export async function completeJob({ boss }: QueueDatabase, transaction: Transaction, { id, data }: ActiveJob): Promise<void> {
  // Null, since undefined would shift the options; the types know of no data that are null.
  await boss.complete(queueName(data.sweep), id, null as unknown as object, transaction.forBoss);
}

/** Tells that jobs are being worked at. pg-boss has no call for it: it lets the time since the start count anew. */
export async function renewJobs(database: QueueDatabase, jobs: readonly ActiveJob[]): Promise<void> {
  for (const { id, data, lost } of jobs) {
    await database.query(
      `UPDATE ${BOSS_SCHEMA}.job SET started_on = now() WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
      [queueName(data.sweep), id, lost],
    );
  }
}

/** Gives jobs whose worker does not answer back to their queues. */
export async function expireJobs({ boss }: QueueDatabase): Promise<void> {
  await boss.expire();
}

/** Jobs of a sweep that are not done. */
export async function jobsLeft({ boss }: QueueDatabase, sweep: string): Promise<number> {
  return await boss.getQueueSize(queueName(sweep), { before: "completed" });
}

/** Removes the queue of a sweep with its jobs, and all that the sweep has in the database. */
export async function removeSweep(database: QueueDatabase, sweep: string): Promise<void> {
  await database.transaction(async ({ query }) => {
    // pg-boss does not delete a queue that has jobs, and purges only those that nobody works at.
    await query(`DELETE FROM ${BOSS_SCHEMA}.job WHERE name = $1`, [queueName(sweep)]);
    await query(`SELECT ${BOSS_SCHEMA}.delete_queue($1) WHERE EXISTS (SELECT 1 FROM ${BOSS_SCHEMA}.queue WHERE name = $1)`, [
      queueName(sweep),
    ]);
    await query("DELETE FROM breakwater.sweep WHERE id = $1", [sweep]);
  });
}
