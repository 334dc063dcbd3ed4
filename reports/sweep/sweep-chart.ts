/** What a chart of a sweep is: it reads what it needs, and gives a specification or says why there is none. */
import type { Drawing, Spec } from "../charts/chart.ts";
import { sheet } from "../charts/panel.ts";
import type { Sweep } from "./sweep.ts";

export interface SweepChart {
  /** Name of its files. */
  readonly name: string;
  readonly title: string;
  draw(sweep: Sweep): Promise<Drawing>;
}

/** A drawing with choices above it. */
export function drawing(
  title: string,
  caption: string,
  datasets: Parameters<typeof sheet>[2],
  panels: readonly Spec[],
  params: readonly Spec[] = [],
): Drawing {
  const spec = sheet(title, caption, datasets, panels);
  return { caption, spec: params.length === 0 ? spec : { ...spec, params } };
}
