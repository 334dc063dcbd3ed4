/** Liquidations per minute by side, and the cascades they belong to. */
import { count, duration, money } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  barName,
  bucketStart,
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  microseconds,
  numberOf,
  total,
} from "./chart.ts";
import {
  amountAxis,
  amountLabel,
  amountY,
  bars as barRows,
  barX,
  colours,
  milliseconds,
  panel,
  sheet,
  timed,
  timeX,
  tip,
  WHEN_TIP,
  whenTransform,
} from "./panel.ts";

const TITLE = "Liquidations and cascades";
/** So many cascades are drawn, the largest first. */
const CASCADES_MOST = 200;
const UP = "longs, upwards";
const DOWN = "shorts, downwards";

export const liquidationsChart: ChartDefinition = {
  name: "liquidations",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    bars: `
      SELECT ${bucketStart("trigger_time", context, context.barUs)} AS t, side, count(*) AS liquidations,
        CAST(sum(liquidated) AS DOUBLE) AS liquidated
      FROM liquidations_natural WHERE instrument = ${context.instrument} GROUP BY 1, 2 ORDER BY t, side`,
    cascades: `
      SELECT cascade, ${microseconds("first_time")} AS t, ${microseconds("last_time")} AS until, liquidations, accounts, depth,
        CAST(notional AS DOUBLE) AS notional
      FROM cascades_natural WHERE instrument = ${context.instrument} ORDER BY notional DESC, cascade LIMIT ${CASCADES_MOST}`,
    cascadeCount: `SELECT count(*) AS cascades FROM cascades WHERE instrument = ${context.instrument}`,
  }),
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { bars = [], cascades = [] } = rows;
  if (bars.length === 0) return { empty: "Nothing was liquidated." };
  const datasets = {
    bars: barRows(bars, context).map((row) => ({
      ...row,
      up: row["side"] === "long" ? row["liquidated"] : -numberOf(row, "liquidated"),
      upCount: row["side"] === "long" ? row["liquidations"] : -numberOf(row, "liquidations"),
      who: row["side"] === "long" ? UP : DOWN,
    })),
    ...(cascades.length > 0
      ? {
          cascades: timed(cascades).map((row) => ({
            ...row,
            until: milliseconds(row["until"]),
            seconds: milliseconds(row["until"]) / 1000 - Number(row["t"]) / 1000,
          })),
        }
      : {}),
  };
  const per = barName(context);
  const lowest = cascades.length === 0;
  const panels = [
    panel(`Liquidated per ${per}, ${context.settle}`, 150, [sideBars(context, "up", false, true)]),
    panel(`Liquidations per ${per}`, 100, [sideBars(context, "upCount", lowest, false)]),
    ...(lowest ? [] : [panel(`Cascades by what they liquidated, ${context.settle}`, 110, cascadeSpans(context))]),
  ];
  const caption = captionOf(rows, context);
  return { caption, spec: sheet(TITLE, caption, datasets, panels) };
}

function sideBars(context: ChartContext, field: string, labelled: boolean, legend: boolean): Record<string, unknown> {
  return {
    data: { name: "bars" },
    transform: whenTransform(),
    mark: { type: "bar", binSpacing: 0 },
    encoding: {
      ...barX(context, labelled),
      y: amountY(field, {
        stack: null,
        axis: amountAxis({ labelExpr: amountLabel("abs(datum.value)"), tickCount: 4, ...(field === "upCount" ? { tickMinStep: 1 } : {}) }),
      }),
      color: {
        field: "who",
        type: "nominal",
        title: null,
        scale: colours({ [UP]: LIGHT.long, [DOWN]: LIGHT.short }),
        legend: legend ? { symbolType: "square" } : null,
      },
      tooltip: [
        WHEN_TIP,
        { field: "who", title: "Side", type: "nominal" },
        tip("liquidated", `Liquidated, ${context.settle}`, ",.0f"),
        tip("liquidations", "Liquidations", ",d"),
      ],
    },
  };
}

function cascadeSpans(context: ChartContext): Record<string, unknown>[] {
  const tooltip = [
    { field: "when", title: "First trigger, UTC", type: "nominal" },
    tip("seconds", "Lasted, s", ",.1f"),
    tip("liquidations", "Liquidations", ",d"),
    tip("accounts", "Accounts", ",d"),
    tip("depth", "Generations", ",d"),
    tip("notional", `Liquidated, ${context.settle}`, ",.0f"),
  ];
  const common = { data: { name: "cascades" }, transform: whenTransform() };
  const x = timeX(context, true);
  return [
    {
      ...common,
      mark: { type: "rule", color: LIGHT.adl, strokeWidth: 3, strokeCap: "round" },
      encoding: { x, x2: { field: "until", type: "temporal" }, y: amountY("notional"), tooltip },
    },
    {
      ...common,
      mark: { type: "point", shape: "diamond", filled: true, color: LIGHT.adl, opacity: 0.9 },
      encoding: {
        x,
        y: amountY("notional"),
        size: { field: "liquidations", type: "quantitative", scale: { range: [14, 90] }, legend: null },
        tooltip,
      },
    },
  ];
}

function captionOf({ bars = [], cascades = [], cascadeCount = [] }: ChartRows, context: ChartContext): string {
  const all = `${money(total(bars, "liquidated"), context.settle)} liquidated in ${count(total(bars, "liquidations"))} liquidations.`;
  const several = numberOf(cascadeCount[0], "cascades");
  const [largest] = cascades;
  if (largest === undefined) return `${all} None was induced by another: there was no cascade.`;
  const seconds = (numberOf(largest, "until") - numberOf(largest, "t")) / 1e6;
  const shown = several > cascades.length ? ` (the largest ${count(cascades.length)} are drawn)` : "";
  const one = `${count(numberOf(largest, "liquidations"))} liquidations worth ${money(numberOf(largest, "notional"), context.settle)} within ${duration(seconds)}`;
  return `${all} ${several === 1 ? `One cascade: ${one}.` : `${count(several)} cascades${shown}; the largest: ${one}.`} A line spans a cascade from its first trigger, the diamond, to its last fill.`;
}
