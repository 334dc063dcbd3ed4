/** Which factors matter, of designs made for it: elementary effects, or Sobol indices, of means over replications. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import type { Metric } from "../plan/metrics.ts";
import { morrisEffects } from "../statistics/morris-effects.ts";
import { sobolIndices } from "../statistics/sobol-indices.ts";
import type { Figures } from "./figures.ts";

/** The sensitivities of every metric that all settings have; null of a design that is not made for them. */
export function sensitivityOf(figures: Figures): SweepAnalysis["sensitivity"] {
  const { design, seed } = figures.prepared.plan;
  const metrics = figures.metrics.flatMap((metric, place) => {
    const values = meansOf(figures, metric);
    return values === null ? [] : [{ metric: place, name: metric.name, values }];
  });
  switch (design.kind) {
    case "morris": {
      const trajectories = trajectoriesOf(figures);
      return {
        kind: "morris",
        metrics: metrics.map(({ metric, name, values }) => ({
          metric,
          factors: morrisEffects(trajectories, values, { seed, name }).map((factor) => ({ ...factor })),
        })),
      };
    }
    case "saltelli":
      return {
        kind: "saltelli",
        metrics: metrics.map(({ metric, name, values }) => {
          const { variance, factors } = sobolIndices(values, figures.factors.length, { seed, name });
          return { metric, variance, factors: factors === null ? null : factors.map((factor) => ({ ...factor })) };
        }),
      };
    default:
      return null;
  }
}

/** The mean of each setting; null where some setting has none. */
function meansOf({ bySetting, valuesOf }: Figures, metric: Metric): number[] | null {
  const means = bySetting.map((runs) => {
    const values = valuesOf(runs, metric);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  return means.every((mean) => mean !== null) ? means : null;
}

/** Where the levels of the settings lie: spread evenly from 0 to 1 in their order. */
function trajectoriesOf({ prepared }: Figures): number[][][] {
  const counts = prepared.factors.map(({ levels }) => levels.length);
  const points = prepared.levels.map((levels) => levels.map((level, factor) => level / ((counts[factor] as number) - 1)));
  const each = counts.length + 1;
  return Array.from({ length: points.length / each }, (_, trajectory) => points.slice(trajectory * each, (trajectory + 1) * each));
}
