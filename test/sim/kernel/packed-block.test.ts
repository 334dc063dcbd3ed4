import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PackedBlock } from "../../../sim/kernel/packed-block.ts";
import { Table } from "../../../sim/kernel/table.ts";

const ODD = [
  Number.NaN,
  -0,
  0,
  1,
  -1,
  0.5,
  255,
  256,
  65_535,
  65_536,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  Number.POSITIVE_INFINITY,
];

/** Numbers that lie as close together as those of a column may, some of them missing. */
const near = fc
  .tuple(
    fc.maxSafeInteger(),
    fc.constantFrom(0, 1, 254, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 32, 2 ** 40, 2 ** 48),
    fc.integer({ min: 0, max: 3 }),
  )
  .chain(([base, range, missing]) =>
    fc.array(
      fc.oneof(
        {
          weight: 9,
          arbitrary: fc
            .maxSafeNat()
            .map((over) => Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, base + (over % (range + 1))))),
        },
        { weight: missing, arbitrary: fc.constant(Number.NaN) },
      ),
      { minLength: 4, maxLength: 40 },
    ),
  );
const column = fc.oneof(near, fc.array(fc.oneof(fc.constantFrom(...ODD), fc.double()), { minLength: 4, maxLength: 40 }));

describe("a packed block", () => {
  test("TIME-3: every number of every column comes back as it was, bit for bit but for which NaN it is", () => {
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 5 }), (columns) => {
        const rows = Math.min(...columns.map((numbers) => numbers.length));
        const block = new Float64Array(rows * columns.length);
        columns.forEach((numbers, position) => {
          for (let row = 0; row < rows; row++) block[row * columns.length + position] = numbers[row] as number;
        });
        const packed = new PackedBlock(block, columns.length);
        expect(packed.rowCount).toBe(rows);
        columns.forEach((numbers, position) => {
          const found = packed.column(position);
          expect(found.length).toBe(rows);
          for (let row = 0; row < rows; row++) expect(Object.is(found[row], numbers[row])).toBe(true);
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a table of many blocks", () => {
  const schema = {
    name: "many",
    meaning: "rows",
    columns: [
      { name: "number", type: "int64", meaning: "row" },
      { name: "part", type: "double", meaning: "a part", optional: true },
      { name: "word", type: "enum", meaning: "a word", values: ["even", "odd"], optional: true },
      { name: "text", type: "text", meaning: "a text" },
    ],
  } as const;
  const numberAt = (row: number) => 7 * row - 3_000;
  const partAt = (row: number) => (row % 5 === 0 ? null : row / 3);
  const wordAt = (row: number) => (row % 7 === 0 ? null : row % 2 === 0 ? "even" : "odd");
  const filled = (rows: number) => {
    const table = new Table(schema);
    for (let row = 0; row < rows; row++) table.append([numberAt(row), partAt(row), wordAt(row), `row ${row}`]);
    return table;
  };

  test.each([0, 63, 64, 65, 1_088, 1_089, 5_000])(
    "TIME-3 TIME-4: %i rows are read as they were appended, in any part, restored too",
    (rows) => {
      const table = filled(rows);
      const again = new Table(schema);
      again.restore(table.state());
      expect(again.digest().hex()).toBe(table.digest().hex());
      const parts = [
        [0, rows],
        [Math.min(60, rows), Math.min(70, rows)],
        [Math.floor(rows / 3), rows],
      ] as const;
      for (const one of [table, again]) {
        for (const [from, until] of parts) {
          const of = <Value>(at: (row: number) => Value) => Array.from({ length: until - from }, (_, place) => at(from + place));
          expect(Array.from(one.numbers("number", from, until))).toEqual(of(numberAt));
          expect(Array.from(one.numbers("part", from, until))).toEqual(of((row) => partAt(row) ?? Number.NaN));
          expect(one.words("word", from, until)).toEqual(of(wordAt));
          expect(one.words("text", from, until)).toEqual(of((row) => `row ${row}`));
        }
      }
    },
  );

  test("TIME-4: a table goes on alike whether it was restored or not", () => {
    const again = new Table(schema);
    again.restore(filled(1_500).state());
    for (let row = 1_500; row < 4_000; row++) again.append([numberAt(row), partAt(row), wordAt(row), `row ${row}`]);
    expect(again.digest().hex()).toBe(filled(4_000).digest().hex());
    expect(Array.from(again.numbers("number"))).toEqual(Array.from(filled(4_000).numbers("number")));
  });
});
