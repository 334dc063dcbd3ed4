/** The cross scope of an account as the margin calculator sees it: its schemes and prices are those of `clearing/portfolio`. */
import type { Portfolio } from "../clearing/portfolio/portfolio.ts";
import { type Scope, scopesOf } from "../clearing/portfolio/scope.ts";
import type { Asset } from "../venue/asset.ts";
import { whole } from "../venue/rational.ts";
import type { MarginRules } from "../venue/rules.ts";
import type { CrossLeg, CrossVenue } from "./standing.ts";

/**
 * The positions of a scope whose orders are cancelled, numbered as those given.
 * @param cash of the scope, quanta
 */
export function portfolioOf(asset: Asset, rules: MarginRules, held: readonly CrossLeg[], cash: number): Portfolio {
  const venues: CrossVenue[] = [...new Set(held.map(({ venue }) => venue))];
  return {
    rules,
    mode: "single-currency",
    hedge: venues.length < held.length,
    markets: venues.map(({ terms: { instrument }, markTicks }) => ({ instrument, markTicks, lastTicks: markTicks, asset: 0 })),
    assets: [{ ...asset, balance: cash, indexPrice: whole(1), haircuts: [] }],
    positions: held.map(({ venue, number, lots, entryValue }) => ({
      market: venues.indexOf(venue),
      side: lots > 0 ? 1 : -1,
      lots: Math.abs(lots),
      entryValue: whole(entryValue),
      isolated: false,
      margin: 0,
      leverageHundredths: venue.accounts.leverageHundredths[number] as number,
    })),
    orders: [],
  };
}

/** The cross scope of such a portfolio. */
export function crossScopeOf(portfolio: Portfolio): Scope {
  return scopesOf(portfolio).find(({ kind }) => kind === "cross") as Scope;
}
