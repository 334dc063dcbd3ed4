/**
 * A price path through recorded bars.
 *
 * Bars do not say in which order their prices were traded. Inside a bar the path goes
 * open → low → high → close when the close is not below the open, else open → high →
 * low → close: at its opening, a third, two thirds and at its end, straight between.
 * From the end of one bar to the opening of the next it jumps, at the opening.
 *
 * The path is sampled every interval. A bar's two extremes are taken by the sample
 * nearest to their instant (of two, the earlier): exactly at it whenever the interval
 * divides a third of the bar and the run starts on such a step. With at least four
 * samples a bar every high and low of every whole bar is therefore in the path, and
 * coarser intervals are refused. A run that starts or ends within a bar has only those
 * of its extremes that lie in the run.
 */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatTime } from "../../sim/kernel/time.ts";
import { parseWhole, snapWhole } from "../../sim/venue/decimal.ts";
import { multiplyDivide } from "../../sim/venue/whole.ts";
import { SAMPLES_PER_BAR_LEAST } from "../scenario/consistency.ts";
import type { Bars } from "../sources/bars.ts";

/** A price of fewer ticks would be snapped by half a per cent and more: the path would no longer be that of the bars. */
const TICKS_SNAPPED_LEAST = 100;

/** What part of the bars to follow, and how. */
export interface BarsPathOptions {
  /** Since the Unix epoch; with the duration within what the bars cover. */
  readonly startUs: number;
  /** A whole number of intervals. */
  readonly durationUs: number;
  /** At most a quarter of the bars' interval. */
  readonly intervalUs: number;
  readonly tickSize: string;
  /** Whether prices between two ticks go to the nearest one instead of being refused (UNIT-2). */
  readonly snap: boolean;
  /** What errors name. */
  readonly file: string;
}

/** From which instant to which bars reach: from the first opening to the last end. */
export function coverageOf(bars: Bars): { startUs: number; endUs: number } {
  const count = bars.timeUs.length;
  return { startUs: bars.timeUs[0] as number, endUs: (bars.timeUs[count - 1] as number) + bars.intervalUs };
}

/**
 * The path in whole ticks at the start, one interval later, … and at the end.
 * @throws InputError naming bar, column and price when a price is no whole tick and `snap` is
 *   off, or rounds to zero ticks; also for an interval too coarse and a run beyond the bars
 */
export function barsPath(bars: Bars, options: BarsPathOptions): Float64Array {
  const { startUs, durationUs, intervalUs, file } = options;
  const { startUs: firstUs, endUs } = coverageOf(bars);
  const barUs = bars.intervalUs;
  if (startUs < firstUs || startUs + durationUs > endUs) {
    throw new InputError(
      file,
      `covers ${formatTime(firstUs)} to ${formatTime(endUs)}, got ${formatTime(startUs)} to ${formatTime(startUs + durationUs)}`,
    );
  }
  if (intervalUs * SAMPLES_PER_BAR_LEAST > barUs)
    throw new InputError(file, `bars of ${barUs} us need an interval of at most a quarter, got ${intervalUs} us`);

  const path = new Float64Array(durationUs / intervalUs + 1);
  const firstBar = Math.floor((startUs - firstUs) / barUs);
  const lastBar = Math.min(bars.timeUs.length - 1, Math.floor((startUs + durationUs - firstUs) / barUs));
  for (let bar = firstBar; bar <= lastBar; bar++) {
    const knots = knotsOf(bars, bar, options);
    const openUs = (bars.timeUs[bar] as number) - startUs;
    const from = Math.max(0, Math.ceil(openUs / intervalUs));
    // The end of a bar is the opening of the next one, but for the last.
    const to = Math.min(path.length - 1, Math.floor((openUs + barUs) / intervalUs));
    for (let step = from; step <= to; step++) path[step] = priceAt(knots, step * intervalUs - openUs, barUs);
    for (const third of [1, 2] as const) {
      // In thirds of a microsecond, so that a bar's third is a whole number.
      const instant = 3 * openUs + third * barUs;
      const step = Math.ceil((instant - 1.5 * intervalUs) / (3 * intervalUs));
      if (instant >= 0 && instant <= 3 * durationUs) path[step] = knots[third];
    }
  }
  return path;
}

type Knots = readonly [open: number, first: number, second: number, close: number];

/** The four prices of a bar in the order of the path, in ticks. */
function knotsOf(bars: Bars, bar: number, options: BarsPathOptions): Knots {
  const open = ticksOf(bars, "open", bar, options);
  const high = ticksOf(bars, "high", bar, options);
  const low = ticksOf(bars, "low", bar, options);
  const close = ticksOf(bars, "close", bar, options);
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}

function priceAt(knots: Knots, sinceOpenUs: number, barUs: number): number {
  const leg = Math.min(2, Math.floor((3 * sinceOpenUs) / barUs));
  const [from, to] = [knots[leg] as number, knots[leg + 1] as number];
  return from + multiplyDivide(to - from, 3 * sinceOpenUs - leg * barUs, barUs, "half-even");
}

function ticksOf(bars: Bars, column: "open" | "high" | "low" | "close", bar: number, options: BarsPathOptions): number {
  // The shortest decimal that is this double: what the file said.
  const price = String(bars[column][bar]);
  const where = `${options.file}: bar ${formatTime(bars.timeUs[bar] as number)}: ${column}`;
  // A bar that was put in the place of a missing one has no prices of the file.
  const ticks =
    options.snap || bars.filled?.[bar] === 1 ? snapWhole(price, options.tickSize, where) : wholeTicks(price, options.tickSize, where);
  if (ticks < 1) throw new InputError(where, `expected at least one tick of ${options.tickSize}, got ${price}`);
  if (options.snap && ticks < TICKS_SNAPPED_LEAST) {
    throw new InputError(
      where,
      `${price} is only ${ticks} ticks of ${options.tickSize}: too coarse to snap to, take a contract with a finer tick`,
    );
  }
  return ticks;
}

function wholeTicks(price: string, tickSize: string, where: string): number {
  try {
    return parseWhole(price, tickSize, where);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError("", `${error.message} (with "snap": true in shock it would be the nearest)`);
  }
}
