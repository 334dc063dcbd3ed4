/** Resampling of rows that belong together: trajectories of a Morris design, rows of a Sobol one. */
import type { RandomStream } from "../../sim/kernel/random.ts";

/** All rows, each once: what a statistic of rows is computed on first. */
export function allRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

/**
 * Calls back with as many row numbers as there are rows, drawn with replacement, for every resample.
 * @param use gets one and the same array each time, and the number of the resample
 */
export function resampleRows(
  count: number,
  resamples: number,
  stream: RandomStream,
  use: (rows: Int32Array, resample: number) => void,
): void {
  const rows = new Int32Array(count);
  for (let resample = 0; resample < resamples; resample++) {
    for (let row = 0; row < count; row++) rows[row] = Math.floor(stream.next() * count);
    use(rows, resample);
  }
}
