import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import type { TemplateShock } from "../../../data/scenario/shock-schema.ts";
import { barsPath, coverageOf } from "../../../data/shocks/bars.ts";
import { TEMPLATE_NAMES } from "../../../data/shocks/template-names.ts";
import { pathOfTemplate, readTemplate, timesOfTemplate, waypointsOfTemplate } from "../../../data/shocks/templates.ts";
import { waypointsPath } from "../../../data/shocks/waypoints.ts";
import { readBars } from "../../../data/sources/read-bars.ts";
import { registries, useFolder } from "../scenario/support.ts";
import { returnsOf, variance } from "./moments.ts";
import { pathsOf, scenarioOf } from "./scenario-paths.ts";

const folder = useFolder();
const DATA = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const TICK = "0.0000001";
const PLAIN: Omit<TemplateShock, "template"> = { skip: "0s", scale: 1, stretch: 1, volatility: 0 };

test("there is a file for each name, with sources and rising times", async () => {
  const files = await readdir(new URL("../../../data/shocks/templates/", import.meta.url));
  expect(files.sort()).toEqual(TEMPLATE_NAMES.map((name) => `${name}.json`));
  for (const name of TEMPLATE_NAMES) {
    const template = await readTemplate(name);
    expect(template.start.slice(0, 10)).toBe(name);
    expect(template.description.length).toBeGreaterThan(40);
    for (const [of, path] of Object.entries(template.paths)) {
      expect(path.source).toMatch(/^(Binance|OKX|Bybit) .*as published by/);
      expect(path.tolerance).toBeLessThan(of === "LUNA" ? 0.4 : 0.1);
      const { waypoints } = waypointsOfTemplate(path, { template: name, ...PLAIN }, TICK);
      expect(waypoints.every(({ atUs }, index) => atUs > (waypoints[index - 1]?.atUs ?? 0))).toBe(true);
    }
    // All assets of a crash end together.
    const ends = Object.values(template.paths).map((path) => timesOfTemplate(template, path, PLAIN).durationUs);
    expect(new Set(ends).size).toBe(1);
  }
});

/** Which bars each path follows, the figures of which it was made. */
const BARS: readonly (readonly [name: (typeof TEMPLATE_NAMES)[number], of: string, file: string])[] = [
  ["2020-03-12", "BTC", "2020-03-12_binance-spot_BTCUSDT_5m.csv.gz"],
  ["2021-05-19", "BTC", "2021-05-19_binance-spot_BTCUSDT_1m.csv.gz"],
  ["2021-05-19", "ETH", "2021-05-19_binance-spot_ETHUSDT_1m.csv.gz"],
  ["2021-05-19", "DOGE", "2021-05-19_binance-spot_DOGEUSDT_1m.csv.gz"],
  ["2022-05-09", "BTC", "2022-05-12_okx-perp_BTCUSDT_5m.csv.gz"],
  ["2022-05-09", "ETH", "2022-05-12_okx-perp_ETHUSDT_5m.csv.gz"],
  ["2022-05-09", "SOL", "2022-05-12_okx-perp_SOLUSDT_5m.csv.gz"],
  ["2022-05-09", "LUNA", "2022-05-12_binance-spot_LUNAUSDT_1m.csv.gz"],
  ["2025-10-10", "BTC", "2025-10-10_binance-perp_BTCUSDT_5m.csv.gz"],
  ["2025-10-10", "ETH", "2025-10-10_binance-perp_ETHUSDT_5m.csv.gz"],
  ["2025-10-10", "SOL", "2025-10-10_bybit-perp_SOLUSDT_5m.csv.gz"],
  ["2025-10-10", "DOGE", "2025-10-10_binance-perp_DOGEUSDT_5m.csv.gz"],
];

describe.skipIf(!existsSync(DATA))("each path follows the real bars (skipped without ../shared/data)", () => {
  test.each(BARS)("%s %s within its tolerance, and has the day's low where it was", async (name, of, file) => {
    const bars = await readBars(`${DATA}${file}`);
    const template = await readTemplate(name);
    const path = pathOfTemplate(template, { of });
    const times = timesOfTemplate(template, path, PLAIN);
    const { endUs } = coverageOf(bars);
    const durationUs = Math.min(times.durationUs, endUs - times.startUs);
    const intervalUs = 15_000_000;
    const real = barsPath(bars, { startUs: times.startUs, durationUs, intervalUs, tickSize: TICK, snap: true, file });
    const made = waypointsPath({ ...waypointsOfTemplate(path, { template: name, of, ...PLAIN }, TICK), durationUs, intervalUs }, () => 0);
    const apart = [...made].map((ticks, step) => Math.abs(Math.log(ticks / (real[step] as number))));
    expect(Math.max(...apart)).toBeLessThan(path.tolerance);
    const middle = [...apart].sort((a, b) => a - b)[Math.floor(apart.length / 2)] as number;
    expect(middle).toBeLessThan(path.tolerance / 2);
    const [low, madeLow] = [Math.min(...real), Math.min(...made)];
    expect(Math.abs(madeLow / low - 1)).toBeLessThan(0.002);
    expect(Math.abs(made.indexOf(madeLow) - real.indexOf(low)) * 15).toBeLessThanOrEqual(60);
  });

  test.each(["BTC", "ETH"])("2020-03-12 %s goes through the lows of the hours, those of the night too", async (of) => {
    const bars = await readBars(`${DATA}2020-03-12_binance-spot_${of}USDT_1h.csv.gz`, { gaps: "hold" });
    const template = await readTemplate("2020-03-12");
    const path = pathOfTemplate(template, { of });
    const { startUs, durationUs } = timesOfTemplate(template, path, PLAIN);
    const grid = { durationUs, intervalUs: 60_000_000 };
    const made = waypointsPath({ ...waypointsOfTemplate(path, { template: "2020-03-12", of, ...PLAIN }, TICK), ...grid }, () => 0);
    for (let hour = 0; hour < 48; hour++) {
      const bar = bars.timeUs.indexOf(startUs + hour * 3_600_000_000);
      const within = made.subarray(hour * 60, hour * 60 + 61);
      const low = (bars.low[bar] as number) / Number(TICK);
      expect(Math.abs(Math.log(Math.min(...within) / low))).toBeLessThan(path.tolerance + 0.01);
    }
    expect((Math.min(...made) * Number(TICK)).toFixed(0)).toBe(of === "BTC" ? "3782" : "86");
  });
});

