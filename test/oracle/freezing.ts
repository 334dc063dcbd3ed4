/** ORDER-2: how much of an order opens, and what the orders of a contract freeze. Shared by the oracle's two halves. */
import { type Contract, initialMargin, profit, value } from "./contract.ts";
import { type Exact, least, most, sum, up, zero } from "./exact.ts";

/** An open order of a contract; `ticks` is its limit. */
export interface Resting {
  readonly id: number;
  readonly side: "buy" | "sell";
  readonly leg: "long" | "short" | null;
  readonly ticks: Exact;
  readonly lots: Exact;
}

export interface Freezing {
  /** The order margin, fees included. */
  readonly amount: Exact;
  /** The opening fees in it. */
  readonly fees: Exact;
}

interface Prices {
  readonly mark: Exact;
  /** At which sizes are valued: the mark, or the last price under `positionValueAt: last`. */
  readonly value: Exact;
}

interface Terms {
  readonly leverage: Exact;
  readonly closingFees: "once" | "twice";
}

/** In one-way mode every order may open; of a hedge leg, buys long and sells short. */
export const opensLeg = (order: Resting): boolean => order.leg === null || (order.leg === "long") === (order.side === "buy");

const total = (orders: readonly Resting[], side: "buy" | "sell"): Exact =>
  sum(orders.filter((order) => order.side === side).map((order) => order.lots));

/** TIER-2, ORDER-2: max(|pos + Σ buys|, |pos − Σ sells|), of a hedge leg |leg| + Σ opens; never less than |pos|. */
export function largestSize(lots: Exact, orders: readonly Resting[]): Exact {
  const opening = orders.filter(opensLeg);
  return most(lots.plus(total(opening, "buy")).abs(), lots.minus(total(opening, "sell")).abs(), lots.abs());
}

/** How many lots of each order open: orders against the position take it down first, in price-time order. */
export function openingLots(lots: Exact, orders: readonly Resting[]): { readonly order: Resting; readonly opening: Exact }[] {
  const opened = (side: "buy" | "sell", against: Exact) => {
    let left = against;
    const inTurn = orders
      .filter((order) => order.side === side && opensLeg(order))
      .sort((a, b) => {
        const better = side === "buy" ? b.ticks.comparedTo(a.ticks) : a.ticks.comparedTo(b.ticks);
        return better || a.id - b.id;
      });
    return inTurn.map((order) => {
      const closing = least(left, order.lots);
      left = left.minus(closing);
      return { order, opening: order.lots.minus(closing) };
    });
  };
  return [...opened("buy", most(zero, lots.negated())), ...opened("sell", most(zero, lots))];
}

/** ORDER-2 for the orders of one contract (one-way) or of one leg. */
export function frozenBy(contract: Contract, prices: Prices, terms: Terms, lots: Exact, orders: readonly Resting[]): Freezing {
  const marginAt = (size: Exact) => initialMargin(contract, value(contract, prices.value, size), terms.leverage, terms.closingFees);
  const margin = marginAt(largestSize(lots, orders)).minus(marginAt(lots.abs()));
  const opening = openingLots(lots, orders);
  const fees = sum(opening.map(({ order, opening: part }) => up(value(contract, order.ticks, part).times(contract.taker))));
  const losses = sum(
    opening.map(({ order, opening: part }) => {
      const side = order.side === "buy" ? 1 : -1;
      const gain = profit(contract, side, value(contract, order.ticks, part), value(contract, prices.mark, part));
      return most(zero, gain.negated());
    }),
  );
  return { amount: margin.plus(fees).plus(losses), fees };
}
