/**
 * Expected shortfall: the mean of the worst part of a sample, of exactly the share 1 − level.
 *
 * For a sample, whose distribution has jumps, this is definition 2.6 of C. Acerbi and D. Tasche, "On the
 * coherence of expected shortfall", Journal of Banking & Finance 26 (2002) 1487–1503: with n values the worst
 * m = n (1 − level) are averaged, the last of them with the fraction that m has beyond a whole number.
 * (The mean of the values beyond a quantile is another number where values tie, and is not subadditive.)
 */
import { CountedSample } from "./counted-sample.ts";
import { sortedSample } from "./sample.ts";
import type { Statistic } from "./statistic.ts";

/** Which values are the bad ones: the great ones (`upper`, a loss or a drawdown) or the small ones (`lower`, a profit). */
export type Tail = "upper" | "lower";

/**
 * The expected shortfall of a sample, in its unit and with its sign: no loss is turned into a profit.
 * @param level the share left out, from 0 (which gives the mean) to below 1; where n (1 − level) ≤ 1 the worst value
 * @throws RangeError for a sample that is empty or holds no finite number, and for a level out of range
 */
export function expectedShortfall(values: ArrayLike<number>, level: number, tail: Tail = "upper"): number {
  const statistic = shortfallStatistic(level, tail);
  return statistic.of(new CountedSample(sortedSample(values, "take an expected shortfall")));
}

/**
 * The expected shortfall as a statistic for the bootstrap.
 * @throws RangeError for a level out of range
 */
export function shortfallStatistic(level: number, tail: Tail = "upper"): Statistic {
  if (!(level >= 0 && level < 1)) throw new RangeError(`Cannot take the expected shortfall at ${level}: not from 0 to below 1`);
  return {
    // As in a tail that thins out exponentially: a tail's mean beyond its beginning.
    place: 1 - (1 - level) / Math.E,
    of: (sample) => tailMean(sample, sample.size * (1 - level), tail),
    // How far a value lies into the tail: the shortfall minimises q + mean excess over q / (1 − level) (Rockafellar and Uryasev 2000).
    influence(sorted) {
      const inside = Math.min(sorted.length, Math.ceil(sorted.length * (1 - level)));
      const edge = sorted[tail === "upper" ? sorted.length - inside : inside - 1] as number;
      const excess = sorted.map((value) => (tail === "upper" ? Math.max(0, value - edge) : Math.min(0, value - edge)));
      const average = excess.reduce((sum, each) => sum + each, 0) / excess.length;
      return excess.map((each) => each - average);
    },
  };
}

/** The mean of the worst `mass` values (above 0, at most all), a fraction of the last one included. */
function tailMean(sample: CountedSample, mass: number, tail: Tail): number {
  const { values, counts, center } = sample;
  const step = tail === "upper" ? -1 : 1;
  let left = mass;
  let sum = 0;
  for (let index = tail === "upper" ? values.length - 1 : 0; left > 0 && index >= 0 && index < values.length; index += step) {
    const taken = Math.min(left, counts[index] as number);
    sum += taken * ((values[index] as number) - center);
    left -= taken;
  }
  return center + sum / mass;
}
