/** The market's state: resting depth, spread and open interest, from the regular samples. */
import { decimal, money, percent } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  extremes,
  microseconds,
  numberOf,
  type Row,
} from "./chart.ts";
import { amountY, colours, hoverRule, panel, sheet, timed, timeX, tip } from "./panel.ts";

const TITLE = "Depth, spread and open interest";
/** Spread in basis points of the index; unknown while a side of the book is empty. */
const SPREAD = '(CAST(ask AS DOUBLE) - CAST(bid AS DOUBLE)) / CAST("index" AS DOUBLE) * 10000';

export const depthChart: ChartDefinition = {
  name: "depth",
  title: TITLE,
  each: "instrument",
  queries: (context) => {
    const where = `instrument = ${context.instrument}`;
    return {
      bids: extremes("samples_natural", "bid_depth", context, where),
      asks: extremes("samples_natural", "ask_depth", context, where),
      spread: extremes("samples_natural", SPREAD, context, where),
      interest: extremes("samples_natural", "open_interest", context, where),
      moments: `
        SELECT max(${microseconds("time")}) AS t, CAST(last(bid_depth ORDER BY time) AS DOUBLE) AS bids, CAST(last(ask_depth ORDER BY time) AS DOUBLE) AS asks,
          max(${SPREAD}) AS spread, CAST(last(open_interest ORDER BY time) AS DOUBLE) AS interest
        FROM samples_natural WHERE ${where} GROUP BY (${microseconds("time")} - ${context.startUs}) // ${context.bucketUs} ORDER BY t`,
    };
  },
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { bids = [], asks = [], spread = [], interest = [], moments = [] } = rows;
  if (bids.length === 0) return { empty: "The run recorded no samples." };
  const datasets = {
    bids: timed(bids, { series: "bids" }),
    asks: timed(asks, { series: "asks" }),
    spread: timed(spread, {}, 5),
    interest: timed(interest),
    moments: timed(moments, {}, 7),
  };
  const tips = [
    tip("bids", `Bids, ${context.base}`, ",.4~r"),
    tip("asks", `Asks, ${context.base}`, ",.4~r"),
    tip("spread", "Widest spread, bp", ",.2f"),
    tip("interest", `Open interest, ${context.base}`, ",.6~r"),
  ];
  const panels = [
    panel(`Resting within 1 % of the index, ${context.base}`, 130, [...depthLines(context), hoverRule("moments", context, tips, false)]),
    panel("Spread, basis points of the index", 90, [line(context, "spread", false, true)]),
    panel(`Open interest, one side, ${context.base}`, 100, [line(context, "interest", true, false)]),
  ];
  const caption = captionOf(rows, context);
  return { caption, spec: sheet(TITLE, caption, datasets, panels) };
}

function depthLines(context: ChartContext): Record<string, unknown>[] {
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    scale: colours({ bids: LIGHT.short, asks: LIGHT.long }),
    legend: { symbolType: "stroke" },
  };
  return ["asks", "bids"].map((name) => ({
    data: { name },
    mark: { type: "line", strokeWidth: 1.4, ...(name === "asks" ? { strokeDash: [5, 2] } : {}) },
    encoding: { x: timeX(context, false), y: amountY("v", {}, 4), color },
  }));
}

function line(context: ChartContext, data: string, labelled: boolean, zero: boolean): Record<string, unknown> {
  return {
    data: { name: data },
    mark: { type: "line", strokeWidth: 1.4, color: LIGHT.mark },
    encoding: { x: timeX(context, labelled), y: amountY("v", { scale: { zero } }) },
  };
}

function captionOf({ bids = [], asks = [], spread = [], interest = [] }: ChartRows, context: ChartContext): string {
  const least = (rows: readonly Row[]) => rows.reduce((low, row) => Math.min(low, numberOf(row, "v")), Number.POSITIVE_INFINITY);
  const most = spread.reduce((high, row) => Math.max(high, numberOf(row, "v")), 0);
  const [first, last] = [numberOf(interest[0], "v"), numberOf(interest.at(-1), "v")];
  return (
    `Thinnest: ${money(least(bids), context.base)} of bids, ${money(least(asks), context.base)} of asks within ${percent(0.01, 0)} of the index. ` +
    `${spread.length === 0 ? "The book never had two sides." : `Widest spread ${decimal(most)} basis points.`} ` +
    `Open interest went from ${money(first, context.base)} to ${money(last, context.base)}.`
  );
}
