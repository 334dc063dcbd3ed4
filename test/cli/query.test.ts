import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { registerQuery } from "../../cli/query.ts";
import { writeTables } from "../../data/store/tables.ts";
import { ASSETS, INSTRUMENTS, TABLE_FORMAT_VERSION, TRADES } from "../../sim/tables.ts";
import { arrowCells, duckDbCells, firstDifference } from "../data/store/cells.ts";
import { tableOf } from "../data/store/rows.ts";
import { writeFixture } from "../reports/fixture.ts";
import { runCommand } from "./captured.ts";

let folder: string;
let directory: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-query-"));
  directory = join(folder, "run");
  await mkdir(directory);
  await mkdir(join(folder, "nothing"));
  const trades = Array.from({ length: 1000 }, (_, row) => ({
    time_us: 1_621_209_600_000_000 + row,
    price_ticks: 1000 + row,
    size_lots: Number.MAX_SAFE_INTEGER,
    taker_side: row % 2 === 0 ? "buy" : "sell",
    liquidation: row === 0 ? null : row,
  }));
  const instruments = tableOf(INSTRUMENTS, [{ symbol: "BTC-USDT", tick_size: "0.1", lot_size: "0.001" }]);
  await writeTables(directory, [instruments, tableOf(ASSETS, [{ symbol: "USDT", quantum: "0.000001" }]), tableOf(TRADES, trades)]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const terminal = process.stdout.isTTY;
afterEach(() => {
  process.stdout.isTTY = terminal;
});

const run = (...words: readonly string[]) => runCommand(registerQuery, "query", ...words);

describe("breakwater query of a folder of runs", () => {
  let runs: string;
  beforeAll(async () => {
    runs = join(folder, "runs");
    for (const name of ["one", "two", "odd"]) await writeFixture(join(runs, name), { crash: name === "one", seconds: 300 });
    await writeFile(join(runs, "odd", "manifest.json"), JSON.stringify({ formatVersion: TABLE_FORMAT_VERSION + 1 }));
  });

  test("prints as of a single run, and names on standard error what it left out", async () => {
    const said = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      const sql = "SELECT run, count(*) AS marks, min(time) AS first FROM marks_natural GROUP BY run ORDER BY run";
      const { exitCode, output } = await run(runs, sql, "--json");
      expect(exitCode).toBe(0);
      expect(JSON.parse(output)).toEqual(["one", "two"].map((name) => ({ run: name, marks: 301, first: "2025-10-10T20:00:00Z" })));
      expect((await run(runs, "SELECT run, seed, complete FROM runs", "--format", "csv")).output).toBe(
        "run,seed,complete\none,7,true\ntwo,7,true\n",
      );
      expect((await run(runs, "SELECT run FROM runs LIMIT 1")).output).toBe("run\n───\none\n");
      const line = `left out: ${join(runs, "odd", "manifest.json")}: format version ${TABLE_FORMAT_VERSION + 1} is newer than`;
      expect(said.mock.calls.map(([text]) => String(text).startsWith(line))).toEqual([true, true, true]);
    } finally {
      said.mockRestore();
    }
  });

  test("rows written beside the runs are not taken for a table, and several runs go into one file", async () => {
    const said = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      const beside = join(runs, "one", "..", "..", "marks_natural.parquet");
      expect((await run(runs, "SELECT run, time FROM marks_natural", "--format", "parquet", "--out", beside)).output).toBe(
        `${beside}: 602 rows\n`,
      );
      await copyFile(beside, join(runs, "marks_natural.parquet"));
      const count = "SELECT run, count(*) AS marks FROM marks GROUP BY run ORDER BY run";
      expect((await run(runs, count, "--format", "csv")).output).toBe("run,marks\none,301\ntwo,301\n");
    } finally {
      said.mockRestore();
      await rm(join(runs, "marks_natural.parquet"), { force: true });
    }
  });

  test("bad SQL is one line and exit code 2, and a column that stands in natural units is told", async () => {
    const said = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      expect(await run(runs, "DROP TABLE runs")).toMatchObject({
        exitCode: 2,
        output: "",
        line: expect.stringMatching(/^breakwater: SQL: [^\n]+$/),
      });
      expect((await run(runs, "SELECT price FROM trades")).line).toContain("(price stands in trades_natural, in natural units)");
    } finally {
      said.mockRestore();
    }
  });
});

