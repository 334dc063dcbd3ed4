/** Index, mark and last price over time, with what was liquidated at which price. */
import { count, money } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  bucketStart,
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  extremes,
  microseconds,
  numberOf,
  total,
} from "./chart.ts";
import { colours, hoverRule, panel, priceAxis, sheet, timed, timeX, tip, whenTransform } from "./panel.ts";

const TITLE = "Price and liquidations";

export const priceChart: ChartDefinition = {
  name: "price",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    index: extremes("marks_natural", '"index"', context, `instrument = ${context.instrument}`),
    mark: extremes("marks_natural", "mark", context, `instrument = ${context.instrument}`),
    last: extremes("trades_natural", "price", context, `instrument = ${context.instrument}`),
    liquidations: `
      SELECT ${bucketStart("trigger_time", context, context.bucketUs)} + ${context.bucketUs / 2} AS t, side,
        count(*) AS liquidations, CAST(sum(liquidated) AS DOUBLE) AS liquidated,
        CAST(CASE WHEN side = 'long' THEN min(trigger_mark) ELSE max(trigger_mark) END AS DOUBLE) AS price
      FROM liquidations_natural WHERE instrument = ${context.instrument} GROUP BY 1, 2 ORDER BY t, side`,
    moments: `
      SELECT max(${microseconds("time")}) AS t, CAST(last("index" ORDER BY time) AS DOUBLE) AS "index",
        CAST(last(mark ORDER BY time) AS DOUBLE) AS mark, CAST(last("last" ORDER BY time) AS DOUBLE) AS "last"
      FROM marks_natural WHERE instrument = ${context.instrument}
      GROUP BY (${microseconds("time")} - ${context.startUs}) // ${context.bucketUs} ORDER BY t`,
  }),
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { index = [], mark = [], last = [], liquidations = [], moments = [] } = rows;
  if (mark.length === 0) return { empty: "No mark price was recorded." };
  const values = [...index, ...mark, ...last, ...liquidations.map((row) => ({ v: row["price"] }))].map((row) => numberOf(row, "v"));
  const [low, high] = values.reduce(
    ([least, most]: [number, number], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const pad = (high - low || Math.abs(high) * 0.01) * 0.06;
  const y = { type: "quantitative", scale: { domain: [low - pad, high + pad], nice: false, zero: false }, axis: priceAxis(low, high) };
  const line = (data: string, strokeWidth: number, strokeDash?: number[]) => ({
    data: { name: data },
    mark: { type: "line", strokeWidth, strokeJoin: "round", ...(strokeDash ? { strokeDash } : {}) },
    encoding: { x: timeX(context, true), y: { field: "v", ...y }, color: seriesColour },
  });
  const seriesColour = {
    field: "series",
    type: "nominal",
    title: null,
    scale: colours({ Last: LIGHT.last, Index: LIGHT.index, Mark: LIGHT.mark }),
    legend: { symbolType: "stroke" },
  };
  const layers = [
    line("last", 1.2),
    line("index", 1.4),
    line("mark", 1.6, [4, 2]),
    hoverRule("moments", context, [tip("index", "Index", ",.8~r"), tip("mark", "Mark", ",.8~r"), tip("last", "Last", ",.8~r")], true),
    ...(liquidations.length > 0 ? [liquidationMarks(context, y)] : []),
  ];
  const datasets = {
    last: timed(last, { series: "Last" }),
    index: timed(index, { series: "Index" }),
    mark: timed(mark, { series: "Mark" }),
    moments: timed(moments),
    ...(liquidations.length > 0
      ? { liquidations: timed(liquidations.map((row) => ({ ...row, side: `${row["side"]}s liquidated` }))) }
      : {}),
  };
  const caption = captionOf(rows, context);
  return { caption, spec: sheet(TITLE, caption, datasets, [panel(`Price, ${context.settle}`, 300, layers)]) };
}

function liquidationMarks(context: ChartContext, y: Record<string, unknown>): Record<string, unknown> {
  const domain = ["longs liquidated", "shorts liquidated"];
  return {
    data: { name: "liquidations" },
    transform: whenTransform(),
    mark: { type: "point", filled: true, opacity: 0.72, stroke: LIGHT.paper, strokeWidth: 0.6 },
    encoding: {
      x: timeX(context, true),
      y: { field: "price", ...y },
      size: { field: "liquidated", type: "quantitative", scale: { range: [14, 620], zero: true }, legend: null },
      shape: {
        field: "side",
        type: "nominal",
        title: null,
        scale: { domain, range: ["triangle-down", "triangle-up"] },
        legend: { symbolSize: 80 },
      },
      fill: {
        field: "side",
        type: "nominal",
        title: null,
        scale: { domain, range: [LIGHT.long, LIGHT.short] },
        legend: { symbolSize: 80 },
      },
      tooltip: [
        { field: "when", title: "Around, UTC", type: "nominal" },
        { field: "side", title: "Side", type: "nominal" },
        tip("liquidations", "Liquidations", ",d"),
        tip("liquidated", `Liquidated, ${context.settle}`, ",.0f"),
        tip("price", `Trigger mark, ${context.settle}`, ",.8~r"),
      ],
    },
  };
}

function captionOf({ liquidations = [] }: ChartRows, context: ChartContext): string {
  if (liquidations.length === 0) return "Nothing was liquidated.";
  const side = (name: string) =>
    total(
      liquidations.filter((row) => row["side"] === name),
      "liquidated",
    );
  return (
    `${count(total(liquidations, "liquidations"))} liquidations: longs worth ${money(side("long"), context.settle)}, ` +
    `shorts worth ${money(side("short"), context.settle)}. A triangle stands at the furthest mark of its bucket; its area grows with what was liquidated.`
  );
}
