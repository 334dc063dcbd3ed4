import { describe, expect, test } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import { ConservationError } from "../../../sim/clearing/conservation.ts";
import { HandVenue } from "../venue-fixture.ts";
import { checkConservation } from "./check-conservation.ts";

const A = FIRST_TRADER_ACCOUNT;
const venueOf = (cash = 0) =>
  new HandVenue(
    { long: { lots: 10, value: 10_000, margin: 1_000, cash }, short: { lots: -10, value: 10_000, margin: 1_000, cash } },
    { seed: 500 },
  );

describe("conservation", () => {
  test.each([
    { clause: "CONS-1", why: "a lot from nowhere", tamper: (v: Venue) => bump(v.accounts.positionLots, A, 1) },
    { clause: "CONS-2", why: "a quantum in a wallet", tamper: (v: Venue) => bump(v.accounts.wallet, A, 1) },
    { clause: "CONS-2", why: "a quantum in an entry value", tamper: (v: Venue) => bump(v.accounts.entryValue, A, 1) },
    { clause: "CONS-2", why: "a quantum in the pool", tamper: (v: Venue) => v.ledger.movePool(1) },
    { clause: "CONS-2", why: "a quantum missing in the house", tamper: (v: Venue) => v.ledger.moveHouse(-1) },
    { clause: "CONS-3", why: "a wallet below zero", tamper: (v: Venue) => bump(v.accounts.wallet, A, -1) },
    { clause: "CONS-3", why: "a margin below zero", tamper: (v: Venue) => bump(v.accounts.margin, A, -1_001) },
    { clause: "ORDER-2", why: "order margin below zero", tamper: (v: Venue) => bump(v.accounts.reserved, A, -1) },
    {
      clause: "LIQ-7",
      why: "cash with the engine",
      tamper: (v: Venue) => {
        bump(v.accounts.wallet, 0, 1);
        v.ledger.moveHouse(-1);
      },
    },
  ])("$clause is violated by $why, and the message says so", ({ clause, tamper }) => {
    const venue = venueOf();
    tamper(venue);
    expect(() => checkConservation([venue.ledger], () => 500)).toThrow(ConservationError);
    expect(() => checkConservation([venue.ledger], () => 500)).toThrow(new RegExp(`^${clause} violated: .*\\d`));
  });

  test("INST-4 an entry value or a margin without a position is a violation", () => {
    const venue = venueOf(10);
    venue.ledger.trade(A, -10, 10_000, 0);
    venue.ledger.trade(A + 1, 10, 10_000, 0);
    checkConservation([venue.ledger], () => 500);
    bump(venue.accounts.margin, A, 1);
    bump(venue.accounts.wallet, A, -1);
    expect(() => checkConservation([venue.ledger], () => 500)).toThrow(
      "INST-4 violated: account 3 holds 0 lots with entry value 0 and margin 1",
    );
  });

  test("CONS-3 available below zero is a violation", () => {
    const venue = venueOf();
    expect(() => checkConservation([venue.ledger], () => -1)).toThrow(
      "CONS-3 violated: available of pool perpetual/BTC/USDT is -1 after the waterfall",
    );
    checkConservation([venue.ledger], () => 0);
  });

  test("UNIT-1 CONS-2 totals over accounts have no limit", () => {
    const names = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`t${index}`, {}]));
    const venue = new HandVenue(names);
    const { accounts, ledger } = venue;
    for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
      const long = account % 2 === 0;
      accounts.positionLots[account] = long ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER;
      accounts.entryValue[account] = Number.MAX_SAFE_INTEGER;
    }
    checkConservation([ledger], () => 0);
    bump(accounts.entryValue, 1_500, -1);
    expect(() => checkConservation([ledger], () => 0)).toThrow(/^CONS-2 violated: .* by 1 quanta/);
  });
});

type Venue = ReturnType<typeof venueOf>;

function bump(column: Float64Array, account: number, by: number): void {
  column[account] = (column[account] as number) + by;
}
