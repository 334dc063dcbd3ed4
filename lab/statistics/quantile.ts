/**
 * Quantiles by linear interpolation between order statistics: type 7 of R. J. Hyndman and Y. Fan,
 * "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996) 361–365;
 * what R, NumPy and spreadsheets compute when not told otherwise.
 *
 * With x(0) ≤ … ≤ x(n−1) and h = (n − 1) p the quantile is x(⌊h⌋) + (h − ⌊h⌋)(x(⌊h⌋+1) − x(⌊h⌋)).
 */
import type { CountedSample } from "./counted-sample.ts";
import { sortedSample } from "./sample.ts";
import type { Statistic } from "./statistic.ts";

/**
 * The quantile of a sample.
 * @param probability from 0 (the least value) to 1 (the greatest)
 * @throws RangeError for a sample that is empty or holds no finite number, and for a probability out of range
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  requireProbability(probability);
  return quantileOfSorted(sortedSample(values, "take a quantile"), probability);
}

/** As `quantile`, of values that are known to be finite and ascending, at least one. */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  return interpolate(sorted.length, probability, (place) => sorted[place] as number);
}

/**
 * The quantile as a statistic for the bootstrap.
 * @throws RangeError for a probability out of range
 */
export function quantileStatistic(probability: number): Statistic {
  requireProbability(probability);
  return {
    place: probability,
    of: (sample: CountedSample) => interpolate(sample.size, probability, (place) => sample.at(place)),
    // Values below count one way, values above the other; the density there is a common factor.
    influence(sorted) {
      const value = quantileOfSorted(sorted, probability);
      const above = sorted.reduce((count, each) => count + (each > value ? 1 : 0), 0) / sorted.length;
      return sorted.map((each) => (each > value ? 1 : 0) - above);
    },
  };
}

function interpolate(size: number, probability: number, at: (place: number) => number): number {
  const place = (size - 1) * probability;
  const below = Math.floor(place);
  const low = at(below);
  if (place === below) return low;
  const high = at(below + 1);
  return low + (place - below) * (high - low);
}

function requireProbability(probability: number): void {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`Cannot take the quantile at ${probability}: not from 0 to 1`);
}
