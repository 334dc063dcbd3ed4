import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isLeverageTiers, readLeverageTiers, type TierVenue } from "../../../data/sources/leverage-tiers.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";

/** As ccxt gives OKX's: bounds are contracts, a tier begins a lot above the one before, rates are in `info`. */
const OKX = [
  tier({ minNotional: 0, maxNotional: 1000, maintenanceMarginRate: 0.004, maxLeverage: 100 }, { maxSz: "1000", imr: "0.01", mmr: "0.004" }),
  tier({ minNotional: 1000.01, maxNotional: 5000, maintenanceMarginRate: 0.005, maxLeverage: 66.66 }, { maxSz: "5000", imr: "0.015" }),
];
const BINANCE = [
  tier({ minNotional: 0, maxNotional: 50000, maintenanceMarginRate: 0.004, maxLeverage: 125 }, { bracket: "1", cum: "0.0" }),
  tier({ minNotional: 50000, maxNotional: 9223372036854776000, maintenanceMarginRate: 0.005, maxLeverage: 100 }, { bracket: "2", cum: 50 }),
];
const BYBIT = [
  tier(
    { tier: 10001, symbol: null, minNotional: 0, maxNotional: 100000, maintenanceMarginRate: 0.004, maxLeverage: 125 },
    { riskLimitValue: "100000", initialMargin: "0.008", mmDeduction: "" },
  ),
  tier(
    { tier: 10002, symbol: null, minNotional: 100000, maxNotional: 1000000, maintenanceMarginRate: 0.005, maxLeverage: null },
    { riskLimitValue: "1000000", initialMargin: "0.01", mmDeduction: "100" },
  ),
];

function tier(fields: object, info: object) {
  return { currency: "USDT", ...fields, info };
}

