import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADL_POLICIES } from "../../../../sim/clearing/adl/policies.ts";
import type { AdlPolicy } from "../../../../sim/clearing/adl/policy.ts";
import { closedBy, columns, type Row, request, rows, withoutScore } from "./crowd.ts";

const NAMES = Object.keys(ADL_POLICIES);
const policyOf = (name: string) => ADL_POLICIES[name] as AdlPolicy;
const lotsAsked = fc.integer({ min: 1, max: 1_000 });

/** Policies that share by weights and round: one lot may move where exact shares would not. */
const ROUNDED = ["pro-rata-size", "pro-rata-profit", "pro-rata-equity", "projection", "mirror-descent"];

describe.each(NAMES)("ADL policy %s", (name) => {
  const policy = policyOf(name);

  test(`ADL-3 ${name} closes what is asked or all there is, nobody beyond what they hold, nobody twice`, () => {
    fc.assert(
      fc.property(rows(), lotsAsked, (list, lots) => {
        const fills = policy.choose(request(lots), columns(list), new Map());
        const held = list.reduce((sum, row) => sum + row.lots, 0);
        expect(fills.reduce((sum, fill) => sum + fill.lots, 0)).toBe(Math.min(lots, held));
        expect(new Set(fills.map((fill) => fill.candidate)).size).toBe(fills.length);
        for (const fill of fills) {
          expect(Number.isInteger(fill.lots) && fill.lots > 0).toBe(true);
          expect(fill.lots).toBeLessThanOrEqual((list[fill.candidate] as Row).lots);
        }
      }),
    );
  });

  test(`ADL-3 ${name} touches no loser while a winner has lots left`, () => {
    fc.assert(
      fc.property(rows(), lotsAsked, (list, lots) => {
        const fills = policy.choose(request(lots), columns(list), new Map());
        const isLoser = ({ candidate }: { candidate: number }) => (list[candidate] as Row).profit <= 0;
        const first = fills.findIndex(isLoser);
        if (first < 0) return;
        expect(fills.slice(first).every(isLoser)).toBe(true);
        const fromWinners = fills.slice(0, first).reduce((sum, fill) => sum + fill.lots, 0);
        expect(fromWinners).toBe(list.filter((row) => row.profit > 0).reduce((sum, row) => sum + row.lots, 0));
      }),
    );
  });

  test(`ADL-3 ${name}: neither another currency nor the order of rows changes anything`, () => {
    fc.assert(
      fc.property(rows(1e6), lotsAsked, fc.integer({ min: 2, max: 1_000 }), (list, lots, factor) => {
        const fills = closedBy(policy, list, request(lots));
        const scaled = list.map((row) => ({
          ...row,
          ...{ profit: row.profit * factor, value: row.value * factor, equity: row.equity * factor },
          ...{ others: row.others * factor, requirement: row.requirement * factor },
        }));
        const { markValue, priceValue, ...rest } = request(lots);
        const inOther = { ...rest, markValue: markValue * factor, priceValue: priceValue * factor };
        expect(closedBy(policy, scaled, inOther)).toEqual(fills);
        expect(new Map([...closedBy(policy, [...list].reverse(), request(lots))].sort())).toEqual(new Map([...fills].sort()));
      }),
    );
  });

  const most = ROUNDED.includes(name) ? 1 : 0;
  test(`ADL-3 ${name}: asking for more takes from nobody, but for ${most} lot that rounding moves`, () => {
    fc.assert(
      fc.property(rows(), lotsAsked, fc.integer({ min: 0, max: 300 }), (list, lots, more) => {
        const greater = closedBy(policy, list, request(lots + more));
        for (const [account, part] of closedBy(policy, list, request(lots))) {
          expect(greater.get(account) ?? 0).toBeGreaterThanOrEqual(part - most);
        }
      }),
    );
  });
});

describe("an account that splits itself in two", () => {
  const halves = ({ account, ...row }: Row): Row[] => {
    const half = Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, key === "leverage" ? value : value / 2]),
    ) as unknown as Row;
    return [account, account + 1].map((number) => ({ ...half, account: number }));
  };
  /** Every amount even and every account too, so that halves are whole and have numbers of their own. */
  const even = (list: readonly Row[]) =>
    list.map((row) => ({
      ...(Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key === "leverage" ? value : value * 2])) as unknown as Row),
    }));
  const changeOfOthers = (policy: AdlPolicy, list: readonly Row[], lots: number) => {
    const [first, ...rest] = list as [Row, ...Row[]];
    const whole = closedBy(policy, list, request(lots));
    const split = closedBy(policy, [...halves(first), ...rest], request(lots));
    return Math.max(0, ...rest.map(({ account }) => Math.abs((whole.get(account) ?? 0) - (split.get(account) ?? 0))));
  };

  test.each([
    "pro-rata-size",
    "profit-rate-times-effective-leverage",
    "return-over-margin-ratio",
    "profit-over-equity",
    "leverage-draining",
  ])("ADL-3 %s: changes nobody else's lots by more than one", (name) => {
    fc.assert(
      fc.property(rows(1e6), lotsAsked, (list, lots) => {
        if (list.length > 0) expect(changeOfOthers(policyOf(name), even(list), lots)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each(["profit-times-leverage", "highest-profit", "largest-position"])(
    "ADL-3 %s is known to fail that: the halves of the first in the queue stand behind the second",
    (name) => {
      const row = { value: 10_000, equity: 1_000, leverage: 1_000, others: 0, requirement: 10 };
      const large: Row = { ...row, account: 10, lots: 20, profit: 200 };
      const other: Row = { ...row, account: 20, lots: 12, profit: 120 };
      expect(changeOfOthers(policyOf(name), [large, other], 12)).toBe(12);
    },
  );
});

test("ADL-3 the largest remainder can lose a lot when more is asked: 6, 6 and 2 held, 10 then 11 asked", () => {
  const list = [6, 6, 2].map(
    (lots, index): Row => ({
      ...{ account: 3 + index, lots, profit: 10, value: 100, equity: 50, leverage: 1_000, others: 0, requirement: 5 },
    }),
  );
  const closed = (lots: number) => [...closedBy(policyOf("pro-rata-size"), list, request(lots)).values()];
  expect(closed(10)).toEqual([4, 4, 2]);
  expect(closed(11)).toEqual([5, 5, 1]);
});

test("ADL-3 a policy that remembers takes turns: who bore most at one event bears less at the next", () => {
  const policy = policyOf("mirror-descent");
  const list = [10, 10, 10].map(
    (lots, index): Row => ({
      ...{ account: 3 + index, lots, profit: 10, value: 100, equity: 50, leverage: 1_000, others: 0, requirement: 5 },
    }),
  );
  const memory = new Map<number, number>();
  const event = () => withoutScore(policy.choose(request(10), columns(list), memory));
  expect(
    event()
      .sort((a, b) => a.candidate - b.candidate)
      .map(({ lots }) => lots),
  ).toEqual([4, 3, 3]);
  const [first] = event().filter(({ candidate }) => candidate === 0);
  expect(first?.lots ?? 0).toBeLessThanOrEqual(3);
  expect([...memory.keys()]).toEqual([3, 4, 5]);
});
