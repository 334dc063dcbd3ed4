/** What a file has recorded, as a shock: its bars or its prices, stretched, deepened, from another start. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatTime, parseDuration } from "../../sim/kernel/time.ts";
import { formatWhole, parseWhole, snapWhole } from "../../sim/venue/decimal.ts";
import type { RecordedShock } from "../scenario/shock-schema.ts";
import type { Bars } from "../sources/bars.ts";
import { barsPath, coverageOf } from "./bars.ts";
import type { PriceSeries } from "./price-series.ts";
import { barsOf, pricesOf } from "./read-recorded.ts";
import { fineTick, rebase } from "./rebase.ts";
import { seriesPath } from "./series-path.ts";

/** What is a gap in a series of prices, where a scenario does not say. */
const MAX_GAP = "1m";

/** When a run is, and how fine. */
export interface RunTimes {
  /** Since the Unix epoch. */
  readonly startUs: number;
  /** A whole number of intervals. */
  readonly durationUs: number;
  readonly intervalUs: number;
}

/** A file that a shock is read from. */
export interface Recording {
  /** What it covers, in its own time, microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly endUs: number;
  /** Of bars, as the run sees them; null for a series of prices. */
  readonly barIntervalUs: number | null;
  /**
   * The path in whole ticks.
   * @throws InputError naming file and place in it: a price that is no whole tick, a gap, a run beyond what is covered
   */
  readonly path: (times: RunTimes, tickSize: string) => Float64Array;
}

/**
 * Opens the file of a shock.
 * @throws InputError when it cannot be used
 */
export async function openRecording(shock: RecordedShock): Promise<Recording> {
  return shock.series === "bars" ? openBars(shock) : openPrices(shock);
}

async function openBars(shock: RecordedShock): Promise<Recording> {
  const { from, symbol, table, gaps, stretch } = shock;
  const bars = await barsOf(from, { symbol, table, gaps });
  const { startUs, endUs } = coverageOf(bars);
  return {
    startUs,
    endUs,
    barIntervalUs: Math.round(bars.intervalUs * stretch),
    path: (times, tickSize) => {
      checkCoverage(shock, { startUs, endUs }, times);
      const stretched = stretchBars(bars, times.startUs, stretch);
      const follow = (tick: string, snap: boolean) => barsPath(stretched, { ...times, tickSize: tick, snap, file: from });
      return fitted(shock, tickSize, fineTick(highestOf(bars.high)), follow);
    },
  };
}

async function openPrices(shock: RecordedShock): Promise<Recording> {
  const { from, symbol, gaps, stretch } = shock;
  const series: PriceSeries = await pricesOf(from, symbol);
  const [startUs, endUs] = [series.timeUs[0] as number, series.timeUs.at(-1) as number];
  const maxGapUs = parseDuration(shock.maxGap ?? MAX_GAP, "maxGap");
  return {
    startUs,
    endUs,
    barIntervalUs: null,
    path: (times, tickSize) => {
      checkCoverage(shock, { startUs, endUs }, times);
      const follow = (tick: string, snap: boolean) =>
        seriesPath(series, { ...times, tickSize: tick, snap, stretch, gaps, maxGapUs, file: from });
      return fitted(shock, tickSize, fineTick(highestOf(series.price)), follow);
    },
  };
}

/** The run's time goes through the file's at one part of its speed, from the run's start on. */
function checkCoverage({ from, stretch }: RecordedShock, covered: { startUs: number; endUs: number }, times: RunTimes): void {
  const untilUs = times.startUs + times.durationUs / stretch;
  if (times.startUs >= covered.startUs && untilUs <= covered.endUs) return;
  const [first, last] = [formatTime(covered.startUs), formatTime(covered.endUs)];
  throw new InputError(from, `covers ${first} to ${last}, got ${formatTime(times.startUs)} to ${formatTime(Math.ceil(untilUs))}`);
}

/** Bars that take `stretch` times as long, around the instant at which the run begins. */
function stretchBars(bars: Bars, startUs: number, stretch: number): Bars {
  if (stretch === 1) return bars;
  const intervalUs = Math.round(bars.intervalUs * stretch);
  const before = ((startUs - (bars.timeUs[0] as number)) * intervalUs) / bars.intervalUs;
  const firstUs = startUs - Math.round(before);
  return { ...bars, intervalUs, timeUs: bars.timeUs.map((_, bar) => firstUs + bar * intervalUs) };
}

/** The path as it is in the contract's ticks, or, where prices become others, first in finer ones. */
function fitted(
  { startPrice, scale, snap }: RecordedShock,
  tickSize: string,
  fine: string,
  follow: (tickSize: string, snap: boolean) => Float64Array,
): Float64Array {
  if (startPrice === undefined && scale === 1) return follow(tickSize, snap);
  const path = follow(fine, true);
  const start =
    startPrice === undefined
      ? snapWhole(formatWhole(path[0] as number, fine), tickSize, "startPrice")
      : parseWhole(startPrice, tickSize, "startPrice");
  return rebase(path, Math.max(1, start), scale);
}

function highestOf(prices: Float64Array): number {
  let highest = 0;
  for (const price of prices) highest = Math.max(highest, price);
  return highest;
}
