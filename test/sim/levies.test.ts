import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LeviedPosition, leviesOn } from "../../sim/clearing/loss-sharing.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Residual } from "../../sim/venue/rules.ts";
import { randomInput } from "./random-simulation.ts";
import { HandVenue } from "./venue-fixture.ts";

/*
 * One lot is worth a quantum a tick, maintenance 0.1 %. At a mark of 850 ann, bankrupt at 900, is taken over at
 * 9000; nobody bids, all shorts lose, and only winners may be deleveraged: 10 lots worth 8500 are the house's,
 * a loss of 500, of which the pool pays 100.
 *
 *           lots   entry   profit   equity at 850
 *   dave     +20  11,000    6,000          11,000
 *   fay      +10   8,000      500           1,500
 *   bob      −10   8,000     −500              40
 *   erin     −30  21,000   −4,500           5,500
 */
const PEOPLE = {
  ann: { lots: 10, value: 10_000, margin: 1_000 },
  dave: { lots: 20, value: 11_000, margin: 5_000 },
  fay: { lots: 10, value: 8_000, margin: 1_000 },
  bob: { lots: -10, value: 8_000, margin: 540 },
  erin: { lots: -30, value: 21_000, margin: 10_000 },
} as const;
const fallenTo850 = (residual: Residual) => {
  const venue = new HandVenue(PEOPLE, {
    instrument: { tiers: [{ upToLots: 1_000, rate: "0.001", maxLeverage: 100 }] },
    adl: { eligible: "profitable" },
    fund: { residual },
    seed: 100,
    // At 850 already: who starts is not judged before the first mark.
    mark: 850,
  });
  venue.judge(850);
  return venue;
};
type Venue = ReturnType<typeof fallenTo850>;
const entriesOf = (venue: Venue) => (["dave", "fay", "bob", "erin"] as const).map((name) => venue.state(name).entry);
const fundsOf = ({ record: { funds } }: Venue) =>
  funds.words("entry").map((entry, row) => [entry, funds.numbers("amount_quanta")[row], funds.numbers("house_quanta")[row]]);
const leviesOf = ({ record: { levies } }: Venue) =>
  [...levies.numbers("account")].map((account, row) => [
    account,
    levies.numbers("open_profit_quanta")[row],
    levies.numbers("levy_quanta")[row],
  ]);

describe("FUND-4 what not even ADL could place", () => {
  test("is the house's: it pays 400, and nobody else anything", () => {
    const venue = fallenTo850("house");
    expect(venue.waterfall.liquidations.residualLots).toEqual([10]);
    expect([venue.ledger.house, venue.pool.available]).toEqual([-400, 0]);
    expect(entriesOf(venue)).toEqual([11_000, 8_000, 8_000, 21_000]);
    expect(fundsOf(venue)).toEqual([
      ["seed", 100, 0],
      ["cover", -100, 0],
      ["uncovered", 0, 400],
    ]);
    expect(venue.record.levies.rowCount).toBe(0);
  });

  test("CONS-2 pro-rata-profit: 400 by open profit of 6000 and 500, into entry values", () => {
    const venue = fallenTo850("pro-rata-profit");
    // 369.2 and 30.8.
    expect(entriesOf(venue)).toEqual([11_369, 8_031, 8_000, 21_000]);
    expect(leviesOf(venue)).toEqual([
      [venue.of("dave"), 6_000, 369],
      [venue.of("fay"), 500, 31],
    ]);
    expect(venue.ledger.house).toBe(0);
    expect(fundsOf(venue)).toEqual([
      ["seed", 100, 0],
      ["cover", -100, 0],
      ["uncovered", 0, 400],
      ["socialised", 0, -400],
    ]);
    expect(venue.waterfall.liquidations.uncovered).toEqual([400]);
    expect([...venue.record.levies.numbers("liquidation")]).toEqual([0, 0]);
  });

  test("CONS-3 per-open-interest: 400 by lots, bob's part only as far as his equity of 40 reaches", () => {
    const venue = fallenTo850("per-open-interest");
    // 40 of bob, and 360 by 20, 10 and 30 lots: entry values of longs rise, of shorts fall.
    expect(entriesOf(venue)).toEqual([11_120, 8_060, 7_960, 20_820]);
    expect(venue.ledger.house).toBe(0);
    expect(venue.state("bob")).toMatchObject({ margin: 540, lots: -10 });
    // He has nothing left: found at the next mark, though it is the same.
    expect(venue.heard).toEqual(["liquidated ann"]);
    venue.judge(850);
    expect(venue.heard.slice(0, 2)).toContain("liquidated bob");
    expect(venue.waterfall.liquidations.uncovered[1]).toBe(0);
    const bob = venue.waterfall.liquidations.starts.find(({ account }) => account === venue.of("bob"));
    expect(bob?.cause).toBe("levy");
  });
});

const RESIDUALS = ["pro-rata-profit", "per-open-interest"] as const;

