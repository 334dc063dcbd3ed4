/**
 * Stop and take-profit orders that wait for a price (ORDER-1): columns, found by number,
 * by account and, without walking all of them, by the mark or last price that reaches
 * them. They rest in no book and hold no margin until they trigger.
 */
import { NumberMap } from "../kernel/number-map.ts";
import { TriggerIndex } from "../kernel/trigger-index.ts";
import type { Side } from "./order-book.ts";
import { TRIGGER_BY_LAST } from "./order-options.ts";
import { longer } from "./price-levels.ts";

const NONE = -1;
const FIRST_CAPACITY = 64;

/** A waiting order. */
export interface TriggerOrder {
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  /** It triggers when the price rises to `triggerTicks` or above, else when it falls there or below. */
  readonly rises: boolean;
  readonly triggerTicks: number;
  readonly lots: number;
  /** Of `order-options.ts`. */
  readonly options: number;
}

export class TriggerOrders {
  /** Orders that wait. */
  count = 0;
  readonly #slotOf = new NumberMap();
  /** Youngest order of each account, plus one. */
  readonly #youngestOf = new NumberMap();
  readonly #orders: (TriggerOrder | null)[] = [];
  readonly #free: number[] = [];
  #older = new Int32Array(FIRST_CAPACITY);
  #younger = new Int32Array(FIRST_CAPACITY);
  /** When each order came, counted; and the count. */
  #arrival = new Float64Array(FIRST_CAPACITY);
  #arrivals = 0;
  /** Made with the first order: most runs have none. */
  #byMark: TriggerIndex | null = null;
  #byLast: TriggerIndex | null = null;

  /** A waiting order by its number, or null. */
  find(order: number): TriggerOrder | null {
    const slot = this.#slotOf.get(order);
    return Number.isNaN(slot) ? null : (this.#orders[slot] as TriggerOrder);
  }

  /** Adds an order of a number that does not wait. */
  add(order: TriggerOrder): void {
    const slot = this.#free.pop() ?? this.#orders.length;
    if (slot === this.#arrival.length) this.#grow();
    this.#orders[slot] = order;
    this.#arrival[slot] = this.#arrivals;
    this.#arrivals += 1;
    this.#slotOf.set(order.order, slot);
    this.count += 1;
    this.#list(slot, order.account);
    this.#indexOf(order).set(slot, order.rises ? -1 : 1, order.triggerTicks);
  }

  /** Gives a waiting order another price and size; it keeps its place. */
  amend(order: number, triggerTicks: number, lots: number): void {
    const slot = this.#slotOf.get(order);
    const amended = { ...(this.#orders[slot] as TriggerOrder), triggerTicks, lots };
    this.#orders[slot] = amended;
    this.#indexOf(amended).set(slot, amended.rises ? -1 : 1, triggerTicks);
  }

  /** Takes an order out; false when it does not wait. */
  remove(order: number): boolean {
    const slot = this.#slotOf.get(order);
    if (Number.isNaN(slot)) return false;
    const removed = this.#orders[slot] as TriggerOrder;
    this.#indexOf(removed).set(slot, 0, 0);
    this.#unlist(slot, removed.account);
    this.#slotOf.delete(order);
    this.#orders[slot] = null;
    this.#free.push(slot);
    this.count -= 1;
    return true;
  }

  /** Waiting orders of an account, oldest first. */
  ordersOf(account: number): number[] {
    const orders: number[] = [];
    for (let slot = (this.#youngestOf.get(account + 1) || 0) - 1; slot !== NONE; slot = this.#older[slot] as number) {
      orders.push((this.#orders[slot] as TriggerOrder).order);
    }
    return orders.reverse();
  }

  /** Takes out and returns the orders that mark or last price has reached, in the order in which they came. A price of 0 reaches none. */
  take(markTicks: number, lastTicks: number): TriggerOrder[] {
    const slots = [...(this.#byMark?.take(markTicks) ?? []), ...(lastTicks === 0 ? [] : (this.#byLast?.take(lastTicks) ?? []))];
    slots.sort((a, b) => (this.#arrival[a] as number) - (this.#arrival[b] as number));
    const orders = slots.map((slot) => this.#orders[slot] as TriggerOrder);
    for (const { order } of orders) this.remove(order);
    return orders;
  }

  /** All waiting orders in the order in which they came (TIME-4). */
  state(): readonly TriggerOrder[] {
    const slots = this.#orders.flatMap((order, slot) => (order === null ? [] : [slot]));
    slots.sort((a, b) => (this.#arrival[a] as number) - (this.#arrival[b] as number));
    return slots.map((slot) => this.#orders[slot] as TriggerOrder);
  }

  /** Fills an empty set from a state. */
  restore(state: readonly TriggerOrder[]): void {
    for (const order of state) this.add(order);
  }

  #indexOf({ options }: TriggerOrder): TriggerIndex {
    if ((options & TRIGGER_BY_LAST) !== 0) {
      this.#byLast ??= new TriggerIndex(this.#arrival.length);
      return this.#byLast;
    }
    this.#byMark ??= new TriggerIndex(this.#arrival.length);
    return this.#byMark;
  }

  #list(slot: number, account: number): void {
    const older = (this.#youngestOf.get(account + 1) || 0) - 1;
    this.#older[slot] = older;
    this.#younger[slot] = NONE;
    if (older !== NONE) this.#younger[older] = slot;
    this.#youngestOf.set(account + 1, slot + 1);
  }

  #unlist(slot: number, account: number): void {
    const older = this.#older[slot] as number;
    const younger = this.#younger[slot] as number;
    if (older !== NONE) this.#younger[older] = younger;
    if (younger !== NONE) this.#older[younger] = older;
    else if (older !== NONE) this.#youngestOf.set(account + 1, older + 1);
    else this.#youngestOf.delete(account + 1);
  }

  #grow(): void {
    const capacity = this.#arrival.length * 2;
    this.#older = longer(this.#older, new Int32Array(capacity));
    this.#younger = longer(this.#younger, new Int32Array(capacity));
    this.#arrival = longer(this.#arrival, new Float64Array(capacity));
    this.#byMark?.reserve(capacity);
    this.#byLast?.reserve(capacity);
  }
}
