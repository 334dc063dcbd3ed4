/** The oracle's world outside the accounts: contracts, prices, the worth of assets in dollars (ACCT-6). */
import type { Rules, Setup, SetupAsset, SetupInstrument } from "./commands.ts";
import type { Contract } from "./contract.ts";
import { type Exact, exact, halfEven, least, most, sum, up, zero } from "./exact.ts";

/** Money in dollars is counted in millionths. */
const DOLLAR = exact(1_000_000);

export interface Asset {
  readonly symbol: string;
  readonly quantum: Exact;
  index: Exact;
  readonly collateral: SetupAsset["collateral"];
}

export interface Listed {
  readonly contract: Contract;
  readonly settle: string;
  readonly pool: string;
  readonly rates: Record<"maker" | "taker" | "liquidation", Exact>;
  mark: Exact;
  last: Exact;
  expired: boolean;
}

export interface Market {
  readonly rules: Rules;
  readonly assets: Record<string, Asset>;
  readonly listed: Record<string, Listed>;
}

export function marketOf(setup: Setup): Market {
  const assets = setup.assets.map((asset): [string, Asset] => [
    asset.symbol,
    { symbol: asset.symbol, quantum: exact(asset.quantum), index: exact(asset.index), collateral: asset.collateral },
  ]);
  const byAsset = Object.fromEntries(assets);
  const listed = setup.instruments.map((instrument): [string, Listed] => [
    instrument.symbol,
    list(setup.rules, instrument, (byAsset[instrument.settle] as Asset).quantum),
  ]);
  return { rules: setup.rules, assets: byAsset, listed: Object.fromEntries(listed) };
}

function list(rules: Rules, instrument: SetupInstrument, quantum: Exact): Listed {
  const { maker, taker, liquidation } = instrument.fees;
  const contract: Contract = {
    symbol: instrument.symbol,
    kind: instrument.kind,
    tickSize: exact(instrument.tickSize),
    lotSize: exact(instrument.lotSize),
    contractSize: exact(instrument.multiplier).times(instrument.faceValue ?? 1),
    quantum,
    scheme: instrument.tierScheme,
    tiers: instrument.tiers,
    taker: exact(taker),
    closing: exact(rules.closingFeeRate === "taker" ? taker : liquidation),
  };
  return {
    contract,
    settle: instrument.settle,
    pool: `${instrument.productLine}/${instrument.underlying}/${instrument.settle}`,
    rates: { maker: exact(maker), taker: exact(taker), liquidation: exact(liquidation) },
    mark: exact(instrument.markTicks),
    last: exact(instrument.lastTicks),
    expired: false,
  };
}

/** ACCT-6, unrounded: dollars of an amount in natural units, slice by slice. */
function exactDollars(asset: Pick<Asset, "index" | "collateral">, amount: Exact): Exact {
  if (amount.lessThan(0) || asset.collateral.length === 0) return amount.times(asset.index);
  const slices = asset.collateral.map(({ upTo, haircut }, tier) => {
    const from = exact(asset.collateral[tier - 1]?.upTo ?? 0);
    const last = tier === asset.collateral.length - 1 || upTo === null;
    const slice = most(zero, (last ? amount : least(amount, exact(upTo))).minus(from));
    return slice.times(asset.index).times(exact(1).minus(haircut));
  });
  return sum(slices);
}

/** ACCT-6: what quanta of an asset count for, in millionths of a dollar, not rounded. */
export const exactWorth = (asset: Asset, quanta: Exact): Exact => exactDollars(asset, quanta.times(asset.quantum)).times(DOLLAR);
/** The same as a value (UNIT-3). */
export const worth = (asset: Asset, quanta: Exact): Exact => halfEven(exactWorth(asset, quanta));
/** A requirement in quanta as millionths of a dollar, rounded up. */
export const costInDollars = (asset: Asset, quanta: Exact): Exact => up(quanta.times(asset.quantum).times(asset.index).times(DOLLAR));
/** Millionths of a dollar at the index of an asset, in its quanta, not rounded. */
export const quantaFor = (asset: Asset, dollars: Exact): Exact => dollars.div(asset.index.times(asset.quantum).times(DOLLAR));
