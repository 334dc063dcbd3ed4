/** The charts of a comparison of two sweeps: each metric by setting with intervals, its difference, and its exceedance curves. */
import type { SweepComparison } from "../../data/store/comparison.ts";
import type { Row, Spec } from "../charts/chart.ts";
import { amountAxis, legendColumns, panel, sheet, tip } from "../charts/panel.ts";
import { count } from "../format.ts";
import type { PageChart } from "../page/figure.ts";
import { shortNames, valueText } from "../sweep/labels.ts";
import { LIGHT } from "../theme.ts";
import { pairColour, pairDash, pairPoints } from "./overlay.ts";

/** A chart by setting has so many settings, those that differ most. */
const SETTINGS_MOST = 30;
const ROW_PX = 40;
/** Below the values of the factors, where the two sweeps share a row. */
const OFFSETS_PX = [ROW_PX * 0.3, ROW_PX * 0.95];

type Metric = SweepComparison["metrics"][number];

/** Two charts for each metric, in their order. */
export function sweepCharts(comparison: SweepComparison): PageChart[] {
  return comparison.metrics.flatMap((metric, place) => [
    settingsChart(comparison, metric, place),
    exceedanceChart(comparison, metric, place),
  ]);
}

/** Unit of a metric's values in a title. */
function unitOf({ unit }: Metric, { first, second }: SweepComparison): string {
  if (unit === "amount") return first.settle === second.settle ? first.settle : `${first.settle} and ${second.settle}`;
  return unit === "seconds" ? "s" : unit === "ratio" ? "as a ratio" : "count";
}

/** Its meaning with a capital. */
function sentence({ meaning }: Metric): string {
  return meaning.charAt(0).toUpperCase() + meaning.slice(1);
}

function nameOf({ name }: Metric): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, "-");
}

function settingsChart(comparison: SweepComparison, metric: Metric, place: number): PageChart {
  const { first, second, settings } = comparison;
  const labels = [first.label, second.label] as const;
  const title = `${sentence(metric)}, by setting`;
  const name = `${nameOf(metric)}-by-setting`;
  const rows = settings
    .filter(({ metrics }) => metrics[place]?.first !== null && metrics[place]?.second !== null)
    .sort((a, b) => Math.abs(b.metrics[place]?.difference?.value ?? 0) - Math.abs(a.metrics[place]?.difference?.value ?? 0))
    .slice(0, SETTINGS_MOST)
    .sort((a, b) => a.first - b.first);
  if (rows.length === 0) return { name, title, caption: "There is no setting that both sweeps ran.", spec: null };
  const told = (setting: (typeof rows)[number]) => ({ setting: `#${setting.first}`, values: valuesText(comparison, setting.values) });
  const means = rows.flatMap((setting) =>
    [setting.metrics[place]?.first, setting.metrics[place]?.second].flatMap((mean, side): Row[] =>
      mean === null || mean === undefined
        ? []
        : [
            {
              ...told(setting),
              run: labels[side as 0 | 1],
              v: mean.value,
              low: mean.interval?.low ?? null,
              high: mean.interval?.high ?? null,
              runs: mean.runs,
            },
          ],
    ),
  );
  const differences = rows.flatMap((setting): Row[] => {
    const difference = setting.metrics[place]?.difference ?? null;
    if (difference === null) return [];
    const { value, interval, method, pairs, varianceReduction } = difference;
    const how = method === "paired" ? `${pairs} pairs` : "independent samples";
    return [{ ...told(setting), v: value, low: interval?.low ?? null, high: interval?.high ?? null, how, varianceReduction }];
  });
  const unit = unitOf(metric, comparison);
  const names = rows.map((setting) => `#${setting.first}`);
  const height = rows.length * ROW_PX;
  const panels = [
    panel(`Mean over the runs of a setting, ${unit}`, height, meanLayers(names, labels, unit)),
    panel(`Difference: ${labels[1]} less ${labels[0]}, ${unit}`, height, differenceLayers(names, unit)),
  ];
  const clear = differences.filter(({ low, high }) => low !== null && high !== null && (Number(low) > 0 || Number(high) < 0)).length;
  const shown =
    rows.length < settings.length ? ` Shown are the ${rows.length} settings that differ most, of ${count(settings.length)}.` : "";
  const caption =
    `Points are means, lines intervals of ${(comparison.confidence * 100).toFixed(0)} %. The interval of the difference lies on one side of zero in ` +
    `${clear} of ${rows.length} ${rows.length === 1 ? "setting" : "settings"}; settings are numbered as in ${labels[0]}.${shown}`;
  return { name, title, caption, spec: sheet(title, caption, { means, differences }, panels) };
}

/** The values of the factors in words: of each path as much as tells it from the others, since a row of a chart on a phone is short. */
export function valuesText({ factors, settings }: SweepComparison, values: readonly (number | string)[]): string {
  return factors.length === 0
    ? "the scenario itself"
    : shortNames(factors)
        .map((factor, place) => {
          const among = settings.map((setting) => setting.values[place] ?? "");
          return `${factor} = ${valueText(values[place] ?? "", [...new Set(among)])}`;
        })
        .join(", ");
}

function settingY(names: readonly string[]): Spec {
  return {
    field: "setting",
    type: "nominal",
    sort: null,
    scale: { domain: names },
    axis: { title: null, domain: false, ticks: false, labelOverlap: false },
  };
}

