/** Holes between bars, filled with the last close. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatTime } from "../../sim/kernel/time.ts";
import type { Bars } from "./bars.ts";

/** Minute bars of about 190 years: what would be more is a wrong time rather than a hole. */
const BARS_MOST = 100_000_000;

/** Bars without holes, and how many of them were made. */
export interface HeldBars {
  readonly bars: Bars;
  readonly held: number;
}

/**
 * Fills holes: each missing bar has the close before it as open, high, low and close, and volume 0.
 * @param bars whose steps are whole intervals
 * @throws InputError when there would be absurdly many
 */
export function holdGaps(bars: Bars, where: string): HeldBars {
  const { timeUs, intervalUs } = bars;
  const first = timeUs[0] as number;
  const last = timeUs[timeUs.length - 1] as number;
  const count = (last - first) / intervalUs + 1;
  if (count === timeUs.length) return { bars, held: 0 };
  if (count > BARS_MOST)
    throw new InputError(
      where,
      `${count} bars from ${formatTime(first)} to ${formatTime(last)} with its holes filled: expected at most ${BARS_MOST}`,
    );
  const column = () => new Float64Array(count);
  const filled = { timeUs: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let bar = 0;
  for (let row = 0; row < count; row++) {
    const time = first + row * intervalUs;
    filled.timeUs[row] = time;
    const isThere = timeUs[bar] === time;
    const held = isThere ? 0 : (filled.close[row - 1] as number);
    filled.open[row] = isThere ? (bars.open[bar] as number) : held;
    filled.high[row] = isThere ? (bars.high[bar] as number) : held;
    filled.low[row] = isThere ? (bars.low[bar] as number) : held;
    filled.close[row] = isThere ? (bars.close[bar] as number) : held;
    filled.volume[row] = isThere ? (bars.volume[bar] as number) : 0;
    if (isThere) bar++;
  }
  return { bars: { ...bars, ...filled }, held: count - timeUs.length };
}
