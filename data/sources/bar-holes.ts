/** Missing bars, and what to put in their place. */
import { InputError } from "../../sim/kernel/input-error.ts";

/** More bars than that, years of seconds, are no hole but another file. */
const BARS_MOST = 2 ** 26;

/** What to do where bars are missing: refuse the file, hold the last close, go straight to the next opening. */
export type HolePolicy = "refuse" | "hold" | "interpolate";

/** As much of bars as it takes to see where some are missing. */
interface Columns {
  readonly timeUs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly intervalUs: number;
}

/**
 * Puts bars without volume where some are missing.
 * @param bars times rise from each to the next by whole numbers of the interval
 * @returns bars without holes; `filled` says which are not the file's
 * @throws InputError naming the file when there would be more than 2^26 of them
 */
export function fillHoles<Some extends Columns>(bars: Some, policy: "hold" | "interpolate", file: string): Some & { filled?: Uint8Array } {
  const { timeUs, intervalUs } = bars;
  const [first, last] = [timeUs[0] as number, timeUs[timeUs.length - 1] as number];
  const count = (last - first) / intervalUs + 1;
  if (count === timeUs.length) return bars;
  if (count > BARS_MOST) throw new InputError(file, `expected at most ${BARS_MOST} bars with the missing ones, got ${count}`);
  const column = () => new Float64Array(count);
  const whole = { timeUs: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  const filled = new Uint8Array(count);
  for (let place = 0, row = 0; place < count; place++) {
    const time = first + place * intervalUs;
    whole.timeUs[place] = time;
    if (time === timeUs[row]) {
      for (const name of ["open", "high", "low", "close", "volume"] as const) whole[name][place] = bars[name][row] as number;
      row++;
      continue;
    }
    const [fromUs, toUs] = [(timeUs[row - 1] as number) + intervalUs, timeUs[row] as number];
    const [from, to] = [bars.close[row - 1] as number, policy === "hold" ? (bars.close[row - 1] as number) : (bars.open[row] as number)];
    const priceAt = (at: number) => (to === from ? from : from + ((to - from) * (at - fromUs)) / (toUs - fromUs));
    const [open, close] = [priceAt(time), priceAt(time + intervalUs)];
    whole.open[place] = open;
    whole.close[place] = close;
    whole.high[place] = Math.max(open, close);
    whole.low[place] = Math.min(open, close);
    filled[place] = 1;
  }
  return { ...bars, ...whole, filled };
}
