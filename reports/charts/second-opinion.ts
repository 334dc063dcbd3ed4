/** The mark price of a run and of its twin, whose liquidations never reached the book (CASC-3). */
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
import { colours, hoverRule, panel, priceAxis, sheet, timed, timeX, tip } from "./panel.ts";

const TITLE = "Mark price with and without liquidations on the book";
const BASE = "Mark";
const TWIN = "Mark, liquidations off the book";

/** Of the run as well as of its twin. */
function queriesOf(context: ChartContext) {
  return {
    mark: extremes("marks_natural", "mark", context, `instrument = ${context.instrument}`),
    moments: `
      SELECT max(${microseconds("time")}) AS t, CAST(last(mark ORDER BY time) AS DOUBLE) AS mark, CAST(min(mark) AS DOUBLE) AS low
      FROM marks_natural WHERE instrument = ${context.instrument}
      GROUP BY (${microseconds("time")} - ${context.startUs}) // ${context.bucketUs} ORDER BY t`,
  };
}

export const secondOpinionChart: ChartDefinition = {
  name: "second-opinion-marks",
  title: TITLE,
  each: "instrument",
  queries: queriesOf,
  twinQueries: (context) => {
    const { mark, moments } = queriesOf(context);
    return { twinMark: mark, twinMoments: moments };
  },
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { mark = [], moments = [], twinMark = [], twinMoments = [] } = rows;
  if (mark.length === 0 || twinMark.length === 0) return { empty: "No mark price was recorded." };
  const values = [...mark, ...twinMark].map((row) => numberOf(row, "v"));
  const [low, high] = values.reduce(
    ([least, most]: [number, number], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const pad = (high - low || Math.abs(high) * 0.01) * 0.06;
  const y = { type: "quantitative", scale: { domain: [low - pad, high + pad], nice: false, zero: false }, axis: priceAxis(low, high) };
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    scale: colours({ [BASE]: LIGHT.mark, [TWIN]: LIGHT.fund }),
    legend: { symbolType: "stroke" },
  };
  const line = (data: string, strokeWidth: number) => ({
    data: { name: data },
    mark: { type: "line", strokeWidth, strokeJoin: "round" },
    encoding: { x: timeX(context, true), y: { field: "v", ...y }, color },
  });
  const twinAt = new Map(twinMoments.map((row) => [Number(row["t"]), row["mark"]]));
  const together = moments.map((row): Row => ({ ...row, twin: twinAt.get(Number(row["t"])) ?? null }));
  const tips = [tip("mark", BASE, ",.8~r"), tip("twin", TWIN, ",.8~r")];
  const layers = [line("twin", 2.4), line("base", 1.4), hoverRule("moments", context, tips, true)];
  const datasets = {
    base: timed(mark, { series: BASE }),
    twin: timed(twinMark, { series: TWIN }),
    moments: timed(together),
  };
  const caption = captionOf(moments, twinMoments);
  return { caption, spec: sheet(TITLE, caption, datasets, [panel(`Mark price, ${context.settle}`, 240, layers)]) };
}

/** How far the mark fell in either run: what lies between is what liquidations on the book and all reactions to them made of it. */
function captionOf(base: readonly Row[], twin: readonly Row[]): string {
  const lowest = (rows: readonly Row[]) => rows.reduce((least, row) => Math.min(least, numberOf(row, "low")), Number.POSITIVE_INFINITY);
  const text = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 8 });
  const [fell, without] = [lowest(base), lowest(twin)];
  return `The lowest mark was ${text(fell)}; with liquidations off the book it was ${text(without)}. Until the first liquidation both runs are one.`;
}
