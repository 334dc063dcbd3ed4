/**
 * The exchange of one instrument: takes commands, checks them before they trade (ORDER-2, TIER-3), lets
 * the book match them, and hands every trade to the ledger. Market and clearing do not
 * know each other; this is where they meet.
 */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import type { Ledger } from "./clearing/ledger.ts";
import { positionOf } from "./clearing/liquidation.ts";
import { feeOn, type MarginTerms, type Position } from "./clearing/margin.ts";
import { lotsWithOrders, type OpenOrder } from "./clearing/order-margin.ts";
import { triggerTicks } from "./clearing/trigger-ticks.ts";
import { COMMAND, type OrderCommandKind } from "./command.ts";
import type { CrossStanding } from "./cross/standing.ts";
import { flattened, refill } from "./kernel/flat-map.ts";
import { TriggerIndex } from "./kernel/trigger-index.ts";
import { legOf, ofLeg } from "./leg-options.ts";
import { BUY, OrderBook, type OrderBookState, SELL, type Side } from "./market/order-book.ts";
import { areOptions, FILL_OR_KILL, IMMEDIATE_OR_CANCEL, REDUCE_ONLY, SHORT_LEG, TRIGGER_BY_LAST } from "./market/order-options.ts";
import { type TriggerOrder, TriggerOrders } from "./market/trigger-orders.ts";
import { OrderChecks } from "./order-checks.ts";
import { OrderNumbers } from "./order-numbers.ts";
import { PreTrade } from "./pre-trade.ts";
import type { Record } from "./record.ts";
import type { Refusal } from "./refusal.ts";
import { valueOf } from "./venue/instrument.ts";
import type { OrderRules } from "./venue/rules.ts";
import { multiplyDivide } from "./venue/whole.ts";

/** Who wants to hear what happens to accounts: the agents' link and the waterfall. */
export interface ExchangeListener {
  /** A trader's order traded; lots signed, bought positive. */
  filled(account: number, order: number, lots: number, priceTicks: number): void;
  /** A trader's order left the book without trading all of it. */
  done(account: number, order: number): void;
  /** A reduce-only order was trimmed to what is left of the position. */
  trimmed(account: number, order: number, restLots: number): void;
  /** A stop or take-profit order triggered and was refused. */
  refused(account: number, order: number, refusal: Refusal): void;
  /** A liquidation's order of the account itself traded (LIQ-4); lots signed, bought positive. */
  reduced(liquidation: number, lots: number, value: number, fee: number, priceTicks: number): void;
  /** A liquidation's order traded: the engine gave up so many of its lots at a price. */
  engineTraded(liquidation: number, lots: number, value: number): void;
  /** A fill cost more than the position margin: pool, then house, have to pay (ACCT-2). */
  shortfall(account: number, amount: number): void;
}

/** What an exchange remembers besides balances, as plain data. */
export interface ExchangeState {
  /** Mark, messages, lots traded. */
  readonly numbers: Float64Array;
  readonly book: OrderBookState;
  readonly triggerOrders: readonly TriggerOrder[];
  /** Orders of liquidations and these, one after the other. */
  readonly liquidationOf: Float64Array;
}

const DEFAULT_RULES: OrderRules = { selfTradePrevention: "cancel-oldest", priceBand: null };
/** Of a hedge account's order that names no leg: refused. */
const NO_OPTIONS = -1;
/** Without reduce-only orders about, a matching may run through the book before anything is booked. */
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/** Places in the exchange's numbers, and how many there are. */
const [MARK_TICKS, MESSAGES, TRADED_LOTS, NUMBERS] = [0, 1, 2, 3] as const;

