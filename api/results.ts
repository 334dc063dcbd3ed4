/** What lies in a directory of results, opened for reading: rows, Arrow tables, charts. */
import { type Table, tableFromIPC } from "apache-arrow";
import { type OpenedRuns, openRuns } from "../data/store/catalogue.ts";
import { writeQueryArrow } from "../data/store/query-arrow.ts";
import type { QueryResult } from "../data/store/store.ts";
import type { PlainValue } from "../data/store/values.ts";
import { type ReportChart, reportCharts } from "../reports/report-charts.ts";

/** A row of a result by the names of its columns. */
export type ResultRow = Readonly<Record<string, PlainValue>>;

/** How numbers that a double may not hold come out. */
export interface RowOptions {
  /** `"number"` (unless told): as the nearest double, to compute and draw with; `"text"`: DECIMAL and whole numbers beyond ±(2^53 − 1) exactly, as text. */
  readonly exact?: "number" | "text";
}

/** Results in a directory: of a run, of a sweep, or of a folder of runs. Close them when done. */
export interface Results {
  readonly directory: string;
  /** Names of the tables, sorted (docs/tables.md); each also as `<table>_natural`, in natural units. */
  readonly tables: readonly string[];
  /** Runs of a folder that cannot be read, a line each. */
  readonly passedOver: readonly string[];
  /**
   * Rows of one SQL statement that only reads; times as ISO-8601 text in UTC.
   * @throws InputError in one line when the SQL is wrong or not admitted
   */
  rows(sql: string, options?: RowOptions): Promise<ResultRow[]>;
  /**
   * The same as an Arrow table, with exact types.
   * @throws InputError as `rows`
   */
  arrow(sql: string): Promise<Table>;
  /**
   * The charts of a run, in the order of its report: Vega-Lite specifications with their data.
   * @throws InputError when this is not the directory of one finished run
   */
  charts(): Promise<ReportChart[]>;
  close(): void;
}

/**
 * Opens the directory of a run or of a sweep, or a folder of runs.
 *
 *     const results = await openResults("out/flash-crash");
 *     const [{ worst }] = await results.rows("SELECT min(balance) AS worst FROM funds_natural");
 *     results.close();
 *
 * @throws InputError when there is no such directory, no table in it, or one that is broken
 */
export async function openResults(directory: string): Promise<Results> {
  return resultsOf(directory, await openRuns(directory));
}

/** @param onClose called after the tables are closed */
export function resultsOf(directory: string, { store, passedOver }: OpenedRuns, onClose: () => void = () => {}): Results {
  return {
    directory,
    tables: store.tables,
    passedOver,
    rows: async (sql, { exact = "number" } = {}) => plainRows(await store.query(sql), exact === "number"),
    async arrow(sql) {
      const parts: Uint8Array[] = [];
      await writeQueryArrow(await store.stream(sql), async (bytes) => void parts.push(bytes.slice()));
      return tableFromIPC(Buffer.concat(parts));
    },
    charts: () => reportCharts(directory),
    close() {
      store.close();
      onClose();
    },
  };
}

const NUMERIC = /^(?:DECIMAL|BIGINT|HUGEINT|UBIGINT|UHUGEINT)/;

function plainRows({ columns, rows }: QueryResult, asNumbers: boolean): ResultRow[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, place) => {
        const value = row[place] as PlainValue;
        return [name, asNumbers && typeof value === "string" && NUMERIC.test(type) && !type.endsWith("]") ? Number(value) : value];
      }),
    ),
  );
}
