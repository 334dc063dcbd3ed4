import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feeOn } from "../../../../sim/clearing/margin.ts";
import { BOOKED } from "../../../../sim/clearing/portfolio/arithmetic.ts";
import { failsAt } from "../../../../sim/clearing/portfolio/liquidation-price.ts";
import type { Market, Portfolio, PortfolioPosition } from "../../../../sim/clearing/portfolio/portfolio.ts";
import { judge } from "../../../../sim/clearing/portfolio/reduction.ts";
import {
  figuresOf,
  marksOf,
  positionsOf,
  type Scope,
  sameScope,
  scopesOf,
  withoutOrders,
} from "../../../../sim/clearing/portfolio/scope.ts";
import { profitOf, valueOf } from "../../../../sim/venue/instrument.ts";
import { fraction, rounded, times, whole } from "../../../../sim/venue/rational.ts";
import { multiplyDivide } from "../../../../sim/venue/whole.ts";
import { portfolio } from "./random-portfolio.ts";

const passes = (account: Portfolio, scope: Scope) => !failsAt(account, figuresOf(account, scope, marksOf(account), BOOKED));

/** A second opinion on what closing lots of an isolated position leaves. */
function after(account: Portfolio, index: number, lots: number): Portfolio {
  const position = account.positions[index] as PortfolioPosition;
  const { instrument, markTicks } = account.markets[position.market] as Market;
  const entry = Number(rounded(position.entryValue, "half-even"));
  const part = multiplyDivide(entry, lots, position.lots, "half-even");
  const value = valueOf(instrument, markTicks, lots);
  const margin = position.margin + profitOf(instrument, position.side * lots, part, value) - feeOn(value, instrument.fees.liquidation);
  const rest = { ...position, lots: position.lots - lots, entryValue: whole(entry - part), margin };
  return { ...account, positions: account.positions.map((one, at) => (at === index ? rest : one)) };
}

/** A thirtieth of a position: small enough to try every size. */
function smaller(position: PortfolioPosition): PortfolioPosition {
  const lots = Math.ceil(position.lots / 30);
  const share = fraction(BigInt(lots), BigInt(position.lots));
  return { ...position, lots, entryValue: whole(rounded(times(position.entryValue, share), "half-even")), margin: 0 };
}

/** An isolated position with a margin that leaves it some hundredths of its requirement. */
function nearlyEnough(account: Portfolio, position: PortfolioPosition, index: number, hundredths: number): PortfolioPosition {
  const scope = scopesOf(account).find((one) => one.kind === "isolated" && positionsOf(one)[0] === index);
  if (scope === undefined) return position;
  const { equity, requirement } = figuresOf(account, scope, marksOf(account), BOOKED);
  const margin = Math.floor((Number(requirement.numerator) * hundredths) / 100) - Number(equity.numerator);
  return { ...position, margin: Math.max(0, margin) };
}

describe("reduction", () => {
  test("LIQ-3 just-enough is the least size of all that makes an isolated position pass", () => {
    let partial = 0;
    fc.assert(
      fc.property(portfolio, fc.integer({ min: 1, max: 110 }), (random, part) => {
        const rules = { ...random.rules, partialLiquidation: "just-enough" as const };
        const small: Portfolio = { ...random, rules, orders: [], positions: random.positions.map(smaller) };
        const base: Portfolio = { ...small, positions: small.positions.map((one, index) => nearlyEnough(small, one, index, part)) };
        for (const scope of scopesOf(base).filter(({ kind }) => kind === "isolated")) {
          const index = positionsOf(scope)[0] as number;
          const { status, reductions } = judge(base, scope);
          if (passes(base, scope)) {
            expect(status).toBe("healthy");
            continue;
          }
          const { lots } = base.positions[index] as PortfolioPosition;
          const cures = (size: number) => {
            const rest = after(base, index, size);
            return passes(rest, sameScope(rest, scope));
          };
          const first = Array.from({ length: lots - 1 }, (_, size) => size + 1).find(cures) ?? lots;
          if (status === "partial") partial++;
          const equity = figuresOf(base, scope, marksOf(base), BOOKED).equity.numerator;
          if (equity > 0n) expect(reductions).toEqual([{ position: index, lots: first }]);
          else expect(status).toBe("full");
        }
      }),
      { numRuns: 400 },
    );
    expect(partial).toBeGreaterThan(20);
  });

  test("LIQ-2 LIQ-3 a scope is healthy exactly when it passes without its orders, and no reduction exceeds its position", () => {
    fc.assert(
      fc.property(portfolio, (account) => {
        for (const scope of scopesOf(account)) {
          const { status, reductions } = judge(account, scope);
          const cancelled = withoutOrders(account, scope);
          expect(status === "healthy").toBe(passes(cancelled, sameScope(cancelled, scope)));
          const held = positionsOf(scope);
          for (const { position, lots } of reductions) {
            expect(held).toContain(position);
            expect(lots).toBeGreaterThan(0);
            expect(lots).toBeLessThanOrEqual((account.positions[position] as PortfolioPosition).lots);
          }
          const all = held.every((position) =>
            reductions.some((one) => one.position === position && one.lots === account.positions[position]?.lots),
          );
          expect(status === "full").toBe(reductions.length > 0 && all);
        }
      }),
      { numRuns: 400 },
    );
  });
});
