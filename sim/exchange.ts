/**
 * The exchange: takes commands, checks them before they trade (ORDER-2, TIER-3), lets
 * the book match them, and hands every trade to the ledger. Market and clearing do not
 * know each other; this is where they meet.
 */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import type { Ledger } from "./clearing/ledger.ts";
import { feeOn, initialMargin, type MarginTerms } from "./clearing/margin.ts";
import { TriggerIndex } from "./clearing/trigger-index.ts";
import { triggerTicks } from "./clearing/trigger-ticks.ts";
import { NumberMap } from "./kernel/number-map.ts";
import { BUY, HIGHEST_TICKS, LOWEST_TICKS, OrderBook, SELL, type Side } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import { valueOf } from "./venue/instrument.ts";
import type { SelfTradePrevention } from "./venue/rules.ts";
import { tierOf } from "./venue/tiers.ts";
import { multiplyDivide } from "./venue/whole.ts";

/** Why a command was refused: stable codes (ORDER-4). */
export type Refusal = "invalid-size" | "invalid-price" | "leverage-above-tier" | "insufficient-margin" | "unknown-order";

/** Who wants to hear what happens to accounts: the agents' link and the waterfall. */
export interface ExchangeListener {
  /** A trader's order traded; lots signed, bought positive. */
  filled(account: number, order: number, lots: number, priceTicks: number): void;
  /** A trader's order left the book without trading all of it. */
  done(account: number, order: number): void;
  /** A liquidation's order traded: the engine gave up so many of its lots at a price. */
  engineTraded(liquidation: number, lots: number, value: number): void;
  /** A fill cost more than the position margin: pool, then house, have to pay (ACCT-2). */
  shortfall(account: number, amount: number): void;
}

/** No order is worth more, quanta: what it takes to open it still fits (UNIT-1). */
const VALUE_MOST = 2 ** 51;

export class Exchange {
  readonly book: OrderBook;
  readonly ledger: Ledger;
  readonly terms: MarginTerms;
  readonly triggers: TriggerIndex;
  /** Mark and time the exchange stands at; the simulation sets them. */
  markTicks = 0;
  timeUs = 0;
  messageCount = 0;
  tradedLots = 0;
  /** Called with (liquidation, ticks) when an order of a liquidation moved the mid (CASC-1). */
  onDisplaced: (liquidation: number, movedTicks: number) => void = () => {};
  readonly #record: Record;
  readonly #listener: ExchangeListener;
  /** Order margin held by each open order, quanta. */
  readonly #reserveOf = new NumberMap();
  /** Liquidation served by each of the engine's open orders. */
  readonly #liquidationOf = new Map<number, number>();
  /** Margin of the order checked last: in a column, since a number kept in a field would be boxed. */
  readonly #margin = new Float64Array(1);
  #orderCount = 0;

  constructor(
    ledger: Ledger,
    terms: MarginTerms,
    record: Record,
    listener: ExchangeListener,
    selfTradePrevention: SelfTradePrevention = "cancel-oldest",
  ) {
    this.book = new OrderBook(selfTradePrevention);
    this.ledger = ledger;
    this.terms = terms;
    this.triggers = new TriggerIndex(ledger.accounts.count);
    this.#record = record;
    this.#listener = listener;
  }

  get accounts(): Accounts {
    return this.ledger.accounts;
  }

  /** A fresh order number, 1 and up. */
  newOrder(): number {
    this.#orderCount += 1;
    return this.#orderCount;
  }

  /** A trader's limit order arrives. Returns the refusal, or null when it was accepted. */
  limit(account: number, order: number, side: Side, priceTicks: number, lots: number): Refusal | null {
    const refusal =
      priceTicks >= LOWEST_TICKS && Number.isSafeInteger(priceTicks) ? this.#check(account, side, priceTicks, lots) : "invalid-price";
    this.#note(account, order, "limit", side, priceTicks, lots, refusal);
    if (refusal !== null) return refusal;
    this.#reserve(account, order);
    const rest = this.#submit(account, order, side, priceTicks, lots, true);
    if (rest > 0 && this.book.matching.takerCancelled) this.#listener.done(account, order);
    return null;
  }

  /** A trader's market order arrives: it takes what the book offers, the rest is cancelled. */
  market(account: number, order: number, side: Side, lots: number): Refusal | null {
    const { bidTicks, askTicks } = this.book;
    const best = (side === BUY ? askTicks : bidTicks) || this.markTicks;
    const refusal = this.#check(account, side, best, lots);
    this.#note(account, order, "market", side, 0, lots, refusal);
    if (refusal !== null) return refusal;
    const rest = this.#submit(account, order, side, side === BUY ? HIGHEST_TICKS : LOWEST_TICKS, lots, false);
    if (rest > 0) this.#listener.done(account, order);
    return null;
  }

