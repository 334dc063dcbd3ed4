/**
 * The ADL trigger `drawdown` (ADL-1, ADL-2): available of the pool has fallen by a ratio or
 * more from its peak, or its average, within a sliding window. It ends below a ratio of its
 * own, or when the window has moved on.
 */
import type { DrawdownRules } from "../../venue/rules.ts";
import { compareProducts, type Ratio } from "../../venue/whole.ts";

/** When the trigger has begun and not ended, and what the window holds, as plain data. */
export interface DrawdownState {
  readonly isActive: boolean;
  /** The changes that matter still: since when, what was available, and the integral until then. */
  readonly timesUs: Float64Array;
  readonly available: Float64Array;
  readonly integrals: Float64Array;
}

/** Changes are cleared away so many at a time. */
const FORGOTTEN_TOGETHER = 4096;

export class Drawdown {
  /** Whether liquidated parts go straight to ADL. */
  isActive = false;
  readonly #rules: DrawdownRules;
  /** Changes: since when, what was available, and the integral over time of what was before, quanta × microseconds. */
  readonly #timesUs: number[] = [];
  readonly #available: number[] = [];
  readonly #integrals: number[] = [];
  /** The change in force when the window begins. */
  #first = 0;
  /** Changes that no later one of the window is above, in their order, from `#firstPeak` on. */
  #peaks: number[] = [];
  #firstPeak = 0;

  constructor(rules: DrawdownRules) {
    this.#rules = rules;
  }

  /** Notes what is available from now on, and judges: at every mark, and between its payments. */
  judge(timeUs: number, available: number): void {
    this.#note(timeUs, available);
    this.#forget(timeUs - this.#rules.windowUs);
    const { reference, start, stop, aboveQuanta } = this.#rules;
    const high = reference === "peak" ? this.#peak() : this.#average(timeUs);
    const hasFallenBy = ({ numerator, denominator }: Ratio) => compareProducts(high - available, denominator, high, numerator) >= 0;
    // A pool that never held anything worth speaking of has nothing to fall from.
    if (high <= 0 || high < aboveQuanta) this.isActive = false;
    else this.isActive = hasFallenBy(this.isActive ? (stop ?? start) : start);
  }

  state(): DrawdownState {
    return {
      isActive: this.isActive,
      timesUs: Float64Array.from(this.#timesUs.slice(this.#first)),
      available: Float64Array.from(this.#available.slice(this.#first)),
      integrals: Float64Array.from(this.#integrals.slice(this.#first)),
    };
  }

  restore({ isActive, timesUs, available, integrals }: DrawdownState): void {
    this.isActive = isActive;
    timesUs.forEach((timeUs, change) => {
      this.#add(timeUs, available[change] as number, integrals[change] as number);
    });
  }

  #note(timeUs: number, available: number): void {
    const last = this.#timesUs.length - 1;
    if (last >= 0 && this.#available[last] === available) return;
    this.#add(timeUs, available, last < 0 ? 0 : this.#integralUntil(last, timeUs));
  }

  #add(timeUs: number, available: number, integral: number): void {
    this.#integrals.push(integral);
    this.#timesUs.push(timeUs);
    this.#available.push(available);
    const peaks = this.#peaks;
    while (peaks.length > this.#firstPeak && (this.#available[peaks.at(-1) as number] as number) <= available) peaks.pop();
    peaks.push(this.#available.length - 1);
  }

  #forget(fromUs: number): void {
    while (this.#first + 1 < this.#timesUs.length && (this.#timesUs[this.#first + 1] as number) <= fromUs) this.#first += 1;
    while ((this.#peaks[this.#firstPeak] as number) < this.#first) this.#firstPeak += 1;
    const gone = this.#first;
    if (gone < FORGOTTEN_TOGETHER) return;
    for (const column of [this.#timesUs, this.#available, this.#integrals]) column.splice(0, gone);
    this.#peaks = this.#peaks.slice(this.#firstPeak).map((change) => change - gone);
    this.#first = 0;
    this.#firstPeak = 0;
  }

  #peak(): number {
    return this.#available[this.#peaks[this.#firstPeak] as number] as number;
  }

  /** Over the part of the window that has been, each amount as long as it stood: whole quanta. */
  #average(timeUs: number): number {
    const beginUs = Math.max(timeUs - this.#rules.windowUs, this.#timesUs[this.#first] as number);
    const last = this.#timesUs.length - 1;
    if (beginUs === timeUs) return this.#available[last] as number;
    return Math.round((this.#integralUntil(last, timeUs) - this.#integralUntil(this.#first, beginUs)) / (timeUs - beginUs));
  }

  /** The integral up to a time at which a change was in force. */
  #integralUntil(change: number, timeUs: number): number {
    return (this.#integrals[change] as number) + (this.#available[change] as number) * (timeUs - (this.#timesUs[change] as number));
  }
}
