/** How many cascades were at least how large: sizes on logarithmic axes. */
import { count, money, percent } from "../format.ts";
import { LIGHT } from "../theme.ts";
import type { ChartContext, ChartDefinition, ChartRows, Drawing, Row, Spec } from "./chart.ts";
import { numberOf } from "./chart.ts";
import { exceedance, logAxis, logCountAxis, valuesOf } from "./log-axis.ts";
import { panel, sheet, timed, tip } from "./panel.ts";

const TITLE = "Sizes of cascades";

export const cascadeSizesChart: ChartDefinition = {
  name: "cascade-sizes",
  title: TITLE,
  each: "instrument",
  queries: cascadeQueries,
  draw,
};

/** Exceedance of accounts and of value, and the whole in a row. */
export function cascadeQueries({ instrument }: ChartContext): Readonly<Record<"accounts" | "notional" | "all", string>> {
  const source = `cascades_natural WHERE instrument = ${instrument}`;
  return {
    accounts: exceedance(source, "accounts"),
    notional: exceedance(source, "CAST(notional AS DOUBLE)"),
    all: `SELECT count(*) AS cascades, median(accounts) AS median_accounts, max(accounts) AS most_accounts,
        CAST(max(notional) AS DOUBLE) / nullif(CAST(sum(notional) AS DOUBLE), 0) AS share, CAST(max(notional) AS DOUBLE) AS largest FROM ${source}`,
  };
}

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { accounts = [], notional = [], all = [] } = rows;
  const cascades = numberOf(all[0], "cascades");
  if (cascades === 0) return { empty: "There was no cascade: no liquidation was induced by another." };
  const panels = [
    panel("Cascades of at least so many accounts", 150, [curve("accounts", accounts, "Accounts liquidated in a cascade", "Accounts")]),
    panel(`Cascades of at least so much, ${context.settle}`, 150, [
      curve("notional", notional, `Liquidated in a cascade, ${context.settle}`, `Liquidated, ${context.settle}`),
    ]),
  ];
  const caption =
    `${count(cascades)} ${cascades === 1 ? "cascade" : "cascades"}; half of them had at most ${count(numberOf(all[0], "median_accounts"))} accounts, the largest ${count(numberOf(all[0], "most_accounts"))}; ` +
    `the one that liquidated most, ${money(numberOf(all[0], "largest"), context.settle)}, was ${percent(numberOf(all[0], "share"))} of all that cascades liquidated. Both axes are logarithmic.`;
  return { caption, spec: sheet(TITLE, caption, { accounts: timed(accounts), notional: timed(notional) }, panels) };
}

function curve(data: string, rows: readonly Row[], title: string, short: string): Spec {
  return {
    data: { name: data },
    mark: {
      type: "line",
      interpolate: "step-before",
      color: LIGHT.adl,
      strokeWidth: 1.6,
      point: { filled: true, color: LIGHT.adl, size: 26 },
    },
    encoding: {
      x: { field: "v", type: "quantitative", ...logAxis(valuesOf(rows, "v"), { title, titleAlign: "right", titleAnchor: "end" }) },
      y: { field: "n", type: "quantitative", ...logCountAxis(valuesOf(rows, "n")) },
      tooltip: [tip("v", `${short}, at least`, ",.6~r"), tip("n", "Cascades", ",d")],
    },
  };
}
