/** An agent's own orders that have neither traded whole nor gone, as far as it has heard. */
import type { Desk, Message, OrderOptions, Side } from "../sim/index.ts";

/** An order of its own. */
export interface OwnOrder {
  readonly side: Side;
  /** Limit, ticks; 0 for a market order, the trigger for one that waits for a price. */
  readonly priceTicks: number;
  /** Lots still open. */
  readonly lots: number;
}

/** Each order in the order in which they were sent. */
export type OpenOrdersState = readonly (readonly [order: number, side: Side, priceTicks: number, lots: number])[];

/** Lots by side and price in one number, as `addQuote` puts them there. */
export type Quotes = Map<number, number>;

/** Adds lots to those wanted on a side at a price: levels that meet at one tick are one order. */
export function addQuote(quotes: Quotes, side: Side, priceTicks: number, lots: number): void {
  const key = keyOf(side, priceTicks);
  quotes.set(key, (quotes.get(key) ?? 0) + lots);
}

/** An agent's own orders that have neither traded whole nor gone, by what it was told. */
export class OpenOrders {
  readonly #orders = new Map<number, { readonly side: Side; readonly priceTicks: number; lots: number }>();

  get count(): number {
    return this.#orders.size;
  }

  has(order: number): boolean {
    return this.#orders.has(order);
  }

  /** Those on a side, in the order in which they were sent. */
  on(side: Side): OwnOrder[] {
    return [...this.#orders.values()].filter((order) => order.side === side);
  }

  market(desk: Desk, side: Side, lots: number, options?: OrderOptions): number {
    return this.note(desk.market(side, lots, options), side, 0, lots);
  }

  limit(desk: Desk, side: Side, priceTicks: number, lots: number, options?: OrderOptions): number {
    return this.note(desk.limit(side, priceTicks, lots, options), side, priceTicks, lots);
  }

  /** Keeps an order that was sent. Returns its number. */
  note(order: number, side: Side, priceTicks: number, lots: number): number {
    this.#orders.set(order, { side, priceTicks, lots });
    return order;
  }

  /** Cancels them all. What trades before the cancels arrive changes the position only. */
  cancelAll(desk: Desk): void {
    for (const order of this.#orders.keys()) desk.cancel(order);
    this.#orders.clear();
  }

  /**
   * Changes a ladder of resting orders into another: what stands as it is wanted stays and
   * keeps its place in time, what does not is cancelled, then what is missing is sent.
   * @param wanted consumed
   */
  replace(wanted: Quotes, desk: Desk, options?: OrderOptions): void {
    for (const [order, { side, priceTicks, lots }] of this.#orders) {
      const key = keyOf(side, priceTicks);
      if (wanted.get(key) === lots) wanted.delete(key);
      else {
        desk.cancel(order);
        this.#orders.delete(order);
      }
    }
    for (const [key, lots] of wanted) {
      const side = (key % 2) as Side;
      this.limit(desk, side, (key - side) / 2, lots, options);
    }
  }

  /** @returns whether the message was about one of them */
  receive(message: Message): boolean {
    if (message.kind === "liquidated" || message.kind === "deleveraged" || message.kind === "reduced") return false;
    const order = this.#orders.get(message.order);
    if (order === undefined) return false;
    if (message.kind === "filled") order.lots -= Math.abs(message.lots);
    else if (message.kind === "trimmed") order.lots = message.lots;
    if (message.kind === "done" || message.kind === "rejected" || order.lots <= 0) this.#orders.delete(message.order);
    return true;
  }

  state(): OpenOrdersState {
    return [...this.#orders].map(([order, { side, priceTicks, lots }]) => [order, side, priceTicks, lots] as const);
  }

  restore(state: OpenOrdersState): void {
    this.#orders.clear();
    for (const [order, side, priceTicks, lots] of state) this.note(order, side, priceTicks, lots);
  }
}

/** Whole, since prices are below half of what counts exactly. */
function keyOf(side: Side, priceTicks: number): number {
  return 2 * priceTicks + side;
}
