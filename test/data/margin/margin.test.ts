import { describe, expect, test } from "vitest";
import { ask, askPosition, contract, documentOf, type Fields, tier } from "./ask.ts";

const EXAMPLE = {
  venue: "bitda",
  instruments: [
    {
      symbol: "X-USDT",
      kind: "linear",
      productLine: "perpetual",
      base: "X",
      quote: "USDT",
      settle: "USDT",
      tickSize: "0.1",
      lotSize: "0.001",
      multiplier: "1",
      tiers: [{ upTo: "50000", unit: "quote", maintenanceMarginRate: "0.004", maxLeverage: "100", deduction: "0" }],
      fees: { maker: "0.0002", taker: "0.0005", liquidation: "0.0005" },
    },
  ],
  account: { mode: "single-currency", positionMode: "one-way", balances: { USDT: "1000" } },
  positions: [
    { instrument: "X-USDT", side: "long", size: "1.5", entryPrice: "50000", marginMode: "isolated", margin: "3750", leverage: "20" },
  ],
  orders: [],
  marks: { "X-USDT": "49000" },
  assets: { USDT: { quantum: "0.000001" } },
};

/** One tier after the other, with bounds in contracts. */
const ladder = (...steps: readonly (readonly [upTo: string | null, rate: string])[]) =>
  steps.map(([upTo, rate]) => tier(rate, { upTo, unit: "contracts" }));

const marks = (mark: string, symbol = "X-USDT") => ({ marks: { [symbol]: mark } });

