import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { ADL_POLICY_NAMES } from "../../../data/scenario/venue-schema.ts";
import { makePipe } from "../../pipe.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();

/** What a path of the small scenario is changed to; undefined takes the field away. */
type Change = readonly [path: string, value: unknown];

function changed(...changes: readonly Change[]): JsonObject {
  const scenario = smallScenario();
  for (const [path, value] of changes) {
    const steps = path.split(".");
    const last = steps.pop() as string;
    let container = scenario;
    for (const step of steps) container = container[step] as JsonObject;
    if (value === undefined) delete container[last];
    else container[last] = value;
  }
  return scenario;
}

async function refusal(scenario: unknown): Promise<string> {
  const file = await folder.write("bad.json", scenario);
  return (await lineOf(resolveScenario(file, { registries }))).replaceAll(folder.path("/"), "");
}

const POSITIVE = 'expected a decimal above 0 as text, such as "0.5"';
const DURATION = 'expected a duration above 0, such as "250ms", "10s" or "3h"';
const TIME = 'expected a time in UTC, such as "2025-10-10T20:00:00Z"';
const RATE = 'expected a rate from 0 to below 1 as text, such as "0.0005"';
const CONTRACT = "venue.instruments.0";
const POLICIES = [...new Set([...registries.policies, ...ADL_POLICY_NAMES])].map((name) => JSON.stringify(name)).join(", ");
const VENUE_FIELDS =
  "name, description, walletModel, marginModeChange, unrealizedProfitAsMargin, positionValueAt, tierScheme, tiersIncludeOpenOrders, closingFeeInPositionMargin, maintenanceIncludesClosingFee, closingFeeRate, triggerAt, bankruptcyAt, partialLiquidation, fraction, takeoverAt, surplusTo, backstop, selfTradePrevention, priceBand, closingWindow, fees, index, mark, funding, fund, adl, collateral, sources, instruments";

