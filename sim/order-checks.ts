/**
 * What is wrong with an order before it trades or rests (ORDER-1, ORDER-2, ORDER-4): its options,
 * its price, its size, what the account can hold of it. Nothing is changed by asking.
 */

import { BUY, HIGHEST_TICKS, LOWEST_TICKS, type OrderBook, SELL, type Side } from "./market/order-book.ts";
import { areOptions, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, REDUCE_ONLY, TRIGGER_BY_LAST } from "./market/order-options.ts";
import type { TriggerOrder } from "./market/trigger-orders.ts";
import type { PreTrade } from "./pre-trade.ts";
import type { Refusal } from "./refusal.ts";
import type { OrderRules } from "./venue/rules.ts";
import { multiplyDivide } from "./venue/whole.ts";

export class OrderChecks {
  readonly #book: OrderBook;
  readonly #preTrade: PreTrade;
  readonly #rules: OrderRules;
  readonly #market: { readonly markTicks: number };

  /** @param market says the mark that the venue stands at */
  constructor(book: OrderBook, preTrade: PreTrade, rules: OrderRules, market: { readonly markTicks: number }) {
    this.#book = book;
    this.#preTrade = preTrade;
    this.#rules = rules;
    this.#market = market;
  }

  /**
   * What is wrong with the options of an order.
   * @param allowed what the kind of order may ask for besides reduce-only; left out: everything but a trigger price
   */
  optionsProblem(options: number, allowed = IMMEDIATE_OR_CANCEL | FILL_OR_KILL | POST_ONLY): Refusal | null {
    return areOptions(options) && (options & ~(allowed | REDUCE_ONLY)) === 0 ? null : "invalid-options";
  }

  /** What is wrong with a limit price: no whole tick, or beyond the venue's band. */
  priceProblem(side: Side, priceTicks: number): Refusal | null {
    if (!(priceTicks >= LOWEST_TICKS && Number.isSafeInteger(priceTicks))) return "invalid-price";
    if (this.#rules.priceBand === null) return null;
    const worst = this.worstTicks(side);
    return (side === BUY ? priceTicks > worst : priceTicks < worst) ? "price-outside-limits" : null;
  }

  /** What is wrong with an order that is to trade or rest, but for its price; leaves the margin it holds. */
  orderProblem(account: number, side: Side, priceTicks: number, worstTicks: number, lots: number, options: number): Refusal | null {
    if (!Number.isSafeInteger(lots) || lots <= 0) return "invalid-size";
    if ((options & REDUCE_ONLY) !== 0) {
      if (lots > this.#preTrade.reducibleLots(account, side)) return "would-increase";
      this.#preTrade.margin[0] = 0;
    } else {
      const refusal = this.#preTrade.check(account, side, priceTicks, lots, this.#market.markTicks);
      if (refusal !== null) return refusal;
    }
    if ((options & POST_ONLY) !== 0 && this.#crosses(side, priceTicks)) return "would-cross";
    if ((options & FILL_OR_KILL) !== 0 && this.#fillableLots(account, side, worstTicks, lots) < lots) return "not-fillable";
    return null;
  }

  /** Lots that would trade at once, reduce-only orders counted for what they have left when their turn comes. */
  #fillableLots(account: number, side: Side, limitTicks: number, lots: number): number {
    if (this.#book.reduceOnlyCount === 0) return this.#book.fillableLots(account, side, limitTicks, lots);
    const taken = new Map<number, number>();
    return this.#book.fillableLots(account, side, limitTicks, lots, (maker, resting, options) => {
      const before = taken.get(maker) ?? 0;
      const closable = Math.max(0, this.#preTrade.closableLots(maker, side === BUY ? SELL : BUY) - before);
      const available = (options & REDUCE_ONLY) === 0 ? resting : Math.min(resting, closable);
      taken.set(maker, before + available);
      return available;
    });
  }

  /** What is wrong with an order that is to wait for a price: that price is reached already, or it is no price. */
  triggerProblem({ account, side, rises, triggerTicks: ticks, lots, options }: TriggerOrder): Refusal | null {
    if (!(ticks >= LOWEST_TICKS && Number.isSafeInteger(ticks))) return "invalid-price";
    if (!Number.isSafeInteger(lots) || lots <= 0) return "invalid-size";
    if ((options & REDUCE_ONLY) !== 0 && lots > this.#preTrade.closableLots(account, side)) return "would-increase";
    const price = (options & TRIGGER_BY_LAST) !== 0 ? this.#book.lastTicks : this.#market.markTicks;
    return price !== 0 && (rises ? price >= ticks : price <= ticks) ? "would-trigger" : null;
  }

  /** What is wrong with an amend of a resting order; leaves the margin it then holds. */
  amendProblem(account: number, slot: number, priceTicks: number, lots: number): Refusal | null {
    const book = this.#book;
    const side = book.sideAt(slot);
    const price = this.priceProblem(side, priceTicks);
    if (price !== null) return price;
    if (!Number.isSafeInteger(lots) || lots <= 0) return "invalid-size";
    if (this.keepsItsPlace(slot, priceTicks, lots)) return null;
    const options = book.optionsAt(slot);
    if ((options & REDUCE_ONLY) !== 0) {
      if (lots > this.#preTrade.reducibleLots(account, side, book.lotsAt(slot))) return "would-increase";
      this.#preTrade.margin[0] = 0;
    } else {
      const refusal = this.#preTrade.check(account, side, priceTicks, lots, this.#market.markTicks, slot);
      if (refusal !== null) return refusal;
    }
    return (options & POST_ONLY) !== 0 && this.#crosses(side, priceTicks) ? "would-cross" : null;
  }

  /** An amend keeps an order's place in time when no more than the size falls (ORDER-1). */
  keepsItsPlace(slot: number, priceTicks: number, lots: number): boolean {
    return priceTicks === this.#book.ticksAt(slot) && lots <= this.#book.lotsAt(slot);
  }

  #crosses(side: Side, priceTicks: number): boolean {
    const { bidTicks, askTicks } = this.#book;
    return side === BUY ? askTicks !== 0 && priceTicks >= askTicks : priceTicks <= bidTicks;
  }

  /** The price that an incoming order meets first; the mark where the book has none. */
  bestTicks(side: Side): number {
    return (side === BUY ? this.#book.askTicks : this.#book.bidTicks) || this.#market.markTicks;
  }

  /** The worst price that a side may ask for: that of the venue's band around the mark, if it has one. */
  worstTicks(side: Side): number {
    const band = this.#rules.priceBand;
    if (band === null) return side === BUY ? HIGHEST_TICKS : LOWEST_TICKS;
    const { numerator, denominator } = band;
    if (side === BUY) return multiplyDivide(this.#market.markTicks, denominator + numerator, denominator, "down");
    return Math.max(LOWEST_TICKS, multiplyDivide(this.#market.markTicks, denominator - numerator, denominator, "up"));
  }
}
