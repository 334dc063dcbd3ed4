/** The parts charts are put together from: panels one above the other over a common time axis. */
import { AXIS_WIDTH, chartConfig, LIGHT, RIGHT_MARGIN } from "../theme.ts";
import type { ChartContext, Row, Spec } from "./chart.ts";

/** Width of an exported chart, pixels; the page fits charts to its own width. */
export const CHART_WIDTH = 840;
const PLOT_WIDTH = CHART_WIDTH - AXIS_WIDTH - RIGHT_MARGIN;
const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
const DAY_US = 86_400_000_000;

/** Milliseconds for Vega of a row's microseconds. */
export function milliseconds(us: unknown): number {
  return Number(us) / 1000;
}

/** Rows with `t` in milliseconds, doubles rounded to `digits` significant digits to keep the page small. */
export function timed(rows: readonly Row[], extra: Row = {}, digits = 9): Row[] {
  return rows.map((row) => {
    const short = Object.entries(row).map(([name, value]) => [name, name === "t" ? milliseconds(value) : rounded(value, digits)]);
    return { ...Object.fromEntries(short), ...extra };
  });
}

function rounded(value: unknown, digits: number): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value;
}

/** The common time axis: labels in UTC, the date at midnight; the lowest panel alone is labelled. */
export function timeX(context: ChartContext, labelled: boolean, field = "t"): Spec {
  const date = "utcFormat(datum.value, '%-d %b')";
  const clock = `utcFormat(datum.value, utcseconds(datum.value) == 0 ? '%H:%M' : '%H:%M:%S')`;
  const label = `(utchours(datum.value) == 0 && utcminutes(datum.value) == 0 && utcseconds(datum.value) == 0) ? ${date} : ${clock}`;
  return {
    field,
    type: "temporal",
    scale: { type: "utc", domain: [context.startUs / 1000, context.endUs / 1000], nice: false },
    axis: {
      title: labelled ? timeTitle(context) : null,
      titleAlign: "right",
      titleAnchor: "end",
      titlePadding: 6,
      labels: labelled,
      labelExpr: label,
      labelOverlap: true,
      labelFlush: true,
      labelFlushOffset: 0,
      labelSeparation: 10,
      tickCount: 8,
      domain: labelled,
      ticks: labelled,
      grid: false,
    },
  };
}

function timeTitle({ startUs, endUs }: ChartContext): string {
  const day = (us: number) =>
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(us / 1000);
  const [first, last] = [day(startUs), day(Math.max(startUs, endUs - 1))];
  return endUs - startUs <= DAY_US && first === last ? `${first}, UTC` : `${first} – ${last}, UTC`;
}

/** The x channels of bars, each from its `t` to its `end`. */
export function barX(context: ChartContext, labelled: boolean): Spec {
  return { x: { ...timeX(context, labelled), bin: "binned" }, x2: { field: "end", type: "temporal" } };
}

/** Rows of `t` as bars: with the `end` of each, which is no later than that of the chart. */
export function bars(rows: readonly Row[], context: ChartContext): Row[] {
  return timed(rows).map((row) => ({ ...row, end: Math.min(Number(row["t"]) + context.barUs / 1000, context.endUs / 1000) }));
}

/** A y axis of amounts: short numbers such as 250k, 1.5M; the unit stands in the panel's title. A tall panel has more ticks than three. */
export function amountY(field: string, more: Spec = {}, tickCount = 3): Spec {
  return { field, type: "quantitative", axis: amountAxis({ tickCount }), ...more };
}

/** Labels of amounts: `0`, `250k`, `1.5M`, `2B`. */
export function amountAxis(more: Spec = {}): Spec {
  return { title: null, labelExpr: amountLabel("datum.value"), tickCount: 3, ...more };
}

/** A Vega expression: a value as the label of an amount. */
export function amountLabel(value: string): string {
  return `${value} == 0 ? '0' : abs(${value}) < 1 ? format(${value}, '~g') : replace(format(${value}, '~s'), 'G', 'B')`;
}

/** A y axis of prices: digits as the range needs them. */
export function priceAxis(low: number, high: number): Spec {
  const range = Math.max(high - low, Math.abs(high) * 1e-6, 1e-12);
  const decimals = Math.max(0, Math.ceil(-Math.log10(range / 5)));
  return { title: null, format: `,.${Math.min(decimals, 12)}f`, tickCount: 6 };
}

/** A transform that adds `when`, a time in UTC for tooltips. */
export function whenTransform(field = "t"): Spec[] {
  return [{ calculate: `utcFormat(datum.${field}, '%-d %b %H:%M:%S')`, as: "when" }];
}

/** A tooltip entry with thousands separators. */
export function tip(field: string, title: string, format = ",.6~r"): Spec {
  return { field, title, type: "quantitative", format };
}

/** The tooltip entry of the time. */
export const WHEN_TIP: Spec = { field: "when", title: "UTC", type: "nominal" };

/** A layer that shows a vertical line and the values of the nearest bucket under the pointer. */
export function hoverRule(dataset: string, context: ChartContext, tips: readonly Spec[], labelled: boolean): Spec {
  const name = `hover_${dataset}_${tips.length}`;
  return {
    data: { name: dataset },
    transform: whenTransform(),
    params: [{ name, select: { type: "point", on: "pointerover", clear: "pointerout", nearest: true, encodings: ["x"] } }],
    mark: { type: "rule", color: LIGHT.axis, strokeWidth: 1 },
    encoding: {
      x: timeX(context, labelled),
      opacity: { condition: { param: name, empty: false, value: 1 }, value: 0 },
      tooltip: [WHEN_TIP, ...tips],
    },
  };
}

/** So many characters of a legend's names stand side by side on a phone; a symbol counts as `SYMBOL`. */
const LEGEND_LINE = 40;
const SYMBOL = 5;

/** In how many columns the names of a legend stand: side by side long ones would be wider than a phone. */
export function legendColumns(names: readonly string[]): number {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  return Math.max(1, Math.floor(LEGEND_LINE / (longest + SYMBOL)));
}

/** A scale of named series in fixed colours. */
export function colours(pairs: Readonly<Record<string, string>>): Spec {
  return { domain: Object.keys(pairs), range: Object.values(pairs) };
}

/** One panel: what it shows with its unit, and its layers. */
export function panel(title: string, height: number, layers: readonly Spec[], more: Spec = {}): Spec {
  return {
    title: { text: title, fontSize: 12, fontWeight: 600, frame: "bounds", anchor: "start", offset: 8 },
    width: PLOT_WIDTH,
    height,
    layer: layers,
    ...more,
  };
}

/** Each panel has its own scales and legends of these. */
const OWN_SCALES = ["color", "fill", "shape", "size", "opacity", "strokeDash"];

/** The whole chart: title, sentence, rows by name, and panels from top to bottom. */
export function sheet(title: string, caption: string, datasets: Readonly<Record<string, readonly Row[]>>, panels: readonly Spec[]): Spec {
  return {
    $schema: SCHEMA,
    usermeta: { width: CHART_WIDTH },
    title: { text: title, subtitle: wrap(caption, 112) },
    config: chartConfig(),
    datasets,
    vconcat: panels,
    resolve: { scale: Object.fromEntries(OWN_SCALES.map((channel) => [channel, "independent"])) },
  };
}

/** Lines of at most `width` characters, broken at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
