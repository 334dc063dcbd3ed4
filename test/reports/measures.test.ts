import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../reports/render-report.ts";
import { writeFixture } from "./fixture.ts";

let folder = "";
let page = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-measures-"));
  await writeFixture(folder, { crash: true, seconds: 7_200 });
  page = await markupOf();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The page without its scripts and data. */
async function markupOf(): Promise<string> {
  return (await renderReport(folder)).replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
}

/** The text of a section, its cells one after the other. */
function textOf(html: string, id: string): string {
  const section = new RegExp(`<section id="${id}">.*?</section>`, "s").exec(html)?.[0] ?? "";
  return section
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/[\s\u00a0]+/g, " ")
    .trim();
}

describe("the report's measures", () => {
  test("CASC-2: the largest episodes", () => {
    const text = textOf(page, "episodes");
    expect(text).toContain("cascades that overlap in time");
    expect(text).toMatch(/ 3 min 20 s 3 40 39 5 [\d,]+ USDT −1\.23 %/);
    expect(/<dt>Episodes<\/dt><dd>\d+<\/dd>/.test(page)).toBe(true);
    expect(/<dt>Per simulated day<\/dt>/.test(page)).toBe(true);
  });

  test("CASC-5: what ADL had taken at each horizon, how it is spread, and the leverage left", () => {
    const text = textOf(page, "adl-later");
    expect(text).toMatch(/ at the event 1,235 USDT [\d,]+ USDT −2,000 USDT 1,000 USDT after 0\.5 s 2,469 USDT/);
    expect(text).toMatch(/ after 5 s 6,173 USDT .* at the end of the run 7,407 USDT/);
    expect(text).toContain("The ten hit hardest bore 87.0 % of what was taken (Gini 0.61)");
    expect(text).toContain("The largest haircut was 32.1 % of the equity of a scope.");
    expect(text).toContain(
      "2 accounts were closed while hedged, in another contract of the same underlying or by the other leg, of 4,322 USDT.",
    );
    expect(text).toContain(
      "leverage 12.5 on average and 71.3 at most; 25.0 % would be bankrupt 10 % below the last mark, 50.0 % as much above it.",
    );
  });

  test("CASC-1: causes that few runs have, where there are any", () => {
    expect(/<dt>For funding<\/dt><dd>1 \(/.test(page)).toBe(true);
    expect(/<dt>For auto-deleveraging<\/dt><dd>2 \(/.test(page)).toBe(true);
    expect(page.includes("For a levy")).toBe(false);
  });

  test("a summary without them, of an earlier version, is a report without them", async () => {
    const file = join(folder, "summary.json");
    const summary = JSON.parse(await readFile(file, "utf8"));
    for (const name of ["later", "spread", "hedged", "leverageLeft", "neededBySize"]) delete summary.adl[name];
    delete summary.cascades.episodes;
    delete summary.liquidations.byCause;
    await writeFile(file, JSON.stringify(summary));
    const earlier = await markupOf();
    for (const id of ["episodes", "adl-later"]) expect(textOf(earlier, id)).toBe("");
    expect(/undefined|NaN|For funding/.exec(earlier)).toBeNull();
    expect(textOf(earlier, "cascades")).not.toBe("");
  });
});
