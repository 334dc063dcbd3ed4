/**
 * Where prices are, as the cross trigger index sees them. Every price is a coordinate,
 * relative to where it was at the start and so that values are linear in it: the price
 * itself, of an inverse contract 1/price. A coordinate's way is its share of one move of
 * the whole market and a rest of its own, `z = 1 + loading × common + rest`. Any choice of
 * the common move is right; a good one, weighted least squares, leaves small rests.
 */
import type { Ratio } from "../../venue/whole.ts";
import type { CrossPrices, CrossTerms } from "./terms.ts";

/** How coordinates are expected to move: of effect only for how much is looked at. */
export interface CrossMotion {
  /** How far marks (and last prices) go with the market, by market; 1 when left out. */
  readonly loadings?: readonly number[];
  /** How much of their own they move, relative to each other, by market: positive; 1 when left out. */
  readonly scales?: readonly number[];
  /** Loadings of index prices, by asset; 0 when left out. */
  readonly assetLoadings?: readonly number[];
}

/** The common move is kept within this. */
const COMMON_LEAST = -0.99;
const COMMON_MOST = 1_000;
/** Share of what was before in what is lately. */
const LATELY = 0.9;
/** More than what is lost in adding up steps. */
const STEP_MARGIN = 1 + 1e-9;
const STEP_LEAST = 1e-12;

export class CrossPath {
  readonly terms: CrossTerms;
  readonly marketCount: number;
  /** Coordinates: marks, then last prices where they count, then index prices. */
  readonly count: number;
  readonly firstLast: number;
  readonly firstAsset: number;
  readonly at: Float64Array;
  readonly rests: Float64Array;
  readonly loadings: Float64Array;
  readonly scales: Float64Array;
  /** Value of one lot where a market's coordinate is 1, quanta. */
  readonly unitValues: Float64Array;
  /** What a quantum of an asset was worth at the start. */
  readonly startIndex: Float64Array;
  /** Common move, way of the rests (sum of the largest scaled step of each move), moves, and what a step of either has lately been. */
  readonly #state = new Float64Array(5);
  readonly #starts: Float64Array;
  readonly #weights: Float64Array;
  readonly #isInverse: Uint8Array;

  constructor(terms: CrossTerms, start: CrossPrices, motion: CrossMotion = {}) {
    this.terms = terms;
    this.marketCount = terms.markets.length;
    const usesLast = terms.rules.positionValueAt === "last";
    this.firstLast = usesLast ? this.marketCount : 0;
    this.firstAsset = this.firstLast + this.marketCount;
    this.count = this.firstAsset + terms.assets.length;
    this.at = new Float64Array(this.count).fill(1);
    this.rests = new Float64Array(this.count);
    this.loadings = new Float64Array(this.count);
    this.scales = new Float64Array(this.count).fill(1);
    this.#starts = new Float64Array(this.count);
    this.#weights = new Float64Array(this.count);
    this.#isInverse = Uint8Array.from(terms.markets, ({ instrument }) => (instrument.kind === "inverse" ? 1 : 0));
    this.unitValues = new Float64Array(this.marketCount);
    this.startIndex = Float64Array.from(start.indexPrices, worth);
    this.#prepare(start, motion);
    this.move(start);
  }

  /** Of the market as a whole, since the start. */
  get common(): number {
    return this.#state[0] as number;
  }

  /** No rest has moved by more than this has grown, per unit of its scale. */
  get way(): number {
    return this.#state[1] as number;
  }

  /** How often prices were told. */
  get moves(): number {
    return this.#state[2] as number;
  }

  /** How far a step of the common move has lately been, on average. */
  get commonStep(): number {
    return this.#state[3] as number;
  }

  /** Likewise the largest scaled step of the rests. */
  get restStep(): number {
    return this.#state[4] as number;
  }

  /** How far a coordinate may go while common move and scaled rests go no further than a box, each. */
  width(place: number, box: number): number {
    return box * (Math.abs(this.loadings[place] as number) + (this.scales[place] as number));
  }

  /** Counts the way from here. */
  restartWay(): void {
    this.#state[1] = 0;
  }

  /** Tells the prices of now. */
  move(prices: CrossPrices): void {
    const { at, rests, loadings, scales, count } = this;
    this.#locate(prices);
    let common = 0;
    for (let place = 0; place < count; place++) common += ((at[place] as number) - 1) * (this.#weights[place] as number);
    common = Math.max(COMMON_LEAST, Math.min(COMMON_MOST, common));
    let largest = 0;
    for (let place = 0; place < count; place++) {
      const rest = (at[place] as number) - 1 - common * (loadings[place] as number);
      const step = Math.abs(rest - (rests[place] as number)) / (scales[place] as number);
      if (step > largest) largest = step;
      rests[place] = rest;
    }
    this.#state[3] = (this.#state[3] as number) * LATELY + Math.abs(common - (this.#state[0] as number)) * (1 - LATELY);
    this.#state[4] = (this.#state[4] as number) * LATELY + largest * (1 - LATELY);
    this.#state[0] = common;
    this.#state[1] = (this.#state[1] as number) + largest * STEP_MARGIN + STEP_LEAST;
    this.#state[2] = (this.#state[2] as number) + 1;
  }

  #locate({ markTicks, lastTicks, indexPrices }: CrossPrices): void {
    const { at, marketCount, firstLast, firstAsset } = this;
    for (let market = 0; market < marketCount; market++) {
      at[market] = this.#coordinate(market, market, markTicks[market] as number);
      if (firstLast > 0) at[firstLast + market] = this.#coordinate(market, firstLast + market, lastTicks[market] as number);
    }
    for (let place = firstAsset; place < this.count; place++) {
      at[place] = worth(indexPrices[place - firstAsset] as Ratio) / (this.#starts[place] as number);
    }
  }

  #coordinate(market: number, place: number, ticks: number): number {
    const start = this.#starts[place] as number;
    return this.#isInverse[market] === 1 ? start / ticks : ticks / start;
  }

  #prepare(start: CrossPrices, { loadings, scales, assetLoadings }: CrossMotion): void {
    this.terms.markets.forEach(({ instrument }, market) => {
      const isInverse = instrument.kind === "inverse";
      const { numerator, denominator } = instrument.quantaPerTickLot;
      const ticks = start.markTicks[market] as number;
      this.unitValues[market] = isInverse ? numerator / denominator / ticks : (numerator / denominator) * ticks;
      for (const place of [market, this.firstLast + market]) {
        // Of a last price too the coordinate is relative to the first mark, so that one unit value serves both.
        this.#starts[place] = ticks;
        this.loadings[place] = (loadings?.[market] ?? 1) * (isInverse ? -1 : 1);
        this.scales[place] = scales?.[market] ?? 1;
      }
    });
    this.terms.assets.forEach((_, asset) => {
      this.#starts[this.firstAsset + asset] = this.startIndex[asset] as number;
      this.loadings[this.firstAsset + asset] = assetLoadings?.[asset] ?? 0;
    });
    let sum = 0;
    for (let place = 0; place < this.firstAsset; place++) {
      const part = (this.loadings[place] as number) / (this.scales[place] as number);
      this.#weights[place] = part / (this.scales[place] as number);
      sum += part * part;
    }
    if (sum > 0) for (let place = 0; place < this.firstAsset; place++) this.#weights[place] = (this.#weights[place] as number) / sum;
  }
}

/** A ratio as a double. */
export function worth({ numerator, denominator }: Ratio): number {
  return numerator / denominator;
}
