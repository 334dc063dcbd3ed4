import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { bundledNames } from "../../../data/scenario/bundled.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();

async function resolved(scenario: unknown, ...sets: string[]) {
  return resolveScenario(await folder.write("scenario.json", scenario), { registries, sets });
}

async function refusal(scenario: unknown, ...sets: string[]): Promise<string> {
  const file = await folder.write("scenario.json", scenario);
  return (await lineOf(resolveScenario(file, { registries, sets }))).replaceAll(folder.path("/"), "");
}

describe("a resolved scenario", () => {
  test("has the venue, the contract and every default written out", async () => {
    expect(await resolved(smallScenario())).toMatchInlineSnapshot(`
      {
        "adlDeclared": [],
        "agents": [
          {
            "count": 2,
            "halfSpread": 0.001,
            "kind": "market-maker",
            "marginMode": "isolated",
          },
        ],
        "assets": {
          "USDT": {
            "quantum": "0.000001",
          },
        },
        "cascades": {
          "halfLife": "60s",
          "window": "10m",
        },
        "counterfactual": false,
        "description": "",
        "droughts": [],
        "duration": "1m",
        "index": {
          "gaps": [],
          "impact": null,
          "interval": "1s",
          "markets": [
            {
              "name": "path",
              "offset": "0",
              "outages": [],
              "weight": 1,
            },
          ],
        },
        "instruments": [
          {
            "base": "X",
            "fees": {
              "liquidation": "0.001",
              "maker": "-0.0001",
              "taker": "0.0005",
            },
            "kind": "linear",
            "lotSize": "0.01",
            "multiplier": "1",
            "productLine": "perpetual",
            "quote": "USDT",
            "settle": "USDT",
            "symbol": "X-USDT",
            "tickSize": "0.5",
            "tiers": [
              {
                "maintenanceMarginRate": "0.01",
                "maxLeverage": "50",
                "unit": "contracts",
                "upTo": "10",
              },
              {
                "maintenanceMarginRate": "0.015",
                "maxLeverage": "20",
                "unit": "contracts",
                "upTo": null,
              },
            ],
          },
        ],
        "name": "small",
        "pools": {
          "perpetual/X/USDT": {
            "seedCapital": "1000",
          },
        },
        "population": {
          "accounts": 100,
        },
        "record": {
          "orders": false,
          "samples": "10s",
        },
        "seed": 5,
        "shock": {
          "generate": "waypoints",
          "interpolation": "geometric",
          "startPrice": "100",
          "volatility": 0,
          "waypoints": [
            {
              "at": "20s",
              "change": -0.1,
            },
            {
              "at": "40s",
              "change": 0.05,
            },
          ],
        },
        "shockCorrelation": null,
        "start": "2025-01-01T00:00:00Z",
        "vault": {
          "seedCapital": "0",
        },
        "venue": {
          "adl": {
            "beyond": "0.05",
            "cancels": "instrument",
            "drawdown": {
              "above": "0",
              "reference": "peak",
              "start": "0.3",
              "stop": null,
              "window": "8h",
            },
            "eligible": "all",
            "far": "0.05",
            "policy": "profit-times-leverage",
            "price": "bankruptcy",
            "triggers": [
              "fund-short",
            ],
          },
          "backstop": null,
          "bankruptcyAt": "closing-fee",
          "closingFeeInPositionMargin": "once",
          "closingFeeRate": "taker",
          "closingWindow": "1h",
          "collateral": {},
          "description": "",
          "fraction": {
            "above": "100000",
            "coolDown": "30s",
            "part": "0.2",
          },
          "fund": {
            "feeShare": "0",
            "residual": "house",
            "settlement": "continuous",
          },
          "funding": null,
          "index": {
            "combine": "mean",
            "ownMarketWeight": "0",
            "staleAfter": "10s",
          },
          "instruments": [
            {
              "base": "X",
              "fees": {
                "liquidation": "0.001",
                "maker": "-0.0001",
                "taker": "0.0005",
              },
              "kind": "linear",
              "lotSize": "0.01",
              "multiplier": "1",
              "productLine": "perpetual",
              "quote": "USDT",
              "settle": "USDT",
              "symbol": "X-USDT",
              "tickSize": "0.5",
              "tiers": [
                {
                  "maintenanceMarginRate": "0.01",
                  "maxLeverage": "50",
                  "unit": "contracts",
                  "upTo": "10",
                },
                {
                  "maintenanceMarginRate": "0.015",
                  "maxLeverage": "20",
                  "unit": "contracts",
                  "upTo": null,
                },
              ],
            },
          ],
          "maintenanceIncludesClosingFee": true,
          "marginModeChange": "instrument",
          "mark": {
            "average": "60s",
            "clamp": "0.01",
            "rule": "index",
          },
          "name": "small-venue",
          "partialLiquidation": "full",
          "positionValueAt": "mark",
          "priceBand": null,
          "selfTradePrevention": "cancel-oldest",
          "sources": {
            "adl": {
              "date": "2025-01-01",
              "source": "a test",
            },
          },
          "surplusTo": "pool",
          "takeoverAt": "bankruptcy",
          "tierScheme": "flat",
          "tiersIncludeOpenOrders": false,
          "triggerAt": "at-or-below",
          "unrealizedProfitAsMargin": "own",
          "walletModel": "separate",
        },
      }
    `);
  });

  test("resolves to itself, so that a manifest can be run again", async () => {
    for (const name of await bundledNames("scenario")) {
      const once = await resolveScenario(name, { registries: realRegistries });
      const file = await folder.write("manifest.json", JSON.stringify(once));
      expect(await resolveScenario(file, { registries: realRegistries })).toEqual(once);
    }
  });

  test("takes the seed of the command line", async () => {
    const file = await folder.write("scenario.json", smallScenario());
    expect((await resolveScenario(file, { registries, seed: 0 })).seed).toBe(0);
    expect((await resolveScenario(file, { registries, seed: 9, sets: ["seed=8"] })).seed).toBe(9);
    expect(await lineOf(resolveScenario(file, { registries, seed: -1 }))).toBe(
      "--seed: seed: expected a whole number of at least 0, got -1",
    );
  });

  test("may name a bundled venue, or write its contract inline", async () => {
    const { venue, ...rest } = smallScenario();
    const [contract] = smallVenue()["instruments"] as unknown[];
    const scenario = await resolved({ ...rest, venue: "bitda", instruments: [contract] });
    expect([scenario.venue.name, scenario.venue.instruments[0]?.symbol, scenario.instruments[0]?.symbol]).toEqual([
      "bitda",
      "BTC-USDT",
      "X-USDT",
    ]);
    expect(venue).toBeDefined();
  });
});

