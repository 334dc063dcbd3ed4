import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bundledNames } from "../../../data/scenario/bundled.ts";
import { compileVenue } from "../../../data/scenario/compile.ts";
import { assetProblems } from "../../../data/scenario/contract-problems.ts";
import { defaultQuantum } from "../../../data/scenario/contract-units.ts";
import { resolveVenue } from "../../../data/scenario/resolve.ts";
import { venueRules } from "../../../data/scenario/rule-list.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { parseRatio } from "../../../sim/venue/decimal.ts";
import { maintenanceMarginOf } from "../../../sim/venue/tiers.ts";
import { registries, useFolder } from "../scenario/support.ts";

const folder = useFolder();

describe("bundled venues", () => {
  test("INST-6 each is valid, under its own name, and compiles", async () => {
    const names = await bundledNames("venue");
    expect(names).toEqual(["binance", "bitda", "bitda-ema", "bitmex", "bybit", "dydx", "hyperliquid", "okx"]);
    for (const name of names) {
      const venue = await resolveVenue(name, realRegistries);
      expect(venue.name).toBe(name);
      const assets = Object.fromEntries(venue.instruments.map(({ settle }) => [settle, { quantum: defaultQuantum(settle) }]));
      const { instruments } = compileVenue({ venue, instruments: venue.instruments, assets });
      expect(instruments.map(({ symbol }) => symbol)).toEqual(venue.instruments.map(({ symbol }) => symbol));
      for (const instrument of venue.instruments) expect(assetProblems(instrument, assets, [])).toEqual([]);
    }
  });

  test("every rule has a source, and every source a rule", async () => {
    for (const name of await bundledNames("venue")) {
      const venue = await resolveVenue(name, registries);
      const rules = venueRules(venue);
      expect(rules.filter(({ source }) => source === null).map(({ rule }) => rule)).toEqual([]);
      const used = Object.keys(venue.sources).filter((key) => rules.some(({ rule }) => rule === key || rule.startsWith(`${key}.`)));
      expect(Object.keys(venue.sources)).toEqual(used);
    }
  });

  test("every source is either dated or called an assumption with a reason", async () => {
    for (const name of await bundledNames("venue")) {
      for (const [rule, { source, date, note }] of Object.entries((await resolveVenue(name, registries)).sources)) {
        const isAssumption = source === "Assumption of Breakwater";
        expect([rule, isAssumption ? note !== undefined : /^\d{4}-\d{2}-\d{2}$/.test(date ?? "")]).toEqual([rule, true]);
      }
    }
  });

  test("TIER-1 bitda's tiers: 34, in contracts of 1 BTC, initial margin from 1 % to 17.5 %", async () => {
    const [instrument] = (await resolveVenue("bitda", registries)).instruments;
    const tiers = instrument?.tiers ?? [];
    expect(tiers.length).toBe(34);
    expect(tiers.slice(0, 4)).toEqual([
      { upTo: "10", unit: "contracts", maintenanceMarginRate: "0.004", maxLeverage: "100" },
      { upTo: "50", unit: "contracts", maintenanceMarginRate: "0.005", maxLeverage: "66.66" },
      { upTo: "200", unit: "contracts", maintenanceMarginRate: "0.0075", maxLeverage: "50" },
      { upTo: "400", unit: "contracts", maintenanceMarginRate: "0.0125", maxLeverage: "40" },
    ]);
    expect(tiers.at(-1)).toEqual({ upTo: "6400", unit: "contracts", maintenanceMarginRate: "0.1625", maxLeverage: "5.71" });
    // From the fourth on the table goes in steps of 200 BTC and half a percent.
    for (let tier = 4; tier < tiers.length; tier++) {
      expect(Number(tiers[tier]?.upTo) - Number(tiers[tier - 1]?.upTo)).toBe(200);
      const [rate, before] = [tiers[tier], tiers[tier - 1]].map((row) => parseRatio(row?.maintenanceMarginRate ?? "", ""));
      expect((rate?.numerator ?? 0) / (rate?.denominator ?? 1) - (before?.numerator ?? 0) / (before?.denominator ?? 1)).toBeCloseTo(
        0.005,
        12,
      );
    }
  });
});

/** The contract of a venue in whole units of its settlement asset. */
async function contractOf(name: string, symbol: string) {
  const venue = await resolveVenue(name, registries);
  const given = venue.instruments.find((instrument) => instrument.symbol === symbol);
  if (given === undefined) return expect.fail(`${name} has no ${symbol}`);
  const { instruments } = compileVenue({
    venue,
    instruments: [given],
    assets: { [given.settle]: { quantum: defaultQuantum(given.settle) } },
  });
  return { given, tiers: (instruments[0] as (typeof instruments)[number]).tiers };
}

describe("tier tables of real venues", () => {
  test.each([
    ["binance", "BTCUSDT"],
    ["binance", "ETHUSDT"],
    ["binance", "ADAUSDT"],
    ["binance", "BTCUSDT-2021-03"],
    ["bybit", "BTCUSDT"],
    ["bybit", "BTCPERP"],
    ["bybit", "RVNUSDT"],
  ])("TIER-1 the deductions that %s states for %s are those of the slices, to the quantum", async (name, symbol) => {
    const { tiers } = await contractOf(name, symbol);
    const slices = { ...tiers, tiers: tiers.tiers.map((tier) => ({ ...tier, deduction: null })) };
    expect(tiers.scheme).toBe("marginal");
    for (const { upTo } of tiers.tiers) {
      for (const value of [upTo - 1, upTo, upTo + 1, upTo + 7_777_777]) {
        expect(maintenanceMarginOf(tiers, 1, value)).toBe(maintenanceMarginOf(slices, 1, value));
      }
    }
  });

  test("TIER-1 MARGIN-2 OKX: 1,001 contracts of 0.01 BTC stand in tier 2 as a whole", async () => {
    const { given, tiers } = await contractOf("okx", "BTC-USDT-SWAP");
    expect([given.multiplier, tiers.scheme, tiers.boundBy]).toEqual(["0.01", "flat", "lots"]);
    // 1,000 and 1,000.01 contracts at 60,000: 600,000 and 600,006 USDT.
    expect(maintenanceMarginOf(tiers, 100_000, 600_000_000_000)).toBe(2_400_000_000);
    expect(maintenanceMarginOf(tiers, 100_001, 600_006_000_000)).toBe(3_000_030_000);
  });

  test("TIER-1 BitMEX: risk limit steps in bitcoin of an inverse contract", async () => {
    const { tiers } = await contractOf("bitmex", "XBTUSD");
    expect([tiers.boundBy, tiers.tiers[0]?.upTo, tiers.tiers[0]?.maxLeverageHundredths]).toEqual(["value", 20_000_000_000, 10_000]);
  });
});

