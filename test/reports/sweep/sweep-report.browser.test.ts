import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSweepReport } from "../../../reports/sweep/write-sweep-report.ts";
import { browserPath } from "../../browser.ts";
import { writeSweepFixture } from "./fixture.ts";

const found = browserPath();
const VIEWS = [1280, 390].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ width, scheme })));
const CHARTS = 11;
const HOSTILE = "</script><img src=x onerror=stolen=2>";
const ALL_DRAWN = `[...document.querySelectorAll(".chart")].every((chart) => chart.dataset.drawn === String(chart.clientWidth))`;

/** What the tests ask of the page, as far as types without a DOM go. */
interface PageFacts {
  readonly scrollWidth: number;
  readonly stolen: unknown;
  readonly charts: readonly { readonly id: string; readonly marks: number; readonly outside: number; readonly shrunk: boolean }[];
}
const FACTS = `({
  scrollWidth: document.documentElement.scrollWidth,
  stolen: window.stolen,
  charts: [...document.querySelectorAll(".chart")].map((chart) => {
    const box = chart.getBoundingClientRect();
    const svg = chart.querySelector("svg");
    const texts = [...chart.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
    return {
      id: chart.id,
      marks: chart.querySelectorAll("svg .mark-line path, svg .mark-area path, svg .mark-rect path, svg .mark-symbol path").length,
      outside: texts.filter((text) => text.width > 0 && (text.left < box.left - 1 || text.right > box.right + 1)).length,
      shrunk: svg.getBoundingClientRect().width < Number(svg.getAttribute("width")) - 1,
    };
  }),
})`;

describe.skipIf("skip" in found)(`the report of a sweep in Chromium${"skip" in found ? ` (skipped: ${found.skip})` : ""}`, () => {
  let top = "";
  let browser: Browser;
  let url = "";

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), "sweep-browser-"));
    const directory = join(top, "sweep");
    const factors = { "pools.perpetual/BTC/USDT.seedCapital": ["1000", "10000", HOSTILE], "venue.fees.liquidation": ["0.0005", "0.001"] };
    await writeSweepFixture(directory, { factors, replications: 4, name: HOSTILE, warnings: [HOSTILE], failures: { 3: HOSTILE } });
    url = pathToFileURL((await writeSweepReport(directory)).html).href;
    if ("path" in found) browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(top, { recursive: true, force: true });
  });

  async function open(width: number, scheme: "light" | "dark") {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const troubles: string[] = [];
    page.on("console", (message) => troubles.push(`console ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) troubles.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForFunction(ALL_DRAWN);
    return { page, troubles };
  }

  test.each(VIEWS)(
    "at $width px, $scheme: no error, no request, every chart drawn at its size, nothing sticks out",
    async ({ width, scheme }) => {
      const { page, troubles } = await open(width, scheme);
      try {
        const facts = (await page.evaluate(FACTS)) as PageFacts;
        expect(facts.scrollWidth).toBe(width);
        expect(facts.charts).toHaveLength(CHARTS);
        for (const { id, marks, outside, shrunk } of facts.charts) {
          expect(marks, id).toBeGreaterThan(0);
          expect(outside, `texts of ${id} outside of it`).toBe(0);
          expect(shrunk, `${id} made smaller`).toBe(false);
        }
        expect(facts.stolen).toBeUndefined();
        expect(troubles).toEqual([]);
      } finally {
        await page.close();
      }
    },
  );

  test("a setting chosen above one chart is chosen above all, and stays when they are drawn again", async () => {
    const { page, troubles } = await open(1280, "light");
    const chosen = () =>
      page.evaluate(
        `[...document.querySelectorAll("select[name=chosenSetting]")].map((one) => one.options[one.selectedIndex].text.slice(0, 2))`,
      );
    const line = () => page.evaluate(`document.querySelector("#chart-fund .mark-line path").getAttribute("d")`);
    try {
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
    } finally {
      await page.close();
    }
  });

  test("another metric has another title and other values", async () => {
    const { page, troubles } = await open(1280, "dark");
    try {
      await page.locator("#chart-metrics select").selectOption({ label: "traders.cost, USDT" });
      await page.waitForFunction(`document.querySelector("#chart-metrics").textContent.includes("traders.cost, USDT")`);
      expect(
        await page.evaluate(
          `document.querySelector("#chart-heat select").value !== "" && document.querySelector("#chart-heat svg").textContent`,
        ),
      ).toContain("traders.cost, USDT");
      expect(troubles).toEqual([]);
    } finally {
      await page.close();
    }
  });

  test("the replay plays: what came so far grows, and the title says how far", async () => {
    const { page, troubles } = await open(1280, "light");
    const title = () =>
      page.evaluate(`document.querySelector("#chart-replay svg").textContent.match(/to \\d+ \\w+ \\d\\d:\\d\\d:\\d\\d/)[0]`);
    try {
      expect(await title()).toBe("to 10 Oct 21:00:00");
      await page.locator("#chart-replay .play").click();
      await page.waitForFunction(`Number(document.querySelector("#chart-replay input[type=range]").value) > 2`);
      await page.locator("#chart-replay .play").click();
      expect(await title()).toMatch(/^to 10 Oct 20:\d\d:\d\d$/);
      expect(troubles).toEqual([]);
    } finally {
      await page.close();
    }
  });

  test("prints on white with the charts, without buttons", async () => {
    const { page } = await open(1280, "dark");
    try {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      expect(await page.evaluate(`getComputedStyle(document.querySelector(".play")).display`)).toBe("none");
    } finally {
      await page.close();
    }
  });
});
