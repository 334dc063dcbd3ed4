import { describe, expect, test } from "vitest";
import { ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT, HOUSE_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { SimulationInput } from "../../sim/input.ts";
import type { Table } from "../../sim/kernel/table.ts";
import { BUY } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import { randomInput } from "./random-simulation.ts";
import { HandVenue, type Start, stateOf } from "./venue-fixture.ts";

/* As in the tests of the waterfall: ann is long 10 at 1000 with 1000 of margin, at risk at 909 and below, bankrupt at 900. */
const ANN: Start = { lots: 10, value: 10_000, margin: 1_000 };
const BOB: Start = { lots: -10, value: 10_000, margin: 10_000 };
const CAROL: Start = { cash: 100_000 };
const STARTS = { ann: ANN, bob: BOB, carol: CAROL };

describe("liquidations off the book, by hand", () => {
  test("CASC-3 the house takes the position at the mark; nothing trades, the trader keeps what is left after the fee", () => {
    const venue = new HandVenue(STARTS, { offBook: true, instrument: { liquidation: "0.002" } });
    const bid = venue.limit("carol", BUY, 904, 10);
    venue.judge(905);
    // 950 of the 1000 are lost at 9050; the fee is 18.1 up.
    expect(venue.state("ann")).toEqual({ wallet: 50 - 19, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(stateOf(venue.accounts, HOUSE_ACCOUNT)).toMatchObject({ lots: 10, entry: 9_050 });
    expect(venue.ledger.house).toBe(19);
    expect(venue.exchange.book.restLots(bid)).toBe(10);
    expect(venue.record.trades.rowCount).toBe(0);
    expect(venue.pool.booked).toBe(0);
    expect(venue.heard).toEqual(["liquidated ann"]);
    const { residualLots, restLots, endTimeUs, starts, uncovered } = venue.waterfall.liquidations;
    expect([residualLots, restLots, uncovered]).toEqual([[10], [0], [0]]);
    expect(endTimeUs[0]).toBe(starts[0]?.timeUs);
    expect(venue.record.inventory.words("entry")).toEqual(["takeover", "house"]);
  });

  test("CASC-3 ACCT-2 a loss beyond the margin is the house's, and nobody is deleveraged", () => {
    const venue = new HandVenue(STARTS, { offBook: true, adl: { triggers: ["fund-short", "negative-equity"] } });
    venue.limit("carol", BUY, 870, 10);
    venue.judge(880);
    expect(venue.state("ann")).toEqual({ wallet: 0, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.ledger.house).toBe(-200);
    expect(venue.waterfall.liquidations.uncovered).toEqual([200]);
    expect(venue.state("bob")).toMatchObject({ lots: -10, margin: 10_000 });
    expect(venue.record.adl.rowCount + venue.record.trades.rowCount).toBe(0);
  });

  test("CASC-3 LIQ-2 orders go first, and who passes without them keeps the position", () => {
    const tiers = [
      { upToLots: 15, rate: "0.01", maxLeverage: 100 },
      { upToLots: Number.MAX_SAFE_INTEGER, rate: "0.05", maxLeverage: 20 },
    ];
    const venue = new HandVenue(
      { ...STARTS, ann: { ...ANN, cash: 10_000 } },
      { offBook: true, instrument: { tiers }, liquidation: { tiersIncludeOpenOrders: true } },
    );
    const order = venue.limit("ann", BUY, 800, 10);
    // With the order 5 % of 930 a lot and more are required, without it 93 of the 300 that are left.
    venue.judge(930);
    expect(venue.exchange.book.restLots(order)).toBe(0);
    expect(venue.waterfall.liquidations.count).toBe(0);
    expect(venue.state("ann")).toMatchObject({ lots: 10, margin: 1_000 });
  });

  test("CASC-3 LIQ-3 no venue reduces by parts: the house takes all of it", () => {
    const venue = new HandVenue(STARTS, { offBook: true, liquidation: { partialLiquidation: "just-enough" } });
    venue.limit("carol", BUY, 908, 20);
    venue.judge(908);
    expect(venue.state("ann")).toMatchObject({ lots: 0, wallet: 80 });
    expect(venue.waterfall.liquidations.reducedLots).toEqual([0]);
    expect(venue.record.trades.rowCount).toBe(0);
  });
});

const SCHEMES = ["full", "ladder", "just-enough", "to-initial"] as const;
const twinOf = (seed: number): SimulationInput => {
  const input = randomInput(seed, { holders: 120 });
  const margin = { ...input.rules.margin, partialLiquidation: SCHEMES[seed % SCHEMES.length] ?? "full" };
  return { ...input, rules: { ...input.rules, margin }, liquidationsOffBook: true };
};

const SEEDS = 60;
const cells = (table: Table, name: string) => [...table.numbers(name)];

describe("liquidations off the book, at random", () => {
  test(`CONS-1 CONS-2 CONS-3 CASC-3 hold after every event of ${SEEDS} random venues: no order of a liquidation, no pool, no ADL`, () => {
    const seen = { liquidations: 0, uncovered: 0, kept: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const { record, conservationChecks, events } = new Simulation(twinOf(seed)).run();
      const { liquidations, trades, funds, adl, positions, cascades } = record;
      const label = `seed ${seed}`;
      expect(conservationChecks, label).toBeGreaterThanOrEqual(events);
      expect(cells(trades, "liquidation").every(Number.isNaN), label).toBe(true);
      expect([adl.rowCount, cascades.rowCount], label).toEqual([0, 0]);
      expect(
        [...cells(funds, "amount_quanta"), ...cells(funds, "available_quanta")].every((amount) => amount === 0),
        label,
      ).toBe(true);
      expect(new Set(liquidations.words("status")).size, label).toBeLessThanOrEqual(1);
      expect(
        liquidations.words("status").every((status) => status === "residual"),
        label,
      ).toBe(true);
      expect(liquidations.words("cause"), label).not.toContain("induced");
      expect(cells(liquidations, "residual_lots"), label).toEqual(cells(liquidations, "size_lots"));
      expect(cells(liquidations, "takeover_value_quanta"), label).toEqual(cells(liquidations, "notional_quanta"));
      expect(cells(liquidations, "end_time_us"), label).toEqual(cells(liquidations, "trigger_time_us"));
      const lots = cells(positions, "position_lots");
      expect([lots[ENGINE_LONG_ACCOUNT], lots[ENGINE_SHORT_ACCOUNT]], label).toEqual([0, 0]);
      seen.liquidations += liquidations.rowCount;
      seen.uncovered += cells(liquidations, "uncovered_quanta").filter((loss) => loss > 0).length;
      seen.kept += cells(liquidations, "surplus_quanta").filter((left) => left > 0).length;
    }
    for (const [part, count] of Object.entries(seen)) expect(count, part).toBeGreaterThan(20);
  });

  test("CASC-3 TIME-2 until the first liquidation both runs of a seed are one", () => {
    let compared = 0;
    for (let seed = 0; seed < 20; seed++) {
      const base = new Simulation({ ...twinOf(seed), liquidationsOffBook: false }).run().record;
      const twin = new Simulation(twinOf(seed)).run().record;
      const firstUs =
        base.liquidations.rowCount === 0 ? Number.POSITIVE_INFINITY : (cells(base.liquidations, "trigger_time_us")[0] as number);
      const tradedBefore = ({ trades }: typeof base) => {
        const times = cells(trades, "time_us");
        return ["price_ticks", "size_lots", "taker_account"].map((name) =>
          cells(trades, name).filter((_, row) => (times[row] as number) < firstUs),
        );
      };
      expect(tradedBefore(twin), `seed ${seed}`).toEqual(tradedBefore(base));
      if (base.liquidations.rowCount > 0) expect(cells(twin.liquidations, "trigger_time_us")[0], `seed ${seed}`).toBe(firstUs);
      compared += tradedBefore(base)[0]?.length ?? 0;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test("TIME-4 a snapshot of the twin goes on to the same end, and not as the base run", () => {
    const whole = new Simulation(twinOf(5)).run();
    const first = new Simulation(twinOf(5));
    first.runUntil(1_600_000_000_000_000 + 20_000_000);
    const snapshot = first.snapshot();
    expect(Simulation.restore(twinOf(5), snapshot).run().digest).toBe(whole.digest);
    const { liquidationsOffBook: _twin, ...base } = twinOf(5);
    expect(() => Simulation.restore(base, snapshot)).toThrow(/another input/);
  });
});
