/** What the bootstrap can put an interval around. */
import type { CountedSample } from "./counted-sample.ts";

/** A number that depends on a sample, not on the order of its values. */
export interface Statistic {
  /** Its value on a sample in which values count several times or not at all. */
  of(sample: CountedSample): number;
  /** About where it lies in what the sample is drawn from: the probability of values below it, or above. */
  readonly place: number;
  /**
   * The empirical influence of each value of a sorted sample: how fast the statistic changes as the value
   * gains weight, up to a common factor. Its skewness is the acceleration of the BCa interval.
   */
  influence(sorted: Float64Array): Float64Array;
}
