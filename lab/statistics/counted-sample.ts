/**
 * A sample that says how often each value counts: the form in which a resample of a sorted
 * sample needs no sorting. The bootstrap draws into one and the same, thousands of times.
 */
import type { RandomStream } from "../../sim/kernel/random.ts";

/** Counts over the values of a sorted sample, with the sums every statistic needs. */
export class CountedSample {
  /** ascending */
  readonly values: Float64Array;
  /** how often each value counts; adds up to `size` */
  readonly counts: Int32Array;
  /** how many do not stand above each value's place: the running sum of `counts` */
  readonly cumulative: Int32Array;
  /**
   * The middle value, from which the sums below are taken: the mean is never farther from it than a
   * standard deviation, so that squares lose no digits, and of equal values nothing is left at all.
   */
  readonly center: number;
  /** sum of (value − center) */
  sum: number;
  /** sum of (value − center)² */
  squares: number;

  /** @param sorted the sample, ascending, kept and not copied; each value counts once */
  constructor(sorted: Float64Array) {
    this.values = sorted;
    this.counts = new Int32Array(sorted.length).fill(1);
    this.cumulative = new Int32Array(sorted.length);
    this.center = sorted[sorted.length >> 1] as number;
    this.sum = 0;
    this.squares = 0;
    this.#add();
  }

  /** How many values the sample has, equal ones counted apart. */
  get size(): number {
    return this.values.length;
  }

  /** Draws as many values as there are from them, with replacement, in place of what was counted. */
  draw(stream: RandomStream): void {
    const { counts } = this;
    const size = counts.length;
    counts.fill(0);
    for (let drawn = 0; drawn < size; drawn++) {
      const index = Math.floor(stream.next() * size);
      counts[index] = (counts[index] as number) + 1;
    }
    this.#add();
  }

  /** The value at a place of the sample in ascending order, from 0 to `size − 1`. */
  at(place: number): number {
    const { cumulative } = this;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) > place) high = middle;
      else low = middle + 1;
    }
    return this.values[low] as number;
  }

  #add(): void {
    const { values, counts, cumulative, center } = this;
    let counted = 0;
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < values.length; index++) {
      const count = counts[index] as number;
      const deviation = (values[index] as number) - center;
      counted += count;
      cumulative[index] = counted;
      sum += count * deviation;
      squares += count * deviation * deviation;
    }
    this.sum = sum;
    this.squares = squares;
  }
}
