import { describe, expect, test } from "vitest";
import { compileVenue } from "../../../data/scenario/compile.ts";
import { defaultQuantum } from "../../../data/scenario/contract-units.ts";
import { resolveScenario, resolveVenue } from "../../../data/scenario/resolve.ts";
import { profitOf, valueOf } from "../../../sim/venue/instrument.ts";
import { maintenanceMarginOf, tierNumber } from "../../../sim/venue/tiers.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();
const SAFE = Number.MAX_SAFE_INTEGER;
const FEES = { maker: "0", taker: "0.0005", liquidation: "0.0005" };
const LINEAR: Record<string, unknown> = { ...((smallVenue()["instruments"] as object[])[0] as Record<string, unknown>) };
const INVERSE = {
  symbol: "X-USD",
  kind: "inverse",
  base: "X",
  quote: "USD",
  settle: "X",
  tickSize: "0.5",
  lotSize: "1",
  faceValue: "100",
  tiers: [{ upTo: null, maintenanceMarginRate: "0.01", maxLeverage: "50" }],
};
const TIER = { upTo: "10", unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "50" };

async function venueOf(rules: object, ...instruments: object[]) {
  return resolveVenue(await folder.write("venue.json", { name: "x", fees: FEES, ...rules, instruments }), registries);
}

async function refusal(rules: object, ...instruments: object[]): Promise<string> {
  return (await lineOf(venueOf(rules, ...instruments))).replaceAll(folder.path("/"), "");
}

async function compiled(rules: object, ...instruments: object[]) {
  const venue = await venueOf(rules, ...instruments);
  const assets = Object.fromEntries(venue.instruments.map(({ settle }) => [settle, { quantum: defaultQuantum(settle) }]));
  return compileVenue({ venue, instruments: venue.instruments, assets });
}

