/**
 * Exact intervals for a probability, such as that of a fund's exhaustion: C. J. Clopper and E. S. Pearson, "The use of
 * confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934) 404–413.
 *
 * The ends are quantiles of beta distributions; half of 1 − confidence is left out on each side, also where the
 * interval ends at 0 or 1. It covers the true probability at least as often as it says, mostly more often.
 */
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import { DEFAULT_CONFIDENCE, type Interval, requireConfidence } from "./interval.ts";

/** A probability estimated from trials. */
export interface ProbabilityEstimate {
  readonly successes: number;
  readonly trials: number;
  /** successes / trials */
  readonly value: number;
  readonly interval: Interval;
  readonly confidence: number;
}

/**
 * The estimate of a probability with its exact interval.
 * @param successes how often it happened, 0 to `trials`
 * @param trials how often it could have happened, at least once, independently
 * @throws RangeError naming what is no whole number, or is out of range
 */
export function estimateProbability(successes: number, trials: number, confidence: number = DEFAULT_CONFIDENCE): ProbabilityEstimate {
  if (!Number.isSafeInteger(trials) || trials < 1)
    throw new RangeError(`Cannot estimate a probability from ${trials} trials: no whole number of at least 1`);
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials)
    throw new RangeError(`Cannot estimate a probability from ${successes} successes: no whole number from 0 to ${trials}`);
  const tail = (1 - requireConfidence(confidence)) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
  // By symmetry and not at 1 − tail, which has no digits left for a confidence near 1.
  const high = successes === trials ? 1 : 1 - betaQuantile(tail, trials - successes, successes + 1);
  return { successes, trials, value: successes / trials, interval: { low, high }, confidence };
}
