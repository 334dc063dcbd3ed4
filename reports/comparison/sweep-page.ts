/** The page that compares two sweeps. */
import type { ComparedMean, ComparedSetting, ComparedSweep, SweepComparison } from "../../data/store/comparison.ts";
import { count, percent, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { htmlPage, NO_SCRIPT } from "../page/document.ts";
import { figure, type PageChart } from "../page/figure.ts";
import { type TableColumn, table } from "../page/table.ts";
import { comparisonHeader, fieldsSection, figureText, notesSection, signedText } from "./differences.ts";
import { valuesText } from "./sweep-charts.ts";

/** A table has so many settings; the JSON document has all. */
const ROWS_MOST = 100;

/** The page, from what was found and the charts as drawn. */
export function sweepComparisonPage(comparison: SweepComparison, charts: readonly PageChart[]): Promise<string> {
  const { first, second } = comparison;
  const labels = [first.label, second.label] as const;
  return htmlPage({
    title: `${first.label} and ${second.label} – Breakwater`,
    version: first.breakwater,
    body: [
      comparisonHeader("sweeps", labels, [sideText(first), sideText(second)], finding(comparison)),
      NO_SCRIPT,
      notesSection(comparison.notes),
      comparison.metrics.map((_, place) => [charts.slice(2 * place, 2 * place + 2).map(figure), metricSection(comparison, place)]),
      onlySection(comparison),
      fieldsSection("plan", "What differs in the plans", comparison.plan, labels),
      fieldsSection("scenario", "What differs in the scenarios", comparison.scenario, labels),
    ],
    charts,
    footer: "Made by Breakwater from the directories of the two sweeps alone. Charts by Vega-Lite, within this file.",
  });
}

function finding({ first, second, same, settings }: SweepComparison): string {
  return same
    ? "Every run of one has the settings, the seed and the digest of a run of the other: they are the same sweep."
    : `${plural(settings.length, "setting")} in both. Difference: ${second.label} less ${first.label}.`;
}

function sideText({ label, plan, scenario, settings, runs, failed }: ComparedSweep): string {
  const failures = failed === 0 ? "none failed" : `${count(failed)} failed`;
  return `${label}: plan ${plan} of ${scenario}, ${plural(runs, "run")} of ${plural(settings, "setting")}, ${failures}.`;
}

function metricSection(comparison: SweepComparison, place: number): Markup | null {
  const { first, second, metrics, settings, confidence } = comparison;
  const metric = metrics[place];
  if (metric === undefined || settings.length === 0) return null;
  const text = (mean: ComparedMean | null | undefined, settle: string) =>
    mean === null || mean === undefined
      ? "all failed"
      : withInterval(figureText(mean.value, metric.unit, settle), mean.interval, metric.unit);
  const columns: TableColumn<ComparedSetting>[] = [
    { heading: "Setting", cell: (setting) => html`#${setting.first} ${valuesText(comparison, setting.values)}` },
    { heading: first.label, cell: ({ metrics }) => text(metrics[place]?.first, first.settle) },
    { heading: second.label, cell: ({ metrics }) => text(metrics[place]?.second, second.settle) },
    {
      heading: "Difference",
      cell({ metrics }) {
        const difference = metrics[place]?.difference ?? null;
        return difference === null
          ? "–"
          : withInterval(signedText(difference.value, metric.unit, first.settle), difference.interval, metric.unit);
      },
    },
    {
      heading: "From",
      cell({ metrics }) {
        const difference = metrics[place]?.difference ?? null;
        if (difference === null) return "–";
        if (difference.method === "independent") return difference.interval === null ? "too few runs" : "independent runs (Welch)";
        return `${difference.pairs} pairs${savedText(difference.varianceReduction)}`;
      },
    },
  ];
  const rest = settings.length > ROWS_MOST ? ` The first ${ROWS_MOST} of ${count(settings.length)} settings; --json prints all.` : "";
  return html`<section id="metric-${place}"><h2>${metric.name}</h2>
<p>${metric.meaning}: means over runs, with intervals of ${percent(confidence, 0)} (Student).${rest}</p>${table(columns, settings.slice(0, ROWS_MOST))}</section>`;
}

/** What pairing did to the variance: of few pairs it may have grown. */
function savedText(reduction: number | null): string {
  return reduction === null ? "" : `, variance ${percent(Math.abs(reduction))} ${reduction < 0 ? "more" : "less"} by pairing`;
}

function withInterval(text: string, interval: { low: number; high: number } | null, unit: Parameters<typeof figureText>[1]): Markup {
  if (interval === null) return html`${text}`;
  return html`${text}<br><small>${figureText(interval.low, unit, "")} to ${figureText(interval.high, unit, "")}</small>`;
}

function onlySection({ first, second, onlyFirst, onlySecond }: SweepComparison): Markup | null {
  if (onlyFirst.length === 0 && onlySecond.length === 0) return null;
  const list = (settings: readonly number[]) =>
    settings.length === 0
      ? "none"
      : `${settings
          .slice(0, ROWS_MOST)
          .map((setting) => `#${setting}`)
          .join(", ")}${settings.length > ROWS_MOST ? ", …" : ""}`;
  return html`<section id="unmatched"><h2>Settings that only one of them has</h2><dl class="provenance"><dt>${first.label}</dt><dd>${list(onlyFirst)}</dd><dt>${second.label}</dt><dd>${list(onlySecond)}</dd></dl></section>`;
}
