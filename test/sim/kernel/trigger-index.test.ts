import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import { failingScopes, positionOf } from "../../../sim/clearing/liquidation.ts";
import { TriggerIndex } from "../../../sim/kernel/trigger-index.ts";
import * as oracle from "../clearing/margin-oracle.ts";
import { HandVenue, type Start } from "../venue-fixture.ts";

const COUNT = 40;
const NAMES = Array.from({ length: COUNT }, (_, index) => `t${index}`);

/** Every trader at risk at a mark, lowest exact ratio first, then account number: by walking all of them. */
function walk(venue: HandVenue<string>, contract: oracle.OracleContract, markTicks: number): number[] {
  const { rules } = venue.terms;
  const all = NAMES.map((name) => venue.of(name)).map((account) => ({ account, position: positionOf(venue.accounts, account) }));
  const failing = all.filter(({ position }) => position.lots !== 0 && oracle.isAtRisk(contract, rules, position, markTicks));
  const rated = failing.map(({ account, position }) => {
    const needed = oracle.requirement(contract, rules, position.lots, oracle.value(contract, markTicks, position.lots));
    return { account, ratio: oracle.equity(contract, position, markTicks).div(needed) };
  });
  return rated.sort((a, b) => a.ratio.comparedTo(b.ratio) || a.account - b.account).map(({ account }) => account);
}

const change = fc.record({
  name: fc.constantFrom(...NAMES),
  lots: fc.integer({ min: -30, max: 30 }),
  price: fc.integer({ min: 700, max: 1400 }),
  leverage: fc.integer({ min: 1, max: 100 }),
});

