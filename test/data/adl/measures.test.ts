import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClosedWinner, countInversions } from "../../../data/adl/inversions.ts";
import { giniOf, topShareOf } from "../../../data/adl/measures.ts";
import { replayPolicy } from "../../../data/adl/replay.ts";
import { waveTotals } from "../../../data/adl/waves.ts";
import { SIX, useSnapshots } from "./support.ts";

const snapshots = useSnapshots();

/** By definition: every pair, looked at. */
function inversionsOneByOne(winners: readonly ClosedWinner[]): number {
  let count = 0;
  for (const poorer of winners) {
    for (const richer of winners) {
      if (poorer.profit < richer.profit && poorer.closed * richer.lots > richer.closed * poorer.lots) count++;
    }
  }
  return count;
}

describe("CASC-5 measures of one event", () => {
  test("of largest-position, worked by hand", async () => {
    // alice 6 of 6, bob 4 of 6, carol none; 3 a contract. u: 30, 90, 50.
    const { metrics } = replayPolicy(await snapshots.caseOf(SIX), "largest-position");
    expect(metrics).toEqual({
      needed: "30",
      taken: "30",
      accounts: 2,
      largestHaircutShare: 0.15,
      // Of 4 and 6: (6 − 4) ÷ (2 × 10); of 0, 0, 4, 6: (1 × 4 + 3 × 6) ÷ (4 × 10).
      gini: 0.1,
      giniOfEligible: 0.55,
      topTenShare: 1,
      // alice before bob, alice before carol.
      inversions: 2,
      // carol 190/60 = 3.17, bob 190/168, dave 475/200.
      maxLeverageAfter: 190 / 60,
    });
  });

  test("ten of twelve equal haircuts are ten twelfths of all", () => {
    expect(topShareOf(new Array(12).fill(7))).toBe(10 / 12);
    expect(topShareOf([1, 2, 3])).toBe(1);
    expect(topShareOf([])).toBe(0);
  });

  test("Gini: 0 of equals, (n − 1) ÷ n when one has all, the same in any unit and order", () => {
    expect(giniOf([5, 5, 5])).toBe(0);
    expect(giniOf([0, 0, 0, 9])).toBe(0.75);
    expect(giniOf([0, 0])).toBe(0);
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), (amounts) => {
        const gini = giniOf(amounts);
        expect(giniOf([...amounts].reverse().map((amount) => amount * 1000))).toBeCloseTo(gini, 12);
        expect(gini).toBeGreaterThanOrEqual(0);
        expect(gini).toBeLessThan(1);
      }),
    );
  });
});

describe("inversions against profit", () => {
  test("equal profits and equal parts are none, winners not touched count", () => {
    expect(countInversions([])).toBe(0);
    const winner = (profit: number, closed: number, lots = 4): ClosedWinner => ({ profit, lots, closed });
    expect(countInversions([winner(5, 4), winner(5, 0)])).toBe(0);
    expect(countInversions([winner(5, 2), winner(9, 4, 8)])).toBe(0);
    expect(countInversions([winner(9, 0), winner(5, 1), winner(7, 1)])).toBe(2);
  });

  test("are those of looking at every pair", () => {
    const winner = fc.record({ profit: fc.integer({ min: 1, max: 6 }), lots: fc.integer({ min: 1, max: 9 }), part: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(winner, { maxLength: 30 }), (drawn) => {
        const winners = drawn.map(({ profit, lots, part }) => ({ profit, lots, closed: Math.min(lots, part) }));
        expect(countInversions(winners)).toBe(inversionsOneByOne(winners));
      }),
    );
  });

  test("of 100,000 winners in the wrong order are all pairs", () => {
    const count = 100_000;
    const winners = Array.from({ length: count }, (_, index) => ({ profit: index + 1, lots: count, closed: count - index }));
    expect(countInversions(winners)).toBe((count * (count - 1)) / 2);
  });
});

test("overshoot gross and net differ where an event takes too little", () => {
  const share = { largestShare: 0.5, benchmarkShare: 0.25 };
  expect(
    waveTotals([
      { needed: 10, taken: 30, ...share },
      { needed: 8, taken: 3, ...share },
    ]),
  ).toEqual({
    needed: 18,
    taken: 33,
    overshootGross: 20,
    overshootNet: 15,
    objective: 20 + 5 + 18 / 4,
  });
});
