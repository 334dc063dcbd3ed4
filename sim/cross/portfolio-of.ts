/** The cross scope of an account as the margin calculator sees it: its schemes and prices are those of `clearing/portfolio`. */
import type { Portfolio } from "../clearing/portfolio/portfolio.ts";
import { type Scope, scopesOf } from "../clearing/portfolio/scope.ts";
import type { Asset } from "../venue/asset.ts";
import { whole } from "../venue/rational.ts";
import type { MarginRules } from "../venue/rules.ts";
import type { CrossVenue } from "./standing.ts";

/**
 * The positions of a scope whose orders are cancelled, numbered as the instruments given.
 * @param held instruments in which the account holds a cross position
 * @param cash of the scope, quanta
 */
export function portfolioOf(asset: Asset, rules: MarginRules, held: readonly CrossVenue[], account: number, cash: number): Portfolio {
  return {
    rules,
    mode: "single-currency",
    hedge: false,
    markets: held.map(({ terms: { instrument }, markTicks }) => ({ instrument, markTicks, lastTicks: markTicks, asset: 0 })),
    assets: [{ ...asset, balance: cash, indexPrice: whole(1), haircuts: [] }],
    positions: held.map(({ accounts }, market) => {
      const lots = accounts.positionLots[account] as number;
      return {
        market,
        side: lots > 0 ? 1 : -1,
        lots: Math.abs(lots),
        entryValue: whole(accounts.entryValue[account] as number),
        isolated: false,
        margin: 0,
        leverageHundredths: accounts.leverageHundredths[account] as number,
      };
    }),
    orders: [],
  };
}

/** The cross scope of such a portfolio. */
export function crossScopeOf(portfolio: Portfolio): Scope {
  return scopesOf(portfolio).find(({ kind }) => kind === "cross") as Scope;
}