  /** A trader's cancel arrives. */
  cancel(account: number, order: number): Refusal | null {
    const mine = this.book.accountOf(order) === account;
    const side = mine ? this.book.sideOf(order) : BUY;
    const lots = mine ? this.book.restLots(order) : 0;
    this.#note(account, order, "cancel", side, 0, lots, mine ? null : "unknown-order");
    if (!mine) return "unknown-order";
    this.#withdraw(account, order);
    return null;
  }

  /** Takes all open orders of an account off the book (LIQ-2, ADL-4). */
  cancelAll(account: number): void {
    for (const order of this.book.ordersOf(account)) this.#withdraw(account, order);
  }

  /**
   * An order of the liquidation engine: closes lots of a liquidation.
   * @param lots of the inventory, signed as it is: a long inventory sells
   * @param rests false for one that takes what is there and no more
   * @returns the order's number when it rests, else 0
   */
  engineOrder(liquidation: number, engineAccount: number, lots: number, limitTicks: number, rests: boolean): number {
    const order = this.newOrder();
    this.#liquidationOf.set(order, liquidation);
    const rest = this.#submit(engineAccount, order, lots > 0 ? SELL : BUY, limitTicks, Math.abs(lots), rests);
    if (rests && rest > 0 && !this.book.matching.takerCancelled) return order;
    this.#liquidationOf.delete(order);
    return 0;
  }

  /** Takes an order of the engine off the book. */
  cancelEngineOrder(order: number): void {
    this.book.cancel(order);
    this.#liquidationOf.delete(order);
  }

  /** Puts an account's trigger where its position now has it; after every change of position or margin (LIQ-1). */
  watch(account: number): void {
    const { accounts } = this;
    const lots = accounts.positionLots[account] as number;
    const ticks =
      lots === 0 ? 0 : triggerTicks(this.terms, lots, accounts.entryValue[account] as number, accounts.margin[account] as number);
    this.triggers.set(account, lots, ticks);
  }

  #check(account: number, side: Side, priceTicks: number, lots: number): Refusal | null {
    if (!Number.isSafeInteger(lots) || lots <= 0) return "invalid-size";
    const { accounts, terms } = this;
    const opening = this.#openingLots(account, side, lots);
    this.#margin[0] = 0;
    if (opening === 0) return null;
    const leverage = accounts.leverageHundredths[account] as number;
    const after = Math.abs(accounts.positionLots[account] as number) + opening;
    const { tiers } = terms.instrument;
    const size = tiers.boundBy === "lots" ? after : valueOf(terms.instrument, this.markTicks, after);
    const tier = tierOf(tiers, after, size);
    if (leverage > tier.maxLeverageHundredths || size > tier.upTo) return "leverage-above-tier";
    // Far beyond any wallet: its value would not fit (UNIT-1).
    const { numerator, denominator } = terms.instrument.quantaPerTickLot;
    if (lots * Math.max(priceTicks, this.markTicks) * (numerator / denominator) > VALUE_MOST) return "insufficient-margin";
    this.#margin[0] = this.#orderMargin(account, side, priceTicks, opening);
    return (this.#margin[0] as number) > accounts.freeQuanta(account) ? "insufficient-margin" : null;
  }

