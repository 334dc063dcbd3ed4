/** The sweeps that have runs in the queue. */
import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { QueueDatabase } from "./database.ts";
import type { Executor } from "./executor.ts";
import { removeSweep } from "./jobs.ts";

/** A sweep whose driver is gone for so long is removed by the next one that ends, days. */
const ABANDONED_DAYS = 30;

/** What workers need to know of a sweep. */
export interface QueuedSweep {
  readonly id: string;
  /** Of its plan, for messages. */
  readonly name: string;
  /** Of Breakwater: other workers leave it alone. */
  readonly version: string;
  /** Names of the tables to keep. */
  readonly tables: readonly string[];
  /** SHA-256 of the files that its scenarios read, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Announces a sweep, or that its driver is still there. */
export async function announceSweep(database: Executor, { id, name, version, tables, files }: QueuedSweep): Promise<void> {
  await database.query(
    `INSERT INTO breakwater.sweep (id, name, version, tables, files) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
    [id, name, version, JSON.stringify(tables), JSON.stringify(files)],
  );
}

/** All sweeps, the oldest first. */
export async function queuedSweeps(database: Executor): Promise<QueuedSweep[]> {
  const { rows } = await database.query("SELECT id, name, version, tables, files FROM breakwater.sweep ORDER BY created_at, id");
  return rows as unknown as QueuedSweep[];
}

/** Removes sweeps that nobody came back to. */
export async function removeAbandoned(database: QueueDatabase): Promise<void> {
  const { rows } = await database.query("SELECT id FROM breakwater.sweep WHERE seen_at < now() - make_interval(days => $1)", [
    ABANDONED_DAYS,
  ]);
  for (const { id } of rows) await removeSweep(database, String(id));
}

/** In the sweep's directory while it lasts: by which name the queue knows it. */
function nameFile(directory: string): string {
  return join(directory, "queue.json");
}

/** The name of the sweep in a directory: what it was before an interruption, or a new one. */
export async function sweepId(directory: string): Promise<string> {
  const file = nameFile(directory);
  const known = /"sweep":"([0-9a-f-]{36})"/.exec(await readFile(file, "utf8").catch(() => ""))?.[1];
  if (known !== undefined) return known;
  const id = randomUUID();
  await writeFile(`${file}.partial`, `${JSON.stringify({ sweep: id })}\n`);
  await rename(`${file}.partial`, file);
  return id;
}

/** Forgets it. */
export async function forgetSweepId(directory: string): Promise<void> {
  for (const file of [nameFile(directory), `${nameFile(directory)}.partial`]) await rm(file, { force: true });
}