describe("an inconsistent contract is refused with the path of the field", () => {
  test.each([
    [{ ...LINEAR, faceValue: "100" }, 'faceValue: expected no face value on a linear contract (fold it into the multiplier), got "100"'],
    [{ ...INVERSE, faceValue: undefined }, "faceValue: expected the face value of an inverse contract in the quote asset, got nothing"],
    [{ ...INVERSE, settle: "USD" }, 'settle: expected the base asset "X", in which an inverse contract settles, got "USD"'],
    [{ ...INVERSE, faceValue: "0" }, 'faceValue: expected a decimal above 0 as text, such as "0.5", got "0"'],
    [{ ...LINEAR, expiry: "2026-03-27T08:00:00Z" }, 'expiry: expected no expiry on a perpetual contract, got "2026-03-27T08:00:00Z"'],
    [{ ...LINEAR, productLine: "delivery" }, "expiry: expected the time at which a delivery contract expires, got nothing"],
    [
      { ...LINEAR, productLine: "delivery", expiry: "March" },
      'expiry: expected a time in UTC, such as "2025-10-10T20:00:00Z", got "March"',
    ],
    [{ ...LINEAR, productLine: "option" }, 'productLine: expected one of "perpetual", "delivery", got "option"'],
    [
      { ...LINEAR, tiers: [TIER, { ...TIER, upTo: "20", unit: "quote" }] },
      'tiers.1.unit: expected "contracts", the unit of the tier before, got "quote"',
    ],
    [{ ...LINEAR, tiers: [TIER, { ...TIER, upTo: "9" }] }, 'tiers.1.upTo: expected more than 10, where the tier before ends, got "9"'],
    [
      { ...LINEAR, tiers: [{ ...TIER, maxLeverage: undefined }] },
      "tiers.0.maxLeverage: expected maxLeverage or initialMarginRate, got nothing",
    ],
    [
      { ...LINEAR, tiers: [{ ...TIER, initialMarginRate: "0.01" }] },
      'tiers.0.maintenanceMarginRate: expected less than the initial margin rate 0.01, got "0.01"',
    ],
    [
      {
        ...LINEAR,
        tiers: [
          { ...TIER, maxLeverage: undefined, initialMarginRate: "0.05" },
          { ...TIER, upTo: "20", maxLeverage: undefined, initialMarginRate: "0.04" },
        ],
      },
      'tiers.1.initialMarginRate: expected a leverage of at most 20, that of the tier before, got "0.04"',
    ],
    [
      {
        ...LINEAR,
        tiers: [
          { ...TIER, deduction: "5" },
          { ...TIER, upTo: "20", deduction: "4" },
        ],
      },
      'tiers.1.deduction: expected at least 5, the deduction of the tier before, got "4"',
    ],
    [
      { ...LINEAR, multiplier: "0.1", tiers: [{ ...TIER, unit: "base", upTo: "0.0015" }] },
      'tiers.0.upTo: expected whole lots of 0.001, got "0.0015"',
    ],
    [{ ...INVERSE, tiers: [{ ...TIER, unit: "quote", upTo: "250" }] }, 'tiers.0.upTo: expected whole lots of 100, got "250"'],
  ])("INST-6 %j: %s", async (instrument, line) => {
    expect(await refusal({}, instrument)).toBe(`venue.json: instruments.0.${line}`);
  });

  test("INST-6 fees that neither contract nor venue have", async () => {
    expect(await refusal({ fees: undefined }, INVERSE)).toBe(
      "venue.json: instruments.0.fees: expected fees here, or of the venue for all contracts, got nothing",
    );
  });

  test("INST-6 UNIT-2 an unknown asset, and bounds that are no whole quanta of it", async () => {
    const refusedIn = async (instrument: object, assets: object) => {
      const file = await folder.write("s.json", {
        ...smallScenario(),
        venue: { name: "x", fees: FEES, instruments: [instrument] },
        instruments: [LINEAR["symbol"]],
        assets,
      });
      return (await lineOf(resolveScenario(file, { registries }))).replaceAll(folder.path("/"), "");
    };
    expect(await refusedIn(LINEAR, { USDC: { quantum: "0.01" } })).toBe(
      's.json: venue.instruments.0.settle: expected an asset of the scenario (USDC), got "USDT"',
    );
    expect(await refusedIn({ ...LINEAR, tiers: [{ ...TIER, unit: "quote", upTo: "10.005" }] }, { USDT: { quantum: "0.01" } })).toBe(
      's.json: venue.instruments.0.tiers.0.upTo: expected whole quanta of 0.01 USDT, got "10.005"',
    );
  });

  test("ACCT-6 haircut tiers that do not rise", async () => {
    const collateral = {
      X: [
        { upTo: "5", haircut: "0" },
        { upTo: "5", haircut: "0.1" },
      ],
    };
    expect(await refusal({ collateral }, INVERSE)).toBe(
      'venue.json: collateral.X.1.upTo: expected more than 5, where the tier before ends, got "5"',
    );
    expect(await refusal({ collateral: { X: [{ upTo: null, haircut: "1.01" }] } }, INVERSE)).toBe(
      'venue.json: collateral.X.0.haircut: expected a rate from 0 to 1 as text, such as "0.05", got "1.01"',
    );
  });
});

