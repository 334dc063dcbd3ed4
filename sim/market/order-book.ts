/**
 * The order book of one instrument: price-time priority (ORDER-1), limit, market and
 * cancel. Orders are records in columns, linked into price levels and, for mass
 * cancelling, into a list per account. It knows accounts only as numbers.
 */
export const BUY = 0;
export const SELL = 1;
/** Side of an order: BUY or SELL. */
export type Side = typeof BUY | typeof SELL;

/** A buy at the highest price there is takes any sell; a market order is one that does not rest. */
export const HIGHEST_TICKS = Number.MAX_SAFE_INTEGER;
export const LOWEST_TICKS = 1;

const NONE = -1;
const FIRST_CAPACITY = 1024;

/** What one matching did, overwritten by the next: trades in order, and own orders taken off. */
export interface Matching {
  /** Per trade: order, account, price and lots of the resting order, and what then rests of it. */
  readonly makerOrder: number[];
  readonly makerAccount: number[];
  readonly priceTicks: number[];
  readonly lots: number[];
  readonly makerRestLots: number[];
  /** Orders of the taker's own account that were met and cancelled (self-trade prevention: cancel-oldest). */
  readonly cancelledOrder: number[];
  /** Middle of the book after the trades, before what rests of the order is placed (CASC-1). */
  midAfterTicks: number;
}

export class OrderBook {
  /** The latest matching. */
  readonly matching: Matching = {
    makerOrder: [],
    makerAccount: [],
    priceTicks: [],
    lots: [],
    makerRestLots: [],
    cancelledOrder: [],
    midAfterTicks: 0,
  };
  /** Price of the last trade, or 0 before the first. */
  lastTicks = 0;
  readonly #levels = [new Map<number, Level>(), new Map<number, Level>()] as const;
  /** Prices of the levels, the best at the end: buys ascending, sells descending. */
  readonly #prices: readonly [number[], number[]] = [[], []];
  readonly #slotOf = new Map<number, number>();
  readonly #firstOfAccount = new Map<number, number>();
  readonly #free: number[] = [];
  #used = 0;
  #order = new Float64Array(FIRST_CAPACITY);
  #account = new Float64Array(FIRST_CAPACITY);
  #ticks = new Float64Array(FIRST_CAPACITY);
  #lots = new Float64Array(FIRST_CAPACITY);
  #side = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  #previous = new Int32Array(FIRST_CAPACITY);
  #nextOfAccount = new Int32Array(FIRST_CAPACITY);
  #previousOfAccount = new Int32Array(FIRST_CAPACITY);

  /** Orders that rest. */
  get size(): number {
    return this.#slotOf.size;
  }

  /** Best buy, ticks; 0 when there is none. */
  get bidTicks(): number {
    const prices = this.#prices[BUY];
    return prices.length === 0 ? 0 : (prices[prices.length - 1] as number);
  }

