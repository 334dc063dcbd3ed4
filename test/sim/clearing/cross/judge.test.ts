import fc from "fast-check";
import { expect, test } from "vitest";
import { CrossJudge } from "../../../../sim/clearing/cross/judge.ts";
import { CrossScopes } from "../../../../sim/clearing/cross/scopes.ts";
import type { CrossPrices, CrossTerms } from "../../../../sim/clearing/cross/terms.ts";
import { carriesNot } from "../../../../sim/clearing/margin.ts";
import { BOOKED } from "../../../../sim/clearing/portfolio/arithmetic.ts";
import type { Portfolio } from "../../../../sim/clearing/portfolio/portfolio.ts";
import { figuresOf, marksOf, type Scope, scopesOf } from "../../../../sim/clearing/portfolio/scope.ts";
import { type Rational, rounded } from "../../../../sim/venue/rational.ts";
import { portfolio } from "../portfolio/random-portfolio.ts";

const ratio = ({ numerator, denominator }: Rational) => ({ numerator: Number(numerator), denominator: Number(denominator) });

function termsOf({ rules, markets, assets }: Portfolio): CrossTerms {
  return {
    rules,
    markets: markets.map(({ instrument, asset }) => ({ instrument, asset })),
    assets: assets.map(({ haircuts }) => ({
      haircuts: haircuts.map(({ upTo, haircut }) => ({ upTo: upTo ?? Number.MAX_SAFE_INTEGER, haircut: ratio(haircut) })),
    })),
  };
}

function pricesOf({ markets, assets }: Portfolio): CrossPrices {
  return {
    markTicks: Float64Array.from(markets, ({ markTicks }) => markTicks),
    lastTicks: Float64Array.from(markets, ({ lastTicks }) => lastTicks),
    indexPrices: assets.map(({ indexPrice }) => ratio(indexPrice)),
  };
}

/** The columns of a scope of a portfolio, as those of account 1 of 2. */
function scopesWith(given: Portfolio, scope: Scope): { readonly scopes: CrossScopes; readonly number: number } {
  const assets = given.assets.length;
  const scopes = new CrossScopes(2, assets);
  scopes.multi[1] = scope.multiCurrency ? 1 : 0;
  for (const { asset, cash } of scope.pockets) scopes.cash[assets + asset] = Number(cash.numerator);
  const number = assets + (scope.multiCurrency ? 0 : (scope.pockets[0]?.asset as number));
  const positions = scope.pockets.flatMap(({ groups }) =>
    groups.flatMap(({ market, legs }) =>
      legs.map(({ side, lots, entryValue, orderLots }) => ({
        market,
        lots: side * lots,
        entryValue: Number(rounded(entryValue, "half-even")),
        judgedLots: lots + orderLots,
      })),
    ),
  );
  scopes.setPositions(number, positions);
  return { scopes, number };
}

test("MARGIN-2 MARGIN-3 ACCT-5 ACCT-6 TIER-1 TIER-2 INST-2 equity and requirement of a cross scope are those of the margin calculator", () => {
  let atRisk = 0;
  fc.assert(
    fc.property(portfolio, (given) => {
      for (const scope of scopesOf(given)) {
        if (scope.kind === "isolated") continue;
        const { scopes, number } = scopesWith(given, scope);
        const judge = new CrossJudge(termsOf(given), scopes);
        const isAtRisk = judge.isAtRisk(number, pricesOf(given));
        const { equity, requirement } = figuresOf(given, scope, marksOf(given), BOOKED);
        expect([judge.equity + 0, judge.requirement + 0]).toEqual([Number(equity.numerator) + 0, Number(requirement.numerator) + 0]);
        expect(isAtRisk).toBe(carriesNot(given.rules, Number(equity.numerator), Number(requirement.numerator)));
        if (isAtRisk) atRisk += 1;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(atRisk).toBeGreaterThan(100);
});

test("ACCT-6 effective worth is exact where products leave the safe range, and debts count in full", () => {
  const haircuts = [
    { upTo: 1_000, haircut: { numerator: 1, denominator: 3 } },
    { upTo: 2_000, haircut: { numerator: 1, denominator: 7 } },
  ];
  const terms: CrossTerms = { rules: { triggerAt: "below" } as CrossTerms["rules"], markets: [], assets: [{ haircuts }] };
  const scopes = new CrossScopes(1, 1);
  scopes.multi[0] = 1;
  const judge = new CrossJudge(terms, scopes);
  const worth = (amount: number) => {
    scopes.cash[0] = amount;
    judge.isAtRisk(0, {
      markTicks: new Float64Array(0),
      lastTicks: new Float64Array(0),
      indexPrices: [{ numerator: 5_000_000, denominator: 11 }],
    });
    return judge.equity;
  };
  // 1,000 at 2/3, the rest at 6/7, the last slice without end.
  expect(worth(3)).toBe(909_091);
  expect(worth(9_000_000_000)).toBe(
    Number((((1_000n * 2n * 7n + (9_000_000_000n - 1_000n) * 6n * 3n) * 5_000_000n * 2n) / (21n * 11n) + 1n) / 2n),
  );
  expect(worth(-11)).toBe(-5_000_000);
});