describe("contracts in whole units", () => {
  test("INST-1 INST-2 INST-5 value and profit of a linear and an inverse contract, perpetual and delivery", async () => {
    const delivery = { ...INVERSE, symbol: "X-USD-0327", productLine: "delivery", expiry: "2026-03-27T08:00:00Z" };
    const { instruments, assets } = await compiled({}, { ...LINEAR, multiplier: "0.1" }, INVERSE, delivery);
    expect(assets).toEqual([
      { symbol: "USDT", quantum: "0.000001" },
      { symbol: "X", quantum: "0.00000001" },
    ]);
    const [linear, inverse, expiring] = instruments as [
      (typeof instruments)[number],
      (typeof instruments)[number],
      (typeof instruments)[number],
    ];
    // 100.5 × 0.03 contracts × 0.1 = 0.3015 USDT.
    expect(valueOf(linear, 201, 3)).toBe(301_500);
    // 10 × 100 USD at 10,000 and at 12,500: 0.1 and 0.08 coins.
    expect([valueOf(inverse, 20_000, 10), valueOf(inverse, 25_000, -10)]).toEqual([10_000_000, 8_000_000]);
    expect([10, -10].map((lots) => profitOf(inverse, lots, 10_000_000, 8_000_000))).toEqual([2_000_000, -2_000_000]);
    expect([10, -10].map((lots) => profitOf(linear, lots, 301_500, 301_600))).toEqual([100, -100]);
    expect([linear.expiryUs, expiring.expiryUs, expiring.productLine]).toEqual([null, Date.UTC(2026, 2, 27, 8) * 1000, "delivery"]);
    expect([linear.faceValue, inverse.faceValue]).toEqual([null, "100"]);
  });

  test.each([
    ["contracts", LINEAR, "lots", 1_000],
    ["base", { ...LINEAR, multiplier: "0.1" }, "lots", 10_000],
    ["quote", LINEAR, "value", 10_000_000],
    ["contracts", INVERSE, "lots", 10],
    ["quote", { ...INVERSE, faceValue: "5" }, "lots", 2],
    ["base", INVERSE, "value", 1_000_000_000],
  ] as const)("TIER-1 a bound of 10 %s of %j counts %s: %i", async (unit, instrument, boundBy, upTo) => {
    const tiers = [
      { ...TIER, unit },
      { ...TIER, unit, upTo: null },
    ];
    const [one] = (await compiled({}, { ...instrument, tiers })).instruments;
    expect(one?.tiers.boundBy).toBe(boundBy);
    expect(one?.tiers.tiers.map((tier) => tier.upTo)).toEqual([upTo, SAFE]);
  });

  test("TIER-1 a bound that nothing can reach is none; deductions are exact; an initial margin rate gives its leverage", async () => {
    const tiers = [
      { upTo: "100", unit: "quote", maintenanceMarginRate: "0.01", initialMarginRate: "0.015" },
      {
        upTo: "9223372036854775807",
        unit: "quote",
        maintenanceMarginRate: "0.02",
        maxLeverage: "16.67",
        initialMarginRate: "0.06",
        deduction: "1.0000005",
      },
    ];
    const [one] = (await compiled({ tierScheme: "marginal" }, { ...LINEAR, tiers })).instruments;
    expect(one?.tiers).toMatchObject({
      scheme: "marginal",
      tiers: [
        { upTo: 100_000_000, maxLeverageHundredths: 6666, deduction: null },
        { upTo: SAFE, maxLeverageHundredths: 1666, deduction: { numerator: 2_000_001, denominator: 2 } },
      ],
    });
  });

  test("TIER-1 MARGIN-2 a contract may have another scheme than its venue, and fees of its own", async () => {
    const tiers = [
      { upTo: "100", unit: "quote", maintenanceMarginRate: "0.01", maxLeverage: "50" },
      { upTo: null, unit: "quote", maintenanceMarginRate: "0.02", maxLeverage: "25" },
    ];
    const own = { ...LINEAR, tiers, tierScheme: "flat" };
    const bare = { ...LINEAR, symbol: "Y-USDT", tiers, fees: undefined };
    const { instruments } = await compiled({ tierScheme: "marginal" }, own, bare);
    expect(instruments.map(({ tiers: table }) => maintenanceMarginOf(table, 1, 150_000_000))).toEqual([3_000_000, 2_000_000]);
    expect(instruments.map(({ tiers: table }) => tierNumber(table, 1, 100_000_000))).toEqual([1, 1]);
    expect(instruments.map(({ fees }) => fees.liquidation)).toEqual([
      { numerator: 1, denominator: 1000 },
      { numerator: 1, denominator: 2000 },
    ]);
  });

  test("ACCT-6 haircuts in quanta, of the assets there are", async () => {
    const collateral = {
      X: [
        { upTo: "1.5", haircut: "0.05" },
        { upTo: null, haircut: "1" },
      ],
      Y: [{ upTo: null, haircut: "0" }],
    };
    expect([...(await compiled({ collateral }, INVERSE)).collateral]).toEqual([
      [
        "X",
        [
          { upTo: 150_000_000, haircut: { numerator: 1, denominator: 20 } },
          { upTo: SAFE, haircut: { numerator: 1, denominator: 1 } },
        ],
      ],
    ]);
  });

  test.each([
    ["USDT", "0.000001"],
    ["USDC", "0.000001"],
    ["USD", "0.000001"],
    ["EUR", "0.000001"],
    ["BTC", "0.00000001"],
    ["XEURO", "0.00000001"],
  ])("UNIT-1 the default quantum of %s is %s", (asset, quantum) => {
    expect(defaultQuantum(asset)).toBe(quantum);
  });
});
