/** What benchmarks of a whole venue trade. */
import type { MarginTerms } from "../sim/clearing/margin.ts";
import type { Instrument } from "../sim/venue/instrument.ts";

const rate = (numerator: number, denominator: number) => ({ numerator, denominator });

const INSTRUMENT: Instrument = {
  symbol: "BTC-USDT",
  kind: "linear",
  productLine: "perpetual",
  expiryUs: null,
  underlying: "BTC",
  settleAsset: "USDT",
  tickSize: "0.1",
  lotSize: "0.001",
  multiplier: "1",
  faceValue: null,
  quantaPerTickLot: rate(100, 1),
  tiers: {
    scheme: "flat",
    boundBy: "lots",
    tiers: [
      { upTo: 2_000, maintenanceMarginRate: rate(4, 1_000), maxLeverageHundredths: 12_500, deduction: null },
      { upTo: 20_000, maintenanceMarginRate: rate(10, 1_000), maxLeverageHundredths: 5_000, deduction: null },
      { upTo: Number.MAX_SAFE_INTEGER, maintenanceMarginRate: rate(25, 1_000), maxLeverageHundredths: 2_000, deduction: null },
    ],
  },
  fees: { maker: rate(2, 10_000), taker: rate(5, 10_000), liquidation: rate(5, 10_000) },
};

/** The contract of the benchmarks: a linear perpetual in three tiers, and the rules it is margined by. */
export const TERMS: MarginTerms = {
  instrument: INSTRUMENT,
  rules: {
    closingFeeInPositionMargin: "once",
    maintenanceIncludesClosingFee: true,
    closingFeeRate: "taker",
    triggerAt: "at-or-below",
    bankruptcyAt: "closing-fee",
    unrealizedProfitAsMargin: "all",
    positionValueAt: "mark",
    tiersIncludeOpenOrders: false,
    partialLiquidation: "full",
    fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
    walletModel: "unified",
    marginModeChange: "instrument",
  },
};
