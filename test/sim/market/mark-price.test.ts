import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarkPrice } from "../../../sim/market/mark-price.ts";
import type { MarkRules } from "../../../sim/venue/rules.ts";

const SECOND = 1_000_000;
const Exact = Decimal.clone({ precision: 60 });

function ema(clamp: { numerator: number; denominator: number } = { numerator: 1, denominator: 1 }, averageUs = 9 * SECOND): MarkPrice {
  return new MarkPrice({ rule: "index-ema", averageUs, clamp });
}

/** MARK-2 in decimal arithmetic: index + clamped average of (mid − index), nearest with ties to even, at least 1. */
class DecimalMark {
  average = new Exact(0);
  readonly #rules: MarkRules;

  constructor(rules: MarkRules) {
    this.#rules = rules;
  }

  /** Before rounding. */
  next(elapsedUs: number, indexTicks: number, midTicks: number): Decimal {
    const basis = midTicks === 0 ? new Exact(0) : new Exact(midTicks).minus(indexTicks);
    const weight = new Exact(elapsedUs).dividedBy(this.#rules.averageUs + elapsedUs);
    this.average = this.average.times(new Exact(1).minus(weight)).plus(basis.times(weight));
    const most = new Exact(indexTicks).times(this.#rules.clamp.numerator).dividedBy(this.#rules.clamp.denominator);
    return Exact.max(most.negated(), Exact.min(most, this.average)).plus(indexTicks);
  }
}

describe("mark price", () => {
  test("MARK-2 index: the index itself, whatever the book does", () => {
    const mark = new MarkPrice({ rule: "index", averageUs: SECOND, clamp: { numerator: 1, denominator: 100 } });
    expect([mark.next(0, 1000, 0), mark.next(SECOND, 990, 1500), mark.next(SECOND, 1, 0), mark.next(SECOND, 2 ** 40 + 1, 3)]).toEqual([
      1000,
      990,
      1,
      2 ** 40 + 1,
    ]);
  });

  test("MARK-2 index-ema by hand: a second of a nine-second average moves it by a tenth", () => {
    const mark = ema();
    expect(mark.next(0, 1000, 1100)).toBe(1000);
    expect(mark.next(SECOND, 1000, 1100)).toBe(1010);
    expect(mark.next(SECOND, 1000, 1100)).toBe(1019);
    expect(mark.next(SECOND, 1000, 1100)).toBe(1027);
    // The average, 27.1, stays with the index when that jumps and the mid with it.
    expect(mark.next(SECOND, 2000, 2027.1)).toBe(2027);
    // Nine seconds at once are half of the way.
    expect(mark.next(9 * SECOND, 2000, 2000)).toBe(2014);
    expect(mark.state[0]).toBeCloseTo(13.55, 10);
  });

  test("MARK-2 index-ema: a book without a price counts as the index", () => {
    const mark = ema();
    mark.next(9 * SECOND, 1000, 1100);
    expect(mark.state[0]).toBeCloseTo(50, 10);
    expect(mark.next(9 * SECOND, 1000, 0)).toBe(1025);
    expect(mark.next(9 * SECOND, 400, 0)).toBe(412);
  });

  test("MARK-2 index-ema: clamped to a part of the index, both ways; the average itself is not", () => {
    const mark = ema({ numerator: 1, denominator: 100 });
    expect(mark.next(9 * SECOND, 1000, 1100)).toBe(1010);
    expect(mark.state[0]).toBeCloseTo(50, 10);
    expect(mark.next(0, 3000, 3000)).toBe(3030);
    expect(mark.next(0, 6000, 6000)).toBe(6050);
    expect(mark.next(9 * SECOND, 1000, 700)).toBe(990);
  });

  test("MARK-2 index-ema: a clamp of zero is the index", () => {
    const mark = ema({ numerator: 0, denominator: 1 });
    for (const mid of [1500, 500, 0]) expect(mark.next(SECOND, 1000, mid)).toBe(1000);
  });

  test("UNIT-1 whole ticks, ties to even", () => {
    // Half of (mid − index) each time; a fresh mark each.
    const markAt = (index: number, mid: number) => ema().next(9 * SECOND, index, mid);
    expect([markAt(100, 101), markAt(101, 102), markAt(100, 103), markAt(101, 100), markAt(100, 99)]).toEqual([100, 102, 102, 100, 100]);
    expect([markAt(100, 101.5), markAt(100, 98.5)]).toEqual([101, 99]);
  });

  test("MARK-2 never below one tick", () => {
    const mark = ema({ numerator: 2, denominator: 1 });
    expect(mark.next(9 * SECOND, 3, 0.5)).toBe(2);
    for (let step = 0; step < 100; step++) mark.next(9 * SECOND, 1000, 1);
    expect(mark.next(0, 3, 3)).toBe(1);
  });

  test("MARK-2 index-ema agrees with decimal arithmetic over whole paths", () => {
    const step = fc.record({
      elapsedUs: fc.oneof(fc.constant(SECOND), fc.integer({ min: 0, max: 3_600 * SECOND })),
      indexTicks: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 100_000, max: 2_000_000 })),
      away: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      bookless: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
    });
    const rules = fc.record({
      rule: fc.constant("index-ema" as const),
      averageUs: fc.integer({ min: 1, max: 600 * SECOND }),
      clamp: fc.record({ numerator: fc.integer({ min: 0, max: 30 }), denominator: fc.constantFrom(100, 1000) }),
    });
    fc.assert(
      fc.property(rules, fc.array(step, { minLength: 1, maxLength: 30 }), (given, steps) => {
        const mark = new MarkPrice(given);
        const decimal = new DecimalMark(given);
        for (const { elapsedUs, indexTicks, away, bookless } of steps) {
          // Mids are whole or half ticks.
          const mid = bookless ? 0 : Math.max(1, Math.round(2 * indexTicks * (1 + away)) / 2);
          const expected = decimal.next(elapsedUs, indexTicks, mid);
          const got = mark.next(elapsedUs, indexTicks, mid);
          expect(Number.isSafeInteger(got)).toBe(true);
          if (expected.lessThan(0.5)) expect(got).toBe(1);
          // Doubles may fall to the other side only of what is a tie to within their precision.
          else expect(expected.minus(got).abs().toNumber()).toBeLessThanOrEqual(0.5 + 1e-7);
          expect(Math.abs(decimal.average.toNumber() - (mark.state[0] as number))).toBeLessThan(1e-7);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("MARK-2 index-basis: the index and the funding basis of it, whatever the book does", () => {
    const mark = new MarkPrice({ rule: "index-basis", averageUs: SECOND, clamp: { numerator: 0, denominator: 1 } });
    const at = (basis: number) => mark.next(SECOND, 120_000, 99_000, 98_000, basis);
    expect([at(0), at(0.001), at(0.0005), at(-0.002)]).toEqual([120_000, 120_120, 120_060, 119_760]);
    // A tie goes to the even tick.
    expect([mark.next(0, 1000, 0, 0, 0.0005), mark.next(0, 1000, 0, 0, 0.0015)]).toEqual([1000, 1002]);
  });

  test("MARK-2 median: of the price by funding basis, index + moving average of (mid − index), and the last trade", () => {
    const median = () => new MarkPrice({ rule: "median", averageUs: 9 * SECOND, clamp: { numerator: 0, denominator: 1 } });
    const first = (mid: number, last: number, basis: number) => median().next(9 * SECOND, 1000, mid, last, basis);
    // The average comes half of the way: 1000 + (mid − 1000) / 2, not clamped.
    expect(first(1100, 1070, 0.01)).toBe(1050);
    expect(first(1100, 1020, 0.01)).toBe(1020);
    expect(first(1100, 1001, 0.01)).toBe(1010);
    expect(first(900, 700, -0.01)).toBe(950);
    // The last trade alone never moves it beyond the other two.
    expect([first(1100, 10 ** 9, 0), first(1100, 1, 0)]).toEqual([1050, 1000]);
    // Nothing has traded, no mid: the index stands for both.
    expect([first(1100, 0, 0.02), first(0, 0, 0.02), first(0, 1500, 0.02)]).toEqual([1020, 1000, 1020]);
    const mark = median();
    mark.next(9 * SECOND, 1000, 1100, 1050, 0);
    expect(mark.state[0]).toBeCloseTo(50, 10);
    expect(mark.next(9 * SECOND, 1000, 1100, 2000, 0.2)).toBe(1200);
    expect(mark.state[0]).toBeCloseTo(75, 10);
  });

  test("TIME-4 its memory is its state: a copy goes on as the original", () => {
    const [mark, copy] = [ema(), ema()];
    mark.next(SECOND, 1000, 1234);
    copy.state.set(mark.state);
    expect(copy.next(SECOND, 1001, 1200)).toBe(mark.next(SECOND, 1001, 1200));
  });
});
