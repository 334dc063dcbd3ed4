/** What an arbitrageur holds on the external market, which is to be the opposite of its position (MARK-4). */
import { BUY, type Desk, SELL } from "../sim/index.ts";

export class ExternalHedge {
  /** Bought positive, lots. */
  lots = 0;

  /** Trades outside whatever is open between the two. */
  balance(positionLots: number, desk: Desk): void {
    const open = positionLots + this.lots;
    if (open === 0) return;
    desk.tradeExternally(open > 0 ? SELL : BUY, Math.abs(open));
    this.lots -= open;
  }
}
