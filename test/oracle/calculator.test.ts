/** The oracle's calculator on cases worked by hand; `calculator.property.test.ts` holds the real one against it. */
import { describe, expect, it } from "vitest";
import { Calculator, type Document, type DocumentInstrument, type DocumentPosition, type DocumentRules } from "./calculator.ts";
import { differences } from "./compare-calculators.ts";
import { type Exact, exact, shares } from "./exact.ts";

const RULES: DocumentRules = {
  unrealizedProfitAsMargin: "all",
  positionValueAt: "mark",
  tierScheme: "flat",
  tiersIncludeOpenOrders: false,
  closingFeeInPositionMargin: "once",
  maintenanceIncludesClosingFee: true,
  closingFeeRate: "taker",
  triggerAt: "at-or-below",
  bankruptcyAt: "zero",
  partialLiquidation: "full",
};

const LINEAR: DocumentInstrument = {
  symbol: "X-USDT",
  kind: "linear",
  productLine: "perpetual",
  base: "X",
  quote: "USDT",
  settle: "USDT",
  tickSize: "0.5",
  lotSize: "1",
  multiplier: "1",
  tiers: [{ upTo: null, unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "100" }],
  fees: { maker: "0", taker: "0.001", liquidation: "0.01" },
};
const INVERSE: DocumentInstrument = { ...LINEAR, symbol: "X-USD", kind: "inverse", quote: "USD", settle: "X", faceValue: "100" };

interface Parts extends Partial<Omit<Document, "venue" | "positions">> {
  readonly venue?: Partial<DocumentRules>;
  readonly positions: readonly Partial<DocumentPosition>[];
}

function documentOf({ venue = {}, positions, ...rest }: Parts): Document {
  return {
    venue: { ...RULES, ...venue },
    instruments: [LINEAR],
    account: { mode: "single-currency", positionMode: "one-way", balances: {} },
    orders: [],
    marks: { "X-USDT": "100" },
    lastPrices: {},
    indexPrices: {},
    assets: { USDT: { quantum: "0.000001" } },
    ...rest,
    positions: positions.map((position) => ({
      instrument: "X-USDT",
      side: "long",
      size: "10",
      entryPrice: "100",
      marginMode: "isolated",
      leverage: "10",
      ...(position.marginMode === "cross" ? {} : { margin: "100" }),
      ...position,
    })),
  };
}

const near = (price: Exact | null) => price?.toNumber() ?? null;

/** Both calculators say it. */
async function agree(parts: Parts): Promise<Calculator> {
  const document = documentOf(parts);
  expect(await differences(document)).toEqual([]);
  return new Calculator(document);
}

