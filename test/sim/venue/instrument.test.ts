import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRatio, ratioOf } from "../../../sim/venue/decimal.ts";
import { type Instrument, profitOf, valueOf } from "../../../sim/venue/instrument.ts";
import { OverflowError } from "../../../sim/venue/whole.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const Exact = Decimal.clone({ precision: 120 });
const MODE = { down: Decimal.ROUND_FLOOR, up: Decimal.ROUND_CEIL, "half-even": Decimal.ROUND_HALF_EVEN } as const;

function linear(tickSize: string, lotSize: string, multiplier: string, quantum: string): Instrument & { readonly quantum: string } {
  return {
    symbol: "BTC-USDT",
    kind: "linear",
    productLine: "perpetual",
    expiryUs: null,
    underlying: "BTC",
    settleAsset: "USDT",
    tickSize,
    lotSize,
    multiplier,
    faceValue: null,
    quantum,
    quantaPerTickLot: ratioOf([tickSize, lotSize, multiplier], [quantum], "instrument"),
    tiers: {
      scheme: "flat",
      boundBy: "lots",
      tiers: [{ upTo: SAFE, maintenanceMarginRate: parseRatio("0.005", ""), maxLeverageHundredths: 10000, deduction: null }],
    },
    fees: { maker: parseRatio("0", ""), taker: parseRatio("0", ""), liquidation: parseRatio("0", "") },
  };
}

/** INST-1 in natural units: price × |size| × multiplier, then rounded to the quantum. */
function byDecimal(instrument: ReturnType<typeof linear>, ticks: number, lots: number, mode: keyof typeof MODE): bigint {
  const price = new Exact(ticks).times(instrument.tickSize);
  const size = new Exact(lots).abs().times(instrument.lotSize);
  return BigInt(price.times(size).times(instrument.multiplier).dividedBy(instrument.quantum).toDecimalPlaces(0, MODE[mode]).toFixed(0));
}

const BTC = linear("0.1", "0.001", "1", "0.000001");
const FINE = linear("0.01", "1", "0.0001", "0.001");
const DOGE = linear("0.00001", "1", "1", "0.001");
const ODD = linear("0.3", "0.07", "1.1", "0.01");
const instruments = fc.constantFrom(BTC, FINE, DOGE, ODD);
const ticks = fc.oneof(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 1, max: SAFE }));
const lots = fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.maxSafeInteger());
const mode = fc.constantFrom("down" as const, "up" as const, "half-even" as const);

describe("valueOf", () => {
  test("INST-1 price × size × multiplier, never negative", () => {
    // 0.025 BTC at 120,000.1 is 3,000.0025 USDT.
    expect(valueOf(BTC, 1_200_001, 25)).toBe(3_000_002_500);
    expect(valueOf(BTC, 1_200_001, -25)).toBe(3_000_002_500);
    expect(valueOf(BTC, 1_200_001, 0)).toBe(0);
    expect(valueOf(BTC, 1, -0)).toBe(0);
  });

  test("INST-1 UNIT-3 ties go to the even quantum unless asked otherwise", () => {
    // One tick-lot of DOGE is a hundredth of a quantum: 0.00001 × 1 ÷ 0.001.
    expect(DOGE.quantaPerTickLot).toEqual({ numerator: 1, denominator: 100 });
    expect([50, 150, 250, 49, 51].map((size) => valueOf(DOGE, 1, size))).toEqual([0, 2, 2, 0, 1]);
    expect(valueOf(DOGE, 1, 101, "down")).toBe(1);
    expect(valueOf(DOGE, 1, 101, "up")).toBe(2);
  });

  test("INST-1 agrees with decimal.js for every price and size, or raises OverflowError with the amount", () => {
    fc.assert(
      fc.property(instruments, ticks, lots, mode, (instrument, price, size, rounding) => {
        const expected = byDecimal(instrument, price, size, rounding);
        if (expected <= BigInt(SAFE)) expect(BigInt(valueOf(instrument, price, size, rounding))).toBe(expected);
        else {
          expect(() => valueOf(instrument, price, size, rounding)).toThrow(OverflowError);
          expect(() => valueOf(instrument, price, size, rounding)).toThrow(String(expected));
        }
      }),
      { numRuns: 4000 },
    );
  });

  test("INST-1 sizes at the edge of 2^53, where lots × ratio leaves the range but the value does not", () => {
    const coarse: ReturnType<typeof linear> = linear("0.0001", "0.003", "1", "0.01");
    const { numerator, denominator } = coarse.quantaPerTickLot;
    expect(numerator).toBe(3);
    for (const size of [SAFE, SAFE - 1, Math.floor(SAFE / 3), Math.floor(SAFE / 3) + 1, -SAFE]) {
      for (const rounding of ["down", "up", "half-even"] as const) {
        for (const price of [1, 2, 7, Math.floor(denominator / numerator)]) {
          expect(BigInt(valueOf(coarse, price, size, rounding))).toBe(byDecimal(coarse, price, size, rounding));
        }
      }
    }
    expect(() => valueOf(coarse, 1_000_000, SAFE)).toThrow(OverflowError);
  });

  test("UNIT-1 the first value beyond 2^53 − 1 is refused", () => {
    const unit = linear("1", "1", "1", "1");
    expect(valueOf(unit, 1, SAFE)).toBe(SAFE);
    expect(valueOf(unit, SAFE, -1)).toBe(SAFE);
    expect(() => valueOf(unit, 2, 2 ** 52)).toThrow(OverflowError);
    expect(valueOf(BTC, 1_200_000, 75_059_993)).toBe(9_007_199_160_000_000);
    expect(() => valueOf(BTC, 1_200_000, 75_059_994)).toThrow("9007199280000000 is beyond ±(2^53 − 1)");
    expect(() => valueOf(BTC, 1_200_000, 75_059_994_000)).toThrow("9007199280000000000 is beyond ±(2^53 − 1)");
  });
});

