import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openRuns } from "../../../data/store/catalogue.ts";
import { openStore, type Store } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { Table } from "../../../sim/kernel/table.ts";
import { ASSETS, INSTRUMENTS, TABLE_FORMAT_VERSION, TABLES, TRADES } from "../../../sim/tables.ts";
import { writeFixture } from "../../reports/fixture.ts";
import { tableOf } from "./rows.ts";

let folder: string;
/** A run as `run` leaves it. */
let sample: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-catalogue-"));
  sample = join(folder, "sample");
  await writeFixture(sample, { crash: true, seconds: 600 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
async function open(directory: string): Promise<{ store: Store; passedOver: readonly string[] }> {
  const found = await openRuns(directory);
  opened.push(found.store);
  return found;
}
const rowsOf = async (store: Store, sql: string) => (await store.query(sql)).rows;

/** A folder of copies of the sample, each changed. */
async function runs(name: string, each: Readonly<Record<string, (directory: string) => Promise<unknown>>>): Promise<string> {
  const directory = join(folder, name);
  for (const [run, change] of Object.entries(each)) {
    await cp(sample, join(directory, run), { recursive: true });
    await change(join(directory, run));
  }
  return directory;
}
const asItIs = async () => {};
async function changeJson(file: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...changes }));
}
const manifest = (changes: Readonly<Record<string, unknown>>) => (directory: string) =>
  changeJson(join(directory, "manifest.json"), changes);

