import fc from "fast-check";
import { exactValue } from "../../../../sim/clearing/portfolio/arithmetic.ts";
import type { Market, Portfolio, PortfolioOrder, PortfolioPosition } from "../../../../sim/clearing/portfolio/portfolio.ts";
import { parseRatio } from "../../../../sim/venue/decimal.ts";
import type { Instrument } from "../../../../sim/venue/instrument.ts";
import { fraction, rounded, whole } from "../../../../sim/venue/rational.ts";
import type { MarginRules } from "../../../../sim/venue/rules.ts";
import type { Tier } from "../../../../sim/venue/tiers.ts";

/** Any rules. */
export const rules: fc.Arbitrary<MarginRules> = fc.record({
  closingFeeInPositionMargin: fc.constantFrom("once" as const, "twice" as const),
  maintenanceIncludesClosingFee: fc.boolean(),
  closingFeeRate: fc.constantFrom("taker" as const, "liquidation" as const),
  triggerAt: fc.constantFrom("at-or-below" as const, "below" as const),
  bankruptcyAt: fc.constantFrom("closing-fee" as const, "zero" as const),
  unrealizedProfitAsMargin: fc.constantFrom("none" as const, "own" as const, "all" as const),
  positionValueAt: fc.constantFrom("mark" as const, "mark" as const, "last" as const, "entry" as const),
  tiersIncludeOpenOrders: fc.boolean(),
  partialLiquidation: fc.constantFrom("full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"),
  fraction: fc.constant({ part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 }),
  walletModel: fc.constant("separate" as const),
  marginModeChange: fc.constant("instrument" as const),
});

const rate = (most: number) => fc.integer({ min: 0, max: most }).map((part) => parseRatio((part / 10_000).toFixed(4), "rate"));

function tiers(boundBy: "lots" | "value"): fc.Arbitrary<Tier[]> {
  const most = boundBy === "lots" ? 5_000 : 2e8;
  return fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: most }), { maxLength: 4 }),
      fc.array(fc.integer({ min: 10, max: 2_000 }), { minLength: 5, maxLength: 5 }),
    )
    .map(([bounds, rates]) => {
      const rising = [...rates].sort((a, b) => a - b);
      return [...bounds.sort((a, b) => a - b), Number.MAX_SAFE_INTEGER].map((upTo, index) => ({
        upTo,
        maintenanceMarginRate: parseRatio(((rising[index] as number) / 10_000).toFixed(4), "rate"),
        maxLeverageHundredths: 500,
        deduction: null,
      }));
    });
}

/** A contract that settles in one of two assets: a lot of a linear one is worth some quanta a tick, of an inverse one about 10,000 quanta at 10,000 ticks. */
function instrument(asset: number): fc.Arbitrary<Instrument> {
  return fc
    .record({
      inverse: fc.boolean(),
      scheme: fc.constantFrom("flat" as const, "marginal" as const),
      boundBy: fc.constantFrom("lots" as const, "value" as const),
    })
    .chain(({ inverse, scheme, boundBy }) =>
      fc.record({
        symbol: fc.constant(`C${asset}`),
        kind: fc.constant(inverse ? ("inverse" as const) : ("linear" as const)),
        productLine: fc.constant("perpetual" as const),
        expiryUs: fc.constant(null),
        underlying: fc.constant("X"),
        settleAsset: fc.constant(`A${asset}`),
        tickSize: fc.constant("1"),
        lotSize: fc.constant("1"),
        multiplier: fc.constant("1"),
        faceValue: fc.constant(inverse ? "1" : null),
        quantaPerTickLot: inverse
          ? fc.record({ numerator: fc.constantFrom(100_000_000, 123_456_789), denominator: fc.constant(1) })
          : fc.record({ numerator: fc.constantFrom(1, 7, 100), denominator: fc.constantFrom(1, 3, 10) }),
        tiers: tiers(boundBy).map((list) => ({ scheme, boundBy, tiers: list })),
        fees: fc.record({ maker: rate(5), taker: rate(20), liquidation: rate(100) }),
      }),
    );
}

