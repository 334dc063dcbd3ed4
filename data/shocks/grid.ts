/** The steps of a path, and what a year is. */

/** Microseconds of the year to which volatilities and drifts refer: 365 days, since the market never closes. */
export const YEAR_US = 365 * 86_400 * 1_000_000;

/** A day, microseconds. */
export const DAY_US = 86_400 * 1_000_000;

/** Equal steps: a path over them has one value more than there are steps. */
export interface Grid {
  readonly steps: number;
  readonly intervalUs: number;
}

/** Where a path's logarithm has gone since the start: 0 there, one value at the end of each step. */
export type LogPath = Float64Array;

/** The next standard normal number of a process: one is drawn for each step, in order. */
export type NormalDraw = () => number;
