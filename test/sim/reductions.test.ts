import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { MarginRules } from "../../sim/venue/rules.ts";
import { only, withOnly } from "./one-instrument.ts";
import { randomMarkets } from "./random-markets.ts";
import { HandVenue, type Start, type VenueText } from "./venue-fixture.ts";

/** Tiers up to 10, 40 and 100 lots at 2, 4 and 8 %, and beyond at 16 %. */
const TIERS = [
  { upToLots: 10, rate: "0.02", maxLeverage: 25 },
  { upToLots: 40, rate: "0.04", maxLeverage: 12 },
  { upToLots: 100, rate: "0.08", maxLeverage: 10 },
  { upToLots: Number.MAX_SAFE_INTEGER, rate: "0.16", maxLeverage: 5 },
];
const CAROL: Start = { cash: 1_000_000, leverage: 5 };

/** Ann is long 80 lots from 1,000 with some margin, bob short; the fee of a liquidation is 1 %. */
function venueOf(scheme: MarginRules["partialLiquidation"], margin: number, given: VenueText = {}) {
  const ann: Start = { lots: 80, value: 80_000, margin };
  const bob: Start = { lots: -80, value: 80_000, margin: 80_000 };
  const fraction = { part: { numerator: 1, denominator: 5 }, above: "20000", coolDownUs: 30_000_000 };
  return new HandVenue(
    { ann, bob, carol: CAROL },
    {
      instrument: { tiers: TIERS, liquidation: "0.01" },
      ...given,
      liquidation: { partialLiquidation: scheme, fraction, ...given.liquidation },
    },
  );
}

const row = ({ waterfall: { liquidations } }: HandVenue<string>, id = 0) => ({
  reduced: liquidations.reducedLots[id],
  takeover: liquidations.takeoverLots[id],
  liquidated: liquidations.liquidatedQuanta[id],
  fee: liquidations.fee[id],
  ended: !Number.isNaN(liquidations.endTimeUs[id]),
});

describe("worked by hand", () => {
  test("LIQ-3 LIQ-4 tier-step closes what exceeds the tier two below on the book, in orders of the account, and ends when the rest passes", () => {
    // At 960: 80 lots are worth 76,800, 8 % of it 6,144. Equity is 9,000 − 3,200 = 5,800: at risk, but not at 2 %.
    const venue = venueOf("tier-step", 9_000);
    venue.limit("carol", BUY, 955, 30);
    venue.limit("carol", BUY, 950, 60);
    venue.judge(960);
    // 70 exceed the 10 lots of tier 1: 30 at 955 cost 1,350 + a fee of 287 (286.5 up), 7,363 are left. Fifty at 960 have 5,363: 8 % are 3,840: enough.
    expect(row(venue)).toEqual({ reduced: 30, takeover: 0, liquidated: 28_650, fee: 287, ended: true });
    expect(venue.state("ann")).toEqual({ wallet: 0, reserved: 0, margin: 7_363, lots: 50, entry: 50_000 });
    expect(venue.heard.filter((line) => line.includes("ann"))).toEqual(["reduced ann -30 @955"]);
    expect(venue.record.trades.numbers("liquidation")).toEqual(Float64Array.of(0));
    expect([venue.pool.booked, venue.ledger.house, venue.exchange.book.bidTicks]).toEqual([0, 287, 950]);
    venue.judge(959);
    expect(venue.waterfall.liquidations.count).toBe(1);
  });

  test("LIQ-3 LIQ-4 what the book does not offer within the bankruptcy price is tried again at the next mark, as the same liquidation", () => {
    // Bankrupt at 888 (80,000 − 9,000 = 71,000 for 80): the bid of 887 is too low.
    const venue = venueOf("tier-step", 9_000);
    venue.limit("carol", BUY, 887, 90);
    venue.judge(960);
    expect(row(venue, 0)).toEqual({ reduced: 0, takeover: 0, liquidated: 0, fee: 0, ended: false });
    expect(venue.accounts.inLiquidation[venue.of("ann")]).toBe(1);
    venue.limit("carol", BUY, 955, 30);
    venue.judge(960);
    expect(venue.waterfall.liquidations.count).toBe(1);
    expect(row(venue)).toMatchObject({ reduced: 30, ended: true });
    expect(venue.accounts.inLiquidation[venue.of("ann")]).toBe(0);
  });

  test("LIQ-3 one that waits and passes again, for the mark came back, is over", () => {
    const venue = venueOf("tier-step", 9_000);
    venue.judge(960);
    venue.judge(990);
    expect(row(venue)).toMatchObject({ reduced: 0, ended: true });
    venue.judge(960);
    expect(venue.waterfall.liquidations.count).toBe(2);
  });

  test("LIQ-3 LIQ-4 at risk even at the rates of tier 1 all of it is taken over; so is the rest of one that was reduced before", () => {
    // At 910 equity is 9,000 − 7,200 = 1,800 above 2 % of 72,800, 1,456: reduced. At 900 it is 1,000, below 1,440.
    const straight = venueOf("tier-step", 9_000);
    straight.judge(900);
    expect(row(straight)).toMatchObject({ reduced: 0, takeover: 80, liquidated: 72_000 });
    const venue = venueOf("tier-step", 9_000);
    venue.limit("carol", BUY, 905, 5);
    venue.judge(910);
    // Five at 905: 475 + 46 of fee. 8,479 are left for 75 lots, and nobody else bids.
    expect(row(venue)).toEqual({ reduced: 5, takeover: 0, liquidated: 4_525, fee: 46, ended: false });
    venue.judge(890);
    // Taken over at 75,000 − 8,479 = 66,521; of nothing left no fee.
    expect(row(venue)).toEqual({ reduced: 5, takeover: 75, liquidated: 4_525 + 66_750, fee: 46, ended: false });
    expect(venue.waterfall.liquidations.takeoverValue).toEqual([66_521]);
    expect(venue.heard).toContain("liquidated ann");
  });

  test("LIQ-3 ladder goes one tier at a time", () => {
    const venue = venueOf("ladder", 6_200);
    venue.limit("carol", BUY, 980, 200);
    venue.judge(980);
    // Equity 4,600 of 6,272. 40 exceed tier 2: sold at 980 with 392 of fee; 5,008 for 40 lots at 4 %: 1,568.
    expect(row(venue)).toEqual({ reduced: 40, takeover: 0, liquidated: 39_200, fee: 392, ended: true });
  });

  test("LIQ-3 fraction: a fifth, and while it cools down all the rest", () => {
    const venue = venueOf("fraction", 6_200, { liquidation: { bankruptcyAt: "zero" } });
    venue.limit("carol", BUY, 980, 16);
    venue.judge(980);
    // 16 of 80 at 980: 320 + 157 of fee; 5,723 − 1,280 for 64 lots at 8 %, 5,018: at risk, and taken over at once.
    expect(row(venue)).toMatchObject({ reduced: 16, takeover: 64 });
    const small = venueOf("fraction", 6_200, {
      liquidation: { fraction: { part: { numerator: 1, denominator: 5 }, above: "78400", coolDownUs: 1 } },
    });
    small.judge(980);
    expect(row(small)).toMatchObject({ reduced: 0, takeover: 80 });
  });

  test("LIQ-3 just-enough and to-initial: the least size after which requirement or initial margin is met", () => {
    // At 980: after closing n at 980 equity is 6,200 − 1,600 − 9.8 n. Down to 40 lots and less 4 % are required.
    const enough = venueOf("just-enough", 6_200);
    enough.limit("carol", BUY, 980, 200);
    enough.judge(980);
    // n = 25: 4,600 − 245 = 4,355 against 8 % of 55 × 980, 4,312. n = 24: 4,364 (fee 236) against 4,391.
    expect(row(enough)).toMatchObject({ reduced: 25, ended: true });
    const initial = venueOf("to-initial", 6_200);
    initial.limit("carol", BUY, 980, 200);
    initial.judge(980);
    // A tenth of (80 − n) × 980 + the closing fee of nothing: n = 37: 4,600 − 363 = 4,237 against 4,214.
    expect(row(initial)).toMatchObject({ reduced: 37, ended: true });
  });

  test("LIQ-2 orders go first; one that passes without them is not liquidated", () => {
    const venue = venueOf("just-enough", 9_000);
    venue.limit("ann", SELL, 1_200, 10);
    venue.judge(960);
    expect(venue.exchange.book.askTicks).toBe(0);
  });

  test("ORDER-3 ACCT-2 the fee of a reduction is the house's as far as margin is left", () => {
    const venue = venueOf("tier-step", 9_000, { instrument: { tiers: TIERS, liquidation: "0.5" } });
    venue.limit("carol", BUY, 955, 30);
    venue.judge(960);
    // 30 at 955 cost 1,350; of the 7,650 left the fee takes all, and the rest is taken over at bankruptcy.
    expect(row(venue)).toMatchObject({ reduced: 30, takeover: 50, fee: 7_650 });
    expect(venue.ledger.house).toBe(7_650);
  });
});

