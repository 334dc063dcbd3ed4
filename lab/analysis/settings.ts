/** What is said of each setting of a sweep: every metric over its replications, and how often the fund ran out. */
import type { SweepAnalysis, SweepMetricSummary } from "../../data/store/sweep-analysis.ts";
import { badTail } from "../plan/metrics.ts";
import { estimateProbability } from "../statistics/clopper-pearson.ts";
import type { StoppingState } from "../statistics/sequential-stopping.ts";
import { summarise } from "../statistics/summary.ts";
import type { Figures } from "./figures.ts";

/** The settings, in their order. */
export function settingsOf(figures: Figures, stopping: readonly StoppingState[]): SweepAnalysis["settings"] {
  const { factors, metrics, bySetting, valuesOf, prepared } = figures;
  return bySetting.map((runs, setting) => {
    const whole = runs.filter(({ values }) => values !== null);
    const state = stopping[setting];
    const exhausted = whole.filter(({ exhausted }) => exhausted).length;
    const probability = whole.length === 0 ? null : estimateProbability(exhausted, whole.length);
    return {
      setting,
      values: factors.map(({ levels, levelAt }) => levels[levelAt(setting)] as string | number),
      replications: runs.length,
      failed: runs.length - whole.length,
      stopping: state === undefined ? null : { status: state.status === "reached" ? "reached" : "most", halfWidth: state.halfWidth },
      exhaustion:
        probability === null
          ? null
          : {
              successes: probability.successes,
              trials: probability.trials,
              value: probability.value,
              interval: { ...probability.interval },
            },
      metrics: metrics.map((metric) => summaryOf(valuesOf(runs, metric), metric.name, prepared.plan.seed)),
    };
  });
}

function summaryOf(values: readonly number[], name: string, seed: number): SweepMetricSummary | null {
  if (values.length === 0) return null;
  const tail = badTail(name);
  const { count, mean, standardDeviation, quantiles, shortfalls } = summarise(values, { seed, name, tail });
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return { count, mean, standardDeviation, least, greatest, quantiles: [...quantiles], shortfalls: [...shortfalls] };
}
