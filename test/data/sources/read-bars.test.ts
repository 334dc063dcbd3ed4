import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as arrow from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrowOfSeries } from "../../../data/sources/arrow-series.ts";
import { type Bars, seriesOfBars } from "../../../data/sources/bars.ts";
import { writeParquetSeries } from "../../../data/sources/parquet-series.ts";
import { type ReadBarsOptions, readBarFiles, readBars } from "../../../data/sources/read-bars.ts";
import { openDatabase } from "../../../data/store/database.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { makePipe } from "../../pipe.ts";

const HEADER = "ts_ms,open,high,low,close,volume";
const START_MS = 1_621_209_600_000;
const MINUTE_MS = 60_000;
const START_US = START_MS * 1000;
const MINUTE_US = MINUTE_MS * 1000;

const arrowOfBars = (bars: Bars) => arrowOfSeries(seriesOfBars(bars));
const writeParquetBars = (path: string, bars: Bars) => writeParquetSeries(path, seriesOfBars(bars));

/** A line of a good bar, `minute` minutes after the start. */
const line = (minute: number, values = "10,12,9,11,5") => `${START_MS + minute * MINUTE_MS},${values}`;
const csv = (...lines: readonly string[]) => `${[HEADER, ...lines].join("\n")}\n`;

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-bars-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array, name = "bars.csv"): Promise<string> {
  files += 1;
  const path = join(folder, `${files}-${name}`);
  await writeFile(path, content);
  return path;
}

