/** Runs by the public face, held against the single steps. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  InputError,
  openResults,
  type Run,
  registries,
  resolveScenario,
  run,
  runExperiment,
  scenarioOf,
  simulate,
  sweep,
} from "../../index.ts";

const TINY = {
  duration: "10m",
  "shock.waypoints": [{ at: "4m", change: -0.15 }],
  "population.accounts": 300,
  "agents.0.count": 2,
  "agents.1.count": 1,
  "agents.2.count": 4,
};
const TINY_SETS = Object.entries(TINY).map(([path, value]) => `${path}=${typeof value === "string" ? value : JSON.stringify(value)}`);

describe("a run", () => {
  let folder = "";
  let kept: Run;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "breakwater-api-"));
    kept = await run("flash-crash", { set: TINY, seed: 5, directory: join(folder, "kept"), report: true });
  });
  afterAll(() => {
    kept.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("TIME-3: has the digest of the single steps, however its fields are set", async () => {
    const scenario = await resolveScenario("flash-crash", { sets: TINY_SETS, seed: 5, registries });
    const { digest } = await runExperiment(scenario);
    expect(kept.digest).toBe(digest);
    expect(kept.scenario).toEqual(scenario);
    expect((await simulate("flash-crash", { set: TINY_SETS, seed: 5 })).digest).toBe(digest);
    // A resolved scenario is one too, and its seed can be replaced.
    expect((await simulate(kept.scenario)).digest).toBe(digest);
    expect((await simulate(kept.scenario, { seed: 6 })).digest).not.toBe(digest);
  });

  test("leaves what the command leaves, and can be opened again", async () => {
    expect(readdirSync(join(folder, "kept"))).toEqual(
      expect.arrayContaining(["manifest.json", "report.html", "summary.json", "trades.parquet"]),
    );
    expect(JSON.parse(await readFile(join(folder, "kept", "summary.json"), "utf8"))).toEqual(kept.summary);
    const opened = await openResults(join(folder, "kept"));
    expect(opened.tables).toEqual(kept.tables);
    expect((await opened.charts()).map(({ name }) => name)).toContain("fund");
    opened.close();
  });

  test("gives rows as numbers to compute with, or exactly", async () => {
    const sql =
      "SELECT sum(notional) AS notional, count(*) AS number, min(trigger_time) AS first, [1.5::DECIMAL(4, 2)] AS list FROM liquidations_natural";
    const [near] = await kept.rows(sql);
    const [exact] = await kept.rows(sql, { exact: "text" });
    expect(near?.["number"]).toBe(kept.summary.liquidations.count);
    expect(exact?.["notional"]).toBe(kept.summary.liquidations.notional);
    expect(near?.["notional"]).toBe(Number(kept.summary.liquidations.notional));
    expect(near?.["first"]).toMatch(/^2025-10-10T\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(near?.["list"]).toEqual(["1.5"]);
    const table = await kept.arrow("SELECT liquidation, side FROM liquidations ORDER BY liquidation");
    expect(table.numRows).toBe(kept.summary.liquidations.count);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(["liquidation", "side"]);
  });

  test("refuses bad SQL, a directory that is taken and fields that are wrong, each in one line", async () => {
    await expect(kept.rows("DROP TABLE trades")).rejects.toThrow(InputError);
    await expect(run("flash-crash", { directory: join(folder, "kept") })).rejects.toThrow(/exists already/);
    await expect(scenarioOf("flash-crash", { set: { "population.accounts": -1 } })).rejects.toThrow(/^set: population\.accounts: expected/);
    await expect(scenarioOf("flash-crash", { seed: -1 })).rejects.toThrow(/^seed: seed: expected|^seed: expected/);
    await expect(scenarioOf("no-such")).rejects.toThrow(/expected a file or a bundled scenario/);
    await expect(scenarioOf([] as never)).rejects.toThrow("scenario: expected a name, a file or an object, got []");
    const misspelt = { seeed: 99 };
    await expect(run("flash-crash", misspelt as never)).rejects.toThrow(/^options: expected one of set, seed, .*report, got "seeed"$/);
    await expect(simulate("flash-crash", { report: true } as never)).rejects.toThrow(/^options: expected one of .*, got "report"$/);
    await expect(sweep("quick", { wrokers: 9 } as never)).rejects.toThrow(
      /^options: expected one of directory, workers, .*, got "wrokers"$/,
    );
    await expect(openResults(join(folder, "nothing"))).rejects.toThrow(InputError);
  });
});

test("without a directory, tables are in a temporary folder until the run is closed", async () => {
  const temporary = await run("flash-crash", { set: TINY });
  expect(temporary.directory.startsWith(join(tmpdir(), "breakwater-"))).toBe(true);
  expect(readdirSync(temporary.directory)).toContain("trades.parquet");
  temporary.close();
  expect(() => readdirSync(join(temporary.directory, ".."))).toThrow("ENOENT");
});