describe("the answer", () => {
  test("MARGIN-1 MARGIN-2 MARGIN-3 MARGIN-5 has all figures of an isolated position, and the account's", async () => {
    const { positions, account } = await ask(EXAMPLE);
    expect(positions).toEqual([
      {
        instrument: "X-USDT",
        side: "long",
        size: "1.5",
        marginMode: "isolated",
        entryPrice: "50000",
        value: "73500",
        unrealizedProfit: "-1500",
        tier: 1,
        initialMargin: "3711.75",
        maintenanceMargin: "294",
        closingFee: "36.75",
        requirement: "330.75",
        marginRatio: 2250 / 330.75,
        // (50000 − 2500) / (1 − 0.0045), (50000 − 2500) / (1 − 0.0005)
        liquidationPrice: "47714.716223",
        liquidationPriceTick: "47714.7",
        bankruptcyPrice: "47523.7618809",
        bankruptcyPriceTick: "47523.8",
        status: "healthy",
      },
    ]);
    const scope = { asset: "USDT", equity: "1000", initialMargin: "0", orderMargin: "0", requirement: "0", marginRatio: null };
    expect(account).toEqual({ ...scope, status: "healthy", reductions: [], scopes: [{ ...scope, status: "healthy" }] });
  });

  test("MARGIN-1 the fee stands once or twice in the initial margin, and is what is set aside when no margin is given", async () => {
    const [given] = EXAMPLE.positions;
    const { margin: _none, ...unset } = given as Fields;
    const twice = await askPosition({
      ...EXAMPLE,
      venue: { extends: "bitda", closingFeeInPositionMargin: "twice" },
      positions: [unset],
      ...marks("50000"),
    });
    expect(twice.initialMargin).toBe(String(3750 + 2 * 37.5));
    // Equity is then the position margin: 75000 / 20 + 75.
    expect(Number(twice.marginRatio) * Number(twice.requirement)).toBeCloseTo(3825, 9);
  });

  test("MARGIN-2 MARGIN-3 whole quanta: values half to even, requirement and fee up", async () => {
    const position = await askPosition({
      venue: { maintenanceIncludesClosingFee: true, fees: { maker: "0", taker: "0.001", liquidation: "0" } },
      instruments: [contract({ lotSize: "0.001", tickSize: "0.01", tiers: [tier("0.01")] })],
      positions: [{ size: "0.005", entryPrice: "1.01", leverage: "3" }],
      assets: { USDT: { quantum: "0.0001" } },
      account: { balances: { USDT: "1" } },
      ...marks("1.29"),
    });
    // 0.00645 is 64.5 quanta: 64. 0.64 of a quantum, and a thousandth of 64, are one.
    expect(position).toMatchObject({ value: "0.0064", maintenanceMargin: "0.0001", closingFee: "0.0001", requirement: "0.0002" });
    expect(position.initialMargin).toBe("0.0023");
    // 50.5 quanta at entry: 50.
    expect(position.unrealizedProfit).toBe("0.0014");
  });

  test("MARGIN-2 closing fee is of the value at mark, whatever the position is valued at (MARK-5)", async () => {
    const question = (positionValueAt: string) => ({
      venue: { positionValueAt, maintenanceIncludesClosingFee: true, fees: { maker: "0", taker: "0.001", liquidation: "0.01" } },
      positions: [{ size: "1", entryPrice: "100", leverage: "10" }],
      account: { balances: { USDT: "100" } },
      lastPrices: { "X-USDT": "150" },
      ...marks("200"),
    });
    const figures = async (positionValueAt: string) => {
      const { value, maintenanceMargin, closingFee, unrealizedProfit } = await askPosition(question(positionValueAt));
      return [value, maintenanceMargin, closingFee, unrealizedProfit];
    };
    expect(await figures("mark")).toEqual(["200", "2", "0.2", "100"]);
    expect(await figures("last")).toEqual(["150", "1.5", "0.2", "100"]);
    expect(await figures("entry")).toEqual(["100", "1", "0.2", "100"]);
    const atLiquidationRate = { ...question("mark").venue, closingFeeRate: "liquidation" };
    expect((await askPosition({ ...question("mark"), venue: atLiquidationRate })).requirement).toBe("4");
  });

  test("INST-5 a delivery contract has the figures of a perpetual one", async () => {
    const question = { positions: [{ size: "3", entryPrice: "100", marginMode: "isolated", margin: "40" }], ...marks("99") };
    const delivery = contract({ productLine: "delivery", expiry: "2026-12-25T08:00:00Z" });
    expect(await ask({ ...question, instruments: [delivery] })).toEqual(await ask(question));
  });

  test("MARGIN-7 requirement of an account is the sum over its perpetual and delivery contracts", async () => {
    const { account, positions } = await ask({
      instruments: [
        contract(),
        contract({ symbol: "X-DATED", productLine: "delivery", expiry: "2026-12-25T08:00:00Z", tiers: [tier("0.02")] }),
      ],
      account: { balances: { USDT: "50" } },
      positions: [
        { size: "1", entryPrice: "100" },
        { instrument: "X-DATED", side: "short", size: "2", entryPrice: "110" },
      ],
      marks: { "X-USDT": "100", "X-DATED": "105" },
    });
    expect(positions.map(({ requirement }) => requirement)).toEqual(["1", "4.2"]);
    expect(account).toMatchObject({ equity: "60", requirement: "5.2", marginRatio: 60 / 5.2 });
    expect(positions.map(({ marginRatio }) => marginRatio)).toEqual([60 / 5.2, 60 / 5.2]);
  });

  test("ACCT-6 each settlement asset of a single-currency account stands alone", async () => {
    const { account, positions } = await ask({
      instruments: [contract(), contract({ kind: "inverse", lotSize: "1" })],
      account: { balances: { USDT: "10", X: "0.5" } },
      positions: [
        { size: "1", entryPrice: "100" },
        { instrument: "X-USD", size: "100", entryPrice: "100" },
      ],
      marks: { "X-USDT": "95", "X-USD": "80" },
    });
    expect(account.scopes.map(({ asset, equity, requirement }) => [asset, equity, requirement])).toEqual([
      ["USDT", "5", "0.95"],
      ["X", "0.25", "0.0125"],
    ]);
    expect(positions.map(({ marginRatio }) => marginRatio)).toEqual([5 / 0.95, 20]);
    expect(account.asset).toBe("USDT");
  });
});

