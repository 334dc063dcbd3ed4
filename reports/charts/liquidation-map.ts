/** Where the market stood when positions were liquidated: value by time and mark price. */
import { count, money, price } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  bucketStart,
  bucketWidth,
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  extremes,
  numberOf,
  type Row,
  type Spec,
  total,
} from "./chart.ts";
import { amountLabel, panel, priceAxis, sheet, timed, timeX, tip, WHEN_TIP, whenTransform } from "./panel.ts";

const TITLE = "Liquidation map";
const COLUMNS_MOST = 120;
/** The prices that liquidations span are cut into steps of 1, 2 or 5 times a power of ten, some so many. */
const ROWS_ABOUT = 30;

export const liquidationMapChart: ChartDefinition = {
  name: "liquidation-map",
  title: TITLE,
  each: "instrument",
  queries: mapQueries,
  draw,
};

/** What was liquidated in each cell, and the mark price. */
export function mapQueries(context: ChartContext): Readonly<Record<"cells" | "mark", string>> {
  return {
    cells: `
      WITH own AS (
        SELECT ${bucketStart("trigger_time", context, columnUs(context))} AS t, side, CAST(trigger_mark AS DOUBLE) AS price, CAST(liquidated AS DOUBLE) AS liquidated
        FROM liquidations_natural WHERE instrument = ${context.instrument}
      ), size AS (SELECT greatest((max(price) - min(price)) / ${ROWS_ABOUT}, max(price) * 1e-6) AS least FROM own),
      power AS (SELECT least, power(10, floor(log10(least))) AS p FROM size),
      step AS (SELECT p * CASE WHEN least <= p THEN 1 WHEN least <= 2 * p THEN 2 WHEN least <= 5 * p THEN 5 ELSE 10 END AS step FROM power)
      SELECT t, floor(price / step) * any_value(step) AS low, (floor(price / step) + 1) * any_value(step) AS high, count(*) AS liquidations,
        sum(liquidated) AS liquidated, coalesce(sum(liquidated) FILTER (side = 'long'), 0) AS longs, coalesce(sum(liquidated) FILTER (side = 'short'), 0) AS shorts
      FROM own, step GROUP BY t, floor(price / step) ORDER BY t, low`,
    mark: extremes("marks_natural", "mark", context, `instrument = ${context.instrument}`),
  };
}

function columnUs({ startUs, endUs }: ChartContext): number {
  return bucketWidth(Math.max(endUs - startUs, 1), undefined, COLUMNS_MOST);
}

/** Cells as rows to draw, each with the `end` of its time. */
export function mapCells(cells: readonly Row[], context: ChartContext): Row[] {
  return timed(cells, {}, 7).map((row) => ({ ...row, end: Math.min(Number(row["t"]) + columnUs(context) / 1000, context.endUs / 1000) }));
}

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { cells = [], mark = [] } = rows;
  if (cells.length === 0) return { empty: "Nothing was liquidated." };
  const datasets = { mark: timed(mark), cells: mapCells(cells, context) };
  const y = mapPriceAxis(cells, mark);
  const layers = mapLayers("cells", "mark", context, y, cells);
  const all = total(cells, "liquidated");
  const heaviest = cells.reduce((most, row) => (numberOf(row, "liquidated") > numberOf(most, "liquidated") ? row : most));
  const caption =
    `${money(all, context.settle)} liquidated in ${count(total(cells, "liquidations"))} liquidations, by time and mark price at the trigger. The fullest cell, drawn strongest, holds ` +
    `${money(numberOf(heaviest, "liquidated"), context.settle)} between ${price(numberOf(heaviest, "low"))} and ${price(numberOf(heaviest, "high"), context.settle)}. The line is the mark price.`;
  return { caption, spec: sheet(TITLE, caption, datasets, [panel(`Liquidated by time and price: price, ${context.settle}`, 300, layers)]) };
}

/** The price axis of a map: from the lowest to the highest of cells and mark. */
export function mapPriceAxis(cells: readonly Row[], mark: readonly Row[]): Spec {
  const all = [...cells.flatMap((row) => [numberOf(row, "low"), numberOf(row, "high")]), ...mark.map((row) => numberOf(row, "v"))];
  const [low, high] = all.reduce(
    ([least, most]: [number, number], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const pad = (high - low || Math.abs(high) * 0.01) * 0.03;
  return { scale: { domain: [low - pad, high + pad], nice: false, zero: false }, axis: priceAxis(low, high) };
}

/** Three amounts for the legend: the greatest 1, 2 or 5 times a power of ten, a fifth of it, and a fifth of that. */
function legendSteps(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most));
  const top = [5, 2, 1].find((digit) => digit * power <= most) ?? 1;
  return [top / 25, top / 5, top].map((digit) => Number((digit * power).toPrecision(6)));
}

/** A map: cells drawn stronger hold more. `scaled` are the cells that the scale is for. */
export function mapLayers(
  data: string,
  line: string,
  context: ChartContext,
  y: Spec,
  scaled: readonly Row[],
  { labelled = true, legend = true } = {},
): Spec[] {
  const most = scaled.reduce((high, row) => Math.max(high, numberOf(row, "liquidated")), 0);
  return [
    {
      data: { name: line },
      mark: { type: "line", color: LIGHT.index, strokeWidth: 1 },
      encoding: { x: timeX(context, labelled), y: { field: "v", type: "quantitative", ...y } },
    },
    {
      data: { name: data },
      transform: whenTransform(),
      mark: { type: "rect", color: LIGHT.long },
      encoding: {
        x: timeX(context, labelled),
        x2: { field: "end", type: "temporal" },
        y: { field: "low", type: "quantitative", ...y },
        y2: { field: "high" },
        opacity: {
          field: "liquidated",
          type: "quantitative",
          scale: { type: "sqrt", domain: [0, most], range: [0.12, 1] },
          legend: legend
            ? {
                title: `Liquidated, ${context.settle}:`,
                titleOrient: "left",
                titleFontSize: 11,
                titleFontWeight: "normal",
                titleColor: LIGHT.ink,
                symbolType: "square",
                symbolFillColor: LIGHT.long,
                symbolStrokeWidth: 0,
                symbolSize: 120,
                values: legendSteps(most),
                labelExpr: amountLabel("datum.value"),
              }
            : null,
        },
        tooltip: [
          WHEN_TIP,
          tip("low", `Mark from, ${context.settle}`, ",.8~r"),
          tip("high", `Mark below, ${context.settle}`, ",.8~r"),
          tip("liquidations", "Liquidations", ",d"),
          tip("longs", `Longs liquidated, ${context.settle}`, ",.0f"),
          tip("shorts", `Shorts liquidated, ${context.settle}`, ",.0f"),
        ],
      },
    },
  ];
}
