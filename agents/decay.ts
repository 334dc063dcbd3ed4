/** Memory that halves over time, and what is averaged with it. */
import exp from "@stdlib/math-base-special-exp";

/** Part of a memory that is left after some time. */
export function keptAfter(elapsedUs: number, halfLifeUs: number): number {
  return exp((-Math.LN2 * elapsedUs) / halfLifeUs);
}