describe("trigger index", () => {
  test.each([
    { numerator: 1, denominator: 1 },
    { numerator: 100, denominator: 1 },
    { numerator: 1, denominator: 3 },
    { numerator: 1, denominator: 50 },
  ])("LIQ-1 finds whom the walk over all finds, in its order ($numerator/$denominator quanta a tick and lot)", (quantaPerTickLot) => {
    const tiers = [
      { upToLots: 10, rate: "0.01", maxLeverage: 100 },
      { upToLots: 25, rate: "0.05", maxLeverage: 50 },
      { upToLots: 1e6, rate: "0.45", maxLeverage: 2 },
    ];
    const text = { quantaPerTickLot, tiers, taker: "0.0005", liquidation: "0.001" };
    const marks = fc.array(fc.integer({ min: -80, max: 80 }), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 12 }), { minLength: 3, maxLength: 8 }), marks, (changes, moves) => {
        const starts = Object.fromEntries(NAMES.map((name) => [name, { cash: 1_000_000 } as Start]));
        const venue = new HandVenue(starts, { instrument: text, liquidation: { maintenanceIncludesClosingFee: true } });
        const { accounts, ledger, exchange } = venue;
        let mark = 1000;
        moves.forEach((move, round) => {
          for (const { name, lots, price, leverage } of changes[round] ?? []) {
            const account = venue.of(name);
            accounts.leverageHundredths[account] = leverage * 100;
            if (lots !== 0) ledger.trade(account, lots, oracle.value(text, price, lots).toNumber(), 0);
            exchange.watch(account);
          }
          mark = Math.max(1, mark + move);
          const taken = exchange.triggers.take(mark);
          const failing = failingScopes(accounts, venue.terms, taken, mark);
          expect(failing).toEqual(walk(venue, text, mark));
          // Half of the failing ones are closed, the others stay and must be found again.
          failing.forEach((account, place) => {
            const { lots, entryValue } = positionOf(accounts, account);
            if (place % 2 === 0) ledger.trade(account, -lots, entryValue, 0);
          });
          for (const account of taken) exchange.watch(account);
        });
      }),
      { numRuns: 150 },
    );
  });

  test.each([1, 997, 1e6, 3e9, 1e13])(
    "LIQ-1 keys around %i set, changed and taken out in any order: the same as looking through a list",
    (scale) => {
      const accounts = 60;
      const key = fc.record({
        account: fc.nat(accounts - 1),
        lots: fc.constantFrom(-1, 0, 1),
        ticks: fc.integer({ min: 0, max: 500 }).map((ticks) => ticks * scale),
      });
      fc.assert(
        fc.property(
          fc.array(key, { minLength: 100, maxLength: 400 }),
          fc.array(
            fc.integer({ min: 1, max: 500 }).map((ticks) => Math.max(1, ticks * scale - (ticks % 3))),
            { maxLength: 20 },
          ),
          (keys, marks) => {
            const index = new TriggerIndex(accounts);
            const list = new Map<number, { lots: number; ticks: number }>();
            const every = Math.ceil(keys.length / (marks.length + 1));
            keys.forEach(({ account, lots, ticks }, turn) => {
              index.set(account, lots, ticks);
              list.set(account, { lots, ticks });
              if (turn % every !== every - 1) return;
              const mark = marks[Math.floor(turn / every)] ?? 250;
              const found = [...list].filter(([, held]) => (held.lots > 0 ? held.ticks >= mark : held.lots < 0 && held.ticks <= mark));
              expect([...index.take(mark)].sort((a, b) => a - b)).toEqual(found.map(([number]) => number).sort((a, b) => a - b));
              for (const [number] of found) list.delete(number);
            });
          },
        ),
        { numRuns: 100 },
      );
    },
  );

  test("LIQ-1 finds whoever is at risk where rounding makes the edge ragged: ticks of less than a quantum, high rates", () => {
    const place = fc.record({
      lots: fc.integer({ min: -6, max: 6 }).filter((lots) => lots !== 0),
      price: fc.integer({ min: 100, max: 400 }),
      margin: fc.integer({ min: 1, max: 300 }),
      rate: fc.constantFrom("0.1", "0.2", "0.45"),
      taker: fc.constantFrom("0.1", "0.05", "0.002"),
      denominator: fc.constantFrom(2, 3, 10),
    });
    fc.assert(
      fc.property(place, ({ lots, price, margin, rate, taker, denominator }) => {
        const text = {
          quantaPerTickLot: { numerator: 1, denominator },
          tiers: [{ upToLots: 1e6, rate, maxLeverage: 100 }],
          taker,
          liquidation: "0",
        };
        const rules = { maintenanceIncludesClosingFee: true } as const;
        const value = oracle.value(text, price, lots).toNumber();
        const venue = new HandVenue(
          { one: { lots, value, margin }, other: { lots: -lots, value, margin: 1_000_000 } },
          { instrument: text, liquidation: rules },
        );
        const [account, position] = [venue.of("one"), { lots, entryValue: value, margin }];
        const edge = Math.min(2_000, oracle.liquidationTicks(text, venue.terms.rules, position));
        for (let ticks = Math.max(1, edge - 60); ticks <= edge + 60; ticks++) {
          if (!oracle.isAtRisk(text, venue.terms.rules, position, ticks)) continue;
          expect(venue.exchange.triggers.take(ticks), `at ${ticks}`).toContain(account);
          venue.exchange.watch(account);
          venue.exchange.watch(venue.of("other"));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("LIQ-1 a quiet mark takes nobody, and who was taken is out until set again", () => {
    const index = new TriggerIndex(10);
    index.set(3, 5, 900);
    index.set(4, -5, 1100);
    index.set(5, 5, 950);
    expect(index.take(1000)).toEqual([]);
    expect(index.take(950)).toEqual([5]);
    expect(index.take(950)).toEqual([]);
    index.set(3, -5, 1050);
    expect(index.take(900)).toEqual([]);
    expect(new Set(index.take(1100))).toEqual(new Set([3, 4]));
    index.set(3, 5, 900);
    index.set(3, 0, 0);
    expect(index.take(1)).toEqual([]);
  });

  test("LIQ-1 equal ratios go by account number", () => {
    const start: Start = { lots: 10, value: 10_000, margin: 1_000 };
    const venue = new HandVenue({ a: start, b: start, short: { lots: -20, value: 20_000, margin: 20_000 } });
    const [a, b] = [FIRST_TRADER_ACCOUNT, FIRST_TRADER_ACCOUNT + 1];
    expect(failingScopes(venue.accounts, venue.terms, [b, a], 905)).toEqual([a, b]);
  });
});
