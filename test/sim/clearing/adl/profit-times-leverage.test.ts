import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdlCandidates, AdlFill } from "../../../../sim/clearing/adl/policy.ts";
import { profitTimesLeverage } from "../../../../sim/clearing/adl/profit-times-leverage.ts";
import { serveQueue } from "../../../../sim/clearing/adl/queue.ts";

interface Row {
  readonly account: number;
  readonly lots: number;
  readonly profit: number;
  readonly leverage: number;
}

const columns = (rows: readonly Row[]): AdlCandidates => ({
  account: rows.map((row) => row.account),
  lots: rows.map((row) => row.lots),
  profit: rows.map((row) => row.profit),
  leverageHundredths: rows.map((row) => row.leverage),
});

/** The policy in words: sort everybody exactly, close from the top. */
function naive(rows: readonly Row[], lots: number): { candidate: number; lots: number }[] {
  const order = rows.map((_, candidate) => candidate);
  order.sort((a, b) => {
    const [one, two] = [rows[a] as Row, rows[b] as Row];
    const [p, q, l, m] = [BigInt(one.profit), BigInt(two.profit), BigInt(one.leverage), BigInt(two.leverage)];
    const winners = Number(two.profit > 0) - Number(one.profit > 0);
    if (winners !== 0) return winners;
    const better = p > 0n ? q * m - p * l : q * l - p * m;
    return better > 0n ? 1 : better < 0n ? -1 : one.account - two.account;
  });
  let open = lots;
  const fills = [];
  for (const candidate of order) {
    const closed = Math.min(open, (rows[candidate] as Row).lots);
    if (closed > 0) fills.push({ candidate, lots: closed });
    open -= closed;
  }
  return fills;
}

const withoutScore = (fills: readonly AdlFill[]) => fills.map(({ candidate, lots }) => ({ candidate, lots }));

const amount = (most: number) =>
  fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -most, max: most }), fc.constantFrom(-most, most, most - 1, 1 - most));
/** Many ties, and profits so large that doubles could not tell them apart. */
const rows = (mostProfit = Number.MAX_SAFE_INTEGER) =>
  fc
    .uniqueArray(
      fc.record({
        account: fc.integer({ min: 3, max: 200 }),
        lots: fc.integer({ min: 1, max: 50 }),
        profit: amount(mostProfit),
        leverage: fc.oneof(fc.constantFrom(100, 1000, 12_500), fc.integer({ min: 100, max: 12_500 })),
      }),
      { selector: (row) => row.account, maxLength: 30 },
    )
    .map((list): Row[] => list);
const request = (lots: number) => ({ bankruptSide: 1 as const, lots });

describe("ADL policy profit-times-leverage", () => {
  test("ADL-3 equals an exact sort of all: winners by profit × leverage, then losers, ties by account", () => {
    fc.assert(
      fc.property(rows(), fc.integer({ min: 1, max: 1_000 }), (list, lots) => {
        expect(withoutScore(profitTimesLeverage(request(lots), columns(list)))).toEqual(naive(list, lots));
      }),
      { numRuns: 1_000 },
    );
  });

  test("ADL-3 closes what is asked or all there is, nobody beyond what they hold, nobody twice", () => {
    fc.assert(
      fc.property(rows(), fc.integer({ min: 1, max: 1_000 }), (list, lots) => {
        const fills = profitTimesLeverage(request(lots), columns(list));
        const held = list.reduce((sum, row) => sum + row.lots, 0);
        expect(fills.reduce((sum, fill) => sum + fill.lots, 0)).toBe(Math.min(lots, held));
        expect(new Set(fills.map((fill) => fill.candidate)).size).toBe(fills.length);
        for (const fill of fills) {
          expect(fill.lots).toBeGreaterThan(0);
          expect(fill.lots).toBeLessThanOrEqual((list[fill.candidate] as Row).lots);
        }
      }),
    );
  });

  test("ADL-3 no loser is touched while a winner has lots left", () => {
    fc.assert(
      fc.property(rows(), fc.integer({ min: 1, max: 1_000 }), (list, lots) => {
        const fills = profitTimesLeverage(request(lots), columns(list));
        const isLoser = (fill: AdlFill) => (list[fill.candidate] as Row).profit <= 0;
        const first = fills.findIndex(isLoser);
        if (first < 0) return;
        expect(fills.slice(first).every(isLoser)).toBe(true);
        const fromWinners = fills.slice(0, first).reduce((sum, fill) => sum + fill.lots, 0);
        expect(fromWinners).toBe(list.filter((row) => row.profit > 0).reduce((sum, row) => sum + row.lots, 0));
      }),
    );
  });

  test("ADL-3 another currency, profits times a constant, changes nothing; nor does the order in which candidates come", () => {
    fc.assert(
      fc.property(rows(1e9), fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 2, max: 1e6 }), (list, lots, factor) => {
        const fills = withoutScore(profitTimesLeverage(request(lots), columns(list)));
        const scaled = list.map((row) => ({ ...row, profit: row.profit * factor }));
        expect(withoutScore(profitTimesLeverage(request(lots), columns(scaled)))).toEqual(fills);
        const reversed = [...list].reverse();
        const byAccount = (from: readonly Row[]) => (fill: { candidate: number; lots: number }) => [
          (from[fill.candidate] as Row).account,
          fill.lots,
        ];
        expect(withoutScore(profitTimesLeverage(request(lots), columns(reversed))).map(byAccount(reversed))).toEqual(
          fills.map(byAccount(list)),
        );
      }),
    );
  });

  test("ADL-3 whoever asks for more lots reduces nobody by less", () => {
    fc.assert(
      fc.property(rows(), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (list, lots, more) => {
        const closed = (asked: number) =>
          new Map(profitTimesLeverage(request(asked), columns(list)).map((fill) => [fill.candidate, fill.lots]));
        const less = closed(lots);
        const greater = closed(lots + more);
        for (const [candidate, part] of less) expect(greater.get(candidate) ?? 0).toBeGreaterThanOrEqual(part);
      }),
    );
  });

  test("ADL-6 the score is profit × leverage of winners and profit ÷ leverage of losers", () => {
    const list = [
      { account: 3, lots: 1, profit: -100, leverage: 2_000 },
      { account: 4, lots: 1, profit: 50, leverage: 1_000 },
    ];
    expect(profitTimesLeverage(request(2), columns(list))).toEqual([
      { candidate: 1, lots: 1, score: 500 },
      { candidate: 0, lots: 1, score: -5 },
    ]);
  });
});

const VECTORS = new URL("../../../../../shared/vectors/vectors.json", import.meta.url);

test.skipIf(!existsSync(VECTORS))(
  "ADL-3 bitmex-adl-01: a queue by score serves the highest first (skipped where the collection is not there)",
  () => {
    const all = JSON.parse(readFileSync(VECTORS, "utf8")) as { id: string; inputs: Inputs; expected: { fills: number[][] } }[];
    interface Inputs {
      readonly longs: readonly { account: number; size: number; score: number }[];
      readonly liquidated: { readonly size: number };
    }
    const { inputs, expected } = all.find((vector) => vector.id === "bitmex-adl-01") as (typeof all)[number];
    const score = (candidate: number) => inputs.longs[candidate]?.score as number;
    const candidates = columns(inputs.longs.map(({ account, size }) => ({ account, lots: size, profit: 1, leverage: 100 })));
    const fills = serveQueue({ bankruptSide: -1, lots: inputs.liquidated.size }, candidates, (a, b) => score(b) - score(a), score);
    expect(fills.map((fill) => [candidates.account[fill.candidate], fill.lots])).toEqual(expected.fills);
  },
);
