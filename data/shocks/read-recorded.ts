/** The files of shocks, each read once: what they hold is not to be changed. */
import type { Bars } from "../sources/bars.ts";
import { type ReadBarsOptions, readBars } from "../sources/read-bars.ts";
import { KeptReadings } from "./kept-readings.ts";
import { type PriceSeries, readPriceSeries } from "./price-series.ts";

const bars = new KeptReadings<Bars>();
const prices = new KeptReadings<PriceSeries>();

/** As `readBars`. */
export function barsOf(file: string, options: Pick<ReadBarsOptions, "symbol" | "table" | "gaps">): Promise<Bars> {
  const { symbol, table, gaps } = options;
  return bars.get(file, JSON.stringify([symbol, table, gaps]), () => readBars(file, { symbol, table, gaps }));
}

/** As `readPriceSeries`. */
export function pricesOf(file: string, symbol: string | undefined): Promise<PriceSeries> {
  return prices.get(file, JSON.stringify([symbol]), () => readPriceSeries(file, symbol));
}
