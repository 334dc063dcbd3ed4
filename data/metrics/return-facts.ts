/**
 * The stylised facts of returns (Cont 2001, *Empirical properties of asset returns*): fat
 * tails, no memory of returns, long memory of their size. The same measures for a run's
 * prices and for real bars. Logarithms are portable, sums in order: the same prices give the same numbers.
 */
import ln from "@stdlib/math-base-special-ln";
import { ascending } from "./quantiles.ts";
import { hillExponent } from "./tail.ts";

/** Fewer returns than this say nothing. */
export const LEAST_RETURNS = 100;
/** Lags of the autocorrelations, returns. */
export const LAGS = [1, 5, 15, 60] as const;

const YEAR_SECONDS = 365 * 86_400;
/** What counts as extreme: so many standard deviations from the mean. */
const EXTREME_DEVIATIONS = 4;

/** Measures of log returns over equal times. */
export interface ReturnFacts {
  readonly count: number;
  /** Standard deviation, annualised. */
  readonly volatility: number;
  /** Fourth moment over the square of the second, less the 3 of a normal distribution; null when all are the same. */
  readonly excessKurtosis: number | null;
  /** Part of the returns that are further than four standard deviations from their mean; of a normal distribution 0.00006. */
  readonly beyondFourSigma: number;
  /** Hill's exponent of the largest falls and of the largest rises; null where fewer than 20 returns lie beyond their 95 % quantile. */
  readonly tailExponent: { readonly falls: number | null; readonly rises: number | null };
  /** Of returns and of their absolute values; null where lag and returns leave too few pairs. */
  readonly autocorrelation: readonly { readonly lag: number; readonly returns: number | null; readonly absolute: number | null }[];
}

/**
 * Log returns from each price to the next.
 * @param prices at equal times; NaN where there is none, which leaves out the returns to and from it
 */
export function logReturns(prices: ArrayLike<number>): Float64Array {
  const returns: number[] = [];
  for (let place = 1; place < prices.length; place++) {
    const [before, after] = [prices[place - 1] as number, prices[place] as number];
    if (before > 0 && after > 0) returns.push(ln(after / before));
  }
  return Float64Array.from(returns);
}

/**
 * Measures returns.
 * @param seconds of each
 * @returns null for fewer than `LEAST_RETURNS`
 */
export function returnFacts(returns: Float64Array, seconds: number): ReturnFacts | null {
  const count = returns.length;
  if (count < LEAST_RETURNS) return null;
  const mean = meanOf(returns);
  let [second, fourth] = [0, 0];
  for (const value of returns) {
    const square = (value - mean) * (value - mean);
    second += square;
    fourth += square * square;
  }
  const variance = second / count;
  const extreme = EXTREME_DEVIATIONS * Math.sqrt(variance);
  const absolute = returns.map(Math.abs);
  return {
    count,
    volatility: Math.sqrt((variance * YEAR_SECONDS) / seconds),
    excessKurtosis: isConstant(returns) ? null : fourth / count / (variance * variance) - 3,
    beyondFourSigma: returns.filter((value) => Math.abs(value - mean) > extreme).length / count,
    tailExponent: { falls: hillExponent(ascending(returns.map((value) => -value))), rises: hillExponent(ascending(returns)) },
    autocorrelation: LAGS.map((lag) => ({ lag, returns: autocorrelation(returns, lag), absolute: autocorrelation(absolute, lag) })),
  };
}

/** Correlation of a series with itself so many places later; null with fewer than `LEAST_RETURNS` pairs, or of one that never changes. */
export function autocorrelation(values: Float64Array, lag: number): number | null {
  const pairs = values.length - lag;
  if (pairs < LEAST_RETURNS || isConstant(values)) return null;
  const mean = meanOf(values);
  let [together, alone] = [0, 0];
  for (const [place, value] of values.entries()) {
    alone += (value - mean) * (value - mean);
    if (place < pairs) together += (value - mean) * ((values[place + lag] as number) - mean);
  }
  return together / alone;
}

/** Whether all are the same: what rounding leaves of their deviations from the mean says nothing. */
function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
