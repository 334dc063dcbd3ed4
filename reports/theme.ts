/**
 * Colours and typography of charts. Series colours follow the palette of Okabe and Ito,
 * which stays apart under the common colour-vision deficiencies; each role also differs
 * by shape, side of zero or place, so that no reading rests on colour alone.
 */

/** What a colour stands for, in every chart. */
export type Role =
  | "paper"
  | "ink"
  | "muted"
  | "axis"
  | "grid"
  | "index"
  | "mark"
  | "last"
  | "long"
  | "short"
  | "market"
  | "vault"
  | "fund"
  | "adl"
  | "residual"
  | "open";

/** A colour for every role. */
export type Palette = Readonly<Record<Role, string>>;

/** Colours on white paper. No two roles share one, so that a colour names its role. */
export const LIGHT: Palette = {
  paper: "#ffffff",
  ink: "#1c2530",
  muted: "#5a6675",
  axis: "#b4bdc9",
  grid: "#e6eaef",
  index: "#7a8695",
  mark: "#0072b2",
  last: "#a5cfe8",
  long: "#d55e00",
  short: "#009e73",
  market: "#56b4e9",
  vault: "#5b3fc4",
  fund: "#e69f00",
  adl: "#cc79a7",
  residual: "#47515e",
  open: "#c3cad3",
};

/** The same roles on a dark screen. */
export const DARK: Palette = {
  paper: "#161b22",
  ink: "#e7ebf0",
  muted: "#9ba7b6",
  axis: "#4a5563",
  grid: "#2a323c",
  index: "#aab5c2",
  mark: "#62bdf2",
  last: "#2f5f80",
  long: "#f0853a",
  short: "#2fc79b",
  market: "#3f95cb",
  vault: "#8064f5",
  fund: "#e8a81c",
  adl: "#d98db8",
  residual: "#d3dae2",
  open: "#586473",
};

/** Fonts of exported charts: DejaVu Sans is what the PNG renderer looks for first. */
export const CHART_FONT = "DejaVu Sans, Verdana, Arial, sans-serif";

/** Room left of every plot, pixels: the same everywhere, so that time axes of a page line up. */
export const AXIS_WIDTH = 66;
/** Room right of every plot, pixels. */
export const RIGHT_MARGIN = 14;

/** The Vega-Lite configuration shared by all charts, in colours of `LIGHT`. */
export function chartConfig(font: string = CHART_FONT): Record<string, unknown> {
  return {
    font,
    background: "transparent",
    view: { stroke: null },
    padding: { left: 0, top: 4, right: RIGHT_MARGIN, bottom: 2 },
    concat: { spacing: 18 },
    axis: {
      labelColor: LIGHT.muted,
      labelFontSize: 11,
      titleColor: LIGHT.muted,
      titleFontSize: 11,
      titleFontWeight: "normal",
      gridColor: LIGHT.grid,
      domainColor: LIGHT.axis,
      tickColor: LIGHT.axis,
      tickSize: 4,
      labelPadding: 4,
    },
    axisY: { domain: false, ticks: false, minExtent: AXIS_WIDTH, maxExtent: AXIS_WIDTH, labelLimit: 0 },
    legend: {
      orient: "top",
      direction: "horizontal",
      offset: 4,
      padding: 0,
      columnPadding: 12,
      labelLimit: 300,
      labelColor: LIGHT.ink,
      labelFontSize: 11,
      symbolStrokeWidth: 2,
      symbolSize: 70,
    },
    title: {
      anchor: "start",
      frame: "bounds",
      color: LIGHT.ink,
      fontSize: 15,
      fontWeight: "bold",
      subtitleColor: LIGHT.muted,
      subtitleFontSize: 11.5,
      subtitlePadding: 5,
      offset: 12,
    },
  };
}

/** Where rows of data stand in a specification: texts there are no colours. */
const DATA_KEYS: ReadonlySet<string> = new Set(["datasets", "values"]);

/** A copy of plain JSON in which every colour of `LIGHT` is replaced by what `replacement` gives for its role. */
export function recolour<Value>(value: Value, replacement: (role: Role) => string): Value {
  const byColour = new Map<string, string>();
  for (const role of Object.keys(LIGHT) as Role[]) byColour.set(LIGHT[role], replacement(role));
  const walk = (node: unknown): unknown => {
    if (typeof node === "string") return byColour.get(node) ?? node;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, DATA_KEYS.has(key) ? child : walk(child)]));
  };
  return walk(value) as Value;
}
