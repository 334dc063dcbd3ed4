/** Estimates with their confidence intervals, and what a caller may ask of one. */

/** The two ends of a confidence interval, both included, in the unit of what is estimated. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A number computed from a sample and where the true one lies, as far as the sample can say. */
export interface Estimate {
  /** computed from the sample as it is */
  readonly value: number;
  /** null when the sample is too small for one */
  readonly interval: Interval | null;
}

/** The share of intervals that hold the true value, when nothing else is asked. */
export const DEFAULT_CONFIDENCE = 0.95;

/**
 * The confidence given back, when it is one.
 * @throws RangeError when it does not lie strictly between 0 and 1
 */
export function requireConfidence(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot make an interval of confidence ${confidence}: not between 0 and 1`);
  return confidence;
}
