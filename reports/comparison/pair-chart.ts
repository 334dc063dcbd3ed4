/** What a chart of two runs is. */
import type { ChartContext, ChartRows, Drawing } from "../charts/chart.ts";
import type { InstrumentPair } from "./pair.ts";

/** A chart of two runs. */
export interface PairChart {
  readonly name: string;
  readonly title: string;
  readonly each: "instrument" | "pool";
  /** Asked of both. */
  queries(context: ChartContext): Readonly<Record<string, string>>;
  /** Of rows whose times are those of the first run. */
  draw(first: ChartRows, second: ChartRows, pair: InstrumentPair): Drawing;
}
