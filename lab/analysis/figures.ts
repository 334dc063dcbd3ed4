/** What is known of the runs of a sweep, in the form in which the parts of its analysis share it. */
import type { Metric } from "../plan/metrics.ts";
import type { PreparedPlan } from "../plan/prepare.ts";
import type { AnalysedFactor } from "./factors.ts";

/** What is known of a run. */
export interface AnalysedRun {
  readonly run: number;
  readonly setting: number;
  readonly replication: number;
  readonly seed: number;
  /** Null where it failed. */
  readonly digest: string | null;
  /** Whether some pool could not pay a loss in full. */
  readonly exhausted: boolean;
  /** A metric of it, in its unit; null where the run has none. The whole is null where it failed. */
  readonly values: ((metric: Metric) => number | null) | null;
}

/** The figures that the parts of an analysis share. */
export interface Figures {
  readonly prepared: PreparedPlan;
  readonly runs: readonly AnalysedRun[];
  readonly metrics: readonly Metric[];
  readonly factors: readonly AnalysedFactor[];
  /** Runs of a setting, in order of replication. */
  readonly bySetting: readonly (readonly AnalysedRun[])[];
  /** The values of a metric over runs, without those that have none. */
  readonly valuesOf: (runs: readonly AnalysedRun[], metric: Metric) => number[];
}
