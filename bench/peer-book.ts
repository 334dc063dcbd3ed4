/** What npm offers, on a flow of ours: bare matching in `nodejs-order-book`. */
import * as module from "nodejs-order-book";
import type { MarketFlow } from "./market-flow.ts";

/** The part of the peer that is used. */
interface PeerBook {
  limit(order: { id: string; side: "buy" | "sell"; size: number; price: number; timeInForce: "GTC" }): unknown;
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
