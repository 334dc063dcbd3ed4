/**
 * GARCH(1,1) (Bollerslev 1986): the variance of a period is a constant, a part of the square
 * of what the period before brought, and a part of its variance. With `degreesOfFreedom`
 * a period's return is Student's t of that variance (Bollerslev 1987).
 *
 * A period may be several steps: they share its variance, and under Student's t the one chi
 * square number that makes a normal return one of t, so that the return of the whole
 * period has exactly the distribution asked for.
 */
import type { RandomStream } from "../../sim/kernel/random.ts";
import { chiSquare } from "./chi-square.ts";
import { type Grid, type LogPath, type NormalDraw, YEAR_US } from "./grid.ts";

/** What the process is made of. */
export interface GarchParameters {
  /** Mean of log returns, a year. */
  readonly drift: number;
  /** Constant of the variance of a period. */
  readonly omega: number;
  /** Weight of the square of the last period's return; with `beta` below 1. */
  readonly alpha: number;
  /** Weight of the last period's variance. */
  readonly beta: number;
  /** Of the first period. */
  readonly startVariance: number;
  /** A whole number of steps. */
  readonly stepsPerPeriod: number;
  /** Whole, at least 3; null: normal. */
  readonly degreesOfFreedom: number | null;
}

/** As `GarchParameters`, in the annualised volatilities in which people know them. */
export interface GarchInWords extends Pick<GarchParameters, "drift" | "alpha" | "beta"> {
  readonly volatility?: number | undefined;
  readonly omega?: number | undefined;
  readonly startVolatility?: number | undefined;
  readonly degreesOfFreedom?: number | undefined;
}

/** The parameters of a period's length. */
export function garchOfPeriod(given: GarchInWords, periodUs: number, intervalUs: number): GarchParameters {
  const { drift, alpha, beta, degreesOfFreedom = null } = given;
  const years = periodUs / YEAR_US;
  const left = 1 - alpha - beta;
  const omega = given.omega ?? (given.volatility ?? 0) * (given.volatility ?? 0) * years * left;
  const { startVolatility: start } = given;
  const startVariance = start === undefined ? omega / left : start * start * years;
  return { drift, omega, alpha, beta, startVariance, stepsPerPeriod: periodUs / intervalUs, degreesOfFreedom };
}

/**
 * The path. Takes one draw a step, and under Student's t as many numbers a period off the
 * stream as `chiSquare` does.
 */
export function garchPath(parameters: GarchParameters, { steps, intervalUs }: Grid, normal: NormalDraw, stream: RandomStream): LogPath {
  const { drift, omega, alpha, beta, stepsPerPeriod, degreesOfFreedom } = parameters;
  const trend = (drift * intervalUs) / YEAR_US;
  const path = new Float64Array(steps + 1);
  let variance = parameters.startVariance;
  let deviation = 0;
  let innovation = 0;
  for (let step = 1; step <= steps; step++) {
    if ((step - 1) % stepsPerPeriod === 0) {
      if (step > 1) variance = omega + alpha * innovation * innovation + beta * variance;
      innovation = 0;
      // Student's t of so many degrees has variance degrees ÷ (degrees − 2): it is brought back to 1.
      const spread = degreesOfFreedom === null ? 1 : (degreesOfFreedom - 2) / chiSquare(stream, degreesOfFreedom);
      deviation = Math.sqrt((variance * spread) / stepsPerPeriod);
    }
    const part = deviation * normal();
    innovation += part;
    path[step] = (path[step - 1] as number) + trend + part;
  }
  return path;
}
