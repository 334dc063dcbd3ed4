/** Which settings no other beats: the fund's drawdown, what winners gave up, and what liquidation cost traders, all to be small. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import { paretoFront } from "../statistics/pareto-front.ts";
import type { Figures } from "./figures.ts";

/** The metrics of which a front is made. */
export const OBJECTIVES: readonly string[] = ["fund.maxDrawdown", "adl.taken", "traders.cost"];

/** The means of every setting that has all objectives, and the front; null where none has. */
export function paretoOf({ metrics, bySetting, valuesOf }: Figures): SweepAnalysis["pareto"] {
  const objectives = metrics
    .filter(({ name }) => OBJECTIVES.includes(name))
    .sort((a, b) => OBJECTIVES.indexOf(a.name) - OBJECTIVES.indexOf(b.name));
  const points = bySetting.flatMap((runs, setting) => {
    const means = objectives.map((metric) => {
      const values = valuesOf(runs, metric);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    return means.every(Number.isFinite) ? [{ setting, values: means }] : [];
  });
  if (points.length === 0) return null;
  const front = paretoFront(points.map(({ values }) => values));
  return { objectives: objectives.map(({ name }) => name), points, front: front.map((place) => points[place]?.setting as number) };
}
