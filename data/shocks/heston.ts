/**
 * Stochastic volatility (Heston 1993): the variance is pulled back to its mean and moves by
 * draws of its own, correlated with those of the price. Steps are Euler's with full
 * truncation (Lord, Koekkoek and van Dijk 2010): a variance that a step takes below zero
 * counts as zero and is pulled up from where it is.
 */
import { normal as drawNormal } from "../../sim/kernel/distributions.ts";
import type { RandomStream } from "../../sim/kernel/random.ts";
import { type Grid, type LogPath, type NormalDraw, YEAR_US } from "./grid.ts";

/** What the process is made of; variances are annualised. */
export interface HestonParameters {
  /** Growth of the expected price, a year, as a logarithm. */
  readonly drift: number;
  readonly variance: {
    readonly start: number;
    readonly mean: number;
    /** Part of the distance to the mean that it is pulled back, a year; as a rate, so it may be above 1. */
    readonly reversion: number;
    /** Of the variance: its own deviation is this times its root, a year. */
    readonly volatility: number;
  };
  /** Between the draws of the price and of the variance, −1 to 1. */
  readonly correlation: number;
}

/** Whether the variance of the exact process never reaches zero (Feller 1951); the steps' may all the same. */
export function fellerHolds({ mean, reversion, volatility }: HestonParameters["variance"]): boolean {
  return 2 * reversion * mean >= volatility * volatility;
}

/**
 * The path. Takes one draw a step, and two numbers off the stream of the variance.
 * @param stream of what moves the variance and not the price
 */
export function hestonPath(
  { drift, variance, correlation }: HestonParameters,
  { steps, intervalUs }: Grid,
  normal: NormalDraw,
  stream: RandomStream,
): LogPath {
  const years = intervalUs / YEAR_US;
  const apart = Math.sqrt(1 - correlation * correlation);
  const path = new Float64Array(steps + 1);
  let state = variance.start;
  for (let step = 1; step <= steps; step++) {
    const draw = normal();
    const own = drawNormal(stream);
    const counted = Math.max(0, state);
    const deviation = Math.sqrt(counted * years);
    path[step] = (path[step - 1] as number) + (drift - counted / 2) * years + deviation * draw;
    state += variance.reversion * (variance.mean - counted) * years + variance.volatility * deviation * (correlation * draw + apart * own);
  }
  return path;
}
