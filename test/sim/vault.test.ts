import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Funding } from "../../sim/funding.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { BUY } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { BackstopRules, SurplusTo } from "../../sim/venue/rules.ts";
import { randomInput } from "./random-simulation.ts";
import { HandVenue, type Start, type VenueText } from "./venue-fixture.ts";

/*
 * One lot is worth a quantum a tick, maintenance 1 %, leverage up to 100, no fees. ann is bankrupt at 900: at 906 she has
 * 60 left and needs 90.6, rounded up 91. dan is bankrupt at 1100: at 1094 he has 60 left and needs 110.
 */
const ANN = { lots: 10, value: 10_000, margin: 1_000 };
const DAN = { lots: -10, value: 10_000, margin: 1_000 };
const BOB = { lots: -10, value: 10_000, margin: 5_000, cash: 10_000 };
const EVE = { cash: 20_000 };
const JUST_BELOW = { numerator: 61, denominator: 91 };
const EXACTLY = { numerator: 60, denominator: 91 };

const venueOf = <Name extends string>(starts: Record<Name, Start>, seed: number, given: VenueText = {}, below = JUST_BELOW) =>
  new HandVenue(starts, { surplusTo: "trader", ...given, vault: { seed, below } });
const movementsOf = ({ record: { vault } }: HandVenue<string>) =>
  vault
    .words("entry")
    .map((entry, row) => [entry, ...["size_lots", "value_quanta", "amount_quanta"].map((name) => vault.numbers(name)[row])]);

