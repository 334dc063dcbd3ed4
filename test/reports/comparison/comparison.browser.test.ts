import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRuns } from "../../../lab/comparison/compare-runs.ts";
import { compareSweeps } from "../../../lab/comparison/compare-sweeps.ts";
import { writeComparison } from "../../../reports/comparison/write-comparison.ts";
import { browserPath } from "../../browser.ts";
import { runsOf, writeSweepFixture } from "../../lab/comparison/sweep-fixture.ts";
import { writeFixture } from "../fixture.ts";

const found = browserPath();
const VIEWS = ["runs", "sweeps"].flatMap((kind) =>
  [1280, 390].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ kind, width, scheme }))),
);

interface PageFacts {
  readonly scrollWidth: number;
  readonly charts: readonly { readonly id: string; readonly marks: number; readonly outside: number }[];
}

/** Runs in the page: every chart with the number of its drawn marks and of texts that stick out of it. */
const FACTS = `({
  scrollWidth: document.documentElement.scrollWidth,
  charts: [...document.querySelectorAll(".chart")].map((chart) => {
    const box = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
    return {
      id: chart.id,
      marks: chart.querySelectorAll("svg .mark-line path, svg .mark-rect path, svg .mark-symbol path").length,
      outside: texts.filter((text) => text.width > 0 && (text.left < box.left - 1 || text.right > box.right + 1)).length,
    };
  }),
})`;
const ALL_DRAWN = `[...document.querySelectorAll(".chart")].every((chart) => chart.dataset.drawn === String(chart.clientWidth))`;

describe.skipIf("skip" in found)(`comparisons in Chromium${"skip" in found ? ` (skipped: ${found.skip})` : ""}`, () => {
  let top = "";
  let browser: Browser;

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), "comparison-browser-"));
    const at = (name: string) => join(top, name);
    await writeFixture(at("a-run-with-a-rather-long-name"), { crash: true });
    await writeFixture(at("another-run"), { crash: true, seconds: 5_000 });
    await writeComparison(await compareRuns(at("a-run-with-a-rather-long-name"), at("another-run")), at("runs.html"));
    const values = ["0.001", "0.002"];
    const write = (name: string, factor: number) =>
      writeSweepFixture(at(name), { factor: "venue.fees.liquidation", values, runs: runsOf(2, 4, Number, (place) => place * factor) });
    await write("one", 1_000);
    await write("other", 1_300);
    await writeComparison(await compareSweeps(at("one"), at("other")), at("sweeps.html"));
    if ("path" in found) browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(top, { recursive: true, force: true });
  });

  test.each(VIEWS)(
    "$kind at $width px, $scheme: no error, no request, every chart drawn, nothing sticks out",
    async ({ kind, width, scheme }) => {
      const url = pathToFileURL(join(top, `${kind}.html`)).href;
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
      try {
        const troubles: string[] = [];
        page.on("console", (message) => troubles.push(`console ${message.type()}: ${message.text()}`));
        page.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
        page.on("request", (request) => {
          if (request.url() !== url && !request.url().startsWith("data:")) troubles.push(`request: ${request.url()}`);
        });
        await page.goto(url);
        await page.waitForFunction(ALL_DRAWN);
        const facts = (await page.evaluate(FACTS)) as PageFacts;
        expect(facts.scrollWidth).toBe(width);
        expect(facts.charts).toHaveLength(kind === "runs" ? 6 : 2);
        for (const { id, marks, outside } of facts.charts) {
          expect(marks, id).toBeGreaterThan(0);
          expect(outside, `texts of ${id} outside of it`).toBe(0);
        }
        expect(troubles).toEqual([]);
      } finally {
        await page.close();
      }
    },
  );
});
