/** What `breakwater import` says of what it wrote. */
import type { Bars } from "../data/sources/bars.ts";
import type { Series } from "../data/sources/series.ts";
import { formatDuration, formatTime } from "../sim/kernel/time.ts";
import { formatWhole } from "../sim/venue/decimal.ts";

/** What was imported: as one line for people, and as a JSON document; times are openings of bars, numbers decimal text. */
export interface ImportReport {
  readonly line: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** @param held how many bars fill holes, null when holes were refused */
export function reportOfBars(bars: Bars, held: number | null, out: string): ImportReport {
  const [low, lowTime] = extreme(bars.low, bars.timeUs, (a, b) => a < b);
  const [high, highTime] = extreme(bars.high, bars.timeUs, (a, b) => a > b);
  const [rows, interval] = [bars.timeUs.length, formatDuration(bars.intervalUs)];
  const { from, to } = spanOf(bars.timeUs);
  const symbol = bars.symbol;
  const what = `${rows} ${rows === 1 ? "bar" : "bars"} of ${interval}${symbol === null ? "" : ` of ${symbol}`}`;
  const filled = held === null ? "" : `, ${held} of them held through holes`;
  return {
    line: `${out}: ${what} from ${from} to ${to}, low ${low} (${lowTime}), high ${high} (${highTime})${filled}`,
    document: { out, symbol, interval, rows, ...(held === null ? {} : { held }), from, to, low, lowTime, high, highTime },
  };
}

/** Of funding rates or open interest: the span, and lowest and highest of each column. */
export function reportOfSeries(series: Series, out: string): ImportReport {
  const { kind, symbol, timeUs, numbers } = series;
  const rows = timeUs.length;
  const { from, to } = spanOf(timeUs);
  const columns: Record<string, unknown> = {};
  const words: string[] = [];
  for (const [name, column] of numbers) {
    const [low, lowTime] = extreme(column, timeUs, (a, b) => a < b);
    const [high, highTime] = extreme(column, timeUs, (a, b) => a > b);
    columns[name] = { low, lowTime, high, highTime };
    words.push(`${name} ${low} to ${high}`);
  }
  const what = `${rows} ${kind.rowWord[rows === 1 ? 0 : 1]} (${kind.name})${symbol === null ? "" : ` of ${symbol}`}`;
  return {
    line: `${out}: ${what} from ${from} to ${to}, ${words.join(", ")}`,
    document: { out, kind: kind.name, symbol, rows, from, to, columns },
  };
}

function spanOf(timeUs: Float64Array): { from: string; to: string } {
  return { from: formatTime(timeUs[0] as number), to: formatTime(timeUs[timeUs.length - 1] as number) };
}

function extreme(column: Float64Array, timeUs: Float64Array, isBeyond: (a: number, b: number) => boolean): [value: string, time: string] {
  let best = 0;
  for (let row = 1; row < column.length; row++) if (isBeyond(column[row] as number, column[best] as number)) best = row;
  return [plainDecimal(column[best] as number), formatTime(timeUs[best] as number)];
}

/** The shortest decimal that is this double, without an exponent. */
function plainDecimal(value: number): string {
  return value < 0 ? `-${plainDecimal(-value)}` : formatWhole(1, String(value));
}