describe("a folder of runs", () => {
  test("is the union of their tables, each row with its run, and the views in natural units too", async () => {
    const directory = await runs("two", { "b=1": asItIs, "a [x]": asItIs });
    const { store, passedOver } = await open(directory);
    expect(passedOver).toEqual([]);
    const alone = await openStore(sample);
    opened.push(alone);
    expect(store.tables).toEqual(TABLES.map(({ name }) => name).filter((name) => alone.tables.includes(name)));
    for (const table of store.tables.flatMap((name) => [name, `${name}_natural`])) {
      const { columns, rows } = await store.query(`FROM ${table} ORDER BY ALL`);
      const single = await alone.query(`FROM ${table} ORDER BY ALL`);
      expect(columns, table).toEqual([{ name: "run", type: "VARCHAR" }, ...single.columns]);
      expect(rows, table).toEqual(["a [x]", "b=1"].flatMap((run) => single.rows.map((row) => [run, ...row])));
    }
    // Rows stand run after run, in the order in which each recorded them.
    const disorder =
      "SELECT count(*) FROM (SELECT run, trade, lag(trade) OVER () AS before FROM trades) WHERE trade <> before + 1 AND trade <> 0";
    expect(await rowsOf(store, disorder)).toEqual([[0]]);
  });

  test("has a table of the runs with the figures of their summaries", async () => {
    const directory = await runs("figures", {
      first: asItIs,
      second: async (run) => {
        await manifest({ seed: 8, breakwater: "9.9.9" })(run);
        const { adl } = JSON.parse(await readFile(join(run, "summary.json"), "utf8"));
        await changeJson(join(run, "summary.json"), {
          adl: { ...adl, events: 77, notional: "12.5" },
          funds: ["3.25", "-0.5"].map((lowest) => ({
            ...{ pool: lowest, start: "10.000000000000000001", end: lowest, lowest },
            ...{ maxDrawdown: "1", maxDrawdownRatio: 0.1, secondsUnderWater: 3, exhausted: lowest === "-0.5" },
          })),
        });
      },
      third: manifest({ complete: false, failure: { message: "it broke" } }),
    });
    const { store } = await open(directory);
    const summary = JSON.parse(await readFile(join(sample, "summary.json"), "utf8"));
    const plain = await rowsOf(
      store,
      "SELECT venue, digest, simulated_seconds, messages, trades, accounts, liquidations FROM runs WHERE run = 'first'",
    );
    const { venue, digest, simulatedSeconds, messages, trades, accounts, liquidations } = summary;
    expect(plain).toEqual([[venue, "0123456789abcdef0123456789abcdef", simulatedSeconds, messages, trades, accounts, liquidations.count]]);
    expect(digest).toBeTypeOf("string");
    const figures = "run, seed, breakwater, format_version, complete, liquidations_off_book";
    expect(await rowsOf(store, `SELECT ${figures} FROM runs`)).toEqual([
      ["first", 7, "0.1.0", TABLE_FORMAT_VERSION, true, false],
      ["second", 8, "9.9.9", TABLE_FORMAT_VERSION, true, false],
      ["third", 7, "0.1.0", TABLE_FORMAT_VERSION, false, false],
    ]);
    expect(
      await rowsOf(store, "SELECT adl_events, adl_closed, funds_start, funds_end, funds_lowest, funds_exhausted FROM runs WHERE seed = 8"),
    ).toEqual([[77, "12.5", "20.000000000000000002", "2.75", "-0.5", 1]]);
    // A run that failed has no figures, but what it recorded is there.
    expect(await rowsOf(store, "SELECT venue, trades, funds_lowest FROM runs WHERE NOT complete")).toEqual([[null, null, null]]);
    expect(await rowsOf(store, "SELECT count(*) > 0 FROM marks WHERE run = 'third'")).toEqual([[true]]);
  });

  test("CASC-3: a twin run is a run of its own, and marked", async () => {
    const directory = await runs("twins", {
      base: async (run) => {
        await cp(sample, join(run, "counterfactual"), { recursive: true });
        await manifest({ liquidationsOffBook: true })(join(run, "counterfactual"));
      },
    });
    const { store } = await open(directory);
    expect(await rowsOf(store, "SELECT run, liquidations_off_book FROM runs")).toEqual([
      ["base", false],
      ["base/counterfactual", true],
    ]);
    expect(await rowsOf(store, "SELECT run, count(*) > 0 FROM trades GROUP BY run ORDER BY run")).toEqual([
      ["base", true],
      ["base/counterfactual", true],
    ]);
  });

  test("UNIT-2: runs of different scales are exact side by side", async () => {
    const scaled = (tick: string, lot: string, quantum: string) => async (run: string) => {
      const instruments = tableOf(INSTRUMENTS, [{ symbol: "X", tick_size: tick, lot_size: lot }]);
      const trades = tableOf(TRADES, [{ price_ticks: 987_654_321, size_lots: 123_456_789, value_quanta: 2 ** 53 - 1 }]);
      await writeTables(run, [instruments, tableOf(ASSETS, [{ symbol: "U", quantum }]), trades]);
    };
    const directory = await runs("scales", {
      coarse: scaled("2.5", "10", "1"),
      fine: scaled("0.000000000000000001", "0.00000001", "0.000001"),
    });
    const { store } = await open(directory);
    expect(await rowsOf(store, "SELECT run, price, size, value FROM trades_natural ORDER BY run")).toEqual([
      ["coarse", "2469135802.5", "1234567890", "9007199254740991"],
      ["fine", "0.000000000987654321", "1.23456789", "9007199254.740991"],
    ]);
  });

  test("a table that only some runs have is the union of those", async () => {
    const schema = TABLES.find(({ name }) => name === "orders");
    if (schema === undefined) throw new Error("expected a table orders");
    const directory = await runs("orders", { with: (run) => writeTables(run, [tableOf(schema, [{ order: 5 }])]), without: asItIs });
    const { store } = await open(directory);
    expect(await rowsOf(store, 'SELECT run, "order" FROM orders')).toEqual([["with", 5]]);
    expect(await rowsOf(store, 'SELECT run, "order" FROM orders_natural')).toEqual([["with", 5]]);
  });

  test("a single run's directory is opened as ever, without a column of runs", async () => {
    const { store } = await open(sample);
    expect((await store.query("FROM trades LIMIT 0")).columns.map(({ name }) => name)).toEqual(TRADES.columns.map(({ name }) => name));
    await expect(store.query("FROM runs")).rejects.toThrow(InputError);
  });
});

