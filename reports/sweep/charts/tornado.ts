/** How far each factor moves a metric, and where the design was made for it, its sensitivity indices. */
import type { SweepAnalysis } from "../../../data/store/sweep-analysis.ts";
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountAxis, tip } from "../../charts/panel.ts";
import { AXIS_WIDTH, LIGHT } from "../../theme.ts";
import { valueText } from "../labels.ts";
import { metricChoice, metricPanel, metricTitles, OF_METRIC, short, withEnds } from "../parts.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "What each factor does";
const ROW_PX = 58;
/** From the middle of a row down to its bar, below two lines of text. */
const BAR_PX = 14;
const FACTORS_MOST = 21;

export const tornadoChart: SweepChart = { name: "tornado", title: TITLE, draw: async (sweep) => draw(sweep) };

function draw(sweep: Sweep): Drawing {
  const { analysis } = sweep;
  if (analysis.factors.length === 0) return { empty: "The plan has no factors." };
  const rows = effectRows(sweep);
  if (rows.length === 0) return { empty: "No run ended: there is nothing to measure." };
  const height = ROW_PX * Math.min(analysis.factors.length, FACTORS_MOST);
  const indices = indexRows(sweep);
  const panels = [metricPanel("Mean ", height, effectLayers())];
  if (indices.length > 0) panels.push(metricPanel(INDICES[analysis.sensitivity?.kind ?? "morris"], height, indexLayers(analysis)));
  const caption = `A bar reaches from the mean at the value of the factor that has the least to that at the value with the most, over all settings that have them. Thin lines are the intervals of these means.${sensitivityNote(analysis)}`;
  const titles = metricTitles(sweep).filter((title) => rows.some((row) => row["metric"] === title));
  return drawing(TITLE, caption, { effects: rows, ...(indices.length === 0 ? {} : { indices }) }, panels, metricChoice(titles));
}

const INDICES = { morris: "μ* of ", saltelli: "Share of variance: " } as const;

function sensitivityNote({ sensitivity }: SweepAnalysis): string {
  if (sensitivity === null) return "";
  return sensitivity.kind === "morris"
    ? " Below: Morris's μ* with its interval; a spread σ as large as μ* tells of interactions or curvature."
    : " Below: what a factor explains alone (first) and with all its interactions (total), with intervals.";
}

/** Of each metric the factors, the strongest first: the ends of their means. */
function effectRows(sweep: Sweep): Row[] {
  const { analysis, factorNames } = sweep;
  const titles = metricTitles(sweep);
  const text = (value: number | string, factor: number) => valueText(value, analysis.factors[factor]?.values ?? []);
  return analysis.effects.flatMap(({ metric, factors }) => {
    const rows = factors.flatMap(({ factor, levels }) => {
      const sorted = [...levels].sort((a, b) => a.value - b.value);
      const [least, most] = [sorted[0], sorted.at(-1)];
      if (least === undefined || most === undefined) return [];
      return [
        {
          ...{ metric: titles[metric], factor: factorNames[factor], low: short(least.value), high: short(most.value) },
          ...{ lowAt: text(least.level, factor), highAt: text(most.level, factor), range: most.value - least.value },
          ...{ lowFrom: short(least.interval?.low), lowTo: short(least.interval?.high) },
          ...{ highFrom: short(most.interval?.low), highTo: short(most.interval?.high) },
        },
      ];
    });
    return rows
      .sort((a, b) => b.range - a.range)
      .slice(0, FACTORS_MOST)
      .map(({ range, ...row }, place) => ({ ...row, range: short(range), place }));
  });
}

const Y: Spec = { field: "place", type: "ordinal", axis: null, scale: { paddingInner: 0, paddingOuter: 0 } };

/** A text begins at the left edge: it has the room of the axis that other charts have there. */
const TEXT_LIMIT: Spec = { expr: `width + ${AXIS_WIDTH}` };

/** Names stand above their bars: beside them there is no room on a phone. */
function nameLayer(data: string): Spec {
  return {
    data: { name: data },
    transform: [OF_METRIC, ...(data === "indices" ? [{ filter: "datum.index != 'first'" }] : [])],
    mark: { type: "text", align: "left", baseline: "top", dy: -ROW_PX / 2 + 4, fontSize: 12, color: LIGHT.ink, limit: TEXT_LIMIT },
    encoding: { y: Y, x: { value: 0 }, text: { field: "factor", type: "nominal" } },
  };
}

/** The values at the ends of a bar, in a line below the name. */
const ENDS_LAYER: Spec = {
  data: { name: "effects" },
  transform: [
    OF_METRIC,
    { calculate: "datum.range == 0 ? 'the same at each value' : 'least at ' + datum.lowAt + ', most at ' + datum.highAt", as: "ends" },
  ],
  mark: { type: "text", align: "left", baseline: "top", dy: -ROW_PX / 2 + 20, fontSize: 10.5, color: LIGHT.muted, limit: TEXT_LIMIT },
  encoding: { y: Y, x: { value: 0 }, text: { field: "ends", type: "nominal" } },
};