describe("breakwater query", () => {
  test("a table by default, decimal points below each other", async () => {
    const { exitCode, output } = await run(
      directory,
      "SELECT taker_side AS side, price, liquidation AS id, size FROM trades_natural LIMIT 2",
    );
    expect(exitCode).toBe(0);
    expect(output).toBe(
      [
        "side  price    id               size",
        "────  ─────  ────  ─────────────────",
        "buy   100.0  NULL  9007199254740.991",
        "sell  100.1     1  9007199254740.991",
        "",
      ].join("\n"),
    );
  });

  test("--json is exact: decimals and wide integers as text, times in UTC", async () => {
    const sql =
      "SELECT time, price, sum(size_lots) OVER () AS wide, trades.liquidation FROM trades_natural POSITIONAL JOIN trades ORDER BY time LIMIT 1";
    const { output } = await run(directory, sql, "--json");
    expect(JSON.parse(output)).toEqual([
      { time: "2021-05-17T00:00:00Z", price: "100", wide: String(BigInt(Number.MAX_SAFE_INTEGER) * 1000n), liquidation: null },
    ]);
    expect((await run(directory, "SELECT 1 AS a WHERE false", "--json")).output).toBe("[]\n");
    expect(JSON.parse((await run(directory, "SELECT 1 AS a, 2 AS a", "--format", "json")).output)).toEqual([{ a: 1, "a:1": 2 }]);
  });

  test("--format csv quotes where it must and leaves missing values empty", async () => {
    const { output } = await run(directory, `SELECT 'a,"b"' AS text, NULL AS none, [1, 2] AS list, 0.50 AS half`, "--format", "csv");
    expect(output).toBe('text,none,list,half\n"a,""b""",,"[1,2]",0.5\n');
  });

  test("a terminal is shown the first rows, a file all", async () => {
    process.stdout.isTTY = true;
    const shown = (await run(directory, "SELECT price_ticks FROM trades")).output.trimEnd().split("\n");
    expect(shown.length).toBe(203);
    expect(shown.at(-1)).toMatch(/^… 800 more rows/);
    process.stdout.isTTY = false;
    expect((await run(directory, "SELECT price_ticks FROM trades")).output.trimEnd().split("\n").length).toBe(1002);
  });

  test("cells of several lines stay in their column", async () => {
    const { output } = await run(directory, "SELECT 'a\nbb' AS x, 'c' AS y");
    expect(output).toBe("x   y\n──  ─\na   c\nbb\n");
    expect((await run(directory, "EXPLAIN SELECT 1")).output).toContain("PROJECTION");
  });

  test("control characters are shown, not sent to the terminal", async () => {
    expect((await run(directory, "SELECT 'a' || chr(27) || '[31m' || chr(7) AS x")).output).toBe(
      "x\n─────────────────\na\\u001b[31m\\u0007\n",
    );
  });

  test("bad input: exit 2, one line, nothing on standard output", async () => {
    const cases: [string, string, RegExp][] = [
      [join(folder, "nowhere"), "SELECT 1", /nowhere: no such directory$/],
      [join(folder, "nothing"), "SELECT 1", /no tables .* and no runs/],
      [folder, "SELECT 1", /no run in it can be read: .*manifest\.json: missing/],
      [directory, "SELECT nothing FROM trades", /SQL: .*nothing/],
      [directory, "SELEC 1", /SQL: .*syntax error/],
      [directory, "DROP VIEW trades", /SQL: expected one statement that only reads .*got DROP/],
      [directory, "SELECT 1; SELECT 2", /SQL: .*got 2 statements/],
      [directory, "SELECT * FROM read_text('/etc/passwd')", /SQL: Permission Error/],
    ];
    for (const [place, sql, problem] of cases) {
      const outcome = await run(place, sql, "--json");
      expect([outcome.exitCode, outcome.output], sql).toEqual([2, ""]);
      expect(outcome.line).toMatch(problem);
      expect(outcome.line).not.toContain("\n");
    }
    expect((await run(directory)).exitCode).toBe(2);
    expect((await run(directory, "SELECT 1", "--format", "xml")).exitCode).toBe(2);
  });
});

