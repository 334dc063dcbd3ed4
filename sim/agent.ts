/**
 * What an agent is: a trader who sees published market data and its own messages, both
 * after its latency, and sends commands that take as long to arrive. It never reads the
 * clearing house. Its state is plain data.
 */
import type { Side } from "./market/order-book.ts";

/** Published market data, as it was one latency ago; a price that does not exist is 0. */
export interface MarketView {
  readonly timeUs: number;
  readonly indexTicks: number;
  readonly markTicks: number;
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly lastTicks: number;
}

/** What the venue tells an agent about itself. */
export type Message =
  /** Part of an order traded. `lots` is signed: bought positive. */
  | { readonly kind: "filled"; readonly order: number; readonly lots: number; readonly priceTicks: number }
  /** An order was refused (ORDER-4). */
  | { readonly kind: "rejected"; readonly order: number; readonly code: string }
  /** An order left the book without trading: cancelled, or the rest of a market order. */
  | { readonly kind: "done"; readonly order: number }
  /** The whole position was taken over by the liquidation engine (LIQ-4). */
  | { readonly kind: "liquidated" }
  /** The position was reduced by auto-deleveraging (ADL-6). `lots` is signed: bought positive. */
  | { readonly kind: "deleveraged"; readonly lots: number; readonly priceTicks: number };

/** How an agent acts. Order numbers are its own to keep. */
export interface Desk {
  /** Sends a limit order, returns its number. */
  limit(side: Side, priceTicks: number, lots: number): number;
  /** Sends a market order, returns its number. */
  market(side: Side, lots: number): number;
  cancel(order: number): void;
  /** Trades on the external market, which fills it at once at its price and moves by its impact (MARK-4); its cash and position there are the agent's own affair. */
  tradeExternally(side: Side, lots: number): void;
  /** Asks to be woken after some time, at least its latency. */
  wakeIn(delayUs: number): void;
}

export interface Agent {
  /** Called when it asked to be woken, with market data one latency old. */
  wake(market: MarketView, desk: Desk): void;
  /** Called with a message of the venue, one latency after the fact. */
  receive(message: Message): void;
}
