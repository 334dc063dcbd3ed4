/** The liquidation maps of two runs, one below the other on the same axes. */
import { total } from "../charts/chart.ts";
import { mapCells, mapLayers, mapPriceAxis, mapQueries } from "../charts/liquidation-map.ts";
import { panel, sheet, timed } from "../charts/panel.ts";
import { money } from "../format.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Liquidation maps";

export const liquidationMapPair: PairChart = {
  name: "liquidation-map",
  title: TITLE,
  each: "instrument",
  queries: mapQueries,
  draw(first, second, { context, labels }) {
    const cells = [first["cells"] ?? [], second["cells"] ?? []] as const;
    const all = [...cells[0], ...cells[1]];
    if (all.length === 0) return { empty: "Neither run liquidated anything." };
    const mark = [first["mark"] ?? [], second["mark"] ?? []] as const;
    const y = mapPriceAxis(all, [...mark[0], ...mark[1]]);
    const datasets = {
      firstMark: timed(mark[0]),
      firstCells: mapCells(cells[0], context),
      secondMark: timed(mark[1]),
      secondCells: mapCells(cells[1], context),
    };
    const panels = [
      panel(`${labels[0]}: price, ${context.settle}`, 200, mapLayers("firstCells", "firstMark", context, y, all, { labelled: false })),
      panel(`${labels[1]}: price, ${context.settle}`, 200, mapLayers("secondCells", "secondMark", context, y, all, { legend: false })),
    ];
    const sum = (place: 0 | 1) => `${labels[place]} ${money(total(cells[place], "liquidated"), context.settle)}`;
    const caption = `Liquidated by time and mark price at the trigger: ${sum(0)}, ${sum(1)}. Both maps have the same axes and the same strength of colour.`;
    return { caption, spec: sheet(TITLE, caption, datasets, panels) };
  },
};
