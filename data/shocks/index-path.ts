/** The index prices of a run, step by step: generated, or through the bars of a file. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { createStream } from "../../sim/kernel/random.ts";
import { parseDuration } from "../../sim/kernel/time.ts";
import { parseWhole } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import { compileTimes } from "../scenario/compile.ts";
import { dotted } from "../scenario/path.ts";
import type { ResolvedScenario } from "../scenario/scenario-schema.ts";
import { type ContractShock, shocksOf } from "../scenario/shocks.ts";
import { readBars } from "../sources/read-bars.ts";
import { barsPath } from "./bars.ts";
import { waypointsPath } from "./waypoints.ts";

/** The index in whole ticks at the start, one interval later, … and at the end: duration ÷ interval + 1 of them. */
export interface IndexPath {
  /** Since the Unix epoch. */
  readonly startUs: number;
  readonly intervalUs: number;
  readonly ticks: Float64Array;
}

/** Name of the random stream that a generated path draws from (TIME-2); those of further contracts have their symbol in it. */
export const SHOCK_STREAM = "shock/index";

/**
 * The index path of each contract of a scenario, all at the same times (MARK-4: with no feedback the index is exactly this).
 * @param instruments the contracts of the scenario, in its order
 * @throws InputError when a file of bars cannot be used, or a path leaves the range of whole ticks
 */
export async function indexPaths(scenario: ResolvedScenario, instruments: readonly Instrument[]): Promise<IndexPath[]> {
  const { startUs, indexIntervalUs: intervalUs } = compileTimes(scenario);
  const paths: IndexPath[] = [];
  for (const [number, own] of shocksOf(scenario).entries()) {
    const stream = number === 0 ? SHOCK_STREAM : `${SHOCK_STREAM}/${own.symbol}`;
    paths.push({ startUs, intervalUs, ticks: await ticksOf(scenario, own, (instruments[number] as Instrument).tickSize, stream) });
  }
  return paths;
}

async function ticksOf(
  scenario: ResolvedScenario,
  { shock, path }: ContractShock,
  tickSize: string,
  stream: string,
): Promise<Float64Array> {
  const { startUs, durationUs, indexIntervalUs: intervalUs } = compileTimes(scenario);
  const where = dotted(path);
  if ("from" in shock) {
    const bars = await readBars(shock.from, { symbol: shock.symbol, table: shock.table });
    return barsPath(bars, { startUs, durationUs, intervalUs, tickSize, snap: shock.snap, file: shock.from });
  }
  const ticks = waypointsPath(
    {
      startTicks: parseWhole(shock.startPrice, tickSize, `${where}.startPrice`),
      waypoints: shock.waypoints.map(({ at, change }) => ({ atUs: parseDuration(at, `${where}.waypoints`), change })),
      interpolation: shock.interpolation,
      volatility: shock.volatility,
      durationUs,
      intervalUs,
    },
    createStream(scenario.seed, stream),
  );
  const bad = ticks.findIndex((tick) => !Number.isSafeInteger(tick));
  if (bad >= 0) throw new InputError(where, `expected prices below 2^53 ticks, got ${ticks[bad]} at step ${bad}`);
  return ticks;
}
