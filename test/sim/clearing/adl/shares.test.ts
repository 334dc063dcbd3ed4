import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { projectHaircuts, WHOLE_HAIRCUT } from "../../../../sim/clearing/adl/haircuts.ts";
import { ADL_POLICIES } from "../../../../sim/clearing/adl/policies.ts";
import type { AdlPolicy } from "../../../../sim/clearing/adl/policy.ts";
import { shareByWeight } from "../../../../sim/clearing/adl/proportional.ts";
import { closedBy, compareFractions, type Fraction, type Row, request, rows } from "./crowd.ts";

describe("sharing by weight", () => {
  const place = fc.record({
    weight: fc.oneof(
      fc.integer({ min: 1, max: 9 }),
      fc
        .maxSafeInteger()
        .map((n) => Math.abs(n) + 1)
        .filter(Number.isSafeInteger),
    ),
    holding: fc.integer({ min: 1, max: 60 }),
  });

  test("ADL-3 pro-rata-profit pro-rata-equity: as if the common factor rose until enough is given, then whole lots", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), fc.integer({ min: 0, max: 400 }), (places, lots) => {
        const weights = places.map(({ weight }) => weight);
        const holdings = places.map(({ holding }) => holding);
        // Naively: whoever cannot give its share gives all it holds; again, until all others can.
        const all = new Set<number>();
        let [open, weight] = [BigInt(lots), 0n];
        for (let changed = true; changed; ) {
          changed = false;
          open = BigInt(lots) - [...all].reduce((sum, at) => sum + BigInt(holdings[at] as number), 0n);
          weight = weights.reduce((sum, one, at) => (all.has(at) ? sum : sum + BigInt(one)), 0n);
          for (let at = 0; at < places.length; at++) {
            if (all.has(at) || open * BigInt(weights[at] as number) < BigInt(holdings[at] as number) * weight) continue;
            all.add(at);
            changed = true;
          }
        }
        const shares = shareByWeight(lots, weights, holdings);
        const total = holdings.reduce((sum, one) => sum + one, 0);
        expect(shares.reduce((sum, one) => sum + one, 0)).toBe(Math.min(lots, total));
        for (let at = 0; at < places.length; at++) {
          if (all.has(at)) expect(shares[at]).toBe(holdings[at]);
          else {
            const floor = Number((open * BigInt(weights[at] as number)) / weight);
            expect([floor, floor + 1]).toContain(shares[at]);
            expect(shares[at]).toBeLessThanOrEqual(holdings[at] as number);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("lot by lot", () => {
  /** One lot after the other, from whoever has the highest score then. */
  function naive(list: readonly Row[], lots: number, score: (row: Row, closed: number) => Fraction): Map<number, number> {
    const closed = new Map<number, number>();
    const winnersFirst = [list.filter(({ profit }) => profit > 0), list.filter(({ profit }) => profit <= 0)];
    let open = lots;
    for (const kin of winnersFirst) {
      for (; open > 0; open--) {
        const able = kin.filter((row) => (closed.get(row.account) ?? 0) < row.lots);
        if (able.length === 0) break;
        const [next] = able.sort(
          (a, b) => compareFractions(score(b, closed.get(b.account) ?? 0), score(a, closed.get(a.account) ?? 0)) || a.account - b.account,
        ) as [Row];
        closed.set(next.account, (closed.get(next.account) ?? 0) + 1);
      }
    }
    return closed;
  }
  const sorted = (lots: Map<number, number>) => [...lots].sort(([a], [b]) => a - b);

  test.each([
    ["leverage-draining", 0],
    ["factor-draining", 1],
  ] as const)("ADL-3 %s equals one lot at a time from the largest leverage, whatever a lot costs", (name, part) => {
    fc.assert(
      fc.property(rows(5_000, 25), fc.integer({ min: 1, max: 300 }), fc.integer({ min: -60, max: 60 }), (list, lots, cost) => {
        const leverage = ({ value, equity, others, lots: held }: Row, closed: number): Fraction => {
          const over = BigInt(value + part * others) * BigInt(held) - BigInt(value) * BigInt(closed);
          const under = (BigInt(equity) - BigInt(cost) * BigInt(closed)) * BigInt(held);
          return [over, under > 0n ? under : 0n];
        };
        const got = closedBy(ADL_POLICIES[name] as AdlPolicy, list, request(lots, cost));
        expect(sorted(got)).toEqual(sorted(naive(list, lots, leverage)));
      }),
      { numRuns: 400 },
    );
  });

  test("ADL-3 min-max-haircut equals one lot at a time to the least (closed + 1) ÷ profit; losers by size", () => {
    fc.assert(
      fc.property(rows(5_000, 25), fc.integer({ min: 1, max: 300 }), (list, lots) => {
        const least = ({ profit, lots: held }: Row, closed: number): Fraction =>
          profit > 0 ? [-BigInt(closed + 1), BigInt(profit)] : [BigInt(closed > 0 ? 1e6 : held), 1n];
        expect(sorted(closedBy(ADL_POLICIES["min-max-haircut"] as AdlPolicy, list, request(lots)))).toEqual(
          sorted(naive(list, lots, least)),
        );
      }),
      { numRuns: 400 },
    );
  });

  test("ADL-3 millions of lots are no more work than a few", () => {
    const list = [3, 5, 9].map(
      (equity, index): Row => ({
        ...{ account: 3 + index, lots: 40_000_000, profit: 1e9 * equity, value: 4e9, equity: 1e9 * equity },
        ...{ leverage: 1_000, others: 0, requirement: 5 },
      }),
    );
    for (const name of ["leverage-draining", "factor-draining", "min-max-haircut", "projection", "mirror-descent"]) {
      const closed = closedBy(ADL_POLICIES[name] as AdlPolicy, list, request(70_000_001));
      expect([...closed.values()].reduce((sum, one) => sum + one, 0)).toBe(70_000_001);
    }
  });
});

describe("haircuts", () => {
  test("ADL-3 projection mirror-descent: no haircut could be shifted from one to another for a smaller sum of squares", () => {
    const place = fc.record({
      held: fc.integer({ min: 1, max: 1_000 }),
      begin: fc.integer({ min: -WHOLE_HAIRCUT / 10, max: WHOLE_HAIRCUT }),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (places, part) => {
        const lots = places.map(({ held }) => held);
        const begin = places.map((one) => one.begin);
        const asked = Math.floor(part * lots.reduce((sum, one) => sum + one, 0));
        const result = projectHaircuts(asked, lots, begin);
        expect(result.lots.reduce((sum, one) => sum + one, 0)).toBe(asked);
        const pull = (at: number) => ((result.haircut[at] as number) - (begin[at] as number)) / (lots[at] as number);
        for (let a = 0; a < lots.length; a++) {
          // Whole lots are within one of the exact part.
          expect(
            Math.abs((result.lots[a] as number) - ((lots[a] as number) * (result.haircut[a] as number)) / WHOLE_HAIRCUT),
          ).toBeLessThanOrEqual(1);
          for (let b = 0; b < lots.length; b++) {
            if ((result.haircut[a] as number) > 0 && (result.haircut[b] as number) < WHOLE_HAIRCUT)
              expect(pull(a) - pull(b)).toBeLessThan(3);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