  /** Lots of an order that would open or extend a position: what is left to close when older orders of its side have closed their part. */
  #openingLots(account: number, side: Side, lots: number): number {
    const position = this.accounts.positionLots[account] as number;
    let closable = side === BUY ? Math.max(0, -position) : Math.max(0, position);
    if (closable === 0) return lots;
    closable -= this.book.lotsOf(account, side);
    return lots - Math.min(lots, Math.max(0, closable));
  }

  /** Initial margin + opening fee of lots at a price + the loss that a price worse than mark opens with (ORDER-2). */
  #orderMargin(account: number, side: Side, priceTicks: number, lots: number): number {
    const { instrument } = this.terms;
    const value = valueOf(instrument, priceTicks, lots);
    const atMark = valueOf(instrument, this.markTicks, lots);
    const loss = Math.max(0, side === BUY ? value - atMark : atMark - value);
    return (
      initialMargin(this.terms, value, this.accounts.leverageHundredths[account] as number) + feeOn(value, instrument.fees.taker) + loss
    );
  }

  /** Holds the margin that the order just checked needs. */
  #reserve(account: number, order: number): void {
    const amount = this.#margin[0] as number;
    if (amount === 0) return;
    this.ledger.reserve(account, amount);
    this.#reserveOf.set(order, amount);
  }

  /** Frees the part of an order's margin that goes with lots traded, all of it when nothing rests. */
  #free(account: number, order: number, lots: number, restLots: number): void {
    const amount = this.#reserveOf.get(order);
    if (Number.isNaN(amount)) return;
    const freed = restLots === 0 ? amount : multiplyDivide(amount, lots, lots + restLots, "down");
    this.ledger.reserve(account, -freed);
    if (restLots === 0) this.#reserveOf.delete(order);
    else this.#reserveOf.set(order, amount - freed);
  }

  #withdraw(account: number, order: number): void {
    const lots = this.book.cancel(order);
    this.#free(account, order, lots, 0);
    this.#listener.done(account, order);
  }

  #submit(account: number, order: number, side: Side, limitTicks: number, lots: number, rests: boolean): number {
    const midBefore = this.book.midTicks;
    const rest = this.book.submit(order, account, side, limitTicks, lots, rests);
    const { matching } = this.book;
    for (let place = 0; place < matching.cancelledCount; place++) {
      const cancelled = matching.cancelledOrder[place] as number;
      if (account < FIRST_TRADER_ACCOUNT) this.#liquidationOf.delete(cancelled);
      else {
        this.#free(account, cancelled, 1, 0);
        this.#listener.done(account, cancelled);
      }
    }
    if (matching.count > 0) this.#displaced(order, lots - rest, matching.midAfterTicks - midBefore);
    let open = lots;
    for (let trade = 0; trade < matching.count; trade++) {
      open -= matching.lots[trade] as number;
      this.#settle(trade, account, order, side, open);
    }
    if (rest === 0 || !rests || matching.takerCancelled) this.#free(account, order, lots, 0);
    return rest;
  }

  #settle(trade: number, taker: number, takerOrder: number, takerSide: Side, takerRest: number): void {
    const { matching } = this.book;
    const { instrument } = this.terms;
    const maker = matching.makerAccount[trade] as number;
    const makerOrder = matching.makerOrder[trade] as number;
    const priceTicks = matching.priceTicks[trade] as number;
    const lots = matching.lots[trade] as number;
    const makerRest = matching.makerRestLots[trade] as number;
    const value = valueOf(instrument, priceTicks, lots);
    const signed = takerSide === BUY ? lots : -lots;
    const booking = this.#record.nextBooking();
    this.#free(taker, takerOrder, lots, takerRest);
    this.#free(maker, makerOrder, lots, makerRest);
    const takerFee = this.#book(taker, takerOrder, signed, value, feeOn(value, instrument.fees.taker), priceTicks);
    const makerFee = this.#book(maker, makerOrder, -signed, value, feeOn(value, instrument.fees.maker), priceTicks);
    this.tradedLots += lots;
    const liquidation = this.#liquidationOf.get(takerOrder) ?? this.#liquidationOf.get(makerOrder) ?? null;
    this.#record.trades.append([
      this.#record.trades.rowCount,
      booking,
      this.timeUs,
      0,
      priceTicks,
      lots,
      value,
      takerSide === BUY ? "buy" : "sell",
      maker,
      taker,
      makerFee,
      takerFee,
      liquidation,
    ]);
    if (makerRest === 0) this.#liquidationOf.delete(makerOrder);
  }

  /** One side of a trade. Returns the fee charged: the engine pays none, its fee was taken at takeover. */
  #book(account: number, order: number, lots: number, value: number, fee: number, priceTicks: number): number {
    if (account < FIRST_TRADER_ACCOUNT) {
      this.#listener.engineTraded(this.#liquidationOf.get(order) as number, Math.abs(lots), value);
      return 0;
    }
    const { shortfall, fee: charged } = this.ledger.trade(account, lots, value, fee);
    if (shortfall > 0) this.#listener.shortfall(account, shortfall);
    this.watch(account);
    this.#listener.filled(account, order, lots, priceTicks);
    return charged;
  }

  /** Attributes what a matching moved the mid by to the liquidations that traded in it, by lots. */
  #displaced(takerOrder: number, tradedLots: number, movedTicks: number): void {
    const taking = this.#liquidationOf.get(takerOrder);
    if (taking !== undefined) {
      this.onDisplaced(taking, movedTicks);
      return;
    }
    const { matching } = this.book;
    for (let trade = 0; trade < matching.count; trade++) {
      const resting = this.#liquidationOf.get(matching.makerOrder[trade] as number);
      if (resting !== undefined) this.onDisplaced(resting, (movedTicks * (matching.lots[trade] as number)) / tradedLots);
    }
  }

  #note(
    account: number,
    order: number,
    command: "limit" | "market" | "cancel",
    side: Side,
    priceTicks: number,
    lots: number,
    refusal: Refusal | null,
  ): void {
    this.messageCount += 1;
    // A refused command may hold anything: the record holds whole numbers.
    const result = refusal ?? "accepted";
    const word = side === BUY ? "buy" : "sell";
    this.#record.command(this.timeUs, account, wholeOr0(order), command, word, wholeOr0(priceTicks), wholeOr0(lots), result);
  }
}

function wholeOr0(given: number): number {
  return Number.isSafeInteger(given) ? given : 0;
}
