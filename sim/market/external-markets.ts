/**
 * The index (MARK-1): the mean or median of external markets, each the scenario's path
 * times a constant of its own, each with outages in which it does not update. With one
 * market, no outage and no weight of the venue's own (MARK-4) it is exactly the path.
 */
import type { IndexRules } from "../venue/rules.ts";
import { multiplyDivide, type Ratio } from "../venue/whole.ts";

/** A time in which a market does not update: from its beginning until before its end, microseconds since the Unix epoch. */
export interface Outage {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** An external market. */
export interface ExternalMarket {
  readonly name: string;
  /** Whole, at least 1. */
  readonly weight: number;
  /** Its price over the path's, less one. */
  readonly offset: Ratio;
  readonly outages: readonly Outage[];
}

/** The one market there is when a scenario names none: the path itself. */
export const PATH_MARKET: ExternalMarket = { name: "path", weight: 1, offset: { numerator: 0, denominator: 1 }, outages: [] };

/** The rules of a venue that says nothing of its index. */
export const PLAIN_INDEX: IndexRules = { combine: "mean", staleAfterUs: 10_000_000, ownMarketWeight: { numerator: 0, denominator: 1 } };

/** An exact price, ticks; the denominator is positive. */
interface Price {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export class ExternalMarkets {
  /** Index at the last step, then each market's last price and the time of its update: the whole memory. */
  readonly state: Float64Array;
  /** Whether at the last step no market was left, so that the index before it held. */
  isStale = false;
  readonly #markets: readonly ExternalMarket[];
  readonly #rules: IndexRules;
  /** Markets that are not dropped at this step, by price. */
  #live: number[] = [];

  /**
   * @param startUs when every market is taken to have updated last, at `startTicks`
   * @throws Error when there are no markets
   */
  constructor(markets: readonly ExternalMarket[], rules: IndexRules, startUs: number, startTicks: number) {
    if (markets.length === 0) throw new Error("Cannot make an index of no markets");
    this.#markets = markets;
    this.#rules = rules;
    this.state = new Float64Array(1 + 2 * markets.length);
    this.state[0] = startTicks;
    markets.forEach((market, number) => {
      this.state[1 + 2 * number] = priceOf(market, startTicks);
      this.state[2 + 2 * number] = startUs;
    });
  }

  /**
   * The next index, whole ticks (nearest, ties to even), at least 1.
   * @param pathTicks the scenario's price now
   * @param ownTicks price of the venue's last trade, 0 while there is none
   */
  next(timeUs: number, pathTicks: number, ownTicks: number): number {
    const { state } = this;
    this.#live = [];
    this.#markets.forEach((market, number) => {
      if (!market.outages.some(({ fromUs, untilUs }) => fromUs <= timeUs && timeUs < untilUs)) {
        state[1 + 2 * number] = priceOf(market, pathTicks);
        state[2 + 2 * number] = timeUs;
      }
      if (timeUs - (state[2 + 2 * number] as number) <= this.#rules.staleAfterUs) this.#live.push(number);
    });
    this.isStale = this.#live.length === 0;
    if (!this.isStale) state[0] = this.withOwn(ownTicks);
    return state[0] as number;
  }

  /**
   * The index of the last step had the venue's own last trade been at another price: what
   * the shadow mark of CASC-1 goes by. Changes nothing.
   * @param ownTicks may be a part of a tick; 0 while there is none
   */
  withOwn(ownTicks: number): number {
    const { numerator, denominator } = this.#rules.ownMarketWeight;
    if (this.isStale) return this.state[0] as number;
    const only = this.#live[0] as number;
    if (numerator === 0 && this.#live.length === 1) return this.state[1 + 2 * only] as number;
    const outside = this.#rules.combine === "mean" ? this.#mean() : this.#median();
    if (numerator === 0 || ownTicks <= 0) return rounded(outside);
    // A displaced price may lie between ticks: to a millionth of one it is exact enough.
    const own = BigInt(Math.round(ownTicks * 1e6));
    const [part, whole] = [BigInt(numerator), BigInt(denominator)];
    return rounded({
      numerator: (whole - part) * outside.numerator * 1_000_000n + part * own * outside.denominator,
      denominator: whole * outside.denominator * 1_000_000n,
    });
  }

  #mean(): Price {
    let [numerator, denominator] = [0n, 0n];
    for (const number of this.#live) {
      const weight = BigInt((this.#markets[number] as ExternalMarket).weight);
      numerator += weight * BigInt(this.state[1 + 2 * number] as number);
      denominator += weight;
    }
    return { numerator, denominator };
  }

  /** The price at which half of the weight lies on either side; the middle of two when both are. */
  #median(): Price {
    const { state } = this;
    const byPrice = [...this.#live].sort((a, b) => (state[1 + 2 * a] as number) - (state[1 + 2 * b] as number) || a - b);
    const weightOf = (number: number) => (this.#markets[number] as ExternalMarket).weight;
    const total = byPrice.reduce((sum, number) => sum + weightOf(number), 0);
    let below = 0;
    for (let place = 0; place < byPrice.length; place++) {
      const number = byPrice[place] as number;
      below += weightOf(number);
      const price = BigInt(state[1 + 2 * number] as number);
      if (2 * below > total) return { numerator: price, denominator: 1n };
      if (2 * below === total)
        return { numerator: price + BigInt(state[1 + 2 * (byPrice[place + 1] as number)] as number), denominator: 2n };
    }
    throw new Error("Cannot take the median of no markets");
  }
}

/** A market's price: the path with its offset, whole ticks, at least 1. */
function priceOf({ offset }: ExternalMarket, pathTicks: number): number {
  if (offset.numerator === 0) return pathTicks;
  return Math.max(1, multiplyDivide(pathTicks, offset.denominator + offset.numerator, offset.denominator, "half-even"));
}

/** Whole ticks: nearest, ties to even, at least 1. */
function rounded({ numerator, denominator }: Price): number {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const up = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
  return Math.max(1, Number(up ? quotient + 1n : quotient));
}
