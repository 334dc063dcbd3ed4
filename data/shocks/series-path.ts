/**
 * A price path through a series of prices at irregular times: each step has the last price up
 * to its instant. Prices between two steps are passed over. Where a price is older than
 * `maxGapUs` before the next comes there is a gap: refused, held until its end, or gone
 * through straight from its beginning to its end.
 */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatDuration, formatTime } from "../../sim/kernel/time.ts";
import { parseWhole, snapWhole } from "../../sim/venue/decimal.ts";
import { multiplyDivide } from "../../sim/venue/whole.ts";
import type { PriceSeries } from "./price-series.ts";

/** What part of the series to follow, and how. */
export interface SeriesPathOptions {
  /** Since the Unix epoch. */
  readonly startUs: number;
  /** A whole number of intervals. */
  readonly durationUs: number;
  readonly intervalUs: number;
  /** How long the series' time takes: 2 makes each of its seconds two of the path's, from the start on. */
  readonly stretch: number;
  readonly tickSize: string;
  readonly snap: boolean;
  readonly gaps: "refuse" | "hold" | "interpolate";
  /** Of the series' own time. */
  readonly maxGapUs: number;
  /** What errors name. */
  readonly file: string;
}

/**
 * The path in whole ticks at the start, one interval later, … and at the end.
 * @throws InputError naming row and price when a price is no whole tick and `snap` is off, or
 *   rounds to none; for a gap that is refused, naming where it begins and how long it is
 */
export function seriesPath(series: PriceSeries, options: SeriesPathOptions): Float64Array {
  const { startUs, durationUs, intervalUs, stretch, gaps, maxGapUs } = options;
  const { timeUs } = series;
  const path = new Float64Array(durationUs / intervalUs + 1);
  let row = -1;
  let [ticks, next] = [0, 0];
  let isGap = false;
  for (let step = 0; step < path.length; step++) {
    const nowUs = startUs + (step * intervalUs) / stretch;
    const before = row;
    while (row + 1 < timeUs.length && (timeUs[row + 1] as number) <= nowUs) {
      row++;
      isGap = row + 1 < timeUs.length && (timeUs[row + 1] as number) - (timeUs[row] as number) > maxGapUs;
      // Of all that the path goes through, also where it steps over.
      const isMet = isGap && (timeUs[row + 1] as number) > startUs && (timeUs[row] as number) < startUs + durationUs / stretch;
      if (isMet && gaps === "refuse") throw gapError(series, row, options);
    }
    if (row !== before) {
      ticks = ticksOf(series, row, options);
      if (isGap && gaps === "interpolate") next = ticksOf(series, row + 1, options);
    }
    path[step] = ticks;
    if (!isGap || gaps !== "interpolate") continue;
    const [fromUs, toUs] = [timeUs[row] as number, timeUs[row + 1] as number];
    path[step] = ticks + multiplyDivide(next - ticks, Math.round(nowUs - fromUs), toUs - fromUs, "half-even");
  }
  return path;
}

function gapError({ timeUs, rowName }: PriceSeries, row: number, { file, maxGapUs }: SeriesPathOptions): InputError {
  const [from, to] = [timeUs[row] as number, timeUs[row + 1] as number];
  const more = `more than maxGap, ${formatDuration(maxGapUs)}`;
  return new InputError(`${file}: ${rowName(row + 1)}`, `no price for ${formatDuration(to - from)} after ${formatTime(from)}, ${more}`);
}

function ticksOf({ price, rowName }: PriceSeries, row: number, { tickSize, snap, file }: SeriesPathOptions): number {
  const text = String(price[row]);
  const where = `${file}: ${rowName(row)}: price`;
  const ticks = snap ? snapWhole(text, tickSize, where) : parseWhole(text, tickSize, where);
  if (ticks < 1) throw new InputError(where, `expected at least one tick of ${tickSize}, got ${text}`);
  return ticks;
}
