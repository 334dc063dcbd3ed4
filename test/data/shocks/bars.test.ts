import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BarsPathOptions, barsPath, coverageOf } from "../../../data/shocks/bars.ts";
import type { Bars } from "../../../data/sources/bars.ts";

const SECOND_US = 1_000_000;
const FIRST_US = Date.UTC(2025, 0, 1) * 1000;

/** Bars of a minute from rows of open, high, low, close. */
function minutes(...rows: readonly (readonly [number, number, number, number])[]): Bars {
  const column = (index: 0 | 1 | 2 | 3) => Float64Array.from(rows, (row) => row[index]);
  return {
    timeUs: Float64Array.from(rows, (_, row) => FIRST_US + row * 60 * SECOND_US),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: new Float64Array(rows.length),
    symbol: null,
    intervalUs: 60 * SECOND_US,
  };
}

function options(bars: Bars, changes: Partial<BarsPathOptions> = {}): BarsPathOptions {
  const durationUs = bars.timeUs.length * bars.intervalUs;
  return { startUs: FIRST_US, durationUs, intervalUs: SECOND_US, tickSize: "0.5", snap: false, file: "bars.csv", ...changes };
}

const UP_AND_DOWN = minutes([100, 110, 90, 105], [106, 120, 80, 85]);

describe("a path through bars", () => {
  test("goes open, low, high, close when the bar rises, open, high, low, close when it falls", () => {
    const path = barsPath(UP_AND_DOWN, options(UP_AND_DOWN));
    expect(path.length).toBe(121);
    const at = (...seconds: number[]) => seconds.map((second) => (path[second] as number) / 2);
    expect(at(0, 10, 20, 30, 40, 50, 59)).toEqual([100, 95, 90, 100, 110, 107.5, 105]);
    expect(at(60, 70, 80, 90, 100, 110, 120)).toEqual([106, 113, 120, 100, 80, 82.5, 85]);
  });

  test.each([1, 2, 3, 4, 5, 6, 10, 12, 15])("has every high and low at an interval of %i s", (seconds) => {
    const path = barsPath(UP_AND_DOWN, options(UP_AND_DOWN, { intervalUs: seconds * SECOND_US }));
    const perBar = 60 / seconds;
    for (const [bar, low, high] of [
      [0, 90, 110],
      [1, 80, 120],
    ] as const) {
      const ticks = path.subarray(bar * perBar, (bar + 1) * perBar + (bar === 1 ? 1 : 0));
      expect([Math.min(...ticks), Math.max(...ticks)]).toEqual([2 * low, 2 * high]);
    }
  });

  test("the nearest sample takes an extreme that falls between two, of equally near ones the earlier", () => {
    const coarse = barsPath(UP_AND_DOWN, options(UP_AND_DOWN, { intervalUs: 15 * SECOND_US }));
    expect([...coarse].map((tick) => tick / 2)).toEqual([100, 90, 100, 110, 106, 120, 100, 80, 85]);
    const even = barsPath(
      UP_AND_DOWN,
      options(UP_AND_DOWN, { startUs: FIRST_US + 10 * SECOND_US, durationUs: 100 * SECOND_US, intervalUs: 4 * SECOND_US }),
    );
    // 10, 14, 18, 22 s: the low at 20 s lies between the third and the fourth.
    expect([...even.subarray(0, 5)].map((tick) => tick / 2)).toEqual([95, 93, 90, 92, 96]);
  });

  test("starts and ends anywhere within the bars", () => {
    const whole = barsPath(UP_AND_DOWN, options(UP_AND_DOWN));
    const part = barsPath(UP_AND_DOWN, options(UP_AND_DOWN, { startUs: FIRST_US + 31 * SECOND_US, durationUs: 58 * SECOND_US }));
    expect(part).toEqual(whole.slice(31, 90));
  });

  test("any bars at any interval: every high and low is met, nothing lies beyond", () => {
    const price = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(price, price, price, price), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 7, 11, 13, 15),
        (rows, seconds) => {
          const bars = minutes(...rows.map((row) => [row[0], Math.max(...row), Math.min(...row), row[3]] as const));
          const durationUs = Math.floor((60 * rows.length) / seconds) * seconds * SECOND_US;
          const path = barsPath(bars, options(bars, { intervalUs: seconds * SECOND_US, durationUs, tickSize: "1" }));
          for (let bar = 0; bar < rows.length - 1; bar++) {
            const ticks = [...path].filter((_, step) => step * seconds >= bar * 60 && step * seconds < (bar + 1) * 60);
            expect([Math.min(...ticks), Math.max(...ticks)]).toEqual([bars.low[bar], bars.high[bar]]);
          }
          for (const tick of path)
            expect(Number.isSafeInteger(tick) && tick >= Math.min(...bars.low) && tick <= Math.max(...bars.high)).toBe(true);
        },
      ),
    );
  });

  test("UNIT-2 prices are taken as the decimals the file had, and snapped only when asked", () => {
    const bars = minutes([0.1, 0.3, 0.1, 0.3]);
    expect(barsPath(bars, options(bars, { tickSize: "0.1" }))[40]).toBe(3);
    const fine = minutes([100, 100.3, 99.5, 100]);
    expect(() => barsPath(fine, options(fine))).toThrow(
      'bars.csv: bar 2025-01-01T00:00:00Z: high: 100.3 is no whole multiple of 0.5 (with "snap": true in shock it would be the nearest)',
    );
    expect(barsPath(fine, options(fine, { snap: true }))[40]).toBe(201);
  });

  test.each([
    {
      changes: { startUs: FIRST_US - 1 },
      problem: "covers 2025-01-01T00:00:00Z to 2025-01-01T00:02:00Z, got 2024-12-31T23:59:59.999999Z to 2025-01-01T00:01:59.999999Z",
    },
    {
      changes: { durationUs: 121 * SECOND_US },
      problem: "covers 2025-01-01T00:00:00Z to 2025-01-01T00:02:00Z, got 2025-01-01T00:00:00Z to 2025-01-01T00:02:01Z",
    },
    { changes: { intervalUs: 20 * SECOND_US }, problem: "bars of 60000000 us need an interval of at most a quarter, got 20000000 us" },
    {
      changes: { tickSize: "5", snap: true },
      problem: "bar 2025-01-01T00:00:00Z: open: 100 is only 20 ticks of 5: too coarse to snap to, take a contract with a finer tick",
    },
    { changes: { tickSize: "1000", snap: true }, problem: "bar 2025-01-01T00:00:00Z: open: expected at least one tick of 1000, got 100" },
  ])("refuses $changes", ({ changes, problem }) => {
    expect(() => barsPath(UP_AND_DOWN, options(UP_AND_DOWN, changes))).toThrow(`bars.csv: ${problem}`);
  });

  test("coverage goes from the first opening to the last end", () => {
    expect(coverageOf(UP_AND_DOWN)).toEqual({ startUs: FIRST_US, endUs: FIRST_US + 120 * SECOND_US });
  });
});
