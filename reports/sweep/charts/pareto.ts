/** The Pareto front: what no other setting beats in all of the objectives. */
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountAxis, panel, tip } from "../../charts/panel.ts";
import { plural } from "../../format.ts";
import { LIGHT } from "../../theme.ts";
import { metricTitle } from "../labels.ts";
import { SETTING_TIP, short } from "../parts.ts";
import { evenly } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Pareto front";
const POINTS_MOST = 800;
/** More numbers than this would lie over one another. */
const LABELS_MOST = 30;
/** Room beside the outermost points for half of a text above them, pixels. */
const LABEL_PX = 36;
const BRUSH = "brush";
/** Within the plot: what a drag beyond it does, no picture without a window could say. */
const DRAG = "[pointerdown, pointerup] > pointermove!";

export const paretoChart: SweepChart = { name: "pareto", title: TITLE, draw: async (sweep) => draw(sweep) };

function draw({ analysis, labels }: Sweep): Drawing {
  const { pareto } = analysis;
  if (pareto === null || pareto.points.length === 0) return { empty: "There is no front: no setting has a value of every objective." };
  const { objectives, points, front } = pareto;
  const titles = objectives.map((name) => {
    const metric = analysis.metrics.find((one) => one.name === name);
    return metric === undefined ? name : metricTitle(metric, analysis.plan.settle);
  });
  const onFront = new Set(front);
  const others = evenly(
    points.filter(({ setting }) => !onFront.has(setting)),
    POINTS_MOST,
  );
  const rows: Row[] = [...others, ...points.filter(({ setting }) => onFront.has(setting)).slice(0, POINTS_MOST)].map(
    ({ setting, values }) => ({
      ...{ setting, label: labels.get(setting), of: onFront.has(setting) ? "on the front" : "beaten by another" },
      ...{ a: short(values[0]), b: short(values[1]), c: short(values[2]) },
    }),
  );
  const tips = [SETTING_TIP, ...titles.map((title, place) => tip(["a", "b", "c"][place] as string, title, ",.5~g"))];
  const isLabelled = front.length <= LABELS_MOST;
  const panels = [
    ["b", titles[1]],
    ["c", titles[2]],
  ].flatMap(([field, title], place) =>
    title === undefined ? [] : [panelOf(field as string, `Mean ${title}`, `Mean ${titles[0]}`, tips, isLabelled, place === 0)],
  );
  const caption =
    `${plural(front.length, "setting")} of ${points.length} ${front.length === 1 ? "is" : "are"} on the front: no other is at least as good in ${titles.length === 3 ? "all three" : "all"} and better in one. Less is better everywhere. ` +
    "A rectangle drawn in the upper panel picks its points out in the lower one.";
  return drawing(TITLE, caption, { points: rows }, panels);
}

/** Settings that stand at the same place have one text: their numbers, or of many the first and how many others. */
function together(field: string): Spec[] {
  return [
    { joinaggregate: [{ op: "count", as: "together" }], groupby: ["a", field] },
    { window: [{ op: "row_number", as: "nth" }], groupby: ["a", field], sort: [{ field: "setting", order: "ascending" }] },
    { filter: "datum.nth == 1" },
    {
      calculate:
        "datum.together == 1 ? '' + datum.setting : datum.setting + ' and ' + (datum.together - 1) + (datum.together == 2 ? ' other' : ' others')",
      as: "names",
    },
  ];
}

function panelOf(field: string, title: string, xTitle: string, tips: readonly Spec[], isLabelled: boolean, isFirst: boolean): Spec {
  const scale = { scale: { zero: false, padding: 16 } };
  const x = {
    field: "a",
    type: "quantitative",
    scale: { zero: false, padding: LABEL_PX },
    axis: amountAxis({ title: xTitle, tickCount: 7, grid: true }),
  };
  const y = { field, type: "quantitative", ...scale, axis: amountAxis({ tickCount: 6 }) };
  const domain = ["beaten by another", "on the front"];
  const points = {
    data: { name: "points" },
    ...(isFirst ? { params: [{ name: BRUSH, select: { type: "interval", encodings: ["x", "y"], on: DRAG, translate: DRAG } }] } : {}),
    mark: { type: "point", filled: true, size: 60 },
    encoding: {
      ...{ x, y, tooltip: tips },
      color: {
        field: "of",
        type: "nominal",
        title: null,
        scale: { domain, range: [LIGHT.index, LIGHT.long] },
        legend: isFirst ? { symbolOpacity: 1 } : null,
      },
      shape: {
        field: "of",
        type: "nominal",
        title: null,
        scale: { domain, range: ["circle", "diamond"] },
        legend: isFirst ? { symbolOpacity: 1 } : null,
      },
      opacity: { condition: { param: BRUSH, value: 0.95 }, value: 0.12 },
    },
  };
  const text = {
    data: { name: "points" },
    transform: [{ filter: "datum.of == 'on the front'" }, ...together(field)],
    mark: { type: "text", dy: -11, fontSize: 10.5, color: LIGHT.ink },
    encoding: { x, y, text: { field: "names", type: "nominal" } },
  };
  return panel(title, 220, isLabelled ? [points, text] : [points]);
}
