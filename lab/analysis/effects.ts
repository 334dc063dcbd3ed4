/** What a factor does by itself: the mean of a metric at each of its values, over all settings that have it. */
import type { SweepAnalysis, SweepEstimate } from "../../data/store/sweep-analysis.ts";
import type { Metric } from "../plan/metrics.ts";
import { DEFAULT_CONFIDENCE } from "../statistics/interval.ts";
import { momentsOf } from "../statistics/moments.ts";
import { studentHalfWidth } from "../statistics/student-interval.ts";
import type { AnalysedRun, Figures } from "./figures.ts";

/** The effects, metric by metric. */
export function effectsOf({ metrics, factors, bySetting, prepared }: Figures): SweepAnalysis["effects"] {
  return metrics.map((metric, place) => ({
    metric: place,
    factors: factors.map(({ levels, levelAt }, factor) => ({
      factor,
      levels: levels.flatMap((level, index) => {
        const runs = bySetting.filter((_, setting) => levelAt(setting) === index);
        const estimate = meanOver(runs, metric, prepared.plan.commonRandomNumbers);
        return estimate === null ? [] : [{ level, ...estimate }];
      }),
    })),
  }));
}

/**
 * The mean over the settings' means. Its interval is over replications, Student's: of each the average over settings, which
 * on common random numbers are not independent of each other; with a stopping rule, over those that all settings have.
 * Without common random numbers, from the standard errors of the settings.
 */
function meanOver(settings: readonly (readonly AnalysedRun[])[], metric: Metric, paired: boolean): SweepEstimate | null {
  const samples = settings.map((runs) => numbered(runs, metric)).filter((sample) => sample.size > 0);
  if (samples.length === 0) return null;
  const means = samples.map((sample) => momentsOf([...sample.values()]));
  const value = means.reduce((sum, { mean }) => sum + mean, 0) / means.length;
  const halfWidth = paired ? pairedHalfWidth(samples) : independentHalfWidth(means);
  return { value, interval: halfWidth === null ? null : { low: value - halfWidth, high: value + halfWidth } };
}

function pairedHalfWidth(samples: readonly ReadonlyMap<number, number>[]): number | null {
  const [first, ...others] = samples as [ReadonlyMap<number, number>, ...ReadonlyMap<number, number>[]];
  const averages = [...first.keys()]
    .filter((replication) => others.every((sample) => sample.has(replication)))
    .map((replication) => samples.reduce((sum, sample) => sum + (sample.get(replication) as number), 0) / samples.length);
  if (averages.length < 2) return null;
  return studentHalfWidth(momentsOf(averages).deviation, averages.length, DEFAULT_CONFIDENCE);
}

/** On the fewest degrees of freedom of any: too wide rather than too narrow. */
function independentHalfWidth(means: readonly { readonly deviation: number; readonly count: number }[]): number | null {
  const fewest = Math.min(...means.map(({ count }) => count));
  if (fewest < 2) return null;
  const error = Math.sqrt(means.reduce((sum, { deviation, count }) => sum + (deviation * deviation) / count, 0)) / means.length;
  return studentHalfWidth(error * Math.sqrt(fewest), fewest, DEFAULT_CONFIDENCE);
}

function numbered(runs: readonly AnalysedRun[], metric: Metric): Map<number, number> {
  return new Map(
    runs.flatMap(({ replication, values }) => {
      const value = values?.(metric) ?? null;
      return value === null ? [] : [[replication, value] as const];
    }),
  );
}
