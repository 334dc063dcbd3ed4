/**
 * What open orders do to margin: the size that counts with them (TIER-2) and what is
 * frozen for them (ORDER-2).
 */
import { profitOf, valueOf } from "../../venue/instrument.ts";
import { rounded } from "../../venue/rational.ts";
import { tierOf } from "../../venue/tiers.ts";
import { feeOn, initialMargin, type MarginTerms } from "../margin.ts";
import type { Market, Portfolio, PortfolioOrder, PortfolioPosition, Sign } from "./portfolio.ts";

/** What is frozen for orders, in quanta. */
export interface Frozen {
  /** Initial margin, opening fees and losses at once together (ORDER-2). */
  readonly total: number;
  /** The opening fees among it. */
  readonly fees: number;
}

/** The part of an order that would open a position. */
interface Opening {
  readonly order: PortfolioOrder;
  readonly lots: number;
}

/**
 * The size that counts for a position: with the orders that would increase it, at their
 * worst (TIER-2). In hedge mode a leg counts with its opening orders.
 * @param leg the leg of a hedge account, or null in one-way mode
 */
export function lotsWithOrders(portfolio: Portfolio, market: number, leg: Sign | null): number {
  const held = heldLots(portfolio, market, leg);
  let [buys, sells] = [0, 0];
  for (const order of portfolio.orders) {
    if (order.market !== market || order.leg !== leg || order.reduces) continue;
    if (order.side === 1) buys += order.lots;
    else sells += order.lots;
  }
  return Math.max(Math.abs(held + buys), Math.abs(held - sells));
}

/**
 * What the orders of a market freeze: initial margin at the size with them less that at
 * the size held, the fees of opening, and the loss that would be open at once (ORDER-2).
 */
export function frozenFor(portfolio: Portfolio, marketIndex: number, leg: Sign | null): Frozen {
  const orders = portfolio.orders.filter(({ market, leg: own }) => market === marketIndex && own === leg);
  const first = orders[0];
  if (first === undefined) return { total: 0, fees: 0 };
  const market = portfolio.markets[marketIndex] as Market;
  const terms: MarginTerms = { instrument: market.instrument, rules: portfolio.rules };
  const held = heldLots(portfolio, marketIndex, leg);
  const ticks = portfolio.rules.positionValueAt === "last" ? market.lastTicks : market.markTicks;
  const marginAt = (lots: number) => {
    const value = valueOf(market.instrument, ticks, lots);
    const leverage = first.leverageHundredths ?? tierOf(market.instrument.tiers, lots, value).maxLeverageHundredths;
    return lots === 0 ? 0 : initialMargin(terms, value, leverage);
  };
  let [fees, losses] = [0, 0];
  for (const { order, lots } of openings(orders, held)) {
    const value = valueOf(market.instrument, order.ticks, lots);
    fees += feeOn(value, market.instrument.fees.taker);
    losses += Math.max(0, -profitOf(market.instrument, order.side, value, valueOf(market.instrument, market.markTicks, lots)));
  }
  const margin = marginAt(lotsWithOrders(portfolio, marketIndex, leg)) - marginAt(Math.abs(held));
  return { total: margin + fees + losses, fees };
}

/** Signed lots of a position: of a leg, or of the whole in one-way mode. */
function heldLots(portfolio: Portfolio, market: number, leg: Sign | null): number {
  const position = portfolio.positions.find((one) => one.market === market && (leg === null || one.side === leg));
  return position === undefined ? 0 : position.side * position.lots;
}

/** What of each order opens, when those against the position take it down first, the best price before the rest. */
function openings(orders: readonly PortfolioOrder[], held: number): Opening[] {
  const found: Opening[] = [];
  for (const side of [1, -1] as const) {
    let against = Math.max(0, -side * held);
    const queue = orders.filter((order) => order.side === side && !order.reduces).sort((a, b) => side * (b.ticks - a.ticks));
    for (const order of queue) {
      const closing = Math.min(against, order.lots);
      against -= closing;
      if (order.lots > closing) found.push({ order, lots: order.lots - closing });
    }
  }
  return found;
}

/** Entry value as it is booked. */
export function bookedEntry(position: PortfolioPosition): number {
  return Number(rounded(position.entryValue, "half-even"));
}
