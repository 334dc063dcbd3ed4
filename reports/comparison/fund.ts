/** The insurance fund of two runs: what was available, and how far it was below its peak. */
import { type ChartContext, numberOf, type Row } from "../charts/chart.ts";
import { fundChart } from "../charts/fund.ts";
import { amountY, panel, sheet, timed } from "../charts/panel.ts";
import { money } from "../format.ts";
import { pairHover, pairLines, pairMoments } from "./overlay.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Insurance fund";

export const fundPair: PairChart = {
  name: "fund",
  title: TITLE,
  each: "pool",
  queries(context) {
    const { available, drawdown, moments } = fundChart.queries(context);
    return { available: available as string, drawdown: drawdown as string, moments: moments as string };
  },
  draw(first, second, { context, labels }) {
    const rows = (name: string) => [first[name] ?? [], second[name] ?? []] as const;
    const [ones, others] = rows("available");
    if (ones.length === 0 || others.length === 0) return { empty: "One of the runs has no such pool." };
    const both = (name: string) => rows(name).flatMap((own, place) => timed(toEnd(own, context), { run: labels[place as 0 | 1] }));
    const datasets = {
      available: both("available"),
      drawdown: both("drawdown"),
      availableMoments: timed(pairMoments(...rows("moments"), "available", context)),
      drawdownMoments: timed(pairMoments(...rows("moments"), "drawdown", context)),
    };
    const lines = (data: string, labelled: boolean) => [
      pairLines(data, labels, context, {
        y: amountY("v", { scale: { zero: true } }, 4),
        interpolate: "step-after",
        labelled,
        legend: !labelled,
      }),
      pairHover(`${data}Moments`, labels, context, labelled, ",.0f"),
    ];
    const panels = [
      panel(`Available, ${context.settle}`, 160, lines("available", false)),
      panel(`Drawdown from the running peak, ${context.settle}`, 110, lines("drawdown", true)),
    ];
    const deepest = (own: readonly Row[]) => money(Math.max(0, ...own.map((row) => -numberOf(row, "v"))), context.settle);
    const [falls, otherFalls] = rows("drawdown");
    const caption = `Deepest drawdown of pool ${context.poolName}: ${labels[0]} ${deepest(falls)}, ${labels[1]} ${deepest(otherFalls)}.`;
    return { caption, spec: sheet(TITLE, caption, datasets, panels) };
  },
};

/** A balance stands until it changes. */
function toEnd(rows: readonly Row[], { endUs }: ChartContext): readonly Row[] {
  const last = rows.at(-1);
  return last === undefined ? rows : [...rows, { ...last, t: Math.max(endUs, numberOf(last, "t")) }];
}
