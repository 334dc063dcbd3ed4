import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PageChart } from "../../../reports/page/figure.ts";
import { renderSvg } from "../../../reports/render.ts";
import type { ReportChart } from "../../../reports/report-charts.ts";
import { withSweep } from "../../../reports/sweep/sweep.ts";
import { sweepCharts, sweepPage, writeSweepReport } from "../../../reports/sweep/write-sweep-report.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { complaints } from "../complaints.ts";
import { type SweepFixture, writeSweepFixture } from "./fixture.ts";

const HOSTILE = "</script><img src=x onerror=\"window.stolen=1\"> & 'it'";
const BYTES_MOST = 5_000_000;
const CAPITAL = "pools.perpetual/BTC/USDT.seedCapital";
const FEE = "venue.fees.liquidation";
const GRID: SweepFixture = { factors: { [CAPITAL]: ["1000", "10000", "100000"], [FEE]: ["0.0005", "0.001"] }, replications: 4 };
const estimate = (value: number) => ({ value, interval: { low: value - 0.1, high: value + 0.1 } });

let top = "";
let made = 0;
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "sweep-report-"));
});
afterAll(() => rm(top, { recursive: true, force: true }));

interface Drawn {
  readonly directory: string;
  readonly page: string;
  /** The page without its scripts and data. */
  readonly markup: string;
  readonly charts: Readonly<Record<string, PageChart>>;
}

async function drawn(fixture: SweepFixture): Promise<Drawn> {
  made += 1;
  const directory = join(top, String(made));
  await writeSweepFixture(directory, fixture);
  return withSweep(directory, async (sweep) => {
    const charts = await sweepCharts(sweep);
    const page = await sweepPage(sweep, charts);
    const markup = page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
    return { directory, page, markup, charts: Object.fromEntries(charts.map((chart) => [chart.name, chart])) };
  });
}

function emptyOf({ charts }: Drawn): string[] {
  return Object.values(charts).flatMap(({ name, spec }) => (spec === null ? [name] : []));
}

function rowsOf({ charts }: Drawn, chart: string, dataset: string): readonly Readonly<Record<string, unknown>>[] {
  const datasets = (charts[chart]?.spec?.["datasets"] ?? {}) as Record<string, readonly Readonly<Record<string, unknown>>[]>;
  return datasets[dataset] ?? [];
}

