import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPicture } from "../../reports/picture.ts";
import { renderPng, renderSvg } from "../../reports/render.ts";
import { renderReport } from "../../reports/render-report.ts";
import { reportCharts } from "../../reports/report-charts.ts";
import { writeReport } from "../../reports/write-report.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { writeFixture } from "./fixture.ts";

const HOSTILE_NAME = "</script><script>window.stolen=1</script>";
const HOSTILE_TEXT = `<img src=x onerror="window.stolen=2"> & \u2028 it's`;
const BYTES_MOST = 5_000_000;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

let top = "";
let crash = "";
let page = "";
/** The page without its scripts and data. */
let markup = "";

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "report-"));
  crash = join(top, "crash");
  await writeFixture(crash, { crash: true, name: HOSTILE_NAME, description: HOSTILE_TEXT, seconds: 7_200 });
  page = await renderReport(crash);
  markup = withoutScripts(page);
});
afterAll(() => rm(top, { recursive: true, force: true }));

function withoutScripts(text: string): string {
  return text.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
}

describe("the page", () => {
  test("is one file of some megabytes at most that names nothing to fetch", () => {
    expect(page.length).toBeLessThan(BYTES_MOST);
    expect(markup).not.toMatch(/\b(?:src|href)="(?!data:)/);
    expect(markup).not.toMatch(/url\(|@import|https?:/);
    expect(markup).toContain("default-src &#39;none&#39;");
  });

  test("text from files cannot become markup", () => {
    expect(page.includes(HOSTILE_NAME)).toBe(false);
    expect(page.includes("<img src=x")).toBe(false);
    expect(markup).toContain("&lt;/script&gt;&lt;script&gt;window.stolen=1");
    // The data, three libraries and the page's own script: no other script element.
    expect(page.match(/<script\b/g)).toHaveLength(5);
    expect(page.match(/<\/script>/gi)).toHaveLength(5);
  });

  test("says what was run, from which seed, with which digest, and how to run it again", () => {
    for (const text of ["seed 7", "0123456789abcdef0123456789abcdef", "breakwater run scenario.json --seed 7", "BTC-USDT", "bitda"]) {
      expect(markup).toContain(text);
    }
  });

  test("shows money with thousands separators and unit, and ratios as per cent", () => {
    expect(markup).toMatch(/\d{1,3}(,\d{3})+\u00a0USDT/);
    expect(markup).toMatch(/\d\.\d\u00a0%/);
    expect(markup).not.toMatch(/NaN|undefined|\[object/);
  });

  test("carries the licences of the libraries within it", () => {
    expect(page.match(/University of Washington Interactive Data Lab/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test("a run in which nothing happened says so", async () => {
    const quiet = join(top, "quiet");
    await writeFixture(quiet, { crash: false, seconds: 600 });
    const text = withoutScripts(await renderReport(quiet));
    expect(text).toContain("Nothing was liquidated");
    expect(text).toContain("Nobody was auto-deleveraged");
    expect(text).toContain("There was no cascade");
  });
});

describe("pictures", () => {
  test("TIME-3 the same directory gives the same SVG and HTML, byte for byte", async () => {
    const [first, second] = await Promise.all([reportCharts(crash), reportCharts(crash)]);
    for (const [position, chart] of first.entries()) {
      if (chart.spec === null) continue;
      const same = (await renderSvg(chart.spec)) === (await renderSvg(second[position]?.spec ?? {}));
      expect(same, chart.name).toBe(true);
    }
    expect((await renderReport(crash)) === page).toBe(true);
  });

  test("an SVG has its title, its unit and its marks, and names nothing to fetch", async () => {
    const [price] = await reportCharts(crash);
    const svg = await renderSvg(price?.spec ?? {});
    for (const text of ["Price and liquidations", "Price, USDT", "mark-line", "mark-symbol"]) expect(svg.includes(text), text).toBe(true);
    expect(/https?:|NaN|undefined/.exec(svg.replaceAll(/xmlns(:\w+)?="[^"]*"/g, ""))).toBeNull();
  });

  test("a PNG is twice the size of its SVG; the README's picture is 1600 wide", async () => {
    const png = renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>');
    expect([...png.subarray(0, 4)]).toEqual(PNG_SIGNATURE);
    expect(size(png)).toEqual([40, 20]);
    const picture = await renderPicture(crash);
    expect(size(picture)[0]).toBe(1600);
  });
});

function size(png: Uint8Array): number[] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe("writing", () => {
  test("writes the page, each chart as SVG and PNG, and nothing half-written", async () => {
    const folder = join(top, "out");
    const written = await writeReport(crash, {
      out: join(folder, "a", "report.html"),
      svgDirectory: join(folder, "svg"),
      pngDirectory: join(folder, "png"),
    });
    expect((await readFile(written.html, "utf8")) === page).toBe(true);
    const names = ["adl-burden", "adl", "cascade-sizes", "closing", "depth", "fund", "liquidation-map", "liquidations", "price"];
    expect((await readdir(join(folder, "svg"))).sort()).toEqual(names.map((name) => `${name}.svg`));
    expect((await readdir(join(folder, "png"))).sort()).toEqual(names.map((name) => `${name}.png`));
    expect(await readdir(join(folder, "a"))).toEqual(["report.html"]);
    expect(written.empty).toEqual([]);
  });
});

async function edit(file: string, change: (content: object) => void): Promise<void> {
  const content = JSON.parse(await readFile(file, "utf8")) as object;
  change(content);
  await writeFile(file, JSON.stringify(content));
}

describe("bad input is an InputError that names the file, and writes nothing", () => {
  const cases: readonly [what: string, damage: (directory: string) => Promise<unknown>, message: RegExp][] = [
    ["no such directory", (directory) => rm(directory, { recursive: true }), /broken: no such directory/],
    [
      "a file instead of a directory",
      async (directory) => {
        await rm(directory, { recursive: true });
        await writeFile(directory, "");
      },
      /broken: .*got a file/,
    ],
    ["no manifest", (directory) => rm(join(directory, "manifest.json")), /manifest\.json: missing/],
    [
      "a manifest that is no JSON",
      (directory) => truncate(join(directory, "manifest.json"), 30),
      /manifest\.json: line \d+, column \d+: expected/,
    ],
    [
      "a manifest of a newer format version",
      (directory) => edit(join(directory, "manifest.json"), (manifest) => Object.assign(manifest, { formatVersion: 99, scenario: 7 })),
      /manifest\.json: format version 99 is newer than \d+; this version of Breakwater reads format version \d+$/,
    ],
    [
      "a manifest of an unknown format version",
      (directory) => edit(join(directory, "manifest.json"), (manifest) => Object.assign(manifest, { formatVersion: 0 })),
      /manifest\.json: format version "0" is none; this version/,
    ],
    ["a manifest without a seed", (directory) => writeFile(join(directory, "manifest.json"), "{}"), /manifest\.json: formatVersion/],
    ["a summary of another shape", (directory) => writeFile(join(directory, "summary.json"), '{"scenario": 7}'), /summary\.json: scenario/],
    [
      "an amount that is none",
      (directory) => edit(join(directory, "summary.json"), (summary) => Object.assign(summary, { uncoveredLoss: "lots" })),
      /summary\.json: uncoveredLoss: expected an amount of at least 0 as decimal text, got "lots"$/,
    ],
    [
      "a negative time",
      (directory) => edit(join(directory, "summary.json"), (summary) => Object.assign(summary, { simulatedSeconds: -1e300 })),
      /summary\.json: simulatedSeconds: expected a number of at least 0, got -1e\+300$/,
    ],
    [
      "a directory in a file's place",
      async (directory) => {
        await rm(join(directory, "summary.json"));
        await mkdir(join(directory, "summary.json"));
      },
      /summary\.json: expected a file, got a directory$/,
    ],
    [
      "another table in a table's place",
      (directory) => copyFile(join(directory, "adl.parquet"), join(directory, "marks.parquet")),
      /marks\.parquet: expected the table marks, got adl$/,
    ],
    ["a missing table", (directory) => rm(join(directory, "funds.parquet")), /funds\.parquet: missing/],
    ["a truncated table", (directory) => truncate(join(directory, "marks.parquet"), 100), /marks\.parquet: /],
  ];

  test.each(cases)("%s", async (_, damage, message) => {
    const directory = join(top, "broken");
    await rm(directory, { recursive: true, force: true });
    await writeFixture(directory, { crash: false, seconds: 60 });
    await damage(directory);
    const out = join(top, "never", "report.html");
    const failure = await writeReport(directory, { out }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain("\n");
    await expect(readFile(out)).rejects.toThrow("ENOENT");
  });
});
