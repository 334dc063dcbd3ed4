/**
 * A scope as a function of one mark: in a variable in which every value is a straight
 * line, the mark itself for a linear contract, its reciprocal for an inverse one.
 */
import { fraction, minus, over, type Rational, rationalOf, times, whole, ZERO } from "../../venue/rational.ts";
import type { Tier } from "../../venue/tiers.ts";
import { deductionOf, EXACT, exactValue } from "./arithmetic.ts";
import { type Course, sortedOnce, withCrossings } from "./first-reach.ts";
import type { HaircutTier, Market, Portfolio, PortfolioAsset } from "./portfolio.ts";
import { figuresOf, type Group, groupFigures, type Leg, type Prices, pocketFigures, type Scope } from "./scope.ts";

/** The place of a mark in ticks, and the mark of a place: the same, or its reciprocal. */
export function placeOf(market: Market, ticks: Rational): Rational {
  return market.instrument.kind === "linear" ? ticks : over(whole(1), ticks);
}

/**
 * Equity and requirement of a scope, unrounded, as the mark of one of its contracts moves
 * and all other marks are held (MARGIN-4). It breaks at the edges of tiers, and where
 * unrealised profit, or the amount of an asset, begins to count differently (ACCT-5, ACCT-6).
 */
export function courseOf(portfolio: Portfolio, scope: Scope, marketIndex: number, held: Prices): Course {
  const market = portfolio.markets[marketIndex] as Market;
  const pocket = scope.pockets.find(({ groups }) => groups.some((group) => group.market === marketIndex));
  const group = pocket?.groups.find((one) => one.market === marketIndex);
  const moved = (place: Rational): Prices => {
    const mark = placeOf(market, place);
    return (index) => (index === marketIndex ? mark : held(index));
  };
  const at = (place: Rational) => figuresOf(portfolio, scope, moved(place), EXACT);
  if (pocket === undefined || group === undefined) return { at, breaks: [] };

  let breaks = sortedOnce(group.legs.flatMap((leg) => tierBreaks(portfolio, market, leg)));
  if (scope.kind === "cross" && portfolio.rules.unrealizedProfitAsMargin !== "all")
    breaks = withProfitBreaks(portfolio, group, moved, breaks);
  if (scope.multiCurrency) {
    const amount = (place: Rational) => pocketFigures(portfolio, scope, pocket, moved(place), EXACT).equity;
    for (const bound of haircutBounds((portfolio.assets[pocket.asset] as PortfolioAsset).haircuts)) {
      breaks = withCrossings(breaks, (place) => minus(amount(place), bound));
    }
  }
  return { at, breaks };
}

/** Where profit turns, or stands against the contract's own requirement (ACCT-5). */
function withProfitBreaks(portfolio: Portfolio, group: Group, moved: (place: Rational) => Prices, breaks: readonly Rational[]): Rational[] {
  const figures = (place: Rational) => groupFigures(portfolio, group, moved(place)(group.market), EXACT, "own");
  const own = portfolio.rules.unrealizedProfitAsMargin === "own";
  return withCrossings(breaks, (place) => {
    const { equity, requirement } = figures(place);
    return own ? minus(equity, requirement) : equity;
  });
}

/** Where the value by which a leg is judged meets the bound of a tier, or its deduction takes all of the margin. */
function tierBreaks(portfolio: Portfolio, market: Market, leg: Leg): Rational[] {
  const { positionValueAt } = portfolio.rules;
  const { instrument } = market;
  if (positionValueAt === "last") return [];
  const moving = positionValueAt === "mark" ? leg.lots + leg.orderLots : leg.orderLots;
  if (moving === 0) return [];
  const fixed = positionValueAt === "mark" ? ZERO : leg.entryValue;
  // One lot at one tick and one lot at a reciprocal of 1 are worth the same.
  const slope = exactValue(instrument, whole(1), moving);
  const table = instrument.tiers;
  const values = table.tiers.flatMap((tier, index) => {
    const found: Rational[] = [];
    if (table.boundBy === "value" && tier.upTo !== Number.MAX_SAFE_INTEGER) found.push(whole(tier.upTo));
    const { amount, given } = deductionOf(table, index);
    if (table.scheme === "marginal" && given && tier.maintenanceMarginRate.numerator > 0) found.push(zeroMarginValue(tier, amount));
    return found;
  });
  return values.map((value) => over(minus(value, fixed), slope));
}

function zeroMarginValue(tier: Tier, deduction: Rational): Rational {
  const { numerator, denominator } = rationalOf(tier.maintenanceMarginRate);
  return times(deduction, fraction(denominator, numerator));
}

function haircutBounds(haircuts: readonly HaircutTier[]): Rational[] {
  return [ZERO, ...haircuts.flatMap(({ upTo }) => (upTo === null ? [] : [whole(upTo)]))];
}
