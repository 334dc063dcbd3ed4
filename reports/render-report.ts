/**
 * The report of a run: one HTML file with everything in it. It asks for nothing from
 * any network, and its content security policy would not let it.
 */
import { readFile } from "node:fs/promises";
import { TWIN_CHARTS } from "./charts/all.ts";
import { embedJson, embedScript, html, Markup } from "./html.ts";
import { adlLaterSection } from "./page/adl-later.ts";
import { pageHeader, summaryTiles } from "./page/head.ts";
import { instrumentSection, instrumentsTable } from "./page/instruments.ts";
import { provenanceSection } from "./page/provenance.ts";
import { secondOpinionSection } from "./page/second-opinion.ts";
import { adlTable, cascadesTable, episodesTable, poolsTable } from "./page/tables.ts";
import { chartsOf, type ReportChart } from "./report-charts.ts";
import { type Run, withRun } from "./run.ts";
import { AXIS_WIDTH, chartConfig, DARK, LIGHT, type Palette, RIGHT_MARGIN, type Role, recolour } from "./theme.ts";
import { type Library, readLibraries } from "./vendor.ts";

/** Vega compiles its expressions, hence `unsafe-eval`; nothing may be fetched. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:";
const PAGE_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

/**
 * The report of the run in `directory` as one self-contained HTML document.
 * @throws InputError when the directory is missing or not that of a finished run
 */
export async function renderReport(directory: string): Promise<string> {
  return withRun(directory, async (run) => pageOf(run, await chartsOf(run)));
}

/** The report of an open run, its charts drawn already. */
export async function pageOf(run: Run, charts: readonly ReportChart[]): Promise<string> {
  const [style, script, libraries] = await Promise.all([
    readFile(new URL("page/style.css", import.meta.url), "utf8"),
    readFile(new URL("page/script.js", import.meta.url), "utf8"),
    readLibraries(),
  ]);
  const isOfTwin = ({ kind }: ReportChart) => TWIN_CHARTS.some(({ name }) => name === kind);
  const secondOpinion = await secondOpinionSection(run, charts.filter(isOfTwin).map(figure));
  const tables = [poolsTable(run), await cascadesTable(run), await episodesTable(run), adlLaterSection(run), await adlTable(run)];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Breakwater ${run.manifest.breakwater}">
<title>${run.manifest.scenario.name} – Breakwater</title>
<link rel="icon" href="data:,">
<style>${new Markup(style.replace("/*PALETTES*/", palettes()))}</style>
</head>
<body>
<main>
${pageHeader(run)}
${summaryTiles(run)}
<noscript><section><p class="nothing">The charts are drawn by a script within this file, which the browser does not run.</p></section></noscript>
${instrumentsTable(run)}
${chartSections(
  run,
  charts.filter((chart) => !isOfTwin(chart)),
)}
${secondOpinion}
${tables}
${provenanceSection(run)}
<footer>Made by Breakwater ${run.manifest.breakwater} from the tables of the run alone. Times are UTC. Charts by Vega-Lite, within this file.</footer>
</main>
<script type="application/json" id="report-data">${pageData(charts)}</script>
${libraries.map(libraryScript)}
<script>${embedScript(script)}</script>
</body>
</html>
`;
  return page.text;
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

function figure(chart: ReportChart): Markup {
  const body =
    chart.spec === null
      ? html`<p class="nothing">${chart.caption}</p>`
      : html`<div class="chart" id="chart-${chart.name}" role="img" aria-label="${chart.title}"></div>`;
  return html`<figure id="${chart.name}"><figcaption><h2>${chart.title}</h2>${chart.spec === null ? null : html`<p>${chart.caption}</p>`}</figcaption>${body}</figure>`;
}

/** The charts in colours of the page's CSS variables and its font. */
function pageData(charts: readonly ReportChart[]): Markup {
  const drawn = charts.flatMap(({ name, spec }) =>
    spec === null
      ? []
      : [
          {
            name,
            spec: recolour({ ...spec, config: { ...chartConfig(PAGE_FONT), autosize: { type: "pad" } } }, (role) => `var(--${role})`),
          },
        ],
  );
  return embedJson({ charts: drawn, axisWidth: AXIS_WIDTH, rightMargin: RIGHT_MARGIN });
}

function palettes(): string {
  const variables = (palette: Palette) => (Object.keys(palette) as Role[]).map((role) => `--${role}: ${palette[role]};`).join(" ");
  const dark = `--surface: #0e1217; --rule: #29313b; --good: #2fc79b; --bad: #f0853a; --link: #62bdf2; --code: #0f141a;`;
  return `:root { ${variables(LIGHT)} }\n@media screen and (prefers-color-scheme: dark) { :root { ${variables(DARK)} ${dark} } }`;
}

function libraryScript({ name, version, script, licence }: Library): Markup {
  const notice = `/*! ${name} ${version}\n${licence.trim().replaceAll("*/", "* /")}\n*/\n`;
  return html`<script>${embedScript(notice + script)}</script>`;
}
