/**
 * The order book of one instrument: price-time priority (ORDER-1). Orders are records in
 * columns, linked into price levels and, for mass cancelling, into a list per account. It
 * knows accounts only as numbers, and nothing it does allocates but growth.
 */
import type { SelfTradePrevention } from "../venue/rules.ts";
import { multiplyDivide } from "../venue/whole.ts";
import { AMOUNTS, OrderIndex } from "./order-index.ts";
import { REDUCE_ONLY } from "./order-options.ts";
import { longer, PriceLevels } from "./price-levels.ts";

/** The side of who buys. */
export const BUY = 0;
/** The side of who sells. */
export const SELL = 1;
/** Side of an order: BUY or SELL. */
export type Side = typeof BUY | typeof SELL;

/** A buy at the highest price there is takes any sell; a market order is one that does not rest. */
export const HIGHEST_TICKS = Number.MAX_SAFE_INTEGER;
export const LOWEST_TICKS = 1;

/** Account of an order that nobody owns: it meets any other, and is on no list. */
export const NO_ACCOUNT = -1;

const NONE = -1;
const FIRST_CAPACITY = 1024;
const FIRST_TRADES = 64;

/**
 * An order is a record of whole numbers and one of amounts: two lines of the processor's
 * cache, where a column for each would be eleven.
 */
const LINKS = 8;
const NEXT = 0;
const PREVIOUS = 1;
const LEVEL = 2;
const SIDE = 3;
const ACCOUNT = 4;
const OLDER = 5;
const YOUNGER = 6;
const OPTIONS = 7;
const ORDER = 0;
const LOTS = 1;
const HELD = 2;
/** An account is a record too: its youngest order plus one, and the lots of its buys and of its sells. */
const ACCOUNTS = 4;
const YOUNGEST = 0;
const SIDE_LOTS = 1;

/** What one matching did, overwritten by the next: trades in order, and own orders taken off. */
export class Matching {
  /** Trades in all; per trade: order, account, price and lots of the resting order, what then rests of it, and what of its held amount is released. */
  count = 0;
  makerOrder: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  makerAccount: Int32Array<ArrayBuffer> = new Int32Array(FIRST_TRADES);
  priceTicks: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  lots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  makerRestLots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  makerReleased: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  /** Resting orders of the taker's own account that were met and cancelled (self-trade prevention), what they held, and how many trades came before. */
  cancelledCount = 0;
  cancelledOrder: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  cancelledReleased: Float64Array<ArrayBuffer> = new Float64Array(FIRST_TRADES);
  cancelledAfter: Int32Array<ArrayBuffer> = new Int32Array(FIRST_TRADES);
  /** Whether the rest of the taker was cancelled on meeting an order of its own account. */
  takerCancelled = false;
  /** Middle of the book after the trades, before what rests of the order is placed (CASC-1). */
  midAfterTicks = 0;

  clear(): void {
    this.count = 0;
    this.cancelledCount = 0;
    this.takerCancelled = false;
  }

  trade(order: number, account: number, ticks: number, lots: number, restLots: number, released: number): void {
    const at = this.count;
    if (at === this.lots.length) this.#grow();
    this.makerOrder[at] = order;
    this.makerAccount[at] = account;
    this.priceTicks[at] = ticks;
    this.lots[at] = lots;
    this.makerRestLots[at] = restLots;
    this.makerReleased[at] = released;
    this.count = at + 1;
  }

  cancelled(order: number, released: number): void {
    const at = this.cancelledCount;
    if (at === this.cancelledOrder.length) {
      this.cancelledOrder = longer(this.cancelledOrder, new Float64Array(2 * at));
      this.cancelledReleased = longer(this.cancelledReleased, new Float64Array(2 * at));
      this.cancelledAfter = longer(this.cancelledAfter, new Int32Array(2 * at));
    }
    this.cancelledOrder[at] = order;
    this.cancelledReleased[at] = released;
    this.cancelledAfter[at] = this.count;
    this.cancelledCount = at + 1;
  }

  #grow(): void {
    const capacity = this.lots.length * 2;
    this.makerOrder = longer(this.makerOrder, new Float64Array(capacity));
    this.makerAccount = longer(this.makerAccount, new Int32Array(capacity));
    this.priceTicks = longer(this.priceTicks, new Float64Array(capacity));
    this.lots = longer(this.lots, new Float64Array(capacity));
    this.makerRestLots = longer(this.makerRestLots, new Float64Array(capacity));
    this.makerReleased = longer(this.makerReleased, new Float64Array(capacity));
  }
}