/** An inverse contract of a face value in the quote asset. */
function inverse(faceValue: string, tickSize: string, lotSize: string, multiplier: string, quantum: string) {
  const quantaPerTickLot = ratioOf([faceValue, multiplier, lotSize], [tickSize, quantum], "instrument");
  return { ...linear(tickSize, lotSize, multiplier, quantum), kind: "inverse" as const, faceValue, quantaPerTickLot };
}

describe("inverse contracts", () => {
  const COIN = inverse("100", "0.1", "1", "1", "0.00000001");
  const SMALL = inverse("1", "0.5", "1", "1", "0.00000001");
  const FRACTION = inverse("10", "0.05", "0.01", "0.3", "0.0001");

  /** INST-2 in natural units: face value × multiplier × |size| / price, then rounded to the quantum. */
  function expected(instrument: ReturnType<typeof inverse>, ticks: number, lots: number, rounding: keyof typeof MODE): bigint {
    const worth = new Exact(instrument.faceValue).times(instrument.multiplier).times(instrument.lotSize).times(Math.abs(lots));
    const price = new Exact(ticks).times(instrument.tickSize);
    return BigInt(worth.dividedBy(price).dividedBy(instrument.quantum).toDecimalPlaces(0, MODE[rounding]).toFixed(0));
  }

  test("INST-2 value = face value × contracts / price, in the coin", () => {
    // 10 contracts of 100 USD at 10,000 and 12,500.
    expect([100_000, 125_000].map((price) => valueOf(COIN, price, -10))).toEqual([10_000_000, 8_000_000]);
    expect(valueOf(COIN, 300_000, 1)).toBe(333_333);
    expect(valueOf(COIN, 300_000, 1, "up")).toBe(333_334);
    expect(valueOf(COIN, 300_000, 0)).toBe(0);
  });

  test("INST-1 INST-2 a long gains when the price rises: linear by what the value gains, inverse by what it loses", () => {
    const [open, close] = [valueOf(COIN, 100_000, 10), valueOf(COIN, 125_000, 10)];
    expect([10, -10].map((size) => profitOf(COIN, size, open, close))).toEqual([2_000_000, -2_000_000]);
    expect([10, -10].map((size) => profitOf(BTC, size, 1_000, 1_250))).toEqual([250, -250]);
  });

  test("INST-2 UNIT-1 UNIT-3 agrees with decimal arithmetic at any size, or is refused", () => {
    fc.assert(
      fc.property(fc.constantFrom(COIN, SMALL, FRACTION), ticks, lots, mode, (instrument, price, size, rounding) => {
        const value = expected(instrument, price, size, rounding);
        if (value <= BigInt(SAFE)) expect(BigInt(valueOf(instrument, price, size, rounding))).toBe(value);
        else expect(() => valueOf(instrument, price, size, rounding)).toThrow(OverflowError);
      }),
      { numRuns: 2_000 },
    );
  });

  test("UNIT-1 there is no value at no price", () => {
    expect(() => valueOf(COIN, 0, 1)).toThrow(OverflowError);
  });
});
