/** Bars of a market: open, high, low, close and volume of equal intervals, checked once when they are read. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatDuration, formatTime } from "../../sim/kernel/time.ts";
import { fillHoles, type HolePolicy } from "./bar-holes.ts";
import { isBarTime } from "./bar-time.ts";

/** Checked bars, one array element a bar: times rise by `intervalUs` from each to the next. */
export interface Bars {
  /** Opening time of the bar, whole microseconds since the Unix epoch. */
  readonly timeUs: Float64Array;
  /** Prices in the quote currency, greater than zero. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** As the source counts it, not negative. */
  readonly volume: Float64Array;
  /** What the bars are of, when file or user says so. */
  readonly symbol: string | null;
  readonly intervalUs: number;
  /** Where bars were missing and others were put in their place: 1 for those; left out: nowhere. */
  readonly filled?: Uint8Array;
}

/** The number columns of bars, in the order in which they are read and written. */
export const BAR_COLUMNS = ["open", "high", "low", "close", "volume"] as const;

/** Bars as they stand in a file, numbers but nothing else checked. */
export interface RawBars {
  readonly timeUs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Symbol of each row, where the file has a column of them. */
  readonly symbols: readonly string[] | null;
}

/** What is known of bars beside their rows. */
export interface BarsOrigin {
  readonly file: string;
  /** How people find a row, counted from 0, in the file: `line 7`. */
  readonly rowName: (row: number) => string;
  /** Symbol to choose, or to give to bars without one. */
  readonly symbol?: string | undefined;
  /** Without it the most frequent step between bars. */
  readonly intervalUs?: number | undefined;
  /** Columns of words that were passed over, by which the file may hold several series. */
  readonly wordColumns?: readonly string[] | undefined;
  /** What to do where bars are missing. Default: refuse them. */
  readonly holes?: HolePolicy | undefined;
}

