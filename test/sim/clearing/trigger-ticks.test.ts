import fc from "fast-check";
import { expect, test } from "vitest";
import { isAtRisk, type MarginTerms } from "../../../sim/clearing/margin.ts";
import { triggerTicks } from "../../../sim/clearing/trigger-ticks.ts";
import { parseRatio } from "../../../sim/venue/decimal.ts";
import type { TierTable } from "../../../sim/venue/tiers.ts";
import { instrumentOf, liquidationRulesOf } from "../venue-fixture.ts";

/** Marks that are tried one by one. */
const MOST_TICKS = 400;

const table: fc.Arbitrary<TierTable> = fc
  .record({
    scheme: fc.constantFrom("flat", "marginal"),
    boundBy: fc.constantFrom("lots", "value"),
    steps: fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 4_000 }),
        rise: fc.integer({ min: 0, max: 300 }),
        deduction: fc.option(fc.integer({ min: 0, max: 400 }), { freq: 6 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ scheme, boundBy, steps }): TierTable => {
    let [upTo, rate] = [0, 0];
    const tiers = steps.map(({ width, rise, deduction }, index) => {
      upTo += boundBy === "lots" ? 1 + (width % 12) : width;
      rate = Math.min(950, rate + rise);
      return {
        upTo: index === steps.length - 1 ? Number.MAX_SAFE_INTEGER : upTo,
        maintenanceMarginRate: { numerator: rate, denominator: 1_000 },
        maxLeverageHundredths: 100,
        deduction: scheme === "marginal" && deduction !== null ? { numerator: deduction, denominator: 1 } : null,
      };
    });
    return { scheme, boundBy, tiers };
  });

const position = fc.record({
  lots: fc.integer({ min: -30, max: 30 }).filter((lots) => lots !== 0),
  entry: fc.integer({ min: 0, max: 9_000 }),
  margin: fc.integer({ min: 0, max: 3_000 }),
});

test("LIQ-1 TIER-1 TIER-2 MARK-5 a position is judged no later than at the first mark at which it is at risk, and hardly earlier, on every kind of table", () => {
  let [found, none] = [0, 0];
  fc.assert(
    fc.property(
      table,
      position,
      fc.constantFrom([1, 1], [7, 3], [40, 1]),
      fc.boolean(),
      fc.constantFrom<["mark" | "entry", number]>(["mark", 0], ["mark", 0], ["mark", 3], ["mark", 50], ["entry", 0]),
      (tiers, { lots, entry, margin }, [numerator, denominator], withFee, [positionValueAt, orderLots]) => {
        const quantaPerTickLot = { numerator: numerator as number, denominator: denominator as number };
        const instrument = { ...instrumentOf({ quantaPerTickLot }), tiers };
        const rules = liquidationRulesOf({ maintenanceIncludesClosingFee: withFee, positionValueAt });
        const fees = { ...instrument.fees, taker: parseRatio("0.02", "taker") };
        const terms: MarginTerms = { instrument: { ...instrument, fees }, rules };
        const held = { lots, entryValue: entry, margin, orderLots };
        const atRisk = Array.from({ length: MOST_TICKS }, (_, index) => index + 1).filter((ticks) => isAtRisk(terms, held, ticks));
        const trigger = triggerTicks(terms, lots, entry, margin, orderLots);
        // A mark that falls on a long, and rises on a short, comes to these first.
        const first = lots > 0 ? atRisk.at(-1) : atRisk[0];
        if (first === undefined) {
          none += 1;
          return;
        }
        found += 1;
        if (lots > 0) expect(trigger).toBeGreaterThanOrEqual(first);
        else expect(trigger).toBeLessThanOrEqual(first);
        // A tick's worth of roundings; a requirement of nothing is never at risk, whatever the formula says.
        const perTick = (Math.abs(lots) * (numerator as number)) / (denominator as number);
        const rates = tiers.tiers.map(({ maintenanceMarginRate }) => maintenanceMarginRate.numerator / 1_000 + 0.02);
        const slack = 3 + 16 / perTick / (1 - Math.min(0.97, Math.max(...rates)));
        // At an edge in value the requirement jumps, and a rounding decides on which side of it.
        const jumps = tiers.boundBy === "value" || tiers.tiers.some(({ deduction }) => deduction !== null);
        if (!jumps && Math.min(...rates) > 0.05 && first < MOST_TICKS && first > 1)
          expect(Math.abs(trigger - first)).toBeLessThanOrEqual(slack);
      },
    ),
    { numRuns: 6_000 },
  );
  expect(Math.min(found, none)).toBeGreaterThan(300);
});
