import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSweepReport } from "../../../reports/sweep/write-sweep-report.ts";
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
} from "../../report-page.ts";
import { writeSweepFixture } from "./fixture.ts";

const CHARTS = 11;
const HOSTILE = "</script><img src=x onerror=stolen=2>";

describe.skipIf(NO_BROWSER !== null)(inChromium("the report of a sweep"), () => {
  let top = "";
  let browser: Browser;
  let url = "";

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), "sweep-browser-"));
    const directory = join(top, "sweep");
    const factors = { "pools.perpetual/BTC/USDT.seedCapital": ["1000", "10000", HOSTILE], "venue.fees.liquidation": ["0.0005", "0.001"] };
    await writeSweepFixture(directory, { factors, replications: 4, name: HOSTILE, warnings: [HOSTILE], failures: { 3: HOSTILE } });
    url = pathToFileURL((await writeSweepReport(directory)).html).href;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(top, { recursive: true, force: true });
  });

  const open = (width: number, scheme: Scheme, use: (report: OpenReport) => Promise<void>) =>
    withReport(browser, url, { width, scheme }, use);

  test.each(VIEWS)(
    "at $width px, $scheme: no error, no request, every chart drawn at its size, nothing sticks out",
    async ({ width, scheme }) => {
      await open(width, scheme, async ({ page, troubles }) => {
        const facts = await pageFacts(page);
        expect(facts.scrollWidth).toBe(width);
        expect(facts.charts).toHaveLength(CHARTS);
        for (const { id, marks, outside, shrunk } of facts.charts) {
          expect(marks, id).toBeGreaterThan(0);
          expect(outside, `texts of ${id} outside of it`).toBe(0);
          expect(shrunk, `${id} made smaller`).toBe(false);
        }
        expect(facts.stolen).toBeUndefined();
        expect(troubles).toEqual([]);
      });
    },
  );

  test("a setting chosen above one chart is chosen above all, and stays when they are drawn again", async () => {
    await open(1280, "light", async ({ page, troubles }) => {
      const chosen = () =>
        page.evaluate(
          `[...document.querySelectorAll("select[name=chosenSetting]")].map((one) => one.options[one.selectedIndex].text.slice(0, 2))`,
        );
      const line = () => page.evaluate(`document.querySelector("#chart-fund .mark-line path").getAttribute("d")`);
      const before = await line();
      await page.locator("#chart-fund select[name=chosenSetting]").selectOption({ index: 4 });
      await page.waitForFunction(`document.querySelector("#chart-fund .mark-line path").getAttribute("d") !== ${JSON.stringify(before)}`);
      expect(new Set((await chosen()) as string[])).toEqual(new Set(["#4"]));
      await page.setViewportSize({ width: 700, height: 900 });
      await page.waitForFunction(`document.getElementById("chart-fund").clientWidth < 700 && ${ALL_DRAWN}`);
      await page.waitForFunction(
        `[...document.querySelectorAll("select[name=chosenSetting]")].every((one) => one.options[one.selectedIndex].text.startsWith("#4"))`,
      );
      expect(troubles).toEqual([]);
    });
  });

  test("another metric has another title and other values", async () => {
    await open(1280, "dark", async ({ page, troubles }) => {
      await page.locator("#chart-metrics select").selectOption({ label: "traders.cost, USDT" });
      await page.waitForFunction(`document.querySelector("#chart-metrics").textContent.includes("traders.cost, USDT")`);
      expect(
        await page.evaluate(
          `document.querySelector("#chart-heat select").value !== "" && document.querySelector("#chart-heat svg").textContent`,
        ),
      ).toContain("traders.cost, USDT");
      expect(troubles).toEqual([]);
    });
  });

  test("the replay plays: what came so far grows, and the title says how far", async () => {
    await open(1280, "light", async ({ page, troubles }) => {
      const title = () =>
        page.evaluate(`document.querySelector("#chart-replay svg").textContent.match(/to \\d+ \\w+ \\d\\d:\\d\\d:\\d\\d/)[0]`);
      expect(await title()).toBe("to 10 Oct 21:00:00");
      await page.locator("#chart-replay .play").click();
      await page.waitForFunction(`Number(document.querySelector("#chart-replay input[type=range]").value) > 2`);
      await page.locator("#chart-replay .play").click();
      expect(await title()).toMatch(/^to 10 Oct 20:\d\d:\d\d$/);
      expect(troubles).toEqual([]);
    });
  });

  test("the replay plays where a later part of the time is chosen", async () => {
    await open(1280, "light", async ({ page, troubles }) => {
      await page.locator("#chart-replay").scrollIntoViewIfNeeded();
      const box = await page.locator("#chart-replay .concat_0_group path.background").first().boundingBox();
      const at = (share: number) => [(box?.x ?? 0) + share * (box?.width ?? 0), (box?.y ?? 0) + 40] as const;
      await page.mouse.move(...at(0.6));
      await page.mouse.down();
      await page.mouse.move(...at(0.8));
      await page.mouse.move(...at(0.9));
      await page.mouse.up();
      await page.waitForFunction(ALL_DRAWN);
      expect(await page.locator(".zoom-bar").isVisible()).toBe(true);
      await page.locator("#chart-replay .play").click();
      await page.waitForFunction(`Number(document.querySelector("#chart-replay input[type=range]").value) > 2`);
      await page.locator("#chart-replay .play").click();
      expect(troubles).toEqual([]);
    });
  });

  test.each([1280, 800, 390])("at %i px long intervals fit the cards of a wide table", async (width) => {
    await open(width, "light", async ({ page, troubles }) => {
      await page.evaluate(`for (const scroll of document.querySelectorAll("#settings .scroll")) {
        scroll.firstElementChild.classList.add("wide");
        for (const one of scroll.querySelectorAll("td > span")) one.innerHTML = '133,585,540 <small class="interval">131,888,348 … 135,229,943</small>';
      }`);
      const cut = `[...document.querySelectorAll("#settings .scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).length`;
      expect(await page.evaluate(`document.querySelectorAll("#settings table.wide .interval").length`)).toBeGreaterThan(0);
      expect(await page.evaluate(cut)).toBe(0);
      expect(troubles).toEqual([]);
    });
  });

  test("plots are as narrow as a sheet of paper while the page is printed, and its tables are whole", async () => {
    await open(1280, "light", async ({ page, troubles }) => {
      const widths = () =>
        page.evaluate(`[...document.querySelectorAll(".chart svg")].map((svg) => Number(svg.getAttribute("width")))`) as Promise<number[]>;
      const before = await widths();
      await page.setViewportSize({ width: 688, height: 1000 });
      await page.emulateMedia({ media: "print" });
      await page.evaluate(`window.dispatchEvent(new Event("beforeprint"))`);
      for (const width of await widths()) expect(width).toBeLessThanOrEqual(688);
      expect(
        await page.evaluate(
          `[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)`,
        ),
      ).toEqual([]);
      expect(await page.locator("#settings details:not([open])").count()).toBe(0);
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.evaluate(`window.dispatchEvent(new Event("afterprint"))`);
      await page.waitForFunction(ALL_DRAWN);
      expect(await widths()).toEqual(before);
      expect(troubles).toEqual([]);
    });
  });

  test("prints on white with the charts, without buttons", async () => {
    await open(1280, "dark", async ({ page }) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      expect(await page.evaluate(`getComputedStyle(document.querySelector(".play")).display`)).toBe("none");
    });
  });
});
