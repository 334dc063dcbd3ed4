/**
 * Confidence intervals from the values a statistic takes on resamples.
 *
 * Percentile and BCa (bias-corrected and accelerated) as in B. Efron and R. J. Tibshirani, "An Introduction to the
 * Bootstrap" (1993), 13.3 and 14.3; BCa is due to B. Efron, "Better Bootstrap Confidence Intervals", Journal of
 * the American Statistical Association 82 (1987) 171–185, from which the acceleration by influence values is. Resamples of
 * few values are too close together; levels further out make up for it: T. C. Hesterberg, "What Teachers Should Know About
 * the Bootstrap", The American Statistician 69 (2015) 371–386, 4.3 (the expanded percentile interval).
 */
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { errorFunction } from "simple-statistics";
import { type Interval, requireConfidence } from "./interval.ts";
import { quantileOfSorted } from "./quantile.ts";

/** How the ends of an interval are read off the resamples. */
export type BootstrapMethod = "percentile" | "bca";

/** What the BCa interval knows besides the resamples. */
export interface Correction {
  /** the statistic on the sample itself */
  readonly value: number;
  /** of every value of the sample, up to a common factor */
  readonly influence: Float64Array;
}

/** How many resamples are drawn when nothing else is asked. */
export const DEFAULT_RESAMPLES = 2000;

/** Below this the tails of an interval would hang on one or two resamples. */
const LEAST_RESAMPLES = 50;

/**
 * The number of resamples given back, when it is one.
 * @throws RangeError when it is no whole number of at least 50
 */
export function requireResamples(resamples: number): number {
  if (!Number.isSafeInteger(resamples) || resamples < LEAST_RESAMPLES)
    throw new RangeError(`Cannot bootstrap with ${resamples} resamples: no whole number of at least ${LEAST_RESAMPLES}`);
  return resamples;
}

/**
 * The share of the resamples that lies outside of an interval at either end: half of 1 − confidence.
 * @throws RangeError for a confidence not between 0 and 1
 */
export function nominalTail(confidence: number): number {
  return (1 - requireConfidence(confidence)) / 2;
}

/**
 * That share made smaller for samples of few values: Φ(−√(n / (n − 1)) t(n − 1; (1 + confidence) / 2)). The interval of a
 * mean is then about as wide as Student's.
 * @param count of the sample's values, at least 2
 * @throws RangeError for a confidence not between 0 and 1
 */
export function expandedTail(confidence: number, count: number): number {
  return normalProbability(Math.sqrt(count / (count - 1)) * tQuantile(nominalTail(confidence), count - 1));
}

/**
 * The percentile interval: the quantiles (type 7) of the resamples' values that leave out a share at each end.
 * @param replicates the statistic on each resample; sorted in place
 * @param tail that share, as of `nominalTail` or `expandedTail`
 */
export function percentileInterval(replicates: Float64Array, tail: number): Interval {
  replicates.sort();
  return { low: quantileOfSorted(replicates, tail), high: quantileOfSorted(replicates, 1 - tail) };
}

/**
 * The BCa interval: the percentile interval at levels moved by the bias of the resamples' median (z0) and by how the
 * statistic's spread changes with its value (acceleration a): Φ(z0 + (z0 + z) / (1 − a (z0 + z))).
 * @param replicates the statistic on each resample; sorted in place
 * @param tail share of the resamples to leave out at each end before these moves, as of `nominalTail` or `expandedTail`
 */
export function bcaInterval(replicates: Float64Array, tail: number, correction: Correction): Interval {
  replicates.sort();
  const bias = normalQuantile(shareBelow(replicates, correction.value), 0, 1);
  const acceleration = accelerationOf(correction.influence);
  const end = (probability: number) => {
    const moved = bias + normalQuantile(probability, 0, 1);
    const scale = 1 - acceleration * moved;
    // Beyond its pole the formula has no meaning; what it tends to there is the end of the resamples.
    if (scale <= 0) return quantileOfSorted(replicates, moved > 0 ? 1 : 0);
    return quantileOfSorted(replicates, normalProbability(bias + moved / scale));
  };
  return { low: end(tail), high: end(1 - tail) };
}

/** The share of resamples below the value, half of those equal to it; half a resample away from 0 and from 1. */
function shareBelow(replicates: Float64Array, value: number): number {
  let twice = 0;
  for (const replicate of replicates) twice += replicate < value ? 2 : replicate === value ? 1 : 0;
  return Math.min(Math.max(twice, 1), 2 * replicates.length - 1) / (2 * replicates.length);
}

/** A sixth of the skewness of the sum of the influences; 0 when nothing has any. */
function accelerationOf(influence: Float64Array): number {
  const largest = influence.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  if (largest === 0) return 0;
  let squares = 0;
  let cubes = 0;
  for (const each of influence) {
    const scaled = each / largest;
    squares += scaled * scaled;
    cubes += scaled * scaled * scaled;
  }
  return cubes / (6 * squares * Math.sqrt(squares));
}

function normalProbability(z: number): number {
  return Math.min(1, Math.max(0, (1 + errorFunction(z / Math.SQRT2)) / 2));
}
