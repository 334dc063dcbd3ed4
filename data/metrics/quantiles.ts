/** Quantiles of numbers, as `quantile_disc` of DuckDB has them: always one of the numbers. */

/**
 * The least of the numbers that at least a part of them does not exceed.
 * @param sorted ascending, at least one
 * @param part 0 to 1
 */
export function quantileOf(sorted: ArrayLike<number>, part: number): number {
  const place = Math.ceil(part * sorted.length) - 1;
  return sorted[Math.max(0, Math.min(sorted.length - 1, place))] as number;
}

/** Numbers in ascending order; the given ones stay as they are. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}
