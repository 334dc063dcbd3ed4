/** The charts of a run. */
import { CHARTS } from "./charts/all.ts";
import { readRows, type Spec } from "./charts/chart.ts";
import { type Run, withRun } from "./run.ts";

/** A chart as drawn for one run: with `spec` null there was nothing to show, and `caption` says why. */
export interface ReportChart {
  /** Name of its files, such as `price`. */
  readonly name: string;
  readonly title: string;
  /** A sentence: the chart in numbers, and how to read it. */
  readonly caption: string;
  /** A valid Vega-Lite specification with its data in it, for light paper. */
  readonly spec: Spec | null;
}

/**
 * Draws every chart of the run in `directory`, in the order of the page.
 * @throws InputError as `withRun`
 */
export async function reportCharts(directory: string): Promise<ReportChart[]> {
  return withRun(directory, chartsOf);
}

/** Draws every chart of an open run. */
export async function chartsOf(run: Run): Promise<ReportChart[]> {
  const charts: ReportChart[] = [];
  for (const chart of CHARTS) {
    const drawing = chart.draw(await readRows(chart, run.context, run.store), run.context);
    const common = { name: chart.name, title: chart.title };
    charts.push("empty" in drawing ? { ...common, caption: drawing.empty, spec: null } : { ...common, ...drawing });
  }
  return charts;
}
