import { describe, expect, test } from "vitest";
import { ExternalImpact } from "../../../sim/market/external-impact.ts";

const SECOND = 1_000_000;
/** A thousandth of the price for a thousand quanta, gone by half in ten seconds. */
const RULES = { partPerQuantum: 1e-6, halfLifeUs: 10 * SECOND };

describe("impact on the external price", () => {
  test("MARK-4 with no trades, or no impact, the price is exactly the path", () => {
    const [untouched, hard] = [new ExternalImpact(RULES), new ExternalImpact(null)];
    hard.traded(0, 1e12);
    for (const path of [1, 1000, 2 ** 52 + 1])
      expect([untouched.priceTicks(SECOND, path), hard.priceTicks(SECOND, path)]).toEqual([path, path]);
  });

  test("MARK-4 a trade moves it in proportion to its value and its side, and half of that is gone every half-life", () => {
    const impact = new ExternalImpact(RULES);
    impact.traded(5 * SECOND, 16_000);
    const at = (second: number) => impact.priceTicks(second * SECOND, 1_000_000);
    expect([at(5), at(15), at(25), at(35), at(45)]).toEqual([1_016_000, 1_008_000, 1_004_000, 1_002_000, 1_001_000]);
    impact.traded(45 * SECOND, -5_000);
    expect([at(45), at(55)]).toEqual([996_000, 998_000]);
  });

  test("MARK-4 trades add up, and how often one looks does not matter", () => {
    const [often, once] = [new ExternalImpact(RULES), new ExternalImpact(RULES)];
    for (const impact of [often, once]) {
      impact.traded(0, 10_000);
      impact.traded(10 * SECOND, 10_000);
    }
    for (let second = 10; second < 30; second += 0.5) often.priceTicks(second * SECOND, 1000);
    expect(often.priceTicks(30 * SECOND, 10 ** 9)).toBe(once.priceTicks(30 * SECOND, 10 ** 9));
    expect(once.priceTicks(30 * SECOND, 10 ** 9)).toBe(1_003_750_000);
  });

  test("MARK-4 in a drought a trade moves it by more, the less depth is left, and as before when all has come back", () => {
    const drought = { fromUs: 10 * SECOND, untilUs: 20 * SECOND, recoveryUs: 10 * SECOND, depth: 0.25 };
    const movedAt = (timeUs: number, depth = 0.25) => {
      const impact = new ExternalImpact({ ...RULES, droughts: [{ ...drought, depth }] });
      impact.traded(timeUs, 1_000);
      return impact.priceTicks(timeUs, 1_000_000) - 1_000_000;
    };
    expect([9, 10, 19, 25, 30].map((second) => movedAt(second * SECOND))).toEqual([1_000, 4_000, 4_000, 1_600, 1_000]);
    // With nothing left it is a hundred times.
    expect(movedAt(15 * SECOND, 0)).toBe(100_000);
  });

  test("MARK-4 selling never takes the price away altogether", () => {
    const impact = new ExternalImpact(RULES);
    impact.traded(0, -1e12);
    expect([impact.priceTicks(0, 1000), impact.priceTicks(0, 1)]).toEqual([100, 1]);
  });

  test("MARK-4 buying never takes it beyond ten times the path, however often it feeds on itself", () => {
    const impact = new ExternalImpact(RULES);
    for (let trade = 0; trade < 5_000; trade++) impact.traded(0, impact.priceTicks(0, 1000) * 100);
    expect(impact.priceTicks(0, 1000)).toBe(10_000);
  });
});
