/** One run of a sweep, in a thread of its own: the module that the pool loads. */
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { writeAggregates } from "../../data/metrics/aggregates.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { RowFile } from "../../data/store/row-file.ts";
import { InputError, SimulationError } from "../../sim/index.ts";
import { runWithTwin, TwinError, writeWithTwin } from "../counterfactual.ts";
import type { Extensions } from "../extensions.ts";
import { asNamed, type ReadAt, scenarioToRead } from "./read-at.ts";
import { type RunResult, resultFile } from "./run-files.ts";

/** What a worker is told. */
export interface RunTask {
  /** Of the sweep. */
  readonly directory: string;
  readonly hash: string;
  readonly scenario: ResolvedScenario;
  /** Names of the tables to keep, those of the sweep's pictures too; others are only measured. */
  readonly tables: readonly string[];
  /** Of Breakwater. */
  readonly version: string;
  /** Where files are that the scenario reads, if not where it says. */
  readonly readAt?: ReadAt;
}

/**
 * Runs a scenario and puts its directory in place when it is whole. A run that fails by its own doing leaves its error.
 * @throws Error for what lies outside of the run, such as a full disk: then nothing is left
 */
export default function runTask(task: RunTask): Promise<void> {
  return runExtended(task, {});
}

/** As `runTask`, of a scenario that names agents or policies which no other thread knows. */
export async function runExtended(
  { directory, hash, scenario, tables, version, readAt = {} }: RunTask,
  extensions: Extensions,
): Promise<void> {
  const target = dirname(resultFile(directory, hash));
  const partial = join(dirname(target), `.${hash}-${process.pid}-${threadId}`);
  await mkdir(partial, { recursive: true });
  try {
    const ended = await runInto(partial, { scenario, version, readAt, extensions });
    const kept = "error" in ended ? [] : tables.map((table) => `${table}.parquet`);
    const files: Record<string, number> = {};
    for (const name of (await readdir(partial)).sort()) {
      if (kept.includes(name)) files[name] = (await stat(join(partial, name))).size;
      else await rm(join(partial, name), { recursive: true, force: true });
    }
    const result: RunResult = "error" in ended ? ended : { ...ended, files };
    await writeFile(join(partial, "result.json"), `${JSON.stringify(result)}\n`);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

interface RunOf {
  readonly scenario: ResolvedScenario;
  readonly version: string;
  readonly readAt: ReadAt;
  readonly extensions: Extensions;
}

type Ended = { readonly seed: number; readonly error: string } | Omit<Extract<RunResult, { digest: string }>, "files">;

async function runInto(partial: string, { scenario, version, readAt, extensions }: RunOf): Promise<Ended> {
  const { seed } = scenario;
  const rows = new RowFile(partial);
  try {
    const runs = await runWithTwin(scenarioToRead(scenario, readAt), () => {}, { rows, extensions }).catch((error: unknown) => {
      if (error instanceof SimulationError || error instanceof TwinError || error instanceof InputError) return error;
      throw error;
    });
    // By its own doing. What goes wrong in writing lies outside of the run.
    if (runs instanceof Error) return { seed, error: asNamed(runs.message, readAt) };
    // What depends on the clock goes into a manifest, and that is not kept.
    const summary = await writeWithTwin(partial, scenario, runs, { version, startedAt: "", wallSeconds: 0 }, undefined, (store) =>
      writeAggregates(store, partial),
    );
    return { seed, digest: runs.base.digest, summary };
  } finally {
    rows.close();
  }
}
