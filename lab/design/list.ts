/** Settings one by one, as the plan lists them. */

/**
 * The n-th setting has the n-th level of every factor.
 * @param counts how many levels each factor has: all the same, which the plan's check has seen to
 */
export function listDesign(counts: readonly number[]): number[][] {
  return Array.from({ length: counts[0] ?? 0 }, (_, level) => counts.map(() => level));
}
