import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { leveragedRetail } from "../../agents/leveraged-retail.ts";
import { drawPlan, type PlanSettings } from "../../agents/retail-plan.ts";
import { CountingStream, SECOND } from "./support.ts";

const SETTINGS: PlanSettings = {
  ...{ entryUs: 1_200 * SECOND, followShare: 0.6, longShare: 0.7, stakeQuanta: 200e6, stakeSpread: 0.8 },
  ...{ holdingUs: 1_800 * SECOND, holdingSpread: 1.2, stopShare: 0.4, takeProfitShare: 0.3, addShare: 0.3, addsMost: 3 },
  ...{ giveUpShare: 0.25, reopenShare: 0.12, reopenDelayUs: 297 * SECOND, reopenDelaySpread: 2 },
};

const PLANS = (() => {
  const stream = new CountingStream("11/agent/leveraged-retail/1");
  return Array.from({ length: 20_000 }, () => drawPlan(SETTINGS, stream));
})();

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const share = (of: (plan: (typeof PLANS)[number]) => boolean) => PLANS.filter(of).length / PLANS.length;

describe("plans of leveraged retail", () => {
  test("waits are exponential", () => {
    const waits = PLANS.map(({ waitUs }) => waitUs / SETTINGS.entryUs);
    expect(Math.abs(mean(waits) - 1)).toBeLessThan(0.03);
    expect(Math.abs(deviation(waits) - 1)).toBeLessThan(0.04);
    expect(Math.abs(waits.filter((wait) => wait > 2).length / waits.length - Math.exp(-2))).toBeLessThan(0.01);
  });

  test.each([
    ["holding times", "holdingUs", SETTINGS.holdingUs, 1.2],
    ["margins", "stakeQuanta", SETTINGS.stakeQuanta, 0.8],
    ["delays", "reopenDelayUs", SETTINGS.reopenDelayUs, 2],
  ] as const)("%s are lognormal: median and deviation of the logarithm", (_, field, median, spread) => {
    const logs = PLANS.map((plan) => Math.log(plan[field] / median));
    expect(Math.abs(mean(logs))).toBeLessThan(0.03 * spread);
    expect(Math.abs(deviation(logs) / spread - 1)).toBeLessThan(0.02);
    // A normal has 2.3 % beyond two deviations.
    expect(Math.abs(logs.filter((log) => log > 2 * spread).length / logs.length - 0.02275)).toBeLessThan(0.005);
  });

  test("probabilities are those asked for, each on its own", () => {
    const close = (of: (plan: (typeof PLANS)[number]) => boolean, probability: number) =>
      expect(Math.abs(share(of) - probability)).toBeLessThan(0.012);
    close(({ follows }) => follows, 0.6);
    close(({ isLong }) => isLong, 0.7);
    close(({ hasStop }) => hasStop, 0.4);
    close(({ hasTakeProfit }) => hasTakeProfit, 0.3);
    close(({ hasStop, hasTakeProfit }) => hasStop && hasTakeProfit, 0.12);
    close(({ givesUp }) => givesUp, 0.25);
    close(({ reopens }) => reopens, 0.12);
  });

  test("margin is added again with the same probability each time, up to the most", () => {
    for (const [times, probability] of [
      [0, 0.7],
      [1, 0.3 * 0.7],
      [2, 0.09 * 0.7],
      [3, 0.027],
    ] as const)
      expect(Math.abs(share(({ additions }) => additions === times) - probability)).toBeLessThan(0.012);
    const stream = new CountingStream("1");
    for (const [addShare, times] of [
      [0, 0],
      [1, 3],
    ] as const)
      for (let draw = 0; draw < 50; draw++) expect(drawPlan({ ...SETTINGS, addShare }, stream).additions).toBe(times);
  });

  test("TIME-2 every plan takes the same number of numbers", () => {
    for (const given of [{}, { addShare: 0 }, { stakeSpread: 0, holdingSpread: 0 }, { stopShare: 0, reopenShare: 1 }]) {
      const stream = new CountingStream("1");
      drawPlan({ ...SETTINGS, ...given }, stream);
      expect(stream.draws).toBe(14);
    }
  });
});

const REACTIONS = new URL("../../../shared/data/hl_20251010_adl_user_reaction.csv.gz", import.meta.url);

test.skipIf(!existsSync(REACTIONS))(
  "ADL-6 the defaults of what follows a deleveraging are those of the accounts of 10 October 2025",
  () => {
    const [head, ...rows] = gunzipSync(readFileSync(REACTIONS)).toString("utf8").trim().split("\n");
    const names = (head as string).split(",");
    const cells = rows.map((row) => row.split(","));
    const column = (name: string) => cells.map((row) => row[names.indexOf(name)] as string);
    const latencies = column("median_latency_ms")
      .filter((cell) => cell !== "")
      .map(Number)
      .sort((a, b) => a - b);
    const defaults = leveragedRetail.parameters.parse({});
    expect(cells).toHaveLength(19_351);
    expect(latencies.length / cells.length).toBeCloseTo(defaults.reopenShare, 2);
    expect(latencies[Math.floor(latencies.length / 2)]).toBeCloseTo(297_000, -3);
    expect(defaults.reopenDelay).toBe("297s");
    const within = (seconds: number) => mean(column(`share_any_nonadl_fill_${seconds * 1_000}ms`).map(Number));
    expect([within(60), within(300)].map((part) => Math.round(1_000 * part))).toEqual([28, 56]);
    const undone = mean(column("mean_undo_frac_300000ms").map(Number));
    expect(undone / within(300)).toBeCloseTo(defaults.reopenPart, 2);
    // Logarithms of the times: between the first and the last tenth lie 2.56 deviations of a normal.
    const tenth = (part: number) => Math.log(latencies[Math.floor(part * latencies.length)] as number);
    expect(Math.abs((tenth(0.9) - tenth(0.1)) / 2.563 - defaults.reopenDelaySpread)).toBeLessThan(0.25);
  },
);
