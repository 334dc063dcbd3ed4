/** How heavy a tail is: the exponent of a power law, by Hill's estimator. */
import ln from "@stdlib/math-base-special-ln";
import { quantileOf } from "./quantiles.ts";

/** The tail is what lies above this quantile. */
const TAIL_QUANTILE = 0.95;
/** At least so many there, or nothing can be said. */
const LEAST_IN_TAIL = 20;

/**
 * Hill's estimator (Hill 1975) of the exponent α of P(X > x) ∝ x^−α: one over the mean logarithm of what exceeds the 95 % quantile, over it.
 * @param sorted ascending
 * @returns null when fewer than 20 exceed it, or it is not positive
 */
export function hillExponent(sorted: ArrayLike<number>): number | null {
  if (sorted.length === 0) return null;
  const threshold = quantileOf(sorted, TAIL_QUANTILE);
  if (threshold <= 0) return null;
  let [beyond, logarithms] = [0, 0];
  for (let place = sorted.length - 1; place >= 0 && (sorted[place] as number) > threshold; place--) {
    beyond += 1;
    logarithms += ln((sorted[place] as number) / threshold);
  }
  return exponentOf(beyond, logarithms);
}

/** The same from how many lie beyond the quantile and the sum of their logarithms over it. */
export function exponentOf(beyond: number, logarithms: number): number | null {
  return beyond < LEAST_IN_TAIL ? null : beyond / logarithms;
}
