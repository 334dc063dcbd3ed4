/** The difference between two independent samples (B. L. Welch, Biometrika 34 (1947) 28–35; degrees of freedom of F. E. Satterthwaite, 1946). */
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { DEFAULT_CONFIDENCE, type Interval, requireConfidence } from "./interval.ts";
import { momentsOf } from "./moments.ts";
import { requireSample } from "./sample.ts";

/** Mean of the second sample less that of the first. */
export interface IndependentDifference {
  readonly value: number;
  readonly standardError: number;
  /** Welch's, which takes neither equal variances nor equal sizes for granted. */
  readonly interval: Interval;
  /** Satterthwaite's; infinite when neither sample varies. */
  readonly degreesOfFreedom: number;
}

/**
 * Compares two samples that have nothing to do with each other; the order of their values does not matter.
 * @throws RangeError for fewer than two values of either, and for a value that is no finite number
 */
export function independentDifference(
  first: readonly number[],
  second: readonly number[],
  confidence: number = DEFAULT_CONFIDENCE,
): IndependentDifference {
  requireConfidence(confidence);
  const [one, other] = [partOf(first), partOf(second)];
  const value = other.mean - one.mean;
  const squared = one.squared + other.squared;
  const standardError = Math.sqrt(squared);
  if (squared === 0) return { value, standardError, interval: { low: value, high: value }, degreesOfFreedom: Number.POSITIVE_INFINITY };
  const degreesOfFreedom = 1 / ((one.squared / squared) ** 2 / (first.length - 1) + (other.squared / squared) ** 2 / (second.length - 1));
  const halfWidth = tQuantile((1 + confidence) / 2, degreesOfFreedom) * standardError;
  return { value, standardError, interval: { low: value - halfWidth, high: value + halfWidth }, degreesOfFreedom };
}

/** Mean, and the square of its standard error. */
function partOf(values: readonly number[]): { mean: number; squared: number } {
  requireSample(values, "compare two samples", 2);
  const { mean, deviation, count } = momentsOf(values);
  return { mean, squared: (deviation * deviation) / count };
}
