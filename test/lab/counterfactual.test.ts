import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerRun } from "../../cli/run.ts";
import { auditRun } from "../../data/audit/audit.ts";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { openRunDirectory, type Summary } from "../../data/store/run-directory.ts";
import { type RunPair, runWithTwin, writeWithTwin } from "../../lab/counterfactual.ts";
import { runExperiment, writeExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { Ledger } from "../../sim/clearing/ledger.ts";
import { runCommand } from "../cli/captured.ts";
import { SMALL_RUN } from "../small-run.ts";

const small = (...sets: string[]) => resolveScenario("flash-crash", { sets: [...SMALL_RUN, ...sets], seed: 3, registries });
const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), "utf8"));

let folder = "";
let directory = "";
let runs: RunPair;
let summary: Summary;
const progress: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-twin-"));
  directory = join(folder, "run");
  const scenario = await small("counterfactual=true");
  runs = await runWithTwin(scenario, (part) => progress.push(part));
  summary = await writeWithTwin(directory, scenario, runs, { version: "0", startedAt: "", wallSeconds: 0 });
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a run with its twin", () => {
  test("CASC-3 TIME-3: the run is the same as without a twin, and the twin is another", async () => {
    const scenario = await small();
    expect(scenario.counterfactual).toBe(false);
    const alone = await runWithTwin(scenario);
    expect(alone.twin).toBeNull();
    expect(runs.base.digest).toBe(alone.base.digest);
    expect(runs.twin?.digest).not.toBe(alone.base.digest);
    // Agents are made anew: the twin of a base run is the twin run alone.
    expect((await runExperiment(scenario, undefined, { liquidationsOffBook: true })).digest).toBe(runs.twin?.digest);
  });

  test("CASC-3: both results stand in the summary, with the table of agreement", async () => {
    const twin = summary.counterfactual;
    if (twin === undefined) throw new Error("no twin");
    expect(await json(directory, "summary.json")).toEqual(summary);
    expect(summary.liquidations.induced).toBeGreaterThan(0);
    expect(summary.adl.events).toBeGreaterThan(0);
    expect(twin).toMatchObject({ liquidationsOffBook: true, funds: [], adl: { events: 0 }, cascades: { count: 0 }, seed: 3 });
    expect(twin.liquidations).toMatchObject({ induced: 0, byPath: { market: 0, fund: 0, adl: 0, house: twin.liquidations.count } });
    const { windowSeconds, both, onlyBase, onlyTwin, byCause } = twin.agreement;
    expect(windowSeconds).toBe(600);
    expect(both.count + onlyBase.count).toBe(summary.liquidations.count);
    expect(both.count + onlyTwin.count).toBe(twin.liquidations.count);
    expect(both.count).toBeGreaterThan(0);
    expect(onlyBase.count).toBeGreaterThan(0);
    expect(byCause.reduce((sum, own) => sum + own.both.count, 0)).toBe(both.count);
    expect(byCause.reduce((sum, own) => sum + own.onlyBase.count, 0)).toBe(onlyBase.count);
  });

  test("CASC-3: the window is the scenario's", async () => {
    const scenario = await small("counterfactual=true", "cascades.window=1s");
    const narrow = await writeWithTwin(join(folder, "narrow"), scenario, runs, { version: "0", startedAt: "", wallSeconds: 0 });
    expect(narrow.counterfactual?.agreement.windowSeconds).toBe(1);
    expect(narrow.counterfactual?.agreement.both.count).toBeLessThan(summary.counterfactual?.agreement.both.count as number);
  });

  test("progress covers both, and never goes back", () => {
    expect(progress.every((part, place) => place === 0 || part >= (progress[place - 1] as number))).toBe(true);
    expect(progress[0]).toBeLessThan(0.01);
    expect(progress.at(-1)).toBe(1);
    expect(progress.filter((part) => part <= 0.5)).toHaveLength(progress.length / 2);
  });

  test("the twin's directory is that of a run: it opens, and the audit finds no difference in either", async () => {
    const inner = join(directory, "counterfactual");
    const opened = await openRunDirectory(inner);
    opened.store.close();
    expect(opened.manifest).toMatchObject({ complete: true, liquidationsOffBook: true, digest: runs.twin?.digest });
    const { agreement: _agreement, ...own } = summary.counterfactual as NonNullable<Summary["counterfactual"]>;
    expect(opened.summary).toEqual(own);
    expect((await json(directory, "manifest.json")).liquidationsOffBook).toBeUndefined();
    for (const one of [directory, inner]) expect((await auditRun(one)).differences, one).toEqual([]);
  });

  test("CASC-3 FUND-3 FUND-4 LIQ-3: whatever a venue does with fund, surplus and parts, its twin leaves its pools alone and its books in order", async () => {
    const fund = 'venue.fund={"settlement":"daily","residual":"pro-rata-profit","feeShare":"0.2"}';
    const sets = [fund, "venue.partialLiquidation=just-enough", "index.interval=5m", "counterfactual=true", "start=2025-10-10T07:45:00Z"];
    const scenario = await small(...sets, "population.entryDeviation=0.2");
    const pair = await runWithTwin(scenario);
    const directory = join(folder, "wild");
    const { counterfactual } = await writeWithTwin(directory, scenario, pair, { version: "0", startedAt: "", wallSeconds: 0 });
    expect(Number(counterfactual?.uncoveredLoss)).toBeGreaterThan(0);
    expect(pair.twin?.record.funds.numbers("available_quanta").every((available) => available === 0)).toBe(true);
    expect((await auditRun(join(directory, "counterfactual"))).differences).toEqual([]);
  });

  test("CASC-3: the audit of a twin notes every liquidation that did not go to the house at once", async () => {
    const sets = ["venue.takeoverAt=mark", "venue.surplusTo=trader", "pools.perpetual/BTC/USDT.seedCapital=0"];
    const scenario = await small(...sets);
    const onTheBook = await runExperiment(scenario);
    const directory = join(folder, "on-the-book");
    const circumstances = { version: "0", startedAt: "", wallSeconds: 0 };
    const { liquidations } = await writeExperiment(directory, scenario, onTheBook, circumstances, { liquidationsOffBook: true });
    const { differences, differenceCount } = await auditRun(directory);
    // The books are in order: it is who closed the positions that is not that of a twin.
    expect(differences.every((difference) => JSON.stringify(difference).includes("CASC-3"))).toBe(true);
    expect(differenceCount).toBeGreaterThan(0);
    expect(differenceCount).toBeLessThanOrEqual(liquidations.count);
  });
});