const SHARED = new URL("../../../../shared/venues/", import.meta.url);
const FILES = [
  ["okx_BTC-USDT-SWAP.json", "okx", "BTC-USDT-SWAP"],
  ["okx_ETH-USDT-SWAP.partial.json", "okx", "ETH-USDT-SWAP"],
  ["okx_0G-USDT-SWAP.json", "okx", "0G-USDT-SWAP"],
  ["binance_BTCUSDT.json", "binance", "BTCUSDT"],
  ["binance_ETHUSDT.json", "binance", "ETHUSDT"],
  ["binance_ADAUSDT.json", "binance", "ADAUSDT"],
  ["binance_BTCUSDT_2021-03.json", "binance", "BTCUSDT-2021-03"],
  ["bybit_BTCUSDT.json", "bybit", "BTCUSDT"],
  ["bybit_BTCPERP_USDC.json", "bybit", "BTCPERP"],
  ["bybit_RVNUSDT.first19.json", "bybit", "RVNUSDT"],
] as const;

describe.skipIf(!existsSync(SHARED))("the collected tables (skipped without ../shared/venues)", () => {
  test.each(FILES)("TIER-1 every number of %s stands in %s", async (file, name, symbol) => {
    const collected = JSON.parse(readFileSync(new URL(file, SHARED), "utf8"));
    const { given } = await contractOf(name, symbol);
    const rows = given.tiers.map(({ upTo, maintenanceMarginRate, maxLeverage, deduction }) => ({
      max: Number(upTo),
      mmr: Number(maintenanceMarginRate),
      ...(collected.tiers[0].maxLeverage === undefined ? {} : { maxLeverage: Number(maxLeverage) }),
      ...(deduction === undefined ? {} : { maintenanceAmount: Number(deduction) }),
    }));
    const { tiers } = collected as { tiers: Record<string, number>[] };
    expect(rows).toEqual(tiers.map(({ tier: _tier, min: _min, imr: _imr, ...row }) => row));
    expect(new Set(given.tiers.map(({ unit }) => unit))).toEqual(new Set([collected.unit === "contracts" ? "contracts" : "quote"]));
  });
});

describe("a profile written by hand", () => {
  test("TIER-1 TIER-2 MARGIN-2 INST-6 mixes rules of three venues without code", async () => {
    const okx = await resolveVenue("okx", registries);
    const [swap] = okx.instruments;
    const mixed = {
      extends: "bybit",
      name: "mixed",
      // OKX's reduction and open orders, Hyperliquid's trigger and unpaid fee, Bybit's ladder of tables for one more contract.
      partialLiquidation: okx.partialLiquidation,
      tiersIncludeOpenOrders: true,
      triggerAt: "below",
      maintenanceIncludesClosingFee: false,
      instruments: [
        { ...swap, tierScheme: "flat" },
        {
          symbol: "COIN",
          kind: "inverse",
          base: "COIN",
          quote: "USD",
          settle: "COIN",
          tickSize: "0.1",
          lotSize: "1",
          faceValue: "10",
          tiers: [
            { upTo: "50", unit: "base", maintenanceMarginRate: "0.01", initialMarginRate: "0.02" },
            { upTo: null, unit: "base", maintenanceMarginRate: "0.02", initialMarginRate: "0.04" },
          ],
        },
      ],
      sources: { triggerAt: { source: "Hyperliquid's documentation", date: "2026-11-20" } },
    };
    const file = await folder.write("mixed.json", mixed);
    const venue = await resolveVenue(file, registries);
    const assets = { USDT: { quantum: "0.000001" }, COIN: { quantum: "0.00000001" } };
    const { rules, instruments } = compileVenue({ venue, instruments: venue.instruments, assets });
    expect(rules).toMatchObject({
      name: "mixed",
      margin: {
        partialLiquidation: "tier-step",
        tiersIncludeOpenOrders: true,
        triggerAt: "below",
        maintenanceIncludesClosingFee: false,
        positionValueAt: "entry",
        walletModel: "unified",
      },
    });
    expect(instruments.map(({ kind, tiers }) => [kind, tiers.scheme, tiers.boundBy])).toEqual([
      ["linear", "flat", "lots"],
      ["inverse", "marginal", "value"],
    ]);
    expect(instruments[0]?.fees.taker).toEqual(parseRatio("0.00055", ""));
    const sources = new Map(venueRules(venue).map(({ rule, source }) => [rule, source]));
    expect(sources.get("triggerAt")).toBe("Hyperliquid's documentation");
    expect(sources.get("partialLiquidation")).toBe(`set by ${file}`);
    expect(sources.get("positionValueAt")).toMatch(/^Bybit/);
    expect(sources.get("instruments.COIN.tiers")).toBe(`set by ${file}`);
  });
});
