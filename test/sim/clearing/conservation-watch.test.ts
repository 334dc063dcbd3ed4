import { describe, expect, test } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import { ChangedBlocks } from "../../../sim/clearing/changed-blocks.ts";
import { ConservationWatch } from "../../../sim/clearing/conservation-watch.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { HandVenue } from "../venue-fixture.ts";
import { checkConservation } from "./check-conservation.ts";

const A = FIRST_TRADER_ACCOUNT;
const NOBODY_SHORT = () => 0;
const many = (count: number) =>
  new HandVenue(Object.fromEntries(Array.from({ length: count }, (_, number) => [`t${number}`, { cash: 10_000 }])));

describe("changed blocks", () => {
  test("are all at first, then those written to, each once, and none after they were taken", () => {
    const changed = new ChangedBlocks(150);
    const taken = () => {
      const all: number[][] = [];
      changed.take((...block) => all.push(block));
      return all;
    };
    expect(taken()).toEqual([
      [0, 0, 64],
      [1, 64, 128],
      [2, 128, 150],
    ]);
    expect(taken()).toEqual([]);
    for (const account of [149, 130, 3, 3]) changed.note(account);
    expect(taken()).toEqual([
      [2, 128, 150],
      [0, 0, 64],
    ]);
    changed.all();
    expect(taken()).toHaveLength(3);
  });
});

describe("conservation of what has changed", () => {
  test("CONS-1 CONS-2 CONS-3 says what walking all says, over random trades and what breaks them", () => {
    const seen = { fine: 0, broken: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const venue = many(300);
      const watch = new ConservationWatch([venue.ledger]);
      const stream = createStream(seed, "test/conservation-watch");
      for (let step = 0; step < 30; step++) {
        const [buyer, seller] = [A + stream.below(300), A + stream.below(300)];
        if (buyer === seller) continue;
        const [lots, value] = [1 + stream.below(3), 100 + stream.below(50)];
        venue.ledger.trade(buyer, lots, value, 0);
        venue.ledger.trade(seller, -lots, value, 0);
        // Now and then a lot or a quantum goes astray in an account that was written to.
        const fault = stream.below(60);
        if (fault === 0) venue.ledger.trade(buyer, 1, value, 0);
        if (fault === 1) venue.ledger.moveHouse(1);
        const said = (check: () => void) => {
          try {
            check();
            return "fine";
          } catch (error) {
            return (error as Error).message;
          }
        };
        const whole = said(() => checkConservation([venue.ledger], NOBODY_SHORT));
        expect(
          said(() => watch.check(NOBODY_SHORT)),
          `seed ${seed}, step ${step}`,
        ).toBe(whole);
        seen[whole === "fine" ? "fine" : "broken"] += 1;
        if (whole !== "fine") break;
      }
    }
    expect(seen.fine).toBeGreaterThan(300);
    expect(seen.broken).toBeGreaterThan(10);
  });

  test.each([
    ["a quantum in a wallet", (venue: HandVenue<string>) => bump(venue.accounts.wallet, 1), "wallets come to"],
    ["a quantum in an entry value", (venue: HandVenue<string>) => bump(venue.accounts.entryValue, 1), "positions of instrument 0 come to"],
    ["a lot from nowhere", (venue: HandVenue<string>) => bump(venue.accounts.positionLots, 1), "positions of instrument 0 come to"],
  ])("CONS-2 %s that nobody noted is found when all is walked, by itself after a while", (_, tamper, problem) => {
    const venue = many(300);
    venue.ledger.trade(A + 200, 3, 300, 0);
    venue.ledger.trade(A, -3, 300, 0);
    const watch = new ConservationWatch([venue.ledger]);
    watch.check(NOBODY_SHORT);
    tamper(venue);
    watch.check(NOBODY_SHORT);
    expect(() => watch.check(NOBODY_SHORT, true)).toThrow(problem);
    expect(() => {
      for (let mark = 0; mark < 2_000; mark++) watch.check(NOBODY_SHORT);
    }).toThrow(problem);
  });
});

function bump(column: Float64Array, by: number): void {
  column[A + 200] = (column[A + 200] as number) + by;
}
