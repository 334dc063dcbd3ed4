import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maintenanceMarginOf, type Tier, type TierTable, tierNumber, tierOf } from "../../../sim/venue/tiers.ts";
import { OverflowError } from "../../../sim/venue/whole.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const Exact = Decimal.clone({ precision: 200 });

const tier = (upTo: number, rate: number, denominator = 1000, deduction: Tier["deduction"] = null): Tier => ({
  upTo,
  maintenanceMarginRate: { numerator: rate, denominator },
  maxLeverageHundredths: 100,
  deduction,
});
const table = (scheme: TierTable["scheme"], boundBy: TierTable["boundBy"], tiers: readonly Tier[]): TierTable => ({
  scheme,
  boundBy,
  tiers,
});
const TIERS = [tier(2_000, 5), tier(10_000, 10), tier(50_000, 25)];

describe("the tier of a position", () => {
  test.each([
    [0, 0],
    [1, 0],
    [1_999, 0],
    [2_000, 0],
    [2_001, 1],
    [-2_000, 0],
    [-2_001, 1],
    [10_000, 1],
    [-10_000, 1],
    [10_001, 2],
    [50_000, 2],
    [50_001, 2],
    [SAFE, 2],
    [-SAFE, 2],
  ])("TIER-1 bounds are inclusive, for longs and shorts: %i lots stand in tier %i", (lots, index) => {
    const byLots = table("flat", "lots", TIERS);
    expect(tierOf(byLots, lots, SAFE)).toBe(TIERS[index]);
    expect(tierNumber(byLots, lots, SAFE)).toBe(index + 1);
    const byValue = table("flat", "value", TIERS);
    expect(tierOf(byValue, SAFE, Math.abs(lots))).toBe(TIERS[index]);
    expect(tierNumber(byValue, -1, Math.abs(lots))).toBe(index + 1);
  });

  test("TIER-1 is the tier with the smallest bound that holds the size, else the last", () => {
    const tables = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 8 }).map((bounds) => {
      return bounds.sort((a, b) => a - b).map((bound, index) => tier(bound, index + 1));
    });
    fc.assert(
      fc.property(tables, fc.integer({ min: -1_100, max: 1_100 }), (tiers, lots) => {
        const holding = tiers.filter((entry) => Math.abs(lots) <= entry.upTo);
        expect(tierOf(table("flat", "lots", tiers), lots, 0)).toBe(holding[0] ?? tiers[tiers.length - 1]);
      }),
    );
  });
});