describe("cross", () => {
  const question = (unrealizedProfitAsMargin: string) => ({
    venue: { unrealizedProfitAsMargin },
    instruments: [contract(), contract({ symbol: "Y-USDT", base: "Y" })],
    account: { balances: { USDT: "100" } },
    positions: [
      { size: "10", entryPrice: "100" },
      { instrument: "Y-USDT", size: "10", entryPrice: "100" },
    ],
    marks: { "X-USDT": "95", "Y-USDT": "120" },
  });

  test("ACCT-5 MARGIN-3 a winner carries nothing, itself, or all", async () => {
    // Loss 50, profit 200; requirements 9.5 and 12.
    expect((await ask(question("none"))).account.equity).toBe("50");
    expect((await ask(question("own"))).account.equity).toBe("62");
    expect((await ask(question("all"))).account.equity).toBe("250");
  });

  test("ACCT-5 MARGIN-4 the winner's price turns where its profit stops to count", async () => {
    const prices = async (rule: string) => (await ask(question(rule))).positions.map(({ liquidationPrice }) => Number(liquidationPrice));
    // X: 100 + 10(x − 100) − 0.1x = 12 without, 0 with Y's own, −188 with all of its profit.
    const [none, own, all] = [await prices("none"), await prices("own"), await prices("all")];
    expect([none[0], own[0], all[0]].map((price) => price?.toFixed(6))).toEqual(
      [912 / 9.9, 900 / 9.9, 712 / 9.9].map((price) => price.toFixed(6)),
    );
    // Y: below 100 its loss counts in full: 50 + 10(y − 100) = 9.5 + 0.1y. All: 50 the same.
    expect(none[1]).toBeCloseTo(959.5 / 9.9, 8);
    expect(own[1]).toBeCloseTo(959.5 / 9.9, 8);
    expect(all[1]).toBeCloseTo(959.5 / 9.9, 8);
  });

  test("ACCT-4 ACCT-5 MARGIN-4 legs of one contract net first and move together", async () => {
    const { account, positions } = await ask({
      venue: { unrealizedProfitAsMargin: "none" },
      account: { positionMode: "hedge", balances: { USDT: "10" } },
      positions: [
        { side: "long", size: "10", entryPrice: "90" },
        { side: "short", size: "8", entryPrice: "95" },
      ],
      ...marks("100"),
    });
    // 100 − 40 nets to a profit, which counts for nothing here.
    expect(account).toMatchObject({ equity: "10", requirement: "18" });
    expect(positions.map(({ liquidationPrice }) => liquidationPrice)).toEqual(["100", "100"]);
    const rich = await ask({
      account: { positionMode: "hedge", balances: { USDT: "100" } },
      positions: [
        { side: "long", size: "10", entryPrice: "90" },
        { side: "short", size: "8", entryPrice: "95" },
      ],
      ...marks("100"),
    });
    // 100 + 10(p − 90) − 8(p − 95) = 0.18p; upwards equity grows faster than the requirement.
    expect(rich.positions.map(({ liquidationPrice }) => liquidationPrice)).toEqual(["21.978021978", null]);
  });

  test("MARGIN-5 equity is shared by maintenance margin, and by value where none is required", async () => {
    const both = (rate: string) => ({
      instruments: [
        contract({ tiers: [tier(rate)] }),
        contract({ symbol: "Y-USDT", base: "Y", tiers: [tier(rate === "0" ? "0" : "0.03")] }),
      ],
      account: { balances: { USDT: "100" } },
      positions: [
        { size: "10", entryPrice: "100" },
        { instrument: "Y-USDT", side: "short", size: "10", entryPrice: "100" },
      ],
      marks: { "X-USDT": "100", "Y-USDT": "100" },
    });
    const prices = async (rate: string) => (await ask(both(rate))).positions.map(({ bankruptcyPrice }) => bankruptcyPrice);
    expect(await prices("0.01")).toEqual(["97.5", "107.5"]);
    expect(await prices("0")).toEqual(["95", "105"]);
  });
});

