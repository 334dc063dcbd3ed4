import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import * as arrow from "apache-arrow";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerImport } from "../../cli/import.ts";
import { readBars } from "../../data/sources/read-bars.ts";
import { readSeriesFiles } from "../../data/sources/read-series.ts";
import { FUNDING, OPEN_INTEREST } from "../../data/sources/series-kind.ts";
import { runCommand } from "./captured.ts";
import { zipOf } from "./zipped.ts";

const START_MS = Date.UTC(2025, 9, 10);
const HOUR_MS = 3_600_000;
const lines = (...rows: readonly string[]) => `${rows.join("\n")}\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-series-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (...words: readonly string[]) => runCommand(registerImport, "import", ...words);

async function source(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function refusal(...words: readonly string[]): Promise<string> {
  const before = (await readdir(folder)).sort();
  const outcome = await run(...words, "--out", at("out.arrow"));
  expect([outcome.exitCode, outcome.output]).toEqual([2, ""]);
  expect(outcome.line).not.toContain("\n");
  expect((await readdir(folder)).sort()).toEqual(before);
  return (outcome.line as string).replaceAll(`${folder}/`, "");
}

describe("funding rates", () => {
  const HEADER = "calc_time,funding_interval_hours,last_funding_rate";
  const rate = (hours: number, value = "0.0001", interval = 8) => `${START_MS + hours * HOUR_MS},${interval},${value}`;

  test.each(["arrow", "parquet", "duckdb"])("Binance's monthly archives to .%s and back", async (ending) => {
    const first = await source("a.zip", await zipOf({ "BTCUSDT-fundingRate-2025-10.csv": lines(HEADER, rate(0), rate(8, "-0.00002779")) }));
    const second = await source("b.zip", await zipOf({ "x.csv": lines(rate(16, "1.2e-05"), rate(20, "0", 4)) }));
    const out = at(`out.${ending}`);
    const outcome = await run(second, first, "--kind", "funding", "--symbol", "BTCUSDT", "--out", out);
    expect(outcome).toEqual({
      exitCode: 0,
      output: `${out}: 4 rates (funding) of BTCUSDT from 2025-10-10T00:00:00Z to 2025-10-10T20:00:00Z, funding_rate -0.00002779 to 0.0001, interval_hours 4 to 8\n`,
      line: null,
    });
    const series = await readSeriesFiles([out], FUNDING);
    expect([...series.timeUs]).toEqual([0, 8, 16, 20].map((hours) => (START_MS + hours * HOUR_MS) * 1000));
    expect([...(series.numbers.get("funding_rate") ?? [])]).toEqual([0.0001, -0.00002779, 0.000012, 0]);
    expect([...(series.numbers.get("interval_hours") ?? [])]).toEqual([8, 8, 8, 4]);
    expect(series.symbol).toBe("BTCUSDT");
  });

  test("the columns that are written, by name and type", async () => {
    const file = await source("rates.csv", lines("ts_ms,funding_rate", `${START_MS},0.0001`, `${START_MS + 1},0.0002`));
    expect((await run(file, "--kind", "funding", "--out", at("out.arrow"))).exitCode).toBe(0);
    const table = arrow.tableFromIPC(await readFile(at("out.arrow")));
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual(["time Int64", "funding_rate Float64"]);
    const document = await run(file, "--kind", "funding", "--json", "--out", at("b.arrow"));
    expect(JSON.parse(document.output)).toMatchObject({
      kind: "funding",
      rows: 2,
      columns: { funding_rate: { low: "0.0001", high: "0.0002", highTime: "2025-10-10T00:00:00.001Z" } },
    });
  });

  test("one of several series by --where; without it, the row and the columns that tell them apart", async () => {
    const rows = [0, 8].flatMap((hours) =>
      ["binance,BTC", "binance,ETH", "okx,BTC"].map((who, row) => `${START_MS + hours * HOUR_MS},${who},0.000${row}`),
    );
    const file = await source("rates.csv", lines("ts_ms,venue,coin,funding_rate", ...rows));
    expect(await refusal(file, "--kind", "funding")).toMatch(
      /rates\.csv: line 3: time .* stands twice \(are these several series, told apart by columns venue, coin\?/,
    );
    expect((await run(file, "--kind", "funding", "--where", "venue=okx", "--where", "coin=BTC", "--out", at("out.arrow"))).exitCode).toBe(
      0,
    );
    expect([...((await readSeriesFiles([at("out.arrow")], FUNDING)).numbers.get("funding_rate") ?? [])]).toEqual([0.0002, 0.0002]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ["a rate that is no part", [rate(0), rate(8, "1.5")], /a\.csv: line 3: funding_rate: expected a part between -1 and 1 .*, got 1\.5$/],
    ["no number", [rate(0, "x")], /a\.csv: line 2: funding_rate: expected a number, got "x"$/],
    ["an interval of nothing", [rate(0, "0", 0)], /line 2: interval_hours: expected hours greater than 0, at most 24, got 0$/],
    ["time that goes back", [rate(8), rate(0)], /line 3: time goes back from 2025-10-10T08:00:00Z to 2025-10-10T00:00:00Z$/],
    ["a time twice", [rate(8), rate(8)], /line 3: time 2025-10-10T08:00:00Z stands twice$/],
    ["no rows", [], /a\.csv: no rates after the header$/],
    ["too few fields", [rate(0), "1,2"], /line 3: expected 3 fields, got 2$/],
  ])("%s is refused", async (_, rows, problem) => {
    expect(await refusal(await source("a.csv", lines(HEADER, ...rows)), "--kind", "funding")).toMatch(problem);
    const zipped = await source("a.zip", await zipOf({ "a.csv": lines(HEADER, ...rows) }));
    expect(await refusal(zipped, "--kind", "funding")).toMatch(problem);
  });

  test("files of other columns, symbols or times, and options of bars", async () => {
    const a = await source("a.csv", lines(HEADER, rate(0), rate(8)));
    const b = await source("b.csv", lines("ts_ms,rate", `${START_MS + 9 * HOUR_MS},0.0001`));
    const c = await source("c.csv", lines(HEADER, rate(8), rate(16)));
    expect(await refusal(a, b, "--kind", "funding")).toMatch(/b\.csv: columns funding_rate, but a\.csv has funding_rate, interval_hours$/);
    expect(await refusal(a, c, "--kind", "funding")).toMatch(/c\.csv: overlaps with a\.csv: begins at 2025-10-10T08:00:00Z/);
    expect(await refusal(a, "--kind", "funding", "--interval", "8h")).toMatch(/--interval: is of bars, not of funding$/);
    expect(await refusal(a, "--kind", "funding", "--gaps", "hold")).toMatch(/--gaps: is of bars/);
    expect(await refusal(await source("x.json", "[]"), "--kind", "funding")).toMatch(/x\.json: JSON, which is read for bars only/);
    expect(await refusal(await source("y.csv", "ts_ms,open\n"), "--kind", "funding")).toMatch(
      /y\.csv: line 1: header without funding_rate/,
    );
  });
});

describe("open interest", () => {
  const HEADER = "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio";

  test("Binance's daily metrics", async () => {
    const day = (from: number, name: string) =>
      zipOf({
        [name]: lines(
          HEADER,
          `2025-10-${from} 00:05:00,BTCUSDT,80000.123,9600000000.5,1.2`,
          `2025-10-${from} 00:10:00,BTCUSDT,80001,9600000001,`,
        ),
      });
    const files = [await source("b.zip", await day(11, "b.csv")), await source("a.zip", await day(10, "a.csv"))];
    expect((await run(...files, "--kind", "open-interest", "--out", at("out.parquet"))).exitCode).toBe(0);
    const series = await readSeriesFiles([at("out.parquet")], OPEN_INTEREST);
    expect([series.symbol, series.timeUs.length, series.timeUs[0]]).toEqual(["BTCUSDT", 4, Date.UTC(2025, 9, 10, 0, 5) * 1000]);
    expect(series.numbers.get("open_interest")?.[0]).toBe(80_000.123);
    expect(series.numbers.get("open_interest_value")?.[0]).toBe(9_600_000_000.5);
  });

  test("value alone, and neither; negative", async () => {
    const file = await source("oi.csv", lines("ts_ms,coin,oi_usd", `${START_MS},BTC,5`, `${START_MS + 1},BTC,6`));
    expect((await run(file, "--kind", "open-interest", "--out", at("out.duckdb"))).exitCode).toBe(0);
    expect([...(await readSeriesFiles([at("out.duckdb")], OPEN_INTEREST)).numbers.keys()]).toEqual(["open_interest_value"]);
    await rm(at("out.duckdb"));
    const none = await source("none.csv", lines("ts_ms,coin", `${START_MS},BTC`));
    expect(await refusal(none, "--kind", "open-interest")).toMatch(
      /none\.csv: line 1: header without open_interest or open_interest_value/,
    );
    const negative = await source("negative.csv", lines("ts_ms,oi", `${START_MS},-1`));
    expect(await refusal(negative, "--kind", "open-interest")).toMatch(/line 2: open_interest: expected 0 or more, got -1$/);
  });
});

describe("DuckDB", () => {
  async function database(name: string, ...statements: readonly string[]): Promise<string> {
    const instance = await DuckDBInstance.create(at(name));
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();
    return at(name);
  }
  const BARS = "SELECT 10.5::DECIMAL(9, 2) AS o, 12 AS h, 9::FLOAT AS l, 11::DOUBLE AS c, 5::BIGINT AS v";

  test("the only table, its columns mapped or of short names, times as timestamps, numbers of any type", async () => {
    const file = await database(
      "a.duckdb",
      `CREATE TABLE ticks AS SELECT TIMESTAMP '2025-10-10' + INTERVAL (i) MINUTE AS stamp, * FROM range(3) t(i), (${BARS})`,
      "CREATE VIEW tempting AS SELECT * FROM read_csv('/etc/passwd')",
    );
    expect((await run(file, "--columns", "time=stamp", "--out", at("out.arrow"))).exitCode).toBe(0);
    const bars = await readBars(at("out.arrow"));
    expect([bars.timeUs.length, bars.timeUs[0], bars.open[0], bars.high[0], bars.volume[0]]).toEqual([3, START_MS * 1000, 10.5, 12, 5]);
  });

  test("--table among several, rows by --where, a time in milliseconds", async () => {
    const rows = `SELECT ${START_MS} + 60000 * (i // 2) AS ts_ms, ['x', 'y'][1 + i % 2] AS venue, * FROM range(4) t(i), (${BARS})`;
    const file = await database("a.duckdb", `CREATE TABLE one AS ${rows}`, "CREATE SCHEMA s", `CREATE TABLE s.two AS ${rows}`);
    expect(await refusal(file)).toMatch(/a\.duckdb: several tables \(one, s\.two\): name one$/);
    expect(await refusal(file, "--table", "three")).toMatch(/a\.duckdb: no table "three": it has one, s\.two$/);
    expect(await refusal(file, "--table", "s.two")).toMatch(/a\.duckdb: row 2: time 2025-10-10T00:00:00Z stands twice/);
    expect(await refusal(file, "--table", "one", "--where", "venue=z")).toMatch(/a\.duckdb: no bars with venue=z$/);
    expect((await run(file, "--table", "s.two", "--where", "venue=y", "--out", at("out.arrow"))).exitCode).toBe(0);
    expect([...(await readBars(at("out.arrow"))).timeUs]).toEqual([START_MS * 1000, (START_MS + 60_000) * 1000]);
  });

  test("what is written: one table bars, in one file", async () => {
    const file = await source(
      "bars.csv",
      lines("ts_ms,open,high,low,close,volume", `${START_MS},10,12,9,11,5`, `${START_MS + 60_000},10,12,9,11,5`),
    );
    expect((await run(file, "--symbol", "BTC", "--out", at("out.duckdb"))).exitCode).toBe(0);
    expect((await run(file, "--symbol", "ETH", "--out", at("out.duckdb"), "--overwrite")).exitCode).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(["bars.csv", "out.duckdb"]);
    const instance = await DuckDBInstance.create(at("out.duckdb"), { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal");
    expect(reader.getRows().map((row) => row.join(" "))).toEqual([
      "bars time BIGINT",
      ...["open", "high", "low", "close", "volume"].map((name) => `bars ${name} DOUBLE`),
      "bars symbol VARCHAR",
    ]);
    expect((await connection.runAndReadAll("SELECT time, high, symbol FROM bars")).getRows()[0]).toEqual([
      BigInt(START_MS * 1000),
      12,
      "ETH",
    ]);
    connection.closeSync();
    instance.closeSync();
  });

  test("damaged, empty, without a table, of wrong columns, no database at all", async () => {
    const file = await database("a.duckdb", `CREATE TABLE bars AS SELECT 'x' AS time, * FROM (${BARS})`);
    expect(await refusal(file)).toMatch(/a\.duckdb: time: expected BIGINT, got VARCHAR$/);
    const whole = await readFile(file);
    await source("cut.duckdb", whole.subarray(0, 5000));
    expect(await refusal(at("cut.duckdb"))).toMatch(/cut\.duckdb: cannot be read as DuckDB: /);
    expect(await refusal(await database("empty.duckdb"))).toMatch(/empty\.duckdb: no table in the DuckDB database$/);
    const null1 = await database(
      "null.duckdb",
      `CREATE TABLE bars AS SELECT 1::BIGINT AS time, * REPLACE (NULL::DOUBLE AS h) FROM (${BARS})`,
    );
    expect(await refusal(null1)).toMatch(/null\.duckdb: row 1: high: missing$/);
    expect(await refusal(await source("none.duckdb", "x\n"))).toMatch(/none\.duckdb: not a DuckDB database$/);
    // What stands in a text where a database has its word makes it none.
    expect(await refusal(await source("text.csv", "ts_ms,a,DUCK,b,c,d,e\n1,2,3,4,5,6,7\n"))).toMatch(
      /text\.csv: line 1: header without open/,
    );
    const csv = await source("bars.csv", "ts_ms\n");
    expect(await refusal(csv, "--table", "bars")).toMatch(/bars\.csv: table bars asked for, but it is no DuckDB database$/);
  });

  test("a database that another process has open for writing: a clear refusal, and then again its bars", async () => {
    const file = await database(
      "a.duckdb",
      `CREATE TABLE bars AS SELECT ${START_MS}000 + 60000000 * i AS time, * FROM range(2) t(i), (${BARS})`,
    );
    const script = `const { DuckDBInstance } = await import(${JSON.stringify(import.meta.resolve("@duckdb/node-api"))});
      const instance = await DuckDBInstance.create(${JSON.stringify(file)});
      const connection = await instance.connect();
      process.stdout.write("open");
      process.stdin.on("data", () => process.exit());`;
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((done) => writer.on("close", done));
    await new Promise((opened) => writer.stdout.once("data", opened));
    expect(await refusal(file)).toMatch(
      /a\.duckdb: another process has the DuckDB database open for writing: close it there, or import a copy$/,
    );
    await copyFile(file, at("copy.duckdb"));
    expect((await run(at("copy.duckdb"), "--out", at("copy.arrow"))).exitCode).toBe(0);
    writer.stdin.write("end");
    await ended;
    expect((await run(file, "--out", at("out.arrow"))).exitCode).toBe(0);
  });
});

const SHARED = resolve(import.meta.dirname, "../../../shared/data");
describe.skipIf(!existsSync(SHARED))("real series (skipped where ../shared/data is not)", () => {
  test.each([
    ["funding", "funding_binance_BTCUSDT_2020_2024.csv.gz", [], FUNDING],
    ["funding", "funding_7venues_5coins_2025-03_2026-03.csv.gz", ["--where", "venue=binance", "--where", "coin=BTC"], FUNDING],
    [
      "open-interest",
      "open_interest_7venues_5coins_2025-12_2026-03.csv.gz",
      ["--where", "venue=hyperliquid", "--where", "coin=BTC"],
      OPEN_INTEREST,
    ],
  ] as const)("%s of %s", async (kind, name, words, seriesKind) => {
    const outcome = await run(join(SHARED, name), "--kind", kind, ...words, "--out", at("out.arrow"), "--json");
    expect([outcome.exitCode, outcome.line]).toEqual([0, null]);
    const { rows } = JSON.parse(outcome.output) as { rows: number };
    expect(rows).toBeGreaterThan(1000);
    expect((await readSeriesFiles([at("out.arrow")], seriesKind)).timeUs.length).toBe(rows);
  });
});
