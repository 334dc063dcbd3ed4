/** Bars of a market: open, high, low, close and volume of equal intervals, checked once when they are read. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatDuration, formatTime } from "../../sim/kernel/time.ts";
import type { HolePolicy } from "./bar-holes.ts";
import { isBarTime } from "./bar-time.ts";
import { chooseSymbol, severalSeries } from "./choose-symbol.ts";
import type { Series } from "./series.ts";
import { BARS, type RawSeries } from "./series-kind.ts";

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

/** What is known of bars beside their rows. */
export interface BarsOrigin {
  readonly file: string;
  /** Symbol to choose, or to give to bars without one. */
  readonly symbol?: string | undefined;
  /** Without it the most frequent step between bars. */
  readonly intervalUs?: number | undefined;
  /** Whether holes are admitted, which `fillHoles` then fills. Default: refused. */
  readonly gaps?: HolePolicy | undefined;
}

/** Bars as a series to write. */
export function seriesOfBars(bars: Bars): Series {
  return { kind: BARS, timeUs: bars.timeUs, numbers: new Map(BAR_COLUMNS.map((name) => [name, bars[name]])), symbol: bars.symbol };
}

/**
 * Checks bars and chooses those of one symbol.
 * @throws InputError naming file, row and value: no bars, another symbol, a price that is
 *   not positive, a negative volume, a high below or a low above the others, a time that
 *   goes back or stands twice, a bar that is missing, an interval that cannot be told
 */
export function checkBars(raw: RawSeries, origin: BarsOrigin): Bars {
  if (raw.timeUs.length === 0) throw new InputError(origin.file, "no bars in it");
  const { raw: rows, symbol } = chooseSymbol(raw, BARS, origin.file, origin.symbol);
  const bars = barColumns(rows);
  const fail = (bar: number, problem: string): never => {
    throw new InputError(`${origin.file}: ${rows.rowName(bar)}`, problem);
  };
  for (let bar = 0; bar < bars.timeUs.length; bar++) {
    checkBar(bars, bar, fail);
    const time = bars.timeUs[bar] as number;
    const before = bar === 0 ? Number.NEGATIVE_INFINITY : (bars.timeUs[bar - 1] as number);
    if (time === before) fail(bar, `time ${formatTime(time)} stands twice${severalSeries(rows)}`);
    if (time < before) fail(bar, `time goes back from ${formatTime(before)} to ${formatTime(time)}${severalSeries(rows)}`);
  }
  const intervalUs = origin.intervalUs ?? mostFrequentStep(bars.timeUs);
  if (intervalUs === null) throw new InputError(origin.file, "one bar alone does not tell its interval: give it");
  for (let bar = 1; bar < bars.timeUs.length; bar++) {
    const step = (bars.timeUs[bar] as number) - (bars.timeUs[bar - 1] as number);
    if (isBadStep(step, intervalUs, origin.gaps)) fail(bar, stepProblem(bars.timeUs[bar - 1] as number, step, intervalUs));
  }
  return { ...bars, symbol, intervalUs };
}

/** Whether a step from one bar to the next cannot be taken. */
export function isBadStep(stepUs: number, intervalUs: number, gaps: BarsOrigin["gaps"]): boolean {
  return gaps === undefined || gaps === "refuse" ? stepUs !== intervalUs : stepUs % intervalUs !== 0;
}

/** What is wrong with a step from one bar to the next: a hole, or another interval. */
export function stepProblem(timeUs: number, stepUs: number, intervalUs: number): string {
  const next = formatTime(timeUs + stepUs);
  if (stepUs % intervalUs !== 0)
    return `time ${next} is ${formatDuration(stepUs)} after the bar before, expected ${formatDuration(intervalUs)}`;
  const missing = stepUs / intervalUs - 1;
  return `time ${next} leaves a hole: ${missing} ${missing === 1 ? "bar is" : "bars are"} missing after ${formatTime(timeUs)} (interval ${formatDuration(intervalUs)})`;
}

type NumberColumns = Omit<Bars, "symbol" | "intervalUs">;

function barColumns({ timeUs, numbers }: RawSeries): NumberColumns {
  const column = (name: (typeof BAR_COLUMNS)[number]) => numbers.get(name) as Float64Array;
  return { timeUs, open: column("open"), high: column("high"), low: column("low"), close: column("close"), volume: column("volume") };
}

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
