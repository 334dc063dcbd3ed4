import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as arrow from "apache-arrow";
import { describe, expect, test } from "vitest";
import { adlCase } from "../../../data/adl/adl-case.ts";
import { readSnapshot } from "../../../data/adl/read-snapshot.ts";
import { openDatabase, sqlText } from "../../../data/store/database.ts";
import { SIX, useSnapshots } from "./support.ts";

const snapshots = useSnapshots();
const HEADER = "account,size,entry_price,equity";
const QUESTION = { side: "long", size: "10", mark: "95", price: "98", lot: "1" } as const;

describe("a snapshot of any format", () => {
  test("CSV: columns in any order and case, quotes, other columns, gzipped too", async () => {
    const lines = ['note,EQUITY,account,"size",entry_price', 'x,"10.50","a, b",-0.1,1e-2', "", ""];
    const expected = {
      row: "line 2",
      account: "a, b",
      size: "-0.1",
      entryPrice: "1e-2",
      equity: "10.50",
      leverage: null,
      marginMode: null,
    };
    const plain = await readSnapshot(await snapshots.write(lines));
    expect(plain.positions).toMatchObject([expected]);
    const packed = await readSnapshot(await snapshots.write(gzipSync(lines.join("\r\n")), "positions.csv.gz"));
    expect(packed.positions).toEqual(plain.positions);
  });

  test("UNIT-2 Parquet: text, decimals, whole numbers and doubles keep their digits", async () => {
    const file = snapshots.path("positions.parquet");
    const database = await openDatabase(false);
    try {
      const select = `SELECT 7::UBIGINT AS account, '-12.345' AS size, 0.000123456789012345678::DECIMAL(38, 21) AS entry_price,
        0.1::DOUBLE AS equity, NULL::DOUBLE AS leverage, 1e22::DOUBLE AS gross_notional`;
      await database.connection.run(`COPY (${select}) TO ${sqlText(file)} (FORMAT parquet)`);
    } finally {
      database.close();
    }
    const { positions } = await readSnapshot(file);
    expect(positions).toMatchObject([
      {
        row: "row 1",
        account: "7",
        size: "-12.345",
        entryPrice: "0.000123456789012345678",
        equity: "0.1",
        leverage: null,
        grossNotional: "1e+22",
      },
    ]);
  });

  test("UNIT-2 Arrow: text, also as a dictionary, doubles, whole numbers, decimals", async () => {
    const file = snapshots.path("positions.arrow");
    const scaled = arrow.makeData({
      type: new arrow.Decimal(3, 10, 128),
      length: 2,
      data: new Uint32Array([1500, 0, 0, 0, 0xfffffff6, ...Array(3).fill(0xffffffff)]),
    });
    const table = new arrow.Table({
      account: arrow.vectorFromArray(["b", "a"]),
      size: arrow.vectorFromArray([-0.1, 2.5], new arrow.Float64()),
      entry_price: arrow.vectorFromArray([100n, 9007199254740993n], new arrow.Int64()),
      equity: arrow.makeVector(scaled),
      margin_mode: arrow.vectorFromArray(["cross", null], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    });
    await writeFile(file, arrow.tableToIPC(table, "file"));
    const { positions } = await readSnapshot(file);
    expect(positions).toMatchObject([
      { row: "row 1", account: "b", accountNumber: 1, size: "-0.1", entryPrice: "100", equity: "1.5", marginMode: "cross" },
      { row: "row 2", account: "a", accountNumber: 0, size: "2.5", entryPrice: "9007199254740993", equity: "-0.01", marginMode: null },
    ]);
  });

  test("one instrument of several is read, several at once are refused by name", async () => {
    const file = await snapshots.write([`${HEADER},instrument`, "a,1,10,5,X", "a,2,10,5,Y"]);
    expect(await readSnapshot(file, "Y")).toMatchObject({ instrument: "Y", positions: [{ size: "2" }] });
    await expect(readSnapshot(file)).rejects.toThrow(`${file}: instrument: several (X, Y), choose one with --instrument`);
    await expect(readSnapshot(file, "Z")).rejects.toThrow('--instrument: expected one of "X", "Y", got "Z"');
    const without = await snapshots.write([HEADER, "a,1,10,5"]);
    await expect(readSnapshot(without, "X")).rejects.toThrow(`${without}: no column instrument to find "X" in`);
  });
});

describe("bad input names file, row, column and value", () => {
  test.each([
    { rows: ["account,size,equity", "a,1,2"], problem: "header without entry_price" },
    { rows: [HEADER], problem: "no positions after the header" },
    { rows: [HEADER, "a,1,10,5", "b,1,10"], problem: "line 3: expected 4 fields, got 3" },
    { rows: [HEADER, "a,1,10,5", "", "b,1,10,5"], problem: "line 3: expected 4 fields, got an empty line" },
    { rows: [`${HEADER},Size`, "a,1,10,5,1"], problem: "line 1: column size stands twice in the header" },
    { rows: [HEADER, "a,1,10,5", "b,many,10,5"], problem: 'line 3: size: expected a decimal number, got "many"' },
    { rows: [HEADER, "a,1,NaN,5"], problem: 'line 2: entry_price: expected a decimal number, got "NaN"' },
    { rows: [HEADER, "a,1,0,5"], problem: 'line 2: entry_price: expected more than 0, got "0"' },
    { rows: [HEADER, "a,1,10,"], problem: "line 2: equity: missing" },
    { rows: [HEADER, ",1,10,5"], problem: "line 2: account: missing" },
    { rows: [`${HEADER},leverage`, "a,1,10,5,-2"], problem: 'line 2: leverage: expected more than 0, got "-2"' },
    { rows: [`${HEADER},requirement`, "a,1,10,5,-2"], problem: 'line 2: requirement: expected 0 or more, got "-2"' },
    { rows: [`${HEADER},margin_mode`, "a,1,10,5,both"], problem: 'line 2: margin_mode: expected one of "isolated", "cross", got "both"' },
    { rows: [`${HEADER},instrument`, "a,1,10,5,"], problem: "line 2: instrument: missing" },
    { rows: [HEADER, "a,1,10,5", "a,-1,10,5", "a,2,10,5"], problem: 'line 4: account: "a" has a long position in line 2 already' },
  ])("$problem", async ({ rows, problem }) => {
    const file = await snapshots.write(rows);
    await expect(readSnapshot(file)).rejects.toThrow(`${file}: ${problem}`);
  });

  test.each([
    { name: "broken.csv.gz", bytes: Buffer.from(gzipSync(SIX.join("\n")).subarray(0, 40)), problem: "truncated gzip" },
    { name: "text.parquet", bytes: Buffer.from(SIX.join("\n")), problem: "not a Parquet file" },
    { name: "broken.parquet", bytes: Buffer.from("PAR1 and nothing else"), problem: "cannot be read as Parquet: " },
    { name: "broken.arrow", bytes: Buffer.from("ARROW1 and nothing else"), problem: "truncated Arrow file" },
    { name: "empty.csv", bytes: Buffer.alloc(0), problem: "empty, expected a table" },
  ])("$name: $problem", async ({ name, bytes, problem }) => {
    const file = await snapshots.write(bytes, name);
    await expect(readSnapshot(file)).rejects.toThrow(`${file}: ${problem}`);
  });

  test("a column of a type that is neither text nor an exact number is refused", async () => {
    const file = snapshots.path("single.arrow");
    const text = arrow.vectorFromArray(["1"]);
    const table = new arrow.Table({ account: text, size: arrow.makeVector(new Float32Array([0.1])), entry_price: text, equity: text });
    await writeFile(file, arrow.tableToIPC(table, "file"));
    await expect(readSnapshot(file)).rejects.toThrow(`${file}: size: expected text, whole numbers, decimals or doubles, got Float32`);
    const parquet = snapshots.path("single.parquet");
    const database = await openDatabase(false);
    try {
      const select = "SELECT 'a' AS account, 0.1::FLOAT AS size, 1 AS entry_price, 1 AS equity";
      await database.connection.run(`COPY (${select}) TO ${sqlText(parquet)} (FORMAT parquet)`);
    } finally {
      database.close();
    }
    await expect(readSnapshot(parquet)).rejects.toThrow(`${parquet}: size: expected text, whole numbers, decimals or doubles, got FLOAT`);
  });

  test("UNIT-2 sizes that are no whole lots, of the request and of a row", async () => {
    const snapshot = await readSnapshot(await snapshots.write([HEADER, "a,1,10,5", "b,1.5,10,5"]));
    expect(() => adlCase(snapshot, { ...QUESTION, size: "2.5" })).toThrow("--size: 2.5 is no whole multiple of 1");
    expect(() => adlCase(snapshot, QUESTION)).toThrow(`${snapshot.file}: line 3: size: 1.5 is no whole multiple of 1`);
    expect(() => adlCase(snapshot, { ...QUESTION, lot: "0" })).toThrow('--lot: expected more than 0, got "0"');
    expect(() => adlCase(snapshot, { ...QUESTION, mark: "-1" })).toThrow('--mark: expected more than 0, got "-1"');
    expect(() => adlCase(snapshot, { ...QUESTION, price: "x" })).toThrow('--price: expected a decimal number, got "x"');
  });

  test("UNIT-1 an amount beyond 2^53 quanta is said to be", async () => {
    const snapshot = await readSnapshot(await snapshots.write([HEADER, "a,100000000,10,5"]));
    expect(() => adlCase(snapshot, QUESTION)).toThrow(
      `${snapshot.file}: line 2: size × --mark: 9500000000 is beyond ±(2^53 − 1) quanta of 0.000001`,
    );
  });
});

test("UNIT-3 values are rounded half to even, once", async () => {
  const rows = [HEADER, "a,-1,0.0000005,5", "b,-1,0.0000015,5", "c,-1,0.00000250000001,5"];
  const snapshot = await readSnapshot(await snapshots.write(rows));
  expect(adlCase(snapshot, { ...QUESTION, size: "1" }).candidates.entryValue).toEqual([0, 2, 3]);
});
