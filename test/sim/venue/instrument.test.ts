import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRatio, ratioOf } from "../../../sim/venue/decimal.ts";
import { type Instrument, valueOf } from "../../../sim/venue/instrument.ts";
import { OverflowError } from "../../../sim/venue/whole.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const Exact = Decimal.clone({ precision: 120 });
const MODE = { down: Decimal.ROUND_FLOOR, up: Decimal.ROUND_CEIL, "half-even": Decimal.ROUND_HALF_EVEN } as const;

function linear(tickSize: string, lotSize: string, multiplier: string, quantum: string): Instrument & { readonly quantum: string } {
  return {
    symbol: "BTC-USDT",
    kind: "linear",
    productLine: "perpetual",
    underlying: "BTC",
    settleAsset: "USDT",
    tickSize,
    lotSize,
    multiplier,
    quantum,
    quantaPerTickLot: ratioOf([tickSize, lotSize, multiplier], [quantum], "instrument"),
    tiers: [{ upToLots: SAFE, maintenanceMarginRate: parseRatio("0.005", ""), maxLeverageHundredths: 10000 }],
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
