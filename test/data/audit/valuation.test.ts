/** The audit's arithmetic: worked cases, and against the simulation's own, which shares no line with it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fraction, quotient, ZERO } from "../../../data/audit/exact.ts";
import type { AuditTerms } from "../../../data/audit/terms.ts";
import { bankruptcyOf, feeAt, limitOf, marginAt, profitOf, requirementOf, valueAt } from "../../../data/audit/valuation.ts";
import { bankruptcyValue, initialMargin, limitTicks, requirementAt } from "../../../sim/clearing/margin.ts";
import { valueOf } from "../../../sim/venue/instrument.ts";
import type { Ratio } from "../../../sim/venue/whole.ts";
import { instrumentOf, liquidationRulesOf } from "../../sim/venue-fixture.ts";

const fraction = ({ numerator, denominator }: Ratio): Fraction => ({ numerator: BigInt(numerator), denominator: BigInt(denominator) });
const per = (numerator: number, denominator: number): Fraction => fraction({ numerator, denominator });

const TERMS: AuditTerms = {
  kind: "linear",
  scale: per(1, 1),
  maker: per(-1, 10_000),
  taker: per(5, 10_000),
  liquidation: per(1, 1000),
  closing: per(5, 10_000),
  closingFees: 1n,
  maintenanceIncludesClosingFee: false,
  unrealizedProfitAsMargin: "own",
  tiersIncludeOpenOrders: false,
  triggerAt: "at-or-below",
  bankruptcyAt: "zero",
  tierScheme: "flat",
  boundBy: "lots",
  tiers: [{ upTo: null, rate: per(1, 100), deduction: null }],
  positionValueAt: "mark",
  reduces: false,
  funding: null,
  settlement: "continuous",
  residual: "house",
  feeShare: ZERO,
  surplusTo: "pool",
  vault: null,
  takeoverAt: "bankruptcy",
  adl: { price: "bankruptcy", far: { numerator: 0n, denominator: 1n } },
  asset: 0,
  poolName: "perpetual/BTC/USDT",
  seed: 0n,
};

describe("rounding (UNIT-3)", () => {
  test.each([
    [5n, 2n, 2n, 2n, 3n],
    [7n, 2n, 3n, 4n, 4n],
    [-5n, 2n, -3n, -2n, -2n],
    [-7n, 3n, -3n, -2n, -2n],
    [6n, 3n, 2n, 2n, 2n],
    [-1n, 3n, -1n, 0n, 0n],
  ])("%d / %d is %d down, %d to even, %d up", (dividend, divisor, down, even, up) => {
    expect([quotient(dividend, divisor, "down"), quotient(dividend, divisor, "even"), quotient(dividend, divisor, "up")]).toEqual([
      down,
      even,
      up,
    ]);
  });

  test("a fee is rounded up, a rebate towards the venue", () => {
    expect([feeAt(10_001n, TERMS.taker), feeAt(10_001n, TERMS.maker)]).toEqual([6n, -1n]);
  });
});

describe("inverse contracts", () => {
  const inverse: AuditTerms = { ...TERMS, kind: "inverse", scale: per(10_000_000_000, 1) };

  test("INST-2: value falls with the price, and a long gains when it rises", () => {
    expect([valueAt(inverse, 50_000n, 3n), valueAt(inverse, 60_000n, 3n)]).toEqual([600_000n, 500_000n]);
    expect([profitOf(inverse, 3n, 600_000n, 500_000n), profitOf(inverse, -3n, 600_000n, 500_000n)]).toEqual([100_000n, -100_000n]);
  });
});

describe("marginal tiers (TIER-1)", () => {
  const tiers = [
    { upTo: per(100, 1), rate: per(1, 100), deduction: null },
    { upTo: per(300, 1), rate: per(2, 100), deduction: null },
    { upTo: null, rate: per(5, 100), deduction: null },
  ];

  test.each(["value", "lots"] as const)("each slice at its own rate, with bounds in %s", (boundBy) => {
    const terms: AuditTerms = { ...TERMS, tierScheme: "marginal", boundBy, tiers };
    const of = (size: bigint) => requirementOf(terms, size, size, 0n);
    // 1 + 4 + 5 of 400.
    expect([of(100n), of(300n), of(400n)]).toEqual([1n, 5n, 10n]);
  });

  test("a deduction that is given counts, and those after it build on it", () => {
    const given = tiers.map((tier, number) => ({ ...tier, deduction: number === 1 ? per(2, 1) : null }));
    const terms: AuditTerms = { ...TERMS, tierScheme: "marginal", boundBy: "value", tiers: given };
    expect([requirementOf(terms, 1n, 300n, 0n), requirementOf(terms, 1n, 400n, 0n)]).toEqual([4n, 9n]);
  });
});

describe("against the simulation", () => {
  const rate = fc.integer({ min: 0, max: 400 }).map((part) => ({ numerator: part, denominator: 10_000 }));
  const text = ({ numerator }: Ratio) => (numerator / 10_000).toFixed(4);
  const position = fc.record({
    scale: fc.record({ numerator: fc.integer({ min: 1, max: 1000 }), denominator: fc.integer({ min: 1, max: 1000 }) }),
    taker: rate,
    liquidation: rate,
    lots: fc.integer({ min: 1, max: 1_000_000 }),
    short: fc.boolean(),
    ticks: fc.integer({ min: 1, max: 2_000_000 }),
    entryTicks: fc.integer({ min: 1, max: 2_000_000 }),
    margin: fc.integer({ min: 0, max: 10_000_000 }),
    leverage: fc.integer({ min: 100, max: 12_500 }),
    twice: fc.boolean(),
    fee: fc.boolean(),
    own: fc.boolean(),
    zero: fc.boolean(),
    byEntry: fc.boolean(),
    edge: fc.integer({ min: 1, max: 1_000_000 }),
  });

  test("INST-1, MARGIN-1, MARGIN-2, MARGIN-5, MARK-5: both come to the same quantum", () => {
    fc.assert(
      fc.property(position, (drawn) => {
        const lots = drawn.short ? -drawn.lots : drawn.lots;
        const tiers = [
          { upToLots: drawn.edge, rate: "0.005", maxLeverage: 125 },
          { upToLots: Number.MAX_SAFE_INTEGER, rate: "0.0123", maxLeverage: 10 },
        ];
        const fees = { taker: text(drawn.taker), liquidation: text(drawn.liquidation) };
        const instrument = instrumentOf({ quantaPerTickLot: drawn.scale, tiers, ...fees });
        const rules = liquidationRulesOf({
          closingFeeInPositionMargin: drawn.twice ? "twice" : "once",
          maintenanceIncludesClosingFee: drawn.fee,
          closingFeeRate: drawn.own ? "liquidation" : "taker",
          bankruptcyAt: drawn.zero ? "zero" : "closing-fee",
          positionValueAt: drawn.byEntry ? "entry" : "mark",
        });
        const terms: AuditTerms = {
          ...TERMS,
          scale: fraction(drawn.scale),
          closing: fraction(drawn.own ? drawn.liquidation : drawn.taker),
          closingFees: drawn.twice ? 2n : 1n,
          maintenanceIncludesClosingFee: drawn.fee,
          bankruptcyAt: drawn.zero ? "zero" : "closing-fee",
          positionValueAt: drawn.byEntry ? "entry" : "mark",
          tiers: [
            { upTo: per(drawn.edge, 1), rate: per(5, 1000), deduction: null },
            { upTo: null, rate: per(123, 10_000), deduction: null },
          ],
        };
        const value = valueOf(instrument, drawn.ticks, lots);
        const entryValue = valueOf(instrument, drawn.entryTicks, lots);
        const held = { lots, entryValue, margin: drawn.margin };
        const bankrupt = bankruptcyValue({ instrument, rules }, held);
        const ours = bankruptcyOf(terms, BigInt(lots), BigInt(entryValue), BigInt(drawn.margin)) as bigint;
        expect([
          valueAt(terms, BigInt(drawn.ticks), BigInt(lots)),
          marginAt(terms, BigInt(value), BigInt(drawn.leverage)),
          requirementOf(terms, BigInt(lots), BigInt(value), BigInt(entryValue)),
          ours,
          limitOf(terms, BigInt(lots), ours),
        ]).toEqual(
          [
            value,
            initialMargin({ instrument, rules }, value, drawn.leverage),
            requirementAt({ instrument, rules }, held, drawn.ticks),
            bankrupt,
            limitTicks(instrument, lots, bankrupt),
          ].map(BigInt),
        );
      }),
      { numRuns: 500 },
    );
  });
});
