/** The page that compares two runs. */
import type { ComparedNumber, ComparedRun, RunComparison } from "../../data/store/comparison.ts";
import { duration } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { htmlPage, NO_SCRIPT } from "../page/document.ts";
import { figure, type PageChart } from "../page/figure.ts";
import { table } from "../page/table.ts";
import { tile } from "../page/tile.ts";
import { comparisonHeader, fieldsSection, figureText, notesSection, signedText } from "./differences.ts";

/** Numbers that stand above the charts, with their titles. */
const TILES = [
  { name: "liquidations.notional", title: "Liquidated" },
  { name: "fund.maxDrawdown", title: "Insurance fund drawdown" },
  { name: "adl.notional", title: "Auto-deleveraged" },
  { name: "cascades.largestAccounts", title: "Accounts in the largest cascade" },
  { name: "adl.taken", title: "Taken from winners" },
  { name: "uncoveredLoss", title: "Uncovered loss" },
];

/** The page, from what was found and the charts as drawn. */
export function runComparisonPage(comparison: RunComparison, charts: readonly PageChart[]): Promise<string> {
  const { first, second, scenario, notes } = comparison;
  const labels = [first.label, second.label] as const;
  return htmlPage({
    title: `${first.label} and ${second.label} – Breakwater`,
    version: first.breakwater,
    body: [
      comparisonHeader("runs", labels, [sideText(first), sideText(second)], finding(comparison)),
      tiles(comparison),
      NO_SCRIPT,
      notesSection(notes),
      charts.map(figure),
      numbersSection(comparison),
      fieldsSection("scenario", "What differs in the scenarios", scenario, labels),
      runsSection(comparison),
    ],
    charts,
    footer: `Made by Breakwater from the directories of the two runs alone. Times are UTC. Charts by Vega-Lite, within this file.`,
  });
}

function finding({ first, second, same, scenario }: RunComparison): string {
  return same
    ? `Both have the digest ${first.digest}: they are the same run, recorded value by recorded value.`
    : scenario.length === 0 && first.seed === second.seed
      ? "The scenarios and seeds are the same, the digests are not: other versions, or a run that is not what its manifest says."
      : `${differingText(scenario.length)} Difference: ${second.label} less ${first.label}.`;
}

function differingText(fields: number): string {
  if (fields === 0) return "The scenarios are the same but for the seed.";
  return fields === 1 ? "One field of the scenarios differs." : `${fields} fields of the scenarios differ.`;
}

function sideText({ label, scenario, venue, seed, simulatedSeconds }: ComparedRun): string {
  return `${label}: ${duration(simulatedSeconds)} of ${scenario} on venue ${venue}, seed ${seed}.`;
}

function tiles({ first, second, numbers }: RunComparison): Markup {
  const shown = TILES.flatMap(({ name, title }) => {
    const number = numbers.find((candidate) => candidate.name === name);
    return number === undefined ? [] : [{ title, number }];
  });
  return html`<div class="tiles">${shown.map(({ title, number }) =>
    tile(title, signedText(number.difference, number.unit, ""), number.unit === "amount" ? first.settle : "", [
      [first.label, figureText(number.first, number.unit, first.settle)],
      [second.label, figureText(number.second, number.unit, second.settle)],
      ["Ratio", ratioText(number)],
    ]),
  )}</div>`;
}

function ratioText({ ratio }: ComparedNumber): string {
  return ratio === null ? "–" : `${ratio.toLocaleString("en-US", { maximumSignificantDigits: 4 })}\u00a0×`;
}

function numbersSection({ first, second, numbers }: RunComparison): Markup {
  const body = table<ComparedNumber>(
    [
      { heading: "Number", cell: ({ name, meaning }) => html`<span title="${name}">${meaning}</span>` },
      { heading: first.label, cell: (number) => figureText(number.first, number.unit, first.settle) },
      { heading: second.label, cell: (number) => figureText(number.second, number.unit, second.settle) },
      { heading: "Difference", cell: (number) => signedText(number.difference, number.unit, first.settle) },
      { heading: "Ratio", cell: ratioText },
    ],
    numbers,
  );
  return html`<section id="numbers"><h2>Headline numbers</h2>
<p>Of the whole of each run. Difference: ${second.label} less ${first.label}; ratio: ${second.label} ÷ ${first.label}.</p>${body}</section>`;
}

function runsSection({ first, second }: RunComparison): Markup {
  const entries = [first, second].map(
    ({ label, directory, digest, breakwater }) =>
      html`<dt>${label}</dt><dd><code>${digest}</code>, Breakwater ${breakwater}, ${directory}</dd>`,
  );
  return html`<section id="provenance"><h2>The runs</h2><dl class="provenance">${entries}</dl></section>`;
}
