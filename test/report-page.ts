/** A report opened in Chromium by a test, and what the test asks of its page. */
import { type Browser, chromium, type Page } from "playwright-core";
import { browserPath } from "./browser.ts";

const found = browserPath();
/** Why no browser can be opened, or null where one can. */
export const NO_BROWSER = "skip" in found ? found.skip : null;
/** Title of a suite of tests that want a browser. */
export const inChromium = (what: string) => `${what} in Chromium${NO_BROWSER === null ? "" : ` (skipped: ${NO_BROWSER})`}`;

export type Scheme = "light" | "dark";
/** The widths and schemes that every report is opened in. */
export const VIEWS = [1280, 390].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ width, scheme })));

/** Runs in the page: whether every chart is drawn at the width there is. */
export const ALL_DRAWN = `[...document.querySelectorAll(".chart")].every((chart) => chart.dataset.drawn === String(chart.clientWidth))`;

/** What the tests ask of the page's document, as far as types without a DOM go. */
export interface PageFacts {
  readonly scrollWidth: number;
  /** What a text from a file would set if it ran as a script. */
  readonly stolen: unknown;
  readonly charts: readonly ChartFacts[];
}

export interface ChartFacts {
  readonly id: string;
  readonly width: number;
  /** Drawn marks. */
  readonly marks: number;
  /** Texts that stick out of the chart. */
  readonly outside: number;
  /** Texts that end in dots, since there was no room for all of them. */
  readonly cut: readonly string[];
  /** Made smaller than it was drawn, to fit. */
  readonly shrunk: boolean;
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
      width: box.width,
      marks: chart.querySelectorAll("svg .mark-line path, svg .mark-area path, svg .mark-rect path, svg .mark-symbol path").length,
      outside: texts.filter((text) => text.width > 0 && (text.left < box.left - 1 || text.right > box.right + 1)).length,
      cut: [...chart.querySelectorAll("text")].map((text) => text.textContent).filter((text) => text.endsWith("…")),
      shrunk: svg.getBoundingClientRect().width < Number(svg.getAttribute("width")) - 1,
    };
  }),
})`;

/** The facts of a page now. */
export async function pageFacts(page: Page): Promise<PageFacts> {
  return (await page.evaluate(FACTS)) as PageFacts;
}

/** A browser; only where `NO_BROWSER` is null. */
export async function launchBrowser(): Promise<Browser> {
  if ("skip" in found) throw new Error(`Cannot open a browser: ${found.skip}`);
  return chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
}

/** A page with all its charts drawn. `troubles` grows with whatever it prints, throws or asks of a network. */
export interface OpenReport {
  readonly page: Page;
  readonly troubles: string[];
}

/** Opens the report at `url`, gives it to `use`, and closes it again. */
export async function withReport(
  browser: Browser,
  url: string,
  { width, scheme }: { width: number; scheme: Scheme },
  use: (report: OpenReport) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !/^(data|blob):/.test(request.url())) troubles.push(`request: ${request.url()}`);
  });
  try {
    await page.goto(url);
    await page.waitForFunction(ALL_DRAWN);
    await use({ page, troubles });
  } finally {
    await page.close();
  }
}