export class Exchange {
  readonly book: OrderBook;
  readonly triggerOrders: TriggerOrders = new TriggerOrders();
  readonly ledger: Ledger;
  readonly terms: MarginTerms;
  readonly triggers: TriggerIndex;
  /** Number of the instrument. */
  readonly number: number;
  /** Called with (liquidation, ticks) when an order of a liquidation moved the mid (CASC-1). */
  onDisplaced: (liquidation: number, movedTicks: number) => void = () => {};
  /** Called with (lots, value) when the vault's order traded; lots signed, bought positive. */
  onVaultTraded: (lots: number, value: number) => void = () => {};
  /** Rankings that are to hear whose position or margin changes. */
  rankings: { changed(account: number): void } | null = null;
  /** In a column, since a number kept in a field would be boxed whenever it changes. */
  readonly #numbers = new Float64Array(NUMBERS);
  readonly #record: Record;
  readonly #listener: ExchangeListener;
  readonly #preTrade: PreTrade;
  readonly #checks: OrderChecks;
  /** Account of the vault, −1 for none. */
  readonly #vault: number;
  /** Open orders count with a position (TIER-2). */
  readonly #countsOrders: boolean;
  readonly #orders: OrderNumbers;
  /** Liquidation served by each open order of the engine, and by one that reduces a position while it is matched. */
  readonly #liquidationOf = new Map<number, number>();
  /** Liquidations whose resting orders the matching under way has met, and the lots they traded. */
  readonly #met: number[] = [];

  /**
   * @param number of the instrument
   * @param orders numbers of the orders of all instruments; left out: of this one alone
   * @param cross where cross scopes stand; null where no account has cross positions
   */
  constructor(
    ledger: Ledger,
    terms: MarginTerms,
    record: Record,
    listener: ExchangeListener,
    rules: OrderRules = DEFAULT_RULES,
    number = 0,
    orders: OrderNumbers = new OrderNumbers(),
    cross: CrossStanding | null = null,
  ) {
    this.number = number;
    this.#orders = orders;
    this.book = new OrderBook(rules.selfTradePrevention);
    this.book.owners = ledger.accounts.cash.legs.owners;
    this.ledger = ledger;
    this.terms = terms;
    this.triggers = new TriggerIndex(ledger.accounts.count);
    this.#record = record;
    this.#listener = listener;
    this.#vault = ledger.accounts.cash.vault;
    this.#countsOrders = terms.rules.tiersIncludeOpenOrders;
    this.#preTrade = new PreTrade(ledger.accounts, this.book, terms, number, cross);
    this.#checks = new OrderChecks(this.book, this.#preTrade, rules, this);
  }

  get accounts(): Accounts {
    return this.ledger.accounts;
  }

  /** Mark the exchange stands at; the simulation sets it. */
  get markTicks(): number {
    return this.#numbers[MARK_TICKS] as number;
  }

  set markTicks(ticks: number) {
    this.#numbers[MARK_TICKS] = ticks;
  }

  /** Time the exchange stands at, microseconds; the simulation sets it. */
  get timeUs(): number {
    return this.#record.clock[0] as number;
  }

  set timeUs(timeUs: number) {
    this.#record.clock[0] = timeUs;
  }

  /** Commands that arrived. */
  get messageCount(): number {
    return this.#numbers[MESSAGES] as number;
  }

  get tradedLots(): number {
    return this.#numbers[TRADED_LOTS] as number;
  }

