import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRuns } from "../../../lab/comparison/compare-runs.ts";
import { compareSweeps } from "../../../lab/comparison/compare-sweeps.ts";
import { withPair } from "../../../reports/comparison/pair.ts";
import { pairCharts } from "../../../reports/comparison/run-charts.ts";
import { runComparisonPage } from "../../../reports/comparison/run-page.ts";
import { sweepCharts } from "../../../reports/comparison/sweep-charts.ts";
import { sweepComparisonPage } from "../../../reports/comparison/sweep-page.ts";
import type { PageChart } from "../../../reports/page/figure.ts";
import { runsOf, writeSweepFixture } from "../../lab/comparison/sweep-fixture.ts";
import { complaints } from "../complaints.ts";
import { writeFixture } from "../fixture.ts";

const HOSTILE = "</script><script>stolen=1</script>";
let top = "";
/** In all of the shorter run. */
let liquidated = 0;
const at = (name: string) => join(top, name);
type Rows = readonly Record<string, unknown>[];
const rowsOf = (chart: PageChart | undefined, name: string) =>
  ((chart?.spec?.["datasets"] as Record<string, Rows> | undefined)?.[name] ?? []) as Rows;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "comparison-"));
  await writeFixture(at("long"), { crash: true, seconds: 7_200 });
  const short = await writeFixture(at("short"), { crash: true, seconds: 3_600, name: HOSTILE });
  liquidated = Number((short["liquidations"] as { notional: string }).notional);
  await writeFixture(at("quiet"), { crash: false, seconds: 600 });
  const values = [`<img src=x onerror="stolen=2">`, "b"];
  await writeSweepFixture(at("one"), {
    factor: "f",
    values,
    runs: runsOf(
      2,
      3,
      (place) => place % 3,
      (place) => place,
    ),
  });
  await writeSweepFixture(at("other"), {
    factor: "f",
    values,
    runs: runsOf(
      2,
      3,
      (place) => place % 3,
      (place) => 3 * place,
    ),
  });
});
afterAll(() => rm(top, { recursive: true, force: true }));

async function chartsOf(first: string, second: string): Promise<PageChart[]> {
  return withPair([at(first), at(second)], [first, second], pairCharts);
}

describe("charts of two runs", () => {
  test("both are in every chart, over the time that both have, and nothing is complained about", async () => {
    const charts = await chartsOf("long", "short");
    expect(charts.map(({ name }) => name)).toEqual(["price", "fund", "cumulative", "liquidation-map", "cascade-sizes", "adl-burden"]);
    for (const chart of charts) {
      expect(chart.spec, chart.name).not.toBeNull();
      expect(await complaints(chart as never), chart.name).toEqual([]);
    }
    const price = rowsOf(charts[0], "mark");
    const end = Date.UTC(2025, 9, 10, 21);
    expect(new Set(price.map((row) => row["run"]))).toEqual(new Set(["long", "short"]));
    expect(Math.max(...price.map((row) => Number(row["t"])))).toBe(end);
    // Up to its end the shorter run is the longer one: the difference is zero all along.
    for (const { difference } of rowsOf(charts[0], "moments") as { difference?: number }[]) expect(difference).toBe(0);
    const sums = rowsOf(charts[2], "liquidated").filter((row) => row["t"] === end);
    const all = (run: string) => sums.find((row) => row["run"] === run)?.["v"];
    expect(all("short")).toBeCloseTo(liquidated, 0);
    // By then the longer one goes on.
    expect(Number(all("long"))).toBeGreaterThan(0);
    expect(Math.max(...rowsOf(charts[3], "firstCells").map((row) => Number(row["t"])))).toBeLessThanOrEqual(end);
  });

  test("a run without liquidations beside one with: drawn where one has something; both without say so", async () => {
    for (const chart of await chartsOf("long", "quiet"))
      if (chart.spec !== null) expect(await complaints(chart as never), chart.name).toEqual([]);
    const empty = (await chartsOf("quiet", "quiet")).filter(({ spec }) => spec === null);
    expect(empty.map(({ name }) => name)).toEqual(["cumulative", "liquidation-map", "cascade-sizes", "adl-burden"]);
    for (const { caption } of empty) expect(caption).toMatch(/^[A-Z].*\.$/);
  });

  test("the page: same runs are told to be the same, text from files stays text, the same input gives the same bytes", async () => {
    const comparison = await compareRuns(at("long"), at("short"));
    const page = await runComparisonPage(comparison, await chartsOf("long", "short"));
    expect(page).toBe(await runComparisonPage(comparison, await chartsOf("long", "short")));
    expect(page.includes(HOSTILE)).toBe(false);
    expect(page.match(/<script\b/g)).toHaveLength(5);
    const text = page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
    expect(text).toContain("they are the same run");
    expect(text).toContain("charts over time show what both have");
    expect(text).toContain("the deepest drawdown of any pool");
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    expect(page.length).toBeLessThan(5_000_000);
  });
});

describe("charts of two sweeps", () => {
  test("means and differences by setting with their intervals, and the exceedance of both", async () => {
    const comparison = await compareSweeps(at("one"), at("other"));
    const charts = sweepCharts(comparison);
    expect(charts.map(({ name }) => name)).toEqual(["fund-maxDrawdown-by-setting", "fund-maxDrawdown-exceedance"]);
    for (const chart of charts) expect(await complaints(chart as never), chart.name).toEqual([]);
    expect(rowsOf(charts[0], "means")).toHaveLength(4);
    const [first] = rowsOf(charts[0], "differences");
    expect(first).toMatchObject({ setting: "#0", v: 2, how: "3 pairs" });
    expect(Number(first?.["low"])).toBeLessThan(2);
    expect(rowsOf(charts[1], "curves")).toHaveLength(12);
    const page = await sweepComparisonPage(comparison, charts);
    expect(page.includes("<img src=x")).toBe(false);
    expect(page).toContain("&lt;img src=x");
    expect(page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "")).not.toMatch(/NaN|undefined|\[object/);
  });
});