describe("--set", () => {
  test.each([
    { set: "seed=9", path: ["seed"], value: 9 },
    { set: "population.accounts=1000", path: ["population", "accounts"], value: 1000 },
    { set: "agents.0.count=12", path: ["agents", 0, "count"], value: 12 },
    {
      set: 'agents.1={"kind":"noise-trader","perMinute":3}',
      path: ["agents", 1],
      value: { kind: "noise-trader", count: 1, marginMode: "isolated", perMinute: 3 },
    },
    { set: "shock.volatility=0.5", path: ["shock", "volatility"], value: 0.5 },
    { set: "shock.startPrice=99.5", path: ["shock", "startPrice"], value: "99.5" },
    { set: 'shock.startPrice="99.5"', path: ["shock", "startPrice"], value: "99.5" },
    { set: "shock.waypoints.1.change=0", path: ["shock", "waypoints", 1, "change"], value: 0 },
    { set: "record.orders=true", path: ["record", "orders"], value: true },
    { set: "description=a=b c", path: ["description"], value: "a=b c" },
    { set: "venue.adl.policy=pro-rata", path: ["venue", "adl", "policy"], value: "pro-rata" },
    { set: "venue.instruments.0.fees.taker=0.001", path: ["instruments", 0, "fees", "taker"], value: "0.001" },
    { set: "venue.instruments.0.tiers.1.upTo=50", path: ["venue", "instruments", 0, "tiers", 1, "upTo"], value: "50" },
    { set: "instruments.0.fees.taker=0.001", path: ["instruments", 0, "fees", "taker"], value: "0.001" },
    { set: "pools.perpetual/X/USDT.seedCapital=5", path: ["pools", "perpetual/X/USDT", "seedCapital"], value: "5" },
    { set: "assets.USDT.quantum=0.01", path: ["assets", "USDT", "quantum"], value: "0.01" },
    { set: "venue=bitda", path: ["venue", "name"], value: "bitda", also: "instruments.0=BTC-USDT", and: "pools={}" },
  ])("$set", async ({ set, path, value, also, and }) => {
    let found: unknown = await resolved(smallScenario(), ...[set, also, and].filter((text) => text !== undefined));
    for (const step of path) found = (found as Record<string, unknown>)[step];
    expect(found).toEqual(value);
  });

  test("later ones win", async () => {
    expect((await resolved(smallScenario(), "seed=1", "seed=2")).seed).toBe(2);
  });

  test("leaves the file's own contract alone when only the scenario's is changed, and the other way round", async () => {
    const ofScenario = await resolved(smallScenario(), "instruments.0.fees.taker=0.001");
    expect(ofScenario.venue.instruments[0]?.fees?.taker).toBe("0.0005");
  });

  test.each([
    { sets: ["seed"], line: '--set: expected path=value, such as seed=9, got "seed"' },
    { sets: ["=3"], line: '--set: expected path=value, such as seed=9, got "=3"' },
    { sets: ["a..b=3"], line: '--set: expected path=value, such as seed=9, got "a..b=3"' },
    { sets: ["__proto__.x=1"], line: '--set: expected path=value, such as seed=9, got "__proto__.x=1"' },
    { sets: ['population={"a":1,"a":2}'], line: "--set population: line 1, column 8: a: expected each field once, got it twice" },
    { sets: ['agents=[{"__proto__":1}]'], line: "--set agents: line 1, column 3: 0.__proto__: expected no field of this name, got one" },
    {
      sets: [`agents=${"[".repeat(30_000)}${"]".repeat(30_000)}`],
      line: '--set agents: line 1, column 66: expected at most 64 levels, got "["',
    },
    { sets: [`${"a.".repeat(30_000)}a=1`], line: "--set: expected a path of at most 64 names, got 30001 (a.a.a…)" },
    { sets: ["seed=-1"], line: "--set: seed: expected a whole number of at least 0, got -1" },
    { sets: ["seed.x=1"], line: "--set: seed.x: expected seed to be an object or a list, got 5" },
    { sets: ["agents.2.count=1"], line: '--set: agents.2.count: expected an index from 0 to 1 in agents, got "2"' },
    { sets: ["agents.first.count=1"], line: '--set: agents.first.count: expected an index from 0 to 1 in agents, got "first"' },
    { sets: ["agents.1.kind=noise-trader"], line: "--set: agents.1.perMinute: expected a number, got nothing" },
    {
      sets: ["fund.size=1"],
      line: '--set: fund: expected no field of this name (there are name, description, venue, seed, start, duration, assets, instruments, index, shock, shockCorrelation, droughts, population, agents, pools, vault, adlDeclared, cascades, counterfactual, record), got {"size":1}',
    },
    { sets: ["population.acounts=1"], line: "--set: population.acounts: expected no field of this name (there are accounts), got 1" },
    {
      sets: ["venue.adl.polcy=x"],
      line: '--set: venue.adl.polcy: expected no field of this name (there are triggers, drawdown, beyond, policy, price, far, eligible, cancels), got "x"',
    },
    {
      sets: ["venue.extends=bitda"],
      line: '--set: venue.extends: expected no field of this name (there are name, description, walletModel, marginModeChange, unrealizedProfitAsMargin, positionValueAt, tierScheme, tiersIncludeOpenOrders, closingFeeInPositionMargin, maintenanceIncludesClosingFee, closingFeeRate, triggerAt, bankruptcyAt, partialLiquidation, fraction, takeoverAt, surplusTo, backstop, selfTradePrevention, priceBand, closingWindow, fees, index, mark, funding, fund, adl, collateral, sources, instruments), got "bitda"',
    },
    {
      sets: ["venue=nowhere"],
      line: "--set: venue: nowhere: expected a file or a bundled venue (binance, bitda, bitda-ema, bitmex, bybit, dydx, hyperliquid, okx), got neither",
    },
    {
      sets: ["instruments.0.tiers.1.upTo=5"],
      line: '--set: instruments.0.tiers.1.upTo: expected more than 10, where the tier before ends, got "5"',
    },
    { sets: ["shock.startPrice=100.1"], line: '--set: shock.startPrice: expected a whole multiple of the tick 0.5, got "100.1"' },
    { sets: ["shock.startPrice=1e999"], line: '--set: shock.startPrice: expected a decimal above 0 as text, such as "0.5", got "1e999"' },
    { sets: ["shock.volatility=NaN"], line: '--set: shock.volatility: expected a number from 0 to 100, got "NaN"' },
  ])("$line", async ({ sets, line }) => {
    expect(await refusal(smallScenario(), ...sets)).toBe(line);
  });

  test("of a file of bars is relative to the current folder, in the file to the file", async () => {
    const { shock, start, duration, ...rest } = smallScenario();
    await folder.write(
      "bars.csv",
      "time,open,high,low,close,volume\n1735689600000,100,101,99,100.5,1\n1735689660000,100.5,102,100,101,1\n",
    );
    const own = await resolved({ ...rest, shock: { from: "bars.csv" } });
    const here = relative(".", folder.path("bars.csv"));
    expect(own.shock).toEqual({ from: here, series: "bars", snap: false, gaps: "refuse", scale: 1, stretch: 1 });
    expect([own.start, own.duration]).toEqual(["2025-01-01T00:00:00Z", "2m"]);
    expect(await resolved({ ...rest, shock, start, duration }, `shock={"from":"${here}"}`, "duration=1m")).toMatchObject({
      shock: { from: here },
    });
    expect(await refusal({ ...rest, shock: { from: "none.csv" } })).toMatch(/none\.csv: no such file$/);
  });
});

