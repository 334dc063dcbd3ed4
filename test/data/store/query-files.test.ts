import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { parquetMetadata } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeQueryArrow } from "../../../data/store/query-arrow.ts";
import { writeQueryParquet } from "../../../data/store/query-parquet.ts";
import { openStore, type Store } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { ASSETS, INSTRUMENTS } from "../../../sim/tables.ts";
import { arrowCells, duckDbCells, firstDifference } from "./cells.ts";
import { tableOf } from "./rows.ts";

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-query-files-"));
  const directory = join(folder, "run");
  await mkdir(directory);
  const instruments = tableOf(INSTRUMENTS, [{ symbol: "BTC-USDT", tick_size: "0.1", lot_size: "0.001" }]);
  await writeTables(directory, [instruments, tableOf(ASSETS, [{ symbol: "USDT", quantum: "0.000001" }])]);
  store = await openStore(directory);
});
afterAll(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

/** The bytes of an Arrow file of a query's rows, and how they came. */
async function arrowOf(sql: string) {
  const parts: Uint8Array[] = [];
  const rowCount = await writeQueryArrow(await store.stream(sql), async (bytes) => {
    parts.push(bytes.slice());
  });
  return { rowCount, bytes: Buffer.concat(parts) };
}

const parquet = () => join(folder, "result.parquet");
const parquetOf = async (sql: string) => await writeQueryParquet(await store.stream(sql), parquet());

/** Each with a missing value, and the ends of its range. */
const TYPES: readonly [sql: string, arrow: string, parquet: string][] = [
  ["v::BOOLEAN FROM (VALUES (true), (NULL), (false)) t(v)", "Bool", "BOOLEAN"],
  ["v::TINYINT FROM (VALUES (-128), (NULL), (127)) t(v)", "Int8", "TINYINT"],
  ["v::SMALLINT FROM (VALUES (-32768), (NULL), (32767)) t(v)", "Int16", "SMALLINT"],
  ["v::INTEGER FROM (VALUES (-2147483648), (NULL), (7)) t(v)", "Int32", "INTEGER"],
  ["v::BIGINT FROM (VALUES (-9223372036854775808), (NULL), (9223372036854775807)) t(v)", "Int64", "BIGINT"],
  ["v::UTINYINT FROM (VALUES (255), (NULL)) t(v)", "Uint8", "UTINYINT"],
  ["v::USMALLINT FROM (VALUES (65535), (NULL)) t(v)", "Uint16", "USMALLINT"],
  ["v::UINTEGER FROM (VALUES (4294967295), (NULL)) t(v)", "Uint32", "UINTEGER"],
  ["v::UBIGINT FROM (VALUES (18446744073709551615), (NULL)) t(v)", "Uint64", "UBIGINT"],
  ["v::FLOAT FROM (VALUES (1.5), (NULL), (-0.25)) t(v)", "Float32", "FLOAT"],
  ["v::DOUBLE FROM (VALUES ('1e308'), (NULL), ('nan'), ('-inf'), ('-0'), ('0.1')) t(v)", "Float64", "DOUBLE"],
  ["v::DECIMAL(4, 1) FROM (VALUES (-999.9), (NULL), (0.1)) t(v)", "Decimal[4e+1]", "DECIMAL(4,1)"],
  ["v::DECIMAL(18, 6) FROM (VALUES (-123456789012.345678), (NULL)) t(v)", "Decimal[18e+6]", "DECIMAL(18,6)"],
  ["v::DECIMAL(38, 7) FROM (VALUES (-1234567890123456789012345678901.2345678), (NULL), (-1)) t(v)", "Decimal[38e+7]", "DECIMAL(38,7)"],
  ["v::HUGEINT FROM (VALUES (99999999999999999999999999999999999999), (NULL), (-1)) t(v)", "Decimal[38e0]", "DECIMAL(38,0)"],
  ["v::VARCHAR FROM (VALUES ('it''s ü 🦀'), (NULL), (''), ('a\nb')) t(v)", "Utf8", "VARCHAR"],
  ["v::ENUM('buy', 'sell') FROM (VALUES ('sell'), (NULL), ('buy')) t(v)", "Utf8", "VARCHAR"],
  [
    "v::TIMESTAMPTZ FROM (VALUES ('2025-10-10 20:00:00.123456Z'), (NULL), ('1969-12-31 23:59:59Z')) t(v)",
    "Timestamp<MICROSECOND, UTC>",
    "TIMESTAMP WITH TIME ZONE",
  ],
];

describe("results of queries as files", () => {
  test.each(TYPES)("SELECT %s: Arrow %s, Parquet %s, and every value", async (select, arrowType, parquetType) => {
    const sql = `SELECT ${select}`;
    const expected = await duckDbCells(`SET TimeZone = 'UTC'; ${sql}`);
    const { bytes, rowCount } = await arrowOf(sql);
    const table = tableFromIPC(bytes);
    expect([String(table.schema.fields[0]?.type), rowCount]).toEqual([arrowType, expected.columns[0]?.length]);
    // The library makes milliseconds of times as it reads a cell.
    const raw = arrowType.startsWith("Timestamp") ? table.getChildAt(0)?.data[0]?.values : null;
    const cells =
      raw === null
        ? arrowCells(table)
        : { names: expected.names, columns: [Array.from(raw, (micros, row) => (table.getChildAt(0)?.isValid(row) ? micros : null))] };
    expect(firstDifference(cells, expected)).toBe(null);
    expect(table.getChildAt(0)?.nullCount).toBe(1);
    expect(await parquetOf(sql)).toBe(rowCount);
    expect((await duckDbCells(`SELECT column_type FROM (DESCRIBE FROM '${parquet()}')`)).columns).toEqual([[parquetType]]);
    expect(firstDifference(await duckDbCells(`FROM '${parquet()}'`), expected)).toBe(null);
  });

  test("dates, times and bytes in Arrow's own types, what it has none for as text", async () => {
    const sql =
      "SELECT DATE '2025-10-10' AS day, TIME '01:02:03.000004' AS clock, TIMESTAMP '2025-10-10 20:00:00' AS local, TIMESTAMP_S '2025-10-10 20:00:00' AS seconds, 'a\\x00'::BLOB AS bytes, [1, 2] AS list, {'a': 1.50} AS struct, INTERVAL 1 HOUR AS span, NULL AS none";
    const table = tableFromIPC((await arrowOf(sql)).bytes);
    expect(table.schema.fields.map(({ type }) => String(type)).join(" ")).toBe(
      "Date32<DAY> Time64<MICROSECOND> Timestamp<MICROSECOND> Timestamp<SECOND> Binary Utf8 Utf8 Utf8 Int32",
    );
    const row = table.get(0)?.toJSON();
    expect(new Date(Number(row?.["day"])).toISOString().slice(0, 10)).toBe("2025-10-10");
    expect([row?.["clock"], row?.["local"], row?.["seconds"]]).toEqual([
      3_723_000_004n,
      Date.UTC(2025, 9, 10, 20),
      Date.UTC(2025, 9, 10, 20),
    ]);
    expect([Buffer.from(row?.["bytes"] ?? []), row?.["list"], row?.["struct"], row?.["span"], row?.["none"]]).toEqual([
      Buffer.from([97, 0]),
      "[1,2]",
      '{"a":"1.5"}',
      "01:00:00",
      null,
    ]);
    await parquetOf(sql);
    expect((await duckDbCells(`SELECT list, struct.a, span FROM '${parquet()}'`)).columns.slice(1)).toEqual([[150n], ["01:00:00"]]);
  });

  test("any columns of any values come back, whatever batches and missing values", async () => {
    const value = fc.record({
      whole: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      real: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      word: fc.option(fc.string({ unit: "binary", maxLength: 5 }).map((text) => text.replaceAll("\0", ""))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 9000 }), async (rows, times) => {
        const word = (text: string | null) => (text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`);
        const tuple = ({ whole, real, word: text }: (typeof rows)[number]) =>
          `(${whole === null ? "NULL" : `'${whole}'`}::BIGINT, ${real === null ? "NULL" : `'${real}'`}::DOUBLE, ${word(text)}, ${whole ?? 0}::HUGEINT)`;
        const sql = `SELECT t.*, r FROM range(${times}) s(r), (VALUES ${rows.map(tuple).join(", ")}) t(whole, real, word, huge) ORDER BY r, whole, real, word`;
        const expected = await duckDbCells(sql);
        expect(firstDifference(arrowCells(tableFromIPC((await arrowOf(sql)).bytes)), expected)).toBe(null);
        await parquetOf(sql);
        expect(firstDifference(await duckDbCells(`FROM '${parquet()}'`), expected)).toBe(null);
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  test("long results come in parts, in their order, the same bytes each time, and leave no part behind", async () => {
    const sql = "SELECT r, 'word ' || (r * 7919 % 1000) AS word, CASE WHEN r % 5 > 0 THEN r / 3 END AS real FROM range(300_000) t(r)";
    const expected = await duckDbCells(sql);
    const { bytes, rowCount } = await arrowOf(sql);
    expect(rowCount).toBe(300_000);
    const table = tableFromIPC(bytes);
    expect(table.batches.map(({ numRows }) => numRows)).toEqual([61_440, 61_440, 61_440, 61_440, 54_240]);
    expect(firstDifference(arrowCells(table), expected)).toBe(null);
    expect((await arrowOf(sql)).bytes.equals(bytes)).toBe(true);
    expect(await parquetOf(sql)).toBe(300_000);
    const written = await readFile(parquet());
    expect(firstDifference(await duckDbCells(`FROM '${parquet()}'`), expected)).toBe(null);
    const groups = parquetMetadata(written.buffer.slice(written.byteOffset, written.byteOffset + written.byteLength)).row_groups;
    expect(groups.map(({ num_rows }) => Number(num_rows))).toEqual([122_880, 122_880, 54_240]);
    await parquetOf(sql);
    expect((await readFile(parquet())).equals(written)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["result.parquet", "run"]);
  });

  test("of a long result a part is in memory: nothing is read ahead of a slow reader, and an endless one begins at once", async () => {
    const { names, types, chunks } = await store.stream("SELECT r, r::VARCHAR AS word FROM range(1_000_000_000_000) t(r)");
    let read = 0;
    const some = async function* () {
      for await (const chunk of chunks) {
        if (read >= 300_000) return;
        read += chunk.rowCount;
        yield chunk;
      }
    };
    let written = 0;
    let ahead = 0;
    const rowCount = await writeQueryArrow({ names, types, chunks: some() }, async (bytes) => {
      await new Promise(setImmediate);
      written += bytes.byteLength;
      // Eight bytes a number, four a place, and up to six digits.
      ahead = Math.max(ahead, read - written / 18);
    });
    expect(rowCount).toBe(read);
    expect(ahead).toBeLessThan(2 * 61_440);
  });

  test("no rows, and names that are the same or differ in capitals only", async () => {
    const sql = 'SELECT 1 AS a, 2 AS a, 3 AS "A", symbol FROM instruments WHERE false';
    expect(tableFromIPC((await arrowOf(sql)).bytes).schema.fields.map(({ name }) => name)).toEqual(["a", "a:1", "A", "symbol"]);
    expect(tableFromIPC((await arrowOf(sql)).bytes).numRows).toBe(0);
    expect(await parquetOf(sql)).toBe(0);
    const { schema } = parquetMetadata(new Uint8Array(await readFile(parquet())).buffer);
    expect(schema.slice(1).map(({ name }) => name)).toEqual(["a", "a:1", "A_1", "symbol"]);
  });

  test("the guard of queries holds: one statement that only reads, within the directory", async () => {
    const file = join(folder, "copy.parquet");
    for (const sql of [
      `COPY instruments TO '${file}'`,
      "DROP VIEW instruments",
      "SELECT 1; SELECT 2",
      "SELECT * FROM read_text('/etc/passwd')",
    ]) {
      await expect(store.stream(sql), sql).rejects.toThrow(InputError);
    }
    expect(await readdir(folder)).not.toContain("copy.parquet");
  });

  test("what goes wrong in a later row is bad SQL, in one line; a number of 39 digits has no decimal", async () => {
    const late = "SELECT CASE WHEN r < 200_000 THEN 1 ELSE CAST('x' || r AS INTEGER) END FROM range(200_001) t(r)";
    const long = "SELECT 100000000000000000000000000000000000000::HUGEINT AS long";
    for (const write of [arrowOf, parquetOf]) {
      await expect(write(late)).rejects.toThrow(/^SQL: Conversion Error: [^\n]*x200000[^\n]*$/);
      await expect(write(long)).rejects.toThrow(/^SQL: [^\n]+$/);
    }
    expect((await readdir(folder)).filter((name) => name.includes("part"))).toEqual([]);
  });
});
