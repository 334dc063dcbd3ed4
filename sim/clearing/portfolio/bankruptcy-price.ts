/** The bankruptcy price of a position (MARGIN-5). */
import { minus, over, plus, type Rational, rationalOf, rounded, sign, times, whole, ZERO } from "../../venue/rational.ts";
import { closingFeeRate } from "../margin.ts";
import { EXACT, exactValue, ticksOfValue } from "./arithmetic.ts";
import type { SolvedPrice } from "./liquidation-price.ts";
import type { Market, Portfolio, PortfolioAsset, PortfolioPosition } from "./portfolio.ts";
import { figuresOf, type Group, gainSign, maintenanceOfLeg, marksOf, type Scope, sameScope, withoutOrders } from "./scope.ts";

/**
 * The price at which a position takes what its scope has for it: all of an isolated one's
 * margin; of a cross scope's equity E, after its orders are cancelled, the part
 * E × MMᵢ / ΣMM, or by value where no maintenance margin is required. At that price nothing
 * is left, or the closing fee (`bankruptcyAt`). The tick is the limit of the order that
 * closes it: rounded so that the pool does not lose, up when it sells.
 */
export function bankruptcyPrice(portfolio: Portfolio, scope: Scope, position: number): SolvedPrice {
  const cancelled = withoutOrders(portfolio, scope);
  const { market: index, side, lots } = cancelled.positions[position] as PortfolioPosition;
  const { instrument, markTicks } = cancelled.markets[index] as Market;
  const share = shareOf(cancelled, sameScope(cancelled, scope), position);
  const gains = gainSign(instrument.kind, side);
  const fee = cancelled.rules.bankruptcyAt === "zero" ? ZERO : rationalOf(closingFeeRate({ instrument, rules: cancelled.rules }));
  const value = exactValue(instrument, whole(markTicks), lots);
  const moved = gains === 1 ? minus(value, share) : plus(value, share);
  const solved = over(moved, gains === 1 ? minus(whole(1), fee) : plus(whole(1), fee));
  if (sign(solved) <= 0) return { exactTicks: null, ticks: null };
  const exactTicks = ticksOfValue(instrument, lots, solved);
  const ticks = Number(rounded(exactTicks, side === 1 ? "up" : "down"));
  return { exactTicks, ticks: Number.isSafeInteger(ticks) ? Math.max(1, ticks) : null };
}

/** What of its scope's equity belongs to a position, in quanta of its asset. */
function shareOf(portfolio: Portfolio, scope: Scope, position: number): Rational {
  const { equity } = figuresOf(portfolio, scope, marksOf(portfolio), EXACT);
  if (scope.kind === "isolated") return equity;
  const byMargin = weights(portfolio, scope, (group, leg) => maintenanceOfLeg(portfolio, group, leg, mark(portfolio, group), EXACT));
  const shares = sign(total(byMargin)) > 0 ? byMargin : weights(portfolio, scope, (group, leg) => heldValue(portfolio, group, leg.lots));
  const { market } = portfolio.positions[position] as PortfolioPosition;
  const { indexPrice } = portfolio.assets[(portfolio.markets[market] as Market).asset] as PortfolioAsset;
  const share = over(times(equity, shares.get(position) ?? ZERO), total(shares));
  return scope.multiCurrency ? over(share, indexPrice) : share;
}

/** A weight for every position of a scope, in one unit. */
function weights(portfolio: Portfolio, scope: Scope, weigh: (group: Group, leg: Group["legs"][number]) => Rational): Map<number, Rational> {
  const found = new Map<number, Rational>();
  for (const { asset, groups } of scope.pockets) {
    const { indexPrice } = portfolio.assets[asset] as PortfolioAsset;
    for (const group of groups) {
      for (const leg of group.legs) {
        if (leg.position !== null) found.set(leg.position, scope.multiCurrency ? times(weigh(group, leg), indexPrice) : weigh(group, leg));
      }
    }
  }
  return found;
}

function total(amounts: ReadonlyMap<number, Rational>): Rational {
  return [...amounts.values()].reduce(plus, ZERO);
}

function mark(portfolio: Portfolio, group: Group): Rational {
  return whole((portfolio.markets[group.market] as Market).markTicks);
}

function heldValue(portfolio: Portfolio, group: Group, lots: number): Rational {
  return exactValue((portfolio.markets[group.market] as Market).instrument, mark(portfolio, group), lots);
}
