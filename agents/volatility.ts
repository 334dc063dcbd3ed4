/**
 * Volatility of a price as an agent sees it: squared returns over the time in which they came
 * about, both forgotten with a half-life, so that looks need not come at equal distances.
 */
import { keptAfter } from "./decay.ts";

const MINUTE_US = 60_000_000;

export type VolatilityState = readonly [squares: number, minutes: number, priceTicks: number, seenUs: number];

export class Volatility {
  readonly #halfLifeUs: number;
  #squares: number;
  #minutes: number;
  #priceTicks = 0;
  #seenUs = 0;

  /**
   * @param halfLifeUs after which a return counts for half, microseconds
   * @param assumed what it holds for true at first, as if it had seen a half-life of it: standard deviation of a minute, part of price
   */
  constructor(halfLifeUs: number, assumed: number) {
    this.#halfLifeUs = halfLifeUs;
    this.#minutes = halfLifeUs / MINUTE_US;
    this.#squares = assumed * assumed * this.#minutes;
  }

  /** Variance of a minute, part of price squared. */
  get varianceOfMinute(): number {
    return this.#squares / this.#minutes;
  }

  /** Standard deviation of a minute, part of price. */
  get ofMinute(): number {
    return Math.sqrt(this.varianceOfMinute);
  }

  /** Takes in a price above 0; one of a time that was seen already does not count. */
  see(priceTicks: number, timeUs: number): void {
    const elapsedUs = timeUs - this.#seenUs;
    if (this.#priceTicks !== 0) {
      if (elapsedUs <= 0) return;
      const kept = keptAfter(elapsedUs, this.#halfLifeUs);
      const moved = priceTicks / this.#priceTicks - 1;
      this.#squares = kept * this.#squares + moved * moved;
      this.#minutes = kept * this.#minutes + elapsedUs / MINUTE_US;
    }
    this.#priceTicks = priceTicks;
    this.#seenUs = timeUs;
  }

  state(): VolatilityState {
    return [this.#squares, this.#minutes, this.#priceTicks, this.#seenUs];
  }

  restore([squares, minutes, priceTicks, seenUs]: VolatilityState): void {
    this.#squares = squares;
    this.#minutes = minutes;
    this.#priceTicks = priceTicks;
    this.#seenUs = seenUs;
  }
}
