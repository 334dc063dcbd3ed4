/** A run as the report sees it: its directory, and the instruments, units and time its charts are drawn for. */
import { join } from "node:path";
import { COUNTERFACTUAL_DIRECTORY, openRunDirectory, type RunDirectory } from "../data/store/run-directory.ts";
import { openStore, type Store } from "../data/store/store.ts";
import { bucketsOf, type ChartContext } from "./charts/chart.ts";

/** A run opened for its report: close its store when done. */
export interface Run extends RunDirectory {
  /** One an instrument, in their order. */
  readonly contexts: readonly ChartContext[];
  /** Of the first instrument: time and unit of money are those of all. */
  readonly context: ChartContext;
  /** The tables of its twin (CASC-3); null for a run without one. */
  readonly twin: Store | null;
}

/**
 * Opens a run for its report, and closes it when `use` is done.
 * @throws InputError when the directory is missing, is not that of a finished run, or holds a file that cannot be read
 */
export async function withRun<Result>(directory: string, use: (run: Run) => Promise<Result>): Promise<Result> {
  const found = await openRunDirectory(directory);
  let twin: Store | null = null;
  try {
    if (found.summary.counterfactual !== undefined) twin = await openStore(join(directory, COUNTERFACTUAL_DIRECTORY), { sparing: true });
    const contexts = await readContexts(found.store);
    return await use({ ...found, contexts, context: contexts[0] as ChartContext, twin });
  } finally {
    twin?.close();
    found.store.close();
  }
}

async function readContexts(store: Store): Promise<ChartContext[]> {
  const instruments = await store.rows(
    `WITH named AS (
       SELECT instrument, instruments.symbol AS symbol, underlying, assets.symbol AS settle,
         product_line || '/' || underlying || '/' || assets.symbol AS pool_name
       FROM instruments LEFT JOIN assets ON settle_asset = asset
     )
     SELECT named.*, coalesce((SELECT min(pool) FROM funds WHERE funds.pool_name = named.pool_name), -1) AS pool FROM named ORDER BY instrument`,
  );
  const [span] = await store.rows(
    `SELECT min(first) AS first, max(last) AS last FROM (
       SELECT min(time_us) AS first, max(time_us) AS last FROM marks UNION ALL SELECT min(time_us), max(time_us) FROM samples)`,
  );
  const [startUs, endUs] = [Number(span?.["first"]), Number(span?.["last"])];
  return instruments.map((row) => ({
    instrument: Number(row["instrument"]),
    symbol: String(row["symbol"]),
    pool: Number(row["pool"]),
    poolName: String(row["pool_name"]),
    base: String(row["underlying"]),
    settle: String(row["settle"]),
    startUs,
    endUs,
    ...bucketsOf(startUs, endUs),
  }));
}
