/** One run of a sweep, in a thread of its own: the module that the pool loads. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { writeAggregates } from "../../data/metrics/aggregates.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { RowFile } from "../../data/store/row-file.ts";
import { InputError, SimulationError } from "../../sim/index.ts";
import { runWithTwin, TwinError, writeWithTwin } from "../counterfactual.ts";
import type { Extensions } from "../extensions.ts";
import { asNamed, type ReadAt, scenarioToRead } from "./read-at.ts";
import { RESULT_FILE, type RunResult, resultFile } from "./run-files.ts";
import { writeSums } from "./sums.ts";

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
    for (const name of await readdir(partial)) {
      if (!kept.includes(name)) await rm(join(partial, name), { recursive: true, force: true });
    }
    await writeFile(join(partial, RESULT_FILE), `${JSON.stringify(ended)}\n`);
    await writeSums(partial);
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

async function runInto(partial: string, { scenario, version, readAt, extensions }: RunOf): Promise<RunResult> {
  const { seed } = scenario;
  const rows = new RowFile(partial);
  try {
    const runs = await runWithTwin(scenarioToRead(scenario, readAt), () => {}, { rows, extensions }).catch((error: unknown) => {
      if (error instanceof SimulationError || error instanceof TwinError || error instanceof InputError) return error;
      throw error;
    });
    // By its own doing, told in a line. What goes wrong in writing lies outside of the run.
    if (runs instanceof Error) return { seed, error: asNamed(runs.message, readAt).replace(/\s*\n\s*/g, " ") };
    // What depends on the clock goes into a manifest, and that is not kept.
    const summary = await writeWithTwin(partial, scenario, runs, { version, startedAt: "", wallSeconds: 0 }, undefined, (store) =>
      writeAggregates(store, partial),
    );
    return { seed, digest: runs.base.digest, summary };
  } finally {
    rows.close();
  }
}
