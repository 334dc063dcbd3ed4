/**
 * Sobol indices: what share of a metric's variance over the whole range of the factors each factor accounts for.
 *
 * Estimators recommended by A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto and S. Tarantola, "Variance based
 * sensitivity analysis of model output. Design and estimator for the total sensitivity index", Computer Physics
 * Communications 181 (2010) 259–270, table 2: for first indices (b), theirs; for total ones (f), of M. J. W. Jansen, "Analysis
 * of variance designs for model output", Computer Physics Communications 117 (1999) 35–43.
 */
import { createStream, type RandomStream } from "../../sim/kernel/random.ts";
import { DEFAULT_RESAMPLES, nominalTail, percentileInterval, requireResamples } from "./bootstrap-interval.ts";
import { DEFAULT_CONFIDENCE, type Estimate, requireConfidence } from "./interval.ts";
import { allRows, resampleRows } from "./resampled-rows.ts";
import { requireSample } from "./sample.ts";
import type { SensitivityOptions } from "./sensitivity-options.ts";

/** The indices of one factor: shares of the variance, 0 to 1 but for the error of estimation. */
export interface SobolFactor {
  /** what the factor accounts for by itself: how much less variance there would be were it known */
  readonly first: Estimate;
  /** with all its interactions: how much would be left were all others known; 0: the factor does nothing */
  readonly total: Estimate;
}

/** A metric's variance over the design, and who accounts for it. */
export interface SobolIndices {
  /** over the points of A and B, with divisor 2 n, in the metric's unit squared */
  readonly variance: number;
  /** one entry per factor; null when the metric does not vary, so that there is nothing to account for */
  readonly factors: readonly SobolFactor[] | null;
}

/**
 * The first and total indices of a Saltelli design.
 * @param values the metric at each point in the order of `saltelliDesign`: per base row A, AB(1) … AB(k), B
 * @param factors how many factors k
 * @throws RangeError for a number of values that is no multiple (at least twofold) of k + 2, and for a value that is no finite number
 */
export function sobolIndices(values: ArrayLike<number>, factors: number, options: SensitivityOptions): SobolIndices {
  const confidence = requireConfidence(options.confidence ?? DEFAULT_CONFIDENCE);
  const resamples = requireResamples(options.resamples ?? DEFAULT_RESAMPLES);
  if (!Number.isSafeInteger(factors) || factors < 1)
    throw new RangeError(`Cannot compute Sobol indices of ${factors} factors: no whole number of at least 1`);
  const count = values.length / (factors + 2);
  if (!Number.isSafeInteger(count) || count < 2)
    throw new RangeError(`Cannot compute Sobol indices: ${values.length} values are not two or more rows of ${factors + 2}`);
  requireSample(values, "compute Sobol indices");
  const outputs = Float64Array.from(values);
  const here = indicesOf(outputs, factors, allRows(count));
  if (here.variance === 0) return { variance: 0, factors: null };
  const { first, total } = resampled(outputs, factors, resamples, createStream(options.seed, `statistics/sobol/${options.name}`));
  const estimate = (value: number, replicates: Float64Array): Estimate => {
    return { value, interval: replicates.length === 0 ? null : percentileInterval(replicates, nominalTail(confidence)) };
  };
  return {
    variance: here.variance,
    factors: first.map((replicates, factor) => ({
      first: estimate(here.first[factor] as number, replicates),
      total: estimate(here.total[factor] as number, total[factor] as Float64Array),
    })),
  };
}

/** Per factor the indices of resampled rows, but for those resamples of a few rows that hold only equal values. */
function resampled(outputs: Float64Array, factors: number, resamples: number, stream: RandomStream) {
  const replicates = () => Array.from({ length: factors }, () => new Float64Array(resamples));
  const [first, total] = [replicates(), replicates()];
  let kept = 0;
  resampleRows(outputs.length / (factors + 2), resamples, stream, (rows) => {
    const drawn = indicesOf(outputs, factors, rows);
    if (drawn.variance === 0) return;
    for (let factor = 0; factor < factors; factor++) {
      (first[factor] as Float64Array)[kept] = drawn.first[factor] as number;
      (total[factor] as Float64Array)[kept] = drawn.total[factor] as number;
    }
    kept++;
  });
  const keep = (ofFactor: Float64Array) => ofFactor.subarray(0, kept);
  return { first: first.map(keep), total: total.map(keep) };
}

interface PlainIndices {
  readonly variance: number;
  readonly first: Float64Array;
  readonly total: Float64Array;
}

/** The indices from the given rows, a row as often as it is given. */
function indicesOf(outputs: Float64Array, factors: number, rows: Int32Array): PlainIndices {
  const width = factors + 2;
  const { mean, variance } = spreadOf(outputs, width, rows);
  const first = new Float64Array(factors);
  const total = new Float64Array(factors);
  for (const row of rows) {
    const at = row * width;
    const a = outputs[at] as number;
    // Taken from the mean: the same in expectation, and far less error for a metric far from 0.
    const b = (outputs[at + width - 1] as number) - mean;
    for (let factor = 0; factor < factors; factor++) {
      const change = (outputs[at + 1 + factor] as number) - a;
      first[factor] = (first[factor] as number) + b * change;
      total[factor] = (total[factor] as number) + change * change;
    }
  }
  const scale = rows.length * variance;
  return { variance, first: first.map((sum) => sum / scale), total: total.map((sum) => sum / (2 * scale)) };
}

/** Mean and variance over the points of A and B, from deviations of the first: equal values leave exactly 0. */
function spreadOf(outputs: Float64Array, width: number, rows: Int32Array): { mean: number; variance: number } {
  const origin = outputs[(rows[0] as number) * width] as number;
  let sum = 0;
  for (const row of rows) sum += (outputs[row * width] as number) - origin + ((outputs[row * width + width - 1] as number) - origin);
  const shift = sum / (2 * rows.length);
  let squares = 0;
  for (const row of rows) {
    const a = (outputs[row * width] as number) - origin - shift;
    const b = (outputs[row * width + width - 1] as number) - origin - shift;
    squares += a * a + b * b;
  }
  return { mean: origin + shift, variance: squares / (2 * rows.length) };
}
