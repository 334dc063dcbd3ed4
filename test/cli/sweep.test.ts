/** `breakwater sweep` from the outside: threads of the build, killed and gone on with. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRuns } from "../../data/store/catalogue.ts";
import { breakwater, CHECKOUT } from "../checkout.ts";
import { barsCsv, scenarioOf } from "../data/shocks/scenario-paths.ts";

const PLAN = {
  name: "tiny",
  scenario: "flash-crash",
  set: {
    duration: "6m",
    "shock.waypoints": [{ at: "3m", change: -0.15 }],
    "population.accounts": 300,
    "agents.0.count": 2,
    "agents.1.count": 1,
    "agents.2.count": 5,
    "record.samples": "1m",
  },
  replications: 3,
  factors: [
    { path: "venue.tiers", scale: { maintenanceMarginRate: [0.8, 1.25] } },
    { path: "pools.perpetual/BTC/USDT.seedCapital", values: ["1000", "100000"] },
  ],
};

let folder = "";
let plan = "";
let whole = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-sweep-"));
  plan = await written("plan", PLAN);
  whole = join(folder, "whole");
  const ended = await breakwater(["sweep", plan, "--workers", "2", "--out", whole]);
  expect(ended).toMatchObject({ exitCode: 0 });
  expect(ended.stderr).toMatch(/^tiny: 4 settings × 3 replications = 12 runs, 2 workers, about \d+ (s|min)\n/);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, content: unknown): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(content));
  return file;
}

/** The tables of a sweep, and nothing else than them and `sweep.json`. */
async function tablesOf(directory: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(directory)).sort();
  expect(names.filter((name) => !name.endsWith(".parquet"))).toEqual(["analysis.json", "report.html", "sweep.json", "worst-run.json"]);
  const tables = names.filter((name) => name.endsWith(".parquet"));
  expect(tables).toContain("runs.parquet");
  return Object.fromEntries(await Promise.all(tables.map(async (name) => [name, await readFile(join(directory, name))] as const)));
}

async function rowsOf(directory: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { store } = await openRuns(directory);
  try {
    return (await store.query(sql)).rows;
  } finally {
    store.close();
  }
}

