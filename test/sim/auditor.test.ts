import { describe, expect, test } from "vitest";
import { HOUSE_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { SimulationInput } from "../../sim/input.ts";
import type { Record as RunRecord } from "../../sim/record.ts";
import { Simulation } from "../../sim/simulation.ts";
import { only } from "./one-instrument.ts";
import { randomInput } from "./random-simulation.ts";

/*
 * Rebuilds what every account owns at the end from the holders it started with and the
 * recorded trades, liquidations and ADL closings alone. It shares no clearing code: an
 * account's lots are a sum, and so is its worth, wallet + margin − signed entry value,
 * since every trade moves the same value out of one place into another.
 */
interface Owned {
  lots: bigint;
  worth: bigint;
  fees: bigint;
}

const VENUE_ACCOUNTS = 3;

function rebuild(input: SimulationInput, record: RunRecord): { owned: Owned[]; house: bigint; pool: bigint; shortfalls: bigint } {
  const { agents } = input;
  const { holders } = only(input);
  const owned: Owned[] = Array.from({ length: VENUE_ACCOUNTS }, () => ({ lots: 0n, worth: 0n, fees: 0n }));
  for (let row = 0; row < holders.count; row++) {
    const lots = holders.lots[row] as number;
    owned.push({
      lots: BigInt(lots),
      worth: BigInt(holders.margin[row] as number) - BigInt(Math.sign(lots) * (holders.entryValue[row] as number)),
      fees: 0n,
    });
  }
  for (const agent of agents) owned.push({ lots: 0n, worth: BigInt(agent.depositQuanta), fees: 0n });
  const give = (account: number, lots: bigint, worth: bigint, fee = 0n) => {
    const one = owned[account] as Owned;
    one.lots += lots;
    one.worth += worth - fee;
    one.fees += fee;
  };
  let house = 0n;
  let pool = 0n;
  let shortfalls = 0n;
  const read = (table: keyof typeof record & ("trades" | "liquidations" | "adl" | "funds"), name: string) => (row: number) =>
    BigInt(record[table].numbers(name)[row] as number);

  const trade = (name: string) => read("trades", name);
  const takerSides = record.trades.words("taker_side");
  for (let row = 0; row < record.trades.rowCount; row++) {
    const side = takerSides[row] === "buy" ? 1n : -1n;
    const [lots, value] = [side * trade("size_lots")(row), side * trade("value_quanta")(row)];
    const [takerFee, makerFee] = [trade("taker_fee_quanta")(row), trade("maker_fee_quanta")(row)];
    give(Number(trade("taker_account")(row)), lots, -value, takerFee);
    give(Number(trade("maker_account")(row)), -lots, value, makerFee);
    house += takerFee + makerFee;
  }

  const liquidation = (name: string) => read("liquidations", name);
  const sides = record.liquidations.words("side");
  for (let row = 0; row < record.liquidations.rowCount; row++) {
    const side = sides[row] === "long" ? 1n : -1n;
    const lots = side * liquidation("size_lots")(row);
    const value = side * liquidation("takeover_value_quanta")(row);
    // The position goes to the engine; what its margin still holds goes to house and pool.
    const left = liquidation("margin_quanta")(row) + value - side * liquidation("entry_value_quanta")(row);
    const fee = liquidation("fee_quanta")(row);
    give(Number(liquidation("account")(row)), -lots, value - (left - fee), fee);
    give(side > 0n ? 0 : 1, lots, -value);
    house += fee;
    // What the house took over it has at a mark; only its lots are checked.
    const residual = side * liquidation("residual_lots")(row);
    give(side > 0n ? 0 : 1, -residual, 0n);
    give(2, residual, 0n);
  }

  const adl = (name: string) => read("adl", name);
  const adlSides = record.adl.words("side");
  for (let row = 0; row < record.adl.rowCount; row++) {
    const side = adlSides[row] === "long" ? 1n : -1n;
    const [lots, value] = [side * adl("size_lots")(row), side * adl("value_quanta")(row)];
    give(Number(adl("account")(row)), -lots, value);
    // A long winner is closed against the engine's short inventory.
    give(side > 0n ? 1 : 0, lots, 0n);
  }

  for (let row = 0; row < record.funds.rowCount; row++) {
    const amount = read("funds", "amount_quanta")(row);
    const paid = read("funds", "house_quanta")(row);
    pool += amount;
    house -= paid;
    const served = record.funds.numbers("liquidation")[row] as number;
    if (Number.isNaN(served) && record.funds.words("entry")[row] !== "seed") shortfalls += paid - amount;
  }
  return { owned, house, pool, shortfalls };
}

describe("an auditor who sees only the record", () => {
  test("CONS-1 CONS-2 ACCT-2 INST-1 ORDER-3 finds every account's lots, fees and worth, to the quantum", () => {
    let traded = 0;
    let deleveraged = 0;
    for (let seed = 0; seed < 60; seed++) {
      const input = randomInput(seed, { holders: 150 });
      const { record } = new Simulation(input).run();
      traded += record.trades.rowCount;
      deleveraged += record.adl.rowCount;
      const { owned, pool, shortfalls } = rebuild(input, record);
      // With one instrument that everybody trades there is a position an account.
      const final = (name: string, account: number) => BigInt(record.positions.numbers(name)[account] as number);
      const wallet = (account: number) => BigInt(record.accounts.numbers("wallet_quanta")[account] as number);
      let helped = 0n;
      owned.forEach(({ lots, worth, fees }, account) => {
        const where = `seed ${seed}, account ${account}`;
        // Netting (LIQ-7) moves lots between the engine's two accounts: only their sum is known.
        if (account === 0) expect(lots + (owned[1] as Owned).lots, where).toBe(final("position_lots", 0) + final("position_lots", 1));
        if (account >= 2) expect(final("position_lots", account), where).toBe(lots);
        if (account < VENUE_ACCOUNTS) return;
        expect(final("fees_quanta", account), where).toBe(fees);
        const sign = BigInt(Math.sign(Number(lots)));
        const had = wallet(account) + final("margin_quanta", account) - sign * final("entry_value_quanta", account);
        // A loss beyond a position's margin was paid for the account (ACCT-2), nothing else was ever given.
        expect(had - worth >= 0n, where).toBe(true);
        helped += had - worth;
      });
      expect(helped, `seed ${seed}: losses beyond margins`).toBe(shortfalls);
      expect(pool >= 0n, `seed ${seed}`).toBe(true);
      expect(pool, `seed ${seed}: pool`).toBe(BigInt(record.funds.numbers("available_quanta").at(-1) as number));
    }
    expect(Math.min(traded, deleveraged)).toBeGreaterThan(1_000);
  });

  test("FUND-1 FUND-2 FUND-4 CONS-2 pool and house are the sums of what the record says they got and paid", () => {
    for (let seed = 60; seed < 90; seed++) {
      const input = randomInput(seed, { holders: 150 });
      const { record } = new Simulation(input).run();
      const { house, pool } = rebuild(input, record);
      const column = (table: "liquidations" | "funds", name: string) => [...record[table].numbers(name)].map(BigInt);
      const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);
      // Per liquidation the same amounts stand in both tables.
      const byEntry = (entry: string, name: string) => {
        const entries = record.funds.words("entry");
        const served = record.funds.numbers("liquidation");
        return total(column("funds", name).filter((_, row) => entries[row] === entry && !Number.isNaN(served[row] as number)));
      };
      expect(byEntry("surplus", "amount_quanta")).toBe(total(column("liquidations", "surplus_quanta")));
      expect(-byEntry("cover", "amount_quanta")).toBe(total(column("liquidations", "cover_quanta")));
      expect(byEntry("uncovered", "house_quanta")).toBe(total(column("liquidations", "uncovered_quanta")));
      // All cash, the house's included, less signed entry values is what was put in.
      const accounts = (name: string) => [...record.accounts.numbers(name)].map(BigInt);
      const positions = (name: string) => [...record.positions.numbers(name)].map(BigInt);
      const lots = positions("position_lots");
      const entries = positions("entry_value_quanta").map((value, account) => ((lots[account] as bigint) < 0n ? -value : value));
      const deposits = total(accounts("deposited_quanta")) + BigInt(input.poolSeeds["perpetual/BTC/USDT"] as number);
      const cash = total(accounts("wallet_quanta")) + total(accounts("margin_quanta")) + pool - total(entries);
      expect(cash, `seed ${seed}`).toBe(deposits);
      // What the house netted in its own position is profit of its own, not of the record's tables.
      if (total(column("liquidations", "residual_lots")) === 0n)
        expect(accounts("wallet_quanta")[HOUSE_ACCOUNT], `seed ${seed}: house`).toBe(house);
    }
  });
});