async function refusal(path: string, options: ReadBarsOptions = {}): Promise<string> {
  const error = await readBars(path, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as Error;
  expect(message).not.toContain("\n");
  return message.replace(folder, "").replace(/^\/\d+-/, "");
}

/** Prices that have no short binary form, a volume of zero, and a bar without movement. */
async function exampleBars(symbol: string | null): Promise<Bars> {
  const text = csv(line(0, "0.1,0.30000000000000004,0.1,0.2,0"), line(1, "1e-7,1e-7,1e-7,1e-7,1.5e9"), line(2, "10,12,9,11,5"));
  return readBars(await file(text), symbol === null ? {} : { symbol });
}

describe("CSV", () => {
  test("columns, interval and no symbol", async () => {
    const bars = await readBars(await file(csv(line(0), line(1, "11,11.5,10.25,10.5,0"), line(2))));
    expect([...bars.timeUs]).toEqual([START_US, START_US + MINUTE_US, START_US + 2 * MINUTE_US]);
    expect([bars.open[1], bars.high[1], bars.low[1], bars.close[1], bars.volume[1]]).toEqual([11, 11.5, 10.25, 10.5, 0]);
    expect(bars.intervalUs).toBe(MINUTE_US);
    expect(bars.symbol).toBeNull();
  });

  test("gzip, byte order mark, carriage returns, quotes, blank lines at the end, columns in another order and of other names", async () => {
    const text = `\u{feff}"Volume",Close,LOW,high,Open,Open_Time,"note"\r\n5,11,9,12,10,${START_MS},"a, ""b"" é"\r\n5,11,9,12,10,${START_MS + MINUTE_MS},x\r\n\r\n\r\n`;
    const bars = await readBars(await file(gzipSync(text), "bars.csv.gz"));
    expect([...bars.timeUs]).toEqual([START_US, START_US + MINUTE_US]);
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([10, 12, 9, 11, 5]);
  });

  test("a file without a line end after its last line", async () => {
    const bars = await readBars(await file(csv(line(0), line(1)).trimEnd()));
    expect(bars.timeUs.length).toBe(2);
  });

  test.each([
    ["time", "1621209600", "1621209660"],
    ["timestamp", "1621209600000", "1621209660000"],
    ["open_time", "1621209600000000", "1621209660000000"],
    ["ts_us", "1621209600000000", "1621209660000000"],
    ["time_s", "1621209600.0", "1621209660.0"],
    ["date", "2021-05-17T00:00:00Z", "2021-05-17T00:01:00Z"],
    ["date", "2021-05-17 00:00:00", "2021-05-17 00:01"],
    ["datetime", "2021-05-17 00:00:00+00:00", "2021-05-17T02:01:00.000000+02:00"],
    ["time", "2021-05-16 22:30:00-0130", "2021-05-17 00:01:00 UTC"],
  ])("times in %s as %s", async (name, first, second) => {
    const text = `${name},open,high,low,close,volume\n${first},1,1,1,1,1\n${second},1,1,1,1,1\n`;
    expect([...(await readBars(await file(text))).timeUs]).toEqual([START_US, START_US + MINUTE_US]);
  });

  test("the name of a column fixes its unit, and an option every unit", async () => {
    const text = (name: string) => `${name},open,high,low,close,volume\n0,1,1,1,1,1\n60,1,1,1,1,1\n`;
    expect((await readBars(await file(text("ts_ms")))).intervalUs).toBe(60_000);
    expect((await readBars(await file(text("time")), { timeUnit: "s" })).intervalUs).toBe(MINUTE_US);
    expect(await refusal(await file(text("time")))).toMatch(/line 2: time: cannot tell whether 0 is seconds/);
  });

  test.each(["ms", "us"])("Binance klines without a header, times in %s", async (unit) => {
    const scale = unit === "ms" ? "" : "000";
    const row = (minute: number) => {
      const at = START_MS + minute * MINUTE_MS;
      return `${at}${scale},46426.83,46514.75,46358.14,46506.00,121.33,${at + 59_999}${scale},5.6e6,3000,60.1,2800000.1,0`;
    };
    for (const format of ["auto", "binance"] as const) {
      const bars = await readBars(await file(`${row(0)}\n${row(1)}\n`), { format });
      expect([...bars.timeUs]).toEqual([START_US, START_US + MINUTE_US]);
      expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([
        46426.83, 46514.75, 46358.14, 46506, 121.33,
      ]);
    }
    expect(await refusal(await file(`${row(0)}\n${row(2)}\n${row(3)}\n${row(4)}\n`))).toMatch(/line 2: time .* leaves a hole/);
    expect(await refusal(await file(`${row(0)}\n`), { format: "csv" })).toMatch(/line 1: expected a header/);
    expect(await refusal(await file(csv(line(0)).slice(HEADER.length + 1)), { format: "binance" })).toMatch(/line 1: expected 12 numbers/);
  });

  test("a symbol column: the only symbol, the chosen one, and neither", async () => {
    const text = (second: string) => `symbol,${HEADER}\nAAA,${line(0)}\n${second},${line(second === "AAA" ? 1 : 0)}\nAAA,${line(2)}\n`;
    const one = await file(`symbol,${HEADER}\nAAA,${line(0)}\nAAA,${line(1)}\n`);
    expect((await readBars(one)).symbol).toBe("AAA");
    const two = await file(text("BBB"));
    expect(await refusal(two)).toMatch(/line 3: symbol BBB after AAA/);
    const chosen = await readBars(two, { symbol: "AAA" });
    expect([...chosen.timeUs]).toEqual([START_US, START_US + 2 * MINUTE_US]);
    expect(await refusal(two, { symbol: "CCC" })).toMatch(/no bars of symbol CCC/);
    // Rows passed over still count as lines.
    expect(await refusal(two, { symbol: "AAA", interval: "1m" })).toMatch(/line 4: time .* leaves a hole: 1 bar is missing/);
  });

  test("an interval given must be that of the bars, and one bar alone needs it", async () => {
    const path = await file(csv(line(0), line(1)));
    expect((await readBars(path, { interval: "1m" })).intervalUs).toBe(MINUTE_US);
    expect(await refusal(path, { interval: "5m" })).toMatch(/line 3: time .* is 1m after the bar before, expected 5m/);
    expect(await refusal(path, { interval: "0s" })).toMatch(/interval: expected a duration greater than 0/);
    expect(await refusal(path, { interval: "soon" })).toMatch(/interval: expected a duration/);
    const single = await file(csv(line(0)));
    expect(await refusal(single)).toMatch(/one bar alone/);
    expect((await readBars(single, { interval: "1h" })).intervalUs).toBe(60 * MINUTE_US);
  });

  test.each<[string, string, RegExp]>([
    ["empty file", "", /^bars\.csv: empty/],
    ["only a line end", "\n", /^bars\.csv: empty/],
    ["header only", `${HEADER}\n`, /^bars\.csv: no bars/],
    ["unknown header", "a,b\n1,2\n", /^bars\.csv: line 1: header without time .*open.*"a,b"/],
    ["header without volume", "time,open,high,low,close\n", /line 1: header without volume: "time,open,high,low,close"/],
    ["column twice", "time,open,high,low,close,volume,open\n", /line 1: column open stands twice/],
    ["no header", csv(line(0)).slice(HEADER.length + 1), /line 1: header without time/],
    ["too few fields", csv(line(0), "1,2,3"), /line 3: expected 6 fields, got 3/],
    ["too many fields", csv(line(0), `${line(1)},7`), /line 3: expected 6 fields, got 7/],
    ["an empty line between", csv(line(0), "", line(1)), /line 3: expected 6 fields, got an empty line/],
    ["text", csv(line(0, "10,12,9,x,5")), /line 2: close: expected a number, got "x"/],
    ["an empty field", csv(line(0, "10,12,,11,5")), /line 2: low: expected a number, got ""/],
    ["a hexadecimal number", csv(line(0, "0x10,12,9,11,5")), /line 2: open: expected a number, got "0x10"/],
    ["NaN", csv(line(0), line(1, "NaN,12,9,11,5")), /line 3: open: expected a number, got "NaN"/],
    ["Infinity", csv(line(0, "10,Infinity,9,11,5")), /line 2: high: expected a number, got "Infinity"/],
    ["beyond a double", csv(line(0, "10,1e999,9,11,5")), /line 2: high: expected a number, got "1e999"/],
    ["text beside quotes", csv(line(0, '"1"0,12,9,11,5')), /line 2: open: expected a number/],
    ["a price of zero", csv(line(0, "10,12,0,11,5")), /line 2: low: expected a price greater than 0, got 0/],
    ["a negative price", csv(line(0, "-10,12,9,11,5")), /line 2: open: expected a price greater than 0, got -10/],
    ["a negative volume", csv(line(0, "10,12,9,11,-5")), /line 2: volume: expected 0 or more, got -5/],
    ["high below close", csv(line(0, "10,10.5,9,11,5")), /line 2: high: 10\.5 is below open 10 or close 11/],
    ["high below open", csv(line(0, "10,9.5,9,9.2,5")), /line 2: high: 9\.5 is below open 10/],
    ["low above open", csv(line(0, "10,12,10.5,11,5")), /line 2: low: 10\.5 is above open 10 or close 11/],
    ["time goes back", csv(line(0), line(2), line(1)), /line 4: time goes back from 2021-05-17T00:02:00Z to 2021-05-17T00:01:00Z/],
    ["time twice", csv(line(0), line(1), line(1)), /line 4: time 2021-05-17T00:01:00Z stands twice/],
    [
      "a hole",
      csv(line(0), line(1), line(2), line(5)),
      /line 5: time 2021-05-17T00:05:00Z leaves a hole: 2 bars are missing after 2021-05-17T00:02:00Z/,
    ],
    [
      "another step",
      csv(line(0), line(1), line(2), line(2.5)),
      /line 5: time 2021-05-17T00:02:30Z is 30s after the bar before, expected 1m/,
    ],
    ["no time", csv(line(0), "soon,10,12,9,11,5"), /line 3: ts_ms: expected a time .*"soon"/],
    ["no time at first", csv("soon,10,12,9,11,5"), /line 2: ts_ms: expected a time .*"soon"/],
    ["a day that does not exist", csv("2021-06-31,10,12,9,11,5"), /line 2: ts_ms: expected a time .*"2021-06-31"/],
    ["a year below 100", csv("0071-01-01T00:00:00Z,10,12,9,11,5"), /line 2: ts_ms: expected a time .*"0071-01-01T00:00:00Z"$/],
    ["an offset of 99 hours", csv("2021-05-17T00:00:00+99:99,10,12,9,11,5"), /line 2: ts_ms: expected a time .*\+99:99"$/],
    ["an offset of 15 hours", csv("2021-05-17T00:00:00-15:00,10,12,9,11,5"), /line 2: ts_ms: expected a time .*-15:00"$/],
    ["an offset of 60 minutes", csv("2021-05-17T00:00:00+01:60,10,12,9,11,5"), /line 2: ts_ms: expected a time .*\+01:60"$/],
    [
      "a time beyond 2254, as written",
      csv(line(0), "9007199254740993,10,12,9,11,5"),
      /line 3: ts_ms: .* 1970 to 2254, got "9007199254740993"$/,
    ],
    ["a time beyond a double, as written", csv(line(0), "1e400,10,12,9,11,5"), /line 3: ts_ms: expected .* got "1e400"$/],
    ["a time before 1970", csv("-60000,10,12,9,11,5"), /line 2: ts_ms: expected a time from 1970 to 2254, got "-60000"$/],
  ])("refuses %s", async (_, content, problem) => {
    expect(await refusal(await file(content))).toMatch(problem);
    if (content !== "") expect(await refusal(await file(gzipSync(content)))).toMatch(problem);
  });

  test.each(["+14:00", "-12:00", "+05:45", "+0530"])("an offset of %s", async (offset) => {
    const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
    const text = `time,open,high,low,close,volume\n2021-05-17T00:00:00${offset},1,1,1,1,1\n`;
    const [timeUs] = (await readBars(await file(text), { interval: "1m" })).timeUs;
    expect(timeUs).toBe(START_US - (offset.startsWith("-") ? -1 : 1) * minutes * MINUTE_US);
  });

  test("several series in one file: the error names the columns that tell them apart", async () => {
    const rows = [0, 0, 1, 1].map((minute, row) => `${row % 2 === 0 ? "OKX" : "Bybit"},BTC,${row},${line(minute)}`);
    const text = `venue,coin,id,${HEADER}\n${rows.join("\n")}\n`;
    expect(await refusal(await file(text))).toMatch(
      /line 3: time .* stands twice \(are these several series, told apart by columns venue, coin\?/,
    );
    expect(await refusal(await file(csv(line(0), line(0))))).toMatch(/stands twice$/);
  });

  test.skipIf(process.platform === "win32")("a pipe is refused, without waiting for it", async () => {
    const path = join(folder, "pipe.csv");
    makePipe(path);
    expect(await refusal(path)).toMatch(/pipe\.csv: expected a file, got a pipe/);
  });

  test("a file beyond 2 GiB is refused by its size", async () => {
    const path = await file("");
    await truncate(path, 2 ** 31);
    expect(await refusal(path)).toMatch(/expected at most 2 GiB, got 2147483648 bytes$/);
  });

  test("refuses what is no such file", async () => {
    expect(await refusal(join(folder, "nowhere.csv"))).toMatch(/nowhere\.csv: no such file/);
    expect(await refusal(folder)).toMatch(/expected a file, got a directory/);
    const whole = gzipSync(csv(...Array.from({ length: 500 }, (_, minute) => line(minute, `${10 + minute / 7},999,1,11,${minute}`))));
    expect(await refusal(await file(whole.subarray(0, whole.length - 9), "bars.csv.gz"))).toBe("bars.csv.gz: truncated gzip");
    expect(await refusal(await file(whole.subarray(0, 12), "bars.csv.gz"))).toBe("bars.csv.gz: truncated gzip");
    const broken = Uint8Array.from(whole);
    broken.fill(0x55, broken.length / 2, broken.length / 2 + 40);
    expect(await refusal(await file(broken, "bars.csv.gz"))).toMatch(/^bars\.csv\.gz: broken gzip/);
    expect(await refusal(await file(csv(line(0)), "bars.csv.gz"))).toBe("bars.csv.gz: not a gzip file");
    expect(await refusal(await file("PK\u0003\u0004…", "bars.zip"))).toMatch(/zip archive/);
    expect(await refusal(await file(csv(line(0)), "bars.parquet"))).toMatch(/not a Parquet file/);
    expect(await refusal(await file(csv(line(0)), "bars.arrow"))).toMatch(/not an Arrow file/);
  });
});

describe("JSON of ccxt", () => {
  test("rows of milliseconds and five numbers", async () => {
    const rows = [0, 1].map((minute) => [START_MS + minute * MINUTE_MS, 10, 12, 9, 11, 5]);
    const bars = await readBars(await file(JSON.stringify(rows), "bars.json"));
    expect([...bars.timeUs]).toEqual([START_US, START_US + MINUTE_US]);
    expect(bars.volume[1]).toBe(5);
  });

  test.each<[string, RegExp]>([
    ["[", /cannot be read as JSON/],
    ["{}", /expected a JSON array/],
    ["[]", /no bars/],
    [`[[1e16,10,12,9,11,5]]`, /row 1: time: expected milliseconds of the years from 1970 to 2254, got 10000000000000000$/],
    [`[[${START_MS},10,1e999,9,11,5]]`, /row 1: high: expected a number, got one beyond 1\.8e308$/],
    [`[[${START_MS},10,{"a":[1]},9,11,5]]`, /row 1: high: expected a number, got an object$/],
    [`[[1,2,3,4,5,${"[".repeat(200_000)}${"]".repeat(200_000)}]]`, /row 1: volume: expected a number, got a list of 1$/],
    ["[".repeat(200_000) + "]".repeat(200_000), /row 1: expected 6 numbers, got a list of 1$/],
    ["[[1,2,3]]", /row 1: expected 6 numbers, got a list of 3/],
    [`[[${START_MS},10,12,9,null,5]]`, /row 1: close: expected a number, got null/],
    [`[[${START_MS},10,12,9,11,5],[${START_MS},10,12,9,11,5]]`, /row 2: time .* stands twice/],
  ])("refuses %.40s", async (content, problem) => {
    expect(await refusal(await file(content, "bars.json"))).toMatch(problem);
  });
});

describe("Arrow and Parquet", () => {
  test.each([null, "BTCUSDT", "Bärenmarkt 🌊"])("CSV → Arrow → bars and CSV → Parquet → bars, symbol %s", async (symbol) => {
    const bars = await exampleBars(symbol);
    const arrowFile = await file(arrowOfBars(bars), "bars.arrow");
    expect(await readBars(arrowFile)).toEqual(bars);
    const parquetFile = join(folder, `round-${symbol}.parquet`);
    await writeParquetBars(parquetFile, bars);
    expect(await readBars(parquetFile)).toEqual(bars);
  });

  test("Parquet in a directory called open=1: its own prices", async () => {
    const bars = await exampleBars(null);
    const directory = join(folder, "open=1", "symbol=x");
    await mkdir(directory, { recursive: true });
    const path = join(directory, "bars.parquet");
    await writeParquetBars(path, bars);
    expect(await readBars(path)).toEqual(bars);
  });

  test("a damaged Arrow file: in words, not the library's", async () => {
    const bytes = Buffer.alloc(114, 0xff);
    bytes.write("ARROW1\0\0", 0, "latin1");
    bytes.write("ARROW1", 108, "latin1");
    expect(await refusal(await file(bytes, "bars.arrow"))).toMatch(/^bars\.arrow: cannot be read as Arrow: damaged/);
    // A first message of negative length led the library's reader round in circles.
    const whole = Buffer.from(arrowOfBars(await exampleBars("X")));
    expect(await refusal(await file(whole.fill(0xfe, 8, 13), "bars.arrow"))).toMatch(/damaged/);
  });

  test("columns that share one array are each written", async () => {
    const flat = Float64Array.of(7, 7, 7);
    const bars = { ...(await exampleBars(null)), open: flat, high: flat, low: flat, close: flat };
    expect(await readBars(await file(arrowOfBars(bars), "bars.arrow"))).toEqual(bars);
  });

  test("the same bars give the same bytes", async () => {
    const bars = await exampleBars("X");
    expect(Buffer.from(arrowOfBars(bars)).equals(arrowOfBars(bars))).toBe(true);
    const [first, second] = [join(folder, "same-1.parquet"), join(folder, "same-2.parquet")];
    await writeParquetBars(first, bars);
    await writeParquetBars(second, bars);
    expect((await readFile(first)).equals(await readFile(second))).toBe(true);
  });

  test("columns are as the contract says", async () => {
    const bars = await exampleBars("X");
    const table = arrow.tableFromIPC(arrowOfBars(bars));
    expect(table.schema.fields.map((field) => `${field.name} ${field.type}`)).toEqual([
      "time Int64",
      ...["open", "high", "low", "close", "volume"].map((name) => `${name} Float64`),
      "symbol Utf8",
    ]);
    const path = join(folder, "contract.parquet");
    await writeParquetBars(path, bars);
    const database = await openDatabase(false);
    const rows = (await database.connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM '${path}')`)).getRows();
    const first = (await database.connection.runAndReadAll(`SELECT time, high, symbol FROM '${path}' LIMIT 1`)).getRows();
    database.close();
    expect(rows).toEqual([
      ["time", "BIGINT"],
      ...["open", "high", "low", "close", "volume"].map((name) => [name, "DOUBLE"]),
      ["symbol", "VARCHAR"],
    ]);
    expect(first).toEqual([[BigInt(START_US), 0.30000000000000004, "X"]]);
  });

  test("refuses files cut off, without columns, of other types, with missing values or bad bars", async () => {
    const bytes = arrowOfBars(await exampleBars(null));
    expect(await refusal(await file(bytes.subarray(0, bytes.length - 20), "bars.arrow"))).toMatch(/truncated Arrow file/);
    const arrowFile = (columns: Record<string, arrow.Vector>) => file(arrow.tableToIPC(new arrow.Table(columns), "file"), "bars.arrow");
    const time = arrow.makeVector(BigInt64Array.of(BigInt(START_US)));
    const one = () => arrow.makeVector(Float64Array.of(1));
    const good = { time, open: one(), high: one(), low: one(), close: one(), volume: one() };
    expect(await refusal(await arrowFile({ time, open: one() }))).toMatch(/no column high/);
    expect(await refusal(await arrowFile({ ...good, open: arrow.makeVector(Float32Array.of(1)) }))).toMatch(/open: expected double/);
    expect(await refusal(await arrowFile({ ...good, time: one() }))).toMatch(/time: expected int64/);
    expect(await refusal(await arrowFile({ ...good, low: arrow.vectorFromArray([null], new arrow.Float64()) }))).toMatch(
      /row 1: low: missing/,
    );
    expect(await refusal(await arrowFile({ ...good, low: arrow.makeVector(Float64Array.of(Number.NaN)) }))).toMatch(
      /row 1: low: expected a number, got NaN/,
    );
    const database = await openDatabase(false);
    const parquet = async (selection: string) => {
      const path = join(folder, "bad.parquet");
      await database.connection.run(`COPY (SELECT ${selection}) TO '${path}' (FORMAT parquet)`);
      return path;
    };
    const columns = "1::DOUBLE AS open, 1::DOUBLE AS high, 1::DOUBLE AS low, 1::DOUBLE AS close";
    expect(await refusal(await parquet(`${START_US} AS time, ${columns}`))).toMatch(/no column volume/);
    expect(await refusal(await parquet(`'x' AS time, ${columns}, 1::DOUBLE AS volume`))).toMatch(/time: expected BIGINT, got VARCHAR/);
    expect(await refusal(await parquet(`${START_US} AS time, ${columns}, NULL::DOUBLE AS volume`))).toMatch(/row 1: volume: missing/);
    expect(await refusal(await parquet(`${START_US} AS time, ${columns}, -1::DOUBLE AS volume`))).toMatch(
      /row 1: volume: expected 0 or more, got -1/,
    );
    database.close();
    const whole = await readFile(join(folder, "bad.parquet"));
    expect(await refusal(await file(whole.subarray(0, whole.length / 2), "bars.parquet"))).toMatch(/cannot be read as Parquet/);
  });
});

describe("several files", () => {
  const part = (...minutes: readonly number[]) => file(csv(...minutes.map((minute) => line(minute))));

  test("are joined in order of time", async () => {
    const { bars } = await readBarFiles([await part(2, 3), await part(0, 1), await part(4, 5)]);
    expect([...bars.timeUs]).toEqual([0, 1, 2, 3, 4, 5].map((minute) => START_US + minute * MINUTE_US));
    expect([bars.open.length, bars.high.length, bars.low.length, bars.close.length, bars.volume.length]).toEqual([6, 6, 6, 6, 6]);
  });

  test("must not overlap, leave a hole, or differ in interval or symbol", async () => {
    await expect(readBarFiles([await part(0, 1), await part(1, 2)])).rejects.toThrow(
      /overlaps with .*bars\.csv: begins at 2021-05-17T00:01:00Z/,
    );
    await expect(readBarFiles([await part(0, 1), await part(3, 4)])).rejects.toThrow(
      /leaves a hole: 1 bar is missing after 2021-05-17T00:01:00Z/,
    );
    await expect(readBarFiles([await part(0, 1), await part(2, 4)])).rejects.toThrow(/interval 2m, but .* has 1m$/);
    const named = await file(`symbol,${HEADER}\nAAA,${line(2)}\nAAA,${line(3)}\n`);
    await expect(readBarFiles([await part(0, 1), named])).rejects.toThrow(/symbol AAA, but .* has none/);
  });
});

const SHARED = new URL("../../../../shared/data/", import.meta.url);
describe.skipIf(!existsSync(SHARED))("real files (skipped where the folder ../shared/data is not)", () => {
  const real = (name: string) => new URL(name, SHARED).pathname;

  test("19 May 2021, minute bars of BTCUSDT: 5561 bars, low of 30000 at 13:10 UTC", async () => {
    const bars = await readBars(real("2021-05-19_binance-spot_BTCUSDT_1m.csv.gz"));
    expect(bars.timeUs.length).toBe(5561);
    expect(bars.intervalUs).toBe(MINUTE_US);
    const lowest = bars.low.indexOf(30_000);
    expect(bars.low.reduce((a, b) => Math.min(a, b))).toBe(30_000);
    expect(bars.timeUs[lowest]).toBe(Date.UTC(2021, 4, 19, 13, 10) * 1000);
  });

  test("further columns are passed over", async () => {
    const bars = await readBars(real("2025-10-10_binance-perp_BTCUSDT_1m_20h50_21h50.csv.gz"));
    expect([bars.timeUs.length, bars.open[0], bars.volume[0]]).toEqual([60, 116_830.3, 1480.616]);
  });

  test("a real hole, several coins in one file, and a file of something else are refused", async () => {
    await expect(readBars(real("2020-03-12_binance-spot_BTCUSDT_1h.csv.gz"))).rejects.toThrow(
      /line 84: time 2020-03-04T11:00:00Z leaves a hole: 1 bar/,
    );
    await expect(readBars(real("2025-10-10_7venues_5coins_1h.csv.gz"))).rejects.toThrow(/line 338: time goes back/);
    await expect(readBars(real("2025-10-10_volume_21h09_22h00_by_market.csv.gz"))).rejects.toThrow(/line 1: header without time/);
  });
});
