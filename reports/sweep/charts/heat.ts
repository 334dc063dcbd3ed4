/** Heat map: the mean of a metric over the values of two factors, exactly where the others stand still. */

import type { SweepAnalysis } from "../../../data/store/sweep-analysis.ts";
import type { Row, Spec } from "../../charts/chart.ts";
import { amountLabel, tip } from "../../charts/panel.ts";
import { valueText } from "../labels.ts";
import { metricChoice, metricPanel, metricTitles, OF_METRIC, SETTING_TIP, short, textChoice } from "../parts.ts";
import { pointSettings } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Two factors against each other";
const SLICE = "chosenSlice";
/** Beyond so many values of a factor there are no cells but points. */
const CELLS_MOST = 24;
const SLICES_MOST = 40;
/** Cells of no more columns and rows have room for two lines of numbers. */
const TEXT_COLUMNS_MOST = 10;
const TEXT_ROWS_MOST = 20;
/** Not colours of the palette: what stands on a colour of the map has to be read on it in light and dark alike. */
const ON_DARK = "#fdfdfd";
const ON_LIGHT = "#101010";
/** Dark to light, the same order for those who see no difference of red and green. */
const SCHEME = "cividis";

export const heatChart: SweepChart = { name: "heat", title: TITLE, draw: async (sweep) => draw(sweep) };

function draw(sweep: Sweep) {
  const { analysis, factorNames } = sweep;
  if (analysis.factors.length < 2) return { empty: "A plan with two factors or more has this map: here the chart above shows all." };
  const [first, second] = strongestPair(analysis);
  const names = [factorNames[first] as string, factorNames[second] as string] as const;
  const cells = [first, second].every((factor) => (analysis.factors[factor]?.values.length ?? 0) <= CELLS_MOST);
  const rows = shaded(cellRows(sweep, first, second, cells));
  if (rows.length === 0) return { empty: "No run ended: there is nothing to measure." };
  const slices = [...new Set(rows.map((row) => String(row["others"])))];
  const isSliced = cells && slices.length > 1 && slices.length <= SLICES_MOST;
  const isMap = cells && (slices.length === 1 || isSliced);
  const transform = [OF_METRIC, ...(isSliced ? [{ filter: `datum.others == ${SLICE}` }] : [])];
  const params = [
    ...metricChoice([...new Set(rows.map((row) => String(row["metric"])))]),
    ...(isSliced ? [textChoice(SLICE, "Others", slices)] : []),
  ];
  const counts = [first, second].map((factor) => analysis.factors[factor]?.values.length ?? 0) as [number, number];
  const layers = isMap
    ? mapLayers(analysis, [first, second], names, transform, counts)
    : pointLayers(analysis, [first, second], names, transform);
  const others = analysis.factors.length === 2 ? "" : ` Of ${analysis.factors.length} factors these two move the first metric most.`;
  const caption = isMap
    ? `From below ${names[1]}, from the left ${names[0]}: a cell is the mean over the runs of one setting; below it half the width of its interval, which the tooltip has in full.${others}`
    : `From below ${names[1]}, from the left ${names[0]}: a point is a setting, its colour the mean over its runs.${others}`;
  const height = isMap ? Math.min(480, Math.max(90, 46 * counts[1])) : 300;
  return drawing(TITLE, caption, { cells: rows }, [metricPanel("Mean ", height, layers)], params);
}

/** The two factors over whose values the mean of the first metric ranges most, in their order. */
function strongestPair({ factors, effects }: SweepAnalysis): [number, number] {
  const ranges = factors.map((_, factor) => {
    const levels = effects.find(({ metric }) => metric === 0)?.factors.find((one) => one.factor === factor)?.levels ?? [];
    const means = levels.map(({ value }) => value);
    return means.length === 0 ? 0 : Math.max(...means) - Math.min(...means);
  });
  const order = factors.map((_, factor) => factor).sort((a, b) => (ranges[b] ?? 0) - (ranges[a] ?? 0) || a - b);
  return [order[0] as number, order[1] as number].sort((a, b) => a - b) as [number, number];
}

function cellRows(sweep: Sweep, first: number, second: number, cells: boolean): Row[] {
  const { analysis, factorNames, labels } = sweep;
  const titles = metricTitles(sweep);
  return pointSettings(analysis).flatMap(({ setting, values, metrics }) => {
    const place = (factor: number) => {
      const value = values[factor] as string | number;
      return cells ? valueText(value, analysis.factors[factor]?.values ?? []) : value;
    };
    const others = values
      .flatMap((value, factor) =>
        factor === first || factor === second ? [] : [`${factorNames[factor]} ${valueText(value, analysis.factors[factor]?.values ?? [])}`],
      )
      .join(", ");
    return metrics.flatMap((metric, index) => {
      if (metric === null) return [];
      const { value, interval } = metric.mean;
      const half = interval === null ? null : short((interval.high - interval.low) / 2, 3);
      return [
        {
          ...{ metric: titles[index], setting, label: labels.get(setting), others, first: place(first), second: place(second) },
          ...{ mean: short(value), half, low: short(interval?.low), high: short(interval?.high) },
        },
      ];
    });
  });
}

