/** The cross scope of an account as the margin calculator sees it: its schemes and prices are those of `clearing/portfolio`. */
import type { Portfolio, PortfolioAsset } from "../clearing/portfolio/portfolio.ts";
import { type Scope, scopesOf } from "../clearing/portfolio/scope.ts";
import type { Asset } from "../venue/asset.ts";
import { rationalOf, whole } from "../venue/rational.ts";
import type { MarginRules } from "../venue/rules.ts";
import type { Ratio } from "../venue/whole.ts";
import type { CrossStanding, CrossVenue } from "./standing.ts";

/** The positions of a scope whose orders are cancelled, numbered as `standing.held` has them. */
export function portfolioOf(asset: Asset, rules: MarginRules, standing: CrossStanding, account: number): Portfolio {
  const held = standing.held(account);
  const venues: CrossVenue[] = [...new Set(held.map(({ venue }) => venue))];
  return {
    rules,
    mode: standing.isMulti(account) ? "multi-currency" : "single-currency",
    hedge: venues.length < held.length,
    markets: venues.map(({ terms: { instrument }, markTicks }) => ({ instrument, markTicks, lastTicks: markTicks, asset: 0 })),
    assets: assetsOf(asset, standing, account),
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

function assetsOf(asset: Asset, standing: CrossStanding, account: number): PortfolioAsset[] {
  const { collateral, indexPrices } = standing;
  const balances = [standing.cash(account), ...standing.otherAssets(account)];
  const all = collateral === null ? [{ asset, haircuts: [] }] : [{ asset, ...collateral.settlement }, ...collateral.assets];
  return all.map((one, number) => ({
    ...one.asset,
    balance: balances[number] as number,
    indexPrice: rationalOf(indexPrices[number] as Ratio),
    haircuts: one.haircuts.map(({ upTo, haircut }) => ({
      upTo: upTo === Number.MAX_SAFE_INTEGER ? null : upTo,
      haircut: rationalOf(haircut),
    })),
  }));
}

/** The cross scope of such a portfolio. */
export function crossScopeOf(portfolio: Portfolio): Scope {
  return scopesOf(portfolio).find(({ kind }) => kind === "cross") as Scope;
}