describe("the calculator's oracle", () => {
  it.each([
    ["long", (1000 - 100) / (10 * (1 - 0.011)), 90],
    ["short", (1000 + 100) / (10 * (1 + 0.011)), 110],
  ] as const)("MARGIN-4, MARGIN-5: an isolated linear %s is at risk at %d and bankrupt at %d", async (side, liquidation, bankruptcy) => {
    const position = (await agree({ positions: [{ side }] })).position(0);
    expect(near(position.liquidationPrice)).toBeCloseTo(liquidation, 9);
    expect(near(position.bankruptcyPrice)).toBeCloseTo(bankruptcy, 9);
  });

  it("MARGIN-1, MARGIN-2, MARGIN-3: value, margins, fee and ratio of a position", async () => {
    const position = (await agree({ positions: [{ entryPrice: "95.5" }] })).position(0);
    const told = (amount: Exact | null) => amount?.toString();
    expect(told(position.value)).toBe("1000");
    expect(told(position.unrealizedProfit)).toBe("45");
    expect(told(position.initialMargin)).toBe("101");
    expect(told(position.maintenanceMargin)).toBe("10");
    expect(told(position.closingFee)).toBe("1");
    expect(told(position.requirement)).toBe("11");
    // (100 + 45) ÷ 11.
    expect(near(position.marginRatio)).toBeCloseTo(145 / 11, 12);
  });

  it("MARGIN-5: at `closing-fee` what is left is the fee at that price, the tick such that the pool does not lose", async () => {
    const venue = { bankruptcyAt: "closing-fee" } as const;
    const long = (await agree({ venue, positions: [{ side: "long" }] })).position(0);
    // 900 ÷ (10 × 0.999) = 90.09009; sold at 90.5.
    expect(near(long.bankruptcyPrice)).toBeCloseTo(90.0900900900901, 9);
    expect(near(long.bankruptcyPriceTick)).toBe(90.5);
    const short = (await agree({ venue, positions: [{ side: "short" }] })).position(0);
    // 1100 ÷ (10 × 1.001) = 109.89011; bought at 109.5.
    expect(near(short.bankruptcyPrice)).toBeCloseTo(109.8901098901099, 9);
    expect(near(short.bankruptcyPriceTick)).toBe(109.5);
  });

  it("MARGIN-4, INST-2: an inverse short that holds its full value in coins has no liquidation price above", async () => {
    const inverse = { instruments: [INVERSE], marks: { "X-USD": "100" }, assets: { X: { quantum: "0.00000001" } } };
    const of = (side: "long" | "short", margin: string) =>
      agree({ ...inverse, positions: [{ instrument: "X-USD", side, size: "1", margin }] });
    // V = 1 coin. Long: 0.1 + 1 − V = 0.011 V; short: 0.1 + V − 1 = 0.011 V.
    expect(near((await of("long", "0.1")).position(0).liquidationPrice)).toBeCloseTo(100 / (1.1 / 1.011), 8);
    expect(near((await of("short", "0.1")).position(0).liquidationPrice)).toBeCloseTo(100 / (0.9 / 0.989), 8);
    const full = (await of("short", "1")).position(0);
    expect([full.liquidationPrice, full.bankruptcyPrice]).toEqual([null, null]);
  });

  it("MARGIN-4: a price that is there already is the mark itself; a long that owes nothing has none", async () => {
    const poor = await agree({ positions: [{ margin: "11" }] });
    expect(near(poor.position(0).liquidationPrice)).toBe(100);
    expect(near(poor.liquidationTick(poor.held[0] as (typeof poor.held)[number]) ?? null)).toBe(100);
    expect((await agree({ positions: [{ margin: "1000" }] })).position(0).liquidationPrice).toBeNull();
  });

  it("MARGIN-4, TIER-1: with flat tiers by value the requirement jumps at the edge, and the first crossing counts", async () => {
    const tiers = [
      { upTo: "1050", unit: "quote", maintenanceMarginRate: "0.01", maxLeverage: "100" },
      { upTo: null, unit: "quote", maintenanceMarginRate: "0.06", maxLeverage: "10" },
    ] as const;
    const instruments = [{ ...LINEAR, tiers }];
    // Beyond 105 a short needs 6.1 % of 1050: 64.05, and has 100 − 50 = 50: at the edge.
    const short = (await agree({ instruments, positions: [{ side: "short" }] })).position(0);
    expect(near(short.liquidationPrice)).toBeCloseTo(105, 9);
    // Marginal, 1 % of 1050 and 6 % of what is more: 100 − (V − 1000) = 10.5 + 0.06 (V − 1050) + 0.001 V.
    const marginal = (await agree({ venue: { tierScheme: "marginal" }, instruments, positions: [{ side: "short" }] })).position(0);
    expect(near(marginal.liquidationPrice)).toBeCloseTo((100 + 1000 - 10.5 + 63) / 1.061 / 10, 9);
  });

  it("TIER-1: bounds are inclusive, in contracts, base or quote, and the deduction form is the slice form", async () => {
    const rates = ["0.01", "0.02", "0.05"];
    const table = (unit: "contracts" | "base" | "quote", bounds: readonly (string | null)[], deductions?: readonly string[]) =>
      rates.map((maintenanceMarginRate, at) => ({
        upTo: bounds[at] as string | null,
        unit,
        maintenanceMarginRate,
        maxLeverage: "10",
        ...(deductions === undefined ? {} : { deduction: deductions[at] as string }),
      }));
    const judge = async (tiers: DocumentInstrument["tiers"], size: string) => {
      const instruments = [{ ...LINEAR, multiplier: "0.1", tiers }];
      return (await agree({ venue: { tierScheme: "marginal" }, instruments, positions: [{ size, margin: "100" }] })).position(0);
    };
    for (const [unit, bounds] of [
      ["contracts", ["10", "50", null]],
      ["base", ["1", "5", null]],
      ["quote", ["100", "500", null]],
    ] as const) {
      expect((await judge(table(unit, bounds), "50")).tier).toBe(2);
      const beyond = await judge(table(unit, bounds), "51");
      expect(beyond.tier).toBe(3);
      // 1 % of 100, 2 % of 400, 5 % of 10.
      expect(beyond.maintenanceMargin.toString()).toBe("9.5");
    }
    // floor × (rate − rate before) + deduction before: 100 × 0.01 = 1, 500 × 0.03 + 1 = 16.
    expect((await judge(table("quote", ["100", "500", null], ["0", "1", "16"]), "51")).maintenanceMargin.toString()).toBe("9.5");
  });

  it("TIER-2, ORDER-2: open orders count toward tier, requirement and equity of a cross scope", async () => {
    const tiers = [
      { upTo: "10", unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "100" },
      { upTo: null, unit: "contracts", maintenanceMarginRate: "0.02", maxLeverage: "10" },
    ] as const;
    const order = { instrument: "X-USDT", side: "buy", size: "10", price: "90", marginMode: "cross", leverage: "10" } as const;
    const account = { mode: "single-currency", positionMode: "one-way", balances: { USDT: "150" } } as const;
    const venue = { tiersIncludeOpenOrders: true };
    const oracle = await agree({
      venue,
      instruments: [{ ...LINEAR, tiers }],
      account,
      orders: [order],
      positions: [{ marginMode: "cross" }],
    });
    const position = oracle.position(0);
    // 20 lots: 2 % and 0.1 % of 2000; the order's fee of 0.9 is off the balance.
    expect([position.tier, position.requirement.toString()]).toEqual([2, "42"]);
    expect(near(position.marginRatio)).toBeCloseTo(149.1 / 42, 12);
  });

  it.each([
    ["none", 200],
    ["own", 211],
    ["all", 300],
  ] as const)("ACCT-5: under `%s` a winner lifts the scope's equity to %d", async (unrealizedProfitAsMargin, equity) => {
    const account = { mode: "single-currency", positionMode: "one-way", balances: { USDT: "300" } } as const;
    const instruments = [LINEAR, { ...LINEAR, symbol: "Y-USDT", base: "Y" }];
    const positions = [
      { marginMode: "cross", entryPrice: "90" },
      { marginMode: "cross", instrument: "Y-USDT", entryPrice: "110" },
    ] as const;
    const oracle = await agree({
      venue: { unrealizedProfitAsMargin },
      account,
      instruments,
      positions,
      marks: { "X-USDT": "100", "Y-USDT": "100" },
    });
    expect(near(oracle.position(0).marginRatio)).toBeCloseTo(equity / 22, 9);
  });

  it("MARGIN-5: a cross scope's equity is spread by maintenance margin", async () => {
    const account = { mode: "single-currency", positionMode: "one-way", balances: { USDT: "120" } } as const;
    const instruments = [LINEAR, { ...LINEAR, symbol: "Y-USDT", base: "Y" }];
    const positions = [{ marginMode: "cross" }, { marginMode: "cross", instrument: "Y-USDT", size: "20", side: "short" }] as const;
    const oracle = await agree({ account, instruments, positions, marks: { "X-USDT": "100", "Y-USDT": "100" } });
    // A third of 120 is 4 a contract of ten, two thirds are 4 a contract of twenty.
    expect(near(oracle.position(0).bankruptcyPrice)).toBeCloseTo(96, 9);
    expect(near(oracle.position(1).bankruptcyPrice)).toBeCloseTo(104, 9);
    // 120 − 10 d = 0.011 (3000 − 10 d).
    expect(near(oracle.position(0).liquidationPrice)).toBeCloseTo(100 - 87 / (10 * 0.989), 9);
  });

  it("ACCT-4, MARGIN-4: hedge legs of one size in one cross scope have no liquidation price but for their growing requirement", async () => {
    const account = { mode: "single-currency", positionMode: "hedge", balances: { USDT: "100" } } as const;
    const positions = [{ marginMode: "cross" }, { marginMode: "cross", side: "short" }] as const;
    const oracle = await agree({ account, positions });
    expect(oracle.position(0).liquidationPrice).toBeNull();
    // 0.022 V = 100 at V = 4545.45.
    expect(near(oracle.position(1).liquidationPrice)).toBeCloseTo(100 / 0.022 / 10, 9);
  });

  it("ACCT-6, MARGIN-3: a multi-currency scope counts collateral less haircut against all it needs, in dollars", async () => {
    const oracle = await agree({
      venue: {
        collateral: {
          X: [
            { upTo: "2", haircut: "0.1" },
            { upTo: null, haircut: "0.5" },
          ],
        },
      },
      account: { mode: "multi-currency", positionMode: "one-way", balances: { X: "3", USDT: "-20" } },
      indexPrices: { USDT: "1", X: "50" },
      assets: { USDT: { quantum: "0.000001" }, X: { quantum: "0.00000001" } },
      positions: [{ marginMode: "cross" }],
    });
    // 2 × 45 + 25 − 20 against 11.
    expect(near(oracle.position(0).marginRatio)).toBeCloseTo(95 / 11, 12);
  });

  const STEPS = [
    { upTo: "2000", unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "100" },
    { upTo: "12000", unit: "contracts", maintenanceMarginRate: "0.015", maxLeverage: "50" },
    { upTo: null, unit: "contracts", maintenanceMarginRate: "0.02", maxLeverage: "20" },
  ] as const;

  it.each([
    ["15000", "3000", "partial", 13_000],
    ["15000", "1650", "full", 15_000],
    ["12000", "1900", "full", 12_000],
  ] as const)("LIQ-3: tier-step closes of %s with a margin of %s: %s, %d", async (size, margin, status, lots) => {
    const instruments = [{ ...LINEAR, tiers: STEPS }];
    const marks = { "X-USDT": "10" };
    const oracle = await agree({
      venue: { partialLiquidation: "tier-step" },
      instruments,
      marks,
      positions: [{ size, margin, entryPrice: "10" }],
    });
    expect(oracle.judge(oracle.held)).toEqual({ status, reductions: [{ position: 0, lots }] });
  });

  it("LIQ-3: just-enough closes the least size that restores the requirement, its fee paid", async () => {
    const of = async (partialLiquidation: "just-enough" | "to-initial") => {
      const oracle = await agree({
        venue: { partialLiquidation, closingFeeRate: "liquidation" },
        positions: [{ size: "100", margin: "150" }],
      });
      return oracle.judge(oracle.held);
    };
    // 150 against 2 % of 10,000 = 200; each lot frees 2 and costs 1: 150 − n > 200 − 2 n from 51 lots on.
    expect(await of("just-enough")).toEqual({ status: "partial", reductions: [{ position: 0, lots: 51 }] });
    // Initial margin is 11 a lot: 150 − n ≥ 1100 − 11 n from 95 on.
    expect(await of("to-initial")).toEqual({ status: "partial", reductions: [{ position: 0, lots: 95 }] });
  });

  it("UNIT-3: shares are whole, add up, and equal remainders go to the first", () => {
    const of = (total: number, weights: number[]) => shares(exact(total), weights.map(exact)).map(Number);
    expect(of(2, [1, 1, 1])).toEqual([1, 1, 0]);
    expect(of(268, [6018, 15_045, 15_045])).toEqual([45, 112, 111]);
    expect(of(10, [1, 2, 4])).toEqual([1, 3, 6]);
  });
});
