/**
 * Geometric Brownian motion (Samuelson 1965; Black and Scholes 1973): log returns are
 * independent and normal. Each step is exact, so that its length makes no difference to
 * the distribution of what it leads to.
 */
import { type Grid, type LogPath, type NormalDraw, YEAR_US } from "./grid.ts";

/** What a geometric Brownian motion is made of. */
export interface GbmParameters {
  /** Growth of the expected price, a year, as a logarithm: after a year it is e^drift times the start. */
  readonly drift: number;
  /** Annualised standard deviation of log returns. */
  readonly volatility: number;
}

/** The path. Takes one draw a step. */
export function gbmPath({ drift, volatility }: GbmParameters, { steps, intervalUs }: Grid, normal: NormalDraw): LogPath {
  const years = intervalUs / YEAR_US;
  const trend = (drift - (volatility * volatility) / 2) * years;
  const deviation = volatility * Math.sqrt(years);
  const path = new Float64Array(steps + 1);
  for (let step = 1; step <= steps; step++) path[step] = (path[step - 1] as number) + trend + deviation * normal();
  return path;
}