  /** Best sell, ticks; 0 when there is none. */
  get askTicks(): number {
    const prices = this.#prices[SELL];
    return prices.length === 0 ? 0 : (prices[prices.length - 1] as number);
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

  /** Lots at the best price of a side, of its oldest order only; 0 when the side is empty. */
  firstLots(side: Side): number {
    const prices = this.#prices[side];
    if (prices.length === 0) return 0;
    const level = this.#levels[side].get(prices[prices.length - 1] as number) as Level;
    return this.#lots[level.first] as number;
  }

  /** Account of the oldest order at the best price of a side; −1 when the side is empty. */
  firstAccount(side: Side): number {
    const prices = this.#prices[side];
    if (prices.length === 0) return NONE;
    const level = this.#levels[side].get(prices[prices.length - 1] as number) as Level;
    return this.#account[level.first] as number;
  }

  /** Lots resting on a side at `limitTicks` or better. */
  depthLots(side: Side, limitTicks: number): number {
    const prices = this.#prices[side];
    let lots = 0;
    for (let index = prices.length - 1; index >= 0; index--) {
      const ticks = prices[index] as number;
      if (side === BUY ? ticks < limitTicks : ticks > limitTicks) break;
      lots += (this.#levels[side].get(ticks) as Level).lots;
    }
    return lots;
  }

  /** What rests of an order, lots; 0 for an order that does not rest. */
  restLots(order: number): number {
    const slot = this.#slotOf.get(order);
    return slot === undefined ? 0 : (this.#lots[slot] as number);
  }

  /** Account of a resting order, or −1. */
  accountOf(order: number): number {
    const slot = this.#slotOf.get(order);
    return slot === undefined ? NONE : (this.#account[slot] as number);
  }

  /** Side of a resting order. */
  sideOf(order: number): Side {
    return this.#side[this.#slotOf.get(order) as number] as Side;
  }

  /** Limit of a resting order, ticks. */
  priceTicksOf(order: number): number {
    return this.#ticks[this.#slotOf.get(order) as number] as number;
  }

  /** Orders of an account that rest, oldest first. */
  ordersOf(account: number): number[] {
    const orders: number[] = [];
    for (let slot = this.#firstOfAccount.get(account) ?? NONE; slot !== NONE; slot = this.#nextOfAccount[slot] as number) {
      orders.push(this.#order[slot] as number);
    }
    return orders.reverse();
  }

  /**
   * Matches an order against the other side and, if `rests`, leaves the remainder on
   * the book. Trades stand in `matching` until the next call.
   * @returns the lots that did not trade
   * @throws Error when an order of this number rests already; nothing has changed then (ORDER-4)
   */
  submit(order: number, account: number, side: Side, limitTicks: number, lots: number, rests: boolean): number {
    if (this.#slotOf.has(order)) throw new Error(`Cannot place order ${order}: it rests already`);
    const rest = this.#match(account, side, limitTicks, lots);
    if (rest < lots) this.matching.midAfterTicks = this.midTicks;
    if (rest > 0 && rests) this.#insert(order, account, side, limitTicks, rest);
    return rest;
  }

  /** Takes an order off the book. Returns the lots that rested; 0 for an order that does not rest. */
  cancel(order: number): number {
    const slot = this.#slotOf.get(order);
    if (slot === undefined) return 0;
    const lots = this.#lots[slot] as number;
    this.#remove(slot);
    return lots;
  }

  #match(account: number, side: Side, limitTicks: number, lots: number): number {
    const matching = this.matching;
    clear(matching);
    const other: Side = side === BUY ? SELL : BUY;
    const prices = this.#prices[other];
    let rest = lots;
    while (rest > 0 && prices.length > 0) {
      const ticks = prices[prices.length - 1] as number;
      if (side === BUY ? ticks > limitTicks : ticks < limitTicks) break;
      const level = this.#levels[other].get(ticks) as Level;
      const slot = level.first;
      if (this.#account[slot] === account) {
        matching.cancelledOrder.push(this.#order[slot] as number);
        this.#remove(slot);
        continue;
      }
      const resting = this.#lots[slot] as number;
      const traded = Math.min(rest, resting);
      rest -= traded;
      this.lastTicks = ticks;
      matching.makerOrder.push(this.#order[slot] as number);
      matching.makerAccount.push(this.#account[slot] as number);
      matching.priceTicks.push(ticks);
      matching.lots.push(traded);
      matching.makerRestLots.push(resting - traded);
      if (traded === resting) this.#remove(slot);
      else {
        this.#lots[slot] = resting - traded;
        level.lots -= traded;
      }
    }
    return rest;
  }

  #insert(order: number, account: number, side: Side, ticks: number, lots: number): void {
    const slot = this.#take();
    this.#order[slot] = order;
    this.#account[slot] = account;
    this.#side[slot] = side;
    this.#ticks[slot] = ticks;
    this.#lots[slot] = lots;
    this.#slotOf.set(order, slot);
    const level = this.#levelAt(side, ticks);
    level.lots += lots;
    this.#next[slot] = NONE;
    this.#previous[slot] = level.last;
    if (level.last === NONE) level.first = slot;
    else this.#next[level.last] = slot;
    level.last = slot;
    const first = this.#firstOfAccount.get(account) ?? NONE;
    this.#nextOfAccount[slot] = first;
    this.#previousOfAccount[slot] = NONE;
    if (first !== NONE) this.#previousOfAccount[first] = slot;
    this.#firstOfAccount.set(account, slot);
  }

  #remove(slot: number): void {
    const side = this.#side[slot] as Side;
    const ticks = this.#ticks[slot] as number;
    const level = this.#levels[side].get(ticks) as Level;
    const next = this.#next[slot] as number;
    const previous = this.#previous[slot] as number;
    if (previous === NONE) level.first = next;
    else this.#next[previous] = next;
    if (next === NONE) level.last = previous;
    else this.#previous[next] = previous;
    level.lots -= this.#lots[slot] as number;
    if (level.first === NONE) {
      this.#levels[side].delete(ticks);
      const prices = this.#prices[side];
      prices.splice(placeOf(prices, side, ticks), 1);
    }
    this.#unlinkFromAccount(slot);
    this.#slotOf.delete(this.#order[slot] as number);
    this.#free.push(slot);
  }

  #unlinkFromAccount(slot: number): void {
    const next = this.#nextOfAccount[slot] as number;
    const previous = this.#previousOfAccount[slot] as number;
    if (next !== NONE) this.#previousOfAccount[next] = previous;
    if (previous !== NONE) this.#nextOfAccount[previous] = next;
    else if (next === NONE) this.#firstOfAccount.delete(this.#account[slot] as number);
    else this.#firstOfAccount.set(this.#account[slot] as number, next);
  }

  #levelAt(side: Side, ticks: number): Level {
    const found = this.#levels[side].get(ticks);
    if (found !== undefined) return found;
    const level: Level = { first: NONE, last: NONE, lots: 0 };
    this.#levels[side].set(ticks, level);
    const prices = this.#prices[side];
    prices.splice(placeOf(prices, side, ticks), 0, ticks);
    return level;
  }

  #take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used === this.#order.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #grow(): void {
    const capacity = this.#order.length * 2;
    const doubles = (column: Float64Array) => {
      const next = new Float64Array(capacity);
      next.set(column);
      return next;
    };
    const integers = (column: Int32Array) => {
      const next = new Int32Array(capacity);
      next.set(column);
      return next;
    };
    this.#order = doubles(this.#order);
    this.#account = doubles(this.#account);
    this.#ticks = doubles(this.#ticks);
    this.#lots = doubles(this.#lots);
    this.#side = integers(this.#side);
    this.#next = integers(this.#next);
    this.#previous = integers(this.#previous);
    this.#nextOfAccount = integers(this.#nextOfAccount);
    this.#previousOfAccount = integers(this.#previousOfAccount);
  }
}

/** The orders at one price: oldest, newest and their lots in all. */
interface Level {
  first: number;
  last: number;
  lots: number;
}

/** Where a price stands, or belongs, in a side's prices: the best price at the end. */
function placeOf(prices: readonly number[], side: Side, ticks: number): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const price = prices[middle] as number;
    if (side === BUY ? price < ticks : price > ticks) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clear(matching: Matching): void {
  matching.makerOrder.length = 0;
  matching.makerAccount.length = 0;
  matching.priceTicks.length = 0;
  matching.lots.length = 0;
  matching.makerRestLots.length = 0;
  matching.cancelledOrder.length = 0;
}
