import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkDocument } from "../../../data/scenario/check.ts";
import { compileScenario } from "../../../data/scenario/compile.ts";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { shocksOf } from "../../../data/scenario/shocks.ts";
import { lineOf, registries as small, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();
const registries = { ...small, population: z.object({ accounts: z.int().default(100), instrumentsEach: z.int().min(1).default(1) }) };

const [X] = smallVenue()["instruments"] as [JsonObject];
const Y = { ...X, symbol: "Y-USDT", base: "Y", tickSize: "0.25" };
/** The same pool as X. */
const X_AGAIN = { ...X, symbol: "X2-USDT" };
const Z_USDC = { ...X, symbol: "Z-USDC", base: "Z", quote: "USDC", settle: "USDC" };
const SHOCK = { generate: "waypoints", startPrice: "100" };
const SHOCKS = { "X-USDT": SHOCK, "Y-USDT": { ...SHOCK, startPrice: "20.25" } };

/** Two contracts, unless changed. */
function several(change: JsonObject = {}): JsonObject {
  const venue = { ...smallVenue(), instruments: [X, Y, X_AGAIN, Z_USDC] };
  return { ...smallScenario(), venue, instruments: ["X-USDT", "Y-USDT"], shock: SHOCKS, ...change };
}

async function resolved(scenario: JsonObject, ...sets: string[]) {
  return resolveScenario(await folder.write("s.json", scenario), { registries, sets });
}

async function refusal(scenario: JsonObject, ...sets: string[]): Promise<string> {
  return (await lineOf(resolved(scenario, ...sets))).replaceAll(folder.path("/"), "");
}

const EITHER = "expected an object with `generate`, `from` or `template`";

describe("a scenario of several contracts", () => {
  test("has a shock for each, whatever the order in which they stand", async () => {
    const { "X-USDT": first, "Y-USDT": second } = SHOCKS;
    const scenario = await resolved(several({ shock: { "Y-USDT": second, "X-USDT": first } }));
    expect(shocksOf(scenario)).toMatchObject([
      { symbol: "X-USDT", path: ["shock", "X-USDT"], shock: { startPrice: "100" } },
      { symbol: "Y-USDT", path: ["shock", "Y-USDT"], shock: { startPrice: "20.25", waypoints: [], volatility: 0 } },
    ]);
  });

  test("FUND-1 FUND-2 each pool is seeded once, though two contracts share it", async () => {
    const instruments = ["X-USDT", "Y-USDT", "X2-USDT"];
    const pools = { "perpetual/X/USDT": { seedCapital: "1000" } };
    const scenario = await resolved(several({ instruments, pools, shock: { ...SHOCKS, "X2-USDT": SHOCK } }));
    const compiled = compileScenario(scenario);
    expect(compiled.instruments.map(({ symbol }) => symbol)).toEqual(instruments);
    expect(compiled.pools).toEqual({ "perpetual/X/USDT": 1_000_000_000, "perpetual/Y/USDT": 0 });
    expect(scenario.pools).toEqual({ "perpetual/X/USDT": { seedCapital: "1000" }, "perpetual/Y/USDT": { seedCapital: "0" } });
  });

  test("may be one contract with its shock by symbol, and resolves to itself", async () => {
    const scenario = await resolved(several({ instruments: ["X-USDT"], shock: { "X-USDT": SHOCK } }));
    expect(scenario.shock).toMatchObject({ "X-USDT": { startPrice: "100" } });
    expect(await resolved(scenario as unknown as JsonObject)).toEqual(scenario);
    const two = await resolved(several());
    expect(await resolved(two as unknown as JsonObject)).toEqual(two);
  });

  test("entries of agents name a contract or none", async () => {
    const agents = [{ kind: "market-maker", instrument: "Y-USDT" }, { kind: "market-maker" }];
    expect((await resolved(several({ agents }))).agents).toEqual([
      { kind: "market-maker", count: 1, halfSpread: 0.001, instrument: "Y-USDT", marginMode: "isolated" },
      { kind: "market-maker", count: 1, halfSpread: 0.001, marginMode: "isolated" },
    ]);
  });

  test.each<{ change: JsonObject; line: string }>([
    { change: { instruments: Array(65).fill("X-USDT") }, line: 'instruments: expected from 1 to 64 contracts, got [{"symbol":' },
    { change: { instruments: ["X-USDT", "Y-USDT", "X-USDT"] }, line: 'instruments.2.symbol: expected each symbol once, got "X-USDT"' },
    {
      change: { instruments: ["X-USDT", { ...Y, symbol: "X-USDT" }] },
      line: 'instruments.1.symbol: expected each symbol once, got "X-USDT"',
    },
    { change: { shock: SHOCK }, line: 'shock: expected an object with a shock for each of "X-USDT", "Y-USDT", got {"generate":' },
    { change: { shock: {} }, line: 'shock: expected an object with a shock for each of "X-USDT", "Y-USDT", got {}' },
    { change: { shock: 7 }, line: 'shock: expected an object with a shock for each of "X-USDT", "Y-USDT", got 7' },
    { change: { shock: { "X-USDT": SHOCK } }, line: `shock.Y-USDT: ${EITHER}, got nothing` },
    { change: { shock: { ...SHOCKS, "Y-USDT": {} } }, line: `shock.Y-USDT: ${EITHER}, got {}` },
    { change: { shock: { ...SHOCKS, "Y-USDT": "flat" } }, line: `shock.Y-USDT: ${EITHER}, got "flat"` },
    {
      change: { shock: { ...SHOCKS, "Z-USDT": SHOCK } },
      line: 'shock.Z-USDT: expected one of "X-USDT", "Y-USDT" for a symbol, got {"generate":',
    },
    {
      change: { shock: { ...SHOCKS, "Y-USDT": { ...SHOCK, generate: "jumps" } } },
      line: 'shock.Y-USDT.generate: expected one of "waypoints", "gbm", "merton", "heston", "garch", "hawkes", "bootstrap", got "jumps"',
    },
    {
      change: { shock: { ...SHOCKS, "Y-USDT": { generate: "waypoints", start: "1" } } },
      line: "shock.Y-USDT.start: expected no field of this name (there are generate, startPrice, waypoints, interpolation, volatility), got",
    },
    {
      change: { shock: { ...SHOCKS, "Y-USDT": { ...SHOCK, startPrice: "100.1" } } },
      line: 'shock.Y-USDT.startPrice: expected a whole multiple of the tick 0.25, got "100.1"',
    },
    {
      change: { shock: { ...SHOCKS, "Y-USDT": { ...SHOCK, waypoints: [{ at: "61s", change: 0 }] } } },
      line: 'shock.Y-USDT.waypoints.0.at: expected at most the run\'s 1m, got "61s"',
    },
    {
      change: { agents: [{ kind: "market-maker", instrument: "Z-USDC" }] },
      line: 'agents.0.instrument: expected one of "X-USDT", "Y-USDT", got "Z-USDC"',
    },
    {
      change: { agents: [{ kind: "market-maker", instrument: 1 }] },
      line: 'agents.0.instrument: expected the symbol of a contract, such as "BTC-USDT", got 1',
    },
    {
      change: { population: { instrumentsEach: 3 } },
      line: "population.instrumentsEach: expected at most 2, as many as the scenario has, got 3",
    },
    {
      change: { pools: { "perpetual/Z/USDT": { seedCapital: "1" } } },
      line: 'pools.perpetual/Z/USDT: expected no pool of this name (there is one of "perpetual/X/USDT", "perpetual/Y/USDT"), got',
    },
  ])("refuses $line", async ({ change, line }) => {
    const refused = await refusal(several(change));
    expect(refused.slice(0, "s.json: ".length + line.length)).toBe(`s.json: ${line}`);
    expect(refused).not.toContain("\n");
  });

  test("refuses a number that --set gives by what does not suit it, not by what its text is not", async () => {
    const file = await folder.write("s.json", several());
    const line = await lineOf(resolveScenario(file, { registries, sets: ["population.instrumentsEach=3"] }));
    expect(line).toBe("--set: population.instrumentsEach: expected at most 2, as many as the scenario has, got 3");
  });

  test("that settle in different assets are valid, and no run simulates them yet", async () => {
    const scenario = several({ instruments: ["X-USDT", "Z-USDC"], shock: { "X-USDT": SHOCK, "Z-USDC": SHOCK } });
    expect(await refusal(scenario)).toBe(
      's.json: instruments.1.settle: another settlement asset than that of the first contract is not simulated yet: expected "USDT", got "USDC"',
    );
    const checked = await checkDocument(await folder.write("s.json", scenario), registries);
    expect(checked).toMatchObject({ kind: "scenario", scenario: { instruments: [{ settle: "USDT" }, { settle: "USDC" }] } });
  });
});

describe("one contract", () => {
  test.each<{ shock: unknown; line: string }>([
    { shock: { generat: "waypoints", startPrice: "100" }, line: `shock: ${EITHER}, got {"generat":"waypoints","startPrice":"100"}` },
    { shock: { "Y-USDT": SHOCK }, line: 'shock.Y-USDT: expected "X-USDT" for a symbol, got {"generate":"waypoints","startPrice":"100"}' },
    { shock: { "X-USDT": 5 }, line: `shock.X-USDT: ${EITHER}, got 5` },
    {
      shock: { generate: {} },
      line: 'shock.generate: expected one of "waypoints", "gbm", "merton", "heston", "garch", "hawkes", "bootstrap", got {}',
    },
  ])("refuses $line", async ({ shock, line }) => {
    expect(await refusal(several({ instruments: ["X-USDT"], shock }))).toBe(`s.json: ${line}`);
  });
});

describe("--set", () => {
  test("reaches the shock of one contract", async () => {
    const scenario = await resolved(several(), "shock.Y-USDT.startPrice=25.5", "shock.X-USDT.volatility=0.5");
    expect(scenario.shock).toMatchObject({ "X-USDT": { volatility: 0.5 }, "Y-USDT": { startPrice: "25.5", volatility: 0 } });
  });

  test.each([
    ["shock.Y-USDT.startPrice=25.1", '--set: shock.Y-USDT.startPrice: expected a whole multiple of the tick 0.25, got "25.1"'],
    ["shock.Z.startPrice=25", '--set: shock.Z: expected one of "X-USDT", "Y-USDT" for a symbol, got {"startPrice":25}'],
    ["instruments.2=X-USDT", '--set: instruments.2.symbol: expected each symbol once, got "X-USDT"'],
    ["agents.0.instrument=Z", '--set: agents.0.instrument: expected one of "X-USDT", "Y-USDT", got "Z"'],
  ])("%s is refused by its name", async (set, line) => {
    expect(await refusal(several(), set)).toBe(line);
  });
});

describe("recorded shocks", () => {
  const HEAD = "time,open,high,low,close,volume\n";
  const bar = (minute: number) => `${1735689600000 + minute * 60_000},100,101,99,100.5,1\n`;
  const { start: _start, duration: _duration, ...rest } = several();
  const scenario = { ...rest, shock: { "X-USDT": { from: "x.csv" }, "Y-USDT": { from: "y.csv" } } };

  /** X from 0 to 3 min., Y from `first` to 5 min. */
  async function write(first: number): Promise<void> {
    await folder.write("x.csv", HEAD + [0, 1, 2].map(bar).join(""));
    await folder.write(
      "y.csv",
      HEAD +
        [1, 2, 3, 4]
          .filter((minute) => minute >= first)
          .map(bar)
          .join(""),
    );
  }
  const named = (text: string) =>
    text.replaceAll(relative(".", folder.path("x.csv")), "X").replaceAll(relative(".", folder.path("y.csv")), "Y");

  test("run by default from the latest first bar to the earliest end", async () => {
    await write(1);
    const found = await resolved(scenario);
    expect([found.start, found.duration]).toEqual(["2025-01-01T00:01:00Z", "2m"]);
    expect(found.shock).toMatchObject({ "X-USDT": { from: relative(".", folder.path("x.csv")) } });
  });

  test("beside a generated one that file alone counts", async () => {
    await write(1);
    const found = await resolved({ ...scenario, shock: { "X-USDT": SHOCK, "Y-USDT": { from: "y.csv" } } });
    expect([found.start, found.duration]).toEqual(["2025-01-01T00:01:00Z", "4m"]);
  });

  test.each([
    {
      given: { start: "2025-01-01T00:00:00Z" },
      line: 'start: expected a time within the bars (Y covers 2025-01-01T00:01:00Z to 2025-01-01T00:05:00Z), got "2025-01-01T00:00:00Z"',
    },
    {
      given: { start: "2025-01-01T00:03:00Z" },
      line: 'start: expected a time within the bars (X covers 2025-01-01T00:00:00Z to 2025-01-01T00:03:00Z), got "2025-01-01T00:03:00Z"',
    },
    {
      given: { duration: "3m" },
      line: 'duration: expected at most 2m from 2025-01-01T00:01:00Z (X covers 2025-01-01T00:00:00Z to 2025-01-01T00:03:00Z), got "3m"',
    },
  ])("$given lies beyond one of them", async ({ given, line }) => {
    await write(1);
    expect(named(await lineOf(resolved({ ...scenario, ...given }))).replace(folder.path("/"), "")).toBe(`s.json: ${line}`);
  });

  test("with no time in common", async () => {
    await write(3);
    const line = named(await lineOf(resolved(scenario))).replace(folder.path("/"), "");
    expect(line).toMatch(
      /^s\.json: shock: expected bars with a time in common \(X covers \S+ to 2025-01-01T00:03:00Z, Y covers 2025-01-01T00:03:00Z to \S+\), got /,
    );
  });

  test("--set names a file from the current folder", async () => {
    await write(1);
    const here = relative(".", folder.path("x.csv"));
    const found = await resolved(scenario, `shock.Y-USDT={"from":"${here}"}`);
    expect([found.start, found.duration]).toEqual(["2025-01-01T00:00:00Z", "3m"]);
  });
});
