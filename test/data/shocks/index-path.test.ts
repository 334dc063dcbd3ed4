import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compileScenario } from "../../../data/scenario/compile.ts";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { type IndexPath, indexPaths } from "../../../data/shocks/index-path.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { parseTime } from "../../../sim/kernel/time.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "../scenario/support.ts";

const folder = useFolder();
const MAY_2021 = fileURLToPath(new URL("../../../../shared/data/2021-05-19_binance-spot_BTCUSDT_1m.csv.gz", import.meta.url));

async function pathsOf(nameOrFile: string, ...sets: string[]): Promise<IndexPath[]> {
  const isBundled = !nameOrFile.endsWith(".json");
  const scenario = await resolveScenario(nameOrFile, { registries: isBundled ? realRegistries : registries, sets });
  return indexPaths(scenario, compileScenario(scenario).instruments);
}

async function pathOf(nameOrFile: string, ...sets: string[]): Promise<IndexPath> {
  return (await pathsOf(nameOrFile, ...sets))[0] as IndexPath;
}

describe("the index path of a scenario", () => {
  test("has one price at every step from start to end, in whole ticks", async () => {
    const path = await pathOf(await folder.write("s.json", smallScenario()));
    expect(path).toMatchObject({ startUs: Date.UTC(2025, 0, 1) * 1000, intervalUs: 1_000_000 });
    expect([path.ticks.length, path.ticks[0], path.ticks[20], path.ticks[40], path.ticks[60]]).toEqual([61, 200, 180, 210, 210]);
  });

  test("TIME-2 the seed of the scenario decides a path with volatility", async () => {
    const file = await folder.write("s.json", smallScenario());
    const sets = ["shock.volatility=5", "shock.startPrice=100000"];
    const first = await pathOf(file, ...sets);
    expect(await pathOf(file, ...sets)).toEqual(first);
    expect(await pathOf(file, ...sets, "seed=6")).not.toEqual(first);
  });

  test("TIME-2 of several contracts each draws by itself; one more at the end changes no other", async () => {
    const shock = { generate: "waypoints", startPrice: "100000", volatility: 5 };
    const venue = smallVenue();
    const [contract] = venue["instruments"] as JsonObject[];
    venue["instruments"] = ["X", "Y", "Z"].map((base) => ({ ...contract, symbol: `${base}-USDT`, base }));
    const pathsUpTo = async (count: number) => {
      const instruments = ["X-USDT", "Y-USDT", "Z-USDT"].slice(0, count);
      const shocks = Object.fromEntries(instruments.map((symbol) => [symbol, shock]));
      const changes = { venue, instruments, shock: count === 1 ? shock : shocks };
      return pathsOf(await folder.write("s.json", { ...smallScenario(), ...changes }));
    };
    const [one, two, three] = [await pathsUpTo(1), await pathsUpTo(2), await pathsUpTo(3)];
    expect(two.slice(0, 1)).toEqual(one);
    expect(three.slice(0, 2)).toEqual(two);
    expect(three.map(({ startUs, intervalUs, ticks }) => [startUs, intervalUs, ticks.length])).toEqual(
      Array(3).fill([Date.UTC(2025, 0, 1) * 1000, 1_000_000, 61]),
    );
    const [x, y, z] = three.map(({ ticks }) => ticks);
    expect(x).not.toEqual(y);
    expect(y).not.toEqual(z);
  });

  test("names the contract whose prices go beyond whole numbers", async () => {
    const venue = smallVenue();
    const [contract] = venue["instruments"] as JsonObject[];
    venue["instruments"] = [contract, { ...contract, symbol: "Y-USDT", base: "Y" }];
    const wild = { generate: "waypoints", startPrice: "4000000000000000", waypoints: [{ at: "1m", change: 5 }] };
    const shock = { "X-USDT": { generate: "waypoints", startPrice: "100" }, "Y-USDT": wild };
    const scenario = { ...smallScenario(), venue, instruments: ["X-USDT", "Y-USDT"], shock };
    expect(await lineOf(pathOf(await folder.write("s.json", scenario)))).toMatch(/^shock\.Y-USDT: expected prices below/);
  });

  test("refuses prices beyond whole numbers", async () => {
    const scenario = {
      ...smallScenario(),
      shock: { generate: "waypoints", startPrice: "4000000000000000", waypoints: [{ at: "1m", change: 5 }] },
    };
    expect(await lineOf(pathOf(await folder.write("s.json", scenario)))).toMatch(
      /^shock: expected prices below 2\^53 ticks, got \d+ at step \d+$/,
    );
  });

  test.each([
    { name: "calm-day", steps: 86_401, lowest: [-0.04, 0], end: [-0.02, 0.02] },
    { name: "contagion", steps: 7201, lowest: [-0.12, -0.09], end: [-0.08, -0.03] },
    { name: "flash-crash", steps: 7201, lowest: [-0.21, -0.15], end: [-0.12, -0.04] },
    { name: "grinding-decline", steps: 43_201, lowest: [-0.14, -0.11], end: [-0.13, -0.11] },
    { name: "october-2025", steps: 7201, lowest: [-0.16, -0.11], end: [-0.07, 0] },
  ])("$name has its shape", async ({ name, steps, lowest, end }) => {
    const { ticks } = await pathOf(name);
    const start = ticks[0] as number;
    const least = Math.min(...ticks) / start - 1;
    const last = (ticks.at(-1) as number) / start - 1;
    expect(ticks.length).toBe(steps);
    expect(least).toBeGreaterThan(lowest[0] as number);
    expect(least).toBeLessThan(lowest[1] as number);
    expect(last).toBeGreaterThan(end[0] as number);
    expect(last).toBeLessThan(end[1] as number);
  });

  test.skipIf(!existsSync(MAY_2021))("follows the bars of 19 May 2021 (skipped without the file of real bars)", async () => {
    const { shock: _shock, start: _start, duration: _duration, ...rest } = smallScenario();
    const scenario = {
      ...rest,
      venue: "bitda",
      instruments: ["BTC-USDT"],
      pools: {},
      shock: { from: relative(folder.path("."), MAY_2021), snap: true },
    };
    const file = await folder.write("may.json", scenario);
    const path = await pathOf(file, "start=2021-05-19T12:00:00Z", "duration=3h");
    const at = (time: string) => path.ticks[(parseTime(time, "") - path.startUs) / path.intervalUs];
    const low = path.ticks.indexOf(300_000);
    expect(Math.min(...path.ticks)).toBe(300_000);
    expect(path.startUs + low * path.intervalUs).toBeGreaterThanOrEqual(parseTime("2021-05-19T13:10:00Z", ""));
    expect(path.startUs + low * path.intervalUs).toBeLessThan(parseTime("2021-05-19T13:11:00Z", ""));
    expect(at("2021-05-19T12:00:00Z")).toBeGreaterThan(360_000);
  });
});
