/**
 * The public face of the package: what `import … from "breakwater"` offers. A scenario is
 * resolved, run, written to a directory, queried and reported:
 *
 *   const scenario = await resolveScenario("flash-crash", { sets: ["seed=8"], registries });
 *   const result = await runExperiment(scenario);
 *
 * The engine alone, without files, is `breakwater/sim`.
 */
export { type AuditReport, auditRun } from "./data/audit/audit.ts";
export { type ResolveOptions, resolveScenario } from "./data/scenario/resolve.ts";
export type { ResolvedScenario } from "./data/scenario/scenario-schema.ts";
export type { Bars } from "./data/sources/bars.ts";
export { type ReadBarsOptions, readBars } from "./data/sources/read-bars.ts";
export { type OpenedRuns, openRuns } from "./data/store/catalogue.ts";
export type { QueryStream } from "./data/store/query-stream.ts";
export { RowFile } from "./data/store/row-file.ts";
export type { Summary } from "./data/store/run-directory.ts";
export { openStore, type QueryResult, type Store } from "./data/store/store.ts";
export { writeTables } from "./data/store/tables.ts";
export { type RunCircumstances, runExperiment, simulationInput, writeExperiment, writeFailedExperiment } from "./lab/experiment.ts";
export { registries } from "./lab/registries.ts";
export { type ReportTargets, type WrittenReport, writeReport } from "./reports/write-report.ts";
export * from "./sim/index.ts";