/** New number columns for `rowCount` bars. */
export function emptyColumns(rowCount: number): Omit<RawBars, "symbols"> {
  const column = () => new Float64Array(rowCount);
  return { timeUs: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/**
 * Checks bars and chooses those of one symbol.
 * @throws InputError naming file, row and value: no bars, another symbol, a price that is
 *   not positive, a negative volume, a high below or a low above the others, a time that
 *   goes back or stands twice, a bar that is missing, an interval that cannot be told
 */
export function checkBars(raw: RawBars, origin: BarsOrigin): Bars {
  if (raw.timeUs.length === 0) throw new InputError(origin.file, "no bars in it");
  const { bars, rowOf, symbol } = chooseSymbol(raw, origin);
  const fail = (bar: number, problem: string): never => {
    throw new InputError(`${origin.file}: ${origin.rowName(rowOf(bar))}`, problem);
  };
  for (let bar = 0; bar < bars.timeUs.length; bar++) {
    checkBar(bars, bar, fail);
    const time = bars.timeUs[bar] as number;
    const before = bar === 0 ? Number.NEGATIVE_INFINITY : (bars.timeUs[bar - 1] as number);
    if (time === before) fail(bar, `time ${formatTime(time)} stands twice${severalSeries(origin)}`);
    if (time < before) fail(bar, `time goes back from ${formatTime(before)} to ${formatTime(time)}${severalSeries(origin)}`);
  }
  const intervalUs = origin.intervalUs ?? mostFrequentStep(bars.timeUs);
  if (intervalUs === null) throw new InputError(origin.file, "one bar alone does not tell its interval: give it");
  const policy = origin.holes ?? "refuse";
  for (let bar = 1; bar < bars.timeUs.length; bar++) {
    const step = (bars.timeUs[bar] as number) - (bars.timeUs[bar - 1] as number);
    if (step === intervalUs || (policy !== "refuse" && step % intervalUs === 0)) continue;
    fail(bar, stepProblem(bars.timeUs[bar - 1] as number, step, intervalUs));
  }
  const checked = { ...bars, symbol, intervalUs };
  return policy === "refuse" ? checked : fillHoles(checked, policy, origin.file);
}

/** Why times may repeat, if there is something to suspect. */
function severalSeries({ wordColumns = [] }: BarsOrigin): string {
  if (wordColumns.length === 0) return "";
  const shown = wordColumns.slice(0, 3).join(", ");
  return ` (are these several series, told apart by ${wordColumns.length === 1 ? "column" : "columns"} ${shown}? Keep one of them)`;
}

/** What is wrong with a step from one bar to the next: a hole, or another interval. */
export function stepProblem(timeUs: number, stepUs: number, intervalUs: number): string {
  const next = formatTime(timeUs + stepUs);
  if (stepUs % intervalUs !== 0)
    return `time ${next} is ${formatDuration(stepUs)} after the bar before, expected ${formatDuration(intervalUs)}`;
  const missing = stepUs / intervalUs - 1;
  return `time ${next} leaves a hole: ${missing} ${missing === 1 ? "bar is" : "bars are"} missing after ${formatTime(timeUs)} (interval ${formatDuration(intervalUs)})`;
}

type NumberColumns = Omit<RawBars, "symbols">;

function checkBar(bars: NumberColumns, bar: number, fail: (bar: number, problem: string) => never): void {
  const timeUs = bars.timeUs[bar] as number;
  if (!isBarTime(timeUs)) fail(bar, `time: expected microseconds since 1970, got ${timeUs}`);
  const [open, high, low, close, volume] = [bars.open[bar], bars.high[bar], bars.low[bar], bars.close[bar], bars.volume[bar]] as [
    number,
    number,
    number,
    number,
    number,
  ];
  // One test for the usual case, which NaN fails; only then which column it was.
  if (low > 0 && low <= open && low <= close && high >= open && high >= close && high < Infinity && volume >= 0 && volume < Infinity)
    return;
  for (const [name, price] of Object.entries({ open, high, low, close })) {
    if (!Number.isFinite(price)) fail(bar, `${name}: expected a number, got ${price}`);
    if (price <= 0) fail(bar, `${name}: expected a price greater than 0, got ${price}`);
  }
  if (!Number.isFinite(volume)) fail(bar, `volume: expected a number, got ${volume}`);
  if (volume < 0) fail(bar, `volume: expected 0 or more, got ${volume}`);
  if (high < Math.max(open, close)) fail(bar, `high: ${high} is below open ${open} or close ${close}`);
  fail(bar, `low: ${low} is above open ${open} or close ${close}`);
}

/** The rows of the one symbol wanted, and where each stood. */
function chooseSymbol(raw: RawBars, origin: BarsOrigin): { bars: NumberColumns; rowOf: (bar: number) => number; symbol: string | null } {
  const { symbols, ...columns } = raw;
  const wanted = origin.symbol;
  if (symbols === null) return { bars: columns, rowOf: (bar) => bar, symbol: wanted ?? null };
  const symbol = wanted ?? (symbols[0] as string);
  const other = symbols.findIndex((name) => name !== symbol);
  if (other === -1) return { bars: columns, rowOf: (bar) => bar, symbol };
  if (wanted === undefined) {
    throw new InputError(`${origin.file}: ${origin.rowName(other)}`, `symbol ${symbols[other]} after ${symbol}: choose one of them`);
  }
  const rows: number[] = [];
  for (const [row, name] of symbols.entries()) if (name === wanted) rows.push(row);
  if (rows.length === 0) throw new InputError(origin.file, `no bars of symbol ${wanted}: it has those of ${symbols[0]}`);
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] as number);
  const bars = {
    timeUs: pick(raw.timeUs),
    open: pick(raw.open),
    high: pick(raw.high),
    low: pick(raw.low),
    close: pick(raw.close),
    volume: pick(raw.volume),
  };
  return { bars, rowOf: (bar) => rows[bar] as number, symbol };
}

/** The step that occurs most often, the shortest of equals; null for a single bar. */
function mostFrequentStep(timeUs: Float64Array): number | null {
  const counts = new Map<number, number>();
  for (let bar = 1; bar < timeUs.length; bar++) {
    const step = (timeUs[bar] as number) - (timeUs[bar - 1] as number);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let best: number | null = null;
  for (const [step, count] of counts) {
    const most = best === null ? 0 : (counts.get(best) ?? 0);
    if (best === null || count > most || (count === most && step < best)) best = step;
  }
  return best;
}
