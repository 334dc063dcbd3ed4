/**
 * Block bootstrap of real returns: stretches of successive bars of a file, drawn at random and
 * put one after the other, so that a path has the file's returns and, within a block, their
 * order. Blocks are of equal length (Künsch 1989), or of a length drawn anew, geometric
 * (Politis and Romano 1994, the stationary bootstrap); after the last bar the first follows.
 *
 * At the end of each bar the path has moved by exactly the drawn bar's return, from close to
 * close. Within it, it goes by the bar's low and high, at a third and two thirds of it as
 * in `bars.ts`, straight in the logarithm.
 */
import ln from "@stdlib/math-base-special-ln";
import type { RandomStream } from "../../sim/kernel/random.ts";
import type { Bars } from "../sources/bars.ts";
import type { Grid, LogPath } from "./grid.ts";

/** What a bootstrap is made of. */
export interface BootstrapParameters {
  /** At least one; in the mean when `stationary`. */
  readonly barsPerBlock: number;
  readonly blocks: "stationary" | "fixed";
  /** Of every return. */
  readonly scale: number;
}

/**
 * The path. Takes two numbers a bar off the stream.
 * @param bars at least two; their interval is a whole number of steps
 * @param stream of the blocks
 */
export function bootstrapPath(
  { barsPerBlock, blocks, scale }: BootstrapParameters,
  bars: Bars,
  { steps, intervalUs }: Grid,
  stream: RandomStream,
): LogPath {
  const stepsPerBar = bars.intervalUs / intervalUs;
  const returnCount = bars.timeUs.length - 1;
  const path = new Float64Array(steps + 1);
  let reached = 0;
  let source = 0;
  let [first, second, close] = [0, 0, 0];
  for (let step = 1; step <= steps; step++) {
    const within = ((step - 1) % stepsPerBar) + 1;
    if (within === 1) {
      reached += close;
      const bar = (step - 1) / stepsPerBar;
      const [length, start] = [stream.next(), stream.below(returnCount)];
      const begins = bar === 0 || (blocks === "fixed" ? bar % barsPerBlock === 0 : length * barsPerBlock < 1);
      source = begins ? start : (source + 1) % returnCount;
      [first, second, close] = returnsOf(bars, source + 1);
    }
    path[step] = scale * (reached + along(within / stepsPerBar, first, second, close));
  }
  return path;
}

/** Of a bar, against the close before it: its first and second extreme and its close, as logarithms. */
function returnsOf(bars: Bars, bar: number): [first: number, second: number, close: number] {
  const before = bars.close[bar - 1] as number;
  const [open, high, low, close] = [bars.open[bar], bars.high[bar], bars.low[bar], bars.close[bar]] as [number, number, number, number];
  const [first, second] = close >= open ? [low, high] : [high, low];
  return [ln(first / before), ln(second / before), ln(close / before)];
}

function along(part: number, first: number, second: number, close: number): number {
  if (part >= 1) return close;
  const leg = Math.min(2, Math.floor(3 * part));
  const knots = [0, first, second, close];
  const [from, to] = [knots[leg] as number, knots[leg + 1] as number];
  return from + (to - from) * (3 * part - leg);
}
