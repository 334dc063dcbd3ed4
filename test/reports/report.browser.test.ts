import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../reports/write-report.ts";
import {
  ALL_DRAWN,
  inChromium,
  launchBrowser,
  NO_BROWSER,
  type OpenReport,
  pageFacts,
  type Scheme,
  VIEWS,
  withReport,
} from "../report-page.ts";
import { writeFixture } from "./fixture.ts";

const CHARTS = 9;

describe.skipIf(NO_BROWSER !== null)(inChromium("the report"), () => {
  let top = "";
  let browser: Browser;
  let url = "";

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), "report-browser-"));
    const directory = join(top, "run");
    await writeFixture(directory, { crash: true, name: "</script><script>stolen=1</script>", description: "<img src=x onerror=stolen=2>" });
    url = pathToFileURL((await writeReport(directory, { csvDirectory: join(top, "csv") })).html).href;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(top, { recursive: true, force: true });
  });

  const open = (width: number, scheme: Scheme, use: (report: OpenReport) => Promise<void>) =>
    withReport(browser, url, { width, scheme }, use);

  test.each(VIEWS)("at $width px, $scheme: no error, no request, every chart drawn, nothing sticks out", async ({ width, scheme }) => {
    await open(width, scheme, async ({ page, troubles }) => {
      const facts = await pageFacts(page);
      expect(facts.scrollWidth).toBe(width);
      expect(facts.charts).toHaveLength(CHARTS);
      for (const { id, marks, outside, cut, shrunk } of facts.charts) {
        expect(marks, id).toBeGreaterThan(0);
        expect(cut, id).toEqual([]);
        expect(shrunk, `${id} made smaller`).toBe(false);
        expect(outside, `texts of ${id} outside of it`).toBe(0);
      }
      expect(facts.stolen).toBeUndefined();
      expect(troubles).toEqual([]);
    });
  });

  test("pointing at a chart shows the values there beside the pointer, with their unit's digits and the time", async () => {
    await open(1280, "dark", async ({ page, troubles }) => {
      const chart = page.locator("#chart-price");
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      const [x, y] = [(box?.x ?? 0) + 600, (box?.y ?? 0) + 120];
      await page.mouse.move(x, y);
      await page.mouse.move(x + 2, y + 2);
      const tooltip = page.locator("#vg-tooltip-element.visible");
      await tooltip.waitFor({ state: "visible" });
      expect(await tooltip.innerText()).toMatch(/10 Oct 2\d:\d\d:\d\d[\s\S]*Mark[\s\S]*\d\d,\d{3}/);
      const at = await tooltip.boundingBox();
      expect(Math.abs((at?.x ?? 0) - x)).toBeLessThan(300);
      expect(Math.abs((at?.y ?? 0) - y)).toBeLessThan(200);
      expect(troubles).toEqual([]);
    });
  });

  test("charts follow the width of the window and the colours of the scheme", async () => {
    await open(1280, "light", async ({ page, troubles }) => {
      const stroke = `getComputedStyle(document.querySelector("#chart-price .mark-line path")).stroke`;
      const wide = await pageFacts(page);
      const light = await page.evaluate(stroke);
      await page.setViewportSize({ width: 700, height: 900 });
      await page.emulateMedia({ colorScheme: "dark" });
      await page.waitForFunction(`document.getElementById("chart-price").clientWidth < 700 && ${ALL_DRAWN}`);
      const narrow = await pageFacts(page);
      expect(narrow.scrollWidth).toBe(700);
      for (const width of [961, 820, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForFunction(ALL_DRAWN);
        expect((await pageFacts(page)).scrollWidth).toBe(width);
      }
      expect(narrow.charts[0]?.width).toBeLessThan(wide.charts[0]?.width ?? 0);
      expect(await page.evaluate(stroke)).not.toBe(light);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      expect(await page.evaluate(stroke)).toBe(light);
      expect(troubles).toEqual([]);
    });
  });

  test("each chart is saved as the CSV that the command line writes, as SVG in colours of paper, and as PNG", async () => {
    await open(1280, "dark", async ({ page, troubles }) => {
      const save = async (chart: string, format: string) => {
        const button = page.locator(`#${chart} .save button`, { hasText: format });
        const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
        expect(download.suggestedFilename()).toBe(`${chart}.${format.toLowerCase()}`);
        return readFile(await download.path());
      };
      for (const chart of ["price", "fund", "liquidations", "closing", "adl", "depth"]) {
        expect((await save(chart, "CSV")).toString(), chart).toBe(await readFile(join(top, "csv", `${chart}.csv`), "utf8"));
      }
      const svg = (await save("price", "SVG")).toString();
      expect(svg).toContain("Price and liquidations");
      expect(svg).toContain("#0072b2");
      expect(svg).not.toContain("var(--");
      expect([...(await save("adl", "PNG")).subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
      expect(troubles).toEqual([]);
    });
  });

  /** Runs in the page: the labels of the time axes of a chart. */
  const labels = (chart: string) =>
    `[...document.querySelectorAll("#chart-${chart} .role-axis-label text")].map((text) => text.textContent).filter((text) => /^\\d\\d:\\d\\d/.test(text))`;

  test.each([1280, 390])(
    "at %d px a drag along the time of one chart zooms all over time, and a double click shows all again",
    async (width) => {
      await open(width, "light", async ({ page, troubles }) => {
        const before = (await page.evaluate(labels("depth"))) as string[];
        const accounts = await page.locator("#chart-adl .concat_2_group").innerHTML();
        await page.locator("#chart-price").scrollIntoViewIfNeeded();
        const box = await page.locator("#chart-price .concat_0_group path.background").first().boundingBox();
        const at = (share: number) => [(box?.x ?? 0) + share * (box?.width ?? 0), (box?.y ?? 0) + 60] as const;
        await page.mouse.move(...at(0.25));
        await page.mouse.down();
        await page.mouse.move(...at(0.4));
        await page.mouse.move(...at(0.5));
        expect(await page.locator("#price .brush").isVisible()).toBe(true);
        await page.mouse.up();
        await page.waitForFunction(ALL_DRAWN);
        expect(await page.locator(".zoom-bar").innerText()).toMatch(/2025-10-10 20:4[45]:\d\d – 2025-10-10 21:(29|30):\d\d UTC\s+Show all/);
        for (const chart of ["price", "fund", "liquidations", "closing", "adl", "depth"]) {
          const zoomed = (await page.evaluate(labels(chart))) as string[];
          expect(zoomed.length, chart).toBeGreaterThan(1);
          for (const label of zoomed) expect(label >= "20:44" && label <= "21:31", `${chart} ${label}`).toBe(true);
        }
        // What is not over time stays.
        expect(await page.locator("#chart-adl .concat_2_group").innerHTML()).toBe(accounts);
        const facts = await pageFacts(page);
        expect(facts.scrollWidth).toBe(width);
        for (const { id, outside } of facts.charts) expect(outside, id).toBe(0);
        await page.emulateMedia({ media: "print" });
        expect(await page.locator(".zoom-bar").isVisible()).toBe(false);
        await page.emulateMedia({ media: "screen" });
        await page.mouse.dblclick(...at(0.5));
        await page.waitForFunction(ALL_DRAWN);
        expect(await page.evaluate(labels("depth"))).toEqual(before);
        expect(await page.locator(".zoom-bar").isVisible()).toBe(false);
        expect(troubles).toEqual([]);
      });
    },
  );
});
