/** The report of a run: one HTML file with everything in it. */
import { TWIN_CHARTS } from "./charts/all.ts";
import type { Markup } from "./html.ts";
import { adlLaterSection } from "./page/adl-later.ts";
import { htmlPage, NO_SCRIPT } from "./page/document.ts";
import { figure } from "./page/figure.ts";
import { pageHeader, summaryTiles } from "./page/head.ts";
import { instrumentSection, instrumentsTable } from "./page/instruments.ts";
import { provenanceSection } from "./page/provenance.ts";
import { secondOpinionSection } from "./page/second-opinion.ts";
import { adlTable, cascadesTable, episodesTable, poolsTable } from "./page/tables.ts";
import { chartsOf, type ReportChart } from "./report-charts.ts";
import { type Run, withRun } from "./run.ts";

/**
 * The report of the run in `directory` as one self-contained HTML document.
 * @throws InputError when the directory is missing or not that of a finished run
 */
export async function renderReport(directory: string): Promise<string> {
  return withRun(directory, async (run) => pageOf(run, await chartsOf(run)));
}

/** The report of an open run, its charts drawn already. */
export async function pageOf(run: Run, charts: readonly ReportChart[]): Promise<string> {
  const isOfTwin = ({ kind }: ReportChart) => TWIN_CHARTS.some(({ name }) => name === kind);
  const secondOpinion = await secondOpinionSection(run, charts.filter(isOfTwin).map(figure));
  const tables = [poolsTable(run), await cascadesTable(run), await episodesTable(run), adlLaterSection(run), await adlTable(run)];
  const own = charts.filter((chart) => !isOfTwin(chart));
  const { breakwater, scenario } = run.manifest;
  return htmlPage({
    title: `${scenario.name} – Breakwater`,
    version: breakwater,
    body: [
      pageHeader(run),
      summaryTiles(run),
      NO_SCRIPT,
      instrumentsTable(run),
      chartSections(run, own),
      secondOpinion,
      tables,
      provenanceSection(run),
    ],
    charts,
    footer: `Made by Breakwater ${breakwater} from the tables of the run alone. Times are UTC. Charts by Vega-Lite, within this file.`,
  });
}

/** With one instrument one chart after the other, with several those of each under a heading. */
function chartSections({ contexts }: Run, charts: readonly ReportChart[]): Markup[] {
  if (contexts.length === 1) return charts.map(figure);
  const pools = charts.filter(({ instrument }) => instrument === null).map(figure);
  const sections = contexts.map((context) => {
    const own = charts.filter(({ instrument }) => instrument === context.instrument);
    return instrumentSection(context, own.map(figure));
  });
  return [...pools, ...sections];
}
