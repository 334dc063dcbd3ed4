/** Prices that agents read off what they see. */
import type { MarketView } from "../sim/index.ts";

/** What the venue trades at: the middle of the book, with a side empty the last trade, without one the index; 0 when there is none of them. */
export function tradedTicks({ bidTicks, askTicks, lastTicks, indexTicks }: MarketView): number {
  if (bidTicks !== 0 && askTicks !== 0) return (bidTicks + askTicks) / 2;
  return lastTicks === 0 ? indexTicks : lastTicks;
}