/** A book as plain columns: resting orders in order of arrival, which is all that decides who comes first. */
export interface OrderBookState {
  readonly lastTicks: number;
  readonly order: Float64Array;
  readonly account: Int32Array;
  readonly side: Uint8Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  readonly held: Float64Array;
  readonly options: Uint8Array;
}

/** An order book of one instrument, in ticks and lots (ORDER-1). */
export class OrderBook {
  /** The latest matching. */
  readonly matching: Matching = new Matching();
  /** Price of the last trade, or 0 before the first. */
  lastTicks = 0;
  /** Resting orders that may only reduce a position. */
  reduceOnlyCount = 0;
  /** Account of each number that orders are under, where accounts have several (ACCT-4); null where each is its own. */
  owners: Int32Array | null = null;
  readonly #cancelsResting: boolean;
  readonly #cancelsTaker: boolean;
  /** Buys, then sells: found by side without a branch. */
  readonly #sides = [new PriceLevels(true), new PriceLevels(false)] as const;
  readonly #index = new OrderIndex();
  #free: number = NONE;
  #used = 0;
  /** Records of `LINKS` and of `AMOUNTS`. */
  #links = new Int32Array(LINKS * FIRST_CAPACITY);
  #amounts = new Float64Array(AMOUNTS * FIRST_CAPACITY);
  /** Records of `ACCOUNTS`. */
  #accounts = new Float64Array(ACCOUNTS * FIRST_CAPACITY);
  /** When each order came, counted; and the count. */
  #arrival = new Float64Array(FIRST_CAPACITY);
  #arrivals = 0;

  constructor(selfTradePrevention: SelfTradePrevention = "cancel-oldest") {
    this.#cancelsResting = selfTradePrevention !== "cancel-newest";
    this.#cancelsTaker = selfTradePrevention !== "cancel-oldest";
  }

  /** Orders that rest. */
  get size(): number {
    return this.#index.count;
  }

  /** Best buy, ticks; 0 when there is none. */
  get bidTicks(): number {
    const buys = this.#sides[BUY];
    return buys.best === NONE ? 0 : (buys.ticks[buys.best] as number);
  }

  /** Best sell, ticks; 0 when there is none. */
  get askTicks(): number {
    const sells = this.#sides[SELL];
    return sells.best === NONE ? 0 : (sells.ticks[sells.best] as number);
  }

  /**
   * Middle of best buy and sell, ticks, an empty side counted as the last trade (CASC-1).
   * 0 while a side is empty and nothing has traded yet: one order alone makes no price.
   */
  get midTicks(): number {
    const bid = this.bidTicks === 0 ? this.lastTicks : this.bidTicks;
    const ask = this.askTicks === 0 ? this.lastTicks : this.askTicks;
    return bid === 0 || ask === 0 ? 0 : (bid + ask) / 2;
  }

  /** Lots at the best price of a side; 0 when it is empty. */
  bestLots(side: Side): number {
    const levels = this.#levels(side);
    return levels.best === NONE ? 0 : (levels.lots[levels.best] as number);
  }

  /** Lots at one price of a side. */
  levelLots(side: Side, ticks: number): number {
    const levels = this.#levels(side);
    const level = levels.find(ticks);
    return level === NONE ? 0 : (levels.lots[level] as number);
  }

