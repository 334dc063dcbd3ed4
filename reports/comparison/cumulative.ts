/** What two runs had liquidated, and closed by auto-deleveraging, up to each moment. */
import { bucketStart, type ChartContext, microseconds, numberOf, type Row, total } from "../charts/chart.ts";
import { amountY, panel, sheet, timed } from "../charts/panel.ts";
import { money } from "../format.ts";
import { pairHover, pairLines, pairMoments } from "./overlay.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Liquidated and auto-deleveraged so far";

export const cumulativePair: PairChart = {
  name: "cumulative",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({
    liquidated: barsOf("liquidations_natural", "trigger_time", "liquidated", context),
    adl: barsOf("adl_natural", "time", '"value"', context),
  }),
  draw(first, second, { context, labels }) {
    const sums = (name: string) => [first, second].map((rows) => cumulated(rows[name] ?? [], context));
    const [liquidated, adl] = [sums("liquidated"), sums("adl")];
    if ([...liquidated, ...adl].every((points) => numberOf(points.at(-1), "v") === 0)) return { empty: "Neither run liquidated anything." };
    const both = (points: readonly Row[][]) => points.flatMap((own, place) => timed(own, { run: labels[place as 0 | 1] }));
    const moments = ([ones = [], others = []]: readonly Row[][]) =>
      timed(pairMoments(ones, others, "v", { ...context, bucketUs: context.barUs }));
    const datasets = { liquidated: both(liquidated), adl: both(adl), liquidatedMoments: moments(liquidated), adlMoments: moments(adl) };
    const lines = (data: string, labelled: boolean) => [
      pairLines(data, labels, context, { y: amountY("v", { scale: { zero: true } }, 4), labelled, legend: !labelled }),
      pairHover(`${data}Moments`, labels, context, labelled, ",.0f"),
    ];
    const panels = [
      panel(`Liquidated so far, ${context.settle}`, 140, lines("liquidated", false)),
      panel(`Closed by ADL so far, ${context.settle}`, 140, lines("adl", true)),
    ];
    const sum = (name: string) =>
      [first, second].map((rows, place) => `${labels[place as 0 | 1]} ${money(total(rows[name] ?? [], "v"), context.settle)}`).join(", ");
    const caption = `Liquidated by the end of what both have: ${sum("liquidated")}. Closed by auto-deleveraging: ${sum("adl")}.`;
    return { caption, spec: sheet(TITLE, caption, datasets, panels) };
  },
};

/** SQL: sums by bar, up to the end of what both runs have; what happens at the very end is of the last bar. */
function barsOf(table: string, time: string, amount: string, context: ChartContext): string {
  const { instrument, startUs, endUs, barUs } = context;
  const lastUs = startUs + (Math.ceil((endUs - startUs) / barUs) - 1) * barUs;
  return `SELECT least(${bucketStart(time, context, barUs)}, ${lastUs}) AS t, CAST(sum(${amount}) AS DOUBLE) AS v
    FROM ${table} WHERE instrument = ${instrument} AND ${microseconds(time)} <= ${endUs} GROUP BY 1 ORDER BY 1`;
}

/** The running total at the end of every bar of the time, microseconds in `t`. */
function cumulated(bars: readonly Row[], { startUs, endUs, barUs }: ChartContext): Row[] {
  const byBar = new Map(bars.map((row) => [numberOf(row, "t"), numberOf(row, "v")]));
  const points: Row[] = [{ t: startUs, v: 0 }];
  let sum = 0;
  for (let t = startUs; t < endUs; t += barUs) {
    sum += byBar.get(t) ?? 0;
    points.push({ t: Math.min(t + barUs, endUs), v: sum });
  }
  return points;
}
