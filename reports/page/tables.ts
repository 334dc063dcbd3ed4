/** The tables below the charts. */
import { type ChartContext, numberOf, type Row } from "../charts/chart.ts";
import { count, dateTime, decimal, duration, money, percent, plural, price } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";
import { type TableColumn, table } from "./table.ts";

const ROWS_MOST = 10;

/** The insurance fund pools, one row a pool. */
export function poolsTable(run: Run): Markup {
  const unit = (pool: string) => pool.split("/").at(-1) ?? run.context.settle;
  const body = table(
    [
      { heading: "Pool", cell: ({ pool }) => pool },
      { heading: "Start", cell: ({ pool, start }) => money(start, unit(pool)) },
      { heading: "End", cell: ({ pool, end }) => money(end, unit(pool)) },
      { heading: "Lowest", cell: ({ pool, lowest }) => money(lowest, unit(pool)) },
      { heading: "Deepest drawdown", cell: ({ pool, maxDrawdown }) => money(maxDrawdown, unit(pool)) },
      { heading: "of its peak", cell: ({ maxDrawdownRatio }) => percent(maxDrawdownRatio) },
      { heading: "Under water", cell: ({ secondsUnderWater }) => duration(secondsUnderWater) },
      { heading: "Exhausted", cell: ({ exhausted }) => (exhausted ? html`<span class="bad">yes</span>` : "no") },
    ],
    run.summary.funds,
  );
  return html`<section id="pools"><h2>Insurance fund pools</h2>
<p>Under water: time spent below the running peak of what was available.</p>${run.summary.funds.length === 0 ? nothing("The run has no insurance fund.") : body}</section>`;
}

/** Names the instrument of a row where there are several. */
function instrumentColumn({ contexts }: Run): TableColumn<Row>[] {
  return contexts.length === 1 ? [] : [{ heading: "Instrument", cell: (row) => contextOf(contexts, row)?.symbol ?? "–" }];
}

function contextOf(contexts: readonly ChartContext[], row: Row): ChartContext | undefined {
  return contexts.find(({ instrument }) => instrument === row["instrument"]);
}

/** The largest cascades by what they liquidated. */
export async function cascadesTable(run: Run): Promise<Markup> {
  const { context } = run;
  const rows = await run.store.rows(
    `SELECT cascade, instrument, epoch_us(first_time) AS first, epoch_us(last_time) AS last, liquidations, accounts, depth,
       CAST(notional AS VARCHAR) AS notional, displacement
     FROM cascades_natural ORDER BY cascades_natural.notional DESC, cascade LIMIT ${ROWS_MOST}`,
  );
  const body = table<Row>(
    [
      { heading: "First trigger, UTC", cell: (row) => dateTime(numberOf(row, "first") / 1000) },
      ...instrumentColumn(run),
      { heading: "Lasted", cell: (row) => duration((numberOf(row, "last") - numberOf(row, "first")) / 1e6) },
      { heading: "Liquidations", cell: (row) => count(numberOf(row, "liquidations")) },
      { heading: "Accounts", cell: (row) => count(numberOf(row, "accounts")) },
      { heading: "Generations", cell: (row) => count(numberOf(row, "depth")) },
      { heading: "Liquidated", cell: (row) => money(String(row["notional"]), context.settle) },
      {
        heading: "Mark displaced by",
        cell: (row) => (row["displacement"] === null ? "–" : price(numberOf(row, "displacement"), context.settle)),
      },
    ],
    rows,
  );
  const shown = run.summary.cascades.count > rows.length ? ` The ${rows.length} largest of ${count(run.summary.cascades.count)}.` : "";
  return html`<section id="cascades"><h2>Largest cascades</h2>
<p>A cascade is a tree of liquidations, each induced by the displacement an earlier one caused: it failed at the mark and would have passed at the shadow mark, from which the displacement is taken out. How trees hang together depends on the half-life of displacement.${shown}</p>${
    rows.length === 0 ? nothing("There was no cascade: no liquidation was induced by another.") : body
  }</section>`;
}

