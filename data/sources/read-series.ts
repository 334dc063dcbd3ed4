/** Reads and checks series of funding rates and open interest from files of any format we know. */
import { type ReadOptions, readRawParts } from "./read-raw.ts";
import { checkSeries, joinSeries, type Series, type SeriesPart } from "./series.ts";
import type { SeriesKind } from "./series-kind.ts";

/** What a user may say of files of a series. */
export interface ReadSeriesOptions extends ReadOptions {
  /** Chooses among several symbols in the file, or names the rows of a file without one. */
  readonly symbol?: string | undefined;
}

/**
 * Reads files of one series of funding rates or open interest, in order of time: as
 * `breakwater import --kind` writes them, or of Binance's archive, or CSV with a header.
 * @throws InputError in one line naming file, member, line or row, and value; when two files overlap or differ in symbol or columns
 */
export async function readSeriesFiles(files: readonly string[], kind: SeriesKind, options: ReadSeriesOptions = {}): Promise<Series> {
  const parts: SeriesPart[] = [];
  for (const file of files) {
    for (const { where, raw } of await readRawParts(file, kind, options))
      parts.push({ where, series: checkSeries(raw, kind, where, options.symbol) });
  }
  return joinSeries(parts);
}
