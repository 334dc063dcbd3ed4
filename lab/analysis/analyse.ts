/** The statistics of a sweep: all that its report says in numbers, of the figures of its runs. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import { badTail, METRICS, type Metric } from "../plan/metrics.ts";
import type { PreparedPlan } from "../plan/prepare.ts";
import { replicationsMost } from "../plan/stopping.ts";
import { DEFAULT_CONFIDENCE } from "../statistics/interval.ts";
import type { StoppingState } from "../statistics/sequential-stopping.ts";
import { comparisonsOf } from "./comparisons.ts";
import { effectsOf } from "./effects.ts";
import { factorsOf } from "./factors.ts";
import type { AnalysedRun, Figures } from "./figures.ts";
import { OBJECTIVES, paretoOf } from "./pareto.ts";
import { sensitivityOf } from "./sensitivity.ts";
import { settingsOf } from "./settings.ts";
import { warningsOf } from "./warnings.ts";

/** A sweep whose runs are all done. */
export interface AnalysisInput {
  readonly prepared: PreparedPlan;
  /** Of Breakwater. */
  readonly version: string;
  /** In their order. */
  readonly runs: readonly AnalysedRun[];
  /** By setting; empty without a stopping rule. */
  readonly stopping: readonly StoppingState[];
}

/** Analyses a sweep. The same runs give the same numbers, whatever the order in which they ended. */
export function analyseSweep({ prepared, version, runs, stopping }: AnalysisInput): SweepAnalysis {
  const { plan, scenario } = prepared;
  const names = [...new Set([...plan.metrics, ...OBJECTIVES])];
  const metrics = names.map((name) => METRICS.find((metric) => metric.name === name) as Metric);
  const factors = factorsOf(prepared);
  const bySetting: AnalysedRun[][] = prepared.settings.map(() => []);
  for (const run of runs) (bySetting[run.setting] as AnalysedRun[]).push(run);
  const figures: Figures = { prepared, runs, metrics, factors, bySetting, valuesOf };
  const sensitivity = sensitivityOf(figures);
  return {
    kind: "sweep-analysis",
    breakwater: version,
    plan: {
      name: plan.name,
      description: plan.description,
      scenario: scenario.name,
      venue: scenario.venue.name,
      settle: scenario.instruments[0]?.settle ?? "",
      seed: plan.seed,
      replications: replicationsMost(plan),
      commonRandomNumbers: plan.commonRandomNumbers,
      design: plan.design.kind,
    },
    confidence: DEFAULT_CONFIDENCE,
    runs: runs.length,
    failed: runs.filter(({ values }) => values === null).length,
    factors: factors.map(({ name, numeric, levels }) => ({ name, numeric, values: [...levels] })),
    metrics: metrics.map(({ name, unit, meaning }) => ({ name, unit, meaning })),
    settings: settingsOf(figures, stopping),
    comparisons: comparisonsOf(figures),
    effects: effectsOf(figures),
    sensitivity,
    pareto: paretoOf(figures),
    worst: worstOf(figures),
    warnings: warningsOf(figures, sensitivity),
  };
}

function valuesOf(runs: readonly AnalysedRun[], metric: Metric): number[] {
  return runs.flatMap(({ values }) => {
    const value = values?.(metric) ?? null;
    return value === null ? [] : [value];
  });
}

/** The run with the worst of the first metric; of several the first. */
function worstOf({ runs, metrics: [metric] }: Figures): SweepAnalysis["worst"] {
  if (metric === undefined) return null;
  const isWorse = (value: number, than: number) => (badTail(metric.name) === "upper" ? value > than : value < than);
  let worst: SweepAnalysis["worst"] = null;
  for (const { run, setting, replication, seed, values } of runs) {
    const value = values?.(metric) ?? null;
    if (value !== null && (worst === null || isWorse(value, worst.value)))
      worst = { metric: metric.name, run, setting, replication, seed, value };
  }
  return worst;
}
