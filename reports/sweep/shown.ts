/** Which settings a page shows one by one: a sweep may have tens of thousands. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";

/** So many are offered where each has a picture of its own. */
export const SHOWN_MOST = 24;
/** And so many points stand in one picture of all. */
const POINTS_MOST = 600;

/** The settings that have a picture of their own: all, or of many the first, the front, the worst, those with the least and most of the first metric, and others between. */
export function shownSettings({ settings, pareto, worst }: SweepAnalysis): number[] {
  const all = settings.map(({ setting }) => setting);
  if (all.length <= SHOWN_MOST) return all;
  const mean = (setting: number) => settings.find((one) => one.setting === setting)?.metrics[0]?.mean.value ?? 0;
  const means = new Map(all.map((setting) => [setting, mean(setting)]));
  const ranked = [...all].sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0) || a - b);
  const chosen = new Set<number>([all[0] as number, ranked[0] as number, ranked.at(-1) as number]);
  if (worst !== null) chosen.add(worst.setting);
  for (const setting of pareto?.front ?? []) if (chosen.size < SHOWN_MOST / 2) chosen.add(setting);
  const rest = ranked.filter((setting) => !chosen.has(setting));
  for (const setting of evenly(rest, SHOWN_MOST - chosen.size)) chosen.add(setting);
  return [...chosen].sort((a, b) => a - b);
}

/** Settings that stand as points in one picture: all, or some of very many. */
export function pointSettings({ settings }: SweepAnalysis): SweepAnalysis["settings"] {
  return evenly(settings, POINTS_MOST);
}

/** At most so many of a list, the first and the last among them. */
export function evenly<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  if (most < 2) return items.slice(0, Math.max(0, most));
  return Array.from({ length: most }, (_, place) => items[Math.round((place * (items.length - 1)) / (most - 1))] as Item);
}