function refusal(content: unknown, options: { venue?: TierVenue; symbol?: string } = {}): string {
  try {
    readLeverageTiers(content, "tiers.json", options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
  return "no error";
}

describe("leverage tiers of ccxt", () => {
  test("TIER-1 OKX: bounds are contracts, the largest of a tier is its edge, flat", () => {
    expect(readLeverageTiers({ "BTC/USDT:USDT": OKX }, "tiers.json")).toEqual([
      {
        symbol: "BTC/USDT:USDT",
        tierScheme: "flat",
        tiers: [
          { upTo: "1000", unit: "contracts", maintenanceMarginRate: "0.004", maxLeverage: "100", initialMarginRate: "0.01" },
          { upTo: "5000", unit: "contracts", maintenanceMarginRate: "0.005", maxLeverage: "66.66", initialMarginRate: "0.015" },
        ],
      },
    ]);
  });

  test("TIER-1 Binance: quote notional, the amount in info.cum, 2^63 − 1 for no bound; coin-margined in base", () => {
    const [table] = readLeverageTiers({ "BTC/USDT:USDT": BINANCE }, "tiers.json");
    expect(table).toEqual({
      symbol: "BTC/USDT:USDT",
      tierScheme: "marginal",
      tiers: [
        { upTo: "50000", unit: "quote", maintenanceMarginRate: "0.004", maxLeverage: "125", deduction: "0" },
        { upTo: null, unit: "quote", maintenanceMarginRate: "0.005", maxLeverage: "100", deduction: "50" },
      ],
    });
    const coin = BINANCE.map((row) => ({ ...row, info: { ...row.info, qtyCap: "5" } }));
    expect(readLeverageTiers({ "BTC/USD:BTC": coin }, "tiers.json")[0]?.tiers[0]?.unit).toBe("base");
  });

  test("TIER-1 Bybit: the number of a tier is a risk limit's, an empty deduction is 0, initial margin where leverage is missing", () => {
    expect(readLeverageTiers({ "BTC/USDT:USDT": BYBIT }, "tiers.json")[0]).toEqual({
      symbol: "BTC/USDT:USDT",
      tierScheme: "marginal",
      tiers: [
        { upTo: "100000", unit: "quote", maintenanceMarginRate: "0.004", maxLeverage: "125", initialMarginRate: "0.008", deduction: "0" },
        { upTo: "1000000", unit: "quote", maintenanceMarginRate: "0.005", initialMarginRate: "0.01", deduction: "100" },
      ],
    });
  });

  test("a cache of freqtrade, one list, one symbol of several; text for numbers and small numbers", () => {
    const both = { A: OKX, B: BYBIT };
    const cached = { updated: "2025-12-29T00:00:00Z", data: both };
    expect(readLeverageTiers(cached, "tiers.json").map(({ symbol }) => symbol)).toEqual(["A", "B"]);
    expect(readLeverageTiers(cached, "tiers.json", { symbol: "B" })).toEqual(readLeverageTiers({ B: BYBIT }, "tiers.json"));
    const { symbol: _symbol, ...bare } = readLeverageTiers({ A: OKX }, "tiers.json")[0] as { symbol: string };
    expect(readLeverageTiers(OKX, "tiers.json")).toEqual([bare]);
    expect(readLeverageTiers(OKX, "tiers.json", { symbol: "A" })).toEqual([{ ...bare, symbol: "A" }]);
    const text = [tier({ minNotional: "0", maxNotional: "1e5", maintenanceMarginRate: 1e-7, maxLeverage: "50" }, {})];
    expect(readLeverageTiers(text, "tiers.json", { venue: "quote" })[0]?.tiers).toEqual([
      { upTo: "100000", unit: "quote", maintenanceMarginRate: "0.0000001", maxLeverage: "50" },
    ]);
  });

  test("what is told apart from our own tables", () => {
    expect([{ A: OKX }, { updated: "", data: { A: OKX } }, OKX].map(isLeverageTiers)).toEqual([true, true, true]);
    expect([{}, [], null, [{ upTo: "1", maintenanceMarginRate: "0.1" }], { tiers: [] }].map(isLeverageTiers)).toEqual(Array(5).fill(false));
  });

  test.each([
    [{}, {}, "tiers.json: expected leverage tiers of ccxt: an object of symbols with a list of tiers each, or one list"],
    ["x", {}, "tiers.json: expected leverage tiers of ccxt: an object of symbols with a list of tiers each, or one list"],
    [{ A: [] }, {}, "tiers.json: A: expected at least 1 item, got []"],
    [{ A: [{ maxNotional: 5 }] }, {}, /^tiers\.json: A: 0\.maintenanceMarginRate: expected .*, got nothing$/],
    [{ A: OKX }, { symbol: "B" }, 'tiers.json: has no symbol "B" (there are A)'],
    [
      { A: [tier(OKX[0] as object, {})].map((row) => ({ ...row, info: {} })) },
      {},
      /^tiers\.json: A: cannot tell from info which venue's tiers these are: say it with --venue \(okx, /,
    ],
    [
      { A: [BINANCE[0], { ...BINANCE[1], minNotional: 60000 }] },
      {},
      "tiers.json: A: 1.minNotional: expected 50000, where the tier before ends, got 60000",
    ],
    [
      { A: [OKX[0], { ...OKX[1], minNotional: 900 }] },
      {},
      "tiers.json: A: 1.minNotional: expected 1000, where the tier before ends, got 900",
    ],
    [
      { A: [OKX[0], { ...OKX[1], maxNotional: 1000, minNotional: null }] },
      {},
      'tiers.json: A: 1.upTo: expected more than 1000, where the tier before ends, got "1000"',
    ],
    [
      { A: [{ ...OKX[0], maintenanceMarginRate: "a lot" }] },
      {},
      'tiers.json: A: 0.maintenanceMarginRate: expected a decimal of at least 0, got "a lot"',
    ],
    [{ A: [{ ...BINANCE[0], maxLeverage: undefined }] }, {}, "tiers.json: A: 0.maxLeverage: expected a leverage, got nothing"],
  ])("INST-6 %j with %j is refused: %s", (content, options, line) => {
    if (typeof line === "string") expect(refusal(content, options)).toBe(line);
    else expect(refusal(content, options)).toMatch(line);
  });
});

const SAMPLES = new URL("../../../../shared/venues/ccxt_raw_samples.json", import.meta.url);

describe.skipIf(!existsSync(SAMPLES))("raw answers of three venues (skipped without ../shared/venues)", () => {
  test("TIER-1 each is understood without naming the venue", () => {
    const { note: _note, ...venues } = JSON.parse(readFileSync(SAMPLES, "utf8")) as Record<
      string,
      Record<string, { info: Record<string, string> }[]>
    >;
    const found = Object.entries(venues).map(([venue, content]) => {
      const [table] = readLeverageTiers(content, venue);
      expect(table?.tiers.map(({ maintenanceMarginRate }) => Number(maintenanceMarginRate))).toEqual(
        Object.values(content)[0]?.map(({ info }) => Number(info["mmr"] ?? info["maintMarginRatio"] ?? info["maintenanceMargin"])),
      );
      return [
        venue,
        table?.tierScheme,
        table?.tiers.map(({ upTo, unit, deduction }) => `${upTo} ${unit} −${deduction ?? "none"}`).join(", "),
      ];
    });
    expect(found).toEqual([
      ["binance", "marginal", "50000 quote −0, 600000 quote −50, 3000000 quote −950"],
      ["okx", "flat", "1000 contracts −none, 5000 contracts −none"],
      ["bybit", "marginal", "100000 quote −0, 1000000 quote −100"],
    ]);
  });
});
