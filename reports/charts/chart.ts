/**
 * What a chart is: SQL that brings at most some 2,000 aggregated rows out of a run, and
 * a pure function from those rows to a Vega-Lite specification.
 */
import type { Store } from "../../data/store/store.ts";

/** A row of a query: whole numbers as numbers, money cast to double for plotting. */
export type Row = Readonly<Record<string, unknown>>;
/** The rows of a chart's queries, by the names of the queries. */
export type ChartRows = Readonly<Record<string, readonly Row[]>>;
/** A Vega-Lite specification: plain JSON, in colours of `LIGHT`. */
export type Spec = Record<string, unknown>;

/** The run a chart is drawn for: its instrument, its units and its time, cut into buckets. */
export interface ChartContext {
  /** Number of the instrument drawn. */
  readonly instrument: number;
  readonly symbol: string;
  /** Number and name of the insurance fund pool that pays for it (FUND-1); the number −1 when it has none. */
  readonly pool: number;
  readonly poolName: string;
  /** Unit of sizes. */
  readonly base: string;
  /** Unit of prices and money. */
  readonly settle: string;
  readonly startUs: number;
  readonly endUs: number;
  /** Width of a bucket of a line: at most `BUCKETS_MOST` of them. */
  readonly bucketUs: number;
  /** Width of a bar: a minute, or more in a run longer than some hours. */
  readonly barUs: number;
}

/** What a chart came to: a specification with a sentence on how to read it, or why there is nothing to see. */
export type Drawing = { readonly spec: Spec; readonly caption: string } | { readonly empty: string };

/** One chart of the report. */
export interface ChartDefinition {
  /** Name of its files: `<name>.svg`; a further one of the kind has its symbol or pool behind it. */
  readonly name: string;
  readonly title: string;
  /** What there is one for each of. */
  readonly each: "instrument" | "pool";
  /** The SQL that feeds it, by name; every query is ordered, so that the same run gives the same rows. */
  queries(context: ChartContext): Readonly<Record<string, string>>;
  /** The SQL that it needs of the twin run (CASC-3), by other names; a run without a twin has no such chart. */
  twinQueries?(context: ChartContext): Readonly<Record<string, string>>;
  draw(rows: ChartRows, context: ChartContext): Drawing;
}

/** A line keeps up to three points a bucket. */
export const BUCKETS_MOST = 180;

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const HOUR_US = 60 * MINUTE_US;
const STEPS_US = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND_US),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE_US),
  ...[1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * HOUR_US),
];

/** The shortest round width, at least `leastUs`, that cuts `spanUs` into at most `most` buckets. */
export function bucketWidth(spanUs: number, leastUs = SECOND_US, most: number = BUCKETS_MOST): number {
  const fitting = STEPS_US.find((step) => step >= leastUs && spanUs / step <= most);
  const dayUs = 24 * HOUR_US;
  return fitting ?? Math.ceil(spanUs / most / dayUs) * dayUs;
}

/** Widths of the buckets of a run from `startUs` to `endUs`. */
export function bucketsOf(startUs: number, endUs: number): { bucketUs: number; barUs: number } {
  const spanUs = Math.max(endUs - startUs, 1);
  return { bucketUs: bucketWidth(spanUs), barUs: bucketWidth(spanUs, MINUTE_US) };
}

/** `minute`, `5 minutes`, `2 hours`: what a bar spans. */
export function barName(context: ChartContext): string {
  const minutes = context.barUs / MINUTE_US;
  const [amount, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  return amount === 1 ? unit : `${amount} ${unit}s`;
}

/** SQL: the time of a natural view's column in microseconds. */
export function microseconds(column: string): string {
  return `epoch_us("${column}")`;
}

/** SQL: the start of the bar or bucket in which a time column falls, microseconds. */
export function bucketStart(column: string, context: ChartContext, widthUs: number): string {
  return `(${context.startUs} + (${microseconds(column)} - ${context.startUs}) // ${widthUs} * ${widthUs})`;
}

/**
 * SQL for a line: of each bucket the rows of the lowest, the highest and the last value, in
 * the order of the table, so that no extreme is lost however long the run. Columns `t` (us) and `v`.
 * @param source a table or subquery with a time column `time`
 * @param value an SQL expression
 */
export function extremes(source: string, value: string, context: ChartContext, where = "true"): string {
  // In one pass over the rows, of which only those picked so far are kept.
  return `WITH points AS (
      SELECT row_number() OVER () AS n, ${microseconds("time")} AS t, CAST(${value} AS DOUBLE) AS v FROM ${source} WHERE ${where}
    ), picked AS (
      SELECT DISTINCT unnest([arg_min(point, v), arg_max(point, v), arg_max(point, n)]) AS point
      FROM (SELECT n, t, v, struct_pack(n := n, t := t, v := v) AS point FROM points WHERE v IS NOT NULL)
      GROUP BY (t - ${context.startUs}) // ${context.bucketUs}
    )
    SELECT point.t AS t, point.v AS v FROM picked ORDER BY point.n`;
}

/**
 * Runs the queries of a chart.
 * @param twin the tables of the twin run, if there is one
 */
export async function readRows(
  chart: Pick<ChartDefinition, "queries" | "twinQueries">,
  context: ChartContext,
  store: Store,
  twin: Store | null = null,
): Promise<ChartRows> {
  const rows: Record<string, readonly Row[]> = {};
  for (const [name, sql] of Object.entries(chart.queries(context))) rows[name] = await store.rows(sql);
  if (twin === null) return rows;
  for (const [name, sql] of Object.entries(chart.twinQueries?.(context) ?? {})) rows[name] = await twin.rows(sql);
  return rows;
}

/** A cell as a number; null and NaN are 0. */
export function numberOf(row: Row | undefined, name: string): number {
  const value = Number(row?.[name] ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** A column's sum. */
export function total(rows: readonly Row[], name: string): number {
  return rows.reduce((sum, row) => sum + numberOf(row, name), 0);
}
