import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ExternalMarket, ExternalMarkets, PATH_MARKET, PLAIN_INDEX } from "../../../sim/market/external-markets.ts";
import type { IndexRules } from "../../../sim/venue/rules.ts";

const SECOND = 1_000_000;
const Exact = Decimal.clone({ precision: 80 });
const NONE = { numerator: 0, denominator: 1 };

function market(name: string, given: Partial<ExternalMarket> = {}): ExternalMarket {
  return { name, weight: 1, offset: NONE, outages: [], ...given };
}

function percent(numerator: number) {
  return { numerator, denominator: 100 };
}

function rules(given: Partial<IndexRules> = {}): IndexRules {
  return { ...PLAIN_INDEX, ...given };
}

/** Out from one second to another. */
function out(from: number, until: number) {
  return { fromUs: from * SECOND, untilUs: until * SECOND };
}

describe("index of external markets", () => {
  test("MARK-1 MARK-4 one market without outages and no weight of the venue's own: exactly the path, whatever trades", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 0, max: 10 ** 9 })), { minLength: 1 }),
        fc.constantFrom("mean" as const, "median" as const),
        (path, combine) => {
          const markets = new ExternalMarkets([PATH_MARKET], rules({ combine }), 0, path[0]?.[0] as number);
          path.forEach(([ticks, own], step) => {
            expect(markets.next(step * 3_600 * SECOND, ticks, own)).toBe(ticks);
            expect(markets.isStale).toBe(false);
          });
        },
      ),
    );
  });

  test("MARK-1 by hand: mean by weight, median by weight, ties to even", () => {
    const markets = [market("a"), market("b", { offset: percent(1) }), market("c", { offset: percent(-4), weight: 2 })];
    // 1000, 1010 and twice 960.
    expect(new ExternalMarkets(markets, rules(), 0, 1000).next(0, 1000, 0)).toBe(982);
    // Half of the weight lies at 960, the other half from 1000 on.
    expect(new ExternalMarkets(markets, rules({ combine: "median" }), 0, 1000).next(0, 1000, 0)).toBe(980);
    const odd = [market("a"), market("b", { offset: percent(1) }), market("c", { offset: percent(-4) })];
    expect(new ExternalMarkets(odd, rules({ combine: "median" }), 0, 1000).next(0, 1000, 0)).toBe(1000);
    const two = [market("a"), market("b", { offset: percent(1) })];
    const next = (ticks: number) => new ExternalMarkets(two, rules(), 0, ticks).next(0, ticks, 0);
    // 100 and 101; 300 and 303; 500 and 505.
    expect([next(100), next(300), next(500)]).toEqual([100, 302, 502]);
  });

  test("MARK-1 a market that stops updating counts with its last price, and is dropped when that is older than the venue allows", () => {
    const given = [market("a"), market("b", { offset: percent(10), outages: [out(10, 30)] })];
    const markets = new ExternalMarkets(given, rules({ staleAfterUs: 5 * SECOND }), 0, 1000);
    const at = (second: number, ticks: number) => markets.next(second * SECOND, ticks, 0);
    expect(at(9, 1000)).toBe(1050);
    // b still stands at 1100 of second 9, for as long as second 14.
    expect([at(10, 900), at(14, 900), at(14.000001, 900)]).toEqual([1000, 1000, 900]);
    expect(at(29, 800)).toBe(800);
    expect(at(30, 800)).toBe(840);
    expect(markets.isStale).toBe(false);
  });

  test("MARK-1 with no market left the last index holds and the venue is flagged stale, until one is back", () => {
    const given = [market("a", { outages: [out(2, 20)] }), market("b", { outages: [out(1, 15)] })];
    const markets = new ExternalMarkets(given, rules({ staleAfterUs: SECOND, ownMarketWeight: percent(50) }), 0, 1000);
    const at = (second: number, ticks: number) => [markets.next(second * SECOND, ticks, 0), markets.isStale];
    expect([at(0, 1000), at(1, 900), at(2, 800), at(3, 700)]).toEqual([
      [1000, false],
      [950, false],
      [900, false],
      [900, true],
    ]);
    // Nor does the venue's own trade move it then.
    expect(markets.next(4 * SECOND, 600, 1)).toBe(900);
    expect(markets.withOwn(5000)).toBe(900);
    expect(at(15, 500)).toEqual([500, false]);
  });

  test("MARK-1 an outage from the very start counts from the start: the path's first price holds", () => {
    const markets = new ExternalMarkets([market("a", { outages: [out(0, 9)] })], rules({ staleAfterUs: 2 * SECOND }), 0, 777);
    expect([markets.next(0, 777, 0), markets.next(2 * SECOND, 700, 0), markets.isStale]).toEqual([777, 777, false]);
    expect([markets.next(3 * SECOND, 600, 0), markets.isStale]).toEqual([777, true]);
  });

  test("MARK-4 own trades make up the venue's share of the index; without one the outside alone counts", () => {
    const markets = new ExternalMarkets([PATH_MARKET], rules({ ownMarketWeight: percent(20) }), 0, 1000);
    expect([markets.next(0, 1000, 0), markets.next(SECOND, 1000, 1100), markets.next(SECOND, 1000, 500)]).toEqual([1000, 1020, 900]);
    expect([markets.withOwn(1100), markets.withOwn(1002.5), markets.withOwn(0)]).toEqual([1020, 1000, 1000]);
    expect(markets.state[0]).toBe(900);
    const alone = new ExternalMarkets([PATH_MARKET], rules({ ownMarketWeight: percent(100) }), 0, 1000);
    expect(alone.next(0, 1000, 1234)).toBe(1234);
  });

  test("MARK-1 MARK-4 agrees with decimal arithmetic, rounded once", () => {
    const one = fc.record({ weight: fc.integer({ min: 1, max: 1000 }), offset: fc.integer({ min: -50, max: 50 }) });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom("mean" as const, "median" as const),
        (given, path, own, share, combine) => {
          const even = (value: Decimal) => Exact.max(1, value.toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN));
          const prices = given.map(({ offset }) => even(new Exact(path).times(100 + offset).dividedBy(100)));
          const total = given.reduce((sum, { weight }) => sum + weight, 0);
          let outside = prices
            .reduce((sum, price, place) => sum.plus(price.times(given[place]?.weight as number)), new Exact(0))
            .dividedBy(total);
          if (combine === "median") {
            // The mean over the middle of a list in which each price stands as often as it weighs.
            const list = prices.flatMap((price, place) => Array.from({ length: given[place]?.weight as number }, () => price));
            list.sort((a, b) => a.comparedTo(b));
            outside = (list[(total - 1) >> 1] as Decimal).plus(list[total >> 1] as Decimal).dividedBy(2);
          }
          const expected =
            own === 0
              ? outside
              : outside
                  .times(100 - share)
                  .plus(new Exact(own).times(share))
                  .dividedBy(100);
          const markets = new ExternalMarkets(
            given.map(({ weight, offset }, place) => market(`${place}`, { weight, offset: percent(offset) })),
            rules({ combine, ownMarketWeight: percent(share) }),
            0,
            path,
          );
          expect(markets.next(0, path, own)).toBe(even(expected).toNumber());
        },
      ),
      { numRuns: 400 },
    );
  });

  test("TIME-4 its memory is its state: a copy goes on as the original", () => {
    const given = [market("a", { outages: [out(1, 9)] }), market("b", { outages: [out(2, 5)] })];
    const fresh = () => new ExternalMarkets(given, rules({ staleAfterUs: 2 * SECOND }), 0, 1000);
    const one = fresh();
    for (let second = 0; second < 3; second++) one.next(second * SECOND, 1000 + 10 * second, 0);
    const copy = fresh();
    copy.state.set(one.state);
    for (let second = 3; second < 12; second++) {
      expect(copy.next(second * SECOND, 500 * second, 0)).toBe(one.next(second * SECOND, 500 * second, 0));
      expect(copy.isStale).toBe(one.isStale);
    }
  });

  test("no markets make no index", () => {
    expect(() => new ExternalMarkets([], PLAIN_INDEX, 0, 1)).toThrow("Cannot make an index of no markets");
  });
});