describe("a shock along a known crash", () => {
  async function path(shock: JsonObject, changes: JsonObject = {}) {
    const { start: _start, duration: _duration, ...rest } = scenarioOf([shock]);
    const file = await folder.write("s.json", { ...rest, index: { interval: "15s" }, ...changes });
    const { start, duration } = await resolveScenario(file, { registries });
    return { start, duration, ticks: (await pathsOf(file))[0] as number[] };
  }

  test("begins and ends with the crash, at its price, and is as deep as it was", async () => {
    const { start, duration, ticks } = await path({ template: "2021-05-19" });
    expect([start, duration]).toEqual(["2021-05-19T00:00:00Z", "1d"]);
    expect([ticks.length, ticks[0], Math.min(...ticks)]).toEqual([5761, 4_285_000, 3_000_000]);
  });

  test("bridges move between the waypoints, by the seed and not beyond them", async () => {
    const calm = (await path({ template: "2021-05-19", volatility: 0 })).ticks;
    const own = (await path({ template: "2021-05-19" })).ticks;
    const other = (await path({ template: "2021-05-19" }, { seed: 9 })).ticks;
    expect(own).not.toEqual(other);
    const same = own.flatMap((tick, step) => (tick === calm[step] && tick === other[step] ? step : []));
    // Every waypoint lies on a step of a quarter of a minute.
    expect(same.length).toBeGreaterThanOrEqual(51);
    expect(same.length).toBeLessThan(80);
  });

  test("scale deepens it, stretch slows it, startPrice moves it, for any asset of it", async () => {
    const deep = await path({ template: "2025-10-10", of: "DOGE", startPrice: "1000", scale: 0.5, stretch: 2, volatility: 0 });
    const plain = await path({ template: "2025-10-10", of: "DOGE", startPrice: "1000", volatility: 0 });
    expect([deep.duration, plain.duration]).toEqual(["2d", "1d"]);
    expect([deep.ticks[0], plain.ticks[0]]).toEqual([100_000, 100_000]);
    const [deepest, plainest] = [Math.min(...deep.ticks) / 1e5, Math.min(...plain.ticks) / 1e5];
    expect(deepest).toBeCloseTo(Math.sqrt(plainest), 3);
    expect(Math.abs(deep.ticks.indexOf(Math.min(...deep.ticks)) - 2 * plain.ticks.indexOf(Math.min(...plain.ticks)))).toBeLessThanOrEqual(
      1,
    );
  });

  test("skip begins within the crash, at the level it had there", async () => {
    const whole = (await path({ template: "2021-05-19", volatility: 0 })).ticks;
    const late = await path({ template: "2021-05-19", skip: "12h", volatility: 0 });
    expect([late.start, late.duration]).toEqual(["2021-05-19T12:00:00Z", "12h"]);
    expect(Math.max(...late.ticks.map((tick, step) => Math.abs(tick - (whole[2880 + step] as number))))).toBeLessThanOrEqual(1);
    const deep = await path({ template: "2021-05-19", skip: "12h", volatility: 0, scale: 2 });
    expect(Math.min(...deep.ticks) / (deep.ticks[0] as number)).toBeCloseTo((Math.min(...late.ticks) / (late.ticks[0] as number)) ** 2, 4);
  });

  test("its own volatility follows scale and stretch", async () => {
    const spread = async (shock: JsonObject) => {
      const [with_, without] = [await path(shock), await path({ ...shock, volatility: 0 })];
      const apart = with_.ticks.map((tick, step) => Math.log(tick / (without.ticks[step] as number)));
      return Math.sqrt(variance(returnsOf(apart)));
    };
    const plain = await spread({ template: "2025-10-10" });
    expect((await spread({ template: "2025-10-10", scale: 2 })) / plain).toBeCloseTo(2, 1);
    expect((await spread({ template: "2025-10-10", stretch: 4 })) / plain).toBeCloseTo(0.5, 1);
  });

  test("a longer run stays at its end, a shorter one is its beginning", async () => {
    const calm = { template: "2025-10-10", volatility: 0 };
    const whole = (await path(calm)).ticks;
    const longer = (await path(calm, { duration: "25h" })).ticks;
    expect(longer.slice(0, 5761)).toEqual(whole);
    expect(new Set(longer.slice(5760)).size).toBe(1);
    expect((await path(calm, { duration: "10h" })).ticks).toEqual(whole.slice(0, 2401));
  });
});
