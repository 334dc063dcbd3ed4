/** Writes the report of a run, and its charts as pictures and data when asked for. */
import { join } from "node:path";
import { type ChartTargets, type WrittenCharts, writeReportFiles } from "./chart-files.ts";
import { pageOf } from "./render-report.ts";
import { chartsOf } from "./report-charts.ts";
import { withRun } from "./run.ts";

/** Where a report goes. */
export interface ReportTargets extends ChartTargets {
  /** The HTML file; default `report.html` in the directory of the run. */
  readonly out?: string;
}

/** What was written. */
export interface WrittenReport extends WrittenCharts {
  readonly html: string;
}

/**
 * Renders everything first and then writes it, so that bad input writes nothing; each
 * file appears whole or not at all.
 * @throws InputError when the directory is missing or not that of a finished run
 */
export async function writeReport(directory: string, targets: ReportTargets = {}): Promise<WrittenReport> {
  const drawn = await withRun(directory, async (run) => {
    const charts = await chartsOf(run);
    return { page: await pageOf(run, charts), charts };
  });
  const out = targets.out ?? join(directory, "report.html");
  return { html: out, ...(await writeReportFiles(out, drawn, targets)) };
}
