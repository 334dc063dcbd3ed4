/** The mark prices of two runs. */
import { extremes, microseconds, numberOf, type Row } from "../charts/chart.ts";
import { panel, priceAxis, sheet, timed } from "../charts/panel.ts";
import { percent, price } from "../format.ts";
import { pairHover, pairLines, pairMoments } from "./overlay.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Mark price";

export const pricePair: PairChart = {
  name: "price",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    mark: extremes("marks_natural", "mark", context, `instrument = ${context.instrument}`),
    moments: `
      SELECT max(${microseconds("time")}) AS t, CAST(last(mark ORDER BY time) AS DOUBLE) AS mark
      FROM marks_natural WHERE instrument = ${context.instrument}
      GROUP BY (${microseconds("time")} - ${context.startUs}) // ${context.bucketUs} ORDER BY t`,
  }),
  draw(first, second, { context, labels }) {
    const [ones, others] = [first["mark"] ?? [], second["mark"] ?? []];
    if (ones.length === 0 || others.length === 0) return { empty: "No mark price was recorded." };
    const { low, high } = rangeOf([...ones, ...others]);
    const pad = (high - low || Math.abs(high) * 0.01) * 0.06;
    const y = {
      field: "v",
      type: "quantitative",
      scale: { domain: [low - pad, high + pad], nice: false, zero: false },
      axis: priceAxis(low, high),
    };
    const datasets = {
      mark: [...timed(ones, { run: labels[0] }), ...timed(others, { run: labels[1] })],
      moments: timed(pairMoments(first["moments"] ?? [], second["moments"] ?? [], "mark", context)),
    };
    const layers = [pairLines("mark", labels, context, { y }), pairHover("moments", labels, context, true, ",.8~r")];
    const fell = (rows: readonly Row[]) => {
      const { low: least } = rangeOf(rows);
      return `${price(least, context.settle)} (${percent(least / numberOf(rows[0], "v") - 1)} from the start)`;
    };
    const caption = `Lowest mark of ${labels[0]} ${fell(ones)}, of ${labels[1]} ${fell(others)}.`;
    return { caption, spec: sheet(TITLE, caption, datasets, [panel(`Mark price, ${context.settle}`, 240, layers)]) };
  },
};

function rangeOf(rows: readonly Row[]): { low: number; high: number } {
  return rows.reduce<{ low: number; high: number }>(
    ({ low, high }, row) => ({ low: Math.min(low, numberOf(row, "v")), high: Math.max(high, numberOf(row, "v")) }),
    { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
  );
}