/** The largest episodes by what they liquidated; null where no cascade overlapped another, so that the cascades say it all. */
export async function episodesTable(run: Run): Promise<Markup | null> {
  const { context, contexts, summary } = run;
  const several = summary.cascades.episodes?.count ?? summary.cascades.count;
  if (several === summary.cascades.count) return null;
  const rows = await run.store.rows(
    `SELECT epoch_us(first_time) AS first, epoch_us(last_time) AS last, cascades, instruments, liquidations, accounts, depth,
       CAST(notional AS VARCHAR) AS notional, displaced_instrument AS instrument, displacement_ratio
     FROM episodes_natural ORDER BY episodes_natural.notional DESC, episode LIMIT ${ROWS_MOST}`,
  );
  const body = table<Row>(
    [
      { heading: "First trigger, UTC", cell: (row) => dateTime(numberOf(row, "first") / 1000) },
      { heading: "Lasted", cell: (row) => duration((numberOf(row, "last") - numberOf(row, "first")) / 1e6) },
      { heading: "Cascades", cell: (row) => count(numberOf(row, "cascades")) },
      ...(contexts.length === 1 ? [] : [{ heading: "Instruments", cell: (row: Row) => count(numberOf(row, "instruments")) }]),
      { heading: "Liquidations", cell: (row) => count(numberOf(row, "liquidations")) },
      { heading: "Accounts", cell: (row) => count(numberOf(row, "accounts")) },
      { heading: "Generations", cell: (row) => count(numberOf(row, "depth")) },
      { heading: "Liquidated", cell: (row) => money(String(row["notional"]), context.settle) },
      {
        heading: "Mark displaced by",
        cell: (row) =>
          `${percent(numberOf(row, "displacement_ratio"), 2)}${contexts.length === 1 ? "" : ` of ${contextOf(contexts, row)?.symbol ?? "–"}`}`,
      },
    ],
    rows,
  );
  const shown = several > rows.length ? ` The ${rows.length} largest of ${count(several)}.` : "";
  return html`<section id="episodes"><h2>Largest episodes</h2>
<p>An episode is what comes at once: cascades that overlap in time, from first trigger to last closing${contexts.length === 1 ? "" : ", in whatever instruments"}.${shown}</p>${body}</section>`;
}

/** The accounts that auto-deleveraging closed most of, in each instrument. */
export async function adlTable(run: Run): Promise<Markup> {
  const { context, contexts } = run;
  const rows = await run.store.rows(
    `SELECT owner AS account, instrument, any_value(side) AS side, count(*) AS reductions, min(rank) AS best_rank, CAST(sum("size") AS DOUBLE) AS "size",
       CAST(sum("value") AS VARCHAR) AS closed, CAST(sum(realized_profit) AS VARCHAR) AS profit, CAST(sum(taken) AS VARCHAR) AS taken,
       count(*) OVER () AS hit
     FROM adl_natural JOIN (SELECT account, owner FROM accounts) USING (account)
     GROUP BY owner, instrument ORDER BY sum("value") DESC, owner, instrument LIMIT ${ROWS_MOST}`,
  );
  const body = table<Row>(
    [
      { heading: "Account", cell: (row) => `#${row["account"]}` },
      ...instrumentColumn(run),
      { heading: "Side", cell: (row) => String(row["side"]) },
      { heading: "Reductions", cell: (row) => count(numberOf(row, "reductions")) },
      { heading: "Best rank", cell: (row) => count(numberOf(row, "best_rank")) },
      { heading: "Size closed", cell: (row) => `${decimal(numberOf(row, "size"), 4)}\u00a0${contextOf(contexts, row)?.base ?? ""}` },
      { heading: "Value closed", cell: (row) => money(String(row["closed"]), context.settle) },
      { heading: "Profit realised", cell: (row) => money(String(row["profit"]), context.settle) },
      { heading: "Taken", cell: (row) => money(String(row["taken"]), context.settle) },
    ],
    rows,
  );
  const hit = numberOf(rows[0], "hit");
  const shown = hit > rows.length ? ` The ${rows.length} hit most of ${plural(hit, contexts.length === 1 ? "account" : "position")}.` : "";
  return html`<section id="adl-accounts"><h2>Accounts hit most by auto-deleveraging</h2>
<p>Taken: equity the account would have had without the closing, less its equity with it, both at the mark.${shown}</p>${
    rows.length === 0 ? nothing("Nobody was auto-deleveraged.") : body
  }</section>`;
}

function nothing(text: string): Markup {
  return html`<p class="nothing">${text}</p>`;
}