describe("a bad field is named with its file, path and value, on one line", () => {
  test.each<{ change: Change; line: string }>([
    { change: ["name", undefined], line: 'name: expected a name of letters, digits, "-" and "_", got nothing' },
    { change: ["name", "../x"], line: 'name: expected a name of letters, digits, "-" and "_", got "../x"' },
    { change: ["seed", -1], line: "seed: expected a whole number of at least 0, got -1" },
    { change: ["seed", 1.5], line: "seed: expected a whole number of at least 0, got 1.5" },
    { change: ["seed", "7"], line: 'seed: expected a whole number of at least 0, got "7"' },
    { change: ["seed", 2 ** 53], line: "seed: expected a whole number of at least 0, got 9007199254740992" },
    { change: ["start", "2025-01-01"], line: `start: ${TIME}, got "2025-01-01"` },
    { change: ["start", "2025-02-30T00:00:00Z"], line: `start: ${TIME}, got "2025-02-30T00:00:00Z"` },
    { change: ["start", undefined], line: `start: ${TIME}, got nothing` },
    { change: ["duration", "1 minute"], line: `duration: ${DURATION}, got "1 minute"` },
    { change: ["duration", "0s"], line: `duration: ${DURATION}, got "0s"` },
    { change: ["duration", undefined], line: 'duration: expected a duration above 0, such as "3h", got nothing' },
    { change: ["index", { interval: "7s" }], line: 'index.interval: expected a duration that divides the run\'s 1m, got "7s"' },
    { change: ["index", { interval: "1us" }], line: 'index.interval: expected at most 33554432 steps in the run\'s 1m, got "1us"' },
    {
      change: ["index", { step: "1s" }],
      line: 'index.step: expected no field of this name (there are interval, markets, gaps, impact), got "1s"',
    },
    { change: ["index", { markets: [] }], line: "index.markets: expected at least one market, got []" },
    { change: ["index", { markets: [{ name: "" }] }], line: 'index.markets.0.name: expected a name, got ""' },
    {
      change: ["index", { markets: [{ name: "a" }, { name: "b" }, { name: "a" }] }],
      line: 'index.markets.2.name: expected each name once, got "a"',
    },
    {
      change: ["index", { markets: [{ name: "a", weight: 0 }] }],
      line: "index.markets.0.weight: expected a whole number from 1 to 1000000, got 0",
    },
    {
      change: ["index", { markets: [{ name: "a", outages: [{ at: "10s", for: "0s" }] }] }],
      line: `index.markets.0.outages.0.for: ${DURATION}, got "0s"`,
    },
    { change: ["index", { impact: { perMillion: "1" } }], line: `index.impact.perMillion: ${RATE}, got "1"` },
    { change: ["assets", { USDT: { quantum: "0" } }], line: `assets.USDT.quantum: ${POSITIVE}, got "0"` },
    { change: ["assets", { USDT: {} }], line: `assets.USDT.quantum: ${POSITIVE}, got nothing` },
    { change: ["assets", { BTC: { quantum: "1" } }], line: `${CONTRACT}.settle: expected an asset of the scenario (BTC), got "USDT"` },
    { change: ["instruments", []], line: "instruments: expected from 1 to 64 contracts, got []" },
    { change: ["instruments", ["Y-USDT"]], line: 'instruments.0: expected "X-USDT" or an object, got "Y-USDT"' },
    { change: ["instruments", [7]], line: "instruments.0: expected an object, got 7" },
    { change: ["shock", undefined], line: "shock: expected an object with `generate`, `from` or `template`, got nothing" },
    { change: ["shock", {}], line: "shock: expected an object with `generate`, `from` or `template`, got {}" },
    {
      change: ["shock.generate", "jumps"],
      line: 'shock.generate: expected one of "waypoints", "gbm", "merton", "heston", "garch", "hawkes", "bootstrap", got "jumps"',
    },
    { change: ["shock.startPrice", "100.25"], line: 'shock.startPrice: expected a whole multiple of the tick 0.5, got "100.25"' },
    { change: ["shock.startPrice", 100], line: `shock.startPrice: ${POSITIVE}, got 100` },
    { change: ["shock.startPrice", "NaN"], line: `shock.startPrice: ${POSITIVE}, got "NaN"` },
    { change: ["shock.startPrice", "-100"], line: `shock.startPrice: ${POSITIVE}, got "-100"` },
    { change: ["shock.startPrice", undefined], line: `shock.startPrice: ${POSITIVE}, got nothing` },
    { change: ["shock.waypoints.1.at", "20s"], line: 'shock.waypoints.1.at: expected a time after the waypoint before, 20s, got "20s"' },
    { change: ["shock.waypoints.1.at", "61s"], line: 'shock.waypoints.1.at: expected at most the run\'s 1m, got "61s"' },
    { change: ["shock.waypoints.0.change", -1], line: "shock.waypoints.0.change: expected a number above -1, got -1" },
    { change: ["shock.volatility", -0.1], line: "shock.volatility: expected a number from 0 to 100, got -0.1" },
    {
      change: ["shock.from", "x.csv"],
      line: 'shock.from: expected no field of this name (there are generate, startPrice, waypoints, interpolation, volatility), got "x.csv"',
    },
    { change: ["population", { acounts: 3 }], line: "population.acounts: expected no field of this name (there are accounts), got 3" },
    { change: ["population", { accounts: -3 }], line: "population.accounts: expected a number of at least 0, got -3" },
    { change: ["agents", {}], line: "agents: expected a list, got {}" },
    { change: ["agents.0.kind", "maker"], line: 'agents.0.kind: expected one of "market-maker", "noise-trader", got "maker"' },
    { change: ["agents.0.kind", undefined], line: 'agents.0.kind: expected one of "market-maker", "noise-trader", got nothing' },
    { change: ["agents.0", "market-maker"], line: 'agents.0: expected an object, got "market-maker"' },
    { change: ["agents.0.count", 0], line: "agents.0.count: expected a whole number from 1 to 100000, got 0" },
    {
      change: ["agents.0.perMinute", 3],
      line: "agents.0.perMinute: expected no field of this name (there are halfSpread, kind, instrument, marginMode, collateral, count), got 3",
    },
    {
      change: ["vault", { seedCapital: "-1" }],
      line: 'vault.seedCapital: expected a decimal of at least 0 as text, such as "0.5", got "-1"',
    },
    {
      change: ["vault", { seedCapital: "5" }],
      line: 'vault.seedCapital: expected "0": the venue has no vault, which "backstop" or "surplusTo": "vault" would give it, got "5"',
    },
    {
      change: ["pools", { "perpetual/Y/USDT": { seedCapital: "1" } }],
      line: 'pools.perpetual/Y/USDT: expected no pool of this name (there is "perpetual/X/USDT"), got {"seedCapital":"1"}',
    },
    {
      change: ["pools.perpetual/X/USDT.seedCapital", "-1"],
      line: 'pools.perpetual/X/USDT.seedCapital: expected a decimal of at least 0 as text, such as "0.5", got "-1"',
    },
    {
      change: ["pools.perpetual/X/USDT.seedCapital", "0.0000001"],
      line: 'pools.perpetual/X/USDT.seedCapital: expected whole quanta of 0.000001 USDT, below 2^53 of them, got "0.0000001"',
    },
    { change: ["record", { orders: "yes" }], line: 'record.orders: expected true or false, got "yes"' },
    { change: ["cascades", { halfLife: "60" }], line: `cascades.halfLife: ${DURATION}, got "60"` },
    { change: ["venue", 3], line: "venue: expected a venue's name, its file or an object, got 3" },
    {
      change: ["venue", "nowhere"],
      line: "venue: nowhere: expected a file or a bundled venue (binance, bitda, bitda-ema, bitmex, bybit, dydx, hyperliquid, okx), got neither",
    },
    { change: ["venue", "nowhere.json"], line: "venue: nowhere.json: no such file" },
  ])("$line", async ({ change, line }) => {
    expect(await refusal(changed(change))).toBe(`bad.json: ${line}`);
  });

  test.each<{ change: Change; line: string }>([
    {
      change: ["venue.adl", { policy: "luck" }],
      line: `venue.adl.policy: expected one of ${POLICIES}, got "luck"`,
    },
    {
      change: ["venue.adl", { drawdown: { start: "0.2", stop: "0.25" } }],
      line: 'venue.adl.drawdown.stop: expected at most start, 0.2, got "0.25"',
    },
    ...["0", "0/3", "3/2", "1.1", "2/0", "-1/2", "two thirds", 0.5].map((belowMaintenance) => ({
      change: ["venue.backstop", { belowMaintenance }] as Change,
      line: `venue.backstop.belowMaintenance: expected a fraction above 0 to 1 as text, such as "2/3" or "0.5", got ${JSON.stringify(belowMaintenance)}`,
    })),
    {
      change: ["venue.backstop", {}],
      line: 'venue.backstop.belowMaintenance: expected a fraction above 0 to 1 as text, such as "2/3" or "0.5", got nothing',
    },
    { change: ["venue.adl", { eligible: "none" }], line: 'venue.adl.eligible: expected one of "all", "profitable", got "none"' },
    {
      change: ["venue.partialLiquidation", "half"],
      line: 'venue.partialLiquidation: expected one of "full", "tier-step", "ladder", "fraction", "just-enough", "to-initial", got "half"',
    },
    {
      change: ["venue.mark", { rule: "last" }],
      line: 'venue.mark.rule: expected one of "index", "index-ema", "index-basis", "median", got "last"',
    },
    {
      change: ["venue.index", { ownMarketWeight: "1.1" }],
      line: 'venue.index.ownMarketWeight: expected a rate from 0 to 1 as text, such as "0.05", got "1.1"',
    },
    {
      change: ["venue.funding", { interest: "0.000000001" }],
      line: 'venue.funding.interest: expected a rate with at most eight decimals, got "0.000000001"',
    },
    { change: ["venue.funding", { cap: "-0.01" }], line: `venue.funding.cap: ${RATE}, got "-0.01"` },
    {
      change: ["venue.funding", { impactNotional: "0.0000001" }],
      line: 'venue.funding.impactNotional: expected whole quanta of 0.000001 USDT, below 2^53 of them, got "0.0000001"',
    },
    { change: ["venue.mark", { clamp: "1" }], line: `venue.mark.clamp: ${RATE}, got "1"` },
    {
      change: ["venue.liquidation", {}],
      line: `venue.liquidation: expected no field of this name (there are ${VENUE_FIELDS}), got {}`,
    },
    { change: [`${CONTRACT}.kind`, "quanto"], line: `${CONTRACT}.kind: expected one of "linear", "inverse", got "quanto"` },
    {
      change: [`${CONTRACT}.size`, "100"],
      line: `${CONTRACT}.size: expected no field of this name (there are symbol, kind, productLine, expiry, base, quote, settle, tickSize, lotSize, multiplier, faceValue, tierScheme, tiers, fees), got "100"`,
    },
    {
      change: [`${CONTRACT}.settle`, "USDC"],
      line: `${CONTRACT}.settle: expected the quote asset "USDT", in which a linear contract settles, got "USDC"`,
    },
    { change: [`${CONTRACT}.base`, "USDT"], line: `${CONTRACT}.quote: expected another asset than the base, got "USDT"` },
    { change: [`${CONTRACT}.lotSize`, "-0.01"], line: `${CONTRACT}.lotSize: ${POSITIVE}, got "-0.01"` },
    {
      change: [`${CONTRACT}.multiplier`, "0.12345678901234567"],
      line: `${CONTRACT}.multiplier: expected a value of one lot at one tick that is a ratio of whole quanta below 2^53, got "0.12345678901234567"`,
    },
    { change: [`${CONTRACT}.fees.taker`, "-0.0005"], line: `${CONTRACT}.fees.taker: ${RATE}, got "-0.0005"` },
    {
      change: [`${CONTRACT}.fees.maker`, "-1"],
      line: `${CONTRACT}.fees.maker: expected a rate between -1 and 1 as text, such as "0.0005", got "-1"`,
    },
    { change: [`${CONTRACT}.fees.liquidation`, undefined], line: `${CONTRACT}.fees.liquidation: ${RATE}, got nothing` },
    { change: [`${CONTRACT}.tiers`, []], line: `${CONTRACT}.tiers: expected at least 1 item, got []` },
    {
      change: [`${CONTRACT}.tiers.0.upTo`, null],
      line: `${CONTRACT}.tiers.0.upTo: expected a bound: only the last tier may have none, got null`,
    },
    { change: [`${CONTRACT}.tiers.0.upTo`, "10.005"], line: `${CONTRACT}.tiers.0.upTo: expected whole lots of 0.01, got "10.005"` },
    {
      change: [`${CONTRACT}.tiers.1.upTo`, "10"],
      line: `${CONTRACT}.tiers.1.upTo: expected more than 10, where the tier before ends, got "10"`,
    },
    {
      change: [`${CONTRACT}.tiers.0.unit`, "coins"],
      line: `${CONTRACT}.tiers.0.unit: expected one of "contracts", "quote", "base", got "coins"`,
    },
    {
      change: [`${CONTRACT}.tiers.1.maintenanceMarginRate`, "0.005"],
      line: `${CONTRACT}.tiers.1.maintenanceMarginRate: expected at least 0.01, the rate of the tier before, got "0.005"`,
    },
    {
      change: [`${CONTRACT}.tiers.0.maintenanceMarginRate`, "0.02"],
      line: `${CONTRACT}.tiers.0.maintenanceMarginRate: expected less than the initial margin rate 1 / 50, got "0.02"`,
    },
    {
      change: [`${CONTRACT}.tiers.1.maxLeverage`, "51"],
      line: `${CONTRACT}.tiers.1.maxLeverage: expected a leverage of at most 50, that of the tier before, got "51"`,
    },
    {
      change: [`${CONTRACT}.tiers.0.maxLeverage`, "49.999"],
      line: `${CONTRACT}.tiers.0.maxLeverage: expected at least 1, with at most two decimals, got "49.999"`,
    },
    { change: ["venue.sources", { adl: "somebody" }], line: 'venue.sources.adl: expected an object, got "somebody"' },
  ])("INST-6 $line", async ({ change, line }) => {
    expect(await refusal(changed(change))).toBe(`bad.json: ${line}`);
  });

  test("INST-6 a symbol that stands twice in a venue", async () => {
    const venue = smallVenue();
    const [contract] = venue["instruments"] as unknown[];
    expect(await refusal(changed(["venue", { ...venue, instruments: [contract, contract] }]))).toBe(
      'bad.json: venue.instruments.1.symbol: expected each symbol once, got "X-USDT"',
    );
  });

  test("of several problems the first in the document is named, not the first in the schema", async () => {
    const { name, ...rest } = smallScenario();
    expect(await refusal({ ...rest, seed: -1, name: 5 })).toBe("bad.json: seed: expected a whole number of at least 0, got -1");
    expect(await refusal({ name: 5, ...rest, seed: -1 })).toBe('bad.json: name: expected a name of letters, digits, "-" and "_", got 5');
    expect(await refusal({ name, zzz: 1, ...rest, seed: -1 })).toMatch(/^bad\.json: zzz: expected no field of this name/);
    expect(await refusal({ name, ...rest, venue: "nowhere", seed: -1 })).toMatch(/^bad\.json: venue: nowhere: /);
    const { venue, ...others } = rest;
    expect(await refusal({ name, ...others, seed: -1, venue: "nowhere" })).toMatch(/^bad\.json: seed: /);
    expect(venue).toBeDefined();
  });

  test("a pool named twice", async () => {
    const text = JSON.stringify(smallScenario()).replace('"pools":{', '"pools":{"perpetual/X/USDT":{"seedCapital":"5"},');
    expect(await refusal(text)).toMatch(
      /^bad\.json: line 1, column \d+: pools\.perpetual\/X\/USDT: expected each field once, got it twice$/,
    );
  });

  test.each([
    { content: "", line: "bad.json: expected JSON, got an empty file" },
    { content: "{", line: "bad.json: line 1, column 2: expected a field's name in double quotes, got the end of the file" },
    { content: "[]", line: "bad.json: expected an object, got []" },
    { content: "null", line: "bad.json: expected an object, got null" },
    { content: new Uint8Array([0x7b, 0xff, 0x7d]), line: "bad.json: expected text in UTF-8" },
  ])("$line", async ({ content, line }) => {
    expect(await refusal(content)).toBe(line);
  });

  test.each([
    {
      name: "flashcrash",
      line: "flashcrash: expected a file or a bundled scenario (calm-day, contagion, flash-crash, grinding-decline, october-2025), got neither",
    },
    { name: "./none.json", line: "./none.json: no such file" },
    { name: "./data/scenarios/", line: "./data/scenarios/: expected a file, got a directory" },
  ])("$line", async ({ name, line }) => {
    expect(await lineOf(resolveScenario(name, { registries }))).toBe(line);
  });

  test.skipIf(process.platform === "win32")("a pipe is refused, without waiting for it", async () => {
    const pipe = folder.path("pipe.json");
    makePipe(pipe);
    expect(await lineOf(resolveScenario(pipe, { registries }))).toMatch(/pipe\.json: expected a file, got a pipe/);
  });

  test.each<Change>([
    ["priceBand", "0.1234567890123456789"],
    ["index", { ownMarketWeight: "0.1234567890123456789" }],
    ["mark", { clamp: "1e-40" }],
  ])("UNIT-2 a rate that no ratio of safe integers holds: %s %j", async (field, value) => {
    expect(await refusal(changed(["venue", { ...smallVenue(), [field]: value }]))).toMatch(
      /^bad\.json: venue\.\w+(\.\w+)?: expected a rate with at most 15 decimals, got "(0\.1234567890123456789|1e-40)"$/,
    );
  });

  test("a rate of more digits than can be read", async () => {
    const fees = { maker: "0", taker: `0.${"0".repeat(500)}5`, liquidation: "0.001" };
    expect(await refusal(changed(["instruments", [{ ...((smallVenue()["instruments"] as object[])[0] as object), fees }]]))).toMatch(
      /^bad\.json: instruments\.0\.fees\.taker: expected a rate/,
    );
  });
});