describe("what a folder of runs leaves out", () => {
  const newer = TABLE_FORMAT_VERSION + 1;
  test.each([
    [
      "a newer format version",
      manifest({ formatVersion: newer, scenario: "what is this" }),
      `manifest.json: format version ${newer} is newer than ${TABLE_FORMAT_VERSION}`,
    ],
    [
      "an older format version",
      manifest({ formatVersion: TABLE_FORMAT_VERSION - 1 }),
      `manifest.json: format version ${TABLE_FORMAT_VERSION - 1} is older`,
    ],
    ["an unknown format version", manifest({ formatVersion: 0 }), 'manifest.json: format version "0" is none'],
    ["no manifest", (run: string) => rm(join(run, "manifest.json")), "manifest.json: missing"],
    ["a broken manifest", (run: string) => writeFile(join(run, "manifest.json"), "{"), "manifest.json: "],
    ["no summary", (run: string) => rm(join(run, "summary.json")), "summary.json: missing"],
    ["a broken table", (run: string) => writeFile(join(run, "marks.parquet"), "PAR1"), "odd: a table cannot be read as Parquet"],
    [
      "another table in its place",
      (run: string) => cp(join(run, "trades.parquet"), join(run, "marks.parquet")),
      "marks.parquet: expected the table marks, got trades",
    ],
    ["no scales", (run: string) => rm(join(run, "assets.parquet")), "assets.parquet: missing"],
    ["a table of a newer version", (run: string) => foreignTable(run, newer), `marks.parquet: format version ${newer} is newer`],
    ["a column that is missing", (run: string) => foreignTable(run, TABLE_FORMAT_VERSION), "marks.parquet: no column instrument"],
  ])("a run with %s, by name and reason, while the others are read", async (name, change, reason) => {
    const directory = await runs(name, { good: asItIs, odd: change });
    const { store, passedOver } = await open(directory);
    expect(passedOver).toHaveLength(1);
    expect(passedOver[0]).toContain(reason);
    expect(passedOver[0]).toContain(join(directory, "odd"));
    expect(passedOver[0]).not.toContain("\n");
    expect(await rowsOf(store, "SELECT run FROM runs")).toEqual([["good"]]);
    // Alone it is a folder without a run.
    await rm(join(directory, "good"), { recursive: true });
    await expect(openRuns(directory)).rejects.toThrow(`${directory}: no run in it can be read: `);
    await expect(openRuns(directory)).rejects.toThrow(reason);
  });

  test("folders that are no runs, hidden ones and files, without a word", async () => {
    const directory = await runs("mixed", { good: asItIs, ".good.partial-1": asItIs });
    await mkdir(join(directory, "charts"));
    await writeFile(join(directory, "charts", "one.svg"), "");
    await writeFile(join(directory, "notes.txt"), "");
    const { store, passedOver } = await open(directory);
    expect(passedOver).toEqual([]);
    expect(await rowsOf(store, "SELECT run FROM runs")).toEqual([["good"]]);
  });

  test.skipIf(process.platform === "win32")("a link to a run, which lies elsewhere", async () => {
    const directory = await runs("linked", { good: asItIs });
    await symlink(sample, join(directory, "link"));
    const { store, passedOver } = await open(directory);
    expect(passedOver).toEqual([`${join(directory, "link")}: is a link: only what lies in the folder itself is read`]);
    expect(await rowsOf(store, "SELECT run FROM runs")).toEqual([["good"]]);
  });

  test("a folder without anything, or that is none, is refused", async () => {
    const directory = join(folder, "nothing");
    await mkdir(directory);
    await expect(openRuns(directory)).rejects.toThrow(/nothing: no tables \(\*\.parquet\) in it and no runs in its folders/);
    await expect(openRuns(join(folder, "nowhere"))).rejects.toThrow(/nowhere: no such directory/);
    await expect(openRuns(join(sample, "manifest.json"))).rejects.toThrow(/manifest\.json: not a directory/);
  });
});

describe("the guard of a folder of runs", () => {
  test("admits only what reads, and no file outside", async () => {
    const { store } = await open(await runs("guarded", { good: asItIs }));
    for (const sql of [
      "DROP TABLE runs",
      "INSERT INTO runs (run) VALUES ('x')",
      "COPY runs TO 'x.csv'",
      "SET threads = 4",
      "UPDATE runs SET seed = 1",
    ]) {
      await expect(store.query(sql), sql).rejects.toThrow(/expected one statement that only reads/);
    }
    await expect(store.query(`FROM '${join(sample, "trades.parquet")}'`)).rejects.toThrow(InputError);
    expect(await rowsOf(store, "SELECT count(*) FROM runs")).toEqual([[1]]);
  });
});

test("a hundred runs are one folder", async () => {
  const tables = [
    tableOf(INSTRUMENTS, [{ symbol: "X", tick_size: "0.1", lot_size: "1" }]),
    tableOf(ASSETS, [{ symbol: "U", quantum: "0.01" }]),
    ...TABLES.slice(3).map((schema) => new Table(schema)),
    tableOf(TRADES, [{ price_ticks: 5 }, { price_ticks: 7, trade: 1 }]),
  ];
  const small = join(folder, "small");
  await cp(sample, small, { recursive: true });
  await writeTables(small, tables);
  const directory = join(folder, "hundred");
  for (let run = 0; run < 100; run++) await cp(small, join(directory, `run-${String(run).padStart(2, "0")}`), { recursive: true });
  const { store } = await open(directory);
  const sql = "SELECT count(*), count(DISTINCT run), min(run), max(run), sum(price) FROM trades_natural JOIN runs USING (run)";
  expect(await rowsOf(store, sql)).toEqual([[200, 100, "run-00", "run-99", "120"]]);
});

/** Puts a table in the place of the marks that says it is of some version, and has one column. */
async function foreignTable(run: string, version: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 1::BIGINT AS time_us) TO '${join(run, "marks.parquet")}' (FORMAT parquet, KV_METADATA {breakwater_format_version: '${version}', breakwater_table: 'marks'})`,
  );
  connection.closeSync();
  instance.closeSync();
}
