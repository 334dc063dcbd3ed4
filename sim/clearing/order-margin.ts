/**
 * What the open orders of one instrument hold of a cross scope (ORDER-2), and the size that
 * counts with them (TIER-2), in whole quanta. For any portfolio: `portfolio/open-orders.ts`.
 */
import { valueOf } from "../venue/instrument.ts";
import { feeOn, initialMargin, type MarginTerms, profitAt } from "./margin.ts";

/** An order that rests and may open or extend a position; reduce-only orders are none. */
export interface OpenOrder {
  /** Its number. */
  readonly order: number;
  /** 1 buys, −1 sells. */
  readonly side: 1 | -1;
  readonly ticks: number;
  readonly lots: number;
}

/** What orders hold, quanta. */
export interface Frozen {
  /** Initial margin, opening fees and losses at once together. */
  readonly total: number;
  /** The opening fees among it. */
  readonly fees: number;
}

const NOTHING: Frozen = { total: 0, fees: 0 };

/** The size a position may grow to by its orders: the larger of the two sides (TIER-2). */
export function lotsWithOrders(positionLots: number, orders: readonly OpenOrder[]): number {
  let [buys, sells] = [0, 0];
  for (const { side, lots } of orders) {
    if (side === 1) buys += lots;
    else sells += lots;
  }
  return Math.max(Math.abs(positionLots + buys), Math.abs(positionLots - sells));
}

/**
 * Initial margin at the size with orders less that at the size held, the fees of opening, and
 * the loss that would be open at once (ORDER-2).
 * @param orders oldest first
 */
export function frozenFor(
  terms: MarginTerms,
  positionLots: number,
  leverageHundredths: number,
  markTicks: number,
  orders: readonly OpenOrder[],
): Frozen {
  if (orders.length === 0) return NOTHING;
  const { instrument } = terms;
  const marginAt = (lots: number) => (lots === 0 ? 0 : initialMargin(terms, valueOf(instrument, markTicks, lots), leverageHundredths));
  let [fees, losses] = [0, 0];
  for (const side of [1, -1] as const) {
    // Those against the position take it down first, the best price before the rest, then the oldest.
    let against = Math.max(0, -side * positionLots);
    const queue = orders.filter((order) => order.side === side).sort((a, b) => side * (b.ticks - a.ticks));
    for (const { ticks, lots } of queue) {
      const closing = Math.min(against, lots);
      against -= closing;
      if (closing === lots) continue;
      const value = valueOf(instrument, ticks, lots - closing);
      fees += feeOn(value, instrument.fees.taker);
      losses += Math.max(0, -profitAt(side, value, valueOf(instrument, markTicks, lots - closing)));
    }
  }
  const margin = marginAt(lotsWithOrders(positionLots, orders)) - marginAt(Math.abs(positionLots));
  return { total: margin + fees + losses, fees };
}
