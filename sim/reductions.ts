/**
 * Partial reductions (LIQ-3, LIQ-4): orders of an account under liquidation that take what
 * the book offers up to its bankruptcy price, one resting order after the other, until the
 * position passes or has to be taken over. What the book does not offer is tried again at
 * the next mark.
 */

import { positionOf } from "./clearing/liquidation.ts";
import { bankruptcyValue, isAtRisk, limitTicks, type MarginTerms, type Position } from "./clearing/margin.ts";
import { lotsToClose } from "./clearing/partial-liquidation.ts";
import type { Engine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import { flattened, refill } from "./kernel/flat-map.ts";
import { BUY, SELL } from "./market/order-book.ts";

/** What is remembered from mark to mark, as plain data: accounts and numbers, one after the other. */
export interface ReductionsState {
  readonly underWay: Float64Array;
  readonly lastTimeUs: Float64Array;
}

/** How far reducing came: the position passes, waits for the book, or is to be taken over. */
export type Reduced = "passes" | "waits" | "takeover";

export class Reductions {
  readonly #exchange: Exchange;
  readonly #engine: Engine;
  readonly #terms: MarginTerms;
  /** Liquidation of each account whose position was reduced and has neither passed since nor been taken over. */
  readonly #underWay = new Map<number, number>();
  /** When a part of the account's position was closed last (`fraction`). */
  readonly #lastTimeUs = new Map<number, number>();

  constructor(exchange: Exchange, engine: Engine) {
    this.#exchange = exchange;
    this.#engine = engine;
    this.#terms = exchange.terms;
  }

  /** The liquidation of an account that goes on, or undefined. */
  of(account: number): number | undefined {
    return this.#underWay.get(account);
  }

  /**
   * Reduces a position that fails, as far as the rules and the book let it.
   * @param mayTrade false while no order of a liquidation goes to the market (ADL-2)
   * @param start starts its liquidation and returns the number
   */
  reduce(account: number, markTicks: number, mayTrade: boolean, start: () => number): Reduced {
    for (;;) {
      const position = positionOf(this.#exchange.accounts, account);
      if (!isAtRisk(this.#terms, position, markTicks)) return "passes";
      const lots = this.#lotsToClose(account, position, markTicks);
      if (lots >= Math.abs(position.lots) || !mayTrade) return "takeover";
      const liquidation = this.#underWay.get(account) ?? start();
      this.#underWay.set(account, liquidation);
      if (!this.#take(liquidation, account, lots, markTicks)) return "waits";
      this.#lastTimeUs.set(account, this.#exchange.timeUs);
    }
  }

  /** Ends the liquidations of those who pass at a mark. */
  release(markTicks: number): void {
    for (const account of this.#underWay.keys()) {
      if (!isAtRisk(this.#terms, positionOf(this.#exchange.accounts, account), markTicks)) this.end(account);
    }
  }

  /** The liquidation of an account is over, or goes on as a takeover. */
  end(account: number): void {
    const liquidation = this.#underWay.get(account);
    if (liquidation === undefined) return;
    this.#underWay.delete(account);
    this.#engine.liquidations.endTimeUs[liquidation] = this.#exchange.timeUs;
    this.#exchange.accounts.inLiquidation[account] = 0;
  }

  state(): ReductionsState {
    return { underWay: flattened(this.#underWay), lastTimeUs: flattened(this.#lastTimeUs) };
  }

  restore({ underWay, lastTimeUs }: ReductionsState): void {
    refill(this.#underWay, underWay);
    refill(this.#lastTimeUs, lastTimeUs);
  }

  #lotsToClose(account: number, position: Position, markTicks: number): number {
    const { accounts, timeUs } = this.#exchange;
    const last = this.#lastTimeUs.get(account);
    return lotsToClose(this.#terms, {
      position,
      leverageHundredths: accounts.leverageHundredths[account] as number,
      markTicks,
      fillTicks: this.#offeredTicks(position) || markTicks,
      isCoolingDown: last !== undefined && timeUs - last < this.#terms.rules.fraction.coolDownUs,
    });
  }

  /** The best price that the book offers a position to close at, no worse than its bankruptcy price; 0 for none. */
  #offeredTicks(position: Position): number {
    const { bidTicks, askTicks } = this.#exchange.book;
    const limit = limitTicks(this.#terms.instrument, position.lots, bankruptcyValue(this.#terms, position));
    if (position.lots > 0) return bidTicks >= limit ? bidTicks : 0;
    return askTicks <= limit ? askTicks : 0;
  }

  /** Takes lots off the book until it has them, the position passes or the book ends; returns whether it found any. */
  #take(liquidation: number, account: number, lots: number, markTicks: number): boolean {
    const { book, accounts } = this.#exchange;
    let found = 0;
    while (found < lots) {
      const position = positionOf(accounts, account);
      if (found > 0 && !isAtRisk(this.#terms, position, markTicks)) break;
      const bestTicks = this.#offeredTicks(position);
      if (bestTicks === 0) break;
      const part = Math.min(lots - found, book.firstLots(position.lots > 0 ? BUY : SELL));
      this.#exchange.reduce(liquidation, account, Math.sign(position.lots) * part, bestTicks);
      found += part;
    }
    return found > 0;
  }
}
