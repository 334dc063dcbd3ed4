/** The share of runs with at least so much. */
import type { ExceedancePoint } from "../../data/store/comparison.ts";

/** A curve has so many points at most. */
const POINTS_MOST = 200;

/**
 * For each value that occurs, ascending, the share of values that are at least it; thinned evenly by rank where there are many,
 * the least and the greatest kept.
 */
export function exceedanceOf(values: readonly number[]): ExceedancePoint[] {
  const ascending = Float64Array.from(values).sort();
  const points: ExceedancePoint[] = [];
  for (const [place, value] of ascending.entries()) {
    if (place > 0 && value === ascending[place - 1]) continue;
    points.push({ value, share: (ascending.length - place) / ascending.length });
  }
  if (points.length <= POINTS_MOST) return points;
  const kept = Array.from({ length: POINTS_MOST }, (_, place) => Math.round((place * (points.length - 1)) / (POINTS_MOST - 1)));
  return kept.map((place) => points[place] as ExceedancePoint);
}