describe("bars of a scenario", () => {
  const { shock: _shock, start: _start, duration: _duration, ...rest } = smallScenario();
  const bars = "time,open,high,low,close,volume\n1735689600000,100,101,99,100.5,1\n1735689660000,100.5,102,100,101,1\n";
  const covers = "BARS covers 2025-01-01T00:00:00Z to 2025-01-01T00:02:00Z";

  test.each([
    { fields: {}, start: "2025-01-01T00:00:00Z", duration: "2m" },
    { fields: { start: "2025-01-01T00:01:00Z" }, start: "2025-01-01T00:01:00Z", duration: "1m" },
    { fields: { duration: "30s" }, start: "2025-01-01T00:00:00Z", duration: "30s" },
    { fields: { start: "2025-01-01T00:00:30Z", duration: "90s" }, start: "2025-01-01T00:00:30Z", duration: "90s" },
  ])("$fields: from $start for $duration", async ({ fields, start, duration }) => {
    await folder.write("bars.csv", bars);
    expect(await resolved({ ...rest, ...fields, shock: { from: "bars.csv" } })).toMatchObject({ start, duration });
  });

  test.each([
    { fields: { start: "2024-12-31T23:59:59Z" }, line: `start: expected a time within the bars (${covers}), got "2024-12-31T23:59:59Z"` },
    { fields: { start: "2025-01-01T00:02:00Z" }, line: `start: expected a time within the bars (${covers}), got "2025-01-01T00:02:00Z"` },
    { fields: { duration: "3m" }, line: `duration: expected at most 2m from 2025-01-01T00:00:00Z (${covers}), got "3m"` },
    {
      fields: { start: "2025-01-01T00:01:00Z", duration: "61s" },
      line: `duration: expected at most 1m from 2025-01-01T00:01:00Z (${covers}), got "61s"`,
    },
    {
      fields: { index: { interval: "20s" } },
      line: 'index.interval: expected at most a quarter of the bars\' 1m, so that no high or low is lost, got "20s"',
    },
  ])("$line", async ({ fields, line }) => {
    const file = await folder.write("bars.csv", bars);
    expect(await refusal({ ...rest, ...fields, shock: { from: "bars.csv" } })).toBe(
      `scenario.json: ${line.replace("BARS", relative(".", file)).replaceAll(folder.path("/"), "")}`,
    );
  });
});