describe("a failure", () => {
  const run = (name: string) =>
    runCommand(
      registerRun,
      ...["run", "flash-crash", ...SMALL_RUN.flatMap((set) => ["--set", set]), "--set", "counterfactual=true"],
      ...["--out", join(folder, name), "--json"],
    );

  test("of the twin says that it was the twin, and keeps the run", async () => {
    vi.spyOn(Ledger.prototype, "takeIntoHouse").mockImplementation(() => {
      throw new Error("the house is full");
    });
    const ended = await run("failed-twin");
    expect(ended).toMatchObject({ exitCode: 1, output: "" });
    expect(ended.line).toMatch(/scenario flash-crash, seed 7, counterfactual run, event \d+ .*the house is full .*marked incomplete/);
    const outer = await json(folder, "failed-twin", "manifest.json");
    const inner = await json(folder, "failed-twin", "counterfactual", "manifest.json");
    expect(outer).toMatchObject({ complete: false, failure: { message: expect.stringContaining("counterfactual run") } });
    expect(outer.liquidationsOffBook).toBeUndefined();
    expect(inner).toMatchObject({ complete: false, liquidationsOffBook: true });
    expect(inner.digest).not.toBe(outer.digest);
    expect(await readdir(join(folder, "failed-twin"))).not.toContain("summary.json");
  });

  test("of the run itself names no twin, and leaves none", async () => {
    vi.spyOn(Ledger.prototype, "takeOver").mockImplementation(() => {
      throw new Error("nobody takes over");
    });
    const ended = await run("failed-base");
    expect(ended.exitCode).toBe(1);
    expect(ended.line).toMatch(/scenario flash-crash, seed 7, event \d+ .*nobody takes over/);
    expect(await readdir(join(folder, "failed-base"))).not.toContain("counterfactual");
  });
});
