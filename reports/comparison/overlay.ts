/** Two runs in one panel: the first a solid line in one colour, the second a dashed one in another. */
import type { ChartContext, Row, Spec } from "../charts/chart.ts";
import { colours, hoverRule, legendColumns, timeX, tip } from "../charts/panel.ts";
import { LIGHT } from "../theme.ts";

/** Colours of the first and the second. */
export const PAIR_COLOURS = [LIGHT.mark, LIGHT.fund] as const;
/** Dashes of the first, none, and of the second. */
const PAIR_DASHES = [
  [1, 0],
  [5, 3],
] as const;
/** Shapes of points of the first and the second. */
const PAIR_SHAPES = ["circle", "diamond"] as const;

/** The channel that tells the two apart by colour, with the panel's legend. */
export function pairColour(labels: readonly [string, string], legend: boolean, symbol = "stroke"): Spec {
  return {
    field: "run",
    type: "nominal",
    title: null,
    scale: colours({ [labels[0]]: PAIR_COLOURS[0], [labels[1]]: PAIR_COLOURS[1] }),
    legend: legend ? { symbolType: symbol, columns: legendColumns(labels) } : null,
  };
}

/** The channel that tells them apart without colour. */
export function pairDash(labels: readonly [string, string], legend: boolean): Spec {
  return {
    field: "run",
    type: "nominal",
    title: null,
    scale: { domain: labels, range: PAIR_DASHES },
    legend: legend ? { symbolType: "stroke", columns: legendColumns(labels) } : null,
  };
}

/** Both lines over time of the dataset `data`, with rows of `t`, `v` and `run`. */
export function pairLines(
  data: string,
  labels: readonly [string, string],
  context: ChartContext,
  { y, interpolate = "linear", labelled = true, legend = true }: { y: Spec; interpolate?: string; labelled?: boolean; legend?: boolean },
): Spec {
  return {
    data: { name: data },
    mark: { type: "line", interpolate, strokeWidth: 1.6, strokeJoin: "round" },
    encoding: {
      x: timeX(context, labelled),
      y,
      color: pairColour(labels, legend),
      strokeDash: pairDash(labels, legend),
    },
  };
}

/** The values of both at the pointer, and how far the second is from the first. */
export function pairHover(data: string, labels: readonly [string, string], context: ChartContext, labelled: boolean, format: string): Spec {
  return hoverRule(
    data,
    context,
    [tip("first", labels[0], format), tip("second", labels[1], format), tip("difference", "Difference", format)],
    labelled,
  );
}

/** For `pairHover`: by bucket the value of either, microseconds in `t`. */
export function pairMoments(first: readonly Row[], second: readonly Row[], field: string, { startUs, bucketUs }: ChartContext): Row[] {
  const bucket = (row: Row) => Math.floor((Number(row["t"]) - startUs) / bucketUs);
  const value = (row: Row | undefined) => (row?.[field] === null || row?.[field] === undefined ? null : Number(row[field]));
  const others = new Map(second.map((row) => [bucket(row), row]));
  return first.map((row) => {
    const [one, other] = [value(row), value(others.get(bucket(row)))];
    return { t: row["t"], first: one, second: other, difference: one === null || other === null ? null : other - one };
  });
}

/** Points of both in shapes of their own: a layer each, since a legend of shapes would be one with that of colours. */
export function pairPoints(data: string, labels: readonly [string, string], size: number, encoding: Spec): Spec[] {
  return labels.map((label, place) => ({
    data: { name: data },
    transform: [{ filter: { field: "run", equal: label } }],
    mark: { type: "point", filled: true, opacity: 1, size, shape: PAIR_SHAPES[place as 0 | 1] },
    encoding,
  }));
}
