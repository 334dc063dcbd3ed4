import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerImport } from "../../cli/import.ts";
import { readBars } from "../../data/sources/read-bars.ts";
import { runCommand } from "./captured.ts";

const HEADER = "ts_ms,open,high,low,close,volume";
const START_MS = 1_621_209_600_000;
const line = (minute: number, values = "10,12,9,11,5") => `${START_MS + minute * 60_000},${values}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-import-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (...words: readonly string[]) => runCommand(registerImport, "import", ...words);

async function source(name: string, ...lines: readonly string[]): Promise<string> {
  await writeFile(at(name), `${[HEADER, ...lines].join("\n")}\n`);
  return at(name);
}

describe("breakwater import", () => {
  test.each(["arrow", "parquet", "duckdb"])("writes what it read to .%s and says so in one line", async (ending) => {
    const file = await source("bars.csv", line(0, "1e-7,2e-7,1e-7,1e-7,0"), line(1));
    const outcome = await run(file, "--out", at(`out.${ending}`));
    expect(outcome).toEqual({
      exitCode: 0,
      output: `${at(`out.${ending}`)}: 2 bars of 1m from 2021-05-17T00:00:00Z to 2021-05-17T00:01:00Z, low 0.0000001 (2021-05-17T00:00:00Z), high 12 (2021-05-17T00:01:00Z)\n`,
      line: null,
    });
    expect(await readBars(at(`out.${ending}`))).toEqual(await readBars(file));
    expect((await readdir(folder)).sort()).toEqual(["bars.csv", `out.${ending}`]);
  });

  test("--json prints one document, prices as decimal text", async () => {
    const outcome = await run(await source("bars.csv", line(0), line(1)), "--out", at("out.arrow"), "--symbol", "BTC", "--json");
    expect(JSON.parse(outcome.output)).toEqual({
      out: at("out.arrow"),
      symbol: "BTC",
      interval: "1m",
      rows: 2,
      from: "2021-05-17T00:00:00Z",
      to: "2021-05-17T00:01:00Z",
      low: "9",
      lowTime: "2021-05-17T00:00:00Z",
      high: "12",
      highTime: "2021-05-17T00:00:00Z",
    });
    expect((await readBars(at("out.arrow"))).symbol).toBe("BTC");
  });

  test("joins several files in order of time, from what it wrote itself too", async () => {
    const later = await source("later.csv", line(2), line(3));
    const earlier = await source("earlier.csv", line(0), line(1));
    expect((await run(earlier, "--out", at("earlier.arrow"))).exitCode).toBe(0);
    expect((await run(later, at("earlier.arrow"), "--out", at("out.parquet"))).exitCode).toBe(0);
    expect((await readBars(at("out.parquet"))).timeUs.length).toBe(4);
  });

  test("an existing file is replaced only with --overwrite", async () => {
    const file = await source("bars.csv", line(0), line(1));
    await writeFile(at("out.arrow"), "precious");
    const refused = await run(file, "--out", at("out.arrow"));
    expect([refused.exitCode, refused.output]).toEqual([2, ""]);
    expect(refused.line).toMatch(/out\.arrow exists already/);
    expect(await readFile(at("out.arrow"), "utf8")).toBe("precious");
    expect((await run(file, "--out", at("out.arrow"), "--overwrite")).exitCode).toBe(0);
    expect((await readBars(at("out.arrow"))).timeUs.length).toBe(2);
  });

  test("bad input: exit 2, one line, nothing written, and what was there stays", async () => {
    const bad = await source("bad.csv", line(0), line(1, "10,12,9,NaN,5"));
    const gap = await source("gap.csv", line(0), line(1), line(3));
    const whole = gzipSync(await readFile(bad));
    await writeFile(at("cut.csv.gz"), whole.subarray(0, whole.length - 8));
    await writeFile(at("empty.csv"), "");
    await writeFile(at("old.arrow"), "precious");
    const before = (await readdir(folder)).sort();
    const cases: [string, RegExp][] = [
      [bad, /bad\.csv: line 3: close: expected a number, got "NaN"$/],
      [gap, /gap\.csv: line 4: time 2021-05-17T00:03:00Z leaves a hole/],
      [at("cut.csv.gz"), /cut\.csv\.gz: truncated gzip$/],
      [at("empty.csv"), /empty\.csv: empty/],
      [at("missing.csv"), /missing\.csv: no such file$/],
      [folder, /expected a file, got a directory/],
    ];
    for (const [file, problem] of cases) {
      for (const target of [["new.parquet"], ["old.arrow", "--overwrite"]] as const) {
        const [name, ...rest] = target;
        const outcome = await run(file, "--out", at(name), ...rest, "--json");
        expect([outcome.exitCode, outcome.output], file).toEqual([2, ""]);
        expect(outcome.line).toMatch(problem);
        expect(outcome.line).not.toContain("\n");
      }
    }
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(await readFile(at("old.arrow"), "utf8")).toBe("precious");
  });

  test("a target that cannot be written is refused before anything is read", async () => {
    await mkdir(at("folder.arrow"));
    const cases: [string, RegExp][] = [
      ["out.csv", /\.csv is not supported: expected \.arrow, \.parquet or \.duckdb/],
      ["out", /no ending is not supported/],
      ["nowhere/out.arrow", /no such directory: .*nowhere/],
      ["folder.arrow", /folder\.arrow is a directory/],
      ["a-file/out.arrow", /--out: .*a-file is a file, expected a directory$/],
      [`${"n".repeat(260)}.arrow`, /--out: .*nnn\.arrow cannot be written: the name is too long \(ENAMETOOLONG\)$/],
    ];
    await writeFile(at("a-file"), "");
    for (const [out, problem] of cases) {
      const outcome = await run(at("unread.csv"), "--out", at(out));
      expect(outcome.exitCode).toBe(2);
      expect(outcome.line).toMatch(problem);
    }
  });

  test("a name as long as names can be, and one that begins with ~", async () => {
    const file = await source("bars.csv", line(0), line(1));
    for (const name of [`${"n".repeat(247)}.parquet`, "~.parquet"]) {
      expect((await run(file, "--out", at(name))).exitCode, name).toBe(0);
      expect((await readBars(at(name))).timeUs.length).toBe(2);
    }
    await mkdir(at("~"));
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await run(file, "--out", "~/x.parquet")).exitCode).toBe(0);
      expect((await readBars("~/x.parquet")).timeUs.length).toBe(2);
    } finally {
      process.chdir(before);
    }
    expect(await readdir(at("~"))).toEqual(["x.parquet"]);
  });

  test.skipIf(process.getuid?.() === 0)("a directory that may not be written is refused (skipped for root, who may)", async () => {
    await mkdir(at("locked"), { mode: 0o500 });
    const outcome = await run(at("unread.csv"), "--out", at("locked/out.arrow"));
    expect(outcome.exitCode).toBe(2);
    expect(outcome.line).toMatch(/locked cannot be written: permission denied \(EACCES\)$/);
  });

  test("a wrong command line: exit 2", async () => {
    const file = await source("bars.csv", line(0), line(1));
    for (const words of [
      [file],
      ["--out", at("x.arrow")],
      [file, "--out", at("x.arrow"), "--format", "xml"],
      [file, "--out", at("x.arrow"), "--unknown"],
    ]) {
      expect((await run(...words)).exitCode).toBe(2);
    }
    expect((await run(file, "--out", at("x.arrow"), "--interval", "soon")).line).toMatch(/interval: expected a duration/);
    expect((await readdir(folder)).sort()).toEqual(["bars.csv"]);
  });

  test("--help has an example", async () => {
    const { exitCode, output } = await run("--help");
    expect(exitCode).toBe(0);
    expect(output).toContain("$ breakwater import");
  });

  const real = new URL("../../../shared/data/2021-05-19_binance-spot_BTCUSDT_1m.csv.gz", import.meta.url).pathname;
  test.skipIf(!existsSync(real))("19 May 2021 of Binance (skipped where ../shared/data is not)", async () => {
    const outcome = await run(real, "--out", at("btc.arrow"), "--json");
    expect(JSON.parse(outcome.output)).toMatchObject({
      rows: 5561,
      low: "30000",
      lowTime: "2021-05-19T13:10:00Z",
      from: "2021-05-17T00:00:00Z",
      to: "2021-05-20T20:40:00Z",
    });
    expect(await readBars(at("btc.arrow"))).toEqual(await readBars(real));
  });
});