describe("maintenance margin", () => {
  test("TIER-1 MARGIN-2 flat puts the whole position at its tier's rate: it jumps one quantum beyond an edge", () => {
    const byValue = table("flat", "value", TIERS);
    expect([1_999, 2_000, 2_001, 10_000, 10_001].map((value) => maintenanceMarginOf(byValue, 1, value))).toEqual([10, 10, 21, 100, 251]);
    const byLots = table("flat", "lots", TIERS);
    expect([2_000, 2_001].map((lots) => maintenanceMarginOf(byLots, -lots, 1_000_000))).toEqual([5_000, 10_000]);
    expect(maintenanceMarginOf(byLots, 0, 0)).toBe(0);
  });

  test("TIER-1 marginal is continuous at the edges and never less than the tier before would have it", () => {
    const byValue = table("marginal", "value", TIERS);
    // 2000 × 0.005 = 10; then 1 % of what is beyond; then 2.5 %: rounded up.
    expect([1_999, 2_000, 2_001, 2_100, 10_000, 10_001, 10_040].map((value) => maintenanceMarginOf(byValue, 1, value))).toEqual([
      10, 10, 11, 11, 90, 91, 91,
    ]);
    const byLots = table("marginal", "lots", TIERS);
    // A lot worth 100: 2000 lots at 0.5 %, 1 lot at 1 %.
    expect([2_000, 2_001].map((lots) => maintenanceMarginOf(byLots, lots, 100 * lots))).toEqual([1_000, 1_001]);
    expect(maintenanceMarginOf(byLots, 0, 0)).toBe(0);
  });

  test("TIER-1 a deduction is used as given, whatever the slices would make of it, and never below zero", () => {
    const given = table("marginal", "value", [
      tier(2_000, 5, 1000, ratio(0)),
      tier(10_000, 10, 1000, ratio(7)),
      tier(SAFE, 25, 1000, ratio(10_000)),
    ]);
    expect([2_000, 2_001, 10_000, 10_001].map((value) => maintenanceMarginOf(given, 1, value))).toEqual([10, 14, 93, 0]);
    const halves = table("marginal", "value", [tier(SAFE, 5, 1000, { numerator: 1, denominator: 2 })]);
    expect([100, 101, 300, 301, 501].map((value) => maintenanceMarginOf(halves, 1, value))).toEqual([0, 1, 1, 2, 3]);
    // Flat has no deduction: the whole position stands at one rate.
    expect(maintenanceMarginOf({ ...given, scheme: "flat" }, 1, 2_001)).toBe(21);
  });

  test("TIER-1 the table of Binance BTCUSDT of March 2021: the amounts that its page states are those of the slices", () => {
    const quanta = 1_000_000;
    const rows = [
      [50_000, 40, 0],
      [250_000, 50, 50],
      [1_000_000, 100, 1_300],
      [10_000_000, 250, 16_300],
      [20_000_000, 500, 266_300],
      [50_000_000, 1_000, 1_266_300],
      [100_000_000, 1_250, 2_516_300],
      [200_000_000, 1_500, 5_016_300],
      [300_000_000, 2_500, 25_016_300],
      [500_000_000, 5_000, 100_016_300],
    ] as const;
    const slices = table(
      "marginal",
      "value",
      rows.map(([upTo, rate]) => tier(upTo * quanta, rate, 10_000)),
    );
    const stated = table(
      "marginal",
      "value",
      rows.map(([upTo, rate, amount]) => tier(upTo * quanta, rate, 10_000, ratio(amount * quanta))),
    );
    for (const [upTo] of rows) {
      for (const value of [upTo * quanta - 1, upTo * quanta, upTo * quanta + 1, upTo * quanta + 123_456_789]) {
        expect(maintenanceMarginOf(slices, 1, value)).toBe(maintenanceMarginOf(stated, 1, value));
      }
    }
    // The page's own example: 264,000 at 1 % less 1,300.
    expect(maintenanceMarginOf(slices, 1, 264_000 * quanta)).toBe(1_340 * quanta);
  });

  test("TIER-1 MARGIN-2 UNIT-3 the deduction form is the slice form exactly, bounds in value or lots, up to 2^53", () => {
    fc.assert(
      fc.property(cases, ({ tiers, boundBy, lots, value }) => {
        const byDecimal = sliceForm(tiers, boundBy, lots, value);
        const margin = maintenanceMarginOf(table("marginal", boundBy, tiers), lots, value);
        expect(margin).toBe(byDecimal.ceil().toNumber());
        if (boundBy !== "value") return;
        const given = tiers.map((row, index) => ({ ...row, deduction: deductionOf(tiers, index) }));
        if (given.every(({ deduction }) => Number.isSafeInteger(deduction.numerator))) {
          expect(maintenanceMarginOf(table("marginal", boundBy, given), lots, value)).toBe(margin);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("UNIT-1 a maintenance margin beyond 2^53 − 1 is refused", () => {
    const beyond = table("marginal", "value", [tier(SAFE, 999, 1000, { numerator: -SAFE, denominator: 1 })]);
    expect(() => maintenanceMarginOf(beyond, 1, SAFE)).toThrow(OverflowError);
  });
});

function ratio(numerator: number) {
  return { numerator, denominator: 1 };
}

/** Tables with rates over 10,000 and bounds at any scale; sizes near the bounds and anywhere. */
const cases = fc
  .record({
    bounds: fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: SAFE - 1 })), {
      minLength: 1,
      maxLength: 6,
    }),
    seed: fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 6, maxLength: 6 }),
    boundBy: fc.constantFrom("lots" as const, "value" as const),
  })
  .chain(({ bounds, seed, boundBy }) => {
    bounds.sort((a, b) => a - b);
    let rate = 0;
    const tiers = bounds.map((bound, index) => {
      rate += seed[index] as number;
      return tier(index === bounds.length - 1 ? SAFE : bound, rate, 10_000);
    });
    const near = fc.constantFrom(...bounds).chain((bound) => fc.integer({ min: Math.max(0, bound - 2), max: Math.min(SAFE, bound + 2) }));
    const size = fc.oneof(near, fc.integer({ min: 0, max: SAFE }));
    return fc.record({ tiers: fc.constant(tiers), boundBy: fc.constant(boundBy), lots: size, value: size });
  });

/** Each slice at its own rate, in decimals: what of the size lies above a tier's floor and up to its bound. */
function sliceForm(tiers: readonly Tier[], boundBy: TierTable["boundBy"], lots: number, value: number): Decimal {
  const size = boundBy === "lots" ? lots : value;
  let margin = new Exact(0);
  let floor = 0;
  for (const { upTo, maintenanceMarginRate } of tiers) {
    const slice = Math.max(0, Math.min(size, upTo) - floor);
    const worth = boundBy === "value" || lots === 0 ? new Exact(slice) : new Exact(value).times(slice).dividedBy(lots);
    margin = margin.plus(worth.times(maintenanceMarginRate.numerator).dividedBy(maintenanceMarginRate.denominator));
    floor = upTo;
  }
  return margin.toDecimalPlaces(60);
}

/** floor_n × (rate_n − rate_{n−1}) + deduction_{n−1}, over 10,000. */
function deductionOf(tiers: readonly Tier[], index: number): { numerator: number; denominator: number } {
  let sum = 0n;
  for (let at = 1; at <= index; at++) {
    const [row, before] = [tiers[at] as Tier, tiers[at - 1] as Tier];
    sum += BigInt(before.upTo) * BigInt(row.maintenanceMarginRate.numerator - before.maintenanceMarginRate.numerator);
  }
  return { numerator: Number(sum), denominator: 10_000 };
}
