/**
 * The obvious exchange (ORDER-1): lists in order of arrival, a scan for everything, one
 * trade after the other. It knows positions but no money: whoever compares with it gives
 * everybody enough. Slow, and meant to be right by reading.
 */
import { COMMAND, type OrderCommandKind } from "../../sim/command.ts";
import { BUY, SELL, type Side } from "../../sim/market/order-book.ts";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, REDUCE_ONLY, TRIGGER_BY_LAST } from "../../sim/market/order-options.ts";
import type { Refusal } from "../../sim/refusal.ts";
import type { OrderRules } from "../../sim/venue/rules.ts";

export interface Asked {
  readonly command: OrderCommandKind;
  readonly account: number;
  readonly order: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly options: number;
}

interface Open {
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  priceTicks: number;
  lots: number;
  readonly options: number;
}

interface Waiting extends Open {
  readonly rises: boolean;
}

const has = (options: number, bit: number) => (options & bit) !== 0;

export class ReferenceExchange {
  resting: Open[] = [];
  waiting: Waiting[] = [];
  readonly positions = new Map<number, number>();
  markTicks: number;
  lastTicks = 0;
  orderCount = 0;
  /** `maker order/taker order: lots @price`. */
  readonly trades: string[] = [];
  readonly heard: string[] = [];
  readonly #rules: OrderRules;

  constructor(markTicks: number, rules: OrderRules) {
    this.markTicks = markTicks;
    this.#rules = rules;
  }

  execute(asked: Asked): Refusal | null {
    const refusal = this.#refusal(asked);
    if (refusal !== null) return refusal;
    this.#act(asked);
    this.fire();
    return null;
  }

  fire(): void {
    for (;;) {
      const reached = this.waiting.filter((one) => this.#isReached(one));
      if (reached.length === 0) return;
      this.waiting = this.waiting.filter((one) => !reached.includes(one));
      for (const one of reached) this.#trigger(one);
    }
  }

  positionOf(account: number): number {
    return this.positions.get(account) ?? 0;
  }

  #refusal(asked: Asked): Refusal | null {
    const { command, account, order, side, priceTicks, lots, options } = asked;
    if (command === COMMAND.cancel) return this.#find(account, order) === undefined ? this.#missing(account, order) : null;
    if (command === COMMAND.amend) return this.#amendRefusal(asked);
    if (!this.#optionsFit(command, options)) return "invalid-options";
    if (command !== COMMAND.market && !(Number.isInteger(priceTicks) && priceTicks >= 1)) return "invalid-price";
    if (command === COMMAND.limit && this.#isOutside(side, priceTicks)) return "price-outside-limits";
    if (!(Number.isInteger(lots) && lots >= 1)) return "invalid-size";
    if (has(options, REDUCE_ONLY) && lots > this.#closable(account, side)) return "would-increase";
    if (command === COMMAND.stopMarket || command === COMMAND.takeProfit) {
      return this.#isReached(this.#waitingOf(asked)) ? "would-trigger" : null;
    }
    const limit = command === COMMAND.limit ? priceTicks : this.#worst(side);
    if (has(options, POST_ONLY) && this.#against(side, limit).length > 0) return "would-cross";
    if (has(options, FILL_OR_KILL) && this.#fillable(account, side, limit, lots) < lots) return "not-fillable";
    return null;
  }

  #amendRefusal({ account, order, priceTicks, lots }: Asked): Refusal | null {
    const open = this.#find(account, order);
    if (open === undefined) return this.#missing(account, order);
    const isWaiting = "rises" in open;
    if (!(Number.isInteger(priceTicks) && priceTicks >= 1)) return "invalid-price";
    if (!isWaiting && this.#isOutside(open.side, priceTicks)) return "price-outside-limits";
    if (!(Number.isInteger(lots) && lots >= 1)) return "invalid-size";
    if (!isWaiting && priceTicks === open.priceTicks && lots <= open.lots) return null;
    if (has(open.options, REDUCE_ONLY) && lots > this.#closable(account, open.side)) return "would-increase";
    if (isWaiting) return this.#isReached({ ...open, priceTicks } as Waiting) ? "would-trigger" : null;
    return has(open.options, POST_ONLY) && this.#against(open.side, priceTicks).length > 0 ? "would-cross" : null;
  }

  #act(asked: Asked): void {
    const { command, account, order, side, priceTicks, lots, options } = asked;
    const open = this.#find(account, order);
    if (command === COMMAND.cancel) this.#remove(account, order);
    else if (command === COMMAND.stopMarket || command === COMMAND.takeProfit) this.waiting.push(this.#waitingOf(asked));
    else if (command === COMMAND.market) this.#enter(account, order, side, this.#worst(side), lots, options, false);
    else if (command === COMMAND.limit) {
      const rests = !has(options, IMMEDIATE_OR_CANCEL) && !has(options, FILL_OR_KILL);
      this.#enter(account, order, side, priceTicks, lots, options, rests);
    } else if (open !== undefined) {
      if ("rises" in open || (priceTicks === open.priceTicks && lots <= open.lots)) {
        open.priceTicks = priceTicks;
        open.lots = lots;
      } else {
        this.resting = this.resting.filter((one) => one !== open);
        this.#enter(account, order, open.side, priceTicks, lots, open.options, true);
      }
    }
  }

  #enter(account: number, order: number, side: Side, limit: number, lots: number, options: number, rests: boolean): void {
    let rest = lots;
    while (rest > 0) {
      const maker = this.#against(side, limit)[0];
      if (maker === undefined) break;
      if (maker.account === account) {
        const { selfTradePrevention } = this.#rules;
        if (selfTradePrevention !== "cancel-newest") this.#remove(account, maker.order);
        if (selfTradePrevention === "cancel-oldest") continue;
        this.heard.push(`done ${account} ${order}`);
        return;
      }
      const traded = Math.min(rest, maker.lots);
      rest -= traded;
      maker.lots -= traded;
      this.lastTicks = maker.priceTicks;
      if (maker.lots === 0) this.resting = this.resting.filter((one) => one !== maker);
      const signed = side === BUY ? traded : -traded;
      this.trades.push(`${maker.order}/${order}: ${traded} @${maker.priceTicks}`);
      this.#move(account, order, signed, maker.priceTicks);
      this.#move(maker.account, maker.order, -signed, maker.priceTicks);
      this.#trim(account);
      this.#trim(maker.account);
    }
    if (rest === 0) return;
    if (rests) this.resting.push({ order, account, side, priceTicks: limit, lots: rest, options });
    else this.heard.push(`done ${account} ${order}`);
  }

  #trigger({ order, account, side, lots, options }: Waiting): void {
    const closable = this.#closable(account, side);
    if (!has(options, REDUCE_ONLY)) this.#enter(account, order, side, this.#worst(side), lots, options, false);
    else if (closable === 0) this.heard.push(`refused ${account} ${order} would-increase`);
    else this.#enter(account, order, side, this.#worst(side), Math.min(lots, closable), options, false);
  }

  #trim(account: number): void {
    for (const one of this.resting.filter((open) => open.account === account && has(open.options, REDUCE_ONLY))) {
      const closable = this.#closable(account, one.side);
      if (closable === 0) this.#remove(account, one.order);
      else if (one.lots > closable) {
        one.lots = closable;
        this.heard.push(`trimmed ${account} ${one.order} ${closable}`);
      }
    }
  }

  #move(account: number, order: number, lots: number, priceTicks: number): void {
    this.positions.set(account, this.positionOf(account) + lots);
    this.heard.push(`filled ${account} ${order} ${lots} @${priceTicks}`);
  }

  #remove(account: number, order: number): void {
    this.resting = this.resting.filter((one) => one.order !== order);
    this.waiting = this.waiting.filter((one) => one.order !== order);
    this.heard.push(`done ${account} ${order}`);
  }

  /** Resting orders that a limit meets, in the order in which it meets them. */
  #against(side: Side, limit: number): Open[] {
    const met = this.resting.filter((one) => one.side !== side && (side === BUY ? one.priceTicks <= limit : one.priceTicks >= limit));
    return met.sort((a, b) => (side === BUY ? a.priceTicks - b.priceTicks : b.priceTicks - a.priceTicks));
  }

