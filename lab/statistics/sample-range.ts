/** What no interval from resamples can do: reach beyond the least and the greatest value of the sample. */

/**
 * Whether the range of a sample holds the quantile at a probability as often as an interval of that confidence should. Of n
 * values it does with the probability 1 − pⁿ − (1 − p)ⁿ: all lie to one side of it otherwise (H. A. David and H. N. Nagaraja,
 * "Order Statistics" (2003), 7.1). For a median and 95 % that takes 6 values, for the quantile at 0.95 59.
 * @param probability between 0 and 1
 */
export function rangeHolds(count: number, probability: number, confidence: number): boolean {
  return 1 - probability ** count - (1 - probability) ** count >= confidence;
}
