/** Every kind of file that a shock may be read from gives the same index. */
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { registerImport } from "../../../cli/import.ts";
import { compileScenario } from "../../../data/scenario/compile.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { indexPaths } from "../../../data/shocks/index-path.ts";
import { runCommand } from "../../cli/captured.ts";
import { zipOf } from "../../cli/zipped.ts";
import { lineOf, registries, smallScenario, useFolder } from "../scenario/support.ts";

const folder = useFolder();
const START_MS = Date.UTC(2025, 0, 1);
const HEADER = "ts_ms,open,high,low,close,volume";
const bar = (minute: number, close: number) => `${START_MS + minute * 60_000},100,112,98,${close},5`;
const FIRST = `${HEADER}\n${bar(0, 104)}\n${bar(1, 99)}\n`;
const REST = `${bar(2, 111)}\n${bar(3, 103)}\n`;
const WHOLE = `${FIRST}${REST}`;

async function pathOf(shock: Record<string, unknown>) {
  const { start: _, duration: __, ...rest } = smallScenario();
  const file = await folder.write("s.json", { ...rest, shock: { snap: true, ...shock } });
  const scenario = await resolveScenario(file, { registries });
  return indexPaths(scenario, compileScenario(scenario).instruments);
}

describe("MARK-4: the index through the bars of a file", () => {
  let expected: Awaited<ReturnType<typeof pathOf>>;
  beforeAll(async () => {
    await writeFile(folder.path("bars.csv"), WHOLE);
    await writeFile(folder.path("bars.csv.gz"), gzipSync(WHOLE));
    await writeFile(folder.path("bars.zip"), await zipOf({ "b.csv": `${HEADER}\n${REST}`, "a.csv": FIRST }));
    for (const ending of ["parquet", "arrow", "duckdb"]) {
      const outcome = await runCommand(registerImport, "import", folder.path("bars.csv"), "--out", folder.path(`bars.${ending}`));
      expect(outcome.line).toBeNull();
    }
    const instance = await DuckDBInstance.create(folder.path("two.duckdb"));
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE other AS SELECT 1 AS x; CREATE TABLE minutes AS FROM '${folder.path("bars.parquet")}'`);
    connection.closeSync();
    instance.closeSync();
    expected = await pathOf({ from: "bars.csv" });
    expect(new Set(expected[0]?.ticks).size).toBeGreaterThan(3);
  });

  test.each(["bars.csv.gz", "bars.zip", "bars.parquet", "bars.arrow", "bars.duckdb"])("%s", async (from) => {
    expect(await pathOf({ from })).toEqual(expected);
  });

  test("a table of a DuckDB database by its name, which is needed when there are several", async () => {
    expect(await pathOf({ from: "two.duckdb", table: "minutes" })).toEqual(expected);
    expect(await lineOf(pathOf({ from: "two.duckdb" }))).toMatch(/two\.duckdb: several tables \(minutes, other\): name one$/);
    expect(await lineOf(pathOf({ from: "two.duckdb", table: "none" }))).toMatch(/two\.duckdb: no table "none"/);
    expect(await lineOf(pathOf({ from: "bars.csv", table: "none" }))).toMatch(
      /bars\.csv: table none asked for, but it is no DuckDB database$/,
    );
  });

  test("a DuckDB database as a series of prices is refused for what it is", async () => {
    expect(await lineOf(pathOf({ from: "bars.duckdb", series: "prices" }))).toMatch(
      /bars\.duckdb: a DuckDB database, which is read for bars alone/,
    );
  });
});
