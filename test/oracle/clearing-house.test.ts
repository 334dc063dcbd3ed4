/** Cases worked by hand, for the oracle and the clearing house alike: X-USDT is worth price × lots dollars, taker fee 0.1 %. */
import { describe, expect, it } from "vitest";
import { OracleHouse } from "./clearing-house.ts";
import type { ClearingHouse, Command, Rules, Setup } from "./commands.ts";
import { violations } from "./state.ts";
import { cash, deposit, done, frozen, HOUSES, mark, position, setupOf, trade, type WorldOptions } from "./worked-world.ts";

const isolate = (account: number, leverage = 10): Command[] => [
  { op: "margin-mode", account, instrument: "X-USDT", mode: "isolated" },
  { op: "leverage", account, instrument: "X-USDT", leverageHundredths: leverage * 100 },
];
const lever = (account: number, leverage: number, instrument = "X-USDT"): Command => ({
  op: "leverage",
  account,
  instrument,
  leverageHundredths: leverage * 100,
});
const order = (account: number, id: number, side: "buy" | "sell", lots: number, ticks: number, more: object = {}): Command =>
  ({ op: "place", account, order: id, instrument: "X-USDT", side, lots, ticks, ...more }) as Command;
const hedge = (account: number): Command => ({ op: "position-mode", account, mode: "hedge" });

