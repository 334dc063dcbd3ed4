/**
 * Normal draws of several processes that hang together, step by step.
 *
 * Under the normal copula they are independent draws through the root of the matrix. Under
 * the t copula all numbers of a step are moreover divided by the root of one common chi square
 * number per degree, which makes them Student's t with large moves in common, and are brought
 * back by their distribution's probability to normal ones: each process by itself draws as
 * it would alone (Demarta and McNeil 2005).
 *
 * The draws of a process with a matrix of ones on the diagonal and nought elsewhere are those
 * that it would take without.
 */
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import studentCdf from "@stdlib/stats-base-dists-t-cdf";
import { normal } from "../../sim/kernel/distributions.ts";
import type { RandomStream } from "../../sim/kernel/random.ts";
import { chiSquare } from "./chi-square.ts";
import { cholesky } from "./cholesky.ts";

/** Smaller parts, which no run of a lifetime draws, have no quantile. */
const LEAST_PART = 1e-300;

/** How draws hang together. */
export interface NormalCopula {
  /** Positive definite, symmetric, ones on the diagonal. */
  readonly matrix: readonly (readonly number[])[];
  /** Whole; null: the normal copula. */
  readonly degreesOfFreedom: number | null;
}

/**
 * For each row of the matrix its draws, one a step.
 * @param streams one for each row: its own, from which it would draw alone
 * @param mixing of the chi square numbers; nothing is taken off it under the normal copula
 */
export function correlatedNormals(
  { matrix, degreesOfFreedom }: NormalCopula,
  steps: number,
  streams: readonly RandomStream[],
  mixing: RandomStream,
): Float64Array[] {
  const root = cholesky(matrix);
  const rows = matrix.map(() => new Float64Array(steps));
  const own = new Float64Array(matrix.length);
  for (let step = 0; step < steps; step++) {
    for (let row = 0; row < own.length; row++) own[row] = normal(streams[row] as RandomStream);
    const stretched = degreesOfFreedom === null ? null : Math.sqrt(degreesOfFreedom / chiSquare(mixing, degreesOfFreedom));
    for (let row = 0; row < own.length; row++) {
      const weights = root[row] as Float64Array;
      let sum = 0;
      for (let column = 0; column <= row; column++) sum += (weights[column] as number) * (own[column] as number);
      (rows[row] as Float64Array)[step] = stretched === null ? sum : normalOfStudent(sum * stretched, degreesOfFreedom as number);
    }
  }
  return rows;
}

/** The normal number that as large a part of its distribution lies below as of Student's below `value`. */
function normalOfStudent(value: number, degreesOfFreedom: number): number {
  // By the lower tail on either side: close to one a probability has no digits left.
  const part = Math.max(LEAST_PART, studentCdf(-Math.abs(value), degreesOfFreedom));
  const distance = -normalQuantile(Math.min(0.5, part), 0, 1);
  return value < 0 ? -distance : distance;
}
