/** Tables of a sweep's page: settings with their means, the front, failed runs, and how to get it all again. */
import { WORST_RUN_FILE } from "../../data/store/sweep-analysis.ts";
import { count, percent, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { table } from "../page/table.ts";
import { estimateText } from "./head.ts";
import { metricTitle, valueText } from "./labels.ts";
import type { Sweep } from "./sweep.ts";

/** Rows a table of the page may have. */
const ROWS_MOST = 200;
/** A table longer than this is folded. */
const OPEN_MOST = 24;

/** The same numbers as the chart of metrics, setting by setting. */
export function settingsTable({ analysis, factorNames }: Sweep): Markup {
  const { factors, settings, metrics, plan } = analysis;
  const onFront = new Set(analysis.pareto?.front ?? []);
  type Setting = (typeof settings)[number];
  const columns = [
    { heading: "Setting", cell: ({ setting }: Setting) => html`#${setting}${onFront.has(setting) ? " ◆" : ""}` },
    ...factorNames.map((name, factor) => ({
      heading: name,
      cell: ({ values }: Setting) => valueText(values[factor] ?? "", factors[factor]?.values ?? []),
    })),
    {
      heading: "Runs",
      cell: ({ replications, failed }: Setting) =>
        failed === 0 ? count(replications) : `${count(replications - failed)} of ${count(replications)}`,
    },
    ...metrics.map((metric, place) => ({
      heading: metricTitle(metric, plan.settle),
      cell: ({ metrics: own }: Setting) => {
        const found = own[place] ?? null;
        return found === null ? "–" : estimateText(metric, found.mean);
      },
    })),
    {
      heading: "Fund exhausted",
      cell: ({ exhaustion }: Setting) =>
        exhaustion === null
          ? "–"
          : html`${percent(exhaustion.value, 0)} <small class="interval">${percent(exhaustion.interval.low, 0)} … ${percent(exhaustion.interval.high, 0)}</small>`,
    },
  ];
  const shown = settings.slice(0, ROWS_MOST);
  const more =
    shown.length === settings.length
      ? ""
      : ` The first ${shown.length} of ${count(settings.length)}; settings.parquet and analysis.json have all.`;
  const made = table(columns, shown);
  const body =
    shown.length <= OPEN_MOST ? made : html`<details><summary>Show ${plural(shown.length, "setting")}</summary>${made}</details>`;
  const names = metrics.map(({ name, meaning }) => html`<dt>${name}</dt><dd>${meaning}</dd>`);
  return html`<section id="settings"><h2>Settings</h2>
<p>Means over the runs of a setting with their ${percent(analysis.confidence, 0)} intervals; of the fund's exhaustion the part of runs with its exact interval. ◆ is on the Pareto front.${more}</p>
${body}
<details><summary>What the metrics mean</summary><dl class="provenance">${names}</dl></details></section>`;
}

/** Runs that failed: why, and with which seed; nothing where none did. */
export async function failuresTable(sweep: Sweep): Promise<Markup | null> {
  const rows = await sweep.store.rows(
    `SELECT run, setting, replication, seed, error FROM runs WHERE error IS NOT NULL ORDER BY run LIMIT ${ROWS_MOST}`,
  );
  if (rows.length === 0) return null;
  type Failed = (typeof rows)[number];
  const cell = (heading: string, name: string) => ({ heading, cell: (row: Failed) => String(row[name]) });
  const { failed } = sweep.analysis;
  const more = failed > rows.length ? ` The first ${rows.length} of ${count(failed)}.` : "";
  return html`<section id="failures"><h2>Failed runs</h2><p>They are in none of the figures.${more}</p>
${table([cell("Run", "run"), cell("Setting", "setting"), cell("Replication", "replication"), cell("Seed", "seed"), cell("Error", "error")], rows)}</section>`;
}

/** How to make the worst run again, below its replay. */
export function worstRun(sweep: Sweep): Markup | null {
  const { worst } = sweep.analysis;
  if (worst === null) return null;
  return html`<section id="worst"><h2>The worst run, made again</h2>
<p>Its scenario, with the values of ${sweep.labels.get(worst.setting) ?? ""} and seed ${worst.seed}, stands in the directory of the sweep. It
gives the same tables and digest wherever it runs, and with them a report of its own.</p>
<pre>breakwater run ${WORST_RUN_FILE}</pre></section>`;
}

/** Where the numbers come from. */
export function sweepProvenance({ analysis, source }: Sweep): Markup {
  const plan = JSON.stringify(source.plan, null, 2);
  const entries: readonly (readonly [string, string])[] = [
    ["Scenario", analysis.plan.scenario],
    ["Venue", analysis.plan.venue],
    ["Design", analysis.plan.design],
    ["Seed of the plan", String(analysis.plan.seed)],
    ["Breakwater", analysis.breakwater],
  ];
  return html`<section id="provenance"><h2>How to get these numbers again</h2>
<p>The same plan and version give the same tables, whatever the number of workers and machines.</p>
<pre>breakwater sweep plan.json</pre>
<dl class="provenance">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<details><summary>Plan</summary>
<p class="save"><a download="plan.json" href="data:application/json;charset=utf-8,${encodeURIComponent(plan)}">Save as plan.json</a></p>
<pre>${plan}</pre></details></section>`;
}