test("CONS-1 CONS-2 CONS-3 LIQ-3 TIME-4 hold after every event of random venues by every scheme, and a snapshot goes on to the same digest", () => {
  const seen = { reduced: 0, takenOverLater: 0, open: 0, waits: 0 };
  for (const scheme of ["tier-step", "ladder", "fraction", "just-enough", "to-initial"] as const) {
    for (let seed = 1; seed <= 24; seed++) {
      const input = () => {
        const plain = randomMarkets(seed);
        const fraction = { part: { numerator: 1, denominator: 5 }, above: "0", coolDownUs: 2_000_000 };
        const rules = { ...plain.rules, margin: { ...plain.rules.margin, partialLiquidation: scheme, fraction } };
        const { instrument } = only(plain);
        const tiers = instrument.tiers.tiers.map((tier, place) => ({ ...tier, upTo: [5, 20, Number.MAX_SAFE_INTEGER][place] as number }));
        return { ...withOnly(plain, { instrument: { ...instrument, tiers: { ...instrument.tiers, tiers } } }), rules };
      };
      const { record, digest } = new Simulation(input()).run();
      const number = (name: string) => record.liquidations.numbers(name);
      const statuses = record.liquidations.words("status");
      statuses.forEach((status, at) => {
        const [reduced, taken] = [number("reduced_lots")[at] as number, number("takeover_lots")[at] as number];
        if (status === "reduced") seen.reduced += 1;
        if (reduced > 0 && taken > 0) seen.takenOverLater += 1;
        if (status === "open" && taken === 0) seen.open += 1;
        if (status === "reduced" && number("end_time_us")[at] !== number("trigger_time_us")[at]) seen.waits += 1;
      });
      if (seed > 6) continue;
      const interrupted = new Simulation(input());
      const { startUs, intervalUs, ticks } = only(input()).index;
      interrupted.runUntil(startUs + Math.floor((ticks.length * intervalUs * seed) / 7));
      expect(Simulation.restore(input(), interrupted.snapshot()).run().digest, `${scheme}, seed ${seed}`).toBe(digest);
    }
  }
  for (const [part, count] of Object.entries(seen)) expect(count, part).toBeGreaterThan(3);
});
