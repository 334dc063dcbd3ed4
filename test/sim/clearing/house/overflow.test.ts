/** Amounts at the edge of ±(2^53 − 1): what fits is booked, what does not is refused with account and amount (UNIT-1). */
import { describe, expect, test } from "vitest";
import { CONTRACT } from "../../../../sim/clearing/house/books.ts";
import { ClearingHouse, NO_ORDER } from "../../../../sim/clearing/house/clearing-house.ts";
import { NO_LEG } from "../../../../sim/clearing/house/open-orders.ts";
import type { HouseSetup } from "../../../../sim/clearing/house/setup.ts";

const MOST = Number.MAX_SAFE_INTEGER;
const NOTHING = { numerator: 0, denominator: 1 };
const ONE = { numerator: 1, denominator: 1 };

/** One contract of a quantum a tick and lot, no fees, no requirement; two cross accounts. */
function open(): ClearingHouse {
  const setup: HouseSetup = {
    rules: {
      walletModel: "unified",
      marginModeChange: "instrument",
      unrealizedProfitAsMargin: "all",
      positionValueAt: "mark",
      tiersIncludeOpenOrders: true,
      closingFeeInPositionMargin: "once",
      maintenanceIncludesClosingFee: true,
      closingFeeRate: "taker",
      triggerAt: "at-or-below",
      bankruptcyAt: "zero",
      partialLiquidation: "full",
      fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
    },
    assets: [{ symbol: "USDT", haircuts: [] }],
    instruments: [
      {
        instrument: {
          symbol: "BTC-USDT",
          kind: "linear",
          productLine: "perpetual",
          expiryUs: null,
          underlying: "BTC",
          settleAsset: "USDT",
          tickSize: "1",
          lotSize: "1",
          multiplier: "1",
          faceValue: null,
          quantaPerTickLot: ONE,
          tiers: {
            scheme: "flat",
            boundBy: "lots",
            tiers: [{ upTo: MOST, maintenanceMarginRate: NOTHING, maxLeverageHundredths: 10_000, deduction: null }],
          },
          fees: { maker: NOTHING, taker: NOTHING, liquidation: NOTHING },
        },
        asset: 0,
        pool: 0,
        markTicks: 1,
        lastTicks: 1,
      },
    ],
    poolCount: 1,
    accounts: ["single", "single"],
  };
  return new ClearingHouse(setup, [ONE]);
}

const party = (account: number) => ({ account, order: NO_ORDER, leg: NO_LEG, liquidity: "taker" }) as const;

describe("overflow", () => {
  test("UNIT-1 a wallet holds 2^53 − 1 quanta and not one more", () => {
    const house = open();
    expect(house.deposit(0, 0, CONTRACT, MOST)).toBeNull();
    expect(() => house.deposit(0, 0, CONTRACT, 1)).toThrow("account 0 wallet: 9007199254740992 is beyond ±(2^53 − 1)");
    expect(house.books.contractCash(0, 0)).toBe(MOST);
  });

  test("UNIT-1 a total over accounts knows no limit", () => {
    const house = open();
    house.deposit(0, 0, CONTRACT, MOST);
    house.deposit(1, 0, CONTRACT, MOST);
    expect(house.books.deposits[0]).toBe(2n * BigInt(MOST));
  });

  test("UNIT-1 a position grows to 2^53 − 1 lots and not one more", () => {
    const house = open();
    expect(house.trade(0, MOST, 1, party(0), party(1))).toBeNull();
    expect(() => house.trade(0, 1, 1, party(0), party(1))).toThrow("account 0 position: 9007199254740992 is beyond ±(2^53 − 1)");
  });

  test("UNIT-1 a value beyond 2^53 − 1 is refused, and names the amount", () => {
    const house = open();
    expect(() => house.trade(0, MOST, 2, party(0), party(1))).toThrow("18014398509481982");
  });

  test("UNIT-1 profit that does not fit a wallet is refused with account and amount", () => {
    const house = open();
    house.deposit(0, 0, CONTRACT, MOST);
    expect(house.trade(0, 10, 1, party(0), party(1))).toBeNull();
    house.deposit(1, 0, CONTRACT, 1_000);
    expect(() => house.trade(0, 10, 2, party(1), party(0))).toThrow("account 0 wallet: 9007199254741001 is beyond");
  });
});
