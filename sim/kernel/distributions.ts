/**
 * Draws from the usual distributions.
 *
 * Each draw takes a fixed number of uniform numbers off its stream and keeps nothing,
 * so that a stream's state is all there is to snapshot. The transcendental functions
 * are the portable ones: the same bits in every runtime (TIME-3).
 */
import cos from "@stdlib/math-base-special-cos";
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";
import type { RandomStream } from "./random.ts";

/** A number in [`low`, `high`), uniform. */
export function uniform(stream: RandomStream, low: number, high: number): number {
  return low + (high - low) * stream.next();
}

/** A waiting time: exponential with the given mean. Takes one number. */
export function exponential(stream: RandomStream, mean: number): number {
  return -mean * ln(1 - stream.next());
}

/** Normal with mean and standard deviation (Box and Muller 1958, the cosine half). Takes two numbers. */
export function normal(stream: RandomStream, mean = 0, deviation = 1): number {
  const radius = Math.sqrt(-2 * ln(1 - stream.next()));
  return mean + deviation * radius * cos(2 * Math.PI * stream.next());
}

/** Lognormal: `median × e^(spread × normal)`; its mean is `median × e^(spread² ÷ 2)`. Takes two numbers. */
export function lognormal(stream: RandomStream, median: number, spread: number): number {
  return median * exp(spread * normal(stream));
}

/**
 * Power law (Pareto): at least `least`, and beyond x with probability `(least ÷ x)^exponent`.
 * Its mean is `least × exponent ÷ (exponent − 1)` and exists only for exponents above 1. Takes one number.
 */
export function powerLaw(stream: RandomStream, least: number, exponent: number): number {
  return least * exp(-ln(1 - stream.next()) / exponent);
}

/**
 * The index of one of the weights, each drawn in proportion to it. Takes one number.
 * @param weights non-negative, not all zero
 * @throws RangeError when no weight is positive, or one is negative or no number
 */
export function weightedIndex(stream: RandomStream, weights: readonly number[]): number {
  let total = 0;
  let last = -1;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number;
    if (!(weight >= 0)) throw new RangeError(`Cannot choose by weights: weight ${index} is ${weight}`);
    if (weight > 0) last = index;
    total += weight;
  }
  if (last < 0) throw new RangeError("Cannot choose by weights: none is positive");
  let rest = stream.next() * total;
  for (let index = 0; index < last; index++) {
    rest -= weights[index] as number;
    if (rest < 0) return index;
  }
  return last;
}

/** Puts the items in random order, in place (Fisher and Yates). Takes one number fewer than there are items. */
export function shuffle<Item>(stream: RandomStream, items: Item[]): Item[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = stream.below(index + 1);
    const kept = items[index] as Item;
    items[index] = items[other] as Item;
    items[other] = kept;
  }
  return items;
}
