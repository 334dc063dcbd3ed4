import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FundingRate, premiumOf, rateOf } from "../../../sim/market/funding-rate.ts";
import type { FundingRules } from "../../../sim/venue/rules.ts";

const HOUR = 3_600_000_000;
/** 0.01 % of interest, a clamp of 0.05 %, a cap of 0.75 %, eight hours. */
const RULES: FundingRules = {
  intervalUs: 8 * HOUR,
  interestHundredMillionths: 10_000,
  clampHundredMillionths: 50_000,
  capHundredMillionths: 750_000,
  impactNotionalQuanta: 1,
};

describe("funding rate", () => {
  test("MARK-3 the premium: what selling fetches above the index, or buying costs below it", () => {
    expect(premiumOf(1000, 1002, 1003)).toBe(0.002);
    expect(premiumOf(1000, 990, 995)).toBe(-0.005);
    expect(premiumOf(1000, 999, 1001)).toBe(0);
    // A book that does not take the size says nothing on that side.
    expect([premiumOf(1000, 0, 1001), premiumOf(1000, 0, 990), premiumOf(1000, 1010, 0), premiumOf(1000, 0, 0)]).toEqual([
      0, -0.01, 0.01, 0,
    ]);
  });

  test.each([
    // Within the clamp the rate is the interest.
    [0, 10_000],
    [0.0005, 10_000],
    [0.0006, 10_000],
    [-0.0004, 10_000],
    // Beyond it the premium less, or plus, the clamp.
    [0.0007, 20_000],
    [-0.0005, 0],
    [-0.001, -50_000],
    // The cap, both ways.
    [0.008, 750_000],
    [0.5, 750_000],
    [-0.009, -750_000],
  ])("MARK-3 premium %d gives %d hundred-millionths", (premium, rate) => {
    expect(rateOf(RULES, premium)).toBe(rate);
  });

  test("MARK-3 agrees with decimal arithmetic, to a whole hundred-millionth", () => {
    const rules = fc.record({
      intervalUs: fc.constant(HOUR),
      interestHundredMillionths: fc.integer({ min: -100_000, max: 100_000 }),
      clampHundredMillionths: fc.integer({ min: 0, max: 100_000 }),
      capHundredMillionths: fc.integer({ min: 0, max: 5_000_000 }),
      impactNotionalQuanta: fc.constant(1),
    });
    fc.assert(
      fc.property(rules, fc.double({ min: -0.2, max: 0.2, noNaN: true }), (given, premium) => {
        const average = new Decimal(premium).times(1e8);
        const pull = Decimal.max(
          -given.clampHundredMillionths,
          Decimal.min(given.clampHundredMillionths, average.negated().plus(given.interestHundredMillionths)),
        );
        const exact = Decimal.max(-given.capHundredMillionths, Decimal.min(given.capHundredMillionths, average.plus(pull)));
        const got = rateOf(given, premium);
        expect(Number.isSafeInteger(got)).toBe(true);
        expect(exact.minus(got).abs().toNumber()).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
      { numRuns: 1000 },
    );
  });

  test("MARK-3 the premium is averaged over the interval and begins anew with the next", () => {
    const rate = new FundingRate(RULES);
    expect(rate.rateHundredMillionths).toBe(0);
    rate.sample(0.001);
    expect(rate.rateHundredMillionths).toBe(50_000);
    rate.sample(0.003);
    rate.sample(0.002);
    expect(rate.rateHundredMillionths).toBe(150_000);
    rate.close();
    // Published until the next sample says otherwise.
    expect(rate.rateHundredMillionths).toBe(150_000);
    rate.sample(0);
    expect(rate.rateHundredMillionths).toBe(10_000);
  });

  test("MARK-3 is due at 00:00, 08:00 and 16:00 UTC: at the first mark there or after, not at the one a run starts with", () => {
    const rate = new FundingRate(RULES);
    const midnight = Date.UTC(2025, 9, 11) * 1000;
    expect(rate.isDue(midnight - 1, midnight)).toBe(true);
    expect(rate.isDue(midnight - 2, midnight - 1)).toBe(false);
    expect(rate.isDue(midnight, midnight + 1)).toBe(false);
    expect(rate.isDue(midnight, midnight)).toBe(false);
    expect(rate.isDue(midnight - 1, midnight + 5)).toBe(true);
    expect(rate.isDue(midnight, midnight + 8 * HOUR - 1)).toBe(false);
    expect(rate.isDue(midnight + 8 * HOUR - 1, midnight + 8 * HOUR)).toBe(true);
  });

  test("MARK-2 the basis decays to zero at funding", () => {
    const rate = new FundingRate(RULES);
    rate.sample(0.0045);
    const start = Date.UTC(2025, 9, 11, 8) * 1000;
    const at = (hours: number) => rate.basis(start + (hours - 1) * HOUR, start + hours * HOUR);
    expect(rate.rateHundredMillionths).toBe(400_000);
    expect([at(2), at(4), at(6), at(8)]).toEqual([0.003, 0.002, 0.001, 0]);
    expect(rate.basis(start, start)).toBe(0.004);
  });

  test("MARK-3 a venue without funding has no rate, no basis, and nothing is ever due", () => {
    const rate = new FundingRate(null);
    rate.sample(0.5);
    expect([rate.rateHundredMillionths, rate.basis(0, HOUR), rate.isDue(0, 100 * HOUR)]).toEqual([0, 0, false]);
  });

  test("TIME-4 its memory is its state", () => {
    const [one, copy] = [new FundingRate(RULES), new FundingRate(RULES)];
    one.sample(0.004);
    copy.state.set(one.state);
    for (const rate of [one, copy]) rate.sample(0.002);
    expect(copy.rateHundredMillionths).toBe(one.rateHundredMillionths);
    expect(copy.rateHundredMillionths).toBe(250_000);
  });
});
