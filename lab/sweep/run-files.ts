/** What each run of a sweep leaves while the sweep lasts: `runs/<hash>/`, whole or not at all. */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import type { Summary } from "../../data/store/run-directory.ts";

/** Within the sweep's directory. */
export const RUNS_FOLDER = "runs";
const RESULT_FILE = "result.json";

/** How a run ended: measured, or with an error. It depends on the scenario and its seed alone. */
export type RunResult =
  | { readonly seed: number; readonly digest: string; readonly summary: Summary; readonly files: Readonly<Record<string, number>> }
  | { readonly seed: number; readonly error: string; readonly files?: undefined };

/** What of a result tells that it was written whole: `files` are its tables, with their bytes. */
const RESULT = z.union([
  z.looseObject({
    seed: z.number(),
    digest: z.string(),
    summary: z.looseObject({ funds: z.array(z.unknown()) }),
    files: z.record(z.string(), z.number()),
  }),
  z.looseObject({ seed: z.number(), error: z.string(), files: z.undefined().optional() }),
]);

/** What decides a run: the resolved scenario with its seed. 32 hex digits of its SHA-256, fields in any order. */
export function runHash(scenario: ResolvedScenario): string {
  return createHash("sha256").update(canonical(scenario)).digest("hex").slice(0, 32);
}

/** JSON with the fields of every object sorted. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Where a run's result is in its directory. */
export function resultFile(directory: string, hash: string): string {
  return join(directory, RUNS_FOLDER, hash, RESULT_FILE);
}

/** Where a run's table is, if it has it. */
export function shardFile(directory: string, hash: string, table: string): string {
  return join(directory, RUNS_FOLDER, hash, `${table}.parquet`);
}

/** Hashes of the runs that are done. What is not as a run leaves it, such as a file cut short by a power loss, is removed. */
export async function finishedRuns(directory: string): Promise<Set<string>> {
  const names = await readdir(join(directory, RUNS_FOLDER)).catch(() => []);
  const finished = new Set<string>();
  for (const hash of names.filter((name) => !name.startsWith("."))) {
    if (await isWhole(directory, hash)) finished.add(hash);
    else await rm(join(directory, RUNS_FOLDER, hash), { recursive: true, force: true });
  }
  return finished;
}

async function isWhole(directory: string, hash: string): Promise<boolean> {
  try {
    const parsed = RESULT.safeParse(await readResult(directory, hash));
    if (!parsed.success) return false;
    for (const [name, bytes] of Object.entries(parsed.data.files ?? {})) {
      if ((await stat(join(directory, RUNS_FOLDER, hash, name))).size !== bytes) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Removes what an interruption left of runs that were not done. */
export async function removeUnfinished(directory: string): Promise<void> {
  const folder = join(directory, RUNS_FOLDER);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith("."))) await rm(join(folder, name), { recursive: true, force: true });
}

/** The result of a run that is done. */
export async function readResult(directory: string, hash: string): Promise<RunResult> {
  return JSON.parse(await readFile(resultFile(directory, hash), "utf8")) as RunResult;
}
