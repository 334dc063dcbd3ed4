import { describe, expect, test } from "vitest";
import { Digest } from "../../../sim/kernel/digest.ts";
import { type Cell, Table, type TableSchema } from "../../../sim/kernel/table.ts";

const SCHEMA: TableSchema = {
  name: "things",
  meaning: "one row a thing",
  columns: [
    { name: "count", type: "int64", meaning: "a whole number" },
    { name: "rank", type: "int64", meaning: "a whole number or none", optional: true },
    { name: "score", type: "double", meaning: "a real number or none", optional: true },
    { name: "weight", type: "double", meaning: "a real number" },
    { name: "side", type: "enum", values: ["buy", "sell"], meaning: "a word" },
    { name: "mood", type: "enum", values: ["calm", "wild"], meaning: "a word or none", optional: true },
    { name: "label", type: "text", meaning: "text" },
    { name: "note", type: "text", meaning: "text or none", optional: true },
  ],
};
const GOOD: readonly Cell[] = [1, 2, 0.5, 1.5, "buy", "wild", "first", "x"];
const COLUMNS = SCHEMA.columns.map((column) => column.name);

function withCell(name: string, cell: Cell): Cell[] {
  return GOOD.map((value, position) => (COLUMNS[position] === name ? cell : value));
}

describe("table", () => {
  test("keeps what is appended, column by column", () => {
    const table = new Table(SCHEMA);
    expect(table.rowCount).toBe(0);
    expect([...table.numbers("count")]).toEqual([]);
    expect(table.words("side")).toEqual([]);
    table.append(GOOD);
    table.append([-3, null, null, -0.25, "sell", null, "", "y"]);
    expect(table.rowCount).toBe(2);
    expect([...table.numbers("count")]).toEqual([1, -3]);
    expect([...table.numbers("rank")]).toEqual([2, Number.NaN]);
    expect([...table.numbers("score")]).toEqual([0.5, Number.NaN]);
    expect([...table.numbers("weight")]).toEqual([1.5, -0.25]);
    expect(table.words("side")).toEqual(["buy", "sell"]);
    expect(table.words("mood")).toEqual(["wild", null]);
    expect(table.words("label")).toEqual(["first", ""]);
    expect(table.words("note")).toEqual(["x", "y"]);
    table.append([0, 0, 0, 0, "buy", "calm", "", null]);
    expect(table.words("note")).toEqual(["x", "y", ""]);
  });

  test("holds the largest safe integers and the largest doubles", () => {
    const table = new Table(SCHEMA);
    for (const value of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0]) table.append(withCell("count", value));
    table.append(withCell("weight", -Number.MAX_VALUE));
    expect([...table.numbers("count")]).toEqual([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, 1]);
    expect(table.numbers("weight")[3]).toBe(-Number.MAX_VALUE);
  });

  test.each([
    ["count", 1.5, "int64"],
    ["count", 2 ** 53, "int64"],
    ["count", Number.NaN, "int64"],
    ["count", Number.POSITIVE_INFINITY, "int64"],
    ["count", "1", "int64"],
    ["count", "", "int64"],
    ["count", null, "int64"],
    ["rank", 0.5, "int64"],
    ["rank", Number.NaN, "int64"],
    ["rank", "", "int64"],
    ["score", Number.NaN, "double"],
    ["score", Number.NEGATIVE_INFINITY, "double"],
    ["weight", null, "double"],
    ["weight", "", "double"],
    ["weight", "heavy", "double"],
    ["side", "hold", "enum"],
    ["side", "", "enum"],
    ["side", null, "enum"],
    ["side", 0, "enum"],
    ["mood", "", "enum"],
    ["mood", "Calm", "enum"],
    ["label", null, "text"],
    ["label", 7, "text"],
    ["note", 7, "text"],
  ] as const)("refuses a bad cell: %s = %j", (name, cell, type) => {
    const table = new Table(SCHEMA);
    table.append(GOOD);
    expect(() => table.append(withCell(name, cell))).toThrow(`Cannot record things.${name}: ${type} does not hold ${String(cell)}`);
    expect(table.rowCount).toBe(1);
    // What follows is not shifted by the row that was refused.
    table.append(withCell("label", "second"));
    expect(table.words("label")).toEqual(["first", "second"]);
    expect([...table.numbers("count")]).toEqual([1, 1]);
  });

  test.each([0, 7, 9])("refuses a row of %i cells, naming table and counts", (cells) => {
    const table = new Table(SCHEMA);
    const row = [...GOOD, ...GOOD].slice(0, cells);
    expect(() => table.append(row)).toThrow(`Cannot append to things: ${cells} cells for 8 columns`);
    expect(table.rowCount).toBe(0);
  });

  test("grows without losing a cell of any type", () => {
    const table = new Table(SCHEMA);
    const rows = 5_000;
    for (let row = 0; row < rows; row++) {
      table.append([
        row,
        row % 3 === 0 ? null : -row,
        row / 8,
        row,
        row % 2 === 0 ? "buy" : "sell",
        row % 5 === 0 ? null : "calm",
        `row ${row}`,
        "n",
      ]);
    }
    expect(table.rowCount).toBe(rows);
    const [count, rank, score] = [table.numbers("count"), table.numbers("rank"), table.numbers("score")];
    const [side, mood, label] = [table.words("side"), table.words("mood"), table.words("label")];
    for (const column of [count, rank, score, side, mood, label]) expect(column).toHaveLength(rows);
    for (let row = 0; row < rows; row++) {
      const expected = [
        row,
        row % 3 === 0 ? Number.NaN : -row,
        row / 8,
        row % 2 === 0 ? "buy" : "sell",
        row % 5 === 0 ? null : "calm",
        `row ${row}`,
      ];
      const kept = [count[row], rank[row], score[row], side[row], mood[row], label[row]];
      if (!expected.every((cell, position) => Object.is(cell, kept[position]))) expect.fail(`row ${row}: ${kept}`);
    }
  });

  test("reading a column that is not there, or as the wrong kind, names it", () => {
    const table = new Table(SCHEMA);
    expect(() => table.numbers("nothing")).toThrow("Cannot read things.nothing: no such column");
    expect(() => table.words("nothing")).toThrow("Cannot read things.nothing: no such column");
    expect(() => table.numbers("side")).toThrow("Cannot read numbers of things.side: not a number column");
    expect(() => table.numbers("label")).toThrow("Cannot read numbers of things.label: not a number column");
    expect(() => table.words("count")).toThrow("Cannot read words of things.count: a number column");
  });
});