describe("orders", () => {
  const question = (venue: Fields, marginMode: string, orders: readonly Fields[]) => ({
    venue: { fees: { maker: "0", taker: "0.001", liquidation: "0" }, ...venue },
    instruments: [contract({ tiers: [tier("0.01", { upTo: "1000" }), tier("0.02")] })],
    account: { balances: { USDT: "1000" } },
    positions: [{ size: "9", entryPrice: "100", marginMode, ...(marginMode === "isolated" ? { margin: "200" } : {}), leverage: "10" }],
    orders: orders.map((order) => ({ instrument: "X-USDT", ...order })),
    ...marks("100"),
  });
  const buy = { side: "buy", size: "2", price: "101" };

  test("TIER-2 orders that would increase the position count toward tier, maintenance margin and fee, or do not", async () => {
    const figures = async (tiersIncludeOpenOrders: boolean, orders: readonly Fields[]) => {
      const {
        tier: number,
        value,
        maintenanceMargin,
        closingFee,
      } = await askPosition(question({ tiersIncludeOpenOrders }, "cross", orders));
      return [number, value, maintenanceMargin, closingFee];
    };
    expect(await figures(false, [buy])).toEqual([1, "900", "9", "0.9"]);
    expect(await figures(true, [buy])).toEqual([2, "900", "22", "1.1"]);
    expect(await figures(true, [{ side: "sell", size: "12", price: "101" }])).toEqual([1, "900", "9", "0.9"]);
    expect(await figures(true, [{ side: "sell", size: "20", price: "101" }])).toEqual([2, "900", "22", "1.1"]);
    expect(await figures(true, [{ ...buy, side: "sell", size: "30", reduceOnly: true }])).toEqual([1, "900", "9", "0.9"]);
  });

  test("MARGIN-3 ORDER-2 a cross scope pays the fees of its orders, and the margin frozen by isolated ones", async () => {
    // IM of 200 more, 20 + 0.2; fee of 202, 0.202; loss of buying two above the mark, 2.
    const cross = await ask(question({}, "cross", [buy]));
    expect(cross.account).toMatchObject({ equity: "999.798", orderMargin: "22.402" });
    const isolated = await ask(question({}, "isolated", [buy]));
    expect(isolated.account).toMatchObject({ equity: "977.598", orderMargin: "22.402" });
    // A sell of 12 closes 9 and opens 3: nothing more than is held, but the fee of what opens, and its loss.
    const turning = await ask(question({}, "cross", [{ side: "sell", size: "12", price: "99" }]));
    expect(turning.account).toMatchObject({ equity: String(1000 - 0.297), orderMargin: String(0.297 + 3) });
  });

  test("LIQ-2 orders are cancelled before anything is reduced", async () => {
    const { account, positions } = await ask({
      ...question({ tiersIncludeOpenOrders: true }, "isolated", [{ ...buy, size: "20" }]),
      positions: [{ size: "9", entryPrice: "100", marginMode: "isolated", margin: "30" }],
    });
    expect(Number(positions[0]?.marginRatio)).toBeLessThan(1);
    expect(account).toMatchObject({ status: "healthy", reductions: [] });
  });
});

