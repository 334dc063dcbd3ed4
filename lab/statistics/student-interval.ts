/** Student's t interval of a mean ("Student", "The Probable Error of a Mean", Biometrika 6 (1908) 1–25). */
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { requireConfidence } from "./interval.ts";

/**
 * Half the width of the interval around a mean: t(n − 1; (1 + confidence) / 2) s / √n.
 * @param deviation standard deviation s, with divisor n − 1
 * @param count how many values n, at least 2
 * @throws RangeError for a confidence not between 0 and 1, and for fewer than 2 values
 */
export function studentHalfWidth(deviation: number, count: number, confidence: number): number {
  if (count < 2) throw new RangeError(`Cannot make a t interval: ${count} values, at least 2 are needed`);
  return (tQuantile((1 + requireConfidence(confidence)) / 2, count - 1) * deviation) / Math.sqrt(count);
}
