/** Reads and checks bars from files of any format we know. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatDuration, parseDuration } from "../../sim/kernel/time.ts";
import { fillHoles, type HolePolicy } from "./bar-holes.ts";
import { type Bars, checkBars, isBadStep, stepProblem } from "./bars.ts";
import { type ReadOptions, readRawParts } from "./read-raw.ts";
import { checkOverlap, joinColumns } from "./series.ts";
import { BARS } from "./series-kind.ts";

/** What a user may say of files of bars. */
export interface ReadBarsOptions extends ReadOptions {
  /** Chooses among several symbols in the file, or names the bars of a file without one. */
  readonly symbol?: string | undefined;
  /** `1m`: what the step between bars must be. Default: the most frequent step. */
  readonly interval?: string | undefined;
  /** What to do where bars are missing. Default: refuse them. */
  readonly gaps?: HolePolicy | undefined;
}

/**
 * Reads and checks the bars of one file, see `readRawParts`; those of an archive's members are joined.
 * @throws InputError in one line naming file, line or row, and value
 */
export async function readBars(file: string, options: ReadBarsOptions = {}): Promise<Bars> {
  return (await readBarFiles([file], options)).bars;
}

/**
 * Reads several files of the same symbol and interval as one series, in order of time.
 * @returns the bars, and how many of them fill holes
 * @throws InputError as `readBars`, and when two files overlap, leave a hole, or differ in symbol or interval
 */
export async function readBarFiles(files: readonly string[], options: ReadBarsOptions = {}): Promise<FilledBars> {
  const { symbol, gaps } = options;
  const intervalUs = options.interval === undefined ? undefined : parseInterval(options.interval);
  const parts: Part[] = [];
  for (const file of files) {
    for (const { where, raw } of await readRawParts(file, BARS, options))
      parts.push({ where, bars: checkBars(raw, { file: where, symbol, intervalUs, gaps }) });
  }
  const joined = joinBars(parts, gaps);
  if (gaps === undefined || gaps === "refuse") return { bars: joined, filled: 0 };
  const bars = fillHoles(joined, gaps, files.join(", "));
  return { bars, filled: bars.timeUs.length - joined.timeUs.length };
}

/** Bars of files, and how many of them fill holes. */
interface FilledBars {
  readonly bars: Bars;
  readonly filled: number;
}

interface Part {
  readonly where: string;
  readonly bars: Bars;
}

function joinBars(parts: readonly Part[], gaps: HolePolicy | undefined): Bars {
  const sorted = [...parts].sort((a, b) => (a.bars.timeUs[0] as number) - (b.bars.timeUs[0] as number));
  const [first] = sorted;
  if (first === undefined) throw new InputError("", "no file of bars given");
  for (const [index, part] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined) checkJoin(before, part, gaps);
  }
  if (sorted.length === 1) return first.bars;
  const join = (name: "timeUs" | "open" | "high" | "low" | "close" | "volume") => joinColumns(sorted.map(({ bars }) => bars[name]));
  const [timeUs, open, high, low, close, volume] = [join("timeUs"), join("open"), join("high"), join("low"), join("close"), join("volume")];
  return { timeUs, open, high, low, close, volume, symbol: first.bars.symbol, intervalUs: first.bars.intervalUs };
}

function checkJoin(before: Part, { where, bars }: Part, gaps: HolePolicy | undefined): void {
  const { symbol, intervalUs, timeUs } = before.bars;
  if (bars.symbol !== symbol)
    throw new InputError(where, `symbol ${bars.symbol ?? "unknown"}, but ${before.where} has ${symbol ?? "none"}`);
  if (bars.intervalUs !== intervalUs)
    throw new InputError(where, `interval ${formatDuration(bars.intervalUs)}, but ${before.where} has ${formatDuration(intervalUs)}`);
  checkOverlap(bars.timeUs, where, timeUs, before.where);
  const last = timeUs[timeUs.length - 1] as number;
  const step = (bars.timeUs[0] as number) - last;
  if (isBadStep(step, intervalUs, gaps)) throw new InputError(where, `${stepProblem(last, step, intervalUs)}, the end of ${before.where}`);
}

function parseInterval(text: string): number {
  const intervalUs = parseDuration(text, "interval");
  if (intervalUs === 0) throw new InputError("interval", `expected a duration greater than 0, got ${JSON.stringify(text)}`);
  return intervalUs;
}
