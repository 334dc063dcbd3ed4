/** What cross scopes are judged by: rules, contracts, assets as collateral, and the prices of the moment. */
import type { Instrument } from "../../venue/instrument.ts";
import type { MarginRules } from "../../venue/rules.ts";
import type { Ratio } from "../../venue/whole.ts";
import type { HouseAsset } from "../house/setup.ts";

/** A contract and the number of the asset that it settles in. */
export interface CrossMarket {
  readonly instrument: Instrument;
  readonly asset: number;
}

/** What does not change from mark to mark. */
export interface CrossTerms {
  readonly rules: MarginRules;
  readonly markets: readonly CrossMarket[];
  /** Haircuts are of effect for multi-currency accounts (ACCT-6). */
  readonly assets: readonly Pick<HouseAsset, "haircuts">[];
}

/** Prices, by number of the market or the asset. */
export interface CrossPrices {
  /** Marks, ticks, at least 1. */
  readonly markTicks: Float64Array;
  /** Last trades, ticks, at least 1; read only where requirements are taken of them (MARK-5). */
  readonly lastTicks: Float64Array;
  /** Quanta of the unit of account that a quantum of an asset is worth, positive; read only for multi-currency accounts. */
  readonly indexPrices: readonly Ratio[];
}
