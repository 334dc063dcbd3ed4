import { describe, expect, test } from "vitest";
import { type WaypointsOptions, waypointsPath } from "../../../data/shocks/waypoints.ts";
import { normal } from "../../../sim/kernel/distributions.ts";
import { createStream } from "../../../sim/kernel/random.ts";

const SECOND_US = 1_000_000;
const OPTIONS: WaypointsOptions = {
  startTicks: 1_000_000,
  waypoints: [
    { atUs: 100 * SECOND_US, change: -0.01 },
    { atUs: 160 * SECOND_US, change: -0.18 },
    { atUs: 200 * SECOND_US, change: -0.1 },
  ],
  interpolation: "geometric",
  volatility: 0.8,
  durationUs: 300 * SECOND_US,
  intervalUs: SECOND_US,
};

function path(changes: Partial<WaypointsOptions> = {}, seed = 7): Float64Array {
  const stream = createStream(seed, "shock/index");
  return waypointsPath({ ...OPTIONS, ...changes }, () => normal(stream));
}

describe("a generated path", () => {
  test.each([1, 2, 3])("is pinned at start, waypoints and end, seed %i", (seed) => {
    const ticks = path({}, seed);
    expect(ticks.length).toBe(301);
    expect([ticks[0], ticks[100], ticks[160], ticks[200], ticks[300]]).toEqual([1_000_000, 990_000, 820_000, 900_000, 900_000]);
  });

  test("TIME-2 the same seed gives the same path, another seed another one", () => {
    expect(path()).toEqual(path());
    expect(path({}, 8)).not.toEqual(path());
  });

  test("TIME-3 portable values", () => {
    const ticks = path();
    expect([1, 50, 99, 101, 130, 159, 161, 180, 199, 201, 250, 299].map((step) => ticks[step])).toMatchInlineSnapshot(`
      [
        999859,
        995360,
        990217,
        986939,
        900737,
        822650,
        822048,
        859289,
        897822,
        900265,
        899250,
        899966,
      ]
    `);
  });

  test("is smooth without volatility: straight in the logarithm, or in the price", () => {
    const geometric = path({ volatility: 0 });
    const linear = path({ volatility: 0, interpolation: "linear" });
    expect(geometric[50]).toBe(Math.round(1_000_000 * Math.sqrt(0.99)));
    expect(linear[50]).toBe(995_000);
    expect(geometric[130]).toBe(Math.round(1_000_000 * Math.sqrt(0.99 * 0.82)));
    expect(linear[130]).toBe(905_000);
    expect([...geometric.subarray(200)].every((tick) => tick === 900_000)).toBe(true);
    expect([...path({ volatility: 0, waypoints: [] })].every((tick) => tick === 1_000_000)).toBe(true);
  });

  test("has the volatility it is given, annualised over 365 days", () => {
    const steps = 100_000;
    const ticks = path({ startTicks: 1e12, waypoints: [], durationUs: steps * SECOND_US, volatility: 0.8 });
    let sum = 0;
    for (let step = 1; step <= steps; step++) sum += Math.log((ticks[step] as number) / (ticks[step - 1] as number)) ** 2;
    expect(Math.sqrt((sum / steps) * 365 * 86_400)).toBeCloseTo(0.8, 2);
  });

  test("spreads most in the middle of a bridge: a quarter of the variance of its length", () => {
    const durationUs = 400 * SECOND_US;
    const middles = Array.from(
      { length: 2000 },
      (_, seed) => path({ startTicks: 1e12, waypoints: [], durationUs, volatility: 10, intervalUs: 100 * SECOND_US }, seed)[2],
    );
    const variance = middles.reduce((sum: number, tick) => sum + Math.log((tick as number) / 1e12) ** 2, 0) / middles.length;
    expect(variance / ((100 * 400) / (365 * 86_400) / 4)).toBeCloseTo(1, 0);
    expect(Math.abs(variance / ((100 * 400) / (365 * 86_400) / 4) - 1)).toBeLessThan(0.1);
  });

  test("a waypoint between two steps is passed without being sampled", () => {
    const ticks = path({ waypoints: [{ atUs: 100.5 * SECOND_US, change: -0.5 }], volatility: 0, interpolation: "linear" });
    expect([ticks[100], ticks[101]]).toEqual([Math.round(1_000_000 * (1 - 0.5 * (100 / 100.5))), 500_000]);
  });

  test("TIME-2 a further waypoint leaves the draws of all steps as they were", () => {
    const before = path({ waypoints: [{ atUs: 100 * SECOND_US, change: 0 }] });
    const after = path({
      waypoints: [
        { atUs: 100 * SECOND_US, change: 0 },
        { atUs: 200 * SECOND_US, change: 0 },
      ],
    });
    expect(after.subarray(0, 101)).toEqual(before.subarray(0, 101));
    const [moveBefore, moveAfter] = [before, after].map((ticks) => (ticks[101] as number) - (ticks[100] as number));
    expect(Math.sign(moveAfter as number)).toBe(Math.sign(moveBefore as number));
  });

  test("never falls below one tick", () => {
    const ticks = path({ startTicks: 10, waypoints: [{ atUs: 100 * SECOND_US, change: -0.9999 }], volatility: 5 });
    expect(Math.min(...ticks)).toBe(1);
  });
});