const VALUE_AXIS = { ...amountAxis({ tickCount: 5 }), grid: true, domain: false, labelFlush: true };

/** The values of the factors above each row of the plot. */
function rowText(data: string, names: readonly string[]): Spec {
  return {
    data: { name: data },
    transform: [{ aggregate: [{ op: "count", as: "rows" }], groupby: ["setting", "values"] }],
    mark: { type: "text", align: "left", baseline: "middle", dy: -13, fontSize: 10.5, color: LIGHT.muted, limit: { expr: "width" } },
    encoding: { x: { value: 2 }, y: settingY(names), text: { field: "values", type: "nominal" } },
  };
}

function meanLayers(names: readonly string[], labels: readonly [string, string], unit: string): Spec[] {
  const yOffset = { field: "run", type: "nominal", scale: { domain: labels, range: OFFSETS_PX } };
  const common = {
    y: settingY(names),
    yOffset,
    color: { ...pairColour(labels, true), legend: { symbolType: "circle", symbolSize: 60, columns: legendColumns(labels) } },
  };
  const scale = { zero: false };
  const tooltip = [
    { field: "values", title: "Setting", type: "nominal" },
    { field: "run", title: "Sweep", type: "nominal" },
    tip("v", `Mean, ${unit}`),
    tip("low", "From"),
    tip("high", "To"),
    tip("runs", "Runs", ",d"),
  ];
  return [
    rowText("means", names),
    {
      data: { name: "means" },
      mark: { type: "rule", strokeWidth: 2 },
      encoding: { ...common, x: { field: "low", type: "quantitative", scale, axis: VALUE_AXIS }, x2: { field: "high" }, tooltip },
    },
    ...pairPoints("means", labels, 60, { ...common, x: { field: "v", type: "quantitative", scale, axis: VALUE_AXIS }, tooltip }),
  ];
}

function differenceLayers(names: readonly string[], unit: string): Spec[] {
  const tooltip = [
    { field: "values", title: "Setting", type: "nominal" },
    tip("v", `Difference, ${unit}`),
    tip("low", "From"),
    tip("high", "To"),
    { field: "how", title: "From", type: "nominal" },
    tip("varianceReduction", "Variance saved by pairing", ".1%"),
  ];
  const common = { y: settingY(names) };
  const mark = { color: LIGHT.ink, yOffset: ROW_PX * 0.12 };
  return [
    rowText("differences", names),
    {
      data: { values: [{ zero: 0 }] },
      mark: { type: "rule", color: LIGHT.axis, strokeDash: [3, 3] },
      encoding: { x: { field: "zero", type: "quantitative" } },
    },
    {
      data: { name: "differences" },
      mark: { type: "rule", strokeWidth: 2, ...mark },
      encoding: {
        ...common,
        x: { field: "low", type: "quantitative", scale: { zero: true }, axis: VALUE_AXIS },
        x2: { field: "high" },
        tooltip,
      },
    },
    {
      data: { name: "differences" },
      mark: { type: "point", filled: true, size: 60, opacity: 1, ...mark },
      encoding: { ...common, x: { field: "v", type: "quantitative", scale: { zero: true }, axis: VALUE_AXIS }, tooltip },
    },
  ];
}

function exceedanceChart(comparison: SweepComparison, metric: Metric, place: number): PageChart {
  const { first, second, exceedance, settings } = comparison;
  const labels = [first.label, second.label] as const;
  const title = `${sentence(metric)}: exceedance`;
  const name = `${nameOf(metric)}-exceedance`;
  const curves = exceedance[place];
  const points = [curves?.first ?? [], curves?.second ?? []].flatMap((own, side): Row[] =>
    own.map(({ value, share }) => ({ run: labels[side as 0 | 1], v: value, share })),
  );
  if (points.length === 0) return { name, title, caption: "No run has such a figure.", spec: null };
  const unit = unitOf(metric, comparison);
  const encoding = {
    x: {
      field: "v",
      type: "quantitative",
      scale: { zero: false, nice: false },
      axis: { ...VALUE_AXIS, title: `${metric.name}, ${unit}`, titleAlign: "right", titleAnchor: "end" },
    },
    y: {
      field: "share",
      type: "quantitative",
      scale: { domain: [0, 1] },
      axis: amountAxis({ labelExpr: "format(datum.value, '.0%')", tickCount: 5 }),
    },
    color: pairColour(labels, true),
  };
  const tooltip = [{ field: "run", title: "Sweep", type: "nominal" }, tip("v", `At least, ${unit}`), tip("share", "Share of runs", ".1%")];
  const layers = [
    {
      data: { name: "curves" },
      mark: { type: "line", interpolate: "step-before", strokeWidth: 1.6 },
      encoding: { ...encoding, strokeDash: pairDash(labels, true) },
    },
    ...pairPoints("curves", labels, 26, { ...encoding, tooltip }),
  ];
  const of = settings.length === 0 ? "all runs of each sweep" : "all runs of the settings that both have";
  const caption = `Share of runs with at least so much, over ${of}.`;
  return { name, title, caption, spec: sheet(title, caption, { curves: points }, [panel("Share of runs", 200, layers)]) };
}
