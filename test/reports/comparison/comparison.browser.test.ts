import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRuns } from "../../../lab/comparison/compare-runs.ts";
import { compareSweeps } from "../../../lab/comparison/compare-sweeps.ts";
import { writeComparison } from "../../../reports/comparison/write-comparison.ts";
import { runsOf, writeSweepFixture } from "../../lab/comparison/sweep-fixture.ts";
import { inChromium, launchBrowser, NO_BROWSER, pageFacts, VIEWS, withReport } from "../../report-page.ts";
import { writeFixture } from "../fixture.ts";

const KINDS = ["runs", "sweeps"].flatMap((kind) => VIEWS.map((view) => ({ kind, ...view })));

describe.skipIf(NO_BROWSER !== null)(inChromium("comparisons"), () => {
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
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(top, { recursive: true, force: true });
  });

  test.each(KINDS)(
    "$kind at $width px, $scheme: no error, no request, every chart drawn, nothing sticks out",
    async ({ kind, ...view }) => {
      await withReport(browser, pathToFileURL(join(top, `${kind}.html`)).href, view, async ({ page, troubles }) => {
        const facts = await pageFacts(page);
        expect(facts.scrollWidth).toBe(view.width);
        expect(facts.charts).toHaveLength(kind === "runs" ? 6 : 2);
        for (const { id, marks, outside, shrunk } of facts.charts) {
          expect(marks, id).toBeGreaterThan(0);
          expect(outside, `texts of ${id} outside of it`).toBe(0);
          expect(shrunk, `${id} made smaller`).toBe(false);
        }
        expect(troubles).toEqual([]);
      });
    },
  );
});
