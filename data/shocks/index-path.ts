/** The index price of a run, step by step: generated, or through the bars of a file. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { createStream } from "../../sim/kernel/random.ts";
import { parseDuration } from "../../sim/kernel/time.ts";
import { parseWhole } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import { compileTimes } from "../scenario/compile.ts";
import type { ResolvedScenario } from "../scenario/scenario-schema.ts";
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

/** Name of the random stream that a generated path draws from (TIME-2). */
export const SHOCK_STREAM = "shock/index";

/**
 * The index path of a scenario (MARK-4: with no feedback the index is exactly this).
 * @throws InputError when the file of bars cannot be used, or the path leaves the range of whole ticks
 */
export async function indexPath(scenario: ResolvedScenario, instrument: Instrument): Promise<IndexPath> {
  const { startUs, durationUs, indexIntervalUs: intervalUs } = compileTimes(scenario);
  const { shock } = scenario;
  if ("from" in shock) {
    const bars = await readBars(shock.from, { symbol: shock.symbol });
    const ticks = barsPath(bars, { startUs, durationUs, intervalUs, tickSize: instrument.tickSize, snap: shock.snap, file: shock.from });
    return { startUs, intervalUs, ticks };
  }
  const ticks = waypointsPath(
    {
      startTicks: parseWhole(shock.startPrice, instrument.tickSize, "shock.startPrice"),
      waypoints: shock.waypoints.map(({ at, change }) => ({ atUs: parseDuration(at, "shock.waypoints"), change })),
      interpolation: shock.interpolation,
      volatility: shock.volatility,
      durationUs,
      intervalUs,
    },
    createStream(scenario.seed, SHOCK_STREAM),
  );
  const bad = ticks.findIndex((tick) => !Number.isSafeInteger(tick));
  if (bad >= 0) throw new InputError("shock", `expected prices below 2^53 ticks, got ${ticks[bad]} at step ${bad}`);
  return { startUs, intervalUs, ticks };
}
