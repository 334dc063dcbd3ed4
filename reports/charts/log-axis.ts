/** Axes of powers of ten, and how many values are at least so large. */
import type { Row, Spec } from "./chart.ts";
import { amountAxis } from "./panel.ts";

/** Beyond the greatest of counts, so that its point is whole. */
const HEADROOM = 1.25;

/** A logarithmic axis over whole decades around positive values. */
export function logAxis(values: readonly number[], more: Spec = {}): Spec {
  const { least, most } = rangeOf(values);
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(most) - 1e-9));
  return axisOver(Number(`1e${first}`), Number(`1e${last}`), more);
}

/** A logarithmic axis of counts, from 1 on. */
export function logCountAxis(counts: readonly number[], more: Spec = {}): Spec {
  return axisOver(1, Math.max(2, rangeOf(counts).most) * HEADROOM, more);
}

function axisOver(low: number, high: number, more: Spec): Spec {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high));
  const within = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks = Array.from({ length: last - first + 1 }, (_, place) => first + place)
    .flatMap((power) => within.map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick <= high);
  return {
    scale: { type: "log", domain: [low, high], nice: false },
    // Vega leaves out ticks beyond its count, even those it is told.
    axis: { ...amountAxis({ values: ticks, tickCount: 2 * ticks.length, labelOverlap: "greedy" }), grid: true, domain: false, ...more },
  };
}

function rangeOf(values: readonly number[]): { least: number; most: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { least: 1, most: 1 };
  return positive.reduce(({ least, most }, value) => ({ least: Math.min(least, value), most: Math.max(most, value) }), {
    least: Number.POSITIVE_INFINITY,
    most: 0,
  });
}

/** Points of a curve are thinned to so many a decade of ranks. */
const POINTS_A_DECADE = 40;

/**
 * SQL: columns `v`, and `n`: how many rows of `source` have a `value` of at least `v`; a few hundred at most, the largest all of them.
 * @param value an SQL expression
 */
export function exceedance(source: string, value: string): string {
  return `SELECT arg_max(v, n) AS v, max(n) AS n FROM (
      SELECT v, max(n) AS n FROM (SELECT ${value} AS v, row_number() OVER (ORDER BY ${value} DESC) AS n FROM ${source}) WHERE v > 0 GROUP BY v
    ) GROUP BY floor(log10(n) * ${POINTS_A_DECADE}) ORDER BY n`;
}

/** Values of a column that are numbers. */
export function valuesOf(rows: readonly Row[], column: string): number[] {
  return rows.map((row) => Number(row[column])).filter(Number.isFinite);
}
