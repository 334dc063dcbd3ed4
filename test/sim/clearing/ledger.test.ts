import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Accounts,
  ENGINE_LONG_ACCOUNT,
  ENGINE_SHORT_ACCOUNT,
  FIRST_TRADER_ACCOUNT,
  HOUSE_ACCOUNT,
} from "../../../sim/clearing/accounts.ts";
import { Pool } from "../../../sim/clearing/insurance-fund.ts";
import { Ledger } from "../../../sim/clearing/ledger.ts";
import { positionOf } from "../../../sim/clearing/liquidation.ts";
import { bankruptcyValue, initialMargin, type MarginTerms } from "../../../sim/clearing/margin.ts";
import { instrumentOf, liquidationRulesOf, stateOf } from "../venue-fixture.ts";

const TRADERS = 4;
const A = FIRST_TRADER_ACCOUNT;
const B = A + 1;

function ledgerOf(terms: MarginTerms = { instrument: instrumentOf(), rules: liquidationRulesOf() }) {
  const accounts = new Accounts(FIRST_TRADER_ACCOUNT + TRADERS);
  accounts.leverageHundredths.fill(1000, FIRST_TRADER_ACCOUNT);
  return new Ledger(accounts, new Pool("pool"), terms);
}

/** CONS-1 and CONS-2, and that nobody is below zero, from the columns alone in BigInt. */
function audit(ledger: Ledger): void {
  const { accounts } = ledger;
  let lots = 0n;
  let owned = BigInt(ledger.pool.booked) + BigInt(ledger.house);
  for (let account = 0; account < accounts.count; account++) {
    const { wallet, margin, lots: held, entry } = stateOf(accounts, account);
    lots += BigInt(held);
    owned += BigInt(wallet) + BigInt(margin) - BigInt(Math.sign(held)) * BigInt(entry);
    expect(wallet, `wallet of ${account}`).toBeGreaterThanOrEqual(0);
    expect(margin, `margin of ${account}`).toBeGreaterThanOrEqual(0);
    expect(entry, `entry value of ${account}`).toBeGreaterThanOrEqual(0);
    if (held === 0) expect([margin, entry]).toEqual([0, 0]);
  }
  expect(lots, "CONS-1").toBe(0n);
  expect(owned, "CONS-2").toBe(BigInt(ledger.deposits));
}

type Step =
  | { kind: "deposit"; account: number; amount: number }
  | { kind: "trade"; buyer: number; seller: number; lots: number; ticks: number; makerFee: number; takerFee: number }
  | { kind: "takeOver"; account: number; fee: number }
  | { kind: "release"; long: boolean; to: number; lots: number; ticks: number }
  | { kind: "house"; long: boolean; ticks: number }
  | { kind: "move"; amount: number };

