/** The index prices of a run, step by step: generated, through the recording of a file, or along a known crash. */
import { InputError } from "../../sim/kernel/input-error.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import { compileTimes } from "../scenario/compile.ts";
import { dotted } from "../scenario/path.ts";
import type { ResolvedScenario } from "../scenario/scenario-schema.ts";
import { type ContractShock, shocksOf } from "../scenario/shocks.ts";
import { generatedPath } from "./generate.ts";
import { openRecording, type RunTimes } from "./recorded.ts";
import { type ShockDraws, shockDraws } from "./shock-draws.ts";
import { pathOfTemplate, readTemplate, waypointsOfTemplate } from "./templates.ts";
import { waypointsPath } from "./waypoints.ts";

/** The index in whole ticks at the start, one interval later, … and at the end: duration ÷ interval + 1 of them. */
export interface IndexPath {
  /** Since the Unix epoch. */
  readonly startUs: number;
  readonly intervalUs: number;
  readonly ticks: Float64Array;
}

/**
 * The index path of each contract of a scenario, all at the same times (MARK-4: with no feedback the index is exactly this).
 * @param instruments the contracts of the scenario, in its order
 * @throws InputError when a file cannot be used, or a path leaves the range of whole ticks
 */
export async function indexPaths(scenario: ResolvedScenario, instruments: readonly Instrument[]): Promise<IndexPath[]> {
  const { startUs, durationUs, indexIntervalUs: intervalUs } = compileTimes(scenario);
  const times = { startUs, durationUs, intervalUs };
  const drawsOf = shockDraws(scenario, durationUs / intervalUs);
  const paths: IndexPath[] = [];
  for (const [number, own] of shocksOf(scenario).entries()) {
    const ticks = await ticksOf(own, times, (instruments[number] as Instrument).tickSize, drawsOf(own.symbol));
    const bad = ticks.findIndex((tick) => !Number.isSafeInteger(tick));
    if (bad >= 0) throw new InputError(dotted(own.path), `expected prices below 2^53 ticks, got ${ticks[bad]} at step ${bad}`);
    paths.push({ startUs, intervalUs, ticks });
  }
  return paths;
}

async function ticksOf({ shock, path }: ContractShock, times: RunTimes, tickSize: string, draws: ShockDraws): Promise<Float64Array> {
  if ("from" in shock) return (await openRecording(shock)).path(times, tickSize);
  if ("generate" in shock) {
    const { durationUs, intervalUs } = times;
    return generatedPath(shock, { steps: durationUs / intervalUs, intervalUs, tickSize, where: dotted(path) }, draws);
  }
  const template = pathOfTemplate(await readTemplate(shock.template), shock);
  return waypointsPath({ ...waypointsOfTemplate(template, shock, tickSize), ...times }, draws.normal);
}
