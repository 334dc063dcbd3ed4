/** The charts of a comparison of two runs, both in each of them. */
import { type Drawing, readRows } from "../charts/chart.ts";
import type { PageChart } from "../page/figure.ts";
import { adlBurdenPair } from "./adl-burden.ts";
import { cascadeSizesPair } from "./cascade-sizes.ts";
import { cumulativePair } from "./cumulative.ts";
import { fundPair } from "./fund.ts";
import { liquidationMapPair } from "./liquidation-map.ts";
import { aligned, type RunPair } from "./pair.ts";
import type { PairChart } from "./pair-chart.ts";
import { pricePair } from "./price.ts";

const CHARTS: readonly PairChart[] = [pricePair, fundPair, cumulativePair, liquidationMapPair, cascadeSizesPair, adlBurdenPair];

/** Draws all charts: with several instruments in common each has its symbol or pool in its title. */
export async function pairCharts({ first, second, instruments }: RunPair): Promise<PageChart[]> {
  const charts: PageChart[] = [];
  for (const [place, pair] of instruments.entries()) {
    const pools = instruments.slice(0, place).map(({ context }) => context.poolName);
    for (const chart of CHARTS) {
      if (chart.each === "pool" && pools.includes(pair.context.poolName)) continue;
      const one = aligned(await readRows(chart, pair.contexts[0], first.store), pair.contexts[0], pair.context);
      const other = aligned(await readRows(chart, pair.contexts[1], second.store), pair.contexts[1], pair.context);
      const subject = chart.each === "pool" ? pair.context.poolName : pair.context.symbol;
      const title = instruments.length === 1 ? chart.title : `${chart.title}, ${subject}`;
      const name = place === 0 ? chart.name : `${chart.name}-${place + 1}`;
      charts.push(titled(chart.draw(one, other, pair), name, title));
    }
  }
  return charts;
}

function titled(drawing: Drawing, name: string, title: string): PageChart {
  if ("empty" in drawing) return { name, title, caption: drawing.empty, spec: null };
  const { caption, spec } = drawing;
  return { name, title, caption, spec: { ...spec, title: { ...(spec["title"] as object), text: title } } };
}
