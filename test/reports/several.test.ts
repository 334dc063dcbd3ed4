/** The report of a run of two instruments. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeTables } from "../../data/store/tables.ts";
import { CHARTS } from "../../reports/charts/all.ts";
import { renderPicture } from "../../reports/picture.ts";
import { renderReport } from "../../reports/render-report.ts";
import { type ReportChart, reportCharts } from "../../reports/report-charts.ts";
import { writeReport } from "../../reports/write-report.ts";
import { INSTRUMENTS } from "../../sim/tables.ts";
import { recordRun, SEVERAL, type SmallRun } from "../data/audit/recorded-run.ts";
import { tableOf } from "../data/store/rows.ts";
import { complaints } from "./complaints.ts";

interface Summary {
  readonly instruments: readonly { symbol: string; liquidations: number; liquidatedNotional: string; adlNotional: string }[];
  readonly funds: readonly { pool: string; start: string; end: string }[];
}

let top = "";
let directory = "";
let summary: Summary;
let charts: ReportChart[] = [];
let markup = "";

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "report-several-"));
  directory = await recordRun(top, SEVERAL[0] as SmallRun);
  summary = JSON.parse(await readFile(join(directory, "summary.json"), "utf8")) as Summary;
  charts = await reportCharts(directory);
  markup = (await renderReport(directory)).replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
});
afterAll(() => rm(top, { recursive: true, force: true }));

function rowsOf(kind: string, place: number, dataset: string): readonly Record<string, unknown>[] {
  const chart = charts.filter((found) => found.kind === kind)[place];
  return ((chart?.spec?.["datasets"] ?? {}) as Record<string, readonly Record<string, unknown>[]>)[dataset] ?? [];
}
const sum = (rows: readonly Record<string, unknown>[], field: string) => rows.reduce((total, row) => total + Number(row[field]), 0);

describe("charts", () => {
  test("there is one of each kind for each instrument, and a fund chart for each pool, named and titled apart", () => {
    const kinds = CHARTS.filter(({ each }) => each === "instrument").map(({ name }) => name);
    expect(charts.map(({ name }) => name)).toEqual([
      ...["fund", "fund-perpetual-ETH-USDT"],
      ...kinds,
      ...kinds.map((kind) => `${kind}-ETH-USDT`),
    ]);
    for (const { name, title, spec, instrument } of charts) {
      const subject =
        instrument === null ? (name === "fund" ? "perpetual/BTC/USDT" : "perpetual/ETH/USDT") : summary.instruments[instrument]?.symbol;
      expect(title.endsWith(`, ${subject}`), name).toBe(true);
      if (spec !== null) expect((spec["title"] as { text: string }).text).toBe(title);
    }
  });

  test("each is valid Vega-Lite, drawn without a complaint", async () => {
    for (const chart of charts) if (chart.spec !== null) expect(await complaints(chart), chart.name).toEqual([]);
  });

  test("each shows its own instrument, each fund chart its own pool", () => {
    summary.instruments.forEach((own, place) => {
      expect(own.liquidations).toBeGreaterThan(0);
      expect(sum(rowsOf("liquidations", place, "bars"), "liquidations")).toBe(own.liquidations);
      expect(sum(rowsOf("closing", place, "bars"), "value")).toBeCloseTo(Number(own.liquidatedNotional), 0);
      expect(sum(rowsOf("adl", place, "bars"), "value")).toBeCloseTo(Number(own.adlNotional), 0);
    });
    summary.funds.forEach(({ start, end }, place) => {
      expect(rowsOf("fund", place, "available")[0]?.["v"]).toBeCloseTo(Number(start), 2);
      expect(rowsOf("fund", place, "available").at(-1)?.["v"]).toBeCloseTo(Number(end), 2);
    });
    const middle = (place: number) => Number(rowsOf("price", place, "index")[0]?.["v"]);
    expect(middle(0)).toBeGreaterThan(10 * middle(1));
  });

  test("a pool that two instruments share has one chart", async () => {
    const shared = await reportCharts(await recordRun(top, SEVERAL[1] as SmallRun));
    expect(shared.filter(({ kind }) => kind === "fund").map(({ name, title }) => [name, title])).toEqual([
      ["fund", "Insurance fund, perpetual/BTC/USDT"],
    ]);
  });
});

describe("the page", () => {
  test("has ids once, and links that lead somewhere in it", () => {
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, place) => ids.indexOf(id) < place)).toEqual([]);
    const links = [...markup.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(["instrument-0", "instrument-1"]);
    expect(ids).toEqual(expect.arrayContaining(links));
  });

  test("names both in a sentence, and in the tables over all", () => {
    expect(markup).toContain("of BTC-USDT and ETH-USDT on venue");
    const table = (id: string) => new RegExp(`<section id="${id}">[\\s\\S]*?</section>`).exec(markup)?.[0] ?? "";
    for (const { pool } of summary.funds) expect(table("pools")).toContain(pool);
    for (const id of ["cascades", "adl-accounts"]) {
      expect(table(id), id).toContain('<th scope="col">Instrument</th>');
      expect(table(id), id).toMatch(/<span>(BTC|ETH)-USDT<\/span>/);
    }
    expect(markup).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("pictures", () => {
  test("each chart has a file of its own, whatever a table has for a symbol", async () => {
    const copy = join(top, "copy");
    await cp(directory, copy, { recursive: true });
    const common = { settle_asset: 0, tick_size: "0.1", lot_size: "0.001", multiplier: "1" };
    const instruments = [
      { ...common, instrument: 0, symbol: "BTC-USDT", underlying: "BTC" },
      { ...common, instrument: 1, symbol: "../../up", underlying: "ETH" },
    ];
    await writeTables(copy, [tableOf(INSTRUMENTS, instruments)]);
    const svgDirectory = join(top, "svg");
    const { svg, empty } = await writeReport(copy, { svgDirectory });
    const names = await readdir(svgDirectory);
    expect(names).toContain("price--up.svg");
    expect(names.length + empty.length).toBe(charts.length);
    expect(svg.map((file) => file.slice(svgDirectory.length + 1)).sort()).toEqual(names.sort());
  });

  test("the README's picture has four charts at most, of the instrument of which most was liquidated", async () => {
    const png = await renderPicture(directory);
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(1600);
  });
});
