/** Auto-deleveraging: when, how much, and who bore it. */
import { count, money, percent } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  barName,
  bucketStart,
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  numberOf,
  type Row,
  total,
} from "./chart.ts";
import { amountAxis, amountY, bars as barRows, barX, panel, sheet, timed, timeX, tip, WHEN_TIP, whenTransform } from "./panel.ts";

const TITLE = "Auto-deleveraging";
const ACCOUNTS_SHOWN = 12;

export const adlChart: ChartDefinition = {
  name: "adl",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    bars: `
      SELECT ${bucketStart("time", context, context.barUs)} AS t, count(DISTINCT event) AS events, count(*) AS reductions, CAST(sum(value) AS DOUBLE) AS value
      FROM adl_natural WHERE instrument = ${context.instrument} GROUP BY ALL ORDER BY t`,
    accounts: `
      SELECT owner AS account, count(*) AS reductions, min(rank) AS best_rank, CAST(sum(value) AS DOUBLE) AS value,
        CAST(sum(realized_profit) AS DOUBLE) AS profit, CAST(sum(taken) AS DOUBLE) AS taken
      FROM adl_natural JOIN (SELECT account, owner FROM accounts) USING (account)
      WHERE instrument = ${context.instrument} GROUP BY owner ORDER BY sum(value) DESC, owner LIMIT ${ACCOUNTS_SHOWN}`,
    accountCount: `SELECT count(DISTINCT owner) AS accounts, count(DISTINCT event) AS events, count(*) AS reductions
      FROM adl JOIN (SELECT account, owner FROM accounts) USING (account) WHERE instrument = ${context.instrument}`,
  }),
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { bars = [], accounts = [] } = rows;
  if (bars.length === 0) return { empty: "Nobody was auto-deleveraged: market and insurance fund took every liquidation." };
  const all = total(bars, "value");
  const datasets = {
    bars: barRows(bars, context),
    cumulative: timed(cumulated(bars, context)),
    accounts: accounts.map((row) => ({ ...row, name: `#${row["account"]}`, share: all > 0 ? numberOf(row, "value") / all : 0 })),
  };
  const panels = [
    panel(`Closed by ADL per ${barName(context)}, ${context.settle}`, 120, [adlBars(context)]),
    panel(`Closed by ADL in all, ${context.settle}`, 90, [cumulativeArea(context)]),
    panel(`Accounts reduced most, closed value, ${context.settle}`, 16 * accounts.length + 4, accountBars(context)),
  ];
  const summary = rows["accountCount"]?.[0];
  const share = all > 0 ? total(accounts, "value") / all : 0;
  const caption =
    `${count(numberOf(summary, "events"))} ADL events closed ${money(all, context.settle)} of ${count(numberOf(summary, "accounts"))} accounts; ` +
    `the ${count(accounts.length)} reduced most bore ${percent(share)} of it.`;
  return { caption, spec: sheet(TITLE, caption, datasets, panels) };
}

/** The running total: at the end of each bar, from nothing at the start to the end of the run. */
function cumulated(bars: readonly Row[], context: ChartContext): Row[] {
  let sum = 0;
  const points: Row[] = [{ t: context.startUs, v: 0 }];
  for (const row of bars) {
    sum += numberOf(row, "value");
    points.push({ t: numberOf(row, "t"), v: sum });
  }
  return [...points, { t: context.endUs, v: sum }];
}

function adlBars(context: ChartContext): Record<string, unknown> {
  return {
    data: { name: "bars" },
    transform: whenTransform(),
    mark: { type: "bar", binSpacing: 0, color: LIGHT.adl },
    encoding: {
      ...barX(context, false),
      y: amountY("value"),
      tooltip: [
        WHEN_TIP,
        tip("value", `Closed, ${context.settle}`, ",.0f"),
        tip("events", "Events", ",d"),
        tip("reductions", "Reductions", ",d"),
      ],
    },
  };
}

function cumulativeArea(context: ChartContext): Record<string, unknown> {
  return {
    data: { name: "cumulative" },
    mark: { type: "area", interpolate: "step-after", color: LIGHT.adl, opacity: 0.35, line: { color: LIGHT.adl, strokeWidth: 1.6 } },
    encoding: { x: timeX(context, true), y: amountY("v", { stack: null }) },
  };
}

function accountBars(context: ChartContext): Record<string, unknown>[] {
  const y = { field: "name", type: "nominal", sort: null, axis: { title: null, domain: false, ticks: false, labelOverlap: false } };
  const x = {
    field: "value",
    type: "quantitative",
    axis: { ...amountAxis({ tickCount: 6 }), grid: true, domain: false, labelFlush: true },
  };
  return [
    {
      data: { name: "accounts" },
      mark: { type: "bar", color: LIGHT.adl, height: { band: 0.72 } },
      encoding: {
        y,
        x,
        tooltip: [
          { field: "name", title: "Account", type: "nominal" },
          tip("value", `Closed, ${context.settle}`, ",.0f"),
          tip("share", "Share of all ADL", ".1%"),
          tip("reductions", "Reductions", ",d"),
          tip("best_rank", "Best rank", ",d"),
          tip("profit", `Profit realised, ${context.settle}`, ",.0f"),
          tip("taken", `Taken, ${context.settle}`, ",.0f"),
        ],
      },
    },
  ];
}