const trader = fc.integer({ min: FIRST_TRADER_ACCOUNT, max: FIRST_TRADER_ACCOUNT + TRADERS - 1 });
const ticks = fc.integer({ min: 1, max: 3000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("deposit" as const), account: trader, amount: fc.integer({ min: 0, max: 50_000 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("trade" as const),
      buyer: trader,
      seller: trader,
      lots: fc.integer({ min: 1, max: 40 }),
      ticks,
      makerFee: fc.integer({ min: -30, max: 100 }),
      takerFee: fc.integer({ min: 0, max: 100 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("takeOver" as const), account: trader, fee: fc.integer({ min: 0, max: 100 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("release" as const),
      long: fc.boolean(),
      to: trader,
      lots: fc.integer({ min: 1, max: 40 }),
      ticks,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("house" as const), long: fc.boolean(), ticks }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), amount: fc.integer({ min: -500, max: 500 }) }) },
);

/** Applies a step as exchange and waterfall would: each side's loss beyond its margin is the house's. */
function apply(ledger: Ledger, terms: MarginTerms, next: Step): void {
  const { accounts } = ledger;
  const book = (account: number, lots: number, value: number, fee: number) => {
    const before = stateOf(accounts, account);
    const houseBefore = ledger.house;
    const { fee: charged, shortfall, closedLots } = ledger.trade(account, lots, value, fee);
    const after = stateOf(accounts, account);
    expect(charged, "ORDER-3").toBeLessThanOrEqual(fee);
    if (fee <= 0) expect(charged, "ORDER-3 rebate").toBe(fee);
    expect(ledger.house - houseBefore).toBe(charged);
    expect(after.lots).toBe(before.lots + lots);
    expect(closedLots).toBe(before.lots * lots < 0 ? Math.min(Math.abs(before.lots), Math.abs(lots)) : 0);
    if (closedLots === 0) expect(shortfall).toBe(0);
    if (closedLots === Math.abs(lots) && after.lots !== 0) {
      // INST-4: what rounding leaves stays: within half a quantum of its exact part.
      const exact = (BigInt(before.entry) * BigInt(Math.abs(after.lots)) * 2n) / BigInt(Math.abs(before.lots));
      const off = BigInt(after.entry) * 2n - exact;
      expect(off >= -1n && off <= 2n, "INST-4").toBe(true);
    }
    if (shortfall > 0) {
      // ACCT-2: only when nothing of the margin is left.
      if (after.lots * before.lots > 0) expect(after.margin, "ACCT-2").toBe(0);
      ledger.moveHouse(-shortfall);
    }
  };
  const valueAt = (lots: number, price: number) => lots * price;
  switch (next.kind) {
    case "deposit":
      ledger.deposit(next.account, next.amount);
      return;
    case "trade": {
      if (next.buyer === next.seller) return;
      const value = valueAt(next.lots, next.ticks);
      book(next.buyer, next.lots, value, next.takerFee);
      book(next.seller, -next.lots, value, next.makerFee);
      return;
    }
    case "takeOver": {
      const position = positionOf(accounts, next.account);
      if (position.lots === 0) return;
      const walletBefore = accounts.wallet[next.account];
      const value = bankruptcyValue(terms, position);
      // A long whose margin pays for all of it is never taken over.
      if (position.lots > 0 && position.margin > position.entryValue) return;
      const { fee, left } = ledger.takeOver(next.account, value, next.fee);
      expect(fee).toBe(Math.min(next.fee, fee + left));
      expect(left).toBeGreaterThanOrEqual(0);
      expect(stateOf(accounts, next.account)).toMatchObject({ lots: 0, margin: 0, entry: 0, wallet: walletBefore });
      ledger.movePool(left);
      return;
    }
    case "release":
    case "house": {
      const engine = next.long ? ENGINE_LONG_ACCOUNT : ENGINE_SHORT_ACCOUNT;
      const { lots: held, entry } = stateOf(accounts, engine);
      if (held === 0) return;
      const size = next.kind === "house" ? Math.abs(held) : Math.min(next.lots, Math.abs(held));
      const part = size === Math.abs(held) ? entry : Math.floor((entry * size) / Math.abs(held));
      const value = valueAt(size, next.ticks);
      const signed = Math.sign(held) * size;
      ledger.releaseInventory(signed, part);
      const gain = held > 0 ? value - part : part - value;
      if (next.kind === "house") {
        ledger.takeIntoHouse(signed, value);
        ledger.moveHouse(gain);
      } else {
        book(next.to, signed, value, 0);
        ledger.movePool(gain);
      }
      return;
    }
    case "move":
      ledger.movePool(next.amount);
      ledger.moveHouse(-next.amount);
  }
}

describe("ledger", () => {
  test("CONS-1 CONS-2 CONS-3 ACCT-2 INST-4 ORDER-3 hold after every step of any history", () => {
    const terms = { instrument: instrumentOf({ taker: "0.0005" }), rules: liquidationRulesOf({ bankruptcyAt: "closing-fee" }) };
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (history) => {
        const ledger = ledgerOf(terms);
        ledger.seedPool(1_000_000);
        for (let account = FIRST_TRADER_ACCOUNT; account < ledger.accounts.count; account++) ledger.deposit(account, 20_000);
        for (const next of history) {
          apply(ledger, terms, next);
          audit(ledger);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("CONS-2 as the clause tells it: long 2 at 100 against B, then 1 sold at 150 to C", () => {
    const ledger = ledgerOf();
    const C = B + 1;
    for (const account of [A, B, C]) ledger.deposit(account, 1_000);
    ledger.trade(A, 2, 200, 0);
    ledger.trade(B, -2, 200, 0);
    audit(ledger);
    ledger.trade(A, -1, 150, 0);
    ledger.trade(C, 1, 150, 0);
    audit(ledger);
    // The profit of 50 is in the wallet at once (ACCT-1) with half of the margin of 20.
    expect(stateOf(ledger.accounts, A)).toEqual({ wallet: 1_000 - 20 + 10 + 50, reserved: 0, margin: 10, lots: 1, entry: 100 });
  });

  test("INST-3 INST-4 reducing releases a part rounded once, the rest stays, and all of it leaves nothing", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 1_000);
    ledger.open(A, 3, 100, 100);
    // A third of 100 is 33.3: 33 are released, 67 stay; half of 67 is 33.5, to even 34.
    expect(ledger.trade(A, -1, 40, 0).realizedProfit).toBe(7);
    expect(stateOf(ledger.accounts, A).entry).toBe(67);
    expect(ledger.trade(A, -1, 40, 0).realizedProfit).toBe(6);
    expect(stateOf(ledger.accounts, A).entry).toBe(33);
    expect(ledger.trade(A, -1, 40, 0).realizedProfit).toBe(7);
    expect(stateOf(ledger.accounts, A)).toEqual({ wallet: 1_020, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(ledger.accounts.realizedProfit[A]).toBe(20);
  });

  test("ACCT-2 a loss beyond the margin is reported and leaves the wallet alone", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 150);
    ledger.open(A, 10, 1_000, 100);
    // Sold at 85: a loss of 150 against a margin of 100; no fee can be paid (ORDER-3).
    expect(ledger.trade(A, -10, 850, 5)).toEqual({ closedLots: 10, realizedProfit: -150, fee: 0, shortfall: 50 });
    expect(stateOf(ledger.accounts, A)).toEqual({ wallet: 50, reserved: 0, margin: 0, lots: 0, entry: 0 });
    expect(ledger.accounts.realizedProfit[A]).toBe(-100);
  });

  test("ACCT-2 a partial reduction may use more than its part of the margin, up to all of it", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 100);
    ledger.open(A, 10, 1_000, 100);
    expect(ledger.trade(A, -5, 420, 0)).toMatchObject({ realizedProfit: -80, shortfall: 0 });
    expect(stateOf(ledger.accounts, A)).toMatchObject({ wallet: 0, margin: 20, lots: 5, entry: 500 });
    expect(ledger.trade(A, -3, 250, 0)).toMatchObject({ realizedProfit: -50, shortfall: 30 });
    expect(stateOf(ledger.accounts, A)).toMatchObject({ wallet: 0, margin: 0, lots: 2, entry: 200 });
  });

  test("ACCT-4 ORDER-3 a flip closes, then opens, with one fee on the whole value and margin for the new side", () => {
    const terms = { instrument: instrumentOf({ taker: "0.001" }), rules: liquidationRulesOf() };
    const ledger = ledgerOf(terms);
    ledger.deposit(A, 1_000);
    ledger.open(A, 10, 1_000, 100);
    // Sells 30 at 110: 10 close with a profit of 100, 20 open a short worth 2200 with 220 + 3 of margin.
    const booking = ledger.trade(A, -30, 3_300, 33);
    expect(booking).toEqual({ closedLots: 10, realizedProfit: 100, fee: 33, shortfall: 0 });
    expect(initialMargin(terms, 2_200, 1_000)).toBe(223);
    expect(stateOf(ledger.accounts, A)).toEqual({ wallet: 1_000 + 100 - 33 - 223, reserved: 0, margin: 223, lots: -20, entry: 2_200 });
  });

  test("ORDER-3 a rebate is paid by the house", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 1_000);
    expect(ledger.trade(A, 1, 100, -2).fee).toBe(-2);
    expect(ledger.house).toBe(-2);
    expect(stateOf(ledger.accounts, A)).toMatchObject({ wallet: 1_000 - 10 + 2, margin: 10 });
    expect(ledger.accounts.fees[A]).toBe(-2);
  });

  test("LIQ-4 LIQ-5 a takeover leaves nothing, charges what the margin still pays, and hands the rest on", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 100);
    ledger.open(A, -10, 1_000, 100);
    expect(ledger.takeOver(A, 1_090, 7)).toEqual({ fee: 7, left: 3, shortfall: 0 });
    expect(ledger.house).toBe(7);
    expect(stateOf(ledger.accounts, ENGINE_SHORT_ACCOUNT)).toMatchObject({ lots: -10, entry: 1_090 });
  });

  test("LIQ-4 a takeover beyond the margin leaves a loss for others to pay", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 100);
    ledger.open(A, 10, 1_000, 100);
    expect(ledger.takeOver(A, 899, 5)).toEqual({ fee: 0, left: 0, shortfall: 1 });
    expect(ledger.accounts.realizedProfit[A]).toBe(-100);
  });

  test("FUND-4 the house nets what it takes and keeps the profit of it", () => {
    const ledger = ledgerOf();
    ledger.takeIntoHouse(10, 1_000);
    ledger.takeIntoHouse(-4, 480);
    expect(ledger.house).toBe(80);
    expect(stateOf(ledger.accounts, HOUSE_ACCOUNT)).toMatchObject({ lots: 6, entry: 600 });
    ledger.takeIntoHouse(-10, 900);
    // Six sold for 540: a loss of 60; four short at 360 remain.
    expect(ledger.house).toBe(20);
    expect(stateOf(ledger.accounts, HOUSE_ACCOUNT)).toMatchObject({ lots: -4, entry: 360 });
  });

  test("UNIT-1 what does not fit is refused with account and amount; totals over accounts know no limit", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, Number.MAX_SAFE_INTEGER);
    expect(() => ledger.deposit(A, 1)).toThrow(`account ${A} wallet: 9007199254740992 is beyond`);
    ledger.deposit(B, 1);
    expect(ledger.deposits).toBe(2n ** 53n);
  });

  test("a position is opened once and only with margin that is there", () => {
    const ledger = ledgerOf();
    ledger.deposit(A, 100);
    expect(() => ledger.open(A, 1, 1_000, 101)).toThrow(`account ${A}: margin 101 exceeds its wallet`);
    ledger.open(A, 1, 1_000, 100);
    expect(() => ledger.open(A, 1, 1_000, 0)).toThrow(`account ${A}: it has one`);
  });
});