describe("a sweep", () => {
  test("TIME-3 leaves the same bytes with one worker as with two", async () => {
    const one = join(folder, "one");
    const ended = await breakwater(["sweep", plan, "--workers", "1", "--out", one, "--json"]);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(ended.stdout)).toEqual({
      plan: "tiny",
      scenario: "flash-crash",
      directory: one,
      report: join(one, "report.html"),
      settings: 4,
      replications: 3,
      runs: 12,
      failed: 0,
      resumed: 0,
    });
    expect(await tablesOf(one)).toEqual(await tablesOf(whole));
  });

  test("has a row for each run, and the tables of all with the run in front, in natural units too", async () => {
    const runs = await rowsOf(
      whole,
      'SELECT run, setting, replication, "venue.tiers.maintenanceMarginRate", "liquidations.count", error FROM runs ORDER BY run',
    );
    expect(runs.map(([run, setting, replication, scale]) => [run, setting, replication, scale])).toEqual(
      Array.from({ length: 12 }, (_, run) => [run, Math.floor(run / 3), run % 3, run < 6 ? 0.8 : 1.25]),
    );
    const counts = await rowsOf(whole, "SELECT run, count(*) FROM liquidations GROUP BY run ORDER BY run");
    expect(counts).toEqual(runs.filter(([, , , , count]) => count !== 0).map(([run, , , , count]) => [run, count]));
    expect(counts.length).toBeGreaterThan(0);
    const [order] = await rowsOf(whole, "SELECT bool_and(run >= before) FROM (SELECT run, lag(run, 1, 0) OVER () AS before FROM trades)");
    expect(order).toEqual([true]);
    const [natural] = await rowsOf(whole, "SELECT typeof(price) LIKE 'DECIMAL%' FROM trades_natural LIMIT 1");
    expect(natural).toEqual([true]);
  });

  test("a row is what `run` gives of the same seed and settings", async () => {
    const [[seed, digest] = []] = await rowsOf(whole, "SELECT seed, digest FROM runs WHERE run = 4");
    const sets = Object.entries(PLAN.set).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
    const { instruments } = JSON.parse(await readFile(join(whole, "sweep.json"), "utf8")).scenario;
    const tiers = instruments[0].tiers.map((tier: { maintenanceMarginRate: string }) => ({
      ...tier,
      maintenanceMarginRate: String(Math.round(Number(tier.maintenanceMarginRate) * 8e6) / 1e7),
    }));
    sets.push(`instruments.0.tiers=${JSON.stringify(tiers)}`, "pools.perpetual/BTC/USDT.seedCapital=100000");
    const words = sets.flatMap((set) => ["--set", set]);
    const ended = await breakwater(["run", "flash-crash", "--seed", String(seed), ...words, "--out", join(folder, "alone"), "--json"]);
    expect(JSON.parse(ended.stdout).digest).toBe(digest);
  });

  test("the worst run is made again from the scenario that stands there", async () => {
    const { worst } = JSON.parse(await readFile(join(whole, "analysis.json"), "utf8"));
    const [[digest] = []] = await rowsOf(whole, `SELECT digest FROM runs WHERE run = ${worst.run}`);
    const ended = await breakwater(["run", join(whole, "worst-run.json"), "--out", join(folder, "worst"), "--json"]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ digest, seed: worst.seed });
  });

  test("so is one along a file of bars, from the sweep's directory wherever it is", async () => {
    const rows = [100, 105, 120].map((open) => [open, open + 10, open - 20, open + 5]);
    await writeFile(join(folder, "minutes.csv"), barsCsv(rows));
    const { start: _, duration: __, ...scenario } = scenarioOf([{ from: "minutes.csv", snap: true }]);
    await written("minutes", scenario);
    const out = join(folder, "further/down/minutes");
    const file = await written("along-minutes", { name: "minutes", scenario: "./minutes.json", tables: [] });
    expect(await breakwater(["sweep", file, "--out", out, "--json"])).toMatchObject({ exitCode: 0, stderr: "" });
    const [[digest] = []] = await rowsOf(out, "SELECT digest FROM runs");
    const again = await breakwater(["run", join(out, "worst-run.json"), "--out", join(folder, "along-again"), "--json"]);
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(again.stdout).digest).toBe(digest);
  });

  test("killed at any point and gone on with leaves the same bytes, and no run is done twice", async () => {
    const out = join(folder, "killed");
    let resumed = 0;
    for (const runs of [1, 4, 9]) {
      const child = spawn(
        process.execPath,
        [join(CHECKOUT, "bin/breakwater.js"), "sweep", plan, "--workers", "2", "--out", out, "--resume", "--json"],
        { stdio: "ignore" },
      );
      await killedAfter(child, join(out, "runs"), runs);
    }
    const before = await finished(join(out, "runs"));
    expect(before.length).toBeGreaterThan(1);
    // What a kill may leave of a run half done, and a power loss of two that were done.
    await mkdir(join(out, "runs/.half-1-1"));
    const [short, without] = before as [string, string];
    // A bit that a disk lost, where no size tells of it.
    if (before.length > 2) await turnByte(join(out, "runs", before[2] as string, "curves.parquet"), 200);
    await writeFile(join(out, "runs", short, "result.json"), "");
    await rm(join(out, "runs", without, "funds.parquet"));
    const refused = await breakwater(["query", out, "SELECT 1"]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--resume") });
    const ended = await breakwater(["sweep", plan, "--workers", "2", "--out", out, "--resume", "--json"]);
    expect(ended.exitCode).toBe(0);
    resumed = JSON.parse(ended.stdout).resumed;
    expect(resumed).toBe(before.length - Math.min(before.length, 3));
    expect(await tablesOf(out)).toEqual(await tablesOf(whole));
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with a line that says how to go on, and nothing in the way", async (signal) => {
    const out = join(folder, signal);
    const words = ["sweep", plan, "--workers", "2", "--out", out, "--json"];
    const child = spawn(process.execPath, [join(CHECKOUT, "bin/breakwater.js"), ...words], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await killedAfter(child, join(out, "runs"), 2, signal);
    expect(child.signalCode).toBe(signal);
    expect(stderr).toBe(`breakwater: interrupted: ${out} keeps what is done, and the same command with --resume goes on\n`);
    expect(await readdir(out)).not.toContain("sweep.lock");
    expect(await breakwater([...words, "--resume"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await tablesOf(out)).toEqual(await tablesOf(whole));
  });

  test("a run that fails is recorded with its error and seed, and the rest goes on", async () => {
    const file = await written("failing", {
      ...PLAN,
      replications: 1,
      factors: [{ path: "population.accounts", values: [1, 100] }],
      tables: ["liquidations"],
    });
    const out = join(folder, "failing");
    const ended = await breakwater(["sweep", file, "--out", out, "--json"]);
    expect(ended.exitCode).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ runs: 2, failed: 1 });
    expect(ended.stderr).toMatch(/^breakwater: 1 of 2 runs failed: run 0: population\.accounts: .*got 1\n$/);
    const rows = await rowsOf(out, 'SELECT seed > 0, error IS NULL, digest IS NULL, "trades" IS NULL FROM runs ORDER BY run');
    expect(rows).toEqual([
      [true, false, true, true],
      [true, true, false, false],
    ]);
    expect(Object.keys(await tablesOf(out))).toEqual(
      [
        "adl_burden",
        "assets",
        "cascade_sizes",
        "curves",
        "estimates",
        "instruments",
        "liquidation_map",
        "liquidations",
        "runs",
        "settings",
      ].map((name) => `${name}.parquet`),
    );
  });

  test("TIME-3 its report is the same bytes for the same sweep, and is made again by `report`, as long as the sweep is done", async () => {
    const out = join(folder, "again.html");
    expect(await breakwater(["report", whole, "--out", out])).toMatchObject({ exitCode: 0, stdout: `${out}\n` });
    expect((await readFile(out)).equals(await readFile(join(whole, "report.html")))).toBe(true);
    const without = join(folder, "without");
    await cp(whole, without, { recursive: true });
    for (const table of ["curves", "adl_burden"]) await rm(join(without, `${table}.parquet`));
    expect(await breakwater(["report", without])).toEqual({
      ...{ exitCode: 0, stdout: `${join(without, "report.html")}\n` },
      stderr: `report: curves.parquet, adl_burden.parquet are not in ${without}: the charts that take them are empty\n`,
    });
    const half = join(folder, "half");
    await mkdir(half);
    await writeFile(join(half, "sweep.json"), '{"kind":"sweep","complete":false}');
    expect(await breakwater(["report", half])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(/^breakwater: .*this sweep is not done.*\n$/),
    });
    expect(await readdir(half)).toEqual(["sweep.json"]);
  });

  test("runs of other ticks are told apart in natural units", async () => {
    const file = await written("ticks", {
      ...PLAN,
      replications: 1,
      factors: [{ path: "instruments.0.tickSize", values: ["0.1", "0.5"] }],
      tables: ["marks"],
    });
    const out = join(folder, "ticks");
    expect(await breakwater(["sweep", file, "--out", out, "--json"])).toMatchObject({ exitCode: 0 });
    const rows = await rowsOf(out, "SELECT run, max(mark) BETWEEN 100000 AND 140000 FROM marks_natural GROUP BY run ORDER BY run");
    expect(rows).toEqual([
      [0, true],
      [1, true],
    ]);
  });
});

