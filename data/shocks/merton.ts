/**
 * Jump diffusion (Merton 1976, "Option pricing when underlying stock returns are
 * discontinuous"): a geometric Brownian motion and jumps that come independently of it and
 * of each other. What jumps take in the mean the drift gives back between them, so that
 * the expected price grows by the drift alone.
 */
import exp from "@stdlib/math-base-special-exp";
import type { RandomStream } from "../../sim/kernel/random.ts";
import type { GbmParameters } from "./gbm.ts";
import { DAY_US, type Grid, type LogPath, type NormalDraw, YEAR_US } from "./grid.ts";
import { type JumpSizes, Jumps } from "./jumps.ts";

/** What a jump diffusion is made of. */
export interface MertonParameters extends GbmParameters {
  readonly jumps: JumpSizes & {
    /** Expected in a day. */
    readonly perDay: number;
  };
}

/**
 * The path. Takes one draw a step, and three numbers off the jumps' stream.
 * @param stream of the jumps
 */
export function mertonPath(
  { drift, volatility, jumps }: MertonParameters,
  { steps, intervalUs }: Grid,
  normal: NormalDraw,
  stream: RandomStream,
): LogPath {
  const years = intervalUs / YEAR_US;
  const expected = (jumps.perDay * intervalUs) / DAY_US;
  // e^(mean + deviation² ÷ 2) is what a jump multiplies the price by in the mean.
  const compensation = expected * (exp(jumps.mean + (jumps.deviation * jumps.deviation) / 2) - 1);
  const trend = (drift - (volatility * volatility) / 2) * years - compensation;
  const deviation = volatility * Math.sqrt(years);
  const drawn = new Jumps(jumps, stream);
  const path = new Float64Array(steps + 1);
  for (let step = 1; step <= steps; step++) path[step] = (path[step - 1] as number) + trend + deviation * normal() + drawn.next(expected);
  return path;
}