describe("liquidation price", () => {
  const short = (scheme: string, margin: string) => ({
    venue: { tierScheme: scheme },
    instruments: [contract({ tickSize: "0.01", tiers: [tier("0.01", { upTo: "1000" }), tier("0.1")] })],
    positions: [{ side: "short", size: "10", entryPrice: "95", marginMode: "isolated", margin }],
    ...marks("95"),
  });

  test("MARGIN-4 TIER-1 a flat requirement jumps at the edge of a tier, and the edge is the price", async () => {
    // At 100 the value is 1000: equity 70 carries 10, but not the 100 right behind it.
    const position = await askPosition(short("flat", "120"));
    expect(position).toMatchObject({ liquidationPrice: "100", liquidationPriceTick: "100.01", tier: 1 });
    // Enough for the jump: 300 − 10(p − 95) = p, beyond it.
    expect((await askPosition(short("flat", "300"))).liquidationPrice).toBe((1250 / 11).toPrecision(12));
    // Marginal: 10 at the edge, and a tenth of what is above: 120 − 10(p − 95) = 10 + p − 100.
    expect((await askPosition(short("marginal", "120"))).liquidationPrice).toBe((1160 / 11).toPrecision(12));
  });

  test("MARGIN-4 TIER-1 a long leaves the higher tier as it falls: the first crossing counts", async () => {
    const long = (margin: string) => ({
      ...short("flat", margin),
      positions: [{ size: "10", entryPrice: "110", marginMode: "isolated", margin }],
      ...marks("110"),
    });
    // 115 + 10(p − 110) = p at 109.44, in the upper tier, though below 100 it would pass again.
    expect((await askPosition(long("115"))).liquidationPrice).toBe((985 / 9).toPrecision(12));
    // 250: at 100 the upper tier still passes, 150 for 100; then 0.1p.
    expect((await askPosition(long("250"))).liquidationPrice).toBe((850 / 9.9).toPrecision(12));
  });

  test("MARGIN-4 none where no mark is, and the current mark where it is there already", async () => {
    const covered = { size: "1", entryPrice: "100", marginMode: "isolated", margin: "100" };
    expect(await askPosition({ positions: [covered], ...marks("100") })).toMatchObject({
      liquidationPrice: null,
      liquidationPriceTick: null,
      bankruptcyPrice: null,
      bankruptcyPriceTick: null,
    });
    expect(await askPosition({ positions: [{ ...covered, margin: "1" }], ...marks("100") })).toMatchObject({
      marginRatio: 1,
      liquidationPrice: "100",
      liquidationPriceTick: "100",
    });
    // Inverse short, covered by the coin: never.
    const inverse = await askPosition({
      instruments: [contract({ kind: "inverse", lotSize: "1" })],
      positions: [{ side: "short", size: "100", entryPrice: "100", marginMode: "isolated", margin: "1.1" }],
      ...marks("100", "X-USD"),
    });
    expect(inverse).toMatchObject({ liquidationPrice: null, bankruptcyPrice: null });
  });

  test("MARGIN-3 UNIT-3 exactly 100 % is at risk, or not; a requirement of zero is healthy", async () => {
    const at = (triggerAt: string, rate = "0.01", margin = "1") =>
      ask({
        venue: { triggerAt },
        instruments: [contract({ tiers: [tier(rate)] })],
        positions: [{ size: "1", entryPrice: "100", marginMode: "isolated", margin }],
        ...marks("100"),
      });
    expect((await at("at-or-below")).account.status).toBe("full");
    expect((await at("below")).account.status).toBe("healthy");
    expect((await at("below")).positions[0]).toMatchObject({ liquidationPrice: "100", liquidationPriceTick: "99.99" });
    const free = await at("at-or-below", "0", "0");
    expect(free.account.status).toBe("healthy");
    expect(free.positions[0]).toMatchObject({ marginRatio: null, liquidationPrice: null });
  });

  test("MARGIN-4 INST-2 an inverse position's, by its own formula", async () => {
    const prices = async (side: string) =>
      askPosition({
        venue: { maintenanceIncludesClosingFee: true, fees: { maker: "0", taker: "0.001", liquidation: "0" } },
        instruments: [contract({ kind: "inverse", lotSize: "1", tickSize: "0.5", faceValue: "10" })],
        positions: [{ side, size: "1000", entryPrice: "5000", marginMode: "isolated", margin: "0.2" }],
        ...marks("5000", "X-USD"),
      });
    // Entry value 2: long 0.2 + 2 − V = 0.011 V, short 0.2 + V − 2 = 0.011 V; V = 10000 / p.
    expect(await prices("long")).toMatchObject({
      liquidationPrice: ((10000 * 1.011) / 2.2).toPrecision(12).replace(/0+$/, ""),
      liquidationPriceTick: "4595",
      bankruptcyPrice: (10000 / 2.2).toPrecision(12),
      bankruptcyPriceTick: "4545.5",
    });
    expect(await prices("short")).toMatchObject({
      liquidationPrice: ((10000 * 0.989) / 1.8).toPrecision(12),
      liquidationPriceTick: "5494.5",
      bankruptcyPrice: (10000 / 1.8).toPrecision(12),
      bankruptcyPriceTick: "5555.5",
    });
  });
});

describe("multi-currency", () => {
  const question = (more: Fields = {}) => ({
    venue: {
      collateral: {
        X: [
          { upTo: "1", haircut: "0.1" },
          { upTo: null, haircut: "0.5" },
        ],
      },
    },
    account: { mode: "multi-currency", balances: { USDT: "-100", X: "2" } },
    positions: [{ size: "10", entryPrice: "100" }],
    indexPrices: { USDT: "1", X: "200" },
    ...marks("100"),
    ...more,
  });

  test("ACCT-6 MARGIN-3 assets count at index price less haircut by tier of amount, debts in full", async () => {
    const { account } = await ask(question());
    // 200 × 0.9 + 200 × 0.5 − 100; requirement 10.
    expect(account).toMatchObject({ asset: "USD", equity: "180", requirement: "10", marginRatio: 18 });
  });

  test("ACCT-6 MARGIN-4 MARGIN-5 prices follow the haircuts as profit becomes collateral", async () => {
    // −100 + 10(p − 100) is never collateral below 110: 280 − 100 + 10(p − 100) = 0.1p.
    const [position] = (await ask(question())).positions;
    expect(position?.liquidationPrice).toBe((820 / 9.9).toPrecision(12));
    expect(position?.bankruptcyPrice).toBe("82");
    // A coin-margined long moves the amount of X through both tiers.
    const { positions, account } = await ask(
      question({
        instruments: [contract({ kind: "inverse", lotSize: "1" })],
        account: { mode: "multi-currency", balances: { X: "2" } },
        positions: [{ size: "100", entryPrice: "100" }],
        indexPrices: { X: "200" },
        marks: { "X-USD": "100" },
      }),
    );
    expect(account).toMatchObject({ equity: "280", requirement: "2" });
    // 2 + 1 − V left: with V = 2.x in the first tier, 180(3 − V) = 2V.
    expect(positions[0]?.liquidationPrice).toBe((18200 / 540).toPrecision(12));
  });
});

