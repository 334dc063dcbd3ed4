/** What workers did, brought into the sweep's directory as threads of this process would have left it. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { resultFile } from "../sweep/run-files.ts";
import type { QueueDatabase } from "./database.ts";
import { fetchFile } from "./stored-files.ts";

/** Taken at a time. */
const RESULTS_MOST = 100;
/** What a file of a run may be called: it becomes a name on this disk. */
const FILE_NAME = /^[a-z_]+\.(parquet|json)$/;

/** A run that ended. */
export interface CollectedRun {
  readonly hash: string;
  /** Why it could not be done; null where it was. */
  readonly problem: string | null;
  /** On one thread. */
  readonly seconds: number;
}

/** Brings what is new. A run that the directory has already, from before an interruption, stays as it is. */
export async function collectRuns(database: QueueDatabase, sweep: string, directory: string): Promise<CollectedRun[]> {
  const { rows } = await database.query(
    "SELECT run_hash AS hash, problem, seconds FROM breakwater.run_result WHERE sweep = $1 AND NOT collected ORDER BY run_hash LIMIT $2",
    [sweep, RESULTS_MOST],
  );
  const runs = rows as unknown as CollectedRun[];
  for (const { hash, problem } of runs) if (problem === null) await writeRun(database, sweep, directory, hash);
  if (runs.length > 0) await markCollected(database, sweep, runs);
  return runs;
}

async function writeRun(database: QueueDatabase, sweep: string, directory: string, hash: string): Promise<void> {
  const target = dirname(resultFile(directory, hash));
  if (existsSync(target)) return;
  const partial = join(dirname(target), `.${hash}-${process.pid}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const { rows } = await database.query("SELECT name, content FROM breakwater.run_file WHERE sweep = $1 AND run_hash = $2 AND part = 0", [
      sweep,
      hash,
    ]);
    for (const { name, content } of rows as unknown as { name: string; content: Buffer }[]) {
      if (!FILE_NAME.test(name)) throw new Error(`${database.shown}: run ${hash} has a file of the name ${JSON.stringify(name)}`);
      await fetchFile(database, "run_file", { sweep, run_hash: hash, name }, join(partial, name), content);
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Its row stays, so that a worker that was taken for dead and is not adds nothing; the files are not needed any more. */
async function markCollected(database: QueueDatabase, sweep: string, runs: readonly CollectedRun[]): Promise<void> {
  const hashes = runs.map(({ hash }) => hash);
  await database.transaction(async ({ query }) => {
    await query("DELETE FROM breakwater.run_file WHERE sweep = $1 AND run_hash = ANY($2)", [sweep, hashes]);
    await query("UPDATE breakwater.run_result SET collected = true WHERE sweep = $1 AND run_hash = ANY($2)", [sweep, hashes]);
  });
}