describe.each(HOUSES)("%s", (_, make) => {
  const begin = (options: WorldOptions = {}, ...commands: Command[]): ClearingHouse => {
    const house = make(setupOf(options) as Setup);
    done(house, ...commands);
    return house;
  };

  it("INST-1, INST-3, ORDER-3: fills book their value, closing its part of it, each fee rounded up", () => {
    const house = begin({}, deposit(0, 10_000), deposit(1, 10_000), deposit(2, 10_000), trade(0, 1, 10, 100));
    expect(position(house, 0)).toEqual([10, 1000, 0]);
    expect(position(house, 1)).toEqual([-10, 1000, 0]);
    // 0.1 % of 1000.
    expect(cash(house, 0)).toBe(9999);
    // Sells 4 for 600 that were opened for 400; the fee of 0.6 is 1.
    done(house, trade(2, 0, 4, 150));
    expect(position(house, 0)).toEqual([6, 600, 0]);
    expect(cash(house, 0)).toBe(9999 + 200 - 1);
    expect(position(house, 2)).toEqual([4, 600, 0]);
  });

  it("INST-2: an inverse long gains what its value in coins loses", () => {
    const house = begin({}, deposit(0, 100_000, "X"), deposit(1, 100_000, "X"), trade(0, 1, 1, 50, "X-USD"));
    expect(position(house, 0, "X-USD")).toEqual([1, 20_000, 0]);
    done(house, trade(1, 0, 1, 80, "X-USD"));
    // 20,000 − 12,500, less fees of 20 and 12.5, rounded up to 13.
    expect(cash(house, 0, "X")).toBe(100_000 + 7500 - 20 - 13);
    expect(position(house, 0, "X-USD")).toBeNull();
  });

  it("INST-4: a part releases its part of the entry value, half to even; the rest stays; all leaves zero", () => {
    const house = begin({}, deposit(0, 10_000), deposit(1, 10_000), trade(0, 1, 1, 100), trade(0, 1, 2, 101));
    expect(position(house, 0)).toEqual([3, 302, 0]);
    done(house, trade(1, 0, 1, 100));
    expect(position(house, 0)).toEqual([2, 201, 0]);
    // 201 ÷ 2 = 100.5, to even: 100.
    done(house, trade(1, 0, 1, 100));
    expect(position(house, 0)).toEqual([1, 101, 0]);
    done(house, trade(1, 0, 1, 100));
    expect(position(house, 0)).toBeNull();
  });

  it("INST-4: a fill that flips closes at its part of the value and opens the rest", () => {
    const house = begin({}, deposit(0, 10_000), deposit(1, 10_000), trade(0, 1, 4, 100), trade(1, 0, 10, 110));
    expect(position(house, 0)).toEqual([-6, 660, 0]);
    // Fee 1, profit 40, fees ⌈0.44⌉ and ⌈0.66⌉.
    expect(cash(house, 0)).toBe(10_000 - 1 + 40 - 1 - 1);
  });

  it("INST-5: at expiry all settle at the exact average, the total shared in whole quanta, without fee", () => {
    const at300 = (buyer: number, lots: number) => trade(buyer, 2, lots, 300, "X-USDT-D");
    const house = begin({}, deposit(0, 5000), deposit(1, 5000), deposit(2, 5000), at300(0, 1), at300(1, 2));
    const before = [0, 1, 2].map((account) => cash(house, account));
    done(house, { op: "settle", instrument: "X-USDT-D", numerator: 1000, denominator: 3 });
    // 1000 in all: 333⅓ and 666⅔ become 333 and 667; entries 300, 600 and 900.
    expect([0, 1, 2].map((account) => cash(house, account) - (before[account] as number))).toEqual([33, 67, -100]);
    expect(house.state().positions).toEqual([]);
    expect(house.apply(order(0, 1, "buy", 1, 300, { instrument: "X-USDT-D" }))).toBe("expired");
  });

  it("ACCT-1: a transfer leaves what positions need; unrealised profit is no cash", () => {
    const house = begin({}, deposit(0, 500), deposit(1, 5000), lever(0, 10), trade(0, 1, 10, 100), mark("X-USDT", 200));
    const transfer = (amount: number): Command => ({ op: "transfer", account: 0, asset: "USDT", from: "contract", to: "funding", amount });
    // 499 in cash, 2000 ÷ 10 + 2 needed; the profit of 1000 carries nothing out.
    expect(house.free(0, "USDT")).toBe(297);
    expect(house.available(0, "USDT")).toBe(1297);
    expect(house.apply(transfer(298))).toBe("insufficient-margin");
    expect(house.apply(transfer(500))).toBe("insufficient-balance");
    expect(house.apply(transfer(297))).toBeNull();
    // Realised, it can go at once.
    done(house, trade(1, 0, 10, 200));
    expect(house.apply(transfer(202 + 1000 - 2))).toBeNull();
    expect(cash(house, 0)).toBe(0);
  });

  it("ACCT-1: a unified account has one wallet, a separate one three", () => {
    const house = begin({ rules: { walletModel: "unified" } }, deposit(0, 100));
    expect(house.apply({ op: "transfer", account: 0, asset: "USDT", from: "contract", to: "spot", amount: 1 })).toBe("no-such-wallet");
    expect(house.apply({ op: "deposit", account: 0, asset: "USDT", wallet: "funding", amount: 1 })).toBe("no-such-wallet");
    expect(house.apply({ op: "withdraw", account: 0, asset: "USDT", wallet: "contract", amount: 100 })).toBeNull();
  });

  it("ACCT-2, MARGIN-1: an isolated position takes its initial margin, and its loss never exceeds it", () => {
    const house = begin(
      {},
      deposit(0, 1000),
      deposit(1, 5000),
      { op: "seed", instrument: "X-USDT", amount: 60 },
      ...isolate(0),
      trade(0, 1, 10, 100),
    );
    // 1000 ÷ 10 + 1.
    expect(position(house, 0)).toEqual([10, 1000, 101]);
    expect(cash(house, 0)).toBe(1000 - 1 - 101);
    done(house, trade(1, 0, 10, 80));
    // The loss of 200 takes the 101; nothing is left for a fee; the pool has 60 of the 99 missing, the house pays 39.
    expect(cash(house, 0)).toBe(898);
    expect(house.state().pools).toEqual([]);
    // Fees 1, 1 and 1 (⌈0.8⌉ of the buyer).
    expect(house.state().house).toEqual([{ asset: "USDT", amount: 3 - 39 }]);
  });

  it("ACCT-2: margin is added, and taken out while the initial margin stays; never of a cross position", () => {
    const house = begin({}, deposit(0, 1000), deposit(1, 5000), ...isolate(0), trade(0, 1, 10, 100));
    const adjust = (op: "add-margin" | "remove-margin", amount: number, account = 0): Command => ({
      op,
      account,
      instrument: "X-USDT",
      amount,
    });
    done(house, adjust("add-margin", 50));
    expect(house.apply(adjust("remove-margin", 51))).toBe("below-initial-margin");
    done(house, mark("X-USDT", 99));
    // IM 99 + 1 and a loss of 10: 151 − 10 − 100.
    expect(house.apply(adjust("remove-margin", 42))).toBe("below-initial-margin");
    expect(house.apply(adjust("remove-margin", 41))).toBeNull();
    expect(position(house, 0)).toEqual([10, 1000, 110]);
    expect(house.apply(adjust("add-margin", 890))).toBe("insufficient-balance");
    expect(house.apply(adjust("add-margin", 1, 1))).toBe("not-isolated");
    expect(house.apply(adjust("add-margin", 1, 2))).toBe("not-isolated");
  });

  it("ACCT-3: the margin mode changes only with nothing open in the contract, or in any", () => {
    const change = (instrument: string): Command => ({ op: "margin-mode", account: 0, instrument, mode: "isolated" });
    for (const marginModeChange of ["instrument", "account"] as const) {
      const house = begin({ rules: { marginModeChange } }, deposit(0, 5000), deposit(1, 5000), order(0, 1, "buy", 1, 100));
      expect(house.apply(change("X-USDT"))).toBe("has-order");
      done(house, { op: "cancel", account: 0, order: 1 }, trade(0, 1, 1, 100));
      expect(house.apply(change("X-USDT"))).toBe("has-position");
      expect(house.apply(change("Y-USDT"))).toBe(marginModeChange === "account" ? "has-position" : null);
      done(house, { op: "margin-mode", account: 0, instrument: "X-USDT", mode: "cross" });
    }
  });

  it("ACCT-3: a lower leverage moves margin into an isolated position, a higher one leaves it", () => {
    const house = begin({}, deposit(0, 1000), deposit(1, 5000), ...isolate(0), trade(0, 1, 10, 100), lever(0, 5));
    expect(position(house, 0)).toEqual([10, 1000, 201]);
    expect(cash(house, 0)).toBe(798);
    done(house, lever(0, 20));
    expect(position(house, 0)).toEqual([10, 1000, 201]);
    // At leverage 1 a margin of 1001 is needed, 800 more than there is.
    expect(house.apply(lever(0, 1))).toBe("insufficient-margin");
    expect(house.apply(lever(0, 101))).toBe("leverage-above-tier");
    const cross = begin({}, deposit(0, 500), deposit(1, 5000), lever(0, 10), trade(0, 1, 10, 100));
    expect(cross.apply(lever(0, 2))).toBe("insufficient-margin");
    expect(cross.apply(lever(0, 3))).toBeNull();
  });

  it("ACCT-4: hedge mode keeps a long and a short leg, moved by four actions", () => {
    const legged = (account: number, leg: "long" | "short") => ({ account, leg, liquidity: "taker" as const });
    const fill = (lots: number, buyer: object, seller: object, ticks = 100): Command =>
      ({ op: "trade", instrument: "X-USDT", lots, ticks, buyer, seller }) as Command;
    const other = { account: 1, liquidity: "taker" };
    const house = begin(
      {},
      deposit(0, 5000),
      deposit(1, 5000),
      hedge(0),
      fill(10, legged(0, "long"), other),
      fill(4, other, legged(0, "short"), 110),
    );
    expect(position(house, 0, "X-USDT", "long")).toEqual([10, 1000, 0]);
    expect(position(house, 0, "X-USDT", "short")).toEqual([-4, 440, 0]);
    done(house, fill(5, other, legged(0, "long"), 120), fill(4, legged(0, "short"), other, 120));
    expect(position(house, 0, "X-USDT", "long")).toEqual([5, 500, 0]);
    expect(position(house, 0, "X-USDT", "short")).toBeNull();
    expect(house.apply(fill(6, other, legged(0, "long")))).toBe("exceeds-leg");
    expect(house.apply(fill(1, other, { account: 0, liquidity: "taker" }))).toBe("leg-required");
    expect(house.apply(fill(1, legged(1, "long"), legged(0, "short")))).toBe("leg-not-allowed");
    expect(house.apply({ op: "position-mode", account: 0, mode: "one-way" })).toBe("has-position");
    expect(house.apply(hedge(2))).toBeNull();
  });

  it.each([
    ["none", 5000 - 2 - 100],
    ["own", 5000 - 2 - 100 + 14],
    ["all", 5000 - 2 - 100 + 200],
  ] as const)("ACCT-5, MARK-5: under `%s` a cross scope has an equity of %d", (unrealizedProfitAsMargin, equity) => {
    const house = begin({ rules: { unrealizedProfitAsMargin } }, deposit(0, 5000), deposit(1, 5000));
    done(house, trade(0, 1, 10, 100), trade(0, 1, 10, 100, "Y-USDT"), mark("X-USDT", 120), mark("Y-USDT", 90));
    // The winner's requirement is 1 % of 1200 and a fee of ⌈1.2⌉.
    expect(house.standing({ kind: "cross", account: 0, asset: "USDT" })).toEqual({ equity, requirement: 14 + 10, atRisk: false });
  });

  it("ACCT-5: hedge legs of one contract net first", () => {
    const house = begin({ rules: { unrealizedProfitAsMargin: "none" } }, deposit(0, 5000), deposit(1, 5000), hedge(0));
    const other = { account: 1, liquidity: "taker" } as const;
    done(house, {
      op: "trade",
      instrument: "X-USDT",
      lots: 10,
      ticks: 100,
      buyer: { account: 0, leg: "long", liquidity: "taker" },
      seller: other,
    });
    done(house, {
      op: "trade",
      instrument: "X-USDT",
      lots: 10,
      ticks: 100,
      buyer: other,
      seller: { account: 0, leg: "short", liquidity: "taker" },
    });
    done(house, mark("X-USDT", 150));
    expect(house.standing({ kind: "cross", account: 0, asset: "USDT" })).toEqual({ equity: 4998, requirement: 34, atRisk: false });
  });

  it("ACCT-6: all assets count at index less haircut by slices, and a debt in full", () => {
    const house = begin(
      { accounts: ["multi-currency", "single-currency", "single-currency"] },
      deposit(0, 120_000, "X"),
      deposit(1, 50_000),
    );
    // 12 coins: 10 × 50 × 0.9 + 2 × 50 × 0.5 = 500 dollars, in millionths.
    expect(house.standing({ kind: "cross", account: 0, asset: null })).toEqual({ equity: 500_000_000, requirement: 0, atRisk: false });
    done(house, lever(0, 10), trade(0, 1, 10, 100));
    expect(cash(house, 0)).toBe(-1);
    done(house, mark("X-USDT", 70));
    // 500 − 1 − 300 against 1 % of 700 and a fee of 1.
    expect(house.standing({ kind: "cross", account: 0, asset: null })).toEqual({
      equity: 199_000_000,
      requirement: 8_000_000,
      atRisk: false,
    });
    expect(house.available(0, null)).toBe(199_000_000 - 71_000_000);
  });

  it("ACCT-6: a negative balance is made good by selling collateral to the house, booked in both assets", () => {
    const house = begin(
      { accounts: ["multi-currency", "single-currency", "single-currency"] },
      deposit(0, 120_000, "X"),
      deposit(1, 50_000),
    );
    done(house, lever(0, 10), trade(0, 1, 10, 100), trade(1, 0, 10, 55));
    // A loss of 450 and fees of 1 and 1.
    expect(cash(house, 0)).toBe(-452);
    done(house, { op: "convert", account: 0 });
    // 10 coins bring 450, the last 2 at half the index, so 0.08 coins more.
    expect(cash(house, 0)).toBe(0);
    expect(cash(house, 0, "X")).toBe(120_000 - 100_000 - 800);
    // Fees 1, 1, 1 and 1.
    expect(house.state().house).toEqual([
      { asset: "USDT", amount: 4 - 452 },
      { asset: "X", amount: 100_800 },
    ]);
  });

  it("ORDER-2: freezes initial margin at the larger side, fees, and losses at once", () => {
    const house = begin({}, deposit(0, 1000), lever(0, 10), order(0, 1, "buy", 10, 110));
    // 1000 ÷ 10 + 1, a fee of ⌈1.1⌉ and a loss of 100.
    expect(frozen(house, 0)).toBe(101 + 2 + 100);
    // Four sold at 95: no more margin, ⌈0.38⌉ and a loss of 20.
    done(house, order(0, 2, "sell", 4, 95));
    expect(frozen(house, 0)).toBe(203 + 1 + 20);
    // What is frozen does not move with the mark, but is frozen anew when the orders change.
    done(house, mark("X-USDT", 105));
    expect(frozen(house, 0)).toBe(224);
    done(house, { op: "cancel", account: 0, order: 2 });
    expect(frozen(house, 0)).toBe(105 + 2 + 2 + 50);
    done(house, { op: "cancel", account: 0, order: 1 });
    expect(frozen(house, 0)).toBe(0);
  });

  it("ORDER-2: orders against a position open only what is left of them, the best price first", () => {
    const house = begin({}, deposit(0, 5000), deposit(1, 5000), lever(0, 10), trade(0, 1, 10, 100), order(0, 1, "sell", 10, 100));
    expect(frozen(house, 0)).toBe(0);
    // The order at 90 goes first and closes; of the other 6 close and 4 open: |10 − 14| < 10, so fees alone.
    done(house, order(0, 2, "sell", 4, 90));
    expect(frozen(house, 0)).toBe(1);
    // 24 sold: 14 short in the end, IM(14) − IM(10) = 142 − 101, and fees of ⌈0.4⌉ and ⌈1.1⌉.
    done(house, order(0, 3, "sell", 10, 110));
    expect(frozen(house, 0)).toBe(41 + 1 + 2);
  });

  it("ORDER-2: in hedge mode orders that open freeze by leg, orders that close never exceed it", () => {
    const house = begin({}, deposit(0, 5000), deposit(1, 5000), hedge(0));
    done(house, { op: "leverage", account: 0, instrument: "X-USDT", leg: "long", leverageHundredths: 1000 });
    done(house, order(0, 1, "buy", 10, 100, { leg: "long" }), order(0, 2, "sell", 5, 100, { leg: "short" }));
    expect(house.state().frozen).toEqual([
      { account: 0, instrument: "X-USDT", leg: "long", amount: 102, fees: 1 },
      { account: 0, instrument: "X-USDT", leg: "short", amount: 502, fees: 1 },
    ]);
    expect(house.apply(order(0, 3, "sell", 1, 100, { leg: "long" }))).toBe("exceeds-leg");
    const taker = { account: 1, liquidity: "taker" } as const;
    done(house, {
      op: "trade",
      instrument: "X-USDT",
      lots: 10,
      ticks: 100,
      buyer: { account: 0, order: 1, leg: "long", liquidity: "maker" },
      seller: taker,
    });
    done(house, order(0, 4, "sell", 6, 100, { leg: "long" }));
    expect(house.apply(order(0, 5, "sell", 5, 100, { leg: "long" }))).toBe("exceeds-leg");
    expect(house.apply(order(0, 5, "sell", 4, 100, { leg: "long" }))).toBeNull();
    expect(frozen(house, 0)).toBe(502);
  });

  it("ORDER-2, ORDER-4: an order that the scope cannot hold is refused and changes nothing", () => {
    const house = begin({}, deposit(0, 203), lever(0, 10));
    const before = house.state();
    expect(house.apply(order(0, 1, "buy", 10, 111))).toBe("insufficient-margin");
    expect(house.apply(order(0, 1, "buy", 0, 100))).toBe("invalid-size");
    expect(house.apply(order(0, 1, "buy", 1, 0.5))).toBe("invalid-price");
    expect(house.apply(order(0, 1, "buy", 1, 100, { leg: "long" }))).toBe("leg-not-allowed");
    expect(house.apply({ op: "cancel", account: 0, order: 1 })).toBe("no-such-order");
    expect(house.state()).toEqual(before);
    expect(house.apply(order(0, 1, "buy", 10, 110))).toBeNull();
    expect(house.apply(order(0, 1, "buy", 1, 1))).toBe("duplicate-order");
  });

  it("ORDER-2: a fill moves what was frozen; what it does not need is free again", () => {
    const house = begin({}, deposit(0, 1000), deposit(1, 5000), ...isolate(0), order(0, 1, "buy", 10, 110));
    const fill = (lots: number, ticks = 100): Command => ({
      op: "trade",
      instrument: "X-USDT",
      lots,
      ticks,
      buyer: { account: 0, order: 1, liquidity: "taker" },
      seller: { account: 1, liquidity: "maker" },
    });
    expect(house.apply(fill(11))).toBe("exceeds-order");
    expect(house.apply(fill(1, 111))).toBe("order-mismatch");
    done(house, fill(4));
    // 400 ÷ 10 + 1; of the six left IM(10) − IM(4) = 101 − 41, a fee of 1 and a loss of 60.
    expect(position(house, 0)).toEqual([4, 400, 41]);
    expect(frozen(house, 0)).toBe(60 + 1 + 60);
    done(house, fill(6));
    expect(house.state().orders).toEqual([]);
    expect(frozen(house, 0)).toBe(0);
    expect(position(house, 0)).toEqual([10, 1000, 41 + 61]);
  });

  it("ORDER-3: a rebate is rounded towards the venue", () => {
    const house = begin({}, deposit(0, 9000), deposit(1, 9000));
    const maker = (lots: number): Command => ({
      op: "trade",
      instrument: "X-USDT",
      lots,
      ticks: 100,
      buyer: { account: 0, liquidity: "maker" },
      seller: { account: 1, liquidity: "liquidation" },
    });
    // 0.25 back is nothing, 1.5 back is 1; the liquidation fee is 1 %.
    done(house, maker(10));
    expect(cash(house, 0)).toBe(9000);
    expect(cash(house, 1)).toBe(9000 - 10);
    done(house, maker(60));
    expect(cash(house, 0)).toBe(9001);
    expect(house.state().house).toEqual([{ asset: "USDT", amount: 10 + 60 - 1 }]);
  });

  it("ORDER-3: a fee is never more than what is left", () => {
    const house = begin({}, deposit(0, 102), deposit(1, 9000), ...isolate(0), trade(0, 1, 10, 100));
    expect(cash(house, 0)).toBe(0);
    // 101 of margin, a loss of 98: 3 are left for a fee of ⌈9.02⌉.
    const close = { op: "trade", instrument: "X-USDT", lots: 10, ticks: 91, buyer: { account: 1, liquidity: "taker" } } as const;
    done(house, mark("X-USDT", 91), { ...close, seller: { account: 0, liquidity: "liquidation" } });
    // The loss is 90, the fee ⌈9.1⌉ = 10, and 11 were left.
    expect(cash(house, 0)).toBe(1);
    const poor = begin({}, deposit(0, 102), deposit(1, 9000), ...isolate(0), trade(0, 1, 10, 100));
    done(poor, { ...close, ticks: 90, seller: { account: 0, liquidity: "liquidation" } });
    // A loss of 100: 1 is left for a fee of 9.
    expect(cash(poor, 0)).toBe(0);
    expect(poor.state().house).toEqual([{ asset: "USDT", amount: 1 + 1 + 1 + 1 }]);
  });

  it("TIER-1, TIER-3: a bound is inclusive, and an order that leads beyond what leverage allows is refused", () => {
    const house = begin({}, deposit(0, 9000), deposit(1, 90_000), lever(0, 50));
    expect(house.apply(order(0, 1, "buy", 11, 100))).toBe("leverage-above-tier");
    expect(house.apply(order(0, 1, "buy", 10, 100))).toBeNull();
    expect(house.apply(order(0, 2, "buy", 1, 100))).toBe("leverage-above-tier");
    expect(house.apply(lever(0, 20))).toBeNull();
    expect(house.apply(order(0, 2, "buy", 1, 100))).toBeNull();
    expect(house.apply(lever(0, 21))).toBe("leverage-above-tier");
  });

  it.each([
    ["flat", 50, 100 + 5],
    ["flat", 51, 255 + 6],
    ["marginal", 51, 10 + 80 + 5 + 6],
  ] as const)("TIER-1, MARGIN-2: a %s table asks of %d lots for %d", (tierScheme, lots, requirement) => {
    const house = begin({ linear: { tierScheme } }, deposit(0, 9000), deposit(1, 9000), trade(0, 1, lots, 100));
    expect(house.standing({ kind: "cross", account: 0, asset: "USDT" }).requirement).toBe(requirement);
  });

  it("TIER-2: open orders count toward tier, maintenance margin and fee where the venue says so", () => {
    for (const tiersIncludeOpenOrders of [true, false]) {
      const house = begin(
        { rules: { tiersIncludeOpenOrders } },
        deposit(0, 9000),
        deposit(1, 9000),
        trade(0, 1, 10, 100),
        order(0, 1, "buy", 10, 100),
      );
      const { equity, requirement } = house.standing({ kind: "cross", account: 0, asset: "USDT" });
      expect(requirement).toBe(tiersIncludeOpenOrders ? 40 + 2 : 10 + 1);
      // The fees of open orders are off the equity of a cross scope (MARGIN-3).
      expect(equity).toBe(9000 - 1 - 1);
    }
  });

  it.each([
    [{}, 10 + 1],
    [{ maintenanceIncludesClosingFee: false }, 10],
    [{ closingFeeRate: "liquidation" }, 10 + 10],
    [{ positionValueAt: "last" }, 12 + 1],
    [{ positionValueAt: "entry" }, 9 + 1],
  ] satisfies [Partial<Rules>, number][])("MARGIN-2, MARK-5: under %o the requirement is %d", (rules, requirement) => {
    const house = begin({ rules }, deposit(0, 9000), deposit(1, 9000), trade(0, 1, 10, 90), {
      op: "last",
      instrument: "X-USDT",
      ticks: 120,
    });
    expect(house.standing({ kind: "cross", account: 0, asset: "USDT" }).requirement).toBe(requirement);
  });

  it("MARGIN-1: S0's prose counts the closing fee once more in the position margin", () => {
    const house = begin(
      { rules: { closingFeeInPositionMargin: "twice" } },
      deposit(0, 1000),
      deposit(1, 9000),
      ...isolate(0),
      trade(0, 1, 10, 100),
    );
    expect(position(house, 0)).toEqual([10, 1000, 102]);
  });

  it("MARGIN-3: at risk at 100 % or only below, by the venue; a requirement of zero is healthy", () => {
    for (const triggerAt of ["at-or-below", "below"] as const) {
      const house = begin(
        { rules: { triggerAt } },
        deposit(0, 1000),
        deposit(1, 9000),
        ...isolate(0),
        trade(0, 1, 10, 100),
        mark("X-USDT", 91),
      );
      const scope = { kind: "isolated", account: 0, instrument: "X-USDT" } as const;
      // 101 − 90 against ⌈9.1⌉ + ⌈0.91⌉.
      expect(house.standing(scope)).toEqual({ equity: 11, requirement: 11, atRisk: triggerAt === "at-or-below" });
      done(house, mark("X-USDT", 90));
      expect(house.standing(scope).atRisk).toBe(true);
      expect(house.standing({ ...scope, account: 2 })).toEqual({ equity: 0, requirement: 0, atRisk: false });
    }
  });

  it("MARGIN-7: an account's requirement sums over its product lines", () => {
    const house = begin({}, deposit(0, 9000), deposit(1, 9000), trade(0, 1, 10, 100), trade(0, 1, 1, 300, "X-USDT-D"));
    expect(house.standing({ kind: "cross", account: 0, asset: "USDT" }).requirement).toBe(10 + 1 + 3 + 1);
  });

  it("MARK-3: payers pay rounded up, receivers share exactly that, and a pool pays what a scope cannot", () => {
    const setup: Command[] = [
      deposit(0, 5000),
      deposit(1, 5000),
      deposit(2, 102),
      { op: "seed", instrument: "X-USDT", amount: 5 },
      ...isolate(2),
    ];
    const house = begin({}, ...setup, trade(2, 0, 10, 100), trade(1, 0, 1, 100));
    const before = [0, 1].map((account) => cash(house, account));
    done(house, { op: "funding", instrument: "X-USDT", rate: "0.1034" });
    // Longs pay 103.4 → 104 and 10.34 → 11; account 2 has 101, the pool 3 more; the short receives all 115.
    expect(position(house, 2)).toEqual([10, 1000, 0]);
    expect(house.state().pools).toEqual([{ pool: "perpetual/X/USDT", amount: 2 }]);
    expect([0, 1].map((account) => cash(house, account) - (before[account] as number))).toEqual([115, -11]);
    done(house, { op: "funding", instrument: "X-USDT", rate: "-0.0011" });
    // The short pays 1.21 → 2; 10 : 1 of it is 1.82 and 0.18: both quanta go to account 2.
    expect(position(house, 2)).toEqual([10, 1000, 2]);
  });

  it("CONS-3: a single-currency scope that is empty owes nothing: its pool pays", () => {
    const house = begin(
      {},
      deposit(0, 100),
      deposit(1, 5000),
      { op: "seed", instrument: "X-USDT", amount: 500 },
      trade(0, 1, 10, 100),
      trade(1, 0, 10, 50),
    );
    expect(cash(house, 0)).toBe(0);
    // 100 − 1 − 500, no fee of nothing: 401 from the pool.
    expect(house.state().pools).toEqual([{ pool: "perpetual/X/USDT", amount: 99 }]);
  });
});

describe("the sums over a clearing house", () => {
  it("CONS-1, CONS-2: sizes cancel out, and cash less signed entry values is what came in", () => {
    const house = new OracleHouse(setupOf());
    done(house, deposit(0, 5000), deposit(1, 5000), deposit(2, 5000), trade(0, 1, 2, 100), trade(2, 0, 1, 150));
    expect(violations(house)).toEqual([]);
    (house.accounts[0] as { positions: { lots: unknown }[] }).positions = [];
    expect(violations(house)).toEqual(["CONS-1: the positions in X-USDT sum to -1", "CONS-2: USDT has 15100, not 15000"]);
  });
});