describe("table and digest", () => {
  /** The digest of a table of these rows. */
  function digestOf(...rows: (readonly Cell[])[]): string {
    const table = new Table(SCHEMA);
    for (const row of rows) table.append(row);
    return table.digest().hex();
  }

  test("TIME-3 every cell of every row counts, in column order", () => {
    const digest = new Digest();
    for (const value of [1, 2, 0.5, 1.5, 0, 1, Number.NaN, Number.NaN]) digest.number(value);
    for (const value of ["first", "x"]) digest.text(value);
    expect(digestOf(GOOD)).toBe(digest.hex());
    const others: (readonly [string, Cell])[] = [
      ["count", 2],
      ["rank", null],
      ["rank", 0],
      ["score", null],
      ["weight", 1.25],
      ["side", "sell"],
      ["mood", "calm"],
      ["mood", null],
      ["label", "second"],
      ["label", ""],
      ["note", null],
    ];
    const digests = others.map(([name, cell]) => digestOf(withCell(name, cell)));
    expect(new Set([digestOf(GOOD), ...digests]).size).toBe(others.length + 1);
    expect(digestOf(GOOD, withCell("count", 2))).not.toBe(digestOf(withCell("count", 2), GOOD));
  });

  test("TIME-3 growing does not enter the digest, nor does reading", () => {
    const table = new Table(SCHEMA);
    const plain = new Digest();
    for (let row = 0; row < 3_000; row++) {
      table.append(withCell("count", row));
      if (row % 100 === 0) table.numbers("count");
      if (row % 700 === 0) table.digest();
      plain.numbers(Float64Array.of(row, 2, 0.5, 1.5, 0, 1, Number.NaN, Number.NaN));
    }
    for (const text of ["first", "x"]) for (let row = 0; row < 3_000; row++) plain.text(text);
    expect(table.digest().hex()).toBe(plain.hex());
  });

  test("a table without a digest says so", () => {
    expect(() => new Table(SCHEMA, false).digest()).toThrow("Cannot tell the digest of things: it has none");
  });
});
