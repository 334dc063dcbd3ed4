/** `breakwater run` from the outside: what it prints, writes and refuses. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerRun } from "../../cli/run.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/index.ts";
import { CHECKOUT } from "../checkout.ts";
import { SMALL_RUN } from "../small-run.ts";
import { runCommand } from "./captured.ts";

const SMALL = SMALL_RUN.flatMap((setting) => ["--set", setting]);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-run-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]) => runCommand(registerRun, "run", ...words);

describe("a run", () => {
  test("prints the summary as JSON alone, and leaves manifest, summary, report and every table", async () => {
    const out = join(folder, "json");
    const ended = await run("flash-crash", ...SMALL, "--out", out, "--json");
    expect(ended).toMatchObject({ exitCode: 0, line: null });
    const summary = JSON.parse(ended.output) as Record<string, unknown>;
    expect(summary).toEqual(JSON.parse(await readFile(join(out, "summary.json"), "utf8")));
    expect(summary).toMatchObject({ scenario: "flash-crash", venue: "bitda-ema", seed: 7, conservation: { violations: 0 } });
    const tables = TABLES.map(({ name }) => `${name}.parquet`).filter((name) => name !== "orders.parquet");
    expect((await readdir(out)).sort()).toEqual([...tables, "manifest.json", "report.html", "summary.json"].sort());
    expect(JSON.parse(await readFile(join(out, "manifest.json"), "utf8"))).toMatchObject({
      formatVersion: TABLE_FORMAT_VERSION,
      seed: 7,
      digest: summary["digest"],
      scenario: { name: "flash-crash", population: { accounts: 2000 } },
    });
  });

  test("can be made again from the scenario in its manifest", async () => {
    const first = join(folder, "original");
    expect(await run("flash-crash", ...SMALL, "--seed", "11", "--out", first, "--quiet")).toMatchObject({ exitCode: 0, output: "" });
    const manifest = JSON.parse(await readFile(join(first, "manifest.json"), "utf8"));
    const scenario = join(folder, "scenario.json");
    await writeFile(scenario, JSON.stringify(manifest.scenario));
    const again = await run(scenario, "--out", join(folder, "again"), "--json");
    expect(JSON.parse(again.output).digest).toBe(manifest.digest);
    // What depends on clock and machine stands in the manifest alone.
    for (const file of ["report.html", "summary.json", "trades.parquet"])
      expect((await readFile(join(folder, "again", file))).equals(await readFile(join(first, file))), file).toBe(true);
  });

  test("prints a short table and says where the report is", async () => {
    const out = join(folder, "table");
    const ended = await run("flash-crash", ...SMALL, "--out", out);
    expect(ended.output).toMatch(/^scenario +flash-crash, venue bitda-ema, seed 7$/m);
    expect(ended.output).toMatch(/^closed by +market \d+, fund \d+, ADL \d+$/m);
    expect(ended.output).toContain(`report: ${join(out, "report.html")}`);
  });
});

describe("what is refused leaves nothing behind", () => {
  test.each([
    ["a scenario that is not there", ["nowhere.json"], /nowhere\.json/],
    ["a negative seed", ["flash-crash", "--seed", "-1"], /seed.*-1/],
    ["a seed that is no number", ["flash-crash", "--seed", "seven"], /seed.*seven/],
    ["a setting that names nothing", ["flash-crash", "--set", "population.acounts=5"], /population.*acounts/],
    ["a negative size", ["flash-crash", "--set", "population.accounts=-5"], /population\.accounts.*-5/],
    ["a start price between two ticks", ["flash-crash", "--set", "shock.startPrice=100000.05"], /shock\.startPrice.*100000\.05/],
    ["one account alone", ["flash-crash", "--set", "population.accounts=1"], /^breakwater: flash-crash: population\.accounts: .* got 1$/],
    [
      "a deposit of less than a quantum",
      ["flash-crash", "--set", "agents.0.deposit=0.0000001"],
      /^breakwater: flash-crash: agents\.0\.deposit: 0\.0000001/,
    ],
    ["a shock file that is not there", ["flash-crash", "--set", 'shock={"from":"nowhere.parquet"}'], /nowhere\.parquet/],
  ])("%s", async (_, words, line) => {
    const out = join(folder, "refused");
    const ended = await run(...words, "--out", out);
    expect(ended.exitCode).toBe(2);
    expect(ended.output).toBe("");
    expect(ended.line?.trim()).toMatch(line);
    expect(ended.line?.trim()).not.toContain("\n");
    expect(await readdir(folder)).not.toContain("refused");
  });

  test("a directory that exists, and with --overwrite one that is no run's", async () => {
    const out = join(folder, "mine");
    await mkdir(out);
    await writeFile(join(out, "thesis.txt"), "years of work");
    const refused = await run("flash-crash", ...SMALL, "--out", out);
    expect(refused).toMatchObject({ exitCode: 2, line: expect.stringContaining("exists already") });
    const still = await run("flash-crash", ...SMALL, "--out", out, "--overwrite");
    expect(still).toMatchObject({ exitCode: 2, line: expect.stringContaining("not the directory of a run") });
    expect(await readdir(out)).toEqual(["thesis.txt"]);
  });

  test("with --overwrite another program's directory, whose manifest.json is no run's", async () => {
    const out = join(folder, "webapp");
    await mkdir(out);
    await writeFile(join(out, "manifest.json"), '{"name":"an app"}');
    expect(await run("flash-crash", ...SMALL, "--out", out, "--overwrite")).toMatchObject({ exitCode: 2 });
    expect(await readdir(out)).toEqual(["manifest.json"]);
  });

  test.each([
    ["an empty name", "", /--out.*empty/],
    ["a file's child", "file.txt/run", /file\.txt.*cannot be written: ENOTDIR/],
    ["a name too long", "x".repeat(250), /cannot be written: ENAMETOOLONG/],
  ])("a place that cannot be written, before anything is simulated: %s", async (_, name, line) => {
    await writeFile(join(folder, "file.txt"), "");
    const ended = await run("flash-crash", "--out", name === "" ? "" : join(folder, name));
    expect(ended).toMatchObject({ exitCode: 2, output: "" });
    expect(ended.line).toMatch(line);
  });

  test.skipIf(process.platform !== "linux")("a file system that takes no directories, within no time", async () => {
    expect(await run("flash-crash", ...SMALL, "--out", "/proc/run")).toMatchObject({
      exitCode: 2,
      output: "",
      line: "breakwater: /proc/run: cannot be written: ENOENT",
    });
  });

  test("with --overwrite a run replaces a run", async () => {
    const out = join(folder, "replaced");
    await run("flash-crash", ...SMALL, "--out", out, "--quiet");
    await writeFile(join(out, "leftover.txt"), "old");
    expect(await run("flash-crash", ...SMALL, "--seed", "8", "--out", out, "--quiet", "--overwrite")).toMatchObject({ exitCode: 0 });
    expect(await readdir(out)).not.toContain("leftover.txt");
    expect(JSON.parse(await readFile(join(out, "manifest.json"), "utf8")).seed).toBe(8);
  });
});

describe("valid scenarios that are hard to count", () => {
  test.each([
    ["a lot worth less than a quantum", ["instruments.0.lotSize=0.000000001", "population.size.median=100"]],
    ["a latency longer than the run", ["agents.0.latency=1d", "agents.2.interval=300d"]],
  ])("%s: runs to its end", async (_, settings) => {
    const venue = JSON.parse(await readFile(join(CHECKOUT, "data/venues/bitda.json"), "utf8"));
    const tiers = [{ upTo: "6400", unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "50" }];
    const words = [
      ...SMALL,
      "--set",
      `instruments=${JSON.stringify([{ ...venue.instruments[0], tiers }])}`,
      "--set",
      "population.accounts=200",
    ];
    for (const setting of settings) words.push("--set", setting);
    const ended = await run("flash-crash", ...words, "--out", join(folder, settings[0]?.split("=")[0] ?? ""), "--json");
    expect(ended.line).toBeNull();
    expect(JSON.parse(ended.output).conservation.violations).toBe(0);
  });
});

describe("an interruption", () => {
  test.each([
    ["while it simulates", (_: string) => delay(2500)],
    ["while it writes", (out: string) => appears(out)],
  ])("%s leaves nothing under the final name, nor beside it", async (_, moment) => {
    const parent = await mkdtemp(join(folder, "interrupted-"));
    const words = ["--import", "tsx", "cli/main.ts", "run", "flash-crash", "--out", join(parent, "run"), "--quiet"];
    const child = spawn(process.execPath, words, { cwd: CHECKOUT, stdio: "ignore" });
    const ended = once(child, "exit");
    await moment(parent);
    child.kill("SIGINT");
    const [code, signal] = await ended;
    expect(code === 130 || signal === "SIGINT").toBe(true);
    expect(await readdir(parent)).toEqual([]);
  });
});

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something lies in a folder: the run has begun to write. */
async function appears(parent: string): Promise<void> {
  // Not the file that rows wait in, whose name is there for an instant when a run begins.
  while (!(await readdir(parent)).some((name) => name.includes(".partial-"))) await delay(5);
}
