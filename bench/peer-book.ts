/** What npm offers, on a flow of ours: bare matching in `nodejs-order-book`. */
import * as module from "nodejs-order-book";
import type { MarketFlow } from "./market-flow.ts";

/** What an order did: resting orders it filled whole, and one it filled in part. */
interface PeerAnswer {
  readonly done: readonly { readonly id: string; readonly size: number }[];
  readonly partial: { readonly id: string; readonly size: number } | null;
  readonly partialQuantityProcessed: number;
}

/** The part of the peer that is used. */
interface PeerBook {
  limit(order: { id: string; side: "buy" | "sell"; size: number; price: number; timeInForce: "GTC" }): PeerAnswer;
  cancel(id: string): unknown;
}

const { OrderBook } = module as unknown as { OrderBook: new () => PeerBook };

/** Plays messages `from` to `until` into a peer's book. */
export function playPeer(flow: MarketFlow, from: number, until: number, book: PeerBook = new OrderBook()): PeerBook {
  for (let message = from; message < until; message++) {
    const id = String(flow.order[message]);
    if (flow.kind[message] === 1) book.cancel(id);
    else {
      book.limit({
        id,
        side: flow.side[message] === 0 ? "buy" : "sell",
        size: flow.lots[message] as number,
        price: flow.priceTicks[message] as number,
        timeInForce: "GTC",
      });
    }
  }
  return book;
}

/** Trades and lots traded by a peer over the first `count` messages of a flow. */
export function tradesOfPeer(flow: MarketFlow, count: number): { trades: number; volume: number } {
  const book = new OrderBook();
  let trades = 0;
  let volume = 0;
  for (let message = 0; message < count; message++) {
    const id = String(flow.order[message]);
    if (flow.kind[message] === 1) {
      book.cancel(id);
      continue;
    }
    const size = flow.lots[message] as number;
    const { done, partial, partialQuantityProcessed } = book.limit({
      id,
      side: flow.side[message] === 0 ? "buy" : "sell",
      size,
      price: flow.priceTicks[message] as number,
      timeInForce: "GTC",
    });
    const filled = done.filter((order) => order.id !== id);
    const partlyFilled = partial !== null && partial.id !== id;
    trades += filled.length + (partlyFilled ? 1 : 0);
    volume += filled.reduce((lots, order) => lots + order.size, 0) + (partlyFilled ? partialQuantityProcessed : 0);
  }
  return { trades, volume };
}
