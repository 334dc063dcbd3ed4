/** The charts of a run. */
import { CHARTS, TWIN_CHARTS } from "./charts/all.ts";
import { type ChartContext, type ChartDefinition, readRows, type Spec } from "./charts/chart.ts";
import type { PageChart } from "./page/figure.ts";
import { type Run, withRun } from "./run.ts";

/** A chart as drawn for one run. */
export interface ReportChart extends PageChart {
  /** Which definition it is drawn by. */
  readonly kind: string;
  /** Number of the pool or of the instrument that it shows. */
  readonly pool: number | null;
  readonly instrument: number | null;
}

/**
 * Draws every chart of the run in `directory`, in the order of the page.
 * @throws InputError as `withRun`
 */
export async function reportCharts(directory: string): Promise<ReportChart[]> {
  return withRun(directory, chartsOf);
}

/** Other sections of the page that are called like a chart and a symbol. */
const TAKEN = ["adl-accounts", "second-opinion"];

/** Draws every chart of an open run: with several instruments first the pools, then one instrument after the other. */
export async function chartsOf(run: Run): Promise<ReportChart[]> {
  const { contexts, twin } = run;
  const all = twin === null ? CHARTS : [...CHARTS, ...TWIN_CHARTS];
  if (contexts.length === 1) {
    const charts: ReportChart[] = [];
    for (const chart of all) charts.push(await drawn(chart, run.context, run));
    return charts;
  }
  const names = new Set(TAKEN);
  const charts: ReportChart[] = [];
  const firstOfPools = contexts.filter(({ pool }, place) => contexts.findIndex((other) => other.pool === pool) === place);
  const add = async (each: ChartDefinition["each"], context: ChartContext, place: number, subject: string) => {
    for (const chart of all) {
      if (chart.each !== each) continue;
      const own = await drawn(chart, context, run);
      charts.push(
        titled({ ...own, name: nameOf(names, place === 0 ? chart.name : `${chart.name}-${subject}`) }, `${chart.title}, ${subject}`),
      );
    }
  };
  for (const [place, context] of firstOfPools.entries()) await add("pool", context, place, context.poolName);
  for (const [place, context] of contexts.entries()) await add("instrument", context, place, context.symbol);
  return charts;
}

async function drawn(chart: ChartDefinition, context: ChartContext, { store, twin }: Run): Promise<ReportChart> {
  const drawing = chart.draw(await readRows(chart, context, store, twin), context);
  const subject = chart.each === "pool" ? { pool: context.pool, instrument: null } : { pool: null, instrument: context.instrument };
  const common = { name: chart.name, title: chart.title, kind: chart.name, ...subject };
  return "empty" in drawing ? { ...common, caption: drawing.empty, spec: null } : { ...common, ...drawing };
}

/** A chart under another title, in its specification too. */
function titled(chart: ReportChart, title: string): ReportChart {
  const spec = chart.spec === null ? null : { ...chart.spec, title: { ...(chart.spec["title"] as Spec), text: title } };
  return { ...chart, title, spec };
}

/** A name that can be a file's and is not taken, whatever a table has for a symbol. */
function nameOf(taken: Set<string>, wanted: string): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9_-]+/g, "-");
  let name = plain;
  // Some file systems take `a` and `A` for the same.
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain}-${number}`;
  taken.add(name.toLowerCase());
  return name;
}
