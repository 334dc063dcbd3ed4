/**
 * Jumps that bring about others (Hawkes 1971; of prices Aït-Sahalia, Cacho-Diaz and Laeven
 * 2015): each raises the intensity at once, and what it raised it by halves every half-life.
 * `branching` is how many jumps one brings about in the mean, so that 1 ÷ (1 − branching)
 * is the mean size of a cluster, and `perDay` ÷ (1 − branching) how many there are a day in the end.
 *
 * Within a step the intensity stands still: the jumps of a step bring about others from the
 * next step on, each exactly `branching` in the mean. The run begins with none on the way.
 * Nothing gives back what jumps take: `drift` is what the price does between them.
 */
import exp from "@stdlib/math-base-special-exp";
import type { RandomStream } from "../../sim/kernel/random.ts";
import { DAY_US, type Grid, type LogPath, type NormalDraw, YEAR_US } from "./grid.ts";
import { type JumpSizes, Jumps } from "./jumps.ts";

/** What the process is made of. */
export interface HawkesParameters {
  /** Mean of log returns without jumps, a year. */
  readonly drift: number;
  /** Annualised, of what moves the price beside jumps. */
  readonly volatility: number;
  readonly jumps: JumpSizes & {
    /** Expected in a day of those that no jump brought about. */
    readonly perDay: number;
    /** Below 1. */
    readonly branching: number;
    readonly halfLifeUs: number;
  };
}

/**
 * The path. Takes one draw a step, and three numbers off the jumps' stream.
 * @param stream of the jumps
 */
export function hawkesPath(
  { drift, volatility, jumps }: HawkesParameters,
  { steps, intervalUs }: Grid,
  normal: NormalDraw,
  stream: RandomStream,
): LogPath {
  const years = intervalUs / YEAR_US;
  const base = (jumps.perDay * intervalUs) / DAY_US;
  const kept = exp((-Math.LN2 * intervalUs) / jumps.halfLifeUs);
  const deviation = volatility * Math.sqrt(years);
  const drawn = new Jumps(jumps, stream);
  const path = new Float64Array(steps + 1);
  let onTheWay = 0;
  for (let step = 1; step <= steps; step++) {
    const moved = drift * years + deviation * normal() + drawn.next(base + onTheWay * (1 - kept));
    path[step] = (path[step - 1] as number) + moved;
    onTheWay = onTheWay * kept + jumps.branching * drawn.count;
  }
  return path;
}