  /** Book, waiting orders and counters (TIME-4). The ledger has a state of its own. */
  state(): ExchangeState {
    return {
      numbers: this.#numbers.slice(),
      book: this.book.state(),
      triggerOrders: this.triggerOrders.state(),
      liquidationOf: flattened(this.#liquidationOf),
    };
  }

  /** Fills a fresh exchange, whose ledger is restored already: triggers follow from the positions. */
  restore({ numbers, book, triggerOrders, liquidationOf }: ExchangeState): void {
    this.#numbers.set(numbers);
    this.book.restore(book);
    this.triggerOrders.restore(triggerOrders);
    refill(this.#liquidationOf, liquidationOf);
    for (let account = FIRST_TRADER_ACCOUNT; account < this.accounts.count; account++) this.watch(account);
  }

  /** A fresh order number, 1 and up. */
  newOrder(): number {
    return this.#orders.next();
  }

  /**
   * A trader's command arrives. A refused one changes nothing (ORDER-4). In hedge mode it
   * says which leg it is about; what closes one never opens anything (ACCT-4).
   * @param order a fresh number, or of an amend and a cancel that of the order they are about
   * @param priceTicks limit, or price that triggers; ignored by a market order and a cancel
   * @param lots size; of an amend what is to rest from now on; ignored by a cancel
   * @param options of `market/order-options.ts`, added up
   * @returns the refusal, or null when it was accepted
   */
  execute(
    command: OrderCommandKind,
    account: number,
    order: number,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
  ): Refusal | null {
    if (command === COMMAND.amend) return this.amend(account, order, priceTicks, lots);
    if (command === COMMAND.cancel) return this.cancel(account, order);
    const { legs } = this.accounts.cash;
    if (legs.isHedged(account)) {
      const leg = legOf(options);
      const number = leg === SHORT_LEG ? legs.shortLegOf(account) : account;
      return this.#place(command, number, order, side, priceTicks, lots, leg === null ? NO_OPTIONS : ofLeg(options, leg, side));
    }
    return this.#place(command, account, order, side, priceTicks, lots, options);
  }

  #place(
    command: Exclude<OrderCommandKind, typeof COMMAND.amend | typeof COMMAND.cancel>,
    account: number,
    order: number,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
  ): Refusal | null {
    if (command === COMMAND.limit) return this.limit(account, order, side, priceTicks, lots, options);
    if (command === COMMAND.market) return this.market(account, order, side, lots, options);
    return this.trigger(command, account, order, side, priceTicks, lots, options);
  }

  /** A trader's limit order arrives. Returns the refusal, or null when it was accepted. */
  limit(account: number, order: number, side: Side, priceTicks: number, lots: number, options = 0): Refusal | null {
    const refusal =
      (options === 0 ? null : this.#checks.optionsProblem(options)) ??
      this.#checks.priceProblem(side, priceTicks) ??
      this.#checks.orderProblem(account, side, priceTicks, priceTicks, lots, options);
    this.#note(account, order, COMMAND.limit, side, priceTicks, lots, options, refusal);
    if (refusal !== null) return refusal;
    this.#enter(account, order, side, priceTicks, lots, options, (options & (IMMEDIATE_OR_CANCEL | FILL_OR_KILL)) === 0);
    this.#fireAfterTrade();
    return null;
  }

  /** A trader's market order arrives: it takes what the book offers within the venue's band, the rest is cancelled. */
  market(account: number, order: number, side: Side, lots: number, options = 0): Refusal | null {
    const refusal =
      (options === 0 ? null : this.#checks.optionsProblem(options, IMMEDIATE_OR_CANCEL | FILL_OR_KILL)) ??
      this.#checks.orderProblem(account, side, this.#checks.bestTicks(side), this.#checks.worstTicks(side), lots, options);
    this.#note(account, order, COMMAND.market, side, 0, lots, options, refusal);
    if (refusal !== null) return refusal;
    this.#enter(account, order, side, this.#checks.worstTicks(side), lots, options, false);
    this.#fireAfterTrade();
    return null;
  }

  /** A trader's stop-market or take-profit order arrives: it waits, and holds no margin, until its price is reached. */
  trigger(
    command: typeof COMMAND.stopMarket | typeof COMMAND.takeProfit | typeof COMMAND.trigger,
    account: number,
    order: number,
    side: Side,
    priceTicks: number,
    lots: number,
    options = 0,
  ): Refusal | null {
    const rises = (command === COMMAND.stopMarket) === (side === BUY);
    const waiting: TriggerOrder = { order, account, side, rises, triggerTicks: priceTicks, lots, options };
    const refusal = this.#checks.optionsProblem(options, TRIGGER_BY_LAST) ?? this.#checks.triggerProblem(waiting);
    this.#note(account, order, command, side, priceTicks, lots, options, refusal);
    if (refusal === null) this.triggerOrders.add(waiting);
    return refusal;
  }

  /** A trader's amend arrives: what an open order asks and has left from now on. */
  amend(owner: number, order: number, priceTicks: number, lots: number): Refusal | null {
    const { book, triggerOrders } = this;
    const slot = book.slotOf(order);
    const rests = slot >= 0 && this.#isOf(owner, book.accountAt(slot));
    const account = rests ? book.accountAt(slot) : owner;
    const waiting = slot >= 0 ? null : this.#waiting(owner, order);
    const side = rests ? book.sideAt(slot) : (waiting?.side ?? BUY);
    const refusal = rests
      ? this.#checks.amendProblem(account, slot, priceTicks, lots)
      : waiting === null
        ? this.#missing(order)
        : this.#checks.triggerProblem({ ...waiting, triggerTicks: priceTicks, lots });
    this.#note(account, order, COMMAND.amend, side, priceTicks, lots, 0, refusal);
    if (refusal !== null) return refusal;
    if (waiting !== null) triggerOrders.amend(order, priceTicks, lots);
    else if (this.#checks.keepsItsPlace(slot, priceTicks, lots)) {
      this.ledger.reserve(account, -book.reduce(order, book.lotsAt(slot) - lots));
      this.#ordersChanged(account);
    } else {
      const options = book.optionsAt(slot);
      this.ledger.reserve(account, -book.heldAt(slot));
      book.cancelAt(slot);
      this.#enter(account, order, side, priceTicks, lots, options, true);
      this.#fireAfterTrade();
    }
    return null;
  }

  /** A trader's cancel arrives. */
  cancel(owner: number, order: number): Refusal | null {
    const { book } = this;
    const slot = book.slotOf(order);
    if (slot >= 0 && this.#isOf(owner, book.accountAt(slot))) {
      const account = book.accountAt(slot);
      this.#note(account, order, COMMAND.cancel, book.sideAt(slot), 0, book.lotsAt(slot), 0, null);
      this.#withdrawAt(account, order, slot);
      return null;
    }
    const waiting = slot >= 0 ? null : this.#waiting(owner, order);
    const refusal = waiting === null ? this.#missing(order) : null;
    this.#note(waiting?.account ?? owner, order, COMMAND.cancel, waiting?.side ?? BUY, 0, waiting?.lots ?? 0, 0, refusal);
    if (waiting !== null) this.#withdraw(waiting.account, order);
    return refusal;
  }

  /** Takes all open orders of an account off the book, and those that wait for a price (LIQ-2, ADL-4). */
  cancelAll(account: number): void {
    for (const order of this.book.ordersOf(account)) this.#withdraw(account, order);
    if (this.triggerOrders.count === 0) return;
    for (const order of this.triggerOrders.ordersOf(account)) this.#withdraw(account, order);
  }

  /**
   * Lets the orders go whose price mark or last trade has reached, in the order in which
   * they came, until nothing more triggers: after everything a mark brings about.
   */
  fireTriggers(): void {
    while (this.triggerOrders.count > 0) {
      const reached = this.triggerOrders.take(this.markTicks, this.book.lastTicks);
      if (reached.length === 0) return;
      for (const order of reached) this.#fire(order);
    }
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
    this.#preTrade.margin[0] = 0;
    const rested = this.#enter(engineAccount, order, lots > 0 ? SELL : BUY, limitTicks, Math.abs(lots), 0, rests);
    if (rested) return order;
    this.#liquidationOf.delete(order);
    return 0;
  }

  /**
   * Reduces a position that is being liquidated: an order of the account takes what the
   * book offers up to a limit (LIQ-4). Its own orders are gone.
   * @param lots to close, of a long positive
   */
  reduce(liquidation: number, account: number, lots: number, limitTicks: number): void {
    const order = this.newOrder();
    this.#liquidationOf.set(order, liquidation);
    this.#preTrade.margin[0] = 0;
    this.#enter(account, order, lots > 0 ? SELL : BUY, limitTicks, Math.abs(lots), 0, false);
    this.#liquidationOf.delete(order);
  }

  /**
   * An order of the backstop vault: closes lots of its position, and rests.
   * @param lots of the position, signed as it is: a long one sells
   * @returns the order's number when it rests, else 0
   */
  vaultOrder(lots: number, limitTicks: number): number {
    const order = this.newOrder();
    this.#preTrade.margin[0] = 0;
    return this.#enter(this.#vault, order, lots > 0 ? SELL : BUY, limitTicks, Math.abs(lots), 0, true) ? order : 0;
  }

  /** Takes an order of the engine off the book. */
  cancelEngineOrder(order: number): void {
    this.book.cancel(order);
    this.#liquidationOf.delete(order);
  }

  /** Puts an account's trigger where its position now has it; after every change of position or margin (LIQ-1). Cross scopes are watched together. */
  watch(account: number): void {
    // The vault is never liquidated.
    if (account === this.#vault) return;
    const { accounts } = this;
    accounts.cash.touch(account);
    if (accounts.isCross[account] === 1) return;
    const lots = accounts.positionLots[account] as number;
    const [entryValue, margin] = [accounts.entryValue[account] as number, accounts.margin[account] as number];
    const ticks = lots === 0 ? 0 : triggerTicks(this.terms, lots, entryValue, margin, this.#countsOrders ? this.#orderLots(account) : 0);
    this.triggers.set(account, lots, ticks);
    this.rankings?.changed(account);
  }

  /** The position of an account with the orders that count with it (TIER-2). */
  judgedPosition(account: number): Position {
    const position = positionOf(this.accounts, account);
    return this.#countsOrders ? { ...position, orderLots: this.#orderLots(account) } : position;
  }

  /** Orders of an account that rest and may open a position, oldest first. */
  openOrders(account: number): OpenOrder[] {
    const { book } = this;
    const open: OpenOrder[] = [];
    for (const order of book.ordersOf(account)) {
      const slot = book.slotOf(order);
      if ((book.optionsAt(slot) & REDUCE_ONLY) !== 0) continue;
      open.push({ order, side: book.sideAt(slot) === BUY ? 1 : -1, ticks: book.ticksAt(slot), lots: book.lotsAt(slot) });
    }
    return open;
  }

  /** What open orders would add to a position at their worst (TIER-2), lots. */
  #orderLots(account: number): number {
    const lots = this.accounts.positionLots[account] as number;
    return lotsWithOrders(lots, this.openOrders(account)) - Math.abs(lots);
  }

  /** An account's open orders are others than before: where they count with its position, its trigger moves; of a cross scope their fees count. */
  #ordersChanged(account: number): void {
    this.accounts.cash.touch(account);
    if (this.#countsOrders && account >= FIRST_TRADER_ACCOUNT) this.watch(account);
  }

  /** An account's order that waits for a price, or null. */
  #waiting(owner: number, order: number): TriggerOrder | null {
    if (this.triggerOrders.count === 0) return null;
    const waiting = this.triggerOrders.find(order);
    return waiting !== null && this.#isOf(owner, waiting.account) ? waiting : null;
  }

  /** Whether a number is an account's, or its short leg's. */
  #isOf(owner: number, number: number): boolean {
    return this.accounts.cash.legs.ownerOf(number) === owner;
  }

  #add(place: number, amount: number): void {
    this.#numbers[place] = (this.#numbers[place] as number) + amount;
  }

  /** Why an account has no order of a number: it is gone, or was never there for it. */
  #missing(order: number): Refusal {
    const isAnothers = this.book.slotOf(order) >= 0 || this.triggerOrders.find(order) !== null;
    return !isAnothers && Number.isSafeInteger(order) && order >= 1 && order <= this.#orders.count ? "order-closed" : "unknown-order";
  }