describe("sequential stopping", () => {
  const RULE = { metric: "trades", halfWidth: 0.04, most: 13 };

  test("ends each setting by itself, on the same replications with one worker as with three, and after a kill", async () => {
    const file = await written("stopping", {
      ...{ ...PLAN, name: "stopping", tables: ["liquidations"], stopping: RULE },
      factors: [{ path: "population.accounts", values: [200, 400] }],
    });
    const runsOf = async (out: string) =>
      rowsOf(out, "SELECT setting, count(*), max(replication) FROM runs GROUP BY setting ORDER BY setting");
    const [one, three, killed] = ["stop-1", "stop-3", "stop-killed"].map((name) => join(folder, name)) as [string, string, string];
    const ended = await breakwater(["sweep", file, "--workers", "1", "--out", one, "--json"]);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    const runs = await runsOf(one);
    expect(runs.every(([, count, last]) => count === Number(last) + 1 && Number(count) >= 10)).toBe(true);
    expect(JSON.parse(ended.stdout).runs).toBe(runs.reduce((sum, [, count]) => sum + Number(count), 0));
    await breakwater(["sweep", file, "--workers", "3", "--out", three, "--json"]);
    expect(await tablesOf(three)).toEqual(await tablesOf(one));
    const words = ["sweep", file, "--workers", "2", "--out", killed];
    const child = spawn(process.execPath, [join(CHECKOUT, "bin/breakwater.js"), ...words], { stdio: "ignore" });
    await killedAfter(child, join(killed, "runs"), 5);
    expect(await breakwater(["sweep", file, "--workers", "2", "--out", killed, "--resume", "--json"])).toMatchObject({ exitCode: 0 });
    expect(await tablesOf(killed)).toEqual(await tablesOf(one));
    const analysis = JSON.parse(await readFile(join(one, "analysis.json"), "utf8"));
    expect(analysis.settings.map(({ stopping }: { stopping: { status: string } }) => stopping.status)).toEqual(["most", "reached"]);
    expect(await readFile(join(three, "analysis.json"))).toEqual(await readFile(join(one, "analysis.json")));
  });
});

