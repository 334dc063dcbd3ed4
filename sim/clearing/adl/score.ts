/**
 * Scores of ADL policies as exact rationals: products of whole numbers over products of
 * whole numbers. They are compared in doubles where that decides, else exactly.
 */

/** A score: what all of `over` multiply to, through what all of `under` do. `under` is positive, or 0 for a score without bound. */
export interface Score {
  readonly over: readonly (number | bigint)[];
  readonly under: readonly (number | bigint)[];
}

/** More than the doubles of a few products and one quotient are ever off, as a part of either. */
const DOUBLE_ERROR = 1e-14;

/** The score as a double: ±Infinity for one without bound. */
export function toNumber({ over, under }: Score): number {
  let numerator = 1;
  for (const factor of over) numerator *= Number(factor);
  // A score of nothing is 0 whatever it is divided by.
  if (numerator === 0) return 0;
  let denominator = 1;
  for (const factor of under) denominator *= Number(factor);
  return numerator / denominator;
}

/** Compares two scores exactly: negative when the first is lower. Two without bound on the same side are the same. */
export function compareScores(a: Score, b: Score): number {
  return compareRoughly(toNumber(a), toNumber(b)) ?? compareExactly(a, b);
}

/** Compares two scores by their doubles; null where those are too close to tell. */
export function compareRoughly(left: number, right: number): number | null {
  if (left === right && (left === 0 || !Number.isFinite(left))) return 0;
  if (!Number.isFinite(left) || !Number.isFinite(right)) return left < right ? -1 : 1;
  return Math.abs(left - right) > DOUBLE_ERROR * (Math.abs(left) + Math.abs(right)) ? left - right : null;
}

/** Compares two scores that have bounds by their products. */
export function compareExactly(a: Score, b: Score): number {
  const difference = product(a.over) * product(b.under) - product(b.over) * product(a.under);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

function product(factors: readonly (number | bigint)[]): bigint {
  return factors.reduce<bigint>((all, factor) => all * BigInt(factor), 1n);
}
