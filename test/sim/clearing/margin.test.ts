import { existsSync, readFileSync } from "node:fs";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bankruptcyValue,
  closingFee,
  compareRatios,
  equityAt,
  feeOn,
  initialMargin,
  isAtRisk,
  limitTicks,
  liquidationTicks,
  type MarginTerms,
  maintenanceMargin,
  type Position,
  profitAt,
  requirement,
} from "../../../sim/clearing/margin.ts";
import { parseRatio } from "../../../sim/venue/decimal.ts";
import { valueOf } from "../../../sim/venue/instrument.ts";
import { instrumentOf, liquidationRulesOf } from "../venue-fixture.ts";
import * as oracle from "./margin-oracle.ts";

const rules: fc.Arbitrary<oracle.OracleRules> = fc.record({
  closingFeeInPositionMargin: fc.constantFrom("once" as const, "twice" as const),
  maintenanceIncludesClosingFee: fc.boolean(),
  closingFeeRate: fc.constantFrom("taker" as const, "liquidation" as const),
  triggerAt: fc.constantFrom("at-or-below" as const, "below" as const),
  bankruptcyAt: fc.constantFrom("closing-fee" as const, "zero" as const),
});

const rateText = (mostTenThousandths: number) => fc.integer({ min: 0, max: mostTenThousandths }).map((part) => (part / 10_000).toFixed(4));

const tiers = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 0, maxLength: 3 }), fc.array(rateText(4000), { minLength: 4 }))
  .map(([bounds, rates]) => {
    const sorted = [...bounds.sort((a, b) => a - b), Number.MAX_SAFE_INTEGER];
    const rising = [...rates].sort();
    return sorted.map((upToLots, index) => ({ upToLots, rate: rising[index] as string, maxLeverage: 100 }));
  });

/** Contracts whose lot moves by whole quanta a tick, as nearly all do, or with `fine` by parts of one. */
const contract = (fine: boolean) =>
  fc.record({
    quantaPerTickLot: fine
      ? fc.record({ numerator: fc.integer({ min: 1, max: 9 }), denominator: fc.constantFrom(2, 3, 7, 10, 100) })
      : fc.record({ numerator: fc.constantFrom(4, 5, 100, 1237), denominator: fc.constant(1) }),
    tiers,
    taker: rateText(20),
    liquidation: rateText(100),
  });

/** A position opened at a price with a margin of some leverage, give or take. */
const position = (text: oracle.OracleContract) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 12_000 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 200_000 }),
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([size, long, ticks, leverage, wear]): oracle.OraclePosition => {
      const lots = long ? size : -size;
      const entryValue = oracle.value(text, ticks, lots).toNumber();
      return { lots, entryValue, margin: Math.ceil(entryValue / leverage) >> wear };
    });

const everything = (fine: boolean) =>
  fc
    .tuple(contract(fine), rules)
    .chain(([text, choice]) => fc.record({ text: fc.constant(text), rules: fc.constant(choice), position: position(text) }));

function termsOf(text: oracle.OracleContract, choice: oracle.OracleRules): MarginTerms {
  return {
    instrument: instrumentOf({ ...text, tiers: text.tiers.map((tier) => ({ maxLeverage: 100, ...tier })) }),
    rules: liquidationRulesOf(choice),
  };
}

