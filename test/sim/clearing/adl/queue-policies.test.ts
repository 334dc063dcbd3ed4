import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADL_POLICIES } from "../../../../sim/clearing/adl/policies.ts";
import type { AdlPolicy } from "../../../../sim/clearing/adl/policy.ts";
import { serveQueue } from "../../../../sim/clearing/adl/queue.ts";
import { columns, compareFractions, type Fraction, type Row, request, rows, withoutScore } from "./crowd.ts";

const big = (value: number) => BigInt(Math.max(0, value));

/** The rule of each queue in the words of its source: score of a candidate, r = profit ÷ entry. */
const RULES: Readonly<Record<string, (row: Row) => Fraction>> = {
  "profit-times-leverage": ({ profit, leverage }) =>
    profit > 0 ? [BigInt(profit) * BigInt(leverage), 1n] : [BigInt(profit), BigInt(leverage)],
  "highest-profit": ({ profit }) => [BigInt(profit), 1n],
  "largest-position": ({ lots }) => [BigInt(lots), 1n],
  "profit-over-equity": ({ profit, equity }) => [BigInt(profit), big(equity)],
  "profit-rate-times-effective-leverage": ({ profit, value, equity }) =>
    profit > 0
      ? [BigInt(profit) * BigInt(value), BigInt(value + profit) * big(equity)]
      : [BigInt(profit) * big(equity), BigInt(value + profit) * BigInt(value)],
  "return-over-margin-ratio": ({ profit, value, equity, requirement }) => {
    if (requirement === 0) return profit > 0 ? [0n, 1n] : [-1n, 0n];
    return profit > 0
      ? [BigInt(profit) * BigInt(requirement), BigInt(value + profit) * big(equity)]
      : [BigInt(profit) * big(equity), BigInt(value + profit) * BigInt(requirement)];
  },
  // All are shorts: entry ÷ mark.
  "mark-over-entry-times-leverage": ({ profit, value, equity, others }) => [
    BigInt(value + profit) * BigInt(value + others),
    BigInt(value) * big(equity),
  ],
};

/** A queue in words: sort everybody exactly, close from the top. */
function naive(list: readonly Row[], lots: number, rule: (row: Row) => Fraction): { candidate: number; lots: number }[] {
  const order = list.map((_, candidate) => candidate);
  order.sort((a, b) => {
    const [one, two] = [list[a] as Row, list[b] as Row];
    const winners = Number(two.profit > 0) - Number(one.profit > 0);
    return winners || compareFractions(rule(two), rule(one)) || one.account - two.account;
  });
  let open = lots;
  return order.flatMap((candidate) => {
    const closed = Math.min(open, (list[candidate] as Row).lots);
    open -= closed;
    return closed > 0 ? [{ candidate, lots: closed }] : [];
  });
}

describe.each(Object.entries(RULES))("ADL policy %s", (name, rule) => {
  const policy = ADL_POLICIES[name] as AdlPolicy;

  test.each([1e9, Number.MAX_SAFE_INTEGER / 4])(`ADL-3 ${name} equals an exact sort of all, amounts up to %d`, (most) => {
    fc.assert(
      fc.property(rows(Math.floor(most)), fc.integer({ min: 1, max: 1_000 }), (list, lots) => {
        expect(withoutScore(policy.choose(request(lots), columns(list), new Map()))).toEqual(naive(list, lots, rule));
      }),
      { numRuns: 300 },
    );
  });
});

const ROW: Row = { account: 3, lots: 1, profit: 100, value: 1_000, equity: 500, leverage: 1_000, others: 0, requirement: 50 };

describe("scores by hand", () => {
  const scoresOf = (name: string, ...list: readonly Row[]) =>
    (ADL_POLICIES[name] as AdlPolicy)
      .choose(request(list.length), columns(list), new Map())
      .map(({ candidate, score }) => [candidate, score]);
  const loser: Row = { ...ROW, account: 4, profit: -100, equity: 300 };

  test("ADL-6 ADL-3 profit-times-leverage: 100 × 10, and of a loser −100 ÷ 10", () => {
    expect(scoresOf("profit-times-leverage", loser, ROW)).toEqual([
      [1, 1_000],
      [0, -10],
    ]);
  });

  test("ADL-3 profit-rate-times-effective-leverage: 100 / 1100 × 1000 / 500, and −100 / 900 ÷ (1000 / 300)", () => {
    expect(scoresOf("profit-rate-times-effective-leverage", loser, ROW)).toEqual([
      [1, 100_000 / 550_000],
      [0, -30_000 / 900_000],
    ]);
  });

  test("ADL-3 return-over-margin-ratio: 100 / 1100 ÷ (500 / 50); nothing required comes last", () => {
    const free = { ...ROW, account: 5, requirement: 0 };
    expect(scoresOf("return-over-margin-ratio", free, ROW)).toEqual([
      [1, 5_000 / 550_000],
      [0, 0],
    ]);
  });

  test("ADL-3 mark-over-entry-times-leverage: a short by entry ÷ mark × gross ÷ equity, a long by mark ÷ entry", () => {
    const policy = ADL_POLICIES["mark-over-entry-times-leverage"] as AdlPolicy;
    const candidates = columns([{ ...ROW, others: 1_000 }]);
    expect(policy.choose(request(1), candidates, new Map())[0]?.score).toBe((1_100 * 2_000) / (1_000 * 500));
    const long = { ...candidates, entryValue: [900] };
    expect(policy.choose({ ...request(1), bankruptSide: -1 }, long, new Map())[0]?.score).toBe((1_000 * 2_000) / (900 * 500));
  });

  test("ADL-3 without equity leverage has no bound: a winner first, a loser first among losers", () => {
    const bare = { ...ROW, account: 9, equity: 0 };
    expect(scoresOf("profit-rate-times-effective-leverage", ROW, bare)[0]).toEqual([1, Number.POSITIVE_INFINITY]);
    expect(scoresOf("profit-over-equity", ROW, bare)[0]).toEqual([1, Number.POSITIVE_INFINITY]);
    const bareLoser = { ...loser, account: 10, equity: -3 };
    expect(scoresOf("profit-rate-times-effective-leverage", loser, bareLoser)[0]).toEqual([1, 0]);
  });
});

const VECTORS = new URL("../../../../../shared/vectors/vectors.json", import.meta.url);

test.skipIf(!existsSync(VECTORS))(
  "ADL-3 bitmex-adl-01: a queue by score serves the highest first (skipped where the collection is not there)",
  () => {
    interface Inputs {
      readonly longs: readonly { account: number; size: number; score: number }[];
      readonly liquidated: { readonly size: number };
    }
    const all = JSON.parse(readFileSync(VECTORS, "utf8")) as { id: string; inputs: Inputs; expected: { fills: number[][] } }[];
    const { inputs, expected } = all.find((vector) => vector.id === "bitmex-adl-01") as (typeof all)[number];
    const score = (candidate: number) => inputs.longs[candidate]?.score as number;
    const candidates = columns(inputs.longs.map(({ account, size }) => ({ ...ROW, account, lots: size })));
    const fills = serveQueue({ lots: inputs.liquidated.size }, candidates, (a, b) => score(b) - score(a), score);
    expect(fills.map((fill) => [candidates.account[fill.candidate], fill.lots])).toEqual(expected.fills);
  },
);