describe("breakwater query into a file", () => {
  const ALL = "SELECT * FROM trades_natural ORDER BY time";
  const out = (name: string) => join(folder, "files", name);
  beforeAll(() => mkdir(join(folder, "files")));
  beforeEach(async () => {
    for (const name of await readdir(join(folder, "files"))) await rm(out(name), { recursive: true });
  });

  /** The same, from the table's own file: the ticks are tenths, the lots thousandths. */
  const EXPECTED = () => `SELECT (price_ticks / 10)::DECIMAL(38, 1) AS price, liquidation FROM '${directory}/trades.parquet'`;
  const SOME = "SELECT price, liquidation FROM trades_natural ORDER BY time";

  test("--format arrow: apache-arrow reads every cell, with its type", async () => {
    const { exitCode, output } = await run(directory, SOME, "--format", "arrow", "--out", out("trades.arrow"));
    expect([exitCode, output]).toEqual([0, `${out("trades.arrow")}: 1000 rows\n`]);
    const table = tableFromIPC(await readFile(out("trades.arrow")));
    expect(table.schema.fields.map(({ type }) => String(type))).toEqual(["Decimal[38e+1]", "Int64"]);
    expect(firstDifference(arrowCells(table), await duckDbCells(EXPECTED()))).toBe(null);
    expect(await readdir(join(folder, "files"))).toEqual(["trades.arrow"]);
  });

  test("--format parquet: DuckDB reads every cell, with its type", async () => {
    await run(directory, ALL, "--format", "parquet", "--out", out("trades.parquet"));
    expect(
      firstDifference(await duckDbCells(`SELECT price, liquidation FROM '${out("trades.parquet")}'`), await duckDbCells(EXPECTED())),
    ).toBe(null);
    const types = await duckDbCells(`SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM '${out("trades.parquet")}')`);
    expect(types.columns[0]).toEqual(
      expect.arrayContaining(["time TIMESTAMP WITH TIME ZONE", "price DECIMAL(38,1)", "taker_side VARCHAR", "liquidation BIGINT"]),
    );
    expect(await readdir(join(folder, "files"))).toEqual(["trades.parquet"]);
  });

  test("--format arrow sends the same file to standard output where that is no terminal", async () => {
    await run(directory, SOME, "--format", "arrow", "--out", out("trades.arrow"));
    const parts: Uint8Array[] = [];
    const program = new Command("breakwater").exitOverride();
    registerQuery(program);
    process.stdout.isTTY = false;
    const spy = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
      parts.push(Buffer.from(part as Uint8Array));
      // Full each time, so that it must wait.
      setImmediate(() => process.stdout.emit("drain"));
      return false;
    });
    try {
      await program.parseAsync(["query", directory, SOME, "--format", "arrow"], { from: "user" });
    } finally {
      spy.mockRestore();
    }
    expect(Buffer.concat(parts).equals(await readFile(out("trades.arrow")))).toBe(true);
  });

  test("the other formats too, whole also from a terminal; a file that exists only with --overwrite", async () => {
    process.stdout.isTTY = true;
    await run(directory, SOME, "--out", out("trades.txt"));
    expect((await readFile(out("trades.txt"), "utf8")).trimEnd().split("\n").length).toBe(1002);
    const again = await run(directory, "SELECT 1 AS one", "--json", "--out", out("trades.txt"));
    expect(again).toMatchObject({
      exitCode: 2,
      output: "",
      line: expect.stringMatching(/--out: .*trades\.txt exists already: .*--overwrite$/),
    });
    expect((await run(directory, "SELECT 1 AS one", "--json", "--out", out("trades.txt"), "--overwrite")).exitCode).toBe(0);
    expect(await readFile(out("trades.txt"), "utf8")).toBe('[\n{"one":1}\n]\n');
  });

  test("bad input: exit 2, one line, nothing written, no part left", async () => {
    await writeFile(out("there"), "kept");
    await mkdir(out("folder"));
    await symlink(directory, out("link"));
    const late = "SELECT CASE WHEN r < 200_000 THEN 1 ELSE CAST('x' || r AS INTEGER) END FROM range(200_001) t(r)";
    const toNew = ["--out", out("new")];
    const cases: [string, string[], RegExp][] = [
      [ALL, ["--format", "feather", ...toNew], /'--format <name>' argument 'feather' is invalid/],
      [ALL, ["--format", "parquet"], /--format: parquet is written into a file: name it with --out$/],
      [ALL, ["--format", "parquet", "--json", ...toNew], /--json: .*--format says parquet/],
      [ALL, ["--format", "arrow", "--out", ""], /--out: expected the name of a file, got an empty one$/],
      [ALL, ["--format", "arrow", "--out", join(out("missing"), "x.arrow")], /--out: no such directory: .*missing$/],
      [ALL, ["--format", "arrow", "--out", join(out("there"), "x.arrow")], /--out: .*there is a file, expected a directory$/],
      [ALL, ["--format", "parquet", "--out", out("there")], /--out: .*there exists already/],
      [ALL, ["--format", "parquet", "--overwrite", "--out", out("folder")], /--out: .*folder is a directory$/],
      [ALL, ["--format", "parquet", "--overwrite", "--out", join(directory, "trades.parquet")], /--out: .* where nothing is written/],
      [ALL, ["--format", "parquet", "--overwrite", "--out", join(out("link"), "trades.parquet")], /--out: .* where nothing is written/],
      [ALL, ["--format", "csv", "--out", join(directory, "x.csv")], /--out: .* where nothing is written/],
      [ALL, ["--format", "csv", "--out", join(folder, "runs", "one", "x.csv")], /--out: .*x\.csv lies in the directory of a run/],
      ["SELECT nothing FROM trades", ["--format", "arrow", ...toNew], /SQL: .*nothing/],
      ["SELECT nothing FROM trades", ["--format", "parquet", ...toNew], /SQL: .*nothing/],
      [`COPY trades TO '${out("new")}'`, ["--format", "parquet", ...toNew], /SQL: expected one statement that only reads/],
      ["SELECT * FROM read_text('/etc/passwd')", ["--format", "arrow", ...toNew], /SQL: Permission Error/],
      [late, ["--format", "parquet", ...toNew], /SQL: Conversion Error/],
      [late, ["--format", "arrow", "--overwrite", "--out", out("there")], /SQL: Conversion Error/],
    ];
    for (const [sql, options, problem] of cases) {
      const outcome = await run(directory, sql, ...options);
      expect([outcome.exitCode, outcome.output], options.join(" ")).toEqual([2, ""]);
      expect(outcome.line?.trim()).toMatch(problem);
      expect(outcome.line?.trim()).not.toContain("\n");
    }
    process.stdout.isTTY = true;
    expect(await run(directory, ALL, "--format", "arrow")).toMatchObject({
      exitCode: 2,
      output: "",
      line: expect.stringMatching(/^breakwater: --format: arrow is nothing for a terminal: [^\n]*$/),
    });
    expect((await readdir(join(folder, "files"))).sort()).toEqual(["folder", "link", "there"]);
    expect(await readFile(out("there"), "utf8")).toBe("kept");
    expect((await readdir(directory)).sort()).toEqual(["assets.parquet", "instruments.parquet", "trades.parquet"]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be written: exit 2, named", async () => {
    await mkdir(out("closed"));
    await chmod(out("closed"), 0o500);
    const outcome = await run(directory, ALL, "--format", "parquet", "--out", join(out("closed"), "x.parquet"));
    expect(outcome).toMatchObject({ exitCode: 2, line: expect.stringContaining("closed cannot be written") });
    await chmod(out("closed"), 0o700);
  });
});