describe("margin against decimal arithmetic", () => {
  test("UNIT-3 MARGIN-1 initial margin is value / leverage + the closing fee, once or twice, each rounded up", () => {
    fc.assert(
      fc.property(
        contract(true),
        rules,
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 100, max: 12_500 }),
        (text, choice, amount, leverage) => {
          const expected = oracle.initialMargin(text, choice, amount, leverage).toNumber();
          expect(initialMargin(termsOf(text, choice), amount, leverage)).toBe(expected);
        },
      ),
    );
  });

  test("UNIT-3 INST-1 TIER-1 MARGIN-2 MARGIN-3 value, requirement, equity and judgement at any mark", () => {
    fc.assert(
      fc.property(
        fc.boolean().chain(everything),
        fc.integer({ min: 1, max: 400_000 }),
        ({ text, rules: choice, position: held }, ticks) => {
          const terms = termsOf(text, choice);
          const worth = valueOf(terms.instrument, ticks, held.lots);
          expect(worth).toBe(oracle.value(text, ticks, held.lots).toNumber());
          expect(requirement(terms, held.lots, worth)).toBe(oracle.requirement(text, choice, held.lots, worth).toNumber());
          expect(equityAt(terms, held, ticks)).toBe(oracle.equity(text, held, ticks).toNumber());
          expect(isAtRisk(terms, held, ticks)).toBe(oracle.isAtRisk(text, choice, held, ticks));
        },
      ),
    );
  });

  test("MARGIN-4 liquidation price is the first tick at risk, and its neighbours lie on either side", () => {
    fc.assert(
      fc.property(everything(false), ({ text, rules: choice, position: held }) => {
        const terms = termsOf(text, choice);
        const ticks = liquidationTicks(terms, held);
        expect(ticks).toBe(oracle.liquidationTicks(text, choice, held));
        if (!Number.isFinite(ticks)) return;
        const towardsHealth = held.lots > 0 ? 1 : -1;
        if (ticks + towardsHealth >= 1) expect(oracle.isAtRisk(text, choice, held, ticks + towardsHealth)).toBe(false);
        if (ticks === 0) return;
        expect(oracle.isAtRisk(text, choice, held, ticks)).toBe(true);
        // Where nothing is required any more nothing is at risk (UNIT-3).
        const further = ticks - towardsHealth;
        const needed = further < 1 ? 0 : requirement(terms, held.lots, valueOf(terms.instrument, further, held.lots));
        if (needed > 0) expect(oracle.isAtRisk(text, choice, held, further)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("MARGIN-4 is on the edge where a tick is less than a quantum: at risk itself, the tick beside it healthy", () => {
    fc.assert(
      fc.property(everything(true), ({ text, rules: choice, position: held }) => {
        const ticks = liquidationTicks(termsOf(text, choice), held);
        if (ticks === 0 || !Number.isFinite(ticks)) return;
        expect(oracle.isAtRisk(text, choice, held, ticks)).toBe(true);
        const healthy = ticks + (held.lots > 0 ? 1 : -1);
        if (healthy >= 1) expect(oracle.isAtRisk(text, choice, held, healthy)).toBe(false);
      }),
    );
  });

  test("MARGIN-5 bankruptcy value leaves the closing fee, or zero, and the rounded limit costs the pool nothing", () => {
    fc.assert(
      fc.property(fc.boolean().chain(everything), ({ text, rules: choice, position: held }) => {
        const terms = termsOf(text, choice);
        const takeover = bankruptcyValue(terms, held);
        expect(takeover).toBe(oracle.bankruptcyValue(text, choice, held).toNumber());
        const left = held.margin + profitAt(held.lots, held.entryValue, takeover);
        if (takeover > 0) {
          // Never more than the margin is lost (CONS-3), and what is left pays the fee but for the rounding.
          expect(left).toBeGreaterThanOrEqual(0);
          const fee = choice.bankruptcyAt === "zero" ? 0 : feeOn(takeover, parseRatio(oracle.closingRate(text, choice), ""));
          expect(Math.abs(left - fee)).toBeLessThanOrEqual(1);
        }
        const limit = limitTicks(terms.instrument, held.lots, takeover);
        if (held.lots > 0) {
          expect(oracle.poolDoesNotLose(text, held.lots, takeover, limit)).toBe(true);
          if (limit > 1) expect(oracle.poolDoesNotLose(text, held.lots, takeover, limit - 1)).toBe(false);
        } else {
          // A price of no tick does not exist: then the least price stands.
          expect(limit === 1 || oracle.poolDoesNotLose(text, held.lots, takeover, limit)).toBe(true);
          expect(oracle.poolDoesNotLose(text, held.lots, takeover, limit + 1)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("UNIT-3 ratios compare as exact quotients do", () => {
    const amount = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    const needed = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(amount, needed, amount, needed, (equityA, neededA, equityB, neededB) => {
        const exact = BigInt(equityA) * BigInt(neededB) - BigInt(equityB) * BigInt(neededA);
        expect(Math.sign(compareRatios(equityA, neededA, equityB, neededB))).toBe(exact > 0n ? 1 : exact < 0n ? -1 : 0);
      }),
    );
  });
});

describe("margin at its edges", () => {
  const terms: MarginTerms = { instrument: instrumentOf(), rules: liquidationRulesOf() };
  const withRules = (choice: Partial<oracle.OracleRules>): MarginTerms => ({ ...terms, rules: liquidationRulesOf(choice) });
  // Long 10 at 1000 with a margin of 1000: bankrupt at 900; at 1 % at risk when 10 p − 9000 ≤ p / 10, which is p ≤ 909.09.
  const long: Position = { lots: 10, entryValue: 10_000, margin: 1_000 };
  const short: Position = { lots: -10, entryValue: 10_000, margin: 1_000 };

  test("MARGIN-4 MARGIN-5 worked by hand", () => {
    expect(liquidationTicks(terms, long)).toBe(909);
    expect(bankruptcyValue(terms, long)).toBe(9_000);
    // Short: 11000 − 10 p ≤ p / 10, which is p ≥ 1089.1.
    expect(liquidationTicks(terms, short)).toBe(1_090);
    expect(bankruptcyValue(terms, short)).toBe(11_000);
  });

  test("MARGIN-3 a ratio of exactly 100 % triggers at-or-below and not below", () => {
    // At 1000: equity 100, requirement 1 % of 10,000.
    const exact: Position = { lots: 10, entryValue: 10_000, margin: 100 };
    expect(isAtRisk(terms, exact, 1_000)).toBe(true);
    expect(isAtRisk(withRules({ triggerAt: "below" }), exact, 1_000)).toBe(false);
    expect(liquidationTicks(terms, exact)).toBe(1_000);
    expect(liquidationTicks(withRules({ triggerAt: "below" }), exact)).toBe(999);
  });

  test("UNIT-3 MARGIN-4 no requirement, no risk: no liquidation price on either side", () => {
    const free: MarginTerms = {
      instrument: instrumentOf({ tiers: [{ upToLots: 1e9, rate: "0", maxLeverage: 100 }] }),
      rules: liquidationRulesOf(),
    };
    expect(isAtRisk(free, long, 1)).toBe(false);
    expect(liquidationTicks(free, long)).toBe(0);
    expect(liquidationTicks(free, short)).toBe(Number.POSITIVE_INFINITY);
  });

  test("MARGIN-4 a long whose margin pays for all of it has no liquidation price", () => {
    expect(liquidationTicks(terms, { lots: 10, entryValue: 10_000, margin: 10_000 })).toBe(0);
    expect(bankruptcyValue(terms, { lots: 10, entryValue: 10_000, margin: 10_500 })).toBe(0);
    expect(liquidationTicks(terms, { lots: 0, entryValue: 0, margin: 0 })).toBe(0);
  });

  test("UNIT-3 a rebate is rounded towards the venue", () => {
    expect(feeOn(1_001, parseRatio("-0.0005", ""))).toBe(0);
    expect(feeOn(3_999, parseRatio("-0.0005", ""))).toBe(-1);
    expect(feeOn(3_999, parseRatio("0.0005", ""))).toBe(2);
  });
});

/** A worked case of a venue; `inputs` and `expected` are the source's own words. */
interface Vector {
  readonly id: string;
  readonly inputs: Record<string, unknown>;
  readonly expected: Record<string, number | boolean>;
}

const VECTORS = new URL("../../../../shared/vectors/vectors.json", import.meta.url);
const vectors = existsSync(VECTORS) ? (JSON.parse(readFileSync(VECTORS, "utf8")) as Vector[]) : null;

describe.skipIf(vectors === null)("worked cases of real venues (skipped where the collection is not there)", () => {
  const vectorOf = (id: string) => (vectors ?? []).find((vector) => vector.id === id) as Vector;
  /** Prices in ticks of 1e-6, a quantum of 1e-6. */
  const MICRO = 1e6;
  /** So many quanta a tick and lot, so that rounding to quanta stays out of sight. */
  const FINE = { numerator: 1000, denominator: 1 };
  const micro = (amount: unknown) => Math.round(new Decimal(String(amount)).times(MICRO).toNumber());
  const contractOf = (rate: string, taker: string) => ({ tiers: [{ upToLots: 1e9, rate, maxLeverage: 1000 }], taker });

  test.each(["okx-iso-01", "okx-iso-03", "okx-iso-05", "hl-liq-01", "hl-liq-02"])("MARGIN-4 %s", (id) => {
    const { inputs, expected } = vectorOf(id);
    const price = inputs["entry"] ?? inputs["price"];
    const lots = (inputs["side"] === "long" ? 1 : -1) * Number(inputs["size"]);
    // Hyperliquid's maintenance leverage is twice the largest leverage.
    const rate = String(inputs["mmr"] ?? 1 / (2 * Number(inputs["max_leverage"])));
    const entryValue = micro(price) * Math.abs(lots) * FINE.numerator;
    const margin =
      inputs["isolated_margin"] === undefined
        ? Math.round(entryValue / Number(inputs["leverage"]))
        : micro(inputs["isolated_margin"]) * FINE.numerator;
    const fee = inputs["taker_fee"];
    const venue: MarginTerms = {
      instrument: instrumentOf({ ...contractOf(rate, String(fee ?? "0")), quantaPerTickLot: FINE }),
      rules: liquidationRulesOf({ maintenanceIncludesClosingFee: fee !== undefined }),
    };
    const published = Number(expected["liquidation_price"]) * MICRO;
    expect(Math.abs(liquidationTicks(venue, { lots, entryValue, margin }) - published)).toBeLessThanOrEqual(1);
  });

  test.each(["dydx-bankruptcy-01", "dydx-bankruptcy-03", "dydx-bankruptcy-07"])("MARGIN-5 %s", (id) => {
    const { inputs, expected } = vectorOf(id);
    const balance = micro(inputs["quote_balance_usd"]);
    // A long is worth what it owes: entry value less margin is minus the quote balance.
    const position: Position = { lots: 1, entryValue: micro(6_000), margin: micro(6_000) + balance };
    expect(bankruptcyValue({ instrument: instrumentOf(), rules: liquidationRulesOf() }, position)).toBe(
      micro(expected["bankruptcy_quote_delta_usd"]),
    );
  });

  test("MARGIN-5 bybit-bankr-01", () => {
    const { inputs, expected } = vectorOf("bybit-bankr-01");
    const entryValue = micro(inputs["entry"]);
    const position: Position = { lots: 1, entryValue, margin: Math.round(entryValue / Number(inputs["leverage"])) };
    expect(bankruptcyValue({ instrument: instrumentOf(), rules: liquidationRulesOf() }, position)).toBe(
      micro(expected["bankruptcy_price"]),
    );
  });

  test.each(["dydx-isliq-01", "dydx-isliq-03"])("MARGIN-3 %s", (id) => {
    const { inputs, expected } = vectorOf(id);
    const [held] = inputs["positions"] as { oracle_price: number; size: number; mmr: number }[];
    const { oracle_price: price = 0, size = 0, mmr = 0 } = held ?? {};
    const mark = micro(price * size);
    const position: Position = { lots: 1, entryValue: mark, margin: mark + micro(inputs["quote_balance_usd"]) };
    const venue: MarginTerms = {
      instrument: instrumentOf(contractOf(String(mmr), "0")),
      rules: liquidationRulesOf({ triggerAt: "below" }),
    };
    expect(isAtRisk(venue, position, mark)).toBe(expected["liquidatable"]);
  });

  test("MARGIN-2 MARGIN-3 okx-mgnratio-01", () => {
    const { inputs, expected } = vectorOf("okx-mgnratio-01");
    const mark = micro(Number(inputs["mark"]) * Number(inputs["face_value"]));
    const lots = Number(inputs["contracts"]);
    const venue: MarginTerms = {
      instrument: instrumentOf(contractOf(String(inputs["mmr"]), String(inputs["taker"]))),
      rules: liquidationRulesOf({ maintenanceIncludesClosingFee: true }),
    };
    const position: Position = { lots, entryValue: mark * lots - micro(inputs["upl"]), margin: micro(inputs["margin"]) };
    const ratio = equityAt(venue, position, mark) / requirement(venue, lots, mark * lots);
    expect(ratio).toBeCloseTo(Number(expected["margin_ratio"]), 9);
  });

  test.skip("MARGIN-4 binance-iso-*: the maintenance amount (a deduction) comes with the marginal tier scheme", () => {});
  test.skip("MARGIN-4 bybit-iso-*, bybit-liq-01: the requirement is taken at the entry value (positionValueAt: entry)", () => {});
});

describe("inverse contracts", () => {
  // A lot is worth 10^8 quanta at a tick: 20,000 quanta at 5,000 ticks.
  const terms = (rules: Parameters<typeof liquidationRulesOf>[0] = {}): MarginTerms => ({
    instrument: {
      ...instrumentOf({ taker: "0.01" }),
      kind: "inverse",
      faceValue: "1",
      quantaPerTickLot: { numerator: 100_000_000, denominator: 1 },
    },
    rules: liquidationRulesOf(rules),
  });
  const long: Position = { lots: 10, entryValue: 200_000, margin: 20_000 };
  const short: Position = { lots: -10, entryValue: 200_000, margin: 20_000 };

  test("INST-2 MARGIN-3 a long gains when the value falls", () => {
    expect(equityAt(terms(), long, 5_000)).toBe(20_000);
    expect(equityAt(terms(), long, 6_250)).toBe(60_000);
    expect(equityAt(terms(), short, 6_250)).toBe(-20_000);
  });

  test("INST-2 MARGIN-5 bankruptcy value lies above a long's, below a short's, and the limit is rounded for the pool", () => {
    expect(bankruptcyValue(terms(), long)).toBe(220_000);
    expect(bankruptcyValue(terms(), short)).toBe(180_000);
    // 220,000 / 1.01 and 180,000 / 0.99.
    expect(bankruptcyValue(terms({ bankruptcyAt: "closing-fee" }), long)).toBe(217_822);
    expect(bankruptcyValue(terms({ bankruptcyAt: "closing-fee" }), short)).toBe(181_818);
    expect(bankruptcyValue(terms(), { ...short, margin: 200_000 })).toBe(0);
    // 10^9 / 220,000 = 4545.45…, 10^9 / 180,000 = 5555.55…
    expect(limitTicks(terms().instrument, 10, 220_000)).toBe(4_546);
    expect(limitTicks(terms().instrument, -10, 180_000)).toBe(5_555);
    expect(limitTicks(terms().instrument, -10, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

test("MARGIN-2 MARK-5 the fee of a requirement is of the value at mark, the margin of the value judged", () => {
  const terms: MarginTerms = {
    instrument: instrumentOf({ taker: "0.001" }),
    rules: liquidationRulesOf({ maintenanceIncludesClosingFee: true }),
  };
  expect(maintenanceMargin(terms, 10, 5_000)).toBe(50);
  expect(closingFee(terms, 8_000)).toBe(8);
  expect(requirement(terms, 10, 5_000, 8_000)).toBe(58);
  expect(initialMargin(terms, 5_000, 1_000, 8_000)).toBe(508);
  const entry: MarginTerms = { ...terms, rules: liquidationRulesOf({ positionValueAt: "entry" }) };
  // At entry value 5,000 a margin of 50 is needed; at the mark it would be 40.
  expect(isAtRisk(entry, { lots: 10, entryValue: 5_000, margin: 1_049 }, 400)).toBe(true);
  expect(isAtRisk(entry, { lots: 10, entryValue: 5_000, margin: 1_051 }, 400)).toBe(false);
});
