import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerImport } from "../../cli/import.ts";
import { readBars } from "../../data/sources/read-bars.ts";
import { runCommand } from "./captured.ts";
import { zipOf } from "./zipped.ts";

const KLINES = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";
const START_MS = Date.UTC(2025, 9, 10);
const START_US = START_MS * 1000;
const MINUTE_US = 60_000_000;

/** A row of Binance's klines. */
function kline(minute: number, unit: "ms" | "us" = "ms", prices = "10,12,9,11"): string {
  const at = (ms: number) => `${ms}${unit === "us" ? "000" : ""}`;
  const open = START_MS + minute * 60_000;
  return `${at(open)},${prices},5.5,${at(open + 59_999)},60.5,7,2.5,27.5,0`;
}
const lines = (...rows: readonly string[]) => `${rows.join("\n")}\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-archive-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (...words: readonly string[]) => runCommand(registerImport, "import", ...words);

async function archive(files: Readonly<Record<string, string | Uint8Array>>, name = "bars.zip"): Promise<string> {
  await writeFile(at(name), await zipOf(files));
  return at(name);
}

async function refusal(...words: readonly string[]): Promise<string> {
  const before = (await readdir(folder)).sort();
  const outcome = await run(...words, "--out", at("out.arrow"));
  expect([outcome.exitCode, outcome.output]).toEqual([2, ""]);
  expect(outcome.line).not.toContain("\n");
  expect((await readdir(folder)).sort()).toEqual(before);
  return (outcome.line as string).replace(`${folder}/`, "");
}

describe("zip archives of Binance", () => {
  test.each([
    ["a header", [KLINES], "ms"],
    ["no header", [], "ms"],
    ["a header", [KLINES], "us"],
    ["no header", [], "us"],
  ] as const)("one CSV member with %s, times in %3$s", async (_, header, unit) => {
    const file = await archive({ "BTCUSDT-1m-2025-10-10.csv": lines(...header, kline(0, unit), kline(1, unit)) });
    expect((await run(file, "--out", at("out.arrow"), "--format", "binance")).exitCode).toBe(0);
    const bars = await readBars(at("out.arrow"));
    expect([...bars.timeUs]).toEqual([START_US, START_US + MINUTE_US]);
    expect([bars.open[1], bars.high[1], bars.low[1], bars.close[1], bars.volume[1]]).toEqual([10, 12, 9, 11, 5.5]);
  });

  test("several members in any order, of both units, beside what is no CSV; several archives", async () => {
    const first = await archive({
      "folder/": "",
      "folder/b.csv": lines(kline(2, "us"), kline(3, "us")),
      "__MACOSX/folder/._b.csv": "junk",
      "README.txt": "not read",
      "folder/a.CSV": lines(KLINES, kline(0), kline(1)),
    });
    const second = await archive({ "c.csv": lines(kline(4), kline(5)) }, "more.zip");
    expect((await run(second, first, "--out", at("out.parquet"))).exitCode).toBe(0);
    expect([...(await readBars(at("out.parquet"))).timeUs]).toEqual([0, 1, 2, 3, 4, 5].map((minute) => START_US + minute * MINUTE_US));
  });

  test("what is wrong in a member: file, member and line, and nothing is written", async () => {
    const bad = await archive({ "a.csv": lines(kline(0), kline(1)), "b.csv": lines(KLINES, kline(2), kline(3, "ms", "10,x,9,11")) });
    expect(await refusal(bad)).toBe('breakwater: bars.zip: member b.csv: line 3: high: expected a number, got "x"');
    const cut = await archive({ "a.csv": lines(kline(0), kline(1).slice(0, 30)) });
    expect(await refusal(cut)).toMatch(/bars\.zip: member a\.csv: line 2: expected 12 fields, got 7$/);
    const insane = await archive({ "a.csv": lines(kline(0), kline(1, "ms", "10,9,9,11")) });
    expect(await refusal(insane)).toMatch(/bars\.zip: member a\.csv: line 2: high: 9 is below open 10/);
    const hole = await archive({ "a.csv": lines(kline(0), kline(1)), "b.csv": lines(kline(3), kline(4)) });
    expect(await refusal(hole)).toMatch(
      /bars\.zip: member b\.csv: time 2025-10-10T00:03:00Z leaves a hole: 1 bar is missing .* the end of .*bars\.zip: member a\.csv$/,
    );
    const twice = await archive({ "a.csv": lines(kline(0), kline(1)), "b.csv": lines(kline(1), kline(2)) });
    expect(await refusal(twice)).toMatch(/member b\.csv: overlaps with .*member a\.csv: begins at 2025-10-10T00:01:00Z/);
    expect(await refusal(await archive({ "a.csv": "" }))).toMatch(/member a\.csv: empty/);
    expect(await refusal(await archive({ "a.txt": "x" }))).toMatch(/bars\.zip: no CSV file \(\.csv\) in the zip archive$/);
    expect(await refusal(await archive({}))).toMatch(/bars\.zip: no CSV file/);
  });

  test("a damaged archive: which member, and nothing is written", async () => {
    const rows = Array.from({ length: 400 }, (_, minute) => kline(minute, "ms", `${10 + minute / 8},99,9,11`));
    const whole = await zipOf({ "a.csv": lines(...rows), "b.csv": lines(kline(400), kline(401)) });
    await writeFile(at("cut.zip"), whole.subarray(0, whole.length - 30));
    expect(await refusal(at("cut.zip"))).toMatch(/cut\.zip: a damaged zip archive: /);
    for (let place = 60; place < 2000; place += 97) {
      const broken = Uint8Array.from(whole);
      broken[place] = (broken[place] as number) ^ 0x41;
      await writeFile(at("broken.zip"), broken);
      expect(await refusal(at("broken.zip"))).toMatch(/broken\.zip: member a\.csv: damaged: /);
    }
    await writeFile(at("none.zip"), "ts_ms,open\n");
    expect(await refusal(at("none.zip"))).toMatch(/none\.zip: not a zip archive$/);
  });

  test("wherever a byte is turned round, the bars are the right ones or refused in one line", async () => {
    const text = lines(kline(0), kline(1), kline(2));
    const whole = await zipOf({ "a.csv": text });
    await writeFile(at("whole.zip"), whole);
    const right = await readBars(at("whole.zip"));
    for (let place = 0; place < whole.length; place += 3) {
      const broken = Uint8Array.from(whole);
      broken[place] = (broken[place] as number) ^ 0xff;
      await writeFile(at("broken.zip"), broken);
      const outcome = await readBars(at("broken.zip")).catch((error: Error) => error);
      if (outcome instanceof Error) expect([place, outcome.name]).toEqual([place, "InputError"]);
      else expect(outcome).toEqual(right);
    }
  });

  test("an archive made to fill memory is refused unread", async () => {
    const bomb = await archive({ "a.csv": new Uint8Array(80 * 1024 * 1024) });
    expect(await refusal(bomb)).toMatch(/bars\.zip: unpacks to 83886080 bytes, more than 200 times its size/);
    const whole = Buffer.from(await zipOf({ "a.csv": lines(kline(0), kline(1)) }));
    const directory = whole.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    // What it claims to unpack to: less than it does, then more than 2 GiB.
    whole.writeUInt32LE(40, directory + 24);
    await writeFile(at("liar.zip"), whole);
    expect(await refusal(at("liar.zip"))).toMatch(/liar\.zip: member a\.csv: damaged: /);
    whole.writeUInt32LE(0xfffffff0, directory + 24);
    await writeFile(at("liar.zip"), whole);
    expect(await refusal(at("liar.zip"))).toMatch(/liar\.zip: unpacks to more than 2 GiB/);
  });
});

describe("generic CSV", () => {
  const mapped = (...rows: readonly string[]) => lines("When;First;Top;Bottom;Last;Traded;venue", ...rows);
  const COLUMNS = ["--columns", "time=when,open=First,high=Top", "--columns", "low=Bottom,close=Last,volume=Traded"];

  test.each([
    [";", "auto"],
    ["\t", "auto"],
    ["|", "auto"],
    [",", "comma"],
    [";", "semicolon"],
    ["\t", "tab"],
    ["|", "bar"],
  ])("columns by name, fields between %j, told as %s", async (delimiter, told) => {
    const text = mapped("1760054400;10;12;9;11;5;x", "1760054460;10;12;9;11.5;5;x").replaceAll(";", delimiter);
    await writeFile(at("bars.csv"), text);
    expect((await run(at("bars.csv"), ...COLUMNS, "--delimiter", told, "--out", at("out.arrow"))).exitCode).toBe(0);
    const bars = await readBars(at("out.arrow"));
    expect([bars.timeUs[0], bars.timeUs[1], bars.close[1]]).toEqual([START_US, START_US + MINUTE_US, 11.5]);
  });

  test("columns by place, with and without a header; a unit of time", async () => {
    const places = ["--columns", "time=#1,open=#2,high=#3,low=#4,close=#5,volume=#6"];
    for (const header of [["a,b,c,d,e,f"], []]) {
      await writeFile(at("bars.csv"), lines(...header, "29334240,10,12,9,11,5", "29334300,10,12,9,11,5"));
      await rm(at("out.arrow"), { force: true });
      expect(await refusal(at("bars.csv"), ...places)).toMatch(/cannot tell whether 29334240 is seconds/);
      expect((await run(at("bars.csv"), ...places, "--time-unit", "s", "--out", at("out.arrow"))).exitCode).toBe(0);
      expect((await readBars(at("out.arrow"))).timeUs[0]).toBe(29_334_240_000_000);
    }
    await rm(at("out.arrow"));
    await writeFile(at("bars.csv"), lines("1760054400,10,12,9,11,5", "1760054460,10,12,9,0,5"));
    expect(await refusal(at("bars.csv"), ...places)).toMatch(/bars\.csv: line 2: close: expected a price greater than 0, got 0$/);
  });

  test("--where keeps rows, which count as lines all the same", async () => {
    const rows = [0, 1].flatMap((minute) => [`${1760054400 + 60 * minute};10;12;9;11;5;x`, `${1760054400 + 60 * minute};20;22;19;21;5;y`]);
    await writeFile(at("bars.csv"), mapped(...rows));
    expect((await run(at("bars.csv"), ...COLUMNS, "--where", "VENUE=y", "--out", at("out.duckdb"))).exitCode).toBe(0);
    expect([...(await readBars(at("out.duckdb"))).open]).toEqual([20, 20]);
    await rm(at("out.duckdb"));
    await writeFile(at("bars.csv"), mapped(...rows, "1760054520;10;12;9;-1;5;x", "1760054520;20;22;19;-1;5;y"));
    expect(await refusal(at("bars.csv"), ...COLUMNS, "--where", "venue=y")).toMatch(/bars\.csv: line 7: close: expected a price/);
    expect(await refusal(at("bars.csv"), ...COLUMNS, "--where", "venue=z")).toMatch(/bars\.csv: no bars with venue=z$/);
    expect(await refusal(at("bars.csv"), ...COLUMNS, "--where", "coin=z")).toMatch(/line 1: no column coin to choose rows by$/);
  });

  test("bad mappings name option, field and column", async () => {
    await writeFile(at("bars.csv"), mapped("1760054400;10;12;9;11;5;x"));
    const file = at("bars.csv");
    expect(await refusal(file, "--columns", "price=First")).toMatch(/columns: expected one of time, symbol, open, .*, got "price"$/);
    expect(await refusal(file, "--columns", "open")).toMatch(/--columns: expected FIELD=COLUMN, got "open"$/);
    expect(await refusal(file, "--columns", "open=a,open=b")).toMatch(/--columns: open is given twice$/);
    expect(await refusal(file, "--where", "x")).toMatch(/--where: expected COLUMN=VALUE, got "x"$/);
    expect(await refusal(file, ...COLUMNS, "--columns", "symbol=Coin")).toMatch(/line 1: header without Coin \(symbol\)/);
    expect(await refusal(file, ...COLUMNS, "--columns", "symbol=#9")).toMatch(/line 1: header without #9 \(symbol\)/);
    expect(await refusal(file)).toMatch(/line 1: header without time .*, open, high, low, close, volume: "When,First/);
  });
});

describe("holes", () => {
  const HEADER = "ts_ms,open,high,low,close,volume";
  const bar = (minute: number, close = 11) => `${START_MS + minute * 60_000},10,12,9,${close},5`;

  test("--gaps hold fills them with the last close and says how many; across files too", async () => {
    await writeFile(at("a.csv"), lines(HEADER, bar(0), bar(1, 9.5), bar(4), bar(5)));
    await writeFile(at("b.csv"), lines(HEADER, bar(7), bar(8)));
    const outcome = await run(at("a.csv"), at("b.csv"), "--gaps", "hold", "--out", at("out.arrow"));
    expect(outcome.output).toMatch(/: 9 bars of 1m .*, 3 of them held through holes\n$/);
    const bars = await readBars(at("out.arrow"));
    const row = (at: number) => [bars.open[at], bars.high[at], bars.low[at], bars.close[at], bars.volume[at]];
    expect([row(2), row(3), row(6)]).toEqual([
      [9.5, 9.5, 9.5, 9.5, 0],
      [9.5, 9.5, 9.5, 9.5, 0],
      [11, 11, 11, 11, 0],
    ]);
    expect([row(4), row(8)]).toEqual([
      [10, 12, 9, 11, 5],
      [10, 12, 9, 11, 5],
    ]);
    const document = await run(at("b.csv"), "--gaps", "hold", "--json", "--out", at("c.arrow"));
    expect(JSON.parse(document.output)).toMatchObject({ rows: 2, held: 0 });
  });

  test("holes are refused by default; another step, a time twice and years of holes always", async () => {
    await writeFile(at("a.csv"), lines(HEADER, bar(0), bar(1), bar(3)));
    expect(await refusal(at("a.csv"))).toMatch(/a\.csv: line 4: .* leaves a hole/);
    await writeFile(at("a.csv"), lines(HEADER, bar(0), bar(1), bar(2.5)));
    expect(await refusal(at("a.csv"), "--gaps", "hold")).toMatch(/line 4: time .* is 90s after the bar before, expected 1m/);
    await writeFile(at("a.csv"), lines(HEADER, bar(0), bar(1), bar(1)));
    expect(await refusal(at("a.csv"), "--gaps", "hold")).toMatch(/line 4: .* stands twice/);
    await writeFile(at("a.csv"), lines("ts_ms,open,high,low,close,volume", "0,1,1,1,1,1", "60000,1,1,1,1,1", "7000000020000,1,1,1,1,1"));
    expect(await refusal(at("a.csv"), "--gaps", "hold")).toMatch(/expected at most 67108864 bars with the missing ones, got 116666668$/);
  });
});
