/** What each run of a sweep leaves while the sweep lasts: `runs/<hash>/`, whole or not at all. */
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import type { Summary } from "../../data/store/run-directory.ts";
import { canonicalJson } from "../canonical-json.ts";
import { areWhole } from "./sums.ts";

/** Within the sweep's directory. */
export const RUNS_FOLDER = "runs";
export const RESULT_FILE = "result.json";

/** How a run ended: measured, or with an error. It depends on the scenario and its seed alone. */
export type RunResult =
  | { readonly seed: number; readonly digest: string; readonly summary: Summary }
  | { readonly seed: number; readonly error: string };

/** What decides a run: the resolved scenario with its seed. 32 hex digits of its SHA-256, fields in any order. */
export function runHash(scenario: ResolvedScenario): string {
  return createHash("sha256").update(canonicalJson(scenario)).digest("hex").slice(0, 32);
}

/** Where a run's result is in its directory. */
export function resultFile(directory: string, hash: string): string {
  return join(directory, RUNS_FOLDER, hash, RESULT_FILE);
}

/** Where a run's table is, if it has it. */
export function shardFile(directory: string, hash: string, table: string): string {
  return join(directory, RUNS_FOLDER, hash, `${table}.parquet`);
}

/** Hashes of the runs that are done. What is not as the run left it, such as a file cut short by a power loss, is removed. */
export async function finishedRuns(directory: string): Promise<Set<string>> {
  const names = await readdir(join(directory, RUNS_FOLDER)).catch(() => []);
  const finished = new Set<string>();
  for (const hash of names.filter((name) => !name.startsWith("."))) {
    const folder = join(directory, RUNS_FOLDER, hash);
    if (await areWhole(folder, [RESULT_FILE])) finished.add(hash);
    else await rm(folder, { recursive: true, force: true });
  }
  return finished;
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
