/** The report of a run in which positions are reduced before they are taken over (LIQ-3). */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../data/store/run-directory.ts";
import { renderReport } from "../../reports/render-report.ts";
import { type ReportChart, reportCharts } from "../../reports/report-charts.ts";
import { REDUCING, recordRun, type SmallRun } from "../data/audit/recorded-run.ts";
import { complaints } from "./complaints.ts";

let top = "";
let summary: Summary;
let charts: ReportChart[] = [];
let markup = "";

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "report-reducing-"));
  const directory = await recordRun(top, REDUCING.at(-1) as SmallRun);
  summary = JSON.parse(await readFile(join(directory, "summary.json"), "utf8")) as Summary;
  charts = await reportCharts(directory);
  markup = (await renderReport(directory)).replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
});
afterAll(() => rm(top, { recursive: true, force: true }));

type Rows = readonly Record<string, unknown>[];
const rowsOf = (kind: string, dataset: string): Rows =>
  charts.filter((chart) => chart.kind === kind).flatMap(({ spec }) => ((spec?.["datasets"] ?? {}) as Record<string, Rows>)[dataset] ?? []);
const sum = (rows: Rows, field: string) => rows.reduce((total, row) => total + Number(row[field]), 0);

describe("a report of positions that were reduced first", () => {
  test("LIQ-3: what was closed adds up to what was liquidated, of which a part was reduced", () => {
    const liquidated = Number(summary.liquidations.notional);
    for (const [kind, dataset, field] of [
      ["closing", "bars", "value"],
      ["closing", "sides", "value"],
      ["liquidations", "bars", "liquidated"],
      ["price", "liquidations", "liquidated"],
    ] as const) {
      expect(sum(rowsOf(kind, dataset), field) / liquidated, `${kind}, ${dataset}`).toBeCloseTo(1, 6);
    }
    const reduced = rowsOf("closing", "bars").filter(({ path }) => path === "partial reduction");
    expect(sum(reduced, "value")).toBeGreaterThan(0);
    expect(sum(reduced, "value")).toBeLessThan(liquidated);
  });

  test("charts are drawn without a complaint", async () => {
    for (const chart of charts) if (chart.spec !== null) expect(await complaints(chart), chart.name).toEqual([]);
  });

  test("LIQ-3: the page says how many were only reduced, in all and in each instrument", () => {
    const { count, byPath } = summary.liquidations;
    expect(markup).toMatch(new RegExp(`${count}\\sliquidations closed positions worth`));
    expect(markup).toContain(`${byPath.reduced} of them only in part`);
    expect(markup).toContain("Only reduced");
    expect(markup).toContain("of them only reduced");
    for (const { reduced } of summary.instruments ?? [])
      expect(markup).toContain(`<td data-label="of them only reduced"><span>${reduced}</span>`);
  });
});
