/** How sizes are distributed, of liquidations or of trades: many small ones, and a tail that has much of the whole. */
import { ascending, quantileOf } from "./quantiles.ts";
import { hillExponent } from "./tail.ts";

/** Amounts of the settlement asset, as doubles: these are statistics. */
export interface SizeFacts {
  readonly count: number;
  readonly median: number;
  readonly mean: number;
  readonly quantile95: number;
  readonly quantile99: number;
  readonly largest: number;
  /** Part that the largest one has of the sum. */
  readonly largestShare: number;
  /** Hill's exponent of what lies beyond the 95 % quantile; null when fewer than 20 do. */
  readonly tailExponent: number | null;
}

/** Measures sizes; null when there are none. */
export function sizeFacts(sizes: ArrayLike<number>): SizeFacts | null {
  const sorted = ascending(sizes);
  const count = sorted.length;
  if (count === 0) return null;
  let sum = 0;
  for (const size of sorted) sum += size;
  const largest = sorted[count - 1] as number;
  return {
    count,
    median: quantileOf(sorted, 0.5),
    mean: sum / count,
    quantile95: quantileOf(sorted, 0.95),
    quantile99: quantileOf(sorted, 0.99),
    largest,
    largestShare: largest / sum,
    tailExponent: hillExponent(sorted),
  };
}
