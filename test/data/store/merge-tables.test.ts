import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, parquetSource } from "../../../data/store/database.ts";
import { mergeTable, writeSweepTable } from "../../../data/store/merge-tables.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { ASSETS } from "../../../sim/tables.ts";
import { tableOf } from "./rows.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-merge-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rowsOf(file: string, columns: string): Promise<unknown[][]> {
  const database = await openDatabase(false);
  try {
    return (await database.connection.runAndReadAll(`SELECT ${columns} FROM ${parquetSource(file)}`)).getRowsJson() as unknown[][];
  } finally {
    database.close();
  }
}

test("TIME-3 tables of more runs than are put together at a time stand run by run, the same bytes twice", async () => {
  const runs = Array.from({ length: 230 }, (_, index) => 3 * index);
  const files: string[] = [];
  for (const symbol of ["A", "B"]) {
    const table = tableOf(ASSETS, [
      { asset: 0, symbol, quantum: "0.1" },
      { asset: 1, symbol: `${symbol}2`, quantum: "0.2" },
    ]);
    const directory = join(folder, symbol);
    await mkdir(directory);
    await writeTables(directory, [table]);
    files.push(join(directory, "assets.parquet"));
  }
  const shards = runs.map((run) => ({ run, file: files[run % 2] as string }));
  const [first, second] = [join(folder, "first.parquet"), join(folder, "second.parquet")];
  await mergeTable("assets", shards, first);
  await mergeTable("assets", shards, second);
  const expected = runs.flatMap((run) => {
    const symbol = run % 2 === 0 ? "A" : "B";
    return [
      [String(run), symbol],
      [String(run), `${symbol}2`],
    ];
  });
  expect(await rowsOf(first, "run, symbol")).toEqual(expected);
  expect((await readFile(first)).equals(await readFile(second))).toBe(true);
});

test("a table of the sweep itself keeps amounts exact, texts as they are, and what is missing", async () => {
  const file = join(folder, "own.parquet");
  const amounts = ["12345678901234567890.000000000000000001", null, "-0.5"];
  await writeSweepTable(
    "runs",
    "a test",
    [
      { name: "fund.end", type: "DECIMAL(38, 18)", meaning: "amount", values: amounts },
      { name: "it's", type: "VARCHAR", meaning: "text", values: ["o'clock", null, ""] },
    ],
    file,
  );
  expect(await rowsOf(file, "*")).toEqual([
    ["12345678901234567890.000000000000000001", "o'clock"],
    [null, null],
    ["-0.500000000000000000", ""],
  ]);
});
