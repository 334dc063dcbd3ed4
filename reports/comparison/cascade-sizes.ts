/** The sizes of cascades of two runs, on logarithmic axes. */
import { cascadeQueries } from "../charts/cascade-sizes.ts";
import { numberOf, type Row, type Spec } from "../charts/chart.ts";
import { logAxis, logCountAxis, valuesOf } from "../charts/log-axis.ts";
import { panel, sheet, timed, tip } from "../charts/panel.ts";
import { plural } from "../format.ts";
import { pairColour, pairDash, pairPoints } from "./overlay.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Sizes of cascades";

export const cascadeSizesPair: PairChart = {
  name: "cascade-sizes",
  title: TITLE,
  each: "instrument",
  queries: cascadeQueries,
  draw(first, second, { context, labels }) {
    const cascades = [first, second].map((rows) => numberOf(rows["all"]?.[0], "cascades"));
    if (cascades.every((count) => count === 0)) return { empty: "Neither run had a cascade." };
    const both = (name: string) => [first, second].flatMap((rows, place) => timed(rows[name] ?? [], { run: labels[place as 0 | 1] }));
    const datasets = { accounts: both("accounts"), notional: both("notional") };
    const panels = [
      panel(
        "Cascades of at least so many accounts",
        150,
        curves("accounts", datasets.accounts, labels, "Accounts liquidated in a cascade", true),
      ),
      panel(
        `Cascades of at least so much, ${context.settle}`,
        150,
        curves("notional", datasets.notional, labels, `Liquidated in a cascade, ${context.settle}`, false),
      ),
    ];
    const largest = [first, second].map(
      (rows, place) =>
        `${labels[place as 0 | 1]} ${plural(cascades[place] ?? 0, "cascade")}, the largest of ${plural(numberOf(rows["all"]?.[0], "most_accounts"), "account")}`,
    );
    const caption = `${largest.join("; ")}. Of the whole of each run; both axes are logarithmic.`;
    return { caption, spec: sheet(TITLE, caption, datasets, panels) };
  },
};

function curves(data: string, rows: readonly Row[], labels: readonly [string, string], title: string, legend: boolean): Spec[] {
  const encoding = {
    x: { field: "v", type: "quantitative", ...logAxis(valuesOf(rows, "v"), { title, titleAlign: "right", titleAnchor: "end" }) },
    y: { field: "n", type: "quantitative", ...logCountAxis(valuesOf(rows, "n")) },
    color: pairColour(labels, legend),
  };
  const tooltip = [{ field: "run", title: "Run", type: "nominal" }, tip("v", "At least", ",.6~r"), tip("n", "Cascades", ",d")];
  return [
    {
      data: { name: data },
      mark: { type: "line", interpolate: "step-before", strokeWidth: 1.6 },
      encoding: { ...encoding, strokeDash: pairDash(labels, legend) },
    },
    ...pairPoints(data, labels, 34, { ...encoding, tooltip }),
  ];
}