  /** Takes an order off the book or out of those that wait, and frees what it held. */
  #withdraw(account: number, order: number): void {
    const slot = this.book.slotOf(order);
    if (slot >= 0) this.#withdrawAt(account, order, slot);
    else if (this.triggerOrders.remove(order)) this.#listener.done(account, order);
  }

  #withdrawAt(account: number, order: number, slot: number): void {
    const held = this.book.heldAt(slot);
    if (held !== 0) this.ledger.reserve(account, -held);
    this.book.cancelAt(slot);
    this.#ordersChanged(account);
    this.#listener.done(account, order);
  }

  /** After a command that may have traded: a new last price may trigger orders. */
  #fireAfterTrade(): void {
    if (this.triggerOrders.count > 0) this.fireTriggers();
  }

  /** A stop or take-profit order has triggered: it goes on as a market order, a reduce-only one for no more than is left to close. */
  #fire({ account, order, side, triggerTicks: ticks, lots, options }: TriggerOrder): void {
    const reduces = (options & REDUCE_ONLY) !== 0;
    const closable = this.#preTrade.closableLots(account, side);
    const size = reduces && closable > 0 ? Math.min(lots, closable) : lots;
    const worst = this.#checks.worstTicks(side);
    const refusal = this.#checks.orderProblem(account, side, this.#checks.bestTicks(side), worst, size, options);
    this.#record.command(this.number, account, order, COMMAND.trigger, side, ticks, size, options, refusal);
    if (refusal === null) this.#enter(account, order, side, worst, size, options, false);
    else this.#listener.refused(account, order, refusal);
  }

  /**
   * Matches an order that passed its checks, books its trades and leaves what may rest
   * on the book with its part of the margin checked last.
   * @returns whether something of it rests
   */
  #enter(account: number, order: number, side: Side, limitTicks: number, lots: number, options: number, rests: boolean): boolean {
    const { book } = this;
    const { matching } = book;
    // Only orders of the engine displace the mid.
    const isWatched = this.#liquidationOf.size > 0;
    const midBefore = isWatched ? book.midTicks : 0;
    let midAfter = midBefore;
    let held = this.#preTrade.margin[0] as number;
    let rest = lots;
    let goesOn = true;
    while (goesOn) {
      // A fill may trim reduce-only orders that come next: then each is booked before the next is met.
      const most = book.reduceOnlyCount === 0 ? ANY_NUMBER : 1;
      const before = rest;
      rest = book.match(account, side, limitTicks, before, most);
      if (matching.count > 0) midAfter = matching.midAfterTicks;
      let open = before;
      let dropped = 0;
      for (let trade = 0; trade < matching.count; trade++) {
        if (dropped < matching.cancelledCount) dropped = this.#dropMet(account, dropped, trade);
        const traded = matching.lots[trade] as number;
        if (held !== 0) held -= open === traded ? held : multiplyDivide(held, traded, open, "down");
        open -= traded;
        this.#settle(trade, account, order, side);
      }
      if (dropped < matching.cancelledCount) this.#dropMet(account, dropped, matching.count);
      goesOn = most === 1 && matching.count > 0 && rest > 0 && !matching.takerCancelled;
    }
    if (rest < lots) {
      if (account >= FIRST_TRADER_ACCOUNT) this.watch(account);
      if (isWatched) this.#displaced(order, lots - rest, midAfter - midBefore);
    }
    if (rest === 0) return false;
    if (rests && !matching.takerCancelled) {
      book.place(order, account, side, limitTicks, rest, held, options);
      if (held !== 0) this.ledger.reserve(account, held);
      this.#ordersChanged(account);
      return true;
    }
    if (account >= FIRST_TRADER_ACCOUNT && !this.#liquidationOf.has(order)) this.#listener.done(account, order);
    return false;
  }

  /**
   * Frees what own resting orders held that self-trade prevention has cancelled, from one
   * of them on, as far as they were met before a trade.
   * @returns the first that is left
   */
  #dropMet(account: number, from: number, trade: number): number {
    const { matching } = this.book;
    let place = from;
    for (; place < matching.cancelledCount && (matching.cancelledAfter[place] as number) <= trade; place++) {
      const cancelled = matching.cancelledOrder[place] as number;
      if (account < FIRST_TRADER_ACCOUNT) this.#liquidationOf.delete(cancelled);
      else {
        this.ledger.reserve(account, -(matching.cancelledReleased[place] as number));
        // It may have been of the other leg.
        const { legs } = this.accounts.cash;
        for (const number of legs.numbersOf(legs.ownerOf(account))) this.#ordersChanged(number);
        this.#listener.done(account, cancelled);
      }
    }
    return place;
  }

  #settle(trade: number, taker: number, takerOrder: number, takerSide: Side): void {
    const { matching } = this.book;
    const { instrument } = this.terms;
    const maker = matching.makerAccount[trade] as number;
    const makerOrder = matching.makerOrder[trade] as number;
    const priceTicks = matching.priceTicks[trade] as number;
    const lots = matching.lots[trade] as number;
    const released = matching.makerReleased[trade] as number;
    const value = valueOf(instrument, priceTicks, lots);
    const signed = takerSide === BUY ? lots : -lots;
    const booking = this.#record.nextBooking();
    if (released !== 0) this.ledger.reserve(maker, -released);
    const reduces = taker >= FIRST_TRADER_ACCOUNT && this.#liquidationOf.has(takerOrder);
    const takerFee = reduces
      ? this.#reduce(taker, takerOrder, signed, value, priceTicks)
      : this.#book(taker, takerOrder, signed, value, feeOn(value, instrument.fees.taker), priceTicks);
    const makerFee = this.#book(maker, makerOrder, -signed, value, feeOn(value, instrument.fees.maker), priceTicks);
    if (maker >= FIRST_TRADER_ACCOUNT) this.watch(maker);
    this.#add(TRADED_LOTS, lots);
    const liquidation = this.#liquidationIn(takerOrder, maker, makerOrder);
    this.#record.trade(this.number, booking, priceTicks, lots, value, takerSide, maker, taker, makerFee, takerFee, liquidation);
    if (maker < FIRST_TRADER_ACCOUNT) {
      this.#met.push(this.#liquidationOf.get(makerOrder) as number, lots);
      if (matching.makerRestLots[trade] === 0) this.#liquidationOf.delete(makerOrder);
    }
    if (this.book.reduceOnlyCount > 0) {
      this.#trim(taker);
      this.#trim(maker);
    }
  }

  /** The liquidation that an order of a trade serves, NaN for none. */
  #liquidationIn(takerOrder: number, maker: number, makerOrder: number): number {
    const taking = this.#liquidationOf.get(takerOrder);
    if (taking !== undefined) return taking;
    return maker < FIRST_TRADER_ACCOUNT ? (this.#liquidationOf.get(makerOrder) as number) : Number.NaN;
  }

  /** One side of a trade. Returns the fee charged: the engine pays none, its fee was taken at takeover, and neither does the vault. */
  #book(account: number, order: number, lots: number, value: number, fee: number, priceTicks: number): number {
    if (account < FIRST_TRADER_ACCOUNT) {
      this.#listener.engineTraded(this.#liquidationOf.get(order) as number, Math.abs(lots), value);
      return 0;
    }
    if (account === this.#vault) {
      this.onVaultTraded(lots, value);
      return 0;
    }
    const { shortfall, fee: charged } = this.ledger.trade(account, lots, value, fee);
    if (shortfall > 0) this.#listener.shortfall(account, shortfall);
    this.#listener.filled(account, order, lots, priceTicks);
    return charged;
  }

  /** One side of a trade that reduces a position being liquidated. Returns the fee charged: that of a liquidation (ORDER-3). */
  #reduce(account: number, order: number, lots: number, value: number, priceTicks: number): number {
    const asked = feeOn(value, this.terms.instrument.fees.liquidation);
    const { shortfall, fee } = this.ledger.reduce(account, lots, value, asked);
    if (shortfall > 0) this.#listener.shortfall(account, shortfall);
    this.#listener.reduced(this.#liquidationOf.get(order) as number, lots, value, fee, priceTicks);
    return fee;
  }

  /** Takes from an account's reduce-only orders what its position no longer has. */
  #trim(account: number): void {
    if (account < FIRST_TRADER_ACCOUNT) return;
    const { book } = this;
    for (const order of book.ordersOf(account)) {
      const slot = book.slotOf(order);
      if ((book.optionsAt(slot) & REDUCE_ONLY) === 0) continue;
      const closable = this.#preTrade.closableLots(account, book.sideAt(slot));
      const rest = book.lotsAt(slot);
      if (closable === 0) this.#withdrawAt(account, order, slot);
      else if (rest > closable) {
        book.reduce(order, rest - closable);
        this.#ordersChanged(account);
        this.#listener.trimmed(account, order, closable);
      }
    }
  }

  /** Attributes what a matching moved the mid by to the liquidations that traded in it, by lots. */
  #displaced(takerOrder: number, tradedLots: number, movedTicks: number): void {
    const met = this.#met;
    const taking = this.#liquidationOf.get(takerOrder);
    if (taking !== undefined) this.onDisplaced(taking, movedTicks);
    else
      for (let place = 0; place < met.length; place += 2) {
        this.onDisplaced(met[place] as number, (movedTicks * (met[place + 1] as number)) / tradedLots);
      }
    met.length = 0;
  }

  #note(
    account: number,
    order: number,
    command: OrderCommandKind,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
    refusal: Refusal | null,
  ): void {
    this.#add(MESSAGES, 1);
    const record = this.#record;
    if (refusal === null) record.command(this.number, account, order, command, side, priceTicks, lots, options, null);
    // A refused command may hold anything: the record holds whole numbers.
    else {
      const known = areOptions(options) ? options : 0;
      record.command(this.number, account, wholeOr0(order), command, side, wholeOr0(priceTicks), wholeOr0(lots), known, refusal);
    }
  }
}

function wholeOr0(given: number): number {
  return Number.isSafeInteger(given) ? given : 0;
}