interface Choices {
  readonly given: MarginRules;
  readonly instruments: readonly Instrument[];
  readonly assets: readonly number[];
  readonly mode: "single-currency" | "multi-currency";
  readonly hedge: boolean;
  readonly marks: readonly number[];
  readonly lots: readonly number[];
  readonly shifts: readonly number[];
  readonly isolated: readonly boolean[];
  readonly longs: readonly boolean[];
  readonly cushion: number;
  readonly ordered: number;
}

const choices: fc.Arbitrary<Choices> = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 3 }).chain((assets) =>
  fc.record({
    given: rules,
    instruments: fc.tuple(...assets.map(instrument)) as fc.Arbitrary<Instrument[]>,
    assets: fc.constant(assets),
    mode: fc.constantFrom("single-currency" as const, "single-currency" as const, "multi-currency" as const),
    hedge: fc.boolean(),
    marks: fc.array(fc.integer({ min: 2_000, max: 30_000 }), { minLength: 3, maxLength: 3 }),
    lots: fc.array(fc.integer({ min: 1, max: 8_000 }), { minLength: 6, maxLength: 6 }),
    shifts: fc.array(fc.integer({ min: -2_000, max: 2_000 }), { minLength: 6, maxLength: 6 }),
    isolated: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    longs: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    cushion: fc.integer({ min: 1, max: 60 }),
    ordered: fc.integer({ min: 0, max: 3_000 }),
  }),
);

/** Accounts with up to three contracts, isolated and cross, one-way and hedge, with and without orders, neither all healthy nor all lost. */
export const portfolio: fc.Arbitrary<Portfolio> = choices.map((chosen) => {
  const { given, instruments, assets, mode, hedge, marks, cushion, ordered } = chosen;
  const markets = instruments.map((one, index): Market => {
    const markTicks = marks[index] as number;
    return {
      instrument: { ...one, symbol: `C${index}` },
      markTicks,
      lastTicks: Math.max(1, markTicks + Math.trunc((chosen.shifts[index] as number) / 4)),
      asset: assets[index] as number,
    };
  });
  const positions = markets.flatMap((market, index) => heldIn(chosen, market, index));
  const balances = [0, 1].map((asset) => {
    const needed = positions.filter((one) => (markets[one.market] as Market).asset === asset && !one.isolated);
    const value = needed.reduce((sum, { entryValue }) => sum + Number(rounded(entryValue, "down")), 0);
    return Math.round((value * cushion) / 100);
  });
  const first = markets[0] as Market;
  const order: PortfolioOrder = {
    market: 0,
    side: 1,
    lots: ordered,
    ticks: first.markTicks,
    leg: hedge ? 1 : null,
    reduces: false,
    isolated: chosen.isolated[0] as boolean,
    leverageHundredths: 500,
  };
  return {
    rules: given,
    mode,
    hedge,
    markets,
    assets: balances.map((balance, index) => ({
      symbol: `A${index}`,
      quantum: "0.000001",
      balance,
      indexPrice: index === 0 ? whole(1) : fraction(5n, 7n),
      haircuts:
        index === 0
          ? []
          : [
              { upTo: 1_000_000, haircut: fraction(1n, 20n) },
              { upTo: null, haircut: fraction(1n, 5n) },
            ],
    })),
    positions,
    orders: ordered > 1_500 ? [order] : [],
  };
});

function heldIn(chosen: Choices, market: Market, index: number): PortfolioPosition[] {
  const sides = chosen.hedge ? ([1, -1] as const) : [chosen.longs[index] ? (1 as const) : (-1 as const)];
  return sides.map((side, leg) => {
    const lots = chosen.lots[2 * index + leg] as number;
    const opened = Math.max(
      1,
      market.markTicks - side * Math.abs(chosen.shifts[2 * index + leg] as number) * (chosen.cushion % 3 === 0 ? -1 : 1),
    );
    const entryValue = whole(rounded(exactValue(market.instrument, whole(opened), lots), "half-even"));
    const isolated = chosen.isolated[index] as boolean;
    return {
      market: index,
      side,
      lots,
      entryValue,
      isolated,
      margin: isolated ? Math.round((Number(entryValue.numerator) * chosen.cushion) / 100) : 0,
      leverageHundredths: 500,
    };
  });
}
