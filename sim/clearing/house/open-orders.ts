/** Open orders as the clearing house sees them: what they would add to positions, linked per account. */
import { integers, type LegRow, numbers } from "./holdings.ts";

const NONE = -1;
const FIRST_CAPACITY = 64;

/** Leg of an order of one-way mode: none. */
export const NO_LEG = -1;
/** Leg of an order. */
export type OrderLeg = LegRow | typeof NO_LEG;

export class OpenOrders {
  /** Numbers the caller chose, unique among an account's open orders; lower is older. */
  order: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  instrument: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  leg: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  /** 1 buys, −1 sells. */
  sign: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  ticks: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** What is not yet filled. */
  lots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** Next order of the same account, −1 at the end. */
  next: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  /** First order of each account, −1 for none. */
  readonly first: Int32Array;
  #used = 0;
  #free = NONE;

  constructor(accountCount: number) {
    this.first = new Int32Array(accountCount).fill(NONE);
  }

  /** The row of an order, −1 when the account has no such order open. */
  find(account: number, order: number): number {
    let row = this.first[account] as number;
    while (row !== NONE && this.order[row] !== order) row = this.next[row] as number;
    return row;
  }

  add(account: number, order: number, instrument: number, leg: OrderLeg, sign: number, ticks: number, lots: number): void {
    const row = this.#take();
    this.order[row] = order;
    this.instrument[row] = instrument;
    this.leg[row] = leg;
    this.sign[row] = sign;
    this.ticks[row] = ticks;
    this.lots[row] = lots;
    this.next[row] = this.first[account] as number;
    this.first[account] = row;
  }

  remove(account: number, row: number): void {
    const next = this.next[row] as number;
    if (this.first[account] === row) this.first[account] = next;
    else {
      let before = this.first[account] as number;
      while (this.next[before] !== row) before = this.next[before] as number;
      this.next[before] = next;
    }
    this.next[row] = this.#free;
    this.#free = row;
  }

  #take(): number {
    if (this.#free !== NONE) {
      const row = this.#free;
      this.#free = this.next[row] as number;
      return row;
    }
    if (this.#used === this.order.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #grow(): void {
    const capacity = this.order.length * 2;
    this.order = numbers(this.order, capacity);
    this.instrument = integers(this.instrument, capacity);
    this.leg = integers(this.leg, capacity);
    this.sign = integers(this.sign, capacity);
    this.ticks = numbers(this.ticks, capacity);
    this.lots = numbers(this.lots, capacity);
    this.next = integers(this.next, capacity);
  }
}
