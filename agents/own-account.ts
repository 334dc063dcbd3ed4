/** Position and open orders of an agent that trades towards a position: what all takers have in common. */
import { BUY, type Desk, type Message, SELL } from "../sim/index.ts";
import { OpenOrders, type OpenOrdersState } from "./open-orders.ts";
import { type PositionState, PositionTracker } from "./position-tracker.ts";

/** Position and open orders as plain data, for snapshots. */
export interface OwnAccountState {
  readonly position: PositionState;
  readonly orders: OpenOrdersState;
}

/** What an agent knows of its own position and orders, and how it trades towards a position. */
export class OwnAccount {
  readonly position: PositionTracker = new PositionTracker();
  readonly orders: OpenOrders = new OpenOrders();

  /**
   * Sends one market order towards a position, unless one is still on its way. On the way
   * through flat it closes first, in a reduce-only order, and opens at another look.
   * @param targetLots signed
   * @param mostLots most of one order
   * @returns the order's number, 0 when none was sent
   */
  towards(targetLots: number, mostLots: number, desk: Desk): number {
    const { lots } = this.position;
    if (this.orders.count > 0 || targetLots === lots) return 0;
    const side = targetLots > lots ? BUY : SELL;
    const reduces = lots !== 0 && lots > 0 === (side === SELL);
    const wanted = reduces && targetLots > 0 !== lots > 0 ? Math.abs(lots) : Math.abs(targetLots - lots);
    const sent = Math.min(wanted, mostLots);
    return sent > 0 ? this.orders.market(desk, side, sent, reduces ? { reduceOnly: true } : undefined) : 0;
  }

  /** @returns the lots that the position has changed by, bought positive */
  receive(message: Message): number {
    this.orders.receive(message);
    return this.position.receive(message);
  }

  state(): OwnAccountState {
    return { position: this.position.state(), orders: this.orders.state() };
  }

  restore({ position, orders }: OwnAccountState): void {
    this.position.restore(position);
    this.orders.restore(orders);
  }
}
