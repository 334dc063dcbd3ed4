/** Which workers there are: what a driver shares runs out by, and tells its user when nobody does them. */
import type { Executor } from "./executor.ts";

/** Who has not been seen for so long is not counted, seconds. */
const ALIVE_SECONDS = 20;

/** A worker process. */
export interface Presence {
  readonly id: string;
  /** Of Breakwater. */
  readonly version: string;
  readonly threads: number;
}

/** Tells that a worker is there. */
export async function tellPresence(database: Executor, { id, version, threads }: Presence): Promise<void> {
  await database.query(
    `INSERT INTO breakwater.worker (id, version, threads) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
    [id, version, threads],
  );
}

/** Takes a worker off. */
export async function tellAbsence(database: Executor, id: string): Promise<void> {
  await database.query("DELETE FROM breakwater.worker WHERE id = $1", [id]);
}

/** The threads of those alive that are of a version, and the other versions there are. */
export async function presentWorkers(database: Executor, version: string): Promise<{ threads: number; others: string[] }> {
  const { rows } = await database.query(
    `SELECT version, sum(threads)::integer AS threads FROM breakwater.worker
     WHERE seen_at > now() - make_interval(secs => $1) GROUP BY version ORDER BY version`,
    [ALIVE_SECONDS],
  );
  const own = rows.find((row) => row["version"] === version);
  return {
    threads: own === undefined ? 0 : Number(own["threads"]),
    others: rows.map((row) => String(row["version"])).filter((other) => other !== version),
  };
}

/** Forgets workers that ended without a word, long ago. */
export async function forgetWorkers(database: Executor): Promise<void> {
  await database.query("DELETE FROM breakwater.worker WHERE seen_at < now() - interval '1 day'");
}