  /** Lots that would trade at once: tried out on a copy. */
  #fillable(account: number, side: Side, limit: number, lots: number): number {
    const copy = new ReferenceExchange(this.markTicks, this.#rules);
    copy.resting = this.resting.map((one) => ({ ...one }));
    for (const [owner, position] of this.positions) copy.positions.set(owner, position);
    copy.#enter(account, -1, side, limit, lots, 0, false);
    return Math.abs(copy.positionOf(account) - this.positionOf(account));
  }

  #optionsFit(command: OrderCommandKind, options: number): boolean {
    const inForce = [IMMEDIATE_OR_CANCEL, FILL_OR_KILL].filter((bit) => has(options, bit)).length;
    if (!Number.isInteger(options) || options < 0 || options > 31 || inForce > 1) return false;
    if (command === COMMAND.limit) return !has(options, TRIGGER_BY_LAST) && !(inForce === 1 && has(options, POST_ONLY));
    if (command === COMMAND.market) return !has(options, TRIGGER_BY_LAST) && !has(options, POST_ONLY);
    return inForce === 0 && !has(options, POST_ONLY);
  }

  #worst(side: Side): number {
    const band = this.#rules.priceBand;
    if (band === null) return side === BUY ? Number.MAX_SAFE_INTEGER : 1;
    const distance = (this.markTicks * band.numerator) / band.denominator;
    return side === BUY ? Math.floor(this.markTicks + distance) : Math.max(1, Math.ceil(this.markTicks - distance));
  }

  #isOutside(side: Side, priceTicks: number): boolean {
    return side === BUY ? priceTicks > this.#worst(BUY) : priceTicks < this.#worst(SELL);
  }

  #isReached({ rises, priceTicks, options }: Waiting): boolean {
    const price = has(options, TRIGGER_BY_LAST) ? this.lastTicks : this.markTicks;
    return price !== 0 && (rises ? price >= priceTicks : price <= priceTicks);
  }

  #waitingOf({ command, account, order, side, priceTicks, lots, options }: Asked): Waiting {
    const rises = command === COMMAND.stopMarket ? side === BUY : side === SELL;
    return { order, account, side, priceTicks, lots, options, rises };
  }

  #closable(account: number, side: Side): number {
    const position = this.positionOf(account);
    return Math.max(0, side === BUY ? -position : position);
  }

  #find(account: number, order: number): Open | undefined {
    return [...this.resting, ...this.waiting].find((one) => one.order === order && one.account === account);
  }

  #missing(_account: number, order: number): Refusal {
    if ([...this.resting, ...this.waiting].some((one) => one.order === order)) return "unknown-order";
    return Number.isInteger(order) && order >= 1 && order <= this.orderCount ? "order-closed" : "unknown-order";
  }
}
