/** The regular series of a run: a row of `samples` an instrument at every sampling instant. */
import type { Exchange } from "./exchange.ts";
import { BUY, SELL, type Side } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import type { Vault } from "./vault.ts";
import type { Waterfall } from "./waterfall.ts";

/** Depth is counted this far from the index: 1 %. */
const INDEX_PART = 0.01;
/** And this far from the middle of the book, basis points. */
const MID_BASIS_POINTS = [5, 10, 25] as const;
/** Basis points of a whole. */
const WHOLE = 10_000;

/** Counters at the row before, and the displacement at the latest mark. */
export interface SamplerState {
  readonly before: readonly number[];
  readonly displacementTicks: number;
}

export class Sampler {
  /** Displacement at the latest mark, ticks. */
  displacementTicks = 0;
  readonly #record: Record;
  readonly #exchange: Exchange;
  readonly #waterfall: Waterfall;
  readonly #vault: Vault | null;
  /** Counters at the row before, in the order of `#counters`. */
  #before: number[] = [0, 0, 0, 0, 0, 0];

  /** @param vault of a venue that has one */
  constructor(record: Record, exchange: Exchange, waterfall: Waterfall, vault: Vault | null = null) {
    this.#vault = vault;
    this.#record = record;
    this.#exchange = exchange;
    this.#waterfall = waterfall;
  }

  sample(indexTicks: number): void {
    const { book, markTicks, timeUs } = this.#exchange;
    const { lastTicks, bidTicks, askTicks } = book;
    const counters = this.#counters();
    const since = counters.map((count, index) => count - (this.#before[index] as number));
    this.#before = counters;
    const { pool } = this.#exchange.ledger;
    const { available } = pool;
    this.#record.samples.append([
      timeUs,
      this.#exchange.number,
      indexTicks,
      markTicks,
      lastTicks || null,
      bidTicks || null,
      askTicks || null,
      ...this.#depthLots(BUY, indexTicks),
      ...this.#depthLots(SELL, indexTicks),
      this.#openInterestLots(),
      ...since,
      available,
      pool.peak - available,
      this.displacementTicks,
      this.#vault?.equity() ?? null,
    ]);
  }

  /** Counters and displacement (TIME-4). */
  state(): SamplerState {
    return { before: this.#before.slice(), displacementTicks: this.displacementTicks };
  }

  restore({ before, displacementTicks }: SamplerState): void {
    this.#before = before.slice();
    this.displacementTicks = displacementTicks;
  }

  /** Depth of a side about the index, then about the middle of the book; none of that while it has no price. */
  #depthLots(side: Side, indexTicks: number): (number | null)[] {
    const { book } = this.#exchange;
    const { midTicks } = book;
    const away = side === BUY ? -1 : 1;
    const limits = [indexTicks * (1 + away * INDEX_PART)];
    // Divided last: a limit that is a whole tick is one exactly.
    if (midTicks > 0) for (const points of MID_BASIS_POINTS) limits.push((midTicks * (WHOLE + away * points)) / WHOLE);
    const lots: (number | null)[] = book.depthLots(side, limits);
    while (lots.length < 1 + MID_BASIS_POINTS.length) lots.push(null);
    return lots;
  }

  #counters(): number[] {
    const { messageCount, tradedLots } = this.#exchange;
    const { engine, liquidatedLongQuanta, liquidatedShortQuanta, deleveraging } = this.#waterfall;
    return [messageCount, tradedLots, engine.liquidationCount, liquidatedLongQuanta, liquidatedShortQuanta, deleveraging.closedQuanta];
  }

  /** Sum of long positions, which is that of short ones (CONS-1). */
  #openInterestLots(): number {
    const { positionLots } = this.#exchange.accounts;
    let lots = 0;
    // By place: going through a column of a million is a good deal slower otherwise.
    for (let account = 0; account < positionLots.length; account++) lots += Math.max(0, positionLots[account] as number);
    return lots;
  }
}
