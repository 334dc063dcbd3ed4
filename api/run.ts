/** Runs of a scenario: in memory alone, or with tables that can be asked. */
import { dirname, join } from "node:path";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { openRuns } from "../data/store/catalogue.ts";
import { RowFile } from "../data/store/row-file.ts";
import type { Summary } from "../data/store/run-directory.ts";
import { runWithTwin, writeWithTwin } from "../lab/counterfactual.ts";
import { runExperiment } from "../lab/experiment.ts";
import { checkTarget, writeWhole } from "../lab/run-directory.ts";
import { packageVersion } from "../lab/version.ts";
import { writeReport } from "../reports/write-report.ts";
import type { SimulationResult } from "../sim/index.ts";
import { checkOptions } from "./options.ts";
import { type Results, resultsOf } from "./results.ts";
import { SCENARIO_OPTIONS, type ScenarioOptions, type ScenarioSource, scenarioOf } from "./scenario.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** How a scenario is run. */
export interface RunOptions extends ScenarioOptions {
  /** Called at every mark with the part done, 0 to 1. */
  readonly onProgress?: (part: number) => void;
  /** Where tables, summary and manifest go. Left out: a temporary folder, which `close` removes, at the latest the end of the program. */
  readonly directory?: string;
  /** Replaces a run that the directory holds already. */
  readonly overwrite?: boolean;
  /** Writes `report.html` into the directory too. */
  readonly report?: boolean;
}

const SIMULATE_OPTIONS = { ...SCENARIO_OPTIONS, onProgress: true } as const;
const RUN_OPTIONS: Readonly<Record<keyof RunOptions, true>> = { ...SIMULATE_OPTIONS, directory: true, overwrite: true, report: true };

/** A finished run, its tables open. */
export interface Run extends Results {
  /** As resolved. */
  readonly scenario: ResolvedScenario;
  /** The figures that matter (`summary.json`): amounts as exact decimal text, ratios and seconds as numbers. */
  readonly summary: Summary;
  /** The same for the same scenario and seed, wherever it runs. */
  readonly digest: string;
}

/**
 * Runs a scenario and opens its tables.
 *
 *     const crash = await run("flash-crash", { set: { "population.accounts": 2000 }, seed: 8 });
 *     console.log(crash.digest, crash.summary.funds);
 *     crash.close();
 *
 * @throws InputError for a scenario that is none, and for a directory that cannot be taken: before anything is simulated
 * @throws SimulationError naming seed, event and time when an invariant breaks or an agent fails; nothing is kept
 */
export async function run(source: ScenarioSource, options: RunOptions = {}): Promise<Run> {
  checkOptions(options, RUN_OPTIONS);
  const scenario = await scenarioOf(source, options);
  const temporary = options.directory === undefined ? temporaryFolder() : null;
  const directory = options.directory ?? join((temporary as TemporaryFolder).path, "run");
  try {
    const summary = await runInto(directory, scenario, options);
    const opened = await openRuns(directory);
    return { scenario, summary, digest: summary.digest, ...resultsOf(directory, opened, () => temporary?.remove()) };
  } catch (error) {
    temporary?.remove();
    throw error;
  }
}

/**
 * Runs a scenario in memory and writes nothing: its digest and its recorded tables in whole units (`breakwater/sim`).
 *
 *     const { digest, record } = await simulate("flash-crash", { set: { "population.accounts": 2000 } });
 *     console.log(digest, record.trades.rowCount);
 *
 * @throws InputError, SimulationError as `run`
 */
export async function simulate(
  source: ScenarioSource,
  options: Pick<RunOptions, keyof ScenarioOptions | "onProgress"> = {},
): Promise<SimulationResult> {
  checkOptions(options, SIMULATE_OPTIONS);
  return runExperiment(await scenarioOf(source, options), options.onProgress, { extensions: options });
}

async function runInto(directory: string, scenario: ResolvedScenario, options: RunOptions): Promise<Summary> {
  const overwrite = options.overwrite === true;
  await checkTarget(directory, overwrite);
  const rows = new RowFile(dirname(directory));
  rows.open(directory);
  try {
    const startedAt = new Date().toISOString();
    const startMs = performance.now();
    const runs = await runWithTwin(scenario, options.onProgress, { rows, extensions: options });
    const wallSeconds = Math.round(performance.now() - startMs) / 1000;
    let summary: Summary | undefined;
    await writeWhole(directory, overwrite, async (partial) => {
      summary = await writeWithTwin(partial, scenario, runs, { version: packageVersion(), startedAt, wallSeconds });
      if (options.report === true) await writeReport(partial);
    });
    return summary as Summary;
  } finally {
    rows.close();
  }
}
