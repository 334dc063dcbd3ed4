import { describe, expect, test } from "vitest";
import type { SimulationInput } from "../../sim/input.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { FundRules } from "../../sim/venue/rules.ts";
import { randomInput } from "./random-simulation.ts";
import { HandVenue } from "./venue-fixture.ts";

/* A lot is worth a quantum a tick. Takers pay 1 %, makers get 0.2 %; half of every fee is the pool's. */
const venueOf = (fund: Partial<FundRules> = {}) =>
  new HandVenue(
    {
      ann: { cash: 100_000 },
      bob: { cash: 100_000 },
      carol: { lots: 10, value: 10_000, margin: 1_090 },
      dan: { lots: -10, value: 10_000, margin: 9_000 },
    },
    {
      instrument: { taker: "0.01", maker: "-0.002", liquidation: "0.005" },
      liquidation: { bankruptcyAt: "closing-fee" },
      fund: { feeShare: { numerator: 1, denominator: 2 }, ...fund },
      seed: 500,
    },
  );
type Venue = ReturnType<typeof venueOf>;
const cashOf = ({ ledger, pool }: Venue) => ({ house: ledger.house, booked: pool.booked, pending: pool.pending, due: pool.feesDue });

describe("FUND-2 a part of fees", () => {
  test.each(["continuous", "daily"] as const)(
    "is the pool's from the next mark on, of rebates none, booked at once: settled %s",
    (settlement) => {
      const venue = venueOf({ settlement });
      venue.limit("ann", BUY, 1_000, 3);
      venue.limit("bob", SELL, 1_000, 3);
      // The taker pays 30, of which 15 are the pool's; the maker gets 6, which is the house's affair.
      expect(cashOf(venue)).toEqual({ house: 24, booked: 500, pending: 0, due: 15 });
      venue.check();
      venue.waterfall.engine.collectFees();
      expect(cashOf(venue)).toEqual({ house: 9, booked: 515, pending: 0, due: 0 });
      venue.check();
      venue.waterfall.engine.collectFees();
      expect(venue.record.funds.words("entry")).toEqual(["seed", "fees"]);
      expect([...venue.record.funds.numbers("amount_quanta")]).toEqual([500, 15]);
      expect([...venue.record.funds.numbers("house_quanta")]).toEqual([0, 0]);
    },
  );

  test("is rounded down fee by fee, of both sides of a trade each by itself", () => {
    const venue = venueOf();
    // Fees of 11 thrice: 5 each.
    for (let trade = 0; trade < 3; trade++) {
      venue.limit("ann", BUY, 1_010, 1);
      venue.limit("bob", SELL, 1_010, 1);
    }
    expect(cashOf(venue).due).toBe(15);
  });

  test("is one of liquidation fees too", () => {
    const venue = venueOf();
    venue.judge(900);
    // Bankrupt where 1 % is left: 8910 / 0.99 = 9000; of 90 left a fee of 0.5 %, 45, of which 22 are the pool's; it gains the other 45.
    expect(venue.waterfall.liquidations.fee).toEqual([45]);
    expect(cashOf(venue)).toMatchObject({ house: 45, due: 22 });
  });
});

/** The shares of all fees that a run recorded, each rounded down. */
test("CONS-2 TIME-4 in runs all shares but those since the last mark come to the pool, and go on from a snapshot", () => {
  let collected = 0;
  for (let seed = 0; seed < 20; seed++) {
    const inputOf = (): SimulationInput => {
      const input = randomInput(seed, { holders: 120 });
      const fund = { settlement: "continuous", residual: "house", feeShare: { numerator: 1, denominator: 3 } } as const;
      return { ...input, rules: { ...input.rules, fund } };
    };
    const { record, digest } = new Simulation(inputOf()).run();
    const { trades, liquidations, funds, marks } = record;
    const last = Math.max(...marks.numbers("time_us"));
    const third = (fee: number) => Math.max(0, Math.floor(fee / 3));
    let shares = 0;
    for (let row = 0; row < trades.rowCount; row++) {
      if (trades.numbers("time_us")[row] === last) continue;
      for (const name of ["maker_fee_quanta", "taker_fee_quanta"]) shares += third(trades.numbers(name)[row] as number);
    }
    // Without partial liquidation one has one fee, at its trigger.
    [...liquidations.numbers("fee_quanta")].forEach((fee, row) => {
      if (liquidations.numbers("trigger_time_us")[row] !== last) shares += third(fee);
    });
    const entries = funds.words("entry");
    const given = [...funds.numbers("amount_quanta")].filter((_, row) => entries[row] === "fees");
    expect(
      given.reduce((sum, amount) => sum + amount, 0),
      `seed ${seed}`,
    ).toBe(shares);
    collected += shares;
    if (seed >= 4) continue;
    const interrupted = new Simulation(inputOf());
    interrupted.runUntil((inputOf().instruments[0]?.index.startUs as number) + 20_500_000);
    expect(Simulation.restore(inputOf(), interrupted.snapshot()).run().digest).toBe(digest);
  }
  expect(collected).toBeGreaterThan(0);
});
