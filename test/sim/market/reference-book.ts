/**
 * The obvious order book (ORDER-1): one list of resting orders in order of arrival, and
 * a scan over all of it for everything. Slow, and meant to be right by reading.
 */
import { BUY, SELL, type Side } from "../../../sim/market/order-book.ts";
import type { SelfTradePrevention } from "../../../sim/venue/rules.ts";

export interface RestingOrder {
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  readonly priceTicks: number;
  lots: number;
}

export interface ReferenceTrade {
  readonly makerOrder: number;
  readonly makerAccount: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly makerRestLots: number;
}

export interface ReferenceMatching {
  readonly trades: ReferenceTrade[];
  readonly cancelled: number[];
  /** The rest of the order was cancelled on meeting one of its own account. */
  readonly takerCancelled: boolean;
  /** After the trades, before the rest is placed. */
  readonly midAfterTicks: number;
  readonly restLots: number;
}

export class ReferenceBook {
  /** In order of arrival. */
  resting: RestingOrder[] = [];
  lastTicks = 0;
  readonly prevention: SelfTradePrevention;

  constructor(prevention: SelfTradePrevention = "cancel-oldest") {
    this.prevention = prevention;
  }

  submit(order: number, account: number, side: Side, limitTicks: number, lots: number, rests: boolean): ReferenceMatching {
    const trades: ReferenceTrade[] = [];
    const cancelled: number[] = [];
    let takerCancelled = false;
    let restLots = lots;
    while (restLots > 0) {
      const maker = this.#bestAgainst(side, limitTicks);
      if (maker === undefined) break;
      if (maker.account === account) {
        if (this.prevention !== "cancel-newest") {
          cancelled.push(maker.order);
          this.cancel(maker.order);
        }
        if (this.prevention === "cancel-oldest") continue;
        takerCancelled = true;
        break;
      }
      const traded = Math.min(restLots, maker.lots);
      restLots -= traded;
      maker.lots -= traded;
      this.lastTicks = maker.priceTicks;
      trades.push({
        makerOrder: maker.order,
        makerAccount: maker.account,
        priceTicks: maker.priceTicks,
        lots: traded,
        makerRestLots: maker.lots,
      });
      if (maker.lots === 0) this.cancel(maker.order);
    }
    const midAfterTicks = this.midTicks;
    if (rests && restLots > 0 && !takerCancelled) this.resting.push({ order, account, side, priceTicks: limitTicks, lots: restLots });
    return { trades, cancelled, takerCancelled, midAfterTicks, restLots };
  }

  cancel(order: number): number {
    const lots = this.restLots(order);
    this.resting = this.resting.filter((one) => one.order !== order);
    return lots;
  }

  /** Takes lots off an order, which keeps its place. */
  reduce(order: number, lots: number): void {
    const one = this.resting.find((resting) => resting.order === order);
    if (one === undefined) return;
    one.lots -= Math.min(lots, one.lots);
    if (one.lots === 0) this.cancel(order);
  }

  /** What an order would trade: tried out on a copy. */
  fillableLots(account: number, side: Side, limitTicks: number, lots: number): number {
    const copy = new ReferenceBook(this.prevention);
    copy.resting = this.resting.map((one) => ({ ...one }));
    return lots - copy.submit(-1, account, side, limitTicks, lots, false).restLots;
  }

  /** Mean price of taking lots, one after the other; 0 when there are not so many. */
  impactTicks(side: Side, lots: number): number {
    const best = side === BUY ? -1 : 1;
    const prices = this.of(side)
      .sort((a, b) => best * (a.priceTicks - b.priceTicks))
      .flatMap(({ priceTicks, lots: count }) => Array<number>(count).fill(priceTicks));
    if (lots === 0 || prices.length < lots) return 0;
    return prices.slice(0, lots).reduce((sum, ticks) => sum + ticks, 0) / lots;
  }

  levelLots(side: Side, ticks: number): number {
    return this.of(side)
      .filter(({ priceTicks }) => priceTicks === ticks)
      .reduce((sum, { lots }) => sum + lots, 0);
  }

  /** The order that an incoming one meets first: best price, then the earliest. */
  #bestAgainst(side: Side, limitTicks: number): RestingOrder | undefined {
    let best: RestingOrder | undefined;
    for (const one of this.resting) {
      if (one.side === side) continue;
      if (side === BUY ? one.priceTicks > limitTicks : one.priceTicks < limitTicks) continue;
      if (best === undefined || (side === BUY ? one.priceTicks < best.priceTicks : one.priceTicks > best.priceTicks)) best = one;
    }
    return best;
  }

  of(side: Side): RestingOrder[] {
    return this.resting.filter((one) => one.side === side);
  }

  get bidTicks(): number {
    return this.of(BUY).reduce((best, one) => Math.max(best, one.priceTicks), 0);
  }

  get askTicks(): number {
    const lowest = this.of(SELL).reduce((best, one) => Math.min(best, one.priceTicks), Number.POSITIVE_INFINITY);
    return lowest === Number.POSITIVE_INFINITY ? 0 : lowest;
  }

  /** CASC-1: an empty side counts as the last trade; before any trade one side alone makes no price. */
  get midTicks(): number {
    const prices = [this.bidTicks || this.lastTicks, this.askTicks || this.lastTicks];
    return prices.includes(0) ? 0 : ((prices[0] as number) + (prices[1] as number)) / 2;
  }

  /** The oldest order at the best price of a side. */
  first(side: Side): RestingOrder | undefined {
    const best = side === BUY ? this.bidTicks : this.askTicks;
    return this.of(side).find((one) => one.priceTicks === best);
  }

  depthLots(side: Side, limitTicks: number): number {
    return this.of(side)
      .filter((one) => (side === BUY ? one.priceTicks >= limitTicks : one.priceTicks <= limitTicks))
      .reduce((sum, one) => sum + one.lots, 0);
  }

  restLots(order: number): number {
    return this.resting.find((one) => one.order === order)?.lots ?? 0;
  }

  ordersOf(account: number): number[] {
    return this.resting.filter((one) => one.account === account).map((one) => one.order);
  }
}
