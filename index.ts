/**
 * The public face of the package: what `import … from "breakwater"` offers (docs/api.md).
 *
 *   const crash = await run("flash-crash", { set: { "population.accounts": 2000 } });
 *   console.log(crash.digest, crash.summary.liquidations.count);
 *   crash.close();
 *
 * The engine alone, without files, is `breakwater/sim`.
 */
// Own agents.

export { defineAgent, fields, type OwnAgent, type OwnAgentContext } from "./agents/define-agent.ts";
export type { AgentContext, AgentDefinition, MadeAgent } from "./agents/definition.ts";
export type { OpenOrders, OpenOrdersState } from "./agents/open-orders.ts";
export { OwnAccount, type OwnAccountState } from "./agents/own-account.ts";
export { type PositionState, PositionTracker } from "./agents/position-tracker.ts";
// Calculators.
export {
  adlBatches,
  compareAdlPolicies,
  type DeleverageQuestion,
  deleverage,
  margin,
  type SnapshotSource,
} from "./api/calculators.ts";
// Notebooks.
export { chart, DISPLAY, type Displayed, type DisplayedChart, type TableOptions, table } from "./api/display.ts";
// Results.
export { openResults, type ResultRow, type Results, type RowOptions } from "./api/results.ts";
// Runs and sweeps.
export { type Run, type RunOptions, run, simulate } from "./api/run.ts";
export { bundled, type ScenarioOptions, type ScenarioSource, scenarioOf } from "./api/scenario.ts";
export { type PlanSource, type Sweep, type SweepRunOptions, sweep } from "./api/sweep.ts";
export type { SnapshotRow } from "./data/adl/read-snapshot.ts";
export type { AdlAnswer, SkippedPolicy } from "./data/adl/replay.ts";
export { type AuditReport, auditRun } from "./data/audit/audit.ts";
export type { MarginAnswer } from "./data/margin/margin-answer.ts";
export { type ResolveOptions, resolveScenario } from "./data/scenario/resolve.ts";
export type { ResolvedScenario } from "./data/scenario/scenario-schema.ts";
export type { Bars } from "./data/sources/bars.ts";
export { type ReadBarsOptions, readBars } from "./data/sources/read-bars.ts";
export { type OpenedRuns, openRuns } from "./data/store/catalogue.ts";
export type { QueryStream } from "./data/store/query-stream.ts";
export { RowFile } from "./data/store/row-file.ts";
export type { Summary } from "./data/store/run-directory.ts";
export { openStore, type QueryResult, type Store } from "./data/store/store.ts";
export type { SweepAnalysis } from "./data/store/sweep-analysis.ts";
export { writeTables } from "./data/store/tables.ts";
export type { PlainValue } from "./data/store/values.ts";
export type { AdlBatch } from "./lab/adl-batch.ts";
// Designs and statistics (docs/statistics.md).
export { type MorrisDesign, morrisDesign } from "./lab/design/morris.ts";
export { saltelliDesign } from "./lab/design/saltelli.ts";
export {
  type RunCircumstances,
  type RunKind,
  runExperiment,
  simulationInput,
  writeExperiment,
  writeFailedExperiment,
} from "./lab/experiment.ts";
export { type Extensions, registriesWith } from "./lab/extensions.ts";
export { registries } from "./lab/registries.ts";
export { estimateProbability, type ProbabilityEstimate } from "./lab/statistics/clopper-pearson.ts";
export { expectedShortfall } from "./lab/statistics/expected-shortfall.ts";
export type { Estimate, Interval } from "./lab/statistics/interval.ts";
export { type MorrisFactor, morrisEffects } from "./lab/statistics/morris-effects.ts";
export { type PairedDifference, pairedDifference, type Replicate } from "./lab/statistics/paired-difference.ts";
export { paretoFront } from "./lab/statistics/pareto-front.ts";
export { quantile } from "./lab/statistics/quantile.ts";
export type { SensitivityOptions } from "./lab/statistics/sensitivity-options.ts";
export { SequentialStopping, type StoppingRule, type StoppingState } from "./lab/statistics/sequential-stopping.ts";
export { type SobolFactor, type SobolIndices, sobolIndices } from "./lab/statistics/sobol-indices.ts";
export { type Summary as SampleSummary, type SummaryOptions, summarise } from "./lab/statistics/summary.ts";
// Reports and pictures.
export { renderPng, renderSvg } from "./reports/render.ts";
export type { ReportChart } from "./reports/report-charts.ts";
export { type ReportTargets, type WrittenReport, writeReport } from "./reports/write-report.ts";
export * from "./sim/index.ts";
