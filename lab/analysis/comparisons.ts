/** Every setting of a sweep against the first, replication by replication. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import type { Metric } from "../plan/metrics.ts";
import { pairedDifference, type Replicate } from "../statistics/paired-difference.ts";
import type { AnalysedRun, Figures } from "./figures.ts";

/** The setting that the others are held against. */
const BASE = 0;

/**
 * The paired differences: of plans with common random numbers alone, since no other replications belong together. A replication
 * that failed in either setting, or that only one has, is left out of both; none of less than two pairs.
 */
export function comparisonsOf({ prepared, metrics, bySetting }: Figures): SweepAnalysis["comparisons"] {
  if (!prepared.plan.commonRandomNumbers) return [];
  const first = bySetting[BASE] ?? [];
  return bySetting.flatMap((runs, setting) =>
    setting === BASE
      ? []
      : metrics.flatMap((metric, place) => {
          const [one, other] = common(replicates(first, metric), replicates(runs, metric));
          if (one.length < 2) return [];
          const { pairs, value, standardError, interval, varianceReduction } = pairedDifference(one, other);
          return [{ setting, against: BASE, metric: place, pairs, value, standardError, interval: { ...interval }, varianceReduction }];
        }),
  );
}

function replicates(runs: readonly AnalysedRun[], metric: Metric): Replicate[] {
  return runs.flatMap(({ replication, seed, values }) => {
    const value = values?.(metric) ?? null;
    return value === null ? [] : [{ replication, seed, value }];
  });
}

/** Those of both whose replication both have. */
function common(one: readonly Replicate[], other: readonly Replicate[]): [Replicate[], Replicate[]] {
  const [ones, others] = [one, other].map((runs) => new Set(runs.map(({ replication }) => replication))) as [Set<number>, Set<number>];
  return [one.filter(({ replication }) => others.has(replication)), other.filter(({ replication }) => ones.has(replication))];
}
