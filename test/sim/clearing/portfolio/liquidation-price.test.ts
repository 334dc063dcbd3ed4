import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BOOKED, EXACT } from "../../../../sim/clearing/portfolio/arithmetic.ts";
import { failsAt, liquidationPrice } from "../../../../sim/clearing/portfolio/liquidation-price.ts";
import type { Market, Portfolio, PortfolioPosition } from "../../../../sim/clearing/portfolio/portfolio.ts";
import { type Figures, figuresOf, marksOf, positionsOf, type Scope, scopesOf } from "../../../../sim/clearing/portfolio/scope.ts";
import { compare, fraction, minus, plus, type Rational, rounded, sign, times, whole } from "../../../../sim/venue/rational.ts";
import { portfolio } from "./random-portfolio.ts";

/** Every position with its scope. */
function held(account: Portfolio): { scope: Scope; index: number }[] {
  return scopesOf(account).flatMap((scope) => positionsOf(scope).map((index) => ({ scope, index })));
}

function at(account: Portfolio, scope: Scope, market: number, ticks: Rational, arithmetic = EXACT): Figures {
  const marks = marksOf(account);
  return figuresOf(account, scope, (index) => (index === market ? ticks : marks(index)), arithmetic);
}

const reached = ({ equity, requirement }: Figures) => sign(requirement) > 0 && compare(equity, requirement) <= 0;

describe("liquidation price", () => {
  test("MARGIN-4 is where the ratio first reaches 100 %: not before, at it or right behind it", () => {
    fc.assert(
      fc.property(portfolio, fc.integer({ min: 1, max: 999 }), (account, part) => {
        for (const { scope, index } of held(account)) {
          const { market, side } = account.positions[index] as PortfolioPosition;
          const current = whole((account.markets[market] as Market).markTicks);
          const { exactTicks } = liquidationPrice(account, scope, index);
          if (exactTicks === null) {
            // Against the position nothing is reached, as far as one looks.
            for (const factor of [fraction(1n, 1000n), fraction(BigInt(part), 1000n), fraction(1000n, BigInt(part)), whole(1000)]) {
              const place = times(current, factor);
              if (compare(place, current) * side < 0) expect(reached(at(account, scope, market, place))).toBe(false);
            }
            continue;
          }
          if (compare(exactTicks, current) === 0) {
            expect(reached(at(account, scope, market, current)) || reached(at(account, scope, market, times(current, behind(side))))).toBe(
              true,
            );
            continue;
          }
          expect(compare(exactTicks, current) * side).toBeLessThan(0);
          const before = plus(exactTicks, times(minus(current, exactTicks), fraction(BigInt(part), 1000n)));
          expect(reached(at(account, scope, market, before))).toBe(false);
          expect(
            reached(at(account, scope, market, exactTicks)) || reached(at(account, scope, market, times(exactTicks, behind(side)))),
          ).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("MARGIN-4 its tick is the first at which the booked amounts fail", () => {
    fc.assert(
      fc.property(portfolio, fc.integer({ min: 1, max: 999 }), (account, part) => {
        for (const { scope, index } of held(account)) {
          const { market, side } = account.positions[index] as PortfolioPosition;
          const { markTicks } = account.markets[market] as Market;
          const { exactTicks, ticks } = liquidationPrice(account, scope, index);
          const fails = (tick: number) => failsAt(account, at(account, scope, market, whole(tick), BOOKED));
          if (exactTicks === null) {
            // What fails far away by the rounding of a last quantum is no price.
            expect([null, markTicks]).toContain(ticks);
            continue;
          }
          if (ticks === null) {
            for (const tick of [markTicks, markTicks - side, markTicks - side * part]) if (tick >= 1) expect(fails(tick)).toBe(false);
            if (side === 1) expect(fails(1)).toBe(false);
            continue;
          }
          expect(fails(ticks)).toBe(true);
          if (ticks === markTicks) continue;
          // One tick before, somewhere before, and at the current mark the scope passes.
          for (const tick of [ticks + side, markTicks, Math.round(ticks + ((markTicks - ticks) * part) / 1000)]) {
            if (tick !== ticks) expect(fails(tick)).toBe(false);
          }
          // Rounding to whole quanta shifts it by a few ticks of the exact price where a tick is worth little.
          expect(Math.abs(Number(rounded(exactTicks, "half-even")) - ticks)).toBeLessThan(3 + markTicks / 20);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("MARGIN-4 UNIT-1 another currency, all of whose quanta are a thousand, changes no price", () => {
    fc.assert(
      fc.property(portfolio, (account) => {
        // Without orders: what they freeze is booked, and rounds differently in finer quanta.
        const plain = { ...account, orders: [] };
        const scaled = scaledBy(plain, 1000);
        const [own, others] = [held(plain), held(scaled)];
        own.forEach(({ scope, index }, place) => {
          const other = others[place] as { scope: Scope; index: number };
          const [a, b] = [liquidationPrice(plain, scope, index), liquidationPrice(scaled, other.scope, other.index)];
          if (a.exactTicks === null || b.exactTicks === null) expect(a.exactTicks).toBe(b.exactTicks);
          else expect(compare(a.exactTicks, b.exactTicks)).toBe(0);
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** A thousandth of a thousandth of a tick further against a position. */
function behind(side: number): Rational {
  return minus(whole(1), times(whole(side), fraction(1n, 10n ** 12n)));
}

function scaledBy(account: Portfolio, factor: number): Portfolio {
  const by = (quanta: number) => (quanta === Number.MAX_SAFE_INTEGER ? quanta : quanta * factor);
  return {
    ...account,
    markets: account.markets.map((market) => {
      const { instrument } = market;
      const { tiers } = instrument;
      const table = tiers.boundBy === "lots" ? tiers : { ...tiers, tiers: tiers.tiers.map((tier) => ({ ...tier, upTo: by(tier.upTo) })) };
      const ratio = { ...instrument.quantaPerTickLot, numerator: instrument.quantaPerTickLot.numerator * factor };
      return { ...market, instrument: { ...instrument, tiers: table, quantaPerTickLot: ratio } };
    }),
    assets: account.assets.map((asset) => ({
      ...asset,
      balance: by(asset.balance),
      indexPrice: times(asset.indexPrice, fraction(1n, BigInt(factor))),
      haircuts: asset.haircuts.map((tier) => ({ ...tier, upTo: tier.upTo === null ? null : by(tier.upTo) })),
    })),
    positions: account.positions.map((position) => ({
      ...position,
      entryValue: times(position.entryValue, whole(factor)),
      margin: by(position.margin),
    })),
  };
}