describe("reduction", () => {
  const question = (partialLiquidation: string, margin: string, more: Fields = {}) => ({
    venue: { partialLiquidation, fees: { maker: "0", taker: "0", liquidation: "0.001" } },
    instruments: [
      contract({ lotSize: "1", tickSize: "1", tiers: ladder(["2000", "0.01"], ["5000", "0.012"], ["20000", "0.015"], [null, "0.02"]) }),
    ],
    positions: [{ size: "15000", entryPrice: "100", marginMode: "isolated", margin, leverage: "20" }],
    ...marks("100"),
    ...more,
  });
  const outcome = async (partialLiquidation: string, margin: string, more: Fields = {}) => {
    const { account } = await ask(question(partialLiquidation, margin, more));
    return [account.status, ...account.reductions.map(({ size }) => size)];
  };

  test("LIQ-3 tier-step closes what exceeds the tier two below, all at tier 2 or when tier 1's rates fail too", async () => {
    // Requirement 22,500 at tier 3, 15,000 at tier 1's rate.
    expect(await outcome("tier-step", "22501")).toEqual(["healthy"]);
    expect(await outcome("tier-step", "22500")).toEqual(["partial", "13000"]);
    expect(await outcome("tier-step", "15001")).toEqual(["partial", "13000"]);
    expect(await outcome("tier-step", "15000")).toEqual(["full", "15000"]);
    const inTier = (size: string, margin: string) => ({ positions: [{ size, entryPrice: "100", marginMode: "isolated", margin }] });
    expect(await outcome("tier-step", "", inTier("5000", "6000"))).toEqual(["full", "5000"]);
    expect(await outcome("tier-step", "", inTier("30000", "50000"))).toEqual(["partial", "25000"]);
  });

  test("LIQ-3 a quote bound is what it holds at the mark, rounded down", async () => {
    const tiers = [tier("0.01", { upTo: "2000" }), tier("0.012", { upTo: "5000" }), tier("0.015")];
    const { account } = await ask({
      venue: { partialLiquidation: "tier-step" },
      instruments: [contract({ lotSize: "1", tickSize: "1", tiers })],
      positions: [{ size: "100", entryPrice: "99", marginMode: "isolated", margin: "130" }],
      ...marks("99"),
    });
    // ⌊2000 / 99⌋ = 20.
    expect(account.reductions).toEqual([{ instrument: "X-USDT", side: "long", size: "80" }]);
  });

  test("LIQ-3 ladder goes one tier at a time; full and a scope without equity go at once", async () => {
    expect(await outcome("ladder", "20000")).toEqual(["partial", "10000"]);
    expect(await outcome("full", "20000")).toEqual(["full", "15000"]);
    expect(await outcome("ladder", "0")).toEqual(["full", "15000"]);
    expect(
      await outcome("ladder", "", { positions: [{ size: "2000", entryPrice: "100", marginMode: "isolated", margin: "500" }] }),
    ).toEqual(["full", "2000"]);
  });

  test("LIQ-3 fraction closes a fifth of a large position, rounded up, and all of a small one", async () => {
    expect(
      await outcome("fraction", "20000", { positions: [{ size: "15001", entryPrice: "100", marginMode: "isolated", margin: "20000" }] }),
    ).toEqual(["partial", "3001"]);
    expect(
      await outcome("fraction", "", { positions: [{ size: "1000", entryPrice: "100", marginMode: "isolated", margin: "900" }] }),
    ).toEqual(["full", "1000"]);
  });

  test("LIQ-3 just-enough closes the least size that passes, its fee counted", async () => {
    // At tier 3 a lot frees 1.5 and costs 0.1: 22,500 − 22,400 = 100 = 71.4 × 1.4; equal is not enough.
    expect(await outcome("just-enough", "22400")).toEqual(["partial", "72"]);
    // 21,100 = exactly 1,000 lots short, at which equity and requirement are equal.
    expect(await outcome("just-enough", "21100")).toEqual(["partial", "1001"]);
    // Deeper, the edge of tier 2 helps first: 10,000 closed leaves 6,000 required of what is left, 1,000 short of 7,000.
    expect(await outcome("just-enough", "8000")).toEqual(["partial", "10000"]);
    expect(await outcome("just-enough", "1")).toEqual(["full", "15000"]);
  });

  test("LIQ-3 to-initial goes on to the initial margin", async () => {
    // 20 × leverage: 5 a lot against 22,000 − 0.1 a lot.
    expect(await outcome("to-initial", "22000")).toEqual(["partial", String(Math.ceil((75000 - 22000) / 4.9))]);
  });

  test("LIQ-3 a cross scope offsets a pair first, then reduces the loser with the largest maintenance margin", async () => {
    const instruments = ["A", "B", "C"].map((symbol) =>
      contract({ symbol, base: symbol, lotSize: "1", tickSize: "1", tiers: ladder(["10", "0.01"], ["20", "0.02"], ["200", "0.03"]) }),
    );
    const position = (instrument: string, side: string, size: string, entryPrice: string) => ({ instrument, side, size, entryPrice });
    const at = { A: "100", B: "100", C: "100" };
    const base = { venue: { partialLiquidation: "tier-step" }, instruments, marks: at };
    const single = await ask({
      ...base,
      account: { balances: { USDT: "700" } },
      positions: [position("A", "long", "100", "99"), position("B", "long", "30", "105"), position("C", "short", "40", "95")],
    });
    // A has the largest margin but wins; of the losers B (90) and C (120) it is C.
    expect(single.account).toMatchObject({ status: "partial", equity: "450", requirement: "510" });
    expect(single.account.reductions).toEqual([{ instrument: "C", side: "short", size: "30" }]);
    const pair = await ask({
      ...base,
      account: { positionMode: "hedge", balances: { USDT: "300" } },
      positions: [position("A", "long", "100", "100"), position("A", "short", "40", "100")],
    });
    expect(pair.account).toMatchObject({ status: "partial" });
    expect(pair.account.reductions).toEqual([
      { instrument: "A", side: "long", size: "40" },
      { instrument: "A", side: "short", size: "40" },
    ]);
  });

  test("LIQ-3 of two pairs the one first in the order of contracts is offset, whatever asset it settles in", async () => {
    const flat = (symbol: string, size: string) =>
      ["short", "long"].map((side) => ({ instrument: symbol, side, size, entryPrice: "100", marginMode: "cross", leverage: "1" }));
    const { account } = await ask({
      venue: { partialLiquidation: "tier-step" },
      instruments: [contract({ kind: "inverse", lotSize: "1" }), contract({ symbol: "Y-USDT", base: "Y" })],
      account: { mode: "multi-currency", positionMode: "hedge", balances: { USDT: "0.0007" } },
      positions: [...flat("Y-USDT", "5"), ...flat("X-USD", "1")],
      indexPrices: { USDT: "1", X: "100" },
      marks: { "X-USD": "100", "Y-USDT": "100" },
    });
    expect(account.reductions).toEqual([
      { instrument: "X-USD", side: "short", size: "1" },
      { instrument: "X-USD", side: "long", size: "1" },
    ]);
  });

  test("LIQ-1 scopes at risk stand by their ratio, and the account has the worst status", async () => {
    const { account, positions } = await ask({
      instruments: [contract(), contract({ symbol: "Y-USDT", base: "Y" })],
      positions: [
        { size: "1", entryPrice: "100", marginMode: "isolated", margin: "0.9" },
        { instrument: "Y-USDT", size: "2", entryPrice: "100", marginMode: "isolated", margin: "0.5" },
      ],
      marks: { "X-USDT": "100", "Y-USDT": "100" },
    });
    expect(positions.map(({ status }) => status)).toEqual(["full", "full"]);
    expect(account).toMatchObject({
      status: "full",
      reductions: [
        { instrument: "Y-USDT", size: "2" },
        { instrument: "X-USDT", size: "1" },
      ],
    });
  });
});

