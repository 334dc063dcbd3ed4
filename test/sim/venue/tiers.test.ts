import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Tier, tierOf } from "../../../sim/venue/tiers.ts";

const tier = (upToLots: number, thousandths: number): Tier => ({
  upToLots,
  maintenanceMarginRate: { numerator: thousandths, denominator: 1000 },
  maxLeverageHundredths: Math.floor(50_000 / thousandths),
});
const TIERS = [tier(2_000, 5), tier(10_000, 10), tier(50_000, 25)];

describe("tierOf", () => {
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
    [Number.MAX_SAFE_INTEGER, 2],
    [-Number.MAX_SAFE_INTEGER, 2],
  ])("TIER-1 bounds are inclusive, for longs and shorts: %i lots stand in tier %i", (lots, index) => {
    expect(tierOf(TIERS, lots)).toBe(TIERS[index]);
  });

  test("TIER-1 is the tier with the smallest bound that holds the size, else the last", () => {
    const tables = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 8 }).map((bounds) => {
      return bounds.sort((a, b) => a - b).map((bound, index) => tier(bound, index + 1));
    });
    fc.assert(
      fc.property(tables, fc.integer({ min: -1_100, max: 1_100 }), (tiers, lots) => {
        const holding = tiers.filter((entry) => Math.abs(lots) <= entry.upToLots);
        expect(tierOf(tiers, lots)).toBe(holding[0] ?? tiers[tiers.length - 1]);
      }),
    );
  });
});
