import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStore, type Store } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { Table, type TableSchema } from "../../../sim/kernel/table.ts";
import { ACCOUNTS, ASSETS, FUNDS, INSTRUMENTS, MARKS, POSITIONS, TABLE_FORMAT_VERSION, TABLES, TRADES } from "../../../sim/tables.ts";
import { makePipe } from "../../pipe.ts";
import { tableOf } from "./rows.ts";

const START_US = 1_621_209_600_000_000;
const LARGEST = Number.MAX_SAFE_INTEGER;

const instruments = (tickSizes: readonly string[]) =>
  tableOf(
    INSTRUMENTS,
    tickSizes.map((tick_size, instrument) => ({
      instrument,
      symbol: `I${instrument}`,
      settle_asset: instrument % 2,
      tick_size,
      lot_size: "0.001",
    })),
  );
const assets = () =>
  tableOf(ASSETS, [
    { asset: 0, symbol: "USDT", quantum: "0.000001" },
    { asset: 1, symbol: "USDC", quantum: "0.01" },
  ]);
const NAME = 'maker "1", it\'s ü';

/** Two instruments: tick 0.1 settling in USDT, tick 0.25 settling in USDC. */
function exampleTables(): Table[] {
  const first = { time_us: START_US, instrument: 0, price_ticks: 3, size_lots: 1, value_quanta: 1_234_567 };
  const second = { time_us: START_US + 1, instrument: 1, price_ticks: 3, size_lots: LARGEST, value_quanta: LARGEST };
  return [
    instruments(["0.1", "0.25"]),
    assets(),
    tableOf(TRADES, [
      { ...first, taker_side: "buy", maker_fee_quanta: -1, taker_fee_quanta: 7 },
      { ...second, taker_side: "sell", liquidation: 5 },
    ]),
    tableOf(MARKS, [{ time_us: START_US, index_ticks: 464_268, mark_ticks: 464_269, bid_ticks: 1 }]),
    tableOf(FUNDS, [
      { pool: 0, pool_name: "perpetual/BTC/USDT", amount_quanta: 2_000_000_000_000, available_quanta: 2_000_000_000_000 },
      { pool: 1, pool_name: "perpetual/BTC/USDC", amount_quanta: 5, available_quanta: 5 },
    ]),
    tableOf(ACCOUNTS, [
      { account: 0, asset: 0, wallet_quanta: 1_500_000 },
      { account: 1, name: NAME, asset: 1, wallet_quanta: 150 },
    ]),
    tableOf(POSITIONS, [
      { account: 0, instrument: 0, margin_quanta: 2_000_000, position_lots: -3 },
      { account: 1, instrument: 1, margin_quanta: 200, position_lots: LARGEST, leverage: 2.5 },
    ]),
  ];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, tables: readonly Table[]): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory, { recursive: true });
  await writeTables(directory, tables);
  return directory;
}

const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
async function open(directory: string): Promise<Store> {
  const store = await openStore(directory);
  opened.push(store);
  return store;
}

