/** Jumps within a step: how many by Poisson's law, and what they add up to. */
import exp from "@stdlib/math-base-special-exp";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { normal } from "../../sim/kernel/distributions.ts";
import type { RandomStream } from "../../sim/kernel/random.ts";

/** Sizes of jumps: normal, as what one adds to the logarithm of price (Merton 1976). */
export interface JumpSizes {
  readonly mean: number;
  readonly deviation: number;
}

/** Beyond so many expected the count is drawn as a rounded normal, since e^−expected goes to nothing. */
const EXPECTED_MOST = 100;

/**
 * How many events happen where so many are expected: Poisson, by inversion, so that it takes
 * one number however many come of it.
 * @param part uniform in [0, 1)
 */
export function poissonCount(part: number, expected: number): number {
  if (expected > EXPECTED_MOST) return Math.max(0, Math.round(expected + Math.sqrt(expected) * normalQuantile(part, 0, 1)));
  let probability = exp(-expected);
  let reached = probability;
  let count = 0;
  // What is left of probability far out in the tail no longer moves the sum.
  while (part >= reached && (count < expected || probability > 1e-17)) {
    count++;
    probability *= expected / count;
    reached += probability;
  }
  return count;
}

/** Draws the jumps of step after step: three numbers off the stream for each, whatever comes of it (TIME-2). */
export class Jumps {
  /** How many there were in the last step drawn. */
  count = 0;
  readonly #sizes: JumpSizes;
  readonly #stream: RandomStream;

  constructor(sizes: JumpSizes, stream: RandomStream) {
    this.#sizes = sizes;
    this.#stream = stream;
  }

  /** What the jumps of the next step add to the logarithm of price. */
  next(expected: number): number {
    this.count = poissonCount(this.#stream.next(), expected);
    const draw = normal(this.#stream);
    return this.count * this.#sizes.mean + Math.sqrt(this.count) * this.#sizes.deviation * draw;
  }
}
