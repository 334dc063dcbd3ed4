import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cell, Table, type TableSchema } from "../../../sim/kernel/table.ts";
import { BlockList } from "./block-list.ts";

const SCHEMA: TableSchema = {
  name: "things",
  meaning: "one row a thing",
  columns: [
    { name: "count", type: "int64", meaning: "a whole number" },
    { name: "score", type: "double", meaning: "a real number or none", optional: true },
    { name: "side", type: "enum", values: ["buy", "sell"], meaning: "a word" },
    { name: "label", type: "text", meaning: "text" },
    { name: "note", type: "text", meaning: "text or none", optional: true },
  ],
};
const LABELS = ["", "one", "two", "ü"];

const rowOf = (row: number): Cell[] => [
  row * 7919,
  row % 3 === 0 ? null : row / 8,
  row % 5 === 0 ? "sell" : "buy",
  LABELS[row % 4] as string,
  row % 7 === 0 ? null : `note ${row % 11}`,
];

/** All cells from one row to before another, column by column. */
const cellsOf = (table: Table, from?: number, until?: number) => [
  ...["count", "score"].map((name) => [...table.numbers(name, from, until)]),
  ...["side", "label", "note"].map((name) => table.words(name, from, until)),
];

describe("a table whose full blocks are in a store", () => {
  test("TIME-3: answers as one in memory does, whatever is asked of it while it grows", () => {
    let [rows, stored] = [0, 0];
    const part = fc.record({
      rows: fc.integer({ min: 0, max: 2_500 }),
      claims: fc.boolean(),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const store = new BlockList();
        const [kept, plain] = [new Table(SCHEMA), new Table(SCHEMA)];
        kept.keepIn(store);
        for (const { rows: more, claims, from, length } of parts) {
          for (let row = 0; row < more; row++) {
            if (!claims) for (const table of [kept, plain]) table.append(rowOf(table.rowCount));
            else if (plain.rowCount > 0) for (const table of [kept, plain]) table.block.set([row, Number.NaN, 1, 0, 0], table.claim());
          }
          const first = Math.floor(from * plain.rowCount);
          expect(cellsOf(kept, first, first + length)).toEqual(cellsOf(plain, first, first + length));
          expect(kept.rowsInMemory).toBeLessThanOrEqual(1024);
          expect(kept.digest().hex()).toBe(plain.digest().hex());
        }
        expect(cellsOf(kept)).toEqual(cellsOf(plain));
        expect(kept.state()).toEqual(plain.state());
        rows += plain.rowCount;
        stored += store.blocks.length;
      }),
      { numRuns: 60 },
    );
    expect(rows).toBeGreaterThan(50_000);
    expect(stored).toBeGreaterThan(50);
  });

  test("TIME-4: a state holds all of its rows, and fills one in memory or another in a store", () => {
    const [kept, plain] = [new Table(SCHEMA), new Table(SCHEMA)];
    kept.keepIn(new BlockList());
    for (let row = 0; row < 5_000; row++) for (const table of [kept, plain]) table.append(rowOf(row));
    const store = new BlockList();
    const [again, elsewhere] = [new Table(SCHEMA), new Table(SCHEMA)];
    elsewhere.keepIn(store);
    for (const table of [again, elsewhere]) table.restore(kept.state());
    for (let row = 5_000; row < 7_000; row++) for (const table of [plain, again, elsewhere]) table.append(rowOf(row));
    for (const table of [again, elsewhere]) {
      expect(cellsOf(table)).toEqual(cellsOf(plain));
      expect(table.digest().hex()).toBe(plain.digest().hex());
    }
    expect(store.blocks.length).toBe(7);
  });

  test("forgets what it is told to forget", () => {
    const table = new Table(SCHEMA);
    table.keepIn(new BlockList());
    for (let row = 0; row < 3_000; row++) table.append(rowOf(row));
    table.release();
    expect([table.rowCount, table.rowsInMemory, [...table.numbers("count")]]).toEqual([0, 0, []]);
  });

  test("a store that fails leaves the table as it was", () => {
    const store = new BlockList();
    const table = new Table(SCHEMA);
    table.keepIn(store);
    for (let row = 0; row < 64 + 1_024; row++) table.append(rowOf(row));
    const digest = table.digest().hex();
    const write = store.write.bind(store);
    store.write = () => {
      throw new Error("no room");
    };
    expect(() => table.append(rowOf(1_088))).toThrow("no room");
    expect(() => table.append(rowOf(1_088))).toThrow("no room");
    expect([table.rowCount, table.digest().hex()]).toEqual([1_088, digest]);
    store.write = write;
    table.append(rowOf(1_088));
    expect([...table.numbers("count")]).toEqual(Array.from({ length: 1_089 }, (_, row) => row * 7919));
  });
});