  /** Lots at the best price of a side, of its oldest order only; 0 when the side is empty. */
  firstLots(side: Side): number {
    const levels = this.#levels(side);
    return levels.best === NONE ? 0 : (this.#amounts[AMOUNTS * (levels.first[levels.best] as number) + LOTS] as number);
  }

  /** Account of the oldest order at the best price of a side; −1 when the side is empty. */
  firstAccount(side: Side): number {
    const levels = this.#levels(side);
    return levels.best === NONE ? NONE : (this.#links[LINKS * (levels.first[levels.best] as number) + ACCOUNT] as number);
  }

  /** Lots resting on a side at each of some limits or better; the side is walked once, as far as the furthest of them. */
  depthLots(side: Side, limitTicks: readonly number[]): number[] {
    const levels = this.#levels(side);
    const sign = side === BUY ? 1 : -1;
    const depths = limitTicks.map(() => 0);
    for (let level = levels.best, reached = true; level !== NONE && reached; level = levels.after(level)) {
      const ticks = levels.ticks[level] as number;
      const lots = levels.lots[level] as number;
      reached = false;
      for (let place = 0; place < depths.length; place++) {
        if ((ticks - (limitTicks[place] as number)) * sign < 0) continue;
        depths[place] = (depths[place] as number) + lots;
        reached = true;
      }
    }
    return depths;
  }

  /**
   * Mean price of taking lots from a side, best price first (MARK-3): ticks, not rounded;
   * 0 when so many do not rest there.
   */
  impactTicks(side: Side, lots: number): number {
    const levels = this.#levels(side);
    let open = lots;
    let paid = 0;
    for (let level = levels.best; level !== NONE && open > 0; level = levels.after(level)) {
      const taken = Math.min(open, levels.lots[level] as number);
      paid += taken * (levels.ticks[level] as number);
      open -= taken;
    }
    return open > 0 || lots <= 0 ? 0 : paid / lots;
  }

  /**
   * How many lots an order would trade at once, at most those asked; nothing changes (fill-or-kill).
   * @param available what a resting order, asked in turn, would really give; left out: all its lots
   */
  fillableLots(
    account: number,
    side: Side,
    limitTicks: number,
    lots: number,
    available?: (account: number, lots: number, options: number) => number,
  ): number {
    const levels = this.#levels(side === BUY ? SELL : BUY);
    let open = lots;
    for (let level = levels.best; level !== NONE && open > 0; level = levels.after(level)) {
      const ticks = levels.ticks[level] as number;
      if (side === BUY ? ticks > limitTicks : ticks < limitTicks) break;
      for (let slot = levels.first[level] as number; slot !== NONE && open > 0; slot = this.#links[LINKS * slot + NEXT] as number) {
        const maker = this.#links[LINKS * slot + ACCOUNT] as number;
        const resting = this.#amounts[AMOUNTS * slot + LOTS] as number;
        if (account === NO_ACCOUNT || (maker !== account && !this.#isOwn(maker, account)))
          open -= Math.min(open, available?.(maker, resting, this.#links[LINKS * slot + OPTIONS] as number) ?? resting);
        else if (this.#cancelsTaker) return lots - open;
      }
    }
    return lots - open;
  }

  /** Where an order rests, to be asked about by the methods that end in `At` until the book changes; −1 when it does not rest. */
  slotOf(order: number): number {
    return this.#index.find(this.#amounts, order);
  }

  /** What rests of the order of a slot, lots. */
  lotsAt(slot: number): number {
    return this.#amounts[AMOUNTS * slot + LOTS] as number;
  }

  accountAt(slot: number): number {
    return this.#links[LINKS * slot + ACCOUNT] as number;
  }

  sideAt(slot: number): Side {
    return this.#links[LINKS * slot + SIDE] as Side;
  }

  /** Number of the order of a slot. */
  orderAt(slot: number): number {
    return this.#amounts[AMOUNTS * slot + ORDER] as number;
  }

  /** Limit of the order of a slot. */
  ticksAt(slot: number): number {
    return this.#levels(this.sideAt(slot)).ticks[this.#links[LINKS * slot + LEVEL] as number] as number;
  }

  /** Amount held for the order of a slot: what `place` was given, less what was released as it traded. */
  heldAt(slot: number): number {
    return this.#amounts[AMOUNTS * slot + HELD] as number;
  }

  /** Options of the order of a slot (`order-options.ts`). */
  optionsAt(slot: number): number {
    return this.#links[LINKS * slot + OPTIONS] as number;
  }

  /** What rests of an order, lots; 0 for an order that does not rest. */
  restLots(order: number): number {
    const slot = this.slotOf(order);
    return slot === NONE ? 0 : this.lotsAt(slot);
  }

  /** Account of a resting order, or −1. */
  accountOf(order: number): number {
    const slot = this.slotOf(order);
    return slot === NONE ? NONE : this.accountAt(slot);
  }

  /** Orders of an account that rest, oldest first. */
  ordersOf(account: number): number[] {
    const orders: number[] = [];
    let slot = (this.#accounts[ACCOUNTS * account + YOUNGEST] ?? 0) - 1;
    for (; slot !== NONE; slot = this.#links[LINKS * slot + OLDER] as number) orders.push(this.#amounts[AMOUNTS * slot + ORDER] as number);
    return orders.reverse();
  }

  /** Lots of an account's orders that rest on a side. */
  lotsOf(account: number, side: Side): number {
    return this.#accounts[ACCOUNTS * account + SIDE_LOTS + side] ?? 0;
  }

  /**
   * Matches an order against the other side and, if `rests`, leaves the remainder on
   * the book. Trades stand in `matching` until the next call.
   * @param account its owner, or NO_ACCOUNT
   * @returns the lots that did not trade
   * @throws Error when an order of this number rests already; nothing has changed then (ORDER-4)
   */
  submit(order: number, account: number, side: Side, limitTicks: number, lots: number, rests: boolean): number {
    if (this.#index.find(this.#amounts, order) !== NONE) throw new Error(`Cannot place order ${order}: it rests already`);
    const rest = this.match(account, side, limitTicks, lots);
    if (rest > 0 && rests && !this.matching.takerCancelled) this.#insert(order, account, side, limitTicks, rest, 0, 0);
    return rest;
  }

  /**
   * Matches lots against the other side; nothing of them is placed.
   * @param most resting orders to trade with at once
   * @returns the lots that did not trade
   */
  match(account: number, side: Side, limitTicks: number, lots: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const { matching } = this;
    matching.clear();
    const rest = this.#match(account, side, limitTicks, lots, most);
    if (rest < lots) matching.midAfterTicks = this.midTicks;
    return rest;
  }

  /**
   * Leaves lots of an order on the book, behind all that rest at its price.
   * @param held amount kept for the order, released in proportion as it trades
   * @param options of `order-options.ts`
   * @throws Error when an order of this number rests already
   */
  place(order: number, account: number, side: Side, ticks: number, lots: number, held: number, options: number): void {
    if (this.#index.find(this.#amounts, order) !== NONE) throw new Error(`Cannot place order ${order}: it rests already`);
    this.#insert(order, account, side, ticks, lots, held, options);
  }

  /** Takes an order off the book. Returns the lots that rested; 0 for an order that does not rest. */
  cancel(order: number): number {
    const slot = this.slotOf(order);
    if (slot === NONE) return 0;
    const lots = this.lotsAt(slot);
    this.#remove(slot);
    return lots;
  }

  /** Takes the order of a slot off the book. */
  cancelAt(slot: number): void {
    this.#remove(slot);
  }

  /**
   * Takes lots off a resting order, which keeps its place in time; all of them take it off the book.
   * @returns what of its held amount is released
   */
  reduce(order: number, lots: number): number {
    const slot = this.#index.find(this.#amounts, order);
    if (slot === NONE) return 0;
    const resting = this.#amounts[AMOUNTS * slot + LOTS] as number;
    if (lots >= resting) {
      const held = this.#amounts[AMOUNTS * slot + HELD] as number;
      this.#remove(slot);
      return held;
    }
    const levels = this.#levels(this.#links[LINKS * slot + SIDE] as Side);
    this.#take(slot, levels, this.#links[LINKS * slot + LEVEL] as number, lots);
    return this.#release(slot, lots, resting);
  }

  /** The book as columns (TIME-4). */
  state(): OrderBookState {
    const slots: number[] = [];
    for (const levels of this.#sides) {
      for (let level = levels.best; level !== NONE; level = levels.after(level)) {
        for (let slot = levels.first[level] as number; slot !== NONE; slot = this.#links[LINKS * slot + NEXT] as number) slots.push(slot);
      }
    }
    slots.sort((a, b) => (this.#arrival[a] as number) - (this.#arrival[b] as number));
    const ticksOf = (slot: number) =>
      this.#levels(this.#links[LINKS * slot + SIDE] as Side).ticks[this.#links[LINKS * slot + LEVEL] as number] as number;
    return {
      lastTicks: this.lastTicks,
      order: Float64Array.from(slots, (slot) => this.#amounts[AMOUNTS * slot + ORDER] as number),
      account: Int32Array.from(slots, (slot) => this.#links[LINKS * slot + ACCOUNT] as number),
      side: Uint8Array.from(slots, (slot) => this.#links[LINKS * slot + SIDE] as number),
      ticks: Float64Array.from(slots, ticksOf),
      lots: Float64Array.from(slots, (slot) => this.#amounts[AMOUNTS * slot + LOTS] as number),
      held: Float64Array.from(slots, (slot) => this.#amounts[AMOUNTS * slot + HELD] as number),
      options: Uint8Array.from(slots, (slot) => this.#links[LINKS * slot + OPTIONS] as number),
    };
  }

  /** Fills an empty book from a state. */
  restore(state: OrderBookState): void {
    this.lastTicks = state.lastTicks;
    for (let row = 0; row < state.order.length; row++) {
      const [order, account, side] = [state.order[row] as number, state.account[row] as number, state.side[row] as Side];
      const [ticks, lots, held] = [state.ticks[row] as number, state.lots[row] as number, state.held[row] as number];
      this.#insert(order, account, side, ticks, lots, held, state.options[row] as number);
    }
  }

  #levels(side: Side): PriceLevels {
    return this.#sides[side];
  }

  /** Whether two numbers are legs of one account (ACCT-4). */
  #isOwn(maker: number, taker: number): boolean {
    return this.owners !== null && this.owners[maker] === this.owners[taker];
  }

  #match(account: number, side: Side, limitTicks: number, lots: number, most: number): number {
    const { matching } = this;
    const levels = this.#sides[(1 - side) as Side];
    const sign = 1 - 2 * side;
    let rest = lots;
    while (rest > 0 && levels.best !== NONE) {
      const level = levels.best;
      const ticks = levels.ticks[level] as number;
      if ((ticks - limitTicks) * sign > 0) break;
      const slot = levels.first[level] as number;
      const maker = this.#links[LINKS * slot + ACCOUNT] as number;
      if (account !== NO_ACCOUNT && (maker === account || this.#isOwn(maker, account))) {
        if (this.#cancelsResting) {
          matching.cancelled(this.#amounts[AMOUNTS * slot + ORDER] as number, this.#amounts[AMOUNTS * slot + HELD] as number);
          this.#remove(slot);
        }
        if (this.#cancelsTaker) {
          matching.takerCancelled = true;
          break;
        }
        continue;
      }
      const resting = this.#amounts[AMOUNTS * slot + LOTS] as number;
      const traded = Math.min(rest, resting);
      rest -= traded;
      this.lastTicks = ticks;
      const order = this.#amounts[AMOUNTS * slot + ORDER] as number;
      if (traded === resting) {
        matching.trade(order, maker, ticks, traded, 0, this.#amounts[AMOUNTS * slot + HELD] as number);
        this.#remove(slot);
      } else {
        this.#take(slot, levels, level, traded);
        matching.trade(order, maker, ticks, traded, resting - traded, this.#release(slot, traded, resting));
      }
      if (matching.count >= most) break;
    }
    return rest;
  }

  /** Takes some of an order's lots off it and its level. */
  #take(slot: number, levels: PriceLevels, level: number, lots: number): void {
    const at = AMOUNTS * slot + LOTS;
    this.#amounts[at] = (this.#amounts[at] as number) - lots;
    levels.lots[level] = (levels.lots[level] as number) - lots;
    const account = this.#links[LINKS * slot + ACCOUNT] as number;
    if (account !== NO_ACCOUNT) this.#count(account, this.#links[LINKS * slot + SIDE] as Side, -lots);
  }

  /** Releases the part of an order's held amount that goes with some of its lots. */
  #release(slot: number, lots: number, resting: number): number {
    const held = this.#amounts[AMOUNTS * slot + HELD] as number;
    if (held === 0) return 0;
    const released = multiplyDivide(held, lots, resting, "down");
    this.#amounts[AMOUNTS * slot + HELD] = held - released;
    return released;
  }

  #count(account: number, side: Side, lots: number): void {
    const at = ACCOUNTS * account + SIDE_LOTS + side;
    this.#accounts[at] = (this.#accounts[at] as number) + lots;
  }

  #insert(order: number, account: number, side: Side, ticks: number, lots: number, held: number, options: number): void {
    const slot = this.#newSlot();
    const levels = this.#levels(side);
    const level = levels.at(ticks);
    const last = levels.last[level] as number;
    this.#write(slot, order, account, side, level, lots, held, options);
    this.#index.add(this.#amounts, order, slot);
    levels.lots[level] = (levels.lots[level] as number) + lots;
    this.#links[LINKS * slot + PREVIOUS] = last;
    if (last === NONE) levels.first[level] = slot;
    else this.#links[LINKS * last + NEXT] = slot;
    levels.last[level] = slot;
    if ((options & REDUCE_ONLY) !== 0) this.reduceOnlyCount += 1;
    if (account !== NO_ACCOUNT) this.#list(slot, account, side, lots);
  }

  #write(slot: number, order: number, account: number, side: Side, level: number, lots: number, held: number, options: number): void {
    const links = LINKS * slot;
    this.#links[links + NEXT] = NONE;
    this.#links[links + LEVEL] = level;
    this.#links[links + SIDE] = side;
    this.#links[links + ACCOUNT] = account;
    this.#links[links + OPTIONS] = options;
    const amounts = AMOUNTS * slot;
    this.#amounts[amounts + ORDER] = order;
    this.#amounts[amounts + LOTS] = lots;
    this.#amounts[amounts + HELD] = held;
    this.#arrival[slot] = this.#arrivals;
    this.#arrivals += 1;
  }

  #list(slot: number, account: number, side: Side, lots: number): void {
    if (ACCOUNTS * account >= this.#accounts.length) {
      this.#accounts = longer(this.#accounts, new Float64Array(Math.max(ACCOUNTS * (account + 1), 2 * this.#accounts.length)));
    }
    const at = ACCOUNTS * account + YOUNGEST;
    const older = (this.#accounts[at] as number) - 1;
    this.#links[LINKS * slot + OLDER] = older;
    this.#links[LINKS * slot + YOUNGER] = NONE;
    if (older !== NONE) this.#links[LINKS * older + YOUNGER] = slot;
    this.#accounts[at] = slot + 1;
    this.#count(account, side, lots);
  }

  #remove(slot: number): void {
    const levels = this.#levels(this.#links[LINKS * slot + SIDE] as Side);
    const level = this.#links[LINKS * slot + LEVEL] as number;
    const next = this.#links[LINKS * slot + NEXT] as number;
    const previous = this.#links[LINKS * slot + PREVIOUS] as number;
    if (previous === NONE) levels.first[level] = next;
    else this.#links[LINKS * previous + NEXT] = next;
    if (next === NONE) levels.last[level] = previous;
    else this.#links[LINKS * next + PREVIOUS] = previous;
    const lots = this.#amounts[AMOUNTS * slot + LOTS] as number;
    levels.lots[level] = (levels.lots[level] as number) - lots;
    if (levels.first[level] === NONE) levels.remove(level);
    const account = this.#links[LINKS * slot + ACCOUNT] as number;
    if (account !== NO_ACCOUNT) this.#unlist(slot, account, lots);
    if (((this.#links[LINKS * slot + OPTIONS] as number) & REDUCE_ONLY) !== 0) this.reduceOnlyCount -= 1;
    this.#index.delete(this.#amounts, this.#amounts[AMOUNTS * slot + ORDER] as number);
    this.#links[LINKS * slot + NEXT] = this.#free;
    this.#free = slot;
  }

  #unlist(slot: number, account: number, lots: number): void {
    const older = this.#links[LINKS * slot + OLDER] as number;
    const younger = this.#links[LINKS * slot + YOUNGER] as number;
    if (older !== NONE) this.#links[LINKS * older + YOUNGER] = younger;
    if (younger !== NONE) this.#links[LINKS * younger + OLDER] = older;
    else this.#accounts[ACCOUNTS * account + YOUNGEST] = older + 1;
    this.#count(account, this.#links[LINKS * slot + SIDE] as Side, -lots);
  }

  #newSlot(): number {
    if (this.#free !== NONE) {
      const slot = this.#free;
      this.#free = this.#links[LINKS * slot + NEXT] as number;
      return slot;
    }
    if (LINKS * this.#used === this.#links.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #grow(): void {
    this.#links = longer(this.#links, new Int32Array(2 * this.#links.length));
    this.#amounts = longer(this.#amounts, new Float64Array(2 * this.#amounts.length));
    this.#arrival = longer(this.#arrival, new Float64Array(2 * this.#arrival.length));
  }
}
