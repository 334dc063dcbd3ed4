/** A sweep as its report sees it: the statistics, the plan, and the tables its pictures are drawn from. */
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../data/scenario/json.ts";
import { readRegularFile } from "../../data/store/regular-file.ts";
import type { Store } from "../../data/store/store.ts";
import { readAnalysis, type SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import { openSweep, sweepFile } from "../../data/store/sweep-store.ts";
import { bucketsOf, type ChartContext } from "../charts/chart.ts";
import { settingLabels, shortNames } from "./labels.ts";
import { shownSettings } from "./shown.ts";

const FACTOR = z.looseObject({
  path: z.string(),
  scale: z.record(z.string(), z.array(z.number())).optional(),
});
const SWEEP = z.looseObject({
  plan: z.looseObject({
    scenario: z.unknown(),
    set: z.record(z.string(), z.unknown()).optional(),
    factors: z.array(FACTOR).optional(),
  }),
  scenario: z.looseObject({
    start: z.string().optional(),
    instruments: z.array(z.looseObject({ symbol: z.string().optional() })).optional(),
  }),
});

/** What `sweep.json` says of the plan and the scenario as resolved. */
export type SweepSource = z.infer<typeof SWEEP>;

/** A sweep opened for its report. */
export interface Sweep {
  readonly directory: string;
  readonly analysis: SweepAnalysis;
  readonly source: SweepSource;
  readonly store: Store;
  /** Of the factors, in their order: as much of each path as tells them apart. */
  readonly factorNames: readonly string[];
  /** A line for each setting, by its place among the analysis's settings: number and values. */
  readonly labels: ReadonlyMap<number, string>;
  /** Settings that pictures of single ones offer: all, or the telling ones of many. */
  readonly shown: readonly number[];
  /** Numbers and names of the instruments. */
  readonly instruments: readonly { readonly instrument: number; readonly symbol: string }[];
  /** Time and unit of money of all charts. */
  readonly context: ChartContext;
  /** Tables of the directory. */
  readonly tables: ReadonlySet<string>;
}

/**
 * Opens a sweep for its report, and closes it when `use` is done.
 * @throws InputError when the directory is not that of a sweep that is done, or holds a file that cannot be read
 */
export async function withSweep<Result>(directory: string, use: (sweep: Sweep) => Promise<Result>): Promise<Result> {
  const store = await openSweep(directory);
  try {
    const analysis = await readAnalysis(directory);
    const file = sweepFile(directory);
    const source = SWEEP.parse(parseJson((await readRegularFile(file)).toString("utf8"), file));
    const views = await store.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal");
    const tables = new Set(views.map((row) => String(row["view_name"])));
    const factorNames = shortNames(analysis.factors.map(({ name }) => name));
    const symbols = source.scenario.instruments ?? [];
    return await use({
      ...{ directory, analysis, source, store, tables, factorNames },
      labels: settingLabels(analysis, factorNames),
      shown: shownSettings(analysis),
      instruments: (await instrumentsOf(store, tables)).map((instrument) => ({
        instrument,
        symbol: symbols[instrument]?.symbol ?? `instrument ${instrument}`,
      })),
      context: await contextOf(store, tables, analysis, source),
    });
  } finally {
    store.close();
  }
}

/** Where the report of a sweep lies unless told otherwise. */
export function sweepReportFile(directory: string): string {
  return join(directory, "report.html");
}

async function instrumentsOf(store: Store, tables: ReadonlySet<string>): Promise<number[]> {
  if (!tables.has("curves")) return [];
  return (await store.rows("SELECT DISTINCT instrument FROM curves ORDER BY instrument")).map((row) => Number(row["instrument"]));
}

async function contextOf(
  store: Store,
  tables: ReadonlySet<string>,
  { plan }: SweepAnalysis,
  { scenario }: SweepSource,
): Promise<ChartContext> {
  const [span = {}] = tables.has("curves") ? await store.rows("SELECT min(time_us) AS first, max(time_us) AS last FROM curves") : [];
  const first = Number(span["first"] ?? 0);
  const stated = Date.parse(scenario.start ?? "") * 1000;
  const startUs = Number.isFinite(stated) && stated < first ? stated : first;
  const endUs = Math.max(Number(span["last"] ?? 0), startUs + 1);
  return {
    ...{ instrument: 0, symbol: "", pool: 0, poolName: "", base: "", settle: plan.settle },
    ...{ startUs, endUs, ...bucketsOf(startUs, endUs) },
  };
}