function effectLayers(): Spec[] {
  const x = (field: string) => ({ field, type: "quantitative", scale: { zero: false }, axis: amountAxis({ tickCount: 6, grid: true }) });
  const layer = (mark: Spec, more: Spec) => ({ data: { name: "effects" }, transform: [OF_METRIC], mark, encoding: { y: Y, ...more } });
  const tips = [
    { field: "factor", title: "Factor", type: "nominal" },
    { field: "lowAt", title: "Least at", type: "nominal" },
    tip("low", "Mean there", ",.5~g"),
    { field: "highAt", title: "Most at", type: "nominal" },
    tip("high", "Mean there", ",.5~g"),
    tip("range", "Range", ",.5~g"),
  ];
  const whisker = (end: string) => ({
    ...layer({ type: "rule", yOffset: BAR_PX, strokeWidth: 1.2, color: LIGHT.residual }, { x: x("from"), x2: { field: "to" } }),
    transform: [OF_METRIC, ...withEnds(end, `${end}From`, `${end}To`)],
  });
  const end = (field: string, at: string, colour: string) => [
    layer(
      { type: "point", filled: true, yOffset: BAR_PX, size: 42, opacity: 1, color: colour },
      { x: x(field), tooltip: [...tips, { field: at, title: "Here", type: "nominal" }] },
    ),
  ];
  return [
    layer({ type: "bar", yOffset: BAR_PX, height: 12, color: LIGHT.last }, { x: x("low"), x2: { field: "high" }, tooltip: tips }),
    whisker("low"),
    whisker("high"),
    ...end("low", "lowAt", LIGHT.mark),
    ...end("high", "highAt", LIGHT.long),
    nameLayer("effects"),
    ENDS_LAYER,
  ];
}

function indexRows(sweep: Sweep): Row[] {
  const { analysis, factorNames } = sweep;
  const { sensitivity } = analysis;
  if (sensitivity === null) return [];
  const titles = metricTitles(sweep);
  const ranked = (rows: (Row & { rank: number })[]) => {
    const order = [...new Set([...rows].sort((a, b) => b.rank - a.rank).map((row) => row["factor"]))].slice(0, FACTORS_MOST);
    return rows.flatMap(({ rank: _, ...row }) => (order.includes(row["factor"]) ? [{ ...row, place: order.indexOf(row["factor"]) }] : []));
  };
  const made = (
    metric: number,
    factor: number,
    index: string,
    { value, interval }: { value: number; interval: { low: number; high: number } | null },
    more: Row = {},
  ) => ({
    ...{
      metric: titles[metric],
      factor: factorNames[factor],
      index,
      value: short(value),
      low: short(interval?.low),
      high: short(interval?.high),
    },
    ...more,
  });
  if (sensitivity.kind === "morris") {
    return sensitivity.metrics.flatMap(({ metric, factors }) =>
      ranked(
        factors.map(({ mu, muStar, sigma }, factor) => ({
          ...made(metric, factor, "μ*", muStar, { mu: short(mu), sigma: short(sigma) }),
          rank: muStar.value,
        })),
      ),
    );
  }
  return sensitivity.metrics.flatMap(({ metric, factors }) =>
    ranked(
      (factors ?? []).flatMap(({ first, total }, factor) => [
        { ...made(metric, factor, "first", first), rank: total.value },
        { ...made(metric, factor, "total", total), rank: total.value },
      ]),
    ),
  );
}

function indexLayers({ sensitivity }: SweepAnalysis): Spec[] {
  const isMorris = sensitivity?.kind === "morris";
  const x = (field: string) => ({ field, type: "quantitative", axis: amountAxis({ tickCount: 6, grid: true }) });
  const groups = isMorris
    ? ([["μ*", LIGHT.mark, 8]] as const)
    : ([
        ["first", LIGHT.mark, 4],
        ["total", LIGHT.long, 13],
      ] as const);
  const tips = [
    { field: "factor", title: "Factor", type: "nominal" },
    { field: "index", title: "Index", type: "nominal" },
    tip("value", "Value", ",.4~g"),
    tip("low", "Interval from", ",.4~g"),
    tip("high", "to", ",.4~g"),
    ...(isMorris ? [tip("mu", "μ", ",.4~g"), tip("sigma", "σ", ",.4~g")] : []),
  ];
  const layers = groups.flatMap(([index, colour, offset]) => {
    const transform = [OF_METRIC, { filter: `datum.index == '${index}'` }, ...withEnds("value", "low", "high")];
    const layer = (mark: Spec, more: Spec) => ({
      data: { name: "indices" },
      transform,
      mark: { yOffset: offset, ...mark },
      encoding: { y: Y, ...more },
    });
    return [
      layer({ type: "rule", strokeWidth: 2, color: colour }, { x: x("from"), x2: { field: "to" } }),
      layer(
        { type: "point", filled: true, size: 56, opacity: 1, shape: index === "total" ? "diamond" : "circle" },
        {
          x: x("value"),
          color: {
            field: "index",
            type: "nominal",
            scale: { domain: groups.map(([name]) => name), range: groups.map(([, one]) => one) },
            legend: isMorris ? null : { title: null },
          },
          tooltip: tips,
        },
      ),
    ];
  });
  return [...layers, nameLayer("indices")];
}
