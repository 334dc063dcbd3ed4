/** A run as the report sees it: its directory, and the instrument, units and time its charts are drawn for. */
import { openRunDirectory, type RunDirectory } from "../data/store/run-directory.ts";
import type { Store } from "../data/store/store.ts";
import { bucketsOf, type ChartContext } from "./charts/chart.ts";

/** A run opened for its report: close its store when done. */
export interface Run extends RunDirectory {
  readonly context: ChartContext;
}

/**
 * Opens a run for its report, and closes it when `use` is done.
 * @throws InputError when the directory is missing, is not that of a finished run, or holds a file that cannot be read
 */
export async function withRun<Result>(directory: string, use: (run: Run) => Promise<Result>): Promise<Result> {
  const found = await openRunDirectory(directory);
  try {
    return await use({ ...found, context: await readContext(found.store) });
  } finally {
    found.store.close();
  }
}

async function readContext(store: Store): Promise<ChartContext> {
  const [instrument] = await store.rows(
    `SELECT instrument, instruments.symbol AS symbol, underlying, assets.symbol AS settle
     FROM instruments JOIN assets ON settle_asset = asset ORDER BY instrument LIMIT 1`,
  );
  const [span] = await store.rows(
    `SELECT min(first) AS first, max(last) AS last FROM (
       SELECT min(time_us) AS first, max(time_us) AS last FROM marks UNION ALL SELECT min(time_us), max(time_us) FROM samples)`,
  );
  const [startUs, endUs] = [Number(span?.["first"]), Number(span?.["last"])];
  return {
    instrument: Number(instrument?.["instrument"]),
    symbol: String(instrument?.["symbol"]),
    base: String(instrument?.["underlying"]),
    settle: String(instrument?.["settle"]),
    startUs,
    endUs,
    ...bucketsOf(startUs, endUs),
  };
}
