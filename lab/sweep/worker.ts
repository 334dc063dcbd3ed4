/** One run of a sweep, in a thread of its own: the module that the pool loads. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { RowFile } from "../../data/store/row-file.ts";
import { InputError, SimulationError } from "../../sim/index.ts";
import { runWithTwin, TwinError, writeWithTwin } from "../counterfactual.ts";
import { type RunResult, resultFile } from "./run-files.ts";

/** What a worker is told. */
export interface RunTask {
  /** Of the sweep. */
  readonly directory: string;
  readonly hash: string;
  readonly scenario: ResolvedScenario;
  /** Names of the tables to keep; others are only measured. */
  readonly tables: readonly string[];
  /** Of Breakwater. */
  readonly version: string;
}

/**
 * Runs a scenario and puts its directory in place when it is whole. A run that fails by its own doing leaves its error.
 * @throws Error for what lies outside of the run, such as a full disk: then nothing is left
 */
export default async function runTask({ directory, hash, scenario, tables, version }: RunTask): Promise<void> {
  const target = dirname(resultFile(directory, hash));
  const partial = join(dirname(target), `.${hash}-${process.pid}-${threadId}`);
  await mkdir(partial, { recursive: true });
  try {
    const result = await runInto(partial, scenario, version);
    const kept = "error" in result ? [] : tables.map((table) => `${table}.parquet`);
    for (const name of await readdir(partial)) {
      if (!kept.includes(name)) await rm(join(partial, name), { recursive: true, force: true });
    }
    await writeFile(join(partial, "result.json"), `${JSON.stringify(result)}\n`);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function runInto(partial: string, scenario: ResolvedScenario, version: string): Promise<RunResult> {
  const { seed } = scenario;
  const rows = new RowFile(partial);
  try {
    const runs = await runWithTwin(scenario, () => {}, { rows });
    // What depends on the clock goes into a manifest, and that is not kept.
    const summary = await writeWithTwin(partial, scenario, runs, { version, startedAt: "", wallSeconds: 0 });
    return { seed, digest: runs.base.digest, summary };
  } catch (error) {
    if (!(error instanceof SimulationError || error instanceof TwinError || error instanceof InputError)) throw error;
    return { seed, error: error.message };
  } finally {
    rows.close();
  }
}
