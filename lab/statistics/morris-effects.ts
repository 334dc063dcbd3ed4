/**
 * Elementary effects: which factors matter at all, from few runs.
 *
 * M. D. Morris, "Factorial Sampling Plans for Preliminary Computational Experiments", Technometrics 33 (1991) 161–174;
 * mu* is of F. Campolongo, J. Cariboni and A. Saltelli, "An effective screening design for sensitivity analysis of large
 * models", Environmental Modelling & Software 22 (2007) 1509–1518.
 */
import { createStream } from "../../sim/kernel/random.ts";
import { DEFAULT_RESAMPLES, expandedTail, percentileInterval, requireResamples } from "./bootstrap-interval.ts";
import { CountedSample } from "./counted-sample.ts";
import { DEFAULT_CONFIDENCE, type Estimate, requireConfidence } from "./interval.ts";
import { sampleDeviation, sampleMean } from "./moments.ts";
import { resampleRows } from "./resampled-rows.ts";
import { requireSample } from "./sample.ts";
import { rangeHolds } from "./sample-range.ts";
import type { SensitivityOptions } from "./sensitivity-options.ts";

/** What one factor does to a metric, in the metric's unit per whole range of the factor. */
export interface MorrisFactor {
  /** mean of the elementary effects: effects of either sign cancel */
  readonly mu: number;
  /** mean of their sizes: how much the factor matters; with its interval over trajectories */
  readonly muStar: Estimate;
  /** standard deviation of the effects (divisor n − 1): 0 for a factor that acts linearly and alone */
  readonly sigma: number;
}

/**
 * The elementary effects of a design of trajectories.
 * @param trajectories points in the unit cube, each trajectory changing one factor a step, every factor once: `morrisDesign`
 * @param values the metric at each point, trajectory after trajectory
 * @returns one entry per factor, in the order of the coordinates
 * @throws RangeError for fewer than two trajectories, for a number of values that is not that of the points, for a value that is no
 * finite number, and for a trajectory that is none
 */
export function morrisEffects(
  trajectories: readonly (readonly (readonly number[])[])[],
  values: ArrayLike<number>,
  options: SensitivityOptions,
): MorrisFactor[] {
  const confidence = requireConfidence(options.confidence ?? DEFAULT_CONFIDENCE);
  const resamples = requireResamples(options.resamples ?? DEFAULT_RESAMPLES);
  if (trajectories.length < 2)
    throw new RangeError(`Cannot compute elementary effects: ${trajectories.length} trajectories, at least 2 are needed`);
  const points = trajectories.reduce((sum, trajectory) => sum + trajectory.length, 0);
  if (values.length !== points) throw new RangeError(`Cannot compute elementary effects: ${values.length} values for ${points} points`);
  requireSample(values, "compute elementary effects");
  const factors = (trajectories[0] as readonly unknown[]).length - 1;
  const effects = Array.from({ length: factors }, () => new Float64Array(trajectories.length));
  trajectories.forEach((trajectory, index) => {
    effectsOf(trajectory, values, index, factors).forEach((effect, factor) => {
      (effects[factor] as Float64Array)[index] = effect;
    });
  });
  const intervals = sizeIntervals(effects, options, confidence, resamples);
  return effects.map((ofFactor, factor) => {
    const sample = new CountedSample(ofFactor.slice().sort());
    const muStar = sampleMean.of(new CountedSample(ofFactor.map(Math.abs).sort()));
    const interval = intervals[factor] as Estimate["interval"];
    return { mu: sampleMean.of(sample), muStar: { value: muStar, interval }, sigma: sampleDeviation.of(sample) };
  });
}

/** The effect of each factor along one trajectory. */
function effectsOf(trajectory: readonly (readonly number[])[], values: ArrayLike<number>, index: number, factors: number): number[] {
  const wrong = (reason: string) => new RangeError(`Cannot compute elementary effects: trajectory ${index} ${reason}`);
  if (trajectory.length !== factors + 1) throw wrong(`has ${trajectory.length} points, not one more than ${factors} factors`);
  const short = trajectory.find((point) => point.length !== factors);
  if (short !== undefined) throw wrong(`has a point of ${short.length} coordinates, not of ${factors}`);
  const effects = new Array<number>(factors).fill(Number.NaN);
  for (let step = 0; step < factors; step++) {
    const [from, to] = [trajectory[step] as readonly number[], trajectory[step + 1] as readonly number[]];
    const changed = from.flatMap((coordinate, factor) => (coordinate === to[factor] ? [] : [factor]));
    const factor = changed[0];
    if (changed.length !== 1 || factor === undefined) throw wrong(`changes ${changed.length} factors in step ${step}, not one`);
    if (!Number.isNaN(effects[factor] as number)) throw wrong(`changes factor ${factor} twice`);
    const at = index * (factors + 1) + step;
    effects[factor] = ((values[at + 1] as number) - (values[at] as number)) / ((to[factor] as number) - (from[factor] as number));
  }
  return effects;
}

/** Percentile intervals of mu*, from resampled trajectories: the same ones for all factors. */
function sizeIntervals(effects: readonly Float64Array[], options: SensitivityOptions, confidence: number, resamples: number) {
  const replicates = effects.map(() => new Float64Array(resamples));
  const count = (effects[0] as Float64Array).length;
  resampleRows(count, resamples, createStream(options.seed, `statistics/morris/${options.name}`), (rows, resample) => {
    effects.forEach((ofFactor, factor) => {
      let sum = 0;
      for (const row of rows) sum += Math.abs(ofFactor[row] as number);
      (replicates[factor] as Float64Array)[resample] = sum / count;
    });
  });
  if (!rangeHolds(count, sampleMean.place, confidence)) return replicates.map(() => null);
  return replicates.map((ofFactor) => percentileInterval(ofFactor, expandedTail(confidence, count)));
}
