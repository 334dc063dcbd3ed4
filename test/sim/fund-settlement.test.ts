import { describe, expect, test } from "vitest";
import { nextSettlementUs } from "../../sim/clearing/fund-settlement.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { BUY } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import { randomInput } from "./random-simulation.ts";
import { HandVenue } from "./venue-fixture.ts";

const HOUR_US = 3_600_000_000;

test.each([
  ["1970-01-01T00:00:00Z", "1970-01-01T08:00:00Z"],
  ["1970-01-01T07:59:59.999Z", "1970-01-01T08:00:00Z"],
  ["1970-01-01T08:00:00Z", "1970-01-02T08:00:00Z"],
  ["2025-10-10T21:00:00Z", "2025-10-11T08:00:00Z"],
  ["2026-02-28T08:00:00.001Z", "2026-03-01T08:00:00Z"],
])("FUND-3 after %s the next settlement is at %s", (after, at) => {
  expect(nextSettlementUs(Date.parse(after) * 1000)).toBe(Date.parse(at) * 1000);
});

/* As in waterfall.test.ts: ann is taken over at 9000 when the mark is 909; what her 10 lots bring beyond it is the pool's. */
const PEOPLE = {
  ann: { lots: 10, value: 10_000, margin: 1_000 },
  bob: { lots: -10, value: 10_000, margin: 10_000 },
  carol: { cash: 100_000 },
} as const;
const venueOf = () => new HandVenue(PEOPLE, { seed: 500, fund: { settlement: "daily" } });
const stateOf = ({ pool }: ReturnType<typeof venueOf>) => [pool.booked, pool.pending, pool.available];
const fundsOf = ({ record: { funds } }: ReturnType<typeof venueOf>) =>
  funds
    .words("entry")
    .map((entry, row) => [
      entry,
      ...["amount_quanta", "available_quanta", "booked_quanta", "pending_quanta", "house_quanta"].map((name) => funds.numbers(name)[row]),
    ]);

describe("FUND-3 a pool settled daily", () => {
  test("a gain is pending and available until it is booked as one surplus entry", () => {
    const venue = venueOf();
    expect(stateOf(venue)).toEqual([500, 0, 500]);
    venue.limit("carol", BUY, 904, 10);
    venue.judge(909);
    // Sold at 904 for 9040: 40.
    expect(stateOf(venue)).toEqual([500, 40, 540]);
    venue.waterfall.engine.settlePool();
    venue.check();
    expect(stateOf(venue)).toEqual([540, 0, 540]);
    // Nothing is pending, nothing is booked.
    venue.waterfall.engine.settlePool();
    expect(fundsOf(venue)).toEqual([
      ["seed", 500, 500, 500, 0, 0],
      ["surplus", 40, 540, 500, 40, 0],
      ["settlement", 40, 540, 540, 0, 0],
    ]);
  });

  test("FUND-4 losses are pending too, and payments end where nothing is available, whatever is booked", () => {
    const venue = venueOf();
    venue.limit("carol", BUY, 850, 8);
    venue.limit("carol", BUY, 800, 1);
    venue.judge(880);
    // 8 at 850 cost 400, one at 800 the other 100: nothing is available, although 500 are booked, and ADL closes the last.
    expect(stateOf(venue)).toEqual([500, -500, 0]);
    expect([venue.waterfall.liquidations.fundLots, venue.waterfall.liquidations.adlLots]).toEqual([[9], [1]]);
    venue.waterfall.engine.settlePool();
    venue.check();
    expect(stateOf(venue)).toEqual([0, 0, 0]);
    expect(fundsOf(venue).at(-1)).toEqual(["settlement", -500, 0, 0, 0, 0]);
  });
});

/** A random simulation that begins half of its time before a settlement. */
function dailyInput(seed: number): SimulationInput {
  const input = randomInput(seed, { holders: 150 });
  const startUs = 1_600_000_000_000_000;
  const instruments = input.instruments.map((own) => ({
    ...own,
    index: { ...own.index, startUs: nextSettlementUs(startUs) - 20_000_000 },
  }));
  return { ...input, instruments, rules: { ...input.rules, fund: { settlement: "daily", residual: "house", feeShare: null } } };
}

describe("FUND-3 runs", () => {
  test("CONS-2 settled daily: the same trades and the same available as continuously, at every movement", () => {
    let settled = 0;
    for (let seed = 0; seed < 30; seed++) {
      const input = dailyInput(seed);
      const daily = new Simulation(input).run().record;
      const other = {
        ...dailyInput(seed),
        rules: { ...input.rules, fund: { settlement: "continuous", residual: "house", feeShare: null } as const },
      };
      const continuous = new Simulation(other).run().record;
      const rowsOf = ({ funds }: typeof daily, names: readonly string[]) =>
        funds
          .words("entry")
          .flatMap((entry, row) => (entry === "settlement" ? [] : [[entry, ...names.map((name) => funds.numbers(name)[row])]]));
      const alike = ["time_us", "amount_quanta", "available_quanta", "house_quanta"];
      expect(rowsOf(daily, alike), `seed ${seed}`).toEqual(rowsOf(continuous, alike));
      expect([...daily.trades.numbers("price_ticks")]).toEqual([...continuous.trades.numbers("price_ticks")]);
      expect(Math.max(0, ...continuous.funds.numbers("pending_quanta").map(Math.abs))).toBe(0);
      const { funds } = daily;
      funds.words("entry").forEach((entry, row) => {
        const read = (name: string) => funds.numbers(name)[row] as number;
        expect(read("booked_quanta") + read("pending_quanta")).toBe(read("available_quanta"));
        if (entry !== "settlement") return;
        settled += 1;
        expect(read("time_us") % (24 * HOUR_US)).toBe(8 * HOUR_US);
        expect(read("amount_quanta")).toBe(funds.numbers("pending_quanta")[row - 1]);
        expect(read("amount_quanta")).not.toBe(0);
      });
    }
    expect(settled).toBeGreaterThan(10);
  });

  test("TIME-4 a snapshot carries what is pending", () => {
    for (let seed = 0; seed < 10; seed++) {
      const simulation = new Simulation(dailyInput(seed));
      const { startUs } = (dailyInput(seed).instruments[0] as { index: { startUs: number } }).index;
      simulation.runUntil(startUs + 19_000_000);
      const continued = Simulation.restore(dailyInput(seed), simulation.snapshot()).run();
      expect(continued.digest).toBe(simulation.run().digest);
    }
  });
});
