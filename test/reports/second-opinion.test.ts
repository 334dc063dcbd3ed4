import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import type { Summary } from "../../data/store/run-directory.ts";
import { runWithTwin, writeWithTwin } from "../../lab/counterfactual.ts";
import { registries } from "../../lab/registries.ts";
import { count } from "../../reports/format.ts";
import { renderReport } from "../../reports/render-report.ts";
import { reportCharts } from "../../reports/report-charts.ts";
import { writeReport } from "../../reports/write-report.ts";
import { browserPath } from "../browser.ts";
import { SMALL_RUN } from "../small-run.ts";

const found = browserPath();
let folder = "";
let directory = "";
let summary: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "second-opinion-"));
  directory = join(folder, "run");
  const scenario = await resolveScenario("flash-crash", { sets: [...SMALL_RUN, "counterfactual=true"], seed: 3, registries });
  summary = await writeWithTwin(directory, scenario, await runWithTwin(scenario), { version: "0", startedAt: "", wallSeconds: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const markupOf = (page: string) => page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");

describe("CASC-3: the second opinion in the report", () => {
  test("shows both runs side by side and the table of agreement", async () => {
    const markup = markupOf(await renderReport(directory));
    const section = /<section id="second-opinion">[\s\S]*?<\/section>/.exec(markup)?.[0] ?? "";
    const twin = summary.counterfactual as NonNullable<Summary["counterfactual"]>;
    const cell = (value: number) => `<span>${count(value)}</span>`;
    for (const value of [summary.liquidations.count, twin.liquidations.count, summary.trades, twin.trades])
      expect(section).toContain(cell(value));
    expect(section).toContain(`<span>${count(twin.agreement.both.count)}, `);
    expect(section).toContain(`<span>${count(twin.agreement.onlyBase.count)}, `);
    expect(section).toContain("within 10\u00a0min");
    expect(section).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(markup).toContain('id="second-opinion-marks"');
  });

  test("draws the marks of both runs, which part at the first liquidation", async () => {
    const chart = (await reportCharts(directory)).find(({ name }) => name === "second-opinion-marks");
    const { base, twin } = (chart?.spec?.["datasets"] ?? {}) as Record<string, { t: number; v: number }[]>;
    expect(base?.length).toBeGreaterThan(100);
    expect(twin?.[0]).toEqual({ ...base?.[0], series: "Mark, liquidations off the book" });
    expect(twin?.map(({ v }) => v)).not.toEqual(base?.map(({ v }) => v));
    const lowest = (rows: { v: number }[] = []) => Math.min(...rows.map(({ v }) => v));
    expect(lowest(twin)).toBeGreaterThan(lowest(base));
  });

  test("the report of the twin alone says what it is, and has no second opinion", async () => {
    const markup = markupOf(await renderReport(join(directory, "counterfactual")));
    expect(markup).toContain("the twin run, with liquidations off the book");
    expect(markup).toContain("taken by the house at the mark");
    expect(markup).not.toContain("second-opinion");
  });

  test("without the twin's tables the report is refused with the name of what is missing", async () => {
    const broken = join(folder, "broken");
    await cp(directory, broken, { recursive: true });
    await rm(join(broken, "counterfactual"), { recursive: true });
    await expect(renderReport(broken)).rejects.toThrow(/broken.counterfactual/);
  });

  test.skipIf("skip" in found).each([1280, 390])("in Chromium at %d px: no error, drawn, nothing sticks out", async (width) => {
    const { html } = await writeReport(directory);
    expect((await readFile(html, "utf8")).length).toBeLessThan(5_000_000);
    const browser = await chromium.launch({ executablePath: "path" in found ? found.path : "", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const troubles: string[] = [];
      page.on("pageerror", (error) => troubles.push(error.message));
      page.on("console", (message) => troubles.push(message.text()));
      await page.goto(pathToFileURL(html).href);
      await page.waitForFunction(`document.querySelector("#chart-second-opinion-marks")?.dataset.drawn > 0`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await page.locator("#chart-second-opinion-marks svg .mark-line path").count()).toBe(2);
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
