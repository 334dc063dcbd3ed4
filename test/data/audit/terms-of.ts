/** Terms of an audit for a simulation that no scenario is of. */
import type { CollateralTerms } from "../../../data/audit/collateral-terms.ts";
import type { Fraction } from "../../../data/audit/exact.ts";
import type { AuditTerms } from "../../../data/audit/terms.ts";
import type { InstrumentInput, SimulationInput } from "../../../sim/input.ts";
import { poolNameOf } from "../../../sim/venue/instrument.ts";
import type { Ratio } from "../../../sim/venue/whole.ts";

const ONE_IN_HUNDRED_MILLION = 100_000_000n;

/** Of each instrument, by number; tiers bound by lots. */
export function termsOf({ rules, instruments, poolSeeds }: SimulationInput): AuditTerms[] {
  const { margin, fund, funding, adl } = rules;
  return instruments.map(({ instrument }: InstrumentInput): AuditTerms => {
    const { maker, taker, liquidation } = instrument.fees;
    const poolName = poolNameOf(instrument);
    return {
      kind: "linear",
      scale: exact(instrument.quantaPerTickLot),
      ...{ maker: exact(maker), taker: exact(taker), liquidation: exact(liquidation) },
      closing: exact(margin.closingFeeRate === "taker" ? taker : liquidation),
      closingFees: margin.closingFeeInPositionMargin === "twice" ? 2n : 1n,
      maintenanceIncludesClosingFee: margin.maintenanceIncludesClosingFee,
      positionValueAt: margin.positionValueAt === "entry" ? "entry" : "mark",
      unrealizedProfitAsMargin: margin.unrealizedProfitAsMargin,
      tiersIncludeOpenOrders: margin.tiersIncludeOpenOrders,
      ...{ triggerAt: margin.triggerAt, bankruptcyAt: margin.bankruptcyAt },
      ...{ tierScheme: instrument.tiers.scheme, boundBy: "lots" },
      tiers: instrument.tiers.tiers.map(({ upTo, maintenanceMarginRate }) => ({
        ...{ upTo: { numerator: BigInt(upTo), denominator: 1n }, rate: exact(maintenanceMarginRate), deduction: null },
      })),
      reduces: margin.partialLiquidation !== "full",
      funding:
        funding == null
          ? null
          : {
              intervalUs: funding.intervalUs,
              cap: { numerator: BigInt(funding.capHundredMillionths), denominator: ONE_IN_HUNDRED_MILLION },
            },
      surplusTo: rules.surplusTo,
      settlement: fund?.settlement ?? "continuous",
      residual: fund?.residual ?? "house",
      feeShare: exact(fund?.feeShare ?? { numerator: 0, denominator: 1 }),
      takeoverAt: rules.takeoverAt,
      adl: { price: adl.price, far: exact(adl.far) },
      vault: null,
      ...{ asset: 0, poolName, seed: BigInt(poolSeeds[poolName] ?? 0) },
    };
  });
}

/** The settlement asset and what accounts hold beside it. */
export function assetsOf({ asset, collateral }: SimulationInput): CollateralTerms {
  if (collateral === undefined) return [];
  const { settlement, assets } = collateral;
  const slicesOf = (haircuts: typeof settlement.haircuts) =>
    haircuts.map(({ upTo, haircut: { numerator, denominator } }) => ({
      upTo: { numerator: BigInt(upTo), denominator: 1n },
      kept: exact({ numerator: denominator - numerator, denominator }),
    }));
  return [
    { symbol: asset.symbol, instrument: null, perQuantum: exact(settlement.price), slices: slicesOf(settlement.haircuts) },
    ...assets.map(({ asset: { symbol }, price, haircuts }) => ({
      ...{ symbol, instrument: price.instrument, perQuantum: exact(price.perUnit), slices: slicesOf(haircuts) },
    })),
  ];
}

function exact({ numerator, denominator }: Ratio): Fraction {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}
