/** Sweeps: all runs of a plan, and their tables. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openRuns } from "../data/store/catalogue.ts";
import { readAnalysis, type SweepAnalysis } from "../data/store/sweep-analysis.ts";
import type { Extensions } from "../lab/extensions.ts";
import type { Plan } from "../lab/plan/plan-schema.ts";
import { preparePlan } from "../lab/plan/prepare.ts";
import { parsePlan, readPlan } from "../lab/plan/read-plan.ts";
import { here } from "../lab/sweep/here.ts";
import { keptTables } from "../lab/sweep/kept-tables.ts";
import { runSweep, type SweepOutcome } from "../lab/sweep/sweep.ts";
import { hashFiles, shockFiles } from "../lab/sweep/sweep-file.ts";
import { threads } from "../lab/sweep/threads.ts";
import { packageVersion } from "../lab/version.ts";
import { InputError } from "../sim/index.ts";
import { checkOptions } from "./options.ts";
import { type Results, resultsOf } from "./results.ts";
import { inline } from "./scenario.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** A plan: a bundled name, a file, or an object as such a file has it. */
export type PlanSource = string | Readonly<Record<string, unknown>>;

/** How a plan is run. */
export interface SweepRunOptions extends Extensions {
  /** Where the sweep's tables go. Left out: a temporary folder, which `close` removes, at the latest the end of the program. */
  readonly directory?: string;
  /**
   * How many runs at a time, each in a thread of its own; one a core unless told. The results are the same for any number.
   * With agents or policies of one's own, which other threads do not have, it is one at a time in this thread.
   */
  readonly workers?: number;
  /** Goes on with what the directory holds of the same plan. */
  readonly resume?: boolean;
  /** Called after each run that was done, with how many were done and how many are not begun. */
  readonly onRun?: (done: number, left: number) => void;
}

const SWEEP_OPTIONS: Readonly<Record<keyof SweepRunOptions, true>> = {
  ...{ directory: true, workers: true, resume: true, onRun: true },
  ...{ agents: true, policies: true },
};

/** A finished sweep, its tables open: `settings` and `runs` beside those of the runs. */
export interface Sweep extends Results, SweepOutcome {
  /** As checked, with every default. */
  readonly plan: Plan;
  /** Means, quantiles and shortfalls with their intervals, comparisons, sensitivities, Pareto front (docs/statistics.md). */
  readonly analysis: SweepAnalysis;
}

/**
 * Runs every run of a plan and opens the tables.
 *
 *     const fees = await sweep("tiers-and-fees", { directory: "out/fees", workers: 2 });
 *     const rows = await fees.rows(`SELECT setting, avg("fund.maxDrawdown") AS drawdown FROM runs GROUP BY setting ORDER BY setting`);
 *
 * @returns also when some runs failed: `failed` says how many, `firstError` why the first of them did
 * @throws InputError for a plan that is none, for a directory that cannot be taken, and for one of another plan with `resume`
 */
export async function sweep(source: PlanSource, options: SweepRunOptions = {}): Promise<Sweep> {
  checkOptions(options, SWEEP_OPTIONS);
  const { workers = availableParallelism(), resume = false, onRun } = options;
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new InputError("workers", `expected a whole number of at least 1, got ${workers}`);
  const files = new Set<string>();
  const document = typeof source === "string" ? await readPlan(source) : parsePlan(inline("plan", source));
  const prepared = await preparePlan(
    document,
    (scenario) => {
      for (const file of shockFiles(scenario)) files.add(file);
    },
    options,
  );
  const { plan, scenario } = prepared;
  const temporary = options.directory === undefined ? temporaryFolder() : null;
  const directory = options.directory ?? join((temporary as TemporaryFolder).path, "sweep");
  const inputs = { breakwater: packageVersion(), plan, scenario, files: await hashFiles(files) };
  const sweepOf = { directory, tables: keptTables(plan), version: inputs.breakwater };
  const isOwn = options.agents !== undefined || options.policies !== undefined;
  let done = 0;
  const outcome = await runSweep(prepared, {
    ...{ directory, resume, inputs },
    backend: isOwn ? here({ ...sweepOf, extensions: options }) : threads({ ...sweepOf, workers }),
    onRun: (left) => onRun?.(++done, left),
  });
  const analysis = await readAnalysis(directory);
  return { plan, analysis, ...outcome, ...resultsOf(directory, await openRuns(directory), () => temporary?.remove()) };
}
