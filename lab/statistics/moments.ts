/** Mean and standard deviation as statistics of a sample. */
import { CountedSample } from "./counted-sample.ts";
import type { Statistic } from "./statistic.ts";

/** The arithmetic mean. */
export const sampleMean: Statistic = {
  of: meanOf,
  place: 0.5,
  influence: deviations,
};

/** The standard deviation with divisor n − 1; NaN for a single value. */
export const sampleDeviation: Statistic = {
  of: (sample) => Math.sqrt(Math.max(0, sample.squares - (sample.sum * sample.sum) / sample.size) / (sample.size - 1)),
  // Of a normal distribution, a deviation above its mean: without values out there nothing is known of it.
  place: 0.8413,
  // Of the variance: the root changes the influence by one factor only.
  influence(sorted) {
    const squares = deviations(sorted).map((deviation) => deviation * deviation);
    const average = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    return squares.map((square) => square - average);
  },
};

/** Mean and standard deviation of at least one value, and how many there are; the deviation of a single one is NaN. */
export function momentsOf(values: readonly number[]): { mean: number; deviation: number; count: number } {
  const sample = new CountedSample(Float64Array.from(values).sort());
  return { mean: sampleMean.of(sample), deviation: sampleDeviation.of(sample), count: values.length };
}

function meanOf(sample: CountedSample): number {
  return sample.center + sample.sum / sample.size;
}

/** What each value is above the mean. */
function deviations(sorted: Float64Array): Float64Array {
  const center = sorted[sorted.length >> 1] as number;
  const shift = sorted.reduce((sum, value) => sum + (value - center), 0) / sorted.length;
  return sorted.map((value) => value - center - shift);
}