describe("FUND-4 sharing a loss", () => {
  const positionOf = (lots: number, profit: number, equity: number, entryValue = 1_000_000): LeviedPosition => ({
    ...{ lots, profit, equity, entryValue },
  });
  test.each<[Residual, number, LeviedPosition[], number[]]>([
    ["house", 100, [positionOf(1, 500, 500)], [0]],
    // Not more than the profit there is: the rest is the house's.
    ["pro-rata-profit", 100, [positionOf(1, 30, 40), positionOf(-5, -10, 90), positionOf(9, 20, 20)], [30, 0, 20]],
    ["pro-rata-profit", 100, [positionOf(1, 0, 40), positionOf(-5, -10, 90)], [0, 0]],
    ["pro-rata-profit", 100, [], []],
    // Of equal remainders the first has the quantum.
    ["pro-rata-profit", 1, [positionOf(1, 50, 50), positionOf(1, 50, 50)], [1, 0]],
    // Bound one after the other: the second only by what the first could not bear.
    ["per-open-interest", 90, [positionOf(1, 0, 0), positionOf(-1, 0, 31), positionOf(1, 0, 99)], [0, 31, 59]],
    ["per-open-interest", 90, [positionOf(1, 0, -5), positionOf(-2, 0, 7)], [0, 7]],
    // A short is worsened to an entry value of nothing at most.
    ["per-open-interest", 90, [positionOf(-1, 0, 80, 20), positionOf(1, 0, 80, 20)], [20, 70]],
  ])("%s of %i", (residual, loss, positions, levies) => {
    expect(leviesOn(residual, loss, positions)).toEqual(levies);
  });

  test("never more than the loss, and all of it unless everybody bears all he can; by weight among those who could bear more", () => {
    const position = fc
      .record({
        lots: fc.integer({ min: -1_000, max: 1_000 }).filter((lots) => lots !== 0),
        entryValue: fc.integer({ min: 0, max: 1_000_000 }),
        profit: fc.integer({ min: -5_000, max: 5_000 }),
        margin: fc.integer({ min: 0, max: 5_000 }),
      })
      .map(({ margin, ...own }) => ({ ...own, equity: margin + own.profit }));
    const cases = [fc.constantFrom(...RESIDUALS), fc.integer({ min: 1, max: 50_000 }), fc.array(position, { maxLength: 12 })] as const;
    fc.assert(
      fc.property(...cases, (residual, loss, positions) => {
        const levies = leviesOn(residual, loss, positions);
        const isByProfit = residual === "pro-rata-profit";
        const capOf = ({ lots, profit, equity, entryValue }: LeviedPosition) =>
          Math.max(0, isByProfit ? profit : lots < 0 ? Math.min(equity, entryValue) : equity);
        const weightOf = ({ lots, profit }: LeviedPosition) => (isByProfit ? Math.max(0, profit) : Math.abs(lots));
        const caps = positions.map(capOf);
        const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
        expect(sum(levies)).toBe(Math.min(loss, sum(caps)));
        levies.forEach((levy, place) => {
          expect(levy).toBeGreaterThanOrEqual(0);
          expect(levy).toBeLessThanOrEqual(caps[place] as number);
        });
        const free = positions.map((own, place) => ({ weight: weightOf(own), levy: levies[place] as number, cap: caps[place] as number }));
        for (const a of free) {
          for (const b of free) {
            // Nobody who could bear a quantum more bears a whole quantum less by weight than another.
            if (a.levy < a.cap) expect((a.levy + 1) * b.weight).toBeGreaterThan((b.levy - 1) * a.weight);
          }
        }
      }),
    );
  });
});

/** Few who may be deleveraged and no market: much is left to the house. */
function lossyInput(seed: number, residual: Residual): SimulationInput {
  const input = randomInput(seed, { holders: 60, entryDeviation: 0.4 });
  const fund = { settlement: seed % 2 === 0 ? "daily" : "continuous", residual, feeShare: { numerator: 1, denominator: 3 } } as const;
  return {
    ...input,
    agents: [],
    poolSeeds: {},
    rules: { ...input.rules, fund, adl: { ...input.rules.adl, eligible: "profitable" } },
  };
}

test.each(RESIDUALS)("FUND-4 CONS-1 CONS-2 CONS-3 TIME-4 runs with %s conserve, and go on from a snapshot", (residual) => {
  const seen = { levied: 0, house: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const { record, digest } = new Simulation(lossyInput(seed, residual)).run();
    const { funds, levies } = record;
    const entries = funds.words("entry");
    const house = funds.numbers("house_quanta");
    const back = [...house].filter((_, row) => entries[row] === "socialised").reduce((sum, paid) => sum - paid, 0);
    expect([...levies.numbers("levy_quanta")].reduce((sum, levy) => sum + levy, 0)).toBe(back);
    entries.forEach((entry, row) => {
      if (entry !== "socialised") return;
      expect(entries[row - 1]).toBe("uncovered");
      expect(-(house[row] as number)).toBeLessThanOrEqual(house[row - 1] as number);
    });
    seen.levied += back;
    seen.house += [...house].reduce((sum, paid) => sum + paid, 0);
    if (seed >= 5) continue;
    const interrupted = new Simulation(lossyInput(seed, residual));
    interrupted.runUntil((lossyInput(seed, residual).instruments[0]?.index.startUs as number) + 21_000_000);
    expect(Simulation.restore(lossyInput(seed, residual), interrupted.snapshot()).run().digest).toBe(digest);
  }
  expect(seen.levied).toBeGreaterThan(0);
  expect(seen.house).toBeGreaterThan(0);
});
