/** Writes what a comparison found as one page, and its charts as files when asked for. */
import type { RunComparison, SweepComparison } from "../../data/store/comparison.ts";
import { type ChartTargets, type WrittenCharts, writeReportFiles } from "../chart-files.ts";
import { withPair } from "./pair.ts";
import { pairCharts } from "./run-charts.ts";
import { runComparisonPage } from "./run-page.ts";
import { sweepCharts } from "./sweep-charts.ts";
import { sweepComparisonPage } from "./sweep-page.ts";

/** What was written. */
export interface WrittenComparison extends WrittenCharts {
  readonly html: string;
}

/**
 * Draws everything first and then writes it; each file appears whole or not at all.
 * @param out the HTML file
 * @throws InputError when a run cannot be read
 */
export async function writeComparison(
  comparison: RunComparison | SweepComparison,
  out: string,
  targets: ChartTargets = {},
): Promise<WrittenComparison> {
  const drawn = comparison.kind === "run-comparison" ? await drawnRuns(comparison) : await drawnSweeps(comparison);
  return { html: out, ...(await writeReportFiles(out, drawn, targets)) };
}

async function drawnRuns(comparison: RunComparison) {
  const { first, second } = comparison;
  const charts = await withPair([first.directory, second.directory], [first.label, second.label], pairCharts);
  return { page: await runComparisonPage(comparison, charts), charts };
}

async function drawnSweeps(comparison: SweepComparison) {
  const charts = sweepCharts(comparison);
  return { page: await sweepComparisonPage(comparison, charts), charts };
}
