/** What a report of several instruments has beside one of one: a table of them, and a heading above the charts of each. */
import type { ChartContext } from "../charts/chart.ts";
import { count, money } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";
import { table } from "./table.ts";

/** One row an instrument, linked to its charts; nothing when there is only one. */
export function instrumentsTable({ contexts, summary }: Run): Markup | null {
  if (contexts.length === 1) return null;
  const rows = contexts.map((context, place) => ({ context, own: summary.instruments?.[place] }));
  const amount = (text: string | undefined, { settle }: ChartContext) => (text === undefined ? "–" : money(text, settle));
  const body = table(
    [
      { heading: "Instrument", cell: ({ context }) => html`<a href="#${sectionId(context)}">${context.symbol}</a>` },
      { heading: "Insurance fund pool", cell: ({ context }) => context.poolName },
      { heading: "Trades", cell: ({ own }) => (own === undefined ? "–" : count(own.trades)) },
      { heading: "Liquidations", cell: ({ own }) => (own === undefined ? "–" : count(own.liquidations)) },
      ...(rows.some(({ own }) => Number(own?.reduced ?? 0) > 0)
        ? [{ heading: "of them only reduced", cell: ({ own }: (typeof rows)[number]) => count(Number(own?.reduced ?? 0)) }]
        : []),
      { heading: "Liquidated", cell: ({ own, context }) => amount(own?.liquidatedNotional, context) },
      { heading: "Auto-deleveraged", cell: ({ own, context }) => amount(own?.adlNotional, context) },
    ],
    rows,
  );
  return html`<section id="instruments"><h2>Instruments</h2>
<p>Each has its own book, prices and margins; an account has one wallet for all of them.</p>${body}</section>`;
}

/** The charts of an instrument under its name. */
export function instrumentSection(context: ChartContext, figures: readonly Markup[]): Markup {
  return html`<div class="instrument" id="${sectionId(context)}"><h2>${context.symbol}</h2>
${figures}</div>`;
}

function sectionId({ instrument }: ChartContext): string {
  return `instrument-${instrument}`;
}
