/** The report of a sweep: one self-contained HTML, made of its directory alone. */
import { writeReportFiles } from "../chart-files.ts";
import { html, type Markup } from "../html.ts";
import { htmlPage, NO_SCRIPT } from "../page/document.ts";
import { figure, type PageChart } from "../page/figure.ts";
import type { ReportTargets, WrittenReport } from "../write-report.ts";
import { SWEEP_CHARTS } from "./charts/all.ts";
import { replayChart } from "./charts/replay.ts";
import { sweepHeader, sweepTiles } from "./head.ts";
import { type Sweep, sweepReportFile, withSweep } from "./sweep.ts";
import { failuresTable, settingsTable, sweepProvenance, worstRun } from "./tables.ts";

/**
 * Writes the report of a sweep, and its charts when asked for. What fails writes nothing; each file appears whole or not at all.
 * @throws InputError when the directory is not that of a sweep that is done
 */
export async function writeSweepReport(directory: string, targets: ReportTargets = {}): Promise<WrittenReport> {
  const drawn = await withSweep(directory, async (sweep) => {
    const charts = await sweepCharts(sweep);
    return { page: await sweepPage(sweep, charts), charts };
  });
  const out = targets.out ?? sweepReportFile(directory);
  return { html: out, ...(await writeReportFiles(out, drawn, targets)) };
}

/** Draws every chart of an open sweep, in the order of the page. */
export async function sweepCharts(sweep: Sweep): Promise<PageChart[]> {
  const charts: PageChart[] = [];
  for (const { name, title, draw } of SWEEP_CHARTS) {
    const made = await draw(sweep);
    charts.push("empty" in made ? { name, title, caption: made.empty, spec: null } : { name, title, ...made });
  }
  return charts;
}

/** The whole page of an open sweep. */
export async function sweepPage(sweep: Sweep, charts: readonly PageChart[]): Promise<string> {
  const { breakwater, plan } = sweep.analysis;
  const figures = charts.map((chart) => (chart.name === replayChart.name ? html`${figure(chart)}${worstRun(sweep)}` : figure(chart)));
  const [metrics, ...others] = figures as [Markup, ...Markup[]];
  return htmlPage({
    title: `${plan.name} – Breakwater`,
    version: breakwater,
    body: [
      sweepHeader(sweep),
      sweepTiles(sweep),
      NO_SCRIPT,
      metrics,
      settingsTable(sweep),
      others,
      await failuresTable(sweep),
      sweepProvenance(sweep),
    ],
    charts,
    footer: `Made by Breakwater ${breakwater} from the tables of the sweep alone. Times are UTC. Charts by Vega-Lite, within this file.`,
  });
}