/** With how far each mean is from the least of its metric to the greatest. */
function shaded(rows: readonly Row[]): Row[] {
  const spans = new Map<unknown, [number, number]>();
  for (const { metric, mean } of rows as readonly { metric: string; mean: number }[]) {
    const [low, high] = spans.get(metric) ?? [mean, mean];
    spans.set(metric, [Math.min(low, mean), Math.max(high, mean)]);
  }
  return rows.map((row) => {
    const [low, high] = spans.get(row["metric"]) as [number, number];
    return { ...row, shade: high === low ? 0 : short((Number(row["mean"]) - low) / (high - low), 3) };
  });
}

/** An amount with so many digits. */
function shortLabel(value: string, digits: number): string {
  return amountLabel(value).replaceAll("'~s'", `'.${digits}~s'`).replaceAll("'~g'", `'.${digits}~g'`);
}

const TIPS: readonly Spec[] = [SETTING_TIP, tip("mean", "Mean", ",.5~g"), tip("low", "Interval from", ",.5~g"), tip("high", "to", ",.5~g")];
const COLOUR: Spec = {
  field: "mean",
  type: "quantitative",
  scale: { scheme: SCHEME, zero: false, nice: false },
  legend: { title: null, orient: "top", gradientLength: 160, labelExpr: shortLabel("datum.value", 3) },
};

/** The texts of a factor's values in the order of the plan. */
function sortedTexts({ factors }: SweepAnalysis, factor: number): string[] {
  const values = factors[factor]?.values ?? [];
  return values.map((value) => valueText(value, values));
}

function mapLayers(
  analysis: SweepAnalysis,
  [first, second]: readonly [number, number],
  names: readonly [string, string],
  transform: readonly Spec[],
  counts: [number, number],
): Spec[] {
  const sorted = (factor: number) => sortedTexts(analysis, factor);
  const x = {
    field: "first",
    type: "ordinal",
    sort: sorted(first),
    axis: { title: names[0], labelAngle: counts[0] > 6 ? -40 : 0, labelLimit: 90, ticks: false, domain: false },
  };
  const y = { field: "second", type: "ordinal", sort: [...sorted(second)].reverse(), axis: { title: null, labelLimit: 62, domain: false } };
  const text = (expression: string, dy: number, size: number) => ({
    data: { name: "cells" },
    transform: [...transform, { calculate: expression, as: "text" }, { filter: "isValid(datum.text)" }],
    mark: { type: "text", dy, fontSize: size },
    encoding: {
      x,
      y,
      text: { field: "text", type: "nominal" },
      color: { condition: { test: "datum.shade < 0.55", value: ON_DARK }, value: ON_LIGHT },
    },
  });
  const rect = {
    data: { name: "cells" },
    transform,
    mark: { type: "rect", stroke: "transparent" },
    encoding: { x, y, color: COLOUR, tooltip: TIPS },
  };
  if (counts[0] > TEXT_COLUMNS_MOST || counts[1] > TEXT_ROWS_MOST) return [rect];
  return [
    rect,
    text(shortLabel("datum.mean", 3), -7, 12),
    text(`isValid(datum.half) ? '± ' + (${shortLabel("datum.half", 2)}) : null`, 9, 10),
  ];
}

function pointLayers(
  analysis: SweepAnalysis,
  [first, second]: readonly [number, number],
  names: readonly [string, string],
  transform: readonly Spec[],
): Spec[] {
  const scaleOf = (factor: number, field: string) =>
    analysis.factors[factor]?.numeric === true
      ? { field, type: "quantitative", scale: { zero: false } }
      : { field, type: "ordinal", sort: sortedTexts(analysis, factor) };
  return [
    {
      data: { name: "cells" },
      transform,
      mark: { type: "point", filled: true, size: 120, opacity: 1 },
      encoding: {
        x: { ...scaleOf(first, "first"), axis: { title: names[0], labelOverlap: true } },
        y: { ...scaleOf(second, "second"), axis: { title: null, labelLimit: 62, labelOverlap: true } },
        color: COLOUR,
        tooltip: TIPS,
      },
    },
  ];
}