async function expectSound({ charts, markup }: Drawn): Promise<void> {
  for (const chart of Object.values(charts))
    if (chart.spec !== null) expect(await complaints(chart as ReportChart), chart.name).toEqual([]);
  expect(markup).not.toMatch(/NaN|undefined|\[object/);
}

describe("the report of a sweep", () => {
  test("values that begin alike, such as whole tables of tiers, have numbers in every chart and table", async () => {
    const tiers = (rate: string) => JSON.stringify([{ upTo: "10", unit: "contracts", maintenanceMarginRate: rate }]);
    const all = await drawn({ factors: { "venue.tiers": [tiers("0.004"), tiers("0.005")], [FEE]: ["0.0005", "0.001"] }, replications: 2 });
    await expectSound(all);
    expect(new Set(rowsOf(all, "heat", "cells").map((row) => row["first"]))).toEqual(new Set(["value 1", "value 2"]));
    const ends = rowsOf(all, "tornado", "effects").filter((row) => row["factor"] === "tiers");
    expect(ends.length).toBeGreaterThan(0);
    for (const row of ends) expect(new Set([row["lowAt"], row["highAt"]])).toEqual(new Set(["value 1", "value 2"]));
    expect(all.markup).toContain("tiers value 1, liquidation 0.0005");
  });

  test("draws every chart without a complaint, and says what was run in numbers", async () => {
    const sweep = await drawn({ ...GRID, warnings: ["settings 0 and 1 gave the same results"] });
    expect(emptyOf(sweep)).toEqual([]);
    await expectSound(sweep);
    for (const text of [
      "24\u00a0runs",
      "6\u00a0settings",
      "settings 0 and 1 gave the same results",
      "fund.maxDrawdown, USDT",
      "seedCapital",
    ])
      expect(sweep.markup).toContain(text);
    for (const { title, caption } of Object.values(sweep.charts)) {
      expect(title.length).toBeGreaterThan(5);
      expect(caption.length).toBeGreaterThan(30);
    }
  });

  test("chart and table of metrics have the analysis's means and intervals", async () => {
    const sweep = await drawn(GRID);
    const analysis = JSON.parse(await readFile(join(sweep.directory, "analysis.json"), "utf8"));
    const row = rowsOf(sweep, "metrics", "metrics").find((one) => one["setting"] === 3 && one["metric"] === "traders.cost, USDT");
    const { mean } = analysis.settings[3].metrics[4];
    expect(Number(row?.["mean"]) / mean.value).toBeCloseTo(1, 4);
    expect(Number(row?.["low"]) / mean.interval.low).toBeCloseTo(1, 4);
    expect(sweep.markup).toContain(Math.round(mean.value).toLocaleString("en-US"));
  });

  test("the worst run is told with its values and its seed, and how to make it again", async () => {
    const { markup, charts } = await drawn(GRID);
    // Of what the fund has left, say, the worst is the least.
    expect(charts["replay"]?.caption).toContain("seed 7: the worst fund.maxDrawdown of all runs, 300,000");
    expect(markup).toMatch(/with the values of #\d+: [^<]* and seed 7, stands in the directory/);
    expect(markup).toContain("<pre>breakwater run worst-run.json</pre>");
  });

  test("failed runs are listed with error and seed, and are in no picture", async () => {
    const sweep = await drawn({ ...GRID, failures: { 5: "an agent threw <b>" } });
    await expectSound(sweep);
    expect(sweep.markup).toContain("an agent threw &lt;b&gt;");
    expect(sweep.markup).toMatch(/Failed runs[\s\S]*data-label="Seed"><span>8</);
    const points = rowsOf(sweep, "exceedance", "drawdowns").filter((row) => row["setting"] === 1 && row["drawdown"] !== 0);
    expect(points).toHaveLength(3);
    expect(points.map((row) => row["part"])).toEqual([1, 0.66667, 0.33333]);
  });

  test("Morris and Sobol indices stand below the tornado", async () => {
    const morris = { mu: 1, muStar: estimate(2), sigma: 0.5 };
    const one = await drawn({ ...GRID, sensitivity: { kind: "morris", metrics: [{ metric: 0, factors: [morris, morris] }] } });
    expect(rowsOf(one, "tornado", "indices").map((row) => row["index"])).toEqual(["μ*", "μ*"]);
    await expectSound(one);
    const sobol = { first: estimate(0.3), total: estimate(0.4) };
    const metrics = [
      { metric: 0, variance: 4, factors: [sobol, sobol] },
      { metric: 1, variance: 0, factors: null },
    ];
    const two = await drawn({ ...GRID, sensitivity: { kind: "saltelli", metrics } });
    expect(rowsOf(two, "tornado", "indices").map((row) => row["index"])).toEqual(["first", "total", "first", "total"]);
    await expectSound(two);
  });

  test("three factors: a map of the two that matter most, sliced by the third", async () => {
    const sweep = await drawn({ factors: { a: [1, 2, 3], b: ["x", "y"], c: [10, 20] }, replications: 2 });
    await expectSound(sweep);
    const params = sweep.charts["heat"]?.spec?.["params"] as { name: string; bind: { options: unknown[] } }[];
    expect(params.map(({ name }) => name)).toEqual(["chosenMetric", "chosenSlice"]);
    expect(params[1]?.bind.options.length).toBeGreaterThanOrEqual(2);
  });

  test("factors of many values become points", async () => {
    const many = Array.from({ length: 40 }, (_, place) => place / 10);
    const sweep = await drawn({ factors: { a: many, b: [1, 2] }, replications: 1 });
    await expectSound(sweep);
    expect(sweep.charts["heat"]?.caption).toContain("a point is a setting");
  });

  test("of several policies each has bars of its own", async () => {
    const sweep = await drawn({ ...GRID, policies: ["profit-times-leverage", "pro-rata-size"] });
    await expectSound(sweep);
    expect(new Set(rowsOf(sweep, "adl-burden", "burden").map((row) => row["policy"]))).toEqual(
      new Set(["profit-times-leverage", "pro-rata-size"]),
    );
  });
});

describe("little to show", () => {
  test("no liquidations, hence no cascades, no map and no auto-deleveraging", async () => {
    const sweep = await drawn({ ...GRID, quiet: true });
    expect(emptyOf(sweep)).toEqual(["cascades", "liquidation-map", "adl-burden"]);
    expect(sweep.markup).toContain("Nothing was liquidated in any run.");
    await expectSound(sweep);
  });

  test("one setting without factors, one replication", async () => {
    const sweep = await drawn({ factors: {}, replications: 1 });
    expect(emptyOf(sweep)).toEqual(["heat", "tornado", "differences"]);
    await expectSound(sweep);
  });

  test("independent seeds have no pairs", async () => {
    expect(emptyOf(await drawn({ ...GRID, commonRandomNumbers: false }))).toEqual(["differences"]);
  });

  test("all runs failed", async () => {
    const failures = Object.fromEntries(Array.from({ length: 4 }, (_, run) => [run, "it broke"]));
    const sweep = await drawn({ factors: { [FEE]: ["0.0005", "0.001"] }, replications: 2, failures });
    expect(emptyOf(sweep)).toHaveLength(Object.keys(sweep.charts).length);
    expect(sweep.markup).toContain("it broke");
    expect(sweep.markup).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("the file", () => {
  test("texts of plan and runs cannot become markup, and nothing is to be fetched", async () => {
    const { page, markup } = await drawn({
      ...GRID,
      factors: { [HOSTILE]: [HOSTILE, "b"], c: [1, 2] },
      name: HOSTILE,
      description: HOSTILE,
      warnings: [HOSTILE],
      failures: { 1: HOSTILE },
    });
    expect(page.includes("</script><img")).toBe(false);
    expect(page.includes("<img src=x")).toBe(false);
    expect(markup).toContain("&lt;/script&gt;&lt;img");
    expect(page.match(/<script\b/g)).toHaveLength(5);
    expect(page.match(/<\/script>/gi)).toHaveLength(5);
    expect(markup).not.toMatch(/\b(?:src|href)="(?!data:)/);
  });

  test("is the same bytes for the same directory, and so are its charts", async () => {
    const sweep = await drawn(GRID);
    const again = await withSweep(sweep.directory, async (open) => sweepPage(open, await sweepCharts(open)));
    expect(again === sweep.page).toBe(true);
    const { spec } = sweep.charts["fund"] as PageChart;
    const [one, two] = [await renderSvg(spec ?? {}), await renderSvg(spec ?? {})];
    expect(one === two).toBe(true);
  });

  test("stays small however many settings there are", async () => {
    const factors = { a: Array.from({ length: 50 }, (_, place) => place), b: Array.from({ length: 24 }, (_, place) => place) };
    const { page, markup } = await drawn({ factors, replications: 2 });
    expect(page.length).toBeLessThan(BYTES_MOST);
    expect(markup).toContain("The first 200 of 1,200");
  });

  test("charts as SVG, PNG and their data as CSV", async () => {
    const { directory } = await drawn(GRID);
    const folder = join(directory, "charts");
    const written = await writeSweepReport(directory, { svgDirectory: folder, pngDirectory: folder, csvDirectory: folder });
    expect(written.html).toBe(join(directory, "report.html"));
    expect(await readdir(folder)).toHaveLength(3 * 11);
    const csv = await readFile(join(folder, "pareto.csv"), "utf8");
    expect(csv.split("\r\n")[0]).toBe("dataset,setting,label,of,a,b,c");
    expect(csv.split("\r\n")).toHaveLength(6 + 2);
  });

  test("a sweep that is not done, or without statistics, is refused and nothing written", async () => {
    const { directory } = await drawn(GRID);
    const file = join(directory, "sweep.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"complete":true', '"complete":false'));
    await expect(writeSweepReport(directory)).rejects.toThrow(
      new InputError(directory, "this sweep is not done: go on with `breakwater sweep … --resume`"),
    );
    const other = await drawn(GRID);
    await rm(join(other.directory, "analysis.json"));
    await expect(writeSweepReport(other.directory)).rejects.toThrow(/analysis\.json: missing/);
    expect(await readdir(directory)).not.toContain("report.html");
  });
});
