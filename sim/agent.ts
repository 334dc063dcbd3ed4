/**
 * What an agent is: a trader who sees published market data and its own messages, both
 * after its latency, and sends commands that take as long to arrive. It never reads the
 * clearing house. Its state is plain data, which a snapshot takes along (TIME-4).
 */
import type { Side } from "./market/order-book.ts";

/** Published market data of an instrument, as it was one market-data delay ago; a price that does not exist is 0. */
export interface MarketView {
  /** Number of the instrument. */
  readonly instrument: number;
  readonly timeUs: number;
  readonly indexTicks: number;
  readonly markTicks: number;
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly lastTicks: number;
  /** Funding rate of the interval so far, part of value that longs pay; 0 for a venue without funding (MARK-3). */
  readonly fundingRate: number;
  /** Time until funding is paid, microseconds; 0 for a venue without. */
  readonly fundingInUs: number;
}

/** What the venue tells an agent about itself. */
export type Message =
  /** Part of an order traded. `lots` is signed: bought positive. */
  | { readonly kind: "filled"; readonly order: number; readonly lots: number; readonly priceTicks: number }
  /** An order or a change of margin was refused, or an order that waited for a price when it triggered (ORDER-4). An amend refused leaves the order as it is. */
  | { readonly kind: "rejected"; readonly order: number; readonly code: string }
  /** An order left the book without trading: cancelled, or the rest of a market order. */
  | { readonly kind: "done"; readonly order: number }
  /** A reduce-only order was trimmed to what is left of the position: so many lots still rest. */
  | { readonly kind: "trimmed"; readonly order: number; readonly lots: number }
  /** Part of the position in an instrument was closed by a liquidation (LIQ-4). `lots` is signed: bought positive. */
  | { readonly kind: "reduced"; readonly instrument: number; readonly lots: number; readonly priceTicks: number }
  /** The whole position in an instrument was taken over by the liquidation engine (LIQ-4). */
  | { readonly kind: "liquidated"; readonly instrument: number }
  /** The position in an instrument was reduced by auto-deleveraging (ADL-6). `lots` is signed: bought positive. */
  | { readonly kind: "deleveraged"; readonly instrument: number; readonly lots: number; readonly priceTicks: number };

/** What an order may ask for besides side, price and size (ORDER-1). */
export interface OrderOptions {
  /** `GTC` unless told: what does not trade at once rests; `IOC`: it is cancelled; `FOK`: all of it trades at once or the order is refused. */
  readonly timeInForce?: "GTC" | "IOC" | "FOK";
  /** Only rests: refused when it would trade at once. */
  readonly postOnly?: boolean;
  /** Which leg of an account in hedge mode it opens or closes (ACCT-4): asked of those, refused of others. */
  readonly leg?: "long" | "short";
  /** Only reduces the position; what closes a leg always does. */
  readonly reduceOnly?: boolean;
  /** What triggers a stop or take-profit order: the mark unless told. */
  readonly triggerBy?: "mark" | "last";
}

/** How an agent acts in an instrument. Order numbers are its own to keep: no two orders have the same, whatever they are for. */
export interface Desk {
  /** Sends a limit order, returns its number. */
  limit(side: Side, priceTicks: number, lots: number, options?: OrderOptions): number;
  /** Sends a market order, returns its number. */
  market(side: Side, lots: number, options?: OrderOptions): number;
  /** Sends a market order that waits until the price moves against what it protects: a sell at or below, a buy at or above. Returns its number. */
  stopMarket(side: Side, triggerTicks: number, lots: number, options?: OrderOptions): number;
  /** Sends a market order that waits until the price moves in favour: a sell at or above, a buy at or below. Returns its number. */
  takeProfit(side: Side, triggerTicks: number, lots: number, options?: OrderOptions): number;
  /**
   * Moves cash of the wallet into the margin of the isolated position, or out of it when negative (ACCT-2), quanta.
   * Returns a number: a refusal comes back as `rejected` with it.
   * @param leg of an account in hedge mode
   */
  adjustMargin(quanta: number, leg?: "long" | "short"): number;
  /** Gives an open order another price, and size that is to rest from then on. */
  amend(order: number, priceTicks: number, lots: number): void;
  cancel(order: number): void;
  /** Trades on the external market, which fills it at once at its price and moves by its impact (MARK-4); its cash and position there are the agent's own affair. */
  tradeExternally(side: Side, lots: number): void;
  /**
   * Another instrument: what the agent sees of it, and its desk there. The wallet is the same.
   * @throws RangeError when there is no instrument of that number
   */
  on(instrument: number): { readonly market: MarketView; readonly desk: Desk };
  /** Asks to be woken after some time, at least its latency to the venue. */
  wakeIn(delayUs: number): void;
}

/** A trader: woken when it asked to be, told of what concerns it, acting through its desk. */
export interface Agent {
  /** Called when it asked to be woken, with market data of its own instrument, one delay old. */
  wake(market: MarketView, desk: Desk): void;
  /** Called with a message of the venue, one latency back after the fact. */
  receive(message: Message): void;
  /**
   * Everything that decides what it does from here on, as plain data (`sim/kernel/snapshot.ts`),
   * its random stream included. Without it and `restore` a simulation it takes part in has no snapshot.
   */
  state?(): unknown;
  /** Goes on from a state, made anew with the same parameters. */
  restore?(state: unknown): void;
}
