/**
 * The twin run (CASC-3): the same scenario and seed once more, with liquidations off the
 * book. Its directory lies within that of the base run and is one of a run like any other.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { agreementOf } from "../data/metrics/agreement.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { COUNTERFACTUAL_DIRECTORY, type Summary } from "../data/store/run-directory.ts";
import { openStore } from "../data/store/store.ts";
import { parseDuration, SimulationError, type SimulationResult } from "../sim/index.ts";
import { type RunCircumstances, type RunKind, runExperiment, writeExperiment, writeFailedExperiment } from "./experiment.ts";

/** A run, and its twin where the scenario asks for one. */
export interface RunPair {
  readonly base: SimulationResult;
  readonly twin: SimulationResult | null;
}

/** The twin failed when the base run had ended. */
export class TwinError extends Error {
  override readonly name = "TwinError";
  readonly base: SimulationResult;
  readonly failure: SimulationError;

  constructor(base: SimulationResult, failure: SimulationError) {
    super(failure.message, { cause: failure });
    this.base = base;
    this.failure = failure;
  }
}

/**
 * Runs a scenario, and after it its twin when `counterfactual` asks for one; the base run is the
 * same either way.
 * @param onProgress called at every mark with the part done of all there is to do, 0 to 1
 * @param kept where the rows of both wait to be written, and what the scenario names beside what there is
 * @throws InputError, SimulationError as `runExperiment`
 * @throws TwinError when the base run ended and the twin did not
 */
export async function runWithTwin(
  scenario: ResolvedScenario,
  onProgress: (part: number) => void = () => {},
  kept: Pick<RunKind, "rows" | "extensions"> = {},
): Promise<RunPair> {
  const runs = scenario.counterfactual ? 2 : 1;
  const base = await runExperiment(scenario, (part) => onProgress(part / runs), kept);
  if (!scenario.counterfactual) return { base, twin: null };
  try {
    const twin = await runExperiment(scenario, (part) => onProgress((1 + part) / runs), { ...kept, liquidationsOffBook: true });
    return { base, twin };
  } catch (error) {
    throw error instanceof SimulationError ? new TwinError(base, error) : error;
  }
}

/**
 * Writes a run as `writeExperiment` does, its twin into `counterfactual/` within, and
 * into the summary that of the twin and how far the two agree.
 * @param onWritten as of `RunKind`, called for each of the two
 * @param onMeasured as of `RunKind`, called for the base run
 * @returns the summary
 */
export async function writeWithTwin(
  directory: string,
  scenario: ResolvedScenario,
  { base, twin }: RunPair,
  circumstances: RunCircumstances,
  onWritten: RunKind["onWritten"] = undefined,
  onMeasured: RunKind["onMeasured"] = undefined,
): Promise<Summary> {
  const kept = onWritten === undefined ? {} : { onWritten };
  const summary = await writeExperiment(
    directory,
    scenario,
    base,
    circumstances,
    onMeasured === undefined ? kept : { ...kept, onMeasured },
  );
  if (twin === null) return summary;
  const inner = join(directory, COUNTERFACTUAL_DIRECTORY);
  const second = await writeExperiment(inner, scenario, twin, circumstances, { ...kept, liquidationsOffBook: true });
  const agreement = await compare(directory, inner, parseDuration(scenario.cascades.window, "cascades.window"));
  const whole: Summary = { ...summary, counterfactual: { ...second, agreement } };
  await writeFile(join(directory, "summary.json"), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

/**
 * Writes what was recorded of a pair whose twin failed: the base run as it ended, marked incomplete
 * since what the scenario asks for is not all there, and the twin as far as it came.
 */
export async function writeFailedTwin(
  directory: string,
  scenario: ResolvedScenario,
  { base, failure }: TwinError,
  circumstances: RunCircumstances,
): Promise<void> {
  await writeFailedExperiment(directory, scenario, failure, circumstances, { recorded: base });
  const inner = join(directory, COUNTERFACTUAL_DIRECTORY);
  await writeFailedExperiment(inner, scenario, failure, circumstances, { liquidationsOffBook: true });
}

async function compare(baseDirectory: string, twinDirectory: string, windowUs: number) {
  const base = await openStore(baseDirectory, { sparing: true, natural: false });
  try {
    const twin = await openStore(twinDirectory, { sparing: true, natural: false });
    try {
      return await agreementOf(base, twin, windowUs);
    } finally {
      twin.close();
    }
  } finally {
    base.close();
  }
}