async function duckdb(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe("writeTables", () => {
  test("DuckDB alone reads values, types and missing values back", async () => {
    const directory = await written("alone", exampleTables());
    expect(
      await duckdb(`SELECT price_ticks, size_lots, taker_side, maker_fee_quanta, liquidation FROM '${directory}/trades.parquet'`),
    ).toEqual([
      ["3", "1", "buy", "-1", null],
      ["3", String(LARGEST), "sell", "0", "5"],
    ]);
    expect(await duckdb(`SELECT name FROM '${directory}/accounts.parquet'`)).toEqual([[""], ['maker "1", it\'s ü']]);
    expect(await duckdb(`SELECT leverage FROM '${directory}/positions.parquet'`)).toEqual([[null], [2.5]]);
    const types = await duckdb(`SELECT column_name, column_type FROM (DESCRIBE FROM '${directory}/accounts.parquet')`);
    const expected = { int64: "BIGINT", double: "DOUBLE", enum: "VARCHAR", text: "VARCHAR" } as const;
    expect(types).toEqual(ACCOUNTS.columns.map((column) => [column.name, expected[column.type]]));
  });

  test("the footer says version, table, and every column's unit and meaning", async () => {
    const directory = await written("footer", exampleTables());
    const rows = await duckdb(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${directory}/trades.parquet')`);
    const footer = new Map(rows as [string, string][]);
    expect(footer.get("breakwater_format_version")).toBe(String(TABLE_FORMAT_VERSION));
    expect(footer.get("breakwater_table")).toBe("trades");
    const columns = JSON.parse(footer.get("breakwater_columns") ?? "[]");
    expect(columns.map((column: { name: string }) => column.name)).toEqual(TRADES.columns.map((column) => column.name));
    const column = (name: string) => columns.find((candidate: { name: string }) => candidate.name === name);
    const meaning = TRADES.columns.find(({ name }) => name === "price_ticks")?.meaning;
    expect(column("price_ticks")).toEqual({ name: "price_ticks", type: "int64", unit: "ticks", meaning });
    expect([column("time_us").unit, column("instrument").unit, column("taker_side").type]).toEqual(["microseconds", null, "enum"]);
  });

  test("TIME-3: the same tables give the same bytes, in the order of the rows", async () => {
    const rows = 300_000;
    const many = (): Table[] => {
      const trades = Array.from({ length: rows }, (_, row) => ({
        time_us: START_US + row,
        price_ticks: (row * 7919) % 1000,
        size_lots: row,
        taker_side: row % 3 === 0 ? "buy" : "sell",
        liquidation: row % 5 === 0 ? row : null,
      }));
      return [instruments(["0.1"]), assets(), tableOf(TRADES, trades)];
    };
    const first = await written("first", many());
    const second = await written("second", many());
    for (const file of await readdir(first)) {
      expect((await readFile(join(first, file))).equals(await readFile(join(second, file))), file).toBe(true);
    }
    const disorder = `SELECT count(*), count_if(size_lots <> row - 1), count(liquidation) FROM (SELECT *, row_number() OVER () AS row FROM '${first}/trades.parquet')`;
    expect(await duckdb(disorder)).toEqual([[String(rows), "0", String(rows / 5)]]);
  });

  test("every table of a run can be written empty and read", async () => {
    const directory = await written("empty", [...TABLES.slice(2).map((schema) => new Table(schema)), instruments(["0.1"]), assets()]);
    const store = await open(directory);
    for (const { name } of TABLES.slice(2)) {
      expect(await store.rows(`SELECT count(*) AS rows FROM ${name}_natural`), name).toEqual([{ rows: 0 }]);
    }
  });

  test("a text column with very many different words keeps each", async () => {
    const schema: TableSchema = { name: "words", meaning: "", columns: [{ name: "word", type: "text", meaning: "", optional: true }] };
    const words = tableOf(
      schema,
      Array.from({ length: 10_000 }, (_, row) => ({ word: row === 7 ? null : `word ${row}` })),
    );
    const directory = await written("words", [words, instruments(["0.1"]), assets()]);
    const store = await open(directory);
    expect(await store.rows("SELECT count(DISTINCT word) AS words, count(*) - count(word) AS missing FROM words")).toEqual([
      { words: 9999, missing: 1 },
    ]);
  });
});

describe("natural views", () => {
  test("UNIT-2: ticks, lots and quanta become exact decimals of the row's instrument and assets", async () => {
    const store = await open(await written("natural", exampleTables()));
    const result = await store.query("SELECT time, price, size, value, maker_fee, taker_fee, liquidation FROM trades_natural");
    expect(result.rows).toEqual([
      ["2021-05-17T00:00:00Z", "0.3", "0.001", "1.234567", "-0.000001", "0.000007", null],
      ["2021-05-17T00:00:00.000001Z", "0.75", "9007199254740.991", "90071992547409.91", "0", "0", 5],
    ]);
    const types = new Map(result.columns.map(({ name, type }) => [name, type]));
    expect(types.get("time")).toBe("TIMESTAMP WITH TIME ZONE");
    expect(types.get("price")).toBe("DECIMAL(38,2)");
    expect(types.get("value")).toBe("DECIMAL(38,6)");
  });

  test("pools are counted in the asset their name ends in, accounts in that of their wallets, positions in that of their instrument; missing values stay missing", async () => {
    const store = await open(await written("pools", exampleTables()));
    expect(await store.rows("SELECT pool, amount, available FROM funds_natural ORDER BY pool")).toEqual([
      { pool: 0, amount: "2000000", available: "2000000" },
      { pool: 1, amount: "0.05", available: "0.05" },
    ]);
    expect(await store.rows("SELECT wallet FROM accounts_natural ORDER BY account")).toEqual([{ wallet: "1.5" }, { wallet: "1.5" }]);
    expect(await store.rows('SELECT margin, "position", leverage FROM positions_natural ORDER BY account')).toEqual([
      { margin: "2", position: "-0.003", leverage: null },
      { margin: "2", position: "9007199254740.991", leverage: 2.5 },
    ]);
    expect(await store.rows('SELECT "index", mark, last, bid FROM marks_natural')).toEqual([
      { index: "46426.8", mark: "46426.9", last: null, bid: "0.1" },
    ]);
  });

  test.each(["1", "0.5", "0.25", "2.5", "10", "0.00000001", "5e-05", "0.000000000000000001"])("a tick of %s is exact", async (tick) => {
    const ticks = 987_654_321;
    const marks = tableOf(MARKS, [{ index_ticks: ticks }]);
    const store = await open(await written(`tick-${tick}`, [instruments([tick]), assets(), marks]));
    const [row] = await store.rows('SELECT "index" AS price FROM marks_natural');
    const places = 18;
    const scaled = BigInt(ticks) * BigInt(Math.round(Number(tick) * 1e18));
    const digits = scaled.toString().padStart(places + 1, "0");
    expect(row?.["price"]).toBe(`${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, ""));
  });

  test("every table of a run keeps all its columns, none left in whole units", async () => {
    const directory = await written("columns", [...TABLES.slice(2).map((schema) => new Table(schema)), instruments(["0.1"]), assets()]);
    const store = await open(directory);
    for (const schema of TABLES) {
      const { columns } = await store.query(`FROM ${schema.name}_natural LIMIT 0`);
      expect(columns.map(({ name }) => name)).toEqual(schema.columns.map(({ name }) => name.replace(/_(us|ticks|lots|quanta)$/, "")));
    }
    const { columns } = await store.query("SELECT displacement, score FROM samples_natural, adl_natural");
    expect(columns.map(({ type }) => type)).toEqual(["DOUBLE", "DOUBLE"]);
  });
});

describe("openStore refuses", () => {
  const expectRefusal = async (directory: string, problem: RegExp) => {
    const error = await openStore(directory).then(
      (store) => store.close(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(problem);
    expect((error as Error).message).not.toContain("\n");
  };

  test("a directory that is missing, a file, or without tables", async () => {
    await expectRefusal(join(folder, "nowhere"), /nowhere: no such directory/);
    await writeFile(join(folder, "file"), "");
    await expectRefusal(join(folder, "file"), /file: not a directory/);
    await mkdir(join(folder, "bare"));
    await expectRefusal(join(folder, "bare"), /bare: no tables/);
  });

  test("a table of a newer format version, or of none", async () => {
    const directory = await written("newer", exampleTables());
    const next = TABLE_FORMAT_VERSION + 1;
    await duckdb(
      `COPY (SELECT 1 AS a) TO '${directory}/zeta.parquet' (FORMAT parquet, KV_METADATA {breakwater_format_version: '${next}'})`,
    );
    await expectRefusal(directory, new RegExp(`zeta\\.parquet: format version ${next} is newer than ${TABLE_FORMAT_VERSION}`));
    await duckdb(`COPY (SELECT 1 AS a) TO '${directory}/zeta.parquet' (FORMAT parquet)`);
    await expectRefusal(directory, /zeta\.parquet: no format version/);
  });

  test("another table in a table's place, a column that is missing or of another type", async () => {
    const directory = await written("swapped", exampleTables());
    const marks = join(directory, "marks.parquet");
    await writeFile(marks, await readFile(join(directory, "trades.parquet")));
    await expectRefusal(directory, /marks\.parquet: expected the table marks, got trades$/);
    const copy = (select: string) =>
      duckdb(`COPY (${select}) TO '${marks}' (FORMAT parquet, KV_METADATA {breakwater_format_version: '1', breakwater_table: 'marks'})`);
    await copy("SELECT 1::BIGINT AS time_us");
    await expectRefusal(directory, /marks\.parquet: no column instrument$/);
    await copy("SELECT 1::BIGINT AS time_us, 'x' AS instrument");
    await expectRefusal(directory, /marks\.parquet: column instrument: expected BIGINT, got VARCHAR$/);
  });

  test("a table with the name of a natural view", async () => {
    const directory = await written("natural-name", exampleTables());
    await writeFile(join(directory, "marks_natural.parquet"), await readFile(join(directory, "marks.parquet")));
    await expectRefusal(directory, /marks_natural\.parquet: no table of a run/);
  });

  test("a scale that is none, naming file and column", async () => {
    await expectRefusal(
      await written("scale", [instruments(["often"]), assets()]),
      /instruments\.parquet: tick_size: expected a decimal number, got "often"/,
    );
    const zero = tableOf(ASSETS, [{ quantum: "0" }]);
    await expectRefusal(await written("zero-scale", [instruments(["0.1"]), zero]), /assets\.parquet: quantum: expected a positive decimal/);
  });

  test("what is no regular file", async () => {
    const directory = await written("folder-table", exampleTables());
    await mkdir(join(directory, "zeta.parquet"));
    await expectRefusal(directory, /zeta\.parquet: expected a file, got a directory$/);
  });

  test.skipIf(process.platform === "win32")("a pipe, without waiting for it", async () => {
    const directory = await written("pipe-table", exampleTables());
    makePipe(join(directory, "zeta.parquet"));
    await expectRefusal(directory, /zeta\.parquet: expected a file, got a pipe/);
  });

  test.skipIf(process.getuid?.() === 0)("a directory that may not be read (skipped for root, who may)", async () => {
    const directory = await written("locked", exampleTables());
    await chmod(directory, 0);
    await expectRefusal(directory, /locked: permission denied \(EACCES\)$/);
    await chmod(directory, 0o700);
  });

  test("a broken table, and tables without their scales", async () => {
    const directory = await written("broken", exampleTables());
    const whole = await readFile(join(directory, "trades.parquet"));
    await writeFile(join(directory, "trades.parquet"), whole.subarray(0, whole.length / 2));
    await expectRefusal(directory, /trades\.parquet: cannot be read as Parquet/);
    await expectRefusal(await written("scaleless", [new Table(TRADES)]), /instruments\.parquet: missing/);
  });
});

describe("query", () => {
  test("gives exact values: wide integers and decimals as text, times in ISO-8601", async () => {
    const store = await open(await written("exact", exampleTables()));
    const result = await store.query(
      "SELECT sum(size_lots) * 2 AS wide, sum(price_ticks) AS small, CAST('0.10' AS DECIMAL(9, 2)) AS tenth, DATE '2020-02-29' AS day, [1, NULL] AS list, {'a': 1.5} AS struct, 'NaN'::DOUBLE AS nan, true AS yes FROM trades",
    );
    expect(result.columns.map(({ name }) => name)).toEqual(["wide", "small", "tenth", "day", "list", "struct", "nan", "yes"]);
    expect(result.rows).toEqual([[String(2n * (BigInt(LARGEST) + 1n)), 6, "0.1", "2020-02-29", [1, null], { a: "1.5" }, "NaN", true]]);
    expect(await store.rows("SELECT sum(size_lots) * 2 AS wide FROM trades")).toEqual([{ wide: 2n * (BigInt(LARGEST) + 1n) }]);
  });

  test.each([
    "select 1",
    "SELECT 1;",
    "-- note\n/* more */ WITH a AS (SELECT 1) SELECT * FROM a",
    "FROM trades",
    "(SELECT 1)",
    "VALUES (1)",
    "DESCRIBE trades",
    "SUMMARIZE trades",
    "SHOW TABLES",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN (FORMAT json) SELECT 1",
    "EXPLAIN (SELECT 1)",
    "SELECT 'COPY; DROP TABLE trades' AS text",
    "SELECT\u00a01",
    "/* a */ SELECT 1 -- b",
    "explain\n  analyze\n  select 1",
  ])("admits %s", async (sql) => {
    const store = await open(await written("admits", exampleTables()));
    expect((await store.query(sql)).rows.length).toBeGreaterThan(0);
  });

  test("reads files of the run's own directory", async () => {
    const directory = await written("own", exampleTables());
    await writeFile(join(directory, "manifest.json"), '{"seed": 7}');
    const store = await open(directory);
    expect((await store.query(`SELECT seed FROM read_json('${directory}/manifest.json')`)).rows).toEqual([[7]]);
  });

  test.each([
    "",
    " ; ",
    "-- nothing",
    "COPY trades TO 'DIR/x.csv'",
    "COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN COPY trades TO 'DIR/x.csv'",
    "EXPLAIN ANALYZE COPY trades TO 'DIR/x.csv'",
    "EXPLAIN ANALYZE /* sly */ COPY trades TO 'DIR/x.csv'",
    // What DuckDB takes for comments is not what it looks like.
    "/* /* */ SELECT 1 --*/ COPY (SELECT 'pwned' AS x) TO 'DIR/x.csv'",
    "-- x\rCOPY (SELECT 2 AS x) TO 'DIR/x.csv';\nSELECT 1",
    "-- x\rCOPY (SELECT 2 AS x) TO 'DIR/x.csv' -- \nSELECT 1",
    "/* /* */ EXPLAIN SELECT 1 --*/ COPY (SELECT 1) TO 'DIR/x.csv'",
    "/* a */ EXPLAIN COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN -- x\rANALYZE COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN ANALYZE /* /* */ SELECT 1 --*/ COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN (ANALYZE /* ) SELECT 1 -- */ ) COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN ANALYZE SELECT 1; COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN\u00a0ANALYZE\u00a0COPY (SELECT 1) TO 'DIR/x.csv'",
    "\u00a0COPY\u2003(SELECT 1) TO 'DIR/x.csv'",
    "\ufeffCOPY (SELECT 1) TO 'DIR/x.csv'",
    "SELECT 1\0; COPY (SELECT 1) TO 'DIR/x.csv'",
    "SELECT $$x$$; COPY (SELECT 1) TO 'DIR/x.csv'",
    "SELECT 1 AS \"a;\"; COPY (SELECT 1) TO 'DIR/x.csv'",
    "PREPARE x AS COPY (SELECT 1) TO 'DIR/x.csv'",
    "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
    "FROM read_duckdb('DIR/x.db', table_name = 'x')",
    "PRAGMA enable_profiling",
    "PRAGMA import_database('DIR')",
    "EXPORT DATABASE 'DIR/x'",
    "ATTACH 'DIR/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 2",
    "RESET threads",
    "PRAGMA version",
    "CALL enable_logging()",
    "FROM enable_logging(storage = 'file', storage_config = {'path': 'DIR/x'})",
    "FROM \"Enable_Logging\"(storage = 'file', storage_config = {'path': 'DIR/x'})",
    "SELECT (SELECT write_log('x'))",
    "FROM query('FROM enable_logging()')",
    "CREATE TABLE x (a INT)",
    "CREATE VIEW x AS SELECT 1",
    "DROP VIEW trades",
    "INSERT INTO trades SELECT * FROM trades",
    "BEGIN",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY trades TO 'DIR/x.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "FROM '/etc/passwd'",
    "FROM read_csv('DIR/../outside.csv')",
    "FROM glob('/etc/*')",
    "FROM read_csv('https://example.com/x.csv')",
    "SELECT nothing FROM trades",
    "SELECT * FROM nowhere",
    "SELEC 1",
    "SELECT 1 FROM trades WHERE price_ticks = ?",
    "SELECT CAST('x' AS INT)",
  ])("refuses in one line: %s", async (sql) => {
    const directory = await written("refuses", exampleTables());
    await writeFile(join(folder, "outside.csv"), "a\n1\n");
    const store = await open(directory);
    const before = await readdir(directory);
    const error = await store.query(sql.replaceAll("DIR", directory)).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^SQL: ./);
    expect((error as Error).message).not.toContain("\n");
    expect(await readdir(directory)).toEqual(before);
    expect(existsSync(join(directory, "x.csv"))).toBe(false);
  });

  test.each(["account=7", "time_us=1", "instrument=5/symbol=x"])("a directory called %s is no column", async (name) => {
    const plain = await open(await written("plain", exampleTables()));
    const store = await open(await written(join(name, "run"), exampleTables()));
    for (const { name: table } of [ACCOUNTS, FUNDS, INSTRUMENTS, MARKS, TRADES]) {
      expect(await store.query(`FROM ${table}_natural`), table).toEqual(await plain.query(`FROM ${table}_natural`));
    }
  });

  test("a column that only the natural view has: the error says where", async () => {
    const store = await open(await written("hint", exampleTables()));
    const hint = "(price stands in trades_natural, in natural units)";
    await expect(store.query("SELECT price FROM trades")).rejects.toThrow(hint);
    await expect(store.query("SELECT t.price FROM trades t")).rejects.toThrow(hint);
    await expect(store.query("SELECT cost FROM trades")).rejects.not.toThrow("natural units");
    await expect(store.query("SELECT price FROM trades_natural")).resolves.toBeDefined();
  });

  test("a table whose data is damaged is bad input, to our own SQL too", async () => {
    const directory = await written("damaged", exampleTables());
    const file = join(directory, "trades.parquet");
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x55, 4, 120));
    const store = await open(directory);
    await expect(store.rows("FROM trades")).rejects.toThrow(InputError);
    await expect(store.rows("FROM trades")).rejects.toThrow(/damaged: a table cannot be read: Invalid/);
    await expect(store.rows("SELECT nothing FROM trades")).rejects.not.toThrow(InputError);
  });

  test.each(["star*dir", "list[1]", "what?", "quote's"])("takes a directory's name literally: %s", async (name) => {
    const other = [instruments(["0.1"]), assets(), tableOf(MARKS, [{ index_ticks: 9 }])];
    await written(name.replace(/[*?]/g, "x").replace("[1]", "1"), other);
    const store = await open(await written(name, exampleTables()));
    expect((await store.query("SELECT index_ticks FROM marks")).rows).toEqual([[464_268]]);
  });
});
