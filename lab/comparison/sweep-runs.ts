/** A sweep as far as a comparison needs it: its plan, its settings, and the figures of each run. */
import { stat } from "node:fs/promises";
import { z } from "zod";
import { parseJson } from "../../data/scenario/json.ts";
import type { ComparedSweep } from "../../data/store/comparison.ts";
import { readRegularFile } from "../../data/store/regular-file.ts";
import { openSweep, sweepFile } from "../../data/store/sweep-store.ts";
import { directoryProblem } from "../../data/store/table-files.ts";
import { InputError } from "../../sim/index.ts";
import { METRICS } from "../plan/metrics.ts";

const FILE = z.looseObject({
  breakwater: z.string(),
  plan: z.looseObject({ name: z.string(), metrics: z.array(z.string()).optional() }),
  scenario: z.looseObject({ name: z.string(), instruments: z.array(z.looseObject({ settle: z.string() })).min(1) }),
});

/** Columns of `settings` that are no factors. */
const SETTING = "setting";

/** A run of a sweep. */
export interface SweepRun {
  readonly setting: number;
  readonly replication: number;
  readonly seed: number;
  /** Null of a run that failed. */
  readonly digest: string | null;
  /** By the name of the metric; null where the run failed or has no such thing. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A sweep that is done. */
export interface SweepRuns {
  readonly side: Omit<ComparedSweep, "label">;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly factors: readonly string[];
  /** By number of the setting, in order: one value a factor. */
  readonly settings: ReadonlyMap<number, readonly (number | string)[]>;
  readonly runs: readonly SweepRun[];
  /** Metrics that its runs have, in the order of all. */
  readonly metrics: readonly string[];
  /** Those that the plan asks for. */
  readonly wanted: readonly string[];
}

/**
 * Reads a sweep that is done.
 * @throws InputError when the directory is missing or not that of a sweep that is done
 */
export async function readSweepRuns(directory: string): Promise<SweepRuns> {
  const found = await stat(directory).catch((error: unknown) => {
    throw new InputError(directory, directoryProblem(error));
  });
  if (!found.isDirectory()) throw new InputError(directory, "expected the directory of a sweep, got a file");
  const store = await openSweep(directory);
  try {
    const file = sweepFile(directory);
    const parsed = FILE.safeParse(parseJson((await readRegularFile(file)).toString("utf8"), file));
    if (!parsed.success) throw new InputError(file, "is not what a sweep leaves");
    const { breakwater, plan, scenario } = parsed.data;
    const settingRows = await store.rows(`SELECT * FROM settings ORDER BY ${SETTING}`);
    const runRows = await store.rows("SELECT * FROM runs ORDER BY run");
    const factors = Object.keys(settingRows[0] ?? {}).filter((column) => column !== SETTING);
    const metrics = METRICS.map(({ name }) => name).filter((name) => Object.hasOwn(runRows[0] ?? {}, name));
    const runs = runRows.map((row) => runOf(row, metrics));
    return {
      side: {
        directory,
        plan: plan.name,
        scenario: scenario.name,
        settle: scenario.instruments[0]?.settle ?? "",
        settings: settingRows.length,
        runs: runs.length,
        failed: runs.filter(({ digest }) => digest === null).length,
        breakwater,
      },
      plan,
      scenario,
      factors,
      settings: new Map(settingRows.map((row) => [Number(row[SETTING]), factors.map((factor) => valueOf(row[factor]))])),
      runs,
      metrics,
      wanted: plan.metrics ?? [],
    };
  } finally {
    store.close();
  }
}

function runOf(row: Readonly<Record<string, unknown>>, metrics: readonly string[]): SweepRun {
  const figure = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  return {
    setting: Number(row["setting"]),
    replication: Number(row["replication"]),
    seed: Number(row["seed"]),
    digest: row["digest"] === null ? null : String(row["digest"]),
    figures: Object.fromEntries(metrics.map((name) => [name, figure(row[name])])),
  };
}

function valueOf(value: unknown): number | string {
  return typeof value === "number" ? value : String(value);
}
