/** The second opinion (CASC-3): the run beside its twin, in which no liquidation reached the book, and how far the two agree. */
import type { Agreement, Summary, TwinSummary } from "../../data/store/run-directory.ts";
import { numberOf } from "../charts/chart.ts";
import { count, duration, money, percent, plural, price } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";
import { type TableColumn, table } from "./table.ts";

/** A line of the comparison: what, in the run, in its twin. */
type Line = readonly [what: string, base: string, twin: string];

/**
 * The section; null for a run without a twin.
 * @param figures charts of both runs
 */
export async function secondOpinionSection(run: Run, figures: readonly Markup[]): Promise<Markup | null> {
  const { summary, context, twin: store } = run;
  const twin = summary.counterfactual;
  if (twin === undefined || store === null) return null;
  const comparison = table<Line>(
    [
      { heading: "Measure", cell: ([what]) => what },
      { heading: "This run", cell: ([, base]) => base },
      { heading: "Liquidations off the book", cell: ([, , other]) => other },
    ],
    [...(await lowestMarks(run)), ...linesOf(summary, twin, context.settle)],
  );
  return html`<section id="second-opinion"><h2>Second opinion: the same seed with liquidations off the book</h2>
<p>The same seed ran a second time. There the house closes who fails at the mark and keeps the position: nothing of a liquidation reaches the book, and neither insurance fund nor auto-deleveraging has a part in it. This is not the truth about causes, which the shadow mark tells: agents react, so the two runs part for good. But whoever other traders' stop-losses drag along shows only here.</p>
${comparison}
<h3>Who was liquidated in both</h3>
${agreementTable(twin.agreement, context.settle)}
<p>${verdict(twin.agreement, context.settle)}</p></section>
${figures}`;
}

function linesOf(base: Summary, twin: TwinSummary, unit: string): Line[] {
  const fell = (summary: Pick<Summary, "funds">) =>
    summary.funds.length === 0 ? "off" : money(String(Math.max(...summary.funds.map(({ maxDrawdown }) => Number(maxDrawdown)))), unit);
  return [
    ["Liquidations", count(base.liquidations.count), count(twin.liquidations.count)],
    ["Accounts liquidated", count(base.liquidations.accounts), count(twin.liquidations.accounts)],
    ["Liquidated", money(base.liquidations.notional, unit), money(twin.liquidations.notional, unit)],
    ["Induced, by the shadow mark", count(base.liquidations.induced), count(twin.liquidations.induced)],
    ["Deepest drawdown of a fund", fell(base), fell(twin)],
    ["Auto-deleveraged", money(base.adl.notional, unit), "off"],
    ["Uncovered loss, paid by the house", money(base.uncoveredLoss, unit), money(twin.uncoveredLoss, unit)],
    ["Trades", count(base.trades), count(twin.trades)],
  ];
}

/** The lowest mark of each instrument in both runs. */
async function lowestMarks({ store, twin, contexts }: Run): Promise<Line[]> {
  const sql = "SELECT instrument, CAST(min(mark) AS DOUBLE) AS low FROM marks_natural GROUP BY instrument";
  const [base, other] = [await store.rows(sql), (await twin?.rows(sql)) ?? []];
  return contexts.map(({ instrument, symbol, settle }): Line => {
    const low = (rows: typeof base) =>
      price(
        numberOf(
          rows.find((row) => row["instrument"] === instrument),
          "low",
        ),
        settle,
      );
    return [contexts.length === 1 ? "Lowest mark" : `Lowest mark of ${symbol}`, low(base), low(other)];
  });
}

interface AgreementRow {
  readonly what: string;
  readonly both: { readonly count: number; readonly notional: string };
  readonly alone: { readonly count: number; readonly notional: string };
}

function agreementTable({ byCause, both, onlyBase }: Agreement, unit: string): Markup {
  const cell = ({ count: many, notional }: AgreementRow["both"]) => (many === 0 ? "0" : `${count(many)}, ${money(notional, unit)}`);
  const columns: TableColumn<AgreementRow>[] = [
    { heading: "Liquidated in this run", cell: ({ what }) => what },
    { heading: "In the other run too", cell: ({ both: shared }) => cell(shared) },
    { heading: "Not in the other run", cell: ({ alone }) => cell(alone) },
    {
      heading: "Part in both",
      cell: ({ both: shared, alone }) => (shared.count + alone.count === 0 ? "–" : percent(shared.count / (shared.count + alone.count))),
    },
  ];
  const rows = [
    ...byCause
      .map((own) => ({ what: own.cause, both: own.both, alone: own.onlyBase }))
      .filter((row) => row.both.count + row.alone.count > 0),
    { what: "all", both, alone: onlyBase },
  ];
  return table(columns, rows);
}

function verdict({ windowSeconds, byCause, onlyTwin }: Agreement, unit: string): string {
  const window = `A liquidation is in both when the same account is liquidated in the same instrument within ${duration(windowSeconds)}.`;
  const other =
    onlyTwin.count === 0
      ? "None happened in the other run alone."
      : `In the other run alone: ${plural(onlyTwin.count, "liquidation")} worth ${money(onlyTwin.notional, unit)}.`;
  const induced = byCause.find(({ cause }) => cause === "induced");
  const all = induced === undefined ? 0 : induced.both.count + induced.onlyBase.count;
  if (induced === undefined || all === 0) return `${window} ${other}`;
  return `${window} Of ${plural(all, "induced liquidation")} ${count(induced.onlyBase.count)} did not happen without the others on the book; ${count(induced.both.count)} did all the same. ${other}`;
}
