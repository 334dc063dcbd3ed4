/**
 * The funding rate (MARK-3): the premium of the impact prices over the index, averaged
 * over the interval, plus a clamped pull towards the interest, capped. Rates are whole
 * hundred-millionths of value.
 */
import { nearestEven } from "../kernel/nearest-even.ts";
import { RATE_UNITS } from "../venue/funding-rate-unit.ts";
import type { FundingRules } from "../venue/rules.ts";

const [SUM, COUNT, RATE] = [0, 1, 2];

/**
 * The premium at an instant, a part of the index: how far selling the impact size still
 * fetches more than the index, less how far buying it costs less. 0 inside the two.
 * @param bidTicks mean price of selling the impact size; 0 when the book does not take it, which counts as no premium
 * @param askTicks mean price of buying it; likewise
 */
export function premiumOf(indexTicks: number, bidTicks: number, askTicks: number): number {
  const above = bidTicks === 0 ? 0 : Math.max(0, bidTicks - indexTicks);
  const below = askTicks === 0 ? 0 : Math.max(0, indexTicks - askTicks);
  return (above - below) / indexTicks;
}

/** The rate for an average premium: premium + clamp(interest − premium), capped, nearest hundred-millionth, ties to even. */
export function rateOf(rules: FundingRules, premium: number): number {
  const { interestHundredMillionths: interest, clampHundredMillionths: clamp, capHundredMillionths: cap } = rules;
  const average = premium * RATE_UNITS;
  const pull = Math.max(-clamp, Math.min(clamp, interest - average));
  return nearestEven(Math.max(-cap, Math.min(cap, average + pull)));
}

/** The rate of the running interval, and when it is paid. */
export class FundingRate {
  /** Sum of the premiums of the interval, their number, the rate published last: the whole memory. */
  readonly state: Float64Array = new Float64Array(3);
  readonly #rules: FundingRules | null;

  /** @param rules null for a venue without funding: the rate is 0 and never due */
  constructor(rules: FundingRules | null) {
    this.#rules = rules;
  }

  /** The rate published last: of the interval so far, whole hundred-millionths. */
  get rateHundredMillionths(): number {
    return this.state[RATE] as number;
  }

  /** Takes in the premium at a mark: the rate is that of the average so far. */
  sample(premium: number): void {
    if (this.#rules === null) return;
    const { state } = this;
    state[SUM] = (state[SUM] as number) + premium;
    state[COUNT] = (state[COUNT] as number) + 1;
    state[RATE] = rateOf(this.#rules, (state[SUM] as number) / (state[COUNT] as number)) + 0;
  }

  /** The interval is paid: the average begins anew. */
  close(): void {
    this.state[SUM] = 0;
    this.state[COUNT] = 0;
  }

  /** Whether an interval ended after one mark and no later than the next. */
  isDue(sinceUs: number, timeUs: number): boolean {
    return this.#rules !== null && timeUs - (timeUs % this.#rules.intervalUs) > sinceUs;
  }

  /** The part of the rate that the mark still holds (MARK-2): rate × time to funding ÷ interval; 0 where it is due. */
  basis(sinceUs: number, timeUs: number): number {
    if (this.#rules === null || this.isDue(sinceUs, timeUs)) return 0;
    const { intervalUs } = this.#rules;
    return (this.rateHundredMillionths / RATE_UNITS) * ((intervalUs - (timeUs % intervalUs)) / intervalUs);
  }
}
