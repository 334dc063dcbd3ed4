/** What the charts of a run embed, against the same computed plainly from its raw tables, in whole quanta. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReportChart, reportCharts } from "../../../reports/report-charts.ts";
import { withRun } from "../../../reports/run.ts";
import { writeFixture } from "../fixture.ts";

type Row = Readonly<Record<string, unknown>>;

let top = "";
let charts: readonly ReportChart[] = [];
const tables: Record<string, readonly Row[]> = {};

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "chart-data-"));
  await writeFixture(top, { crash: true });
  charts = await reportCharts(top);
  await withRun(top, async ({ store }) => {
    for (const name of ["liquidations", "marks", "adl", "accounts", "cascades"]) tables[name] = await store.rows(`SELECT * FROM ${name}`);
  });
});
afterAll(() => rm(top, { recursive: true, force: true }));

/** A tick is 0.1 USDT, a quantum 0.000001 USDT. */
const usdt = (quanta: number) => quanta / 1e6;
const table = (name: string) => tables[name] as readonly Row[];
const total = (rows: readonly Row[], column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
const different = <Value>(values: readonly Value[]) => [...new Set(values)];

function rowsOf(chart: string, dataset: string): readonly Row[] {
  const spec = charts.find(({ name }) => name === chart)?.spec;
  const rows = (spec?.["datasets"] as Record<string, readonly Row[]> | undefined)?.[dataset] ?? [];
  expect(rows.length, `${chart}: ${dataset}`).toBeGreaterThan(0);
  return rows;
}

/** The columns expected of a row, amounts as exact as charts have them. */
function expectRow(found: Row | undefined, expected: Row): void {
  for (const [name, value] of Object.entries(expected)) {
    const where = `${name} of ${JSON.stringify(found)}`;
    if (typeof value !== "number" || value === 0) expect(found?.[name], where).toEqual(value);
    else expect(Number(found?.[name]) / value, where).toBeCloseTo(1, 6);
  }
}

describe("liquidation map", () => {
  test("every cell holds what was liquidated in its time between its prices, and no liquidation is in none", () => {
    const cells = rowsOf("liquidation-map", "cells");
    for (const cell of cells) {
      const [from, to, low, high] = ["t", "end", "low", "high"].map((name) => Number(cell[name])) as [number, number, number, number];
      const own = table("liquidations").filter((row) => {
        const [time, price] = [Number(row["trigger_time_us"]) / 1000, Number(row["trigger_mark_ticks"]) / 10];
        return from <= time && time < to && low <= price && price < high;
      });
      const side = (name: string) =>
        total(
          own.filter((row) => row["side"] === name),
          "liquidated_quanta",
        );
      expectRow(cell, {
        liquidations: own.length,
        liquidated: usdt(total(own, "liquidated_quanta")),
        longs: usdt(side("long")),
        shorts: usdt(side("short")),
      });
    }
    expect(total(cells, "liquidations")).toBe(table("liquidations").length);
    expect(different(cells.map((cell) => `${cell["t"]} ${cell["low"]}`))).toHaveLength(cells.length);
    expect(different(cells.map((cell) => Number(cell["end"]) - Number(cell["t"])))).toHaveLength(1);
  });

  test("its line reaches from the lowest to the highest mark", () => {
    const drawn = rowsOf("liquidation-map", "mark").map((row) => Number(row["v"]));
    const marks = table("marks").map((row) => Number(row["mark_ticks"]) / 10);
    expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...marks), Math.max(...marks)]);
  });
});

test("ADL-6 burden: of each tenth of the holders that were closed, by equity before the first closing, what was taken and closed", () => {
  const ownerOf = new Map(table("accounts").map((row) => [Number(row["account"]), Number(row["owner"])]));
  const closings = [...table("adl")].sort((a, b) => Number(a["booking"]) - Number(b["booking"]));
  const owners = different(closings.map((row) => ownerOf.get(Number(row["account"])) as number)).map((owner) => {
    const own = closings.filter((row) => ownerOf.get(Number(row["account"])) === owner);
    return {
      owner,
      equity: Number(own[0]?.["equity_quanta"]),
      taken: total(own, "taken_quanta"),
      closed: total(own, "value_quanta"),
      closings: own,
    };
  });
  // Legs, several closings and an order that is not that of the owners: otherwise this would see little.
  expect(owners.some(({ closings: own }) => different(own.map((row) => row["account"])).length > 1)).toBe(true);
  expect(owners.some(({ equity, closings: own }) => Number(own.at(-1)?.["equity_quanta"]) !== equity)).toBe(true);
  const ranked = [...owners].sort((a, b) => a.equity - b.equity || a.owner - b.owner);
  expect(ranked.map(({ owner }) => owner)).not.toEqual(owners.map(({ owner }) => owner).sort((a, b) => a - b));
  const rows = rowsOf("adl-burden", "tenths");
  expect(rows.map((row) => [row["policy"], row["tenth"]])).toEqual(
    Array.from({ length: 10 }, (_, tenth) => ["profit-times-leverage", tenth + 1]),
  );
  for (const row of rows) {
    const own = ranked.filter((_, place) => Math.ceil((10 * (place + 1)) / ranked.length) === row["tenth"]);
    const sum = (pick: (owner: (typeof own)[number]) => number) => own.reduce((all, owner) => all + pick(owner), 0);
    expectRow(row, {
      accounts: own.length,
      least: usdt(own[0]?.equity ?? 0),
      most: usdt(own.at(-1)?.equity ?? 0),
      taken: usdt(sum(({ taken }) => taken)),
      closed: usdt(sum(({ closed }) => closed)),
    });
  }
});

test.each([
  ["accounts", "accounts", 1],
  ["notional", "notional_quanta", 1e6],
] as const)("CASC-2 sizes of cascades, %s: at each size how many cascades are at least so large", (dataset, column, unit) => {
  const values = table("cascades").map((row) => Number(row[column]) / unit);
  const expected = different(values)
    .sort((a, b) => b - a)
    .map((v) => ({ v, n: values.filter((value) => value >= v).length }));
  // Of so few none is thinned out.
  expect(values.length).toBeLessThan(18);
  const rows = rowsOf("cascade-sizes", dataset);
  expect(rows).toHaveLength(expected.length);
  for (const [place, row] of rows.entries()) expectRow(row, expected[place] as Row);
});
