/** A recorded path that begins at another price or goes further than it did. */
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";

/** Digits of a price that are kept where it is not to be rounded to a contract's tick. */
const DIGITS = 14;

/**
 * A step of price so fine that rounding to it loses nothing that matters, as decimal text; a price
 * of the file is fewer than 2^53 of it.
 * @param highest price that is to be told
 */
export function fineTick(highest: number): string {
  const exponent = Number(highest.toExponential().split("e")[1]);
  return `1e${exponent + 1 - DIGITS}`;
}

/**
 * The path from another start: each price has the ratio to it that the file's has to the file's
 * first, to the power of `scale`, so that log returns are `scale` times the file's.
 * @param path in any unit
 * @returns whole ticks of the unit of `startTicks`, at least 1
 */
export function rebase(path: Float64Array, startTicks: number, scale: number): Float64Array {
  const first = path[0] as number;
  return path.map((price) => {
    const ratio = price / first;
    return Math.max(1, Math.round(startTicks * (scale === 1 ? ratio : exp(scale * ln(ratio)))));
  });
}
