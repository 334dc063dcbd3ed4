import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHARTS } from "../../../reports/charts/all.ts";
import { BUCKETS_MOST, bucketsOf, bucketWidth } from "../../../reports/charts/chart.ts";
import { type ReportChart, reportCharts } from "../../../reports/report-charts.ts";
import { complaints } from "../complaints.ts";
import { CRASH, writeFixture } from "../fixture.ts";

const POINTS_MOST = 2_200;
const DAY_US = 86_400_000_000;

let top = "";
let summary: Record<string, unknown> = {};
let crash: ReportChart[] = [];
let quiet: ReportChart[] = [];

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "charts-"));
  summary = await writeFixture(join(top, "crash"), { crash: true });
  await writeFixture(join(top, "quiet"), { crash: false });
  crash = await reportCharts(join(top, "crash"));
  quiet = await reportCharts(join(top, "quiet"));
});
afterAll(() => rm(top, { recursive: true, force: true }));

type Rows = readonly Record<string, unknown>[];

function datasets(chart: ReportChart | undefined): Record<string, Rows> {
  return (chart?.spec?.["datasets"] ?? {}) as Record<string, Rows>;
}

function named(charts: readonly ReportChart[], name: string): ReportChart | undefined {
  return charts.find((chart) => chart.name === name);
}

interface Layer {
  readonly mark: { readonly type: string };
  readonly encoding: { readonly y: { readonly stack?: unknown } };
}

const sum = (rows: Rows | undefined, field: string) => (rows ?? []).reduce((total, row) => total + Number(row[field]), 0);

describe("charts of a crash", () => {
  test("every chart has something to show, with a caption in figures", () => {
    expect(crash.map(({ name }) => name)).toEqual(CHARTS.map(({ name }) => name));
    for (const chart of crash) {
      expect(chart.spec, chart.name).not.toBeNull();
      expect(chart.caption, chart.name).toMatch(/\d/);
    }
  });

  test("every chart is valid Vega-Lite, drawn without a complaint", async () => {
    for (const chart of crash) expect(await complaints(chart), chart.name).toEqual([]);
  });

  test("no chart holds more points than a page can bear", () => {
    for (const chart of crash) {
      const points = Object.values(datasets(chart)).reduce((total, rows) => total + rows.length, 0);
      expect(points, chart.name).toBeLessThan(POINTS_MOST);
    }
  });

  test("the index keeps its low to the tick and the second, however coarse the buckets", () => {
    const lowest = [...(datasets(named(crash, "price"))["index"] ?? [])].sort((a, b) => Number(a["v"]) - Number(b["v"]))[0];
    expect(lowest).toMatchObject({ v: CRASH.lowTicks / 10, t: Date.UTC(2025, 9, 10, 20) + CRASH.lowSecond * 1000 });
  });

  test("every liquidation is counted, once, in price, per minute and by what closed it", () => {
    const { count, notional } = summary["liquidations"] as { count: number; notional: string };
    expect(sum(datasets(named(crash, "price"))["liquidations"], "liquidations")).toBe(count);
    const perMinute = datasets(named(crash, "liquidations"))["bars"];
    expect(sum(perMinute, "liquidations")).toBe(count);
    expect(sum(perMinute, "liquidated")).toBeCloseTo(Number(notional), 0);
    expect(sum(datasets(named(crash, "closing"))["bars"], "value")).toBeCloseTo(Number(notional), 0);
    expect(sum(datasets(named(crash, "closing"))["sides"], "share")).toBeCloseTo(2, 6);
  });

  test("the fund keeps its lowest balance and its deepest drawdown, and its entries add up to its end", () => {
    const [pool] = summary["funds"] as { start: string; end: string; lowest: string; maxDrawdown: string }[];
    const { available = [], drawdown = [], movements } = datasets(named(crash, "fund"));
    expect(Math.min(...available.map((row) => Number(row["v"])))).toBeCloseTo(Number(pool?.lowest), 2);
    expect(Math.min(...drawdown.map((row) => Number(row["v"])))).toBeCloseTo(-Number(pool?.maxDrawdown), 2);
    expect(Number(pool?.start) + sum(movements, "amount")).toBeCloseTo(Number(pool?.end), 1);
    expect(available.at(-1)?.["v"]).toBeCloseTo(Number(pool?.end), 2);
  });

  test("ADL per minute, in all and by account agree with the summary", () => {
    const { notional } = summary["adl"] as { notional: string };
    const { bars, cumulative = [], accounts = [] } = datasets(named(crash, "adl"));
    expect(sum(bars, "value")).toBeCloseTo(Number(notional), 0);
    expect(cumulative.at(-1)?.["v"]).toBeCloseTo(Number(notional), 0);
    const values = accounts.map((row) => Number(row["value"]));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(sum(accounts, "share")).toBeLessThanOrEqual(1);
  });

  test("areas are not stacked: several points may stand at one time", () => {
    const panels = crash.flatMap(({ spec }) => (spec?.["vconcat"] ?? []) as readonly { readonly layer: readonly Layer[] }[]);
    const layers = panels.flatMap(({ layer }) => layer);
    const areas = layers.filter(({ mark }) => mark.type === "area");
    expect(areas.length).toBeGreaterThan(1);
    for (const { encoding } of areas) expect(encoding.y.stack).toBeNull();
  });

  test("the thinnest book and the widest spread survive the buckets", () => {
    const { bids = [], spread = [] } = datasets(named(crash, "depth"));
    expect(Math.min(...bids.map((row) => Number(row["v"])))).toBeLessThan(20);
    expect(Math.max(...spread.map((row) => Number(row["v"])))).toBeGreaterThan(0.9);
  });
});

describe("charts of a run in which nothing happens", () => {
  test("what has nothing to show says so in words instead of an empty frame", () => {
    for (const name of ["fund", "liquidations", "closing", "adl"]) {
      const chart = named(quiet, name);
      expect(chart?.spec, name).toBeNull();
      expect(chart?.caption, name).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("price and depth are drawn, without a complaint and without marks of liquidations", async () => {
    for (const name of ["price", "depth"]) expect(await complaints(named(quiet, name) as ReportChart)).toEqual([]);
    expect(named(quiet, "price")?.caption).toBe("Nothing was liquidated.");
  });
});

test("buckets are round, and never more than the most, from a second to years", () => {
  for (const spanUs of [1, 1e6, 3 * 3_600e6, DAY_US, 30 * DAY_US, 3_650 * DAY_US]) {
    const { bucketUs, barUs } = bucketsOf(0, spanUs);
    expect(spanUs / bucketUs).toBeLessThanOrEqual(BUCKETS_MOST);
    expect(spanUs / barUs).toBeLessThanOrEqual(BUCKETS_MOST);
    expect(barUs % 60e6).toBe(0);
  }
  expect(bucketWidth(3 * 3_600e6, 60e6)).toBe(60e6);
});
