import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverableLots, type Inventory, Pool, valueShare } from "../../../sim/clearing/insurance-fund.ts";
import { instrumentOf } from "../venue-fixture.ts";

/** Loss of closing part of an inventory at a price, in BigInt, for a lot worth `quanta` a tick. */
function lossOf(inventory: Inventory, lots: number, ticks: number, quanta: number): bigint {
  const all = BigInt(Math.abs(inventory.lots));
  const twice = (2n * BigInt(inventory.value) * BigInt(lots)) / all;
  const exact = (2n * BigInt(inventory.value) * BigInt(lots)) % all === 0n;
  // Half to even: an odd number of halves that is exact is a tie.
  let share = twice / 2n;
  if (twice % 2n === 1n && (!exact || share % 2n === 1n)) share += 1n;
  const worth = BigInt(ticks) * BigInt(lots) * BigInt(quanta);
  return inventory.lots > 0 ? share - worth : worth - share;
}

const inventory = fc
  .record({ lots: fc.integer({ min: 1, max: 60 }), long: fc.boolean(), value: fc.integer({ min: 0, max: 100_000 }) })
  .map(({ lots, long, value }): Inventory => ({ lots: long ? lots : -lots, value }));

describe("insurance fund", () => {
  test("FUND-4 coverable lots are the most whose loss the pool can pay: tried one by one", () => {
    const instrument = instrumentOf({ quantaPerTickLot: { numerator: 7, denominator: 1 } });
    const most = fc.integer({ min: 0, max: 70 });
    fc.assert(
      fc.property(
        inventory,
        fc.integer({ min: 1, max: 3_000 }),
        most,
        fc.integer({ min: 0, max: 30_000 }),
        (held, ticks, offered, payable) => {
          const size = Math.min(offered, Math.abs(held.lots));
          const lots = coverableLots(instrument, held, ticks, offered, payable);
          expect(lots).toBeGreaterThanOrEqual(0);
          expect(lots).toBeLessThanOrEqual(size);
          if (lots > 0) expect(lossOf(held, lots, ticks, 7) <= BigInt(payable)).toBe(true);
          let best = 0;
          for (let count = 0; count <= size; count++) if (lossOf(held, count, ticks, 7) <= BigInt(payable)) best = count;
          // Where a lot loses less than two quanta, rounding may let a size pass whose neighbour does not; elsewhere there is one answer.
          const perLot = Math.abs(held.value / Math.abs(held.lots) - 7 * ticks);
          if (perLot >= 2) expect(lots).toBe(best);
          else if (lots < best) expect(lossOf(held, lots + 1, ticks, 7) > BigInt(payable)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    { payable: 99, lots: 4, why: "a loss of 20 a lot, and not quite five of them" },
    { payable: 100, lots: 5, why: "exactly" },
    { payable: 0, lots: 0, why: "a dry pool" },
    { payable: 1e9, lots: 10, why: "no more than there is" },
  ])("FUND-4 $why", ({ payable, lots }) => {
    expect(coverableLots(instrumentOf(), { lots: 10, value: 9_000 }, 880, 50, payable)).toBe(lots);
    expect(coverableLots(instrumentOf(), { lots: -10, value: 9_000 }, 920, 50, payable)).toBe(lots);
  });

  test("FUND-4 a gain needs no pool, and no more is taken than offered", () => {
    expect(coverableLots(instrumentOf(), { lots: 10, value: 9_000 }, 901, 3, 0)).toBe(3);
    expect(coverableLots(instrumentOf(), { lots: 10, value: 9_000 }, 880, 3, 1e9)).toBe(3);
  });

  test("FUND-3 available is weakened by a hidden loss and not strengthened by a hidden profit", () => {
    const pool = new Pool("perpetual/BTC/USDT");
    let profit = 0;
    pool.backs(() => profit);
    pool.booked = 100;
    const availableAt = (given: number) => {
      profit = given;
      return pool.available;
    };
    expect([availableAt(-30), availableAt(0), availableAt(30), availableAt(-130)]).toEqual([70, 100, 100, -30]);
  });

  test("FUND-1 FUND-3 inventories of several instruments weaken a pool together, and each is paid for as the others leave it", () => {
    const pool = new Pool("perpetual/BTC/USDT");
    pool.booked = 100;
    pool.backs(() => -70);
    pool.backs(() => 20);
    expect([pool.available, pool.availableWithout(-70), pool.availableWithout(20)]).toEqual([50, 100, 30]);
  });

  test("INST-4 shares of a takeover value add up to it however it is released", () => {
    fc.assert(
      fc.property(inventory, fc.array(fc.integer({ min: 1, max: 20 })), (held, parts) => {
        let rest: Inventory = held;
        let released = 0;
        for (const part of [...parts, 1_000]) {
          const lots = Math.min(part, Math.abs(rest.lots));
          if (lots === 0) break;
          const value = valueShare(rest, lots);
          released += value;
          rest = { lots: rest.lots - Math.sign(rest.lots) * lots, value: rest.value - value };
          expect(rest.value).toBeGreaterThanOrEqual(0);
        }
        expect(rest).toMatchObject({ value: 0 });
        expect(released).toBe(held.value);
      }),
    );
  });
});

test("FUND-4 a lot worth less than a quantum is not free: an empty pool affords none at a loss", () => {
  const dust = instrumentOf({ quantaPerTickLot: { numerator: 1, denominator: 1000 } });
  // 100,000 lots taken over for 10,000 quanta, a book at 90 ticks: each loses a hundredth of a quantum.
  const inventory = { lots: 100_000, value: 10_000 };
  expect(coverableLots(dust, inventory, 90, 100_000, 0)).toBe(0);
  expect(coverableLots(dust, inventory, 90, 100_000, 1)).toBe(100);
  expect(coverableLots(dust, inventory, 90, 100_000, 1_000)).toBe(100_000);
  expect(coverableLots(dust, inventory, 110, 100_000, 0)).toBe(100_000);
});