describe("what is asked", () => {
  const refusal = async (change: Fields) => {
    const { venue, ...rest } = EXAMPLE;
    return documentOf({ venue, ...rest, ...change } as never).then(
      () => "accepted",
      (error: Error) => error.message,
    );
  };
  const position: Fields = { ...EXAMPLE.positions[0] };

  test("INST-6 UNIT-2 wrong fields are refused with file, field and value", async () => {
    const cases: [Fields, string][] = [
      [{ marks: { "X-USDT": "49000.05" } }, 'marks.X-USDT: expected whole ticks of 0.1, below 2^53 of them, got "49000.05"'],
      [{ marks: {} }, "marks.X-USDT: expected the contract's mark price, as text, got nothing"],
      [
        { positions: [{ ...position, size: "1.5001" }] },
        'positions.0.size: expected whole lots of 0.001, below 2^53 of them, got "1.5001"',
      ],
      [{ positions: [{ ...position, size: 1.5 }] }, 'positions.0.size: expected a decimal above 0 as text, such as "0.5", got 1.5'],
      [{ positions: [{ ...position, size: "0" }] }, 'positions.0.size: expected a decimal above 0 as text, such as "0.5", got "0"'],
      [{ positions: [{ ...position, side: "up" }] }, 'positions.0.side: expected one of "long", "short", got "up"'],
      [{ positions: [{ ...position, instrument: "Z" }] }, 'positions.0.instrument: expected "X-USDT", got "Z"'],
      [
        { positions: [{ ...position, leverage: "0.5" }] },
        'positions.0.leverage: expected a leverage of at least 1 with at most two decimals, got "0.5"',
      ],
      [{ positions: [position, position] }, 'positions.1.instrument: expected one position a contract in one-way mode, got "X-USDT"'],
      [{ positions: [{ ...position, marginMode: "cross" }] }, 'positions.0.margin: expected no margin on a cross position, got "3750"'],
      [
        { account: { balances: { USDT: "0.0000001" } } },
        'account.balances.USDT: expected whole quanta of 0.000001, below 2^53 of them, got "0.0000001"',
      ],
      [{ account: { mode: "multi-currency" } }, "indexPrices.USDT: expected the asset's price in dollars, as text, got nothing"],
      [{ venue: { extends: "bitda", triggerAt: "above" } }, 'venue.triggerAt: expected one of "at-or-below", "below", got "above"'],
      [{ venue: "nowhere" }, "venue: nowhere: expected a file or a bundled venue"],
      [{ venue: 7 }, "venue: expected a venue's name, its file or an object, got 7"],
      [{ instruments: ["Z"] }, 'instruments.0: expected one of "BTC-USDT", "ETH-USDT" or an object, got "Z"'],
      [{ size: "1" }, "size: expected no field of this name"],
      [
        { orders: [{ instrument: "X-USDT", side: "buy", size: "1", price: "0.05" }] },
        'orders.0.price: expected whole ticks of 0.1, below 2^53 of them, got "0.05"',
      ],
    ];
    for (const [change, message] of cases) expect(await refusal(change)).toContain(`question.json: ${message}`);
  });

  test("UNIT-1 amounts beyond 2^53 quanta are refused with the position", async () => {
    const huge = { ...EXAMPLE, positions: [{ ...position, size: "9007199254.740", margin: "1" }] };
    await expect(ask(huge)).rejects.toThrow(/^positions\.0: Cannot book .*: \d+ is beyond ±\(2\^53 − 1\)$/);
  });

  test("INST-6 a contract of the venue may be given by its symbol, or be mentioned only", async () => {
    const own = { ...position, instrument: "BTC-USDT" };
    const listed = await documentOf({ ...EXAMPLE, instruments: ["BTC-USDT"], positions: [own], ...marks("49000", "BTC-USDT") } as never);
    const mentioned = await documentOf({ ...EXAMPLE, instruments: [], positions: [own], ...marks("49000", "BTC-USDT") } as never);
    expect(listed.instruments[0]?.symbol).toBe("BTC-USDT");
    expect(mentioned).toEqual(listed);
  });

  test("UNIT-2 an average opening price need not be whole ticks", async () => {
    const asked = { ...EXAMPLE, positions: [{ ...position, entryPrice: "50000.123456" }] };
    expect((await askPosition(asked)).unrealizedProfit).toBe("-1500.185184");
  });

  test("ACCT-5 TIER-1 LIQ-3 a hand-written profile mixes rules of several venues", async () => {
    const rules = {
      unrealizedProfitAsMargin: "all",
      tierScheme: "marginal",
      partialLiquidation: "tier-step",
      bankruptcyAt: "zero",
    };
    const document = await documentOf({ ...EXAMPLE, venue: { extends: "bitda", ...rules } } as never);
    expect(document.venue).toMatchObject({ ...rules, closingFeeInPositionMargin: "once", name: "bitda (changed)" });
  });
});