describe("a venue that extends another", () => {
  test("keeps what it does not say, field by field, and replaces lists", async () => {
    await folder.write("base.json", smallVenue());
    await folder.write("middle.json", { extends: "./base.json", bankruptcyAt: "zero", adl: { policy: "pro-rata" } });
    const { venue } = await resolved({
      ...smallScenario(),
      venue: { extends: "./middle.json", name: "mine", adl: { eligible: "profitable" } },
    });
    expect(venue).toMatchObject({
      name: "mine",
      bankruptcyAt: "zero",
      triggerAt: "at-or-below",
      adl: { policy: "pro-rata", eligible: "profitable" },
      instruments: [{ symbol: "X-USDT" }],
    });
    const [contract] = smallVenue()["instruments"] as Record<string, unknown>[];
    const other = { ...contract, symbol: "Y-USDT", base: "Y" };
    const replaced = await resolved({
      ...smallScenario(),
      venue: { extends: "./base.json", instruments: [other] },
      instruments: ["Y-USDT"],
      pools: {},
    });
    expect(replaced.venue.instruments.map(({ symbol }) => symbol)).toEqual(["Y-USDT"]);
  });

  test("is not called by the name of the other, and does not claim its sources for what it changes", async () => {
    await folder.write("base.json", {
      ...smallVenue(),
      sources: { "adl.policy": { source: "the base" }, "adl.price": { source: "the base" } },
    });
    const { venue } = await resolved({ ...smallScenario(), venue: { extends: "./base.json", adl: { policy: "pro-rata" } } });
    expect(venue.name).toBe("small-venue (changed)");
    expect(venue.sources["adl.price"]).toEqual({ source: "the base" });
    expect(venue.sources["adl.policy"]?.source).toMatch(/^set by .*scenario\.json$/);
    const bySet = await resolved(
      { ...smallScenario(), venue: "./base.json" },
      "venue.adl.price=bankruptcy",
      "venue.instruments.0.fees.maker=0",
    );
    expect(bySet.venue.sources).toMatchObject({
      "adl.policy": { source: "the base" },
      "adl.price": { source: "set by --set" },
      "instruments.X-USDT.fees.maker": { source: "set by --set" },
    });
    expect((await resolved({ ...smallScenario(), venue: { extends: "./base.json" } })).venue.name).toBe("small-venue");
  });

  test("is found beside the file that names it, and a problem is named in the file that has it", async () => {
    const { mkdir } = await import("node:fs/promises");
    await mkdir(folder.path("venues"), { recursive: true });
    const bad = smallVenue();
    (bad["instruments"] as Record<string, unknown>[])[0] = { ...(bad["instruments"] as Record<string, unknown>[])[0], tickSize: "0" };
    await folder.write("venues/base.json", { ...bad, mark: { rule: "index" } });
    await folder.write("venues/mine.json", { extends: "./base.json", mark: { rule: "last" } });
    const expected = 'instruments.0.tickSize: expected a decimal above 0 as text, such as "0.5", got "0"';
    const inBase = await refusal({ ...smallScenario(), venue: "venues/mine.json" }, "venue.mark.rule=index");
    expect(inBase).toBe(`./base.json: ${expected}`);
    await folder.write("venues/base.json", smallVenue());
    const inMine = await refusal({ ...smallScenario(), venue: "venues/mine.json" });
    expect(inMine).toBe('venues/mine.json: mark.rule: expected one of "index", "index-ema", "index-basis", "median", got "last"');
  });

  test("may not lead back to itself", async () => {
    await folder.write("a.json", { extends: "./b.json" });
    await folder.write("b.json", { extends: "./a.json" });
    expect(await refusal({ ...smallScenario(), venue: "./a.json" })).toBe(
      './b.json: extends: expected a venue that does not extend this one, got "./a.json"',
    );
    expect(await refusal({ ...smallScenario(), venue: { extends: 5 } })).toBe(
      "scenario.json: venue.extends: expected the name or file of a venue, got 5",
    );
    expect(await refusal({ ...smallScenario(), venue: { extends: "./none.json" } })).toBe(
      "scenario.json: venue.extends: ./none.json: no such file",
    );
  });
});