describe("what is refused", () => {
  test("a directory that exists, without --resume; with it one that is no sweep's", async () => {
    expect(await breakwater(["sweep", plan, "--out", whole, "--json"])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("pass --resume"),
    });
    const mine = join(folder, "mine");
    await mkdir(mine);
    await writeFile(join(mine, "thesis.txt"), "years of work");
    const ended = await breakwater(["sweep", plan, "--out", mine, "--resume", "--json"]);
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not the directory of a sweep") });
    expect(await readdir(mine)).toEqual(["thesis.txt"]);
  });

  test("a place that takes no directory, before anything is run", async () => {
    for (const out of ["/proc/nowhere/deeper", "/proc/nowhere"])
      expect(await breakwater(["sweep", plan, "--out", out, "--json"])).toEqual({
        ...{ exitCode: 2, stdout: "" },
        stderr: `breakwater: ${out}: cannot be written: ENOENT\n`,
      });
  });

  test("to go on with a plan that changed, saying what", async () => {
    const longer = await written("longer", { ...PLAN, replications: 4 });
    const ended = await breakwater(["sweep", longer, "--out", whole, "--resume", "--json"]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ended.stderr).toContain("cannot be resumed: plan.replications was 3 and is 4");
  });

  test("to go on after a change of the scenario's file, of a file of bars, or of the version, saying what; unchanged it goes on", async () => {
    const bars = (last: number) =>
      barsCsv([
        [100, 110, 90, 105],
        [105, 120, 80, last],
      ]);
    const { start: _, duration: __, ...scenario } = scenarioOf([{ from: "bars.csv", snap: true }], { record: { samples: "1m" } });
    const own = await written("own", scenario);
    await writeFile(join(folder, "bars.csv"), bars(85));
    const out = join(folder, "along-bars");
    const words = ["sweep", await written("along", { name: "along", scenario: "./own.json", tables: [] }), "--out", out, "--json"];
    expect(await breakwater(words)).toMatchObject({ exitCode: 0, stderr: "" });
    const file = join(out, "sweep.json");
    const before = await readFile(file, "utf8");
    const resumed = () => breakwater([...words, "--resume"]);
    expect(JSON.parse((await resumed()).stdout)).toMatchObject({ runs: 1, resumed: 1 });
    const refused = async (what: RegExp) => {
      const ended = await resumed();
      expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ended.stderr).toMatch(what);
    };

    await written("own", { ...scenario, record: { samples: "2m" } });
    await refused(/cannot be resumed: scenario\.record\.samples was "1m" and is "2m": resume with what it was/);
    await writeFile(own, JSON.stringify(scenario));

    // Of the same length, and nothing else than a price within the bars differs.
    await writeFile(join(folder, "bars.csv"), bars(86));
    await refused(/cannot be resumed: files\.\S*bars\.csv was "[0-9a-f]{32,}.* and is "[0-9a-f]{32,}/);
    await writeFile(join(folder, "bars.csv"), bars(85));

    await writeFile(file, before.replace(/"breakwater": "[^"]*"/, '"breakwater": "0.0.1"'));
    await refused(/cannot be resumed: breakwater was "0\.0\.1" and is "\d/);
    await writeFile(file, before);

    expect(await resumed()).toMatchObject({ exitCode: 0 });
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("a plan that is wrong, before anything is written", async () => {
    const stopping = await written("stopping", { ...PLAN, stopping: { metric: "fund.maxDrawdown", halfWidth: 1, most: 2 } });
    const out = join(folder, "nothing");
    expect(await breakwater(["sweep", stopping, "--out", out])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("stopping.most"),
    });
    expect(await breakwater(["sweep", plan, "--workers", "0", "--out", out])).toMatchObject({ exitCode: 2 });
    expect(await readdir(folder)).not.toContain("nothing");
  });
});

test("check tells a plan from a scenario, and schema has one", async () => {
  expect((await breakwater(["check", plan])).stdout).toBe(
    `${plan}: valid plan: tiny, 4 settings × 3 replications = 12 runs of flash-crash, seed 1\n`,
  );
  expect(JSON.parse((await breakwater(["check", plan, "--json"])).stdout)).toMatchObject({ kind: "plan", valid: true, runs: 12 });
  const schema = JSON.parse((await breakwater(["schema", "plan"])).stdout);
  expect(schema.required).toEqual(["name", "scenario"]);
});

async function finished(runs: string): Promise<string[]> {
  return (await readdir(runs).catch((): string[] => [])).filter((name) => !name.startsWith("."));
}

/** Inverts one byte of a file. */
async function turnByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = 255 - (bytes[at] as number);
  await writeFile(file, bytes);
}

/** Ends a process, without warning unless told otherwise, when so many runs are done, or it has ended. */
async function killedAfter(child: ChildProcess, runs: string, count: number, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  const ended = once(child, "close");
  while (child.exitCode === null && (await finished(runs)).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill(signal);
  await ended;
}
