/** What liquidated size was closed by: orders of the account itself, the market, the insurance fund, auto-deleveraging, the house. */
import { money, percent } from "../format.ts";
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
import { amountAxis, amountY, bars as barRows, barX, colours, panel, sheet, tip, WHEN_TIP, whenTransform } from "./panel.ts";

const TITLE = "How liquidations were closed";

/** Paths in the order in which they are tried (LIQ-3, LIQ-5, LIQ-6, FUND-4), with their columns and names. */
const PATHS = [
  { column: "reduced", name: "partial reduction", colour: LIGHT.last },
  { column: "market", name: "market", colour: LIGHT.market },
  { column: "vault", name: "vault", colour: LIGHT.vault },
  { column: "fund", name: "insurance fund", colour: LIGHT.fund },
  { column: "adl", name: "ADL", colour: LIGHT.adl },
  { column: "residual", name: "house", colour: LIGHT.residual },
  { column: "unfinished", name: "still open", colour: LIGHT.open },
] as const;

const SHARES = PATHS.map(({ column }) => {
  const lots =
    column === "unfinished" ? "(takeover_lots - market_lots - vault_lots - fund_lots - adl_lots - residual_lots)" : `${column}_lots`;
  return `sum(CASE WHEN reduced_lots + takeover_lots > 0 THEN value * ${lots} / (reduced_lots + takeover_lots) ELSE 0 END) AS ${column}`;
}).join(", ");

/** Lots and value of each liquidation side by side: the shares are of the value liquidated. */
const SOURCE = `(
  SELECT lots.*, CAST(money.liquidated AS DOUBLE) AS value, money.trigger_time
  FROM liquidations AS lots JOIN liquidations_natural AS money USING (liquidation) ORDER BY liquidation)`;

export const closingChart: ChartDefinition = {
  name: "closing",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    bars: `SELECT ${bucketStart("trigger_time", context, context.barUs)} AS t, ${SHARES} FROM ${SOURCE} WHERE instrument = ${context.instrument} GROUP BY ALL ORDER BY t`,
    sides: `SELECT side, ${SHARES} FROM ${SOURCE} WHERE instrument = ${context.instrument} GROUP BY side ORDER BY side`,
  }),
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { bars = [], sides = [] } = rows;
  if (bars.length === 0) return { empty: "Nothing was liquidated, so nothing had to be closed." };
  const sums = PATHS.map(({ column, name }) => ({ name, value: total(sides, column) }));
  const all = sums.reduce((sum, { value }) => sum + value, 0);
  const used = new Set(sums.filter(({ value }) => value > 0).map(({ name }) => name));
  const datasets = {
    bars: barRows(
      bars.flatMap((row) => spread(row, (path) => ({ t: row["t"], path }))),
      context,
    ),
    sides: sides.flatMap((row) => {
      const whole = PATHS.reduce((sum, { column }) => sum + numberOf(row, column), 0);
      return spread(row, (path) => ({ side: `${row["side"]}s`, path })).map((part) => ({
        ...part,
        share: whole > 0 ? numberOf(part, "value") / whole : 0,
      }));
    }),
  };
  const scale = colours(Object.fromEntries(PATHS.filter(({ name }) => used.has(name)).map(({ name, colour }) => [name, colour])));
  const panels = [
    panel(`Closed by, per ${barName(context)} of the trigger, ${context.settle}`, 160, [timeBars(context, scale)]),
    panel("Share of liquidated value", 26 * sides.length, [sideBars(context, scale)]),
  ];
  const parts = sums
    .filter(({ value }) => value > 0)
    .map(({ name, value }) => `${name} ${percent(value / all)} (${money(value, context.settle)})`);
  const caption = `Of what was liquidated, by value: ${parts.join(", ")}.`;
  return { caption, spec: sheet(TITLE, caption, datasets, panels) };
}

/** One row a path that took something. */
function spread(row: Row, named: (path: string) => Row): Row[] {
  return PATHS.flatMap(({ column, name }, order) => {
    const value = numberOf(row, column);
    return value > 0 ? [{ ...named(name), order, value }] : [];
  });
}

function timeBars(context: ChartContext, scale: Record<string, unknown>): Record<string, unknown> {
  return {
    data: { name: "bars" },
    transform: whenTransform(),
    mark: { type: "bar", binSpacing: 0 },
    encoding: {
      ...barX(context, true),
      y: amountY("value", { stack: "zero" }),
      order: { field: "order", type: "quantitative" },
      color: { field: "path", type: "nominal", title: null, scale, legend: { symbolType: "square" } },
      tooltip: [WHEN_TIP, { field: "path", title: "Closed by", type: "nominal" }, tip("value", `Value, ${context.settle}`, ",.0f")],
    },
  };
}

function sideBars(context: ChartContext, scale: Record<string, unknown>): Record<string, unknown> {
  return {
    data: { name: "sides" },
    mark: { type: "bar", height: { band: 0.72 } },
    encoding: {
      y: { field: "side", type: "nominal", axis: { title: null, domain: false, ticks: false } },
      x: {
        field: "share",
        type: "quantitative",
        stack: "zero",
        scale: { domain: [0, 1] },
        axis: {
          ...amountAxis({ labelExpr: "format(datum.value, '.0%')", values: [0, 0.25, 0.5, 0.75, 1], labelOverlap: false }),
          domain: false,
          labelFlush: true,
        },
      },
      order: { field: "order", type: "quantitative" },
      color: { field: "path", type: "nominal", scale, legend: null },
      tooltip: [
        { field: "side", title: "Side", type: "nominal" },
        { field: "path", title: "Closed by", type: "nominal" },
        tip("share", "Share", ".1%"),
        tip("value", `Value, ${context.settle}`, ",.0f"),
      ],
    },
  };
}
