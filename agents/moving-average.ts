/** An exponentially weighted mean over time, and the deviation around it (West 1979, with weights by elapsed time). */
import { keptAfter } from "./decay.ts";

export type MovingAverageState = readonly [mean: number, variance: number, sinceUs: number, seenUs: number];

const NEVER = -1;

export class MovingAverage {
  readonly #halfLifeUs: number;
  #mean = 0;
  #variance = 0;
  #sinceUs = NEVER;
  #seenUs = NEVER;

  /** @param halfLifeUs after which something seen counts for half, microseconds */
  constructor(halfLifeUs: number) {
    this.#halfLifeUs = halfLifeUs;
  }

  /** 0 while nothing was seen. */
  get mean(): number {
    return this.#mean;
  }

  /** Standard deviation of what was seen around its mean. */
  get deviation(): number {
    return Math.sqrt(this.#variance);
  }

  /** Between the first and the last that was seen, microseconds. */
  get ageUs(): number {
    return this.#seenUs - this.#sinceUs;
  }

  /** Takes in a value; one of a time before the last does not count. */
  see(value: number, timeUs: number): void {
    if (this.#sinceUs === NEVER) {
      this.#mean = value;
      this.#sinceUs = timeUs;
      this.#seenUs = timeUs;
      return;
    }
    if (timeUs <= this.#seenUs) return;
    const kept = keptAfter(timeUs - this.#seenUs, this.#halfLifeUs);
    const away = value - this.#mean;
    this.#mean += (1 - kept) * away;
    this.#variance = kept * (this.#variance + (1 - kept) * away * away);
    this.#seenUs = timeUs;
  }

  state(): MovingAverageState {
    return [this.#mean, this.#variance, this.#sinceUs, this.#seenUs];
  }

  restore([mean, variance, sinceUs, seenUs]: MovingAverageState): void {
    this.#mean = mean;
    this.#variance = variance;
    this.#sinceUs = sinceUs;
    this.#seenUs = seenUs;
  }
}