describe("LIQ-4 the vault takes position and margin", () => {
  test("just below the part of the maintenance margin, at its value at mark, and all that is left", () => {
    const venue = venueOf({ ann: ANN, bob: BOB }, 10_000);
    venue.judge(906);
    expect(venue.vaultState()).toEqual({ cash: 10_060, lots: 10, entry: 9_060 });
    expect(venue.vault?.equity()).toBe(10_060);
    expect(venue.state("ann")).toEqual({ wallet: 0, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(venue.waterfall.liquidations).toMatchObject({ vaultLots: [10], surplus: [60], restLots: [0], marketLots: [0], fee: [0] });
    expect(venue.record.inventory.words("entry")).toEqual(["takeover", "vault"]);
    expect(movementsOf(venue)).toEqual([
      ["seed", 0, 0, 10_000],
      ["takeover", 10, 9_060, 60],
    ]);
  });

  test("not at the part itself: there the order goes on", () => {
    const venue = venueOf({ ann: ANN, bob: BOB }, 10_000, {}, EXACTLY);
    venue.judge(906);
    expect(venue.vaultState()).toEqual({ cash: 10_000, lots: 0, entry: 0 });
    expect(venue.exchange.book).toMatchObject({ askTicks: 900 });
    venue.judge(905);
    expect(venue.vaultState()).toEqual({ cash: 10_050, lots: 10, entry: 9_050 });
  });

  test("LIQ-5 only what the market does not: what it pays beyond bankruptcy stays the trader's", () => {
    const venue = venueOf({ ann: ANN, bob: BOB, eve: EVE }, 10_000);
    venue.limit("eve", BUY, 902, 4);
    venue.judge(906);
    expect(venue.waterfall.liquidations).toMatchObject({ marketLots: [4], vaultLots: [6], surplus: [44] });
    expect(venue.state("ann").wallet).toBe(8);
    expect(venue.vaultState()).toEqual({ cash: 10_036, lots: 6, entry: 5_436 });
  });

  test("what waits for reductions that the book does not take is the vault's as soon as it is below", () => {
    const liquidation = { partialLiquidation: "fraction", fraction: { part: { numerator: 1, denominator: 5 }, above: "0", coolDownUs: 1 } };
    const venue = venueOf({ ann: ANN, bob: BOB }, 10_000, { liquidation: { ...liquidation, partialLiquidation: "fraction" } });
    venue.judge(908);
    expect([venue.state("ann").lots, venue.accounts.inLiquidation[venue.of("ann")]]).toEqual([10, 1]);
    venue.judge(906);
    expect(venue.vaultState()).toEqual({ cash: 10_060, lots: 10, entry: 9_060 });
    expect(venue.accounts.inLiquidation[venue.of("ann")]).toBe(0);
    expect(venue.waterfall.liquidations.count).toBe(1);
  });

  test("not who has nothing left: pool, ADL and house are as ever", () => {
    const venue = venueOf({ ann: ANN, bob: BOB }, 10_000, { seed: 5 });
    venue.judge(899);
    expect(venue.vaultState()).toEqual({ cash: 10_000, lots: 0, entry: 0 });
    expect(venue.waterfall.liquidations).toMatchObject({ vaultLots: [0], adlLots: [10] });
  });

  test("never more than it can carry: equity that covers the initial margin of what it then has", () => {
    // Value 9060 at leverage 100: 91, of which 60 come with the position.
    const refused = venueOf({ ann: ANN, bob: BOB }, 30);
    refused.judge(906);
    expect(refused.vaultState()).toEqual({ cash: 30, lots: 0, entry: 0 });
    expect(refused.waterfall.liquidations).toMatchObject({ restLots: [10], vaultLots: [0] });
    const taken = venueOf({ ann: ANN, bob: BOB }, 31);
    taken.judge(906);
    expect(taken.vaultState()).toEqual({ cash: 91, lots: 10, entry: 9_060 });
  });

  test("CONS-1, CONS-2 nets what is opposite, however little it has; the profit is its cash's", () => {
    const venue = venueOf({ ann: ANN, dan: DAN }, 31);
    venue.judge(906);
    venue.judge(1_094);
    expect(venue.vaultState()).toEqual({ cash: 91 + 60 + 1_880, lots: 0, entry: 0 });
    expect(venue.exchange.book).toMatchObject({ askTicks: 0, bidTicks: 0 });
    expect(movementsOf(venue).at(-1)).toEqual(["takeover", -10, 10_940, 60 + 1_880]);
  });

  test("takes nothing without equity, not even what would make its position smaller", () => {
    const venue = venueOf({ ann: ANN, bob: BOB }, 31);
    venue.judge(906);
    expect(venue.vaultState().lots).toBe(10);
    // At 890 its equity is 91 − 160; a short that would fail is not there: it is asked by hand.
    venue.exchange.markTicks = 890;
    expect(venue.vault?.equity()).toBe(-69);
    expect(venue.desk?.carries(-10, 68)).toBe(false);
    expect(venue.desk?.carries(-10, 69)).toBe(true);
    expect(venue.desk?.carries(-21, 69)).toBe(false);
  });
});

describe("LIQ-4 what the vault holds", () => {
  const holding = (seed: number, given: VenueText = {}) => {
    const venue = venueOf({ ann: ANN, bob: BOB, eve: EVE }, seed, given);
    venue.judge(906);
    return venue;
  };

  test("is for sale at the mark, at every mark anew, without a fee", () => {
    const venue = holding(10_000, { instrument: { taker: "0.01", maker: "0.02" } });
    expect(venue.exchange.book).toMatchObject({ askTicks: 906 });
    venue.limit("eve", BUY, 906, 4);
    expect(venue.vaultState()).toEqual({ cash: 10_060, lots: 6, entry: 5_436 });
    venue.judge(910);
    expect(venue.exchange.book).toMatchObject({ askTicks: 910 });
    venue.limit("eve", BUY, 950, 6);
    expect(venue.vaultState()).toEqual({ cash: 10_084, lots: 0, entry: 0 });
    expect([...venue.record.trades.numbers("maker_fee_quanta")]).toEqual([0, 0]);
    venue.judge(911);
    expect(venue.exchange.book).toMatchObject({ askTicks: 0, bidTicks: 0 });
    venue.check();
  });

  test("keeps its order's place in time while the mark stands still", () => {
    const venue = holding(10_000);
    const { order } = venue.desk ?? {};
    venue.judge(906);
    expect(venue.desk?.order).toBe(order);
    venue.judge(907);
    expect(venue.desk?.order).not.toBe(order);
  });

  test("is no offer at the mark before once the next one is judged", () => {
    const venue = venueOf({ ann: ANN, dan: DAN }, 10_000, {}, JUST_BELOW);
    venue.judge(1_094);
    expect(venue.exchange.book).toMatchObject({ bidTicks: 1_094 });
    // ann, with nothing left at 899, is not sold to the vault at 1094; nor is the vault deleveraged or levied.
    venue.judge(899);
    expect(venue.record.trades.rowCount).toBe(0);
    expect(venue.record.adl.rowCount).toBe(0);
    expect(venue.waterfall.liquidations.residualLots).toEqual([0, 10]);
  });

  test("CASC-1 displaces nothing: its order is the venue's, of no liquidation", () => {
    const venue = holding(10_000);
    const displaced: number[] = [];
    venue.exchange.onDisplaced = (liquidation) => displaced.push(liquidation);
    venue.limit("eve", BUY, 906, 10);
    expect(displaced).toEqual([]);
    expect(venue.record.trades.numbers("liquidation")[0]).toBeNaN();
  });

  test("MARK-3 pays funding out of its cash; what that does not hold pool and house pay", () => {
    const venue = holding(31);
    const funding = new Funding(venue.exchange, venue.waterfall.engine, venue.record, venue.desk);
    // 1 % of 9060, rounded up: all of its 91.
    funding.pay(1_000_000);
    expect(venue.vaultState().cash).toBe(0);
    expect(venue.state("bob").margin).toBe(5_091);
    funding.pay(1_000_000);
    expect([venue.vaultState().cash, venue.ledger.house, venue.state("bob").margin]).toEqual([0, -91, 5_182]);
    expect([...venue.record.funding.numbers("short_quanta")]).toEqual([0, 0, 91, 0]);
    funding.pay(-1_000_000);
    expect(venue.vaultState().cash).toBe(91);
    venue.check();
  });

  test("CONS-3 costs pool and house what its cash does not hold of a loss", () => {
    const venue = holding(31, { seed: 100 });
    venue.judge(800);
    venue.limit("eve", BUY, 800, 10);
    expect(venue.heard).toContain("shortfall vault 969");
    expect([venue.vaultState().cash, venue.pool.held, venue.ledger.house]).toEqual([0, 0, -869]);
    venue.check();
  });
});

test("LIQ-5 surplusTo: vault: fills beyond bankruptcy, and what is left of the margin after the fee", () => {
  const venue = new HandVenue(
    { ann: ANN, bob: BOB, eve: EVE },
    {
      surplusTo: "vault",
      vault: { seed: 0 },
      instrument: { taker: "0.01", liquidation: "0.004" },
      liquidation: { bankruptcyAt: "closing-fee" },
    },
  );
  venue.limit("eve", BUY, 912, 10);
  venue.judge(909);
  // Bankrupt at 9000 ÷ 0.99 = 9091; 91 are left there, of which the fee takes 36.4, rounded up 37.
  expect(venue.waterfall.liquidations).toMatchObject({ takeoverValue: [9_091], fee: [37], marketLots: [10], surplus: [54 + 29] });
  expect(venue.vaultState()).toEqual({ cash: 54 + 29, lots: 0, entry: 0 });
  expect([venue.pool.held, venue.state("ann").wallet]).toEqual([0, 0]);
});

describe("random runs with a vault", () => {
  const vaulted = (seed: number, surplusTo: SurplusTo, backstop: BackstopRules | null, vaultSeed: number): SimulationInput => {
    const input = randomInput(seed, { steps: 25, holders: 120 });
    return { ...input, rules: { ...input.rules, surplusTo, backstop }, vaultSeed };
  };
  const taken = { positions: 0, trades: 0 };

  test("CONS-1, CONS-2, LIQ-4 conserve at every event, go on from any snapshot, and its cash is the sum of its movements", () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.constantFrom<SurplusTo>("pool", "trader", "vault"),
        fc.constantFrom({ numerator: 2, denominator: 3 }, { numerator: 1, denominator: 1 }),
        fc.constantFrom(0, 100_000, 1_000_000_000),
        fc.nat(24),
        (seed, surplusTo, belowMaintenance, vaultSeed, step) => {
          const input = () => vaulted(seed, surplusTo, { belowMaintenance }, vaultSeed);
          const simulation = new Simulation(input());
          const { startUs, intervalUs } = (input().instruments[0] as SimulationInput["instruments"][number]).index;
          simulation.runUntil(startUs + step * intervalUs);
          const snapshot = step < 24 ? simulation.snapshot() : null;
          const { record, digest } = simulation.run();
          if (snapshot !== null) expect(Simulation.restore(input(), snapshot).run().digest).toBe(digest);
          const cash = record.vault.numbers("cash_quanta");
          let sum = 0;
          record.vault.numbers("amount_quanta").forEach((amount, row) => {
            sum += amount;
            expect(cash[row]).toBe(sum);
            expect(sum).toBeGreaterThanOrEqual(0);
          });
          expect(record.accounts.words("kind").at(-1)).toBe("vault");
          expect(record.accounts.numbers("wallet_quanta").at(-1)).toBe(sum);
          const entries = record.vault.words("entry");
          taken.positions += entries.filter((entry) => entry === "takeover").length;
          taken.trades += entries.filter((entry) => entry === "trade").length;
        },
      ),
      { numRuns: 40 },
    );
    expect(taken.positions).toBeGreaterThan(20);
    expect(taken.trades).toBeGreaterThan(5);
  });

  test("CASC-3 the twin run has none, and every account its number", () => {
    const input = vaulted(3, "vault", { belowMaintenance: { numerator: 1, denominator: 1 } }, 1_000);
    const { record } = new Simulation({ ...input, liquidationsOffBook: true }).run();
    expect(record.vault.rowCount).toBe(0);
    expect(record.accounts.words("kind").at(-1)).toBe("agent");
    expect(record.samples.numbers("vault_equity_quanta").every(Number.isNaN)).toBe(true);
  });
});
