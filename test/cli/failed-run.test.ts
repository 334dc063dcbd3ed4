/** A run that fails in the midst: what is kept of it, and what each command makes of that. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { AgentDefinition, MadeAgent } from "../../agents/definition.ts";
import { AGENTS } from "../../agents/registry.ts";
import { registerAudit } from "../../cli/audit.ts";
import { registerQuery } from "../../cli/query.ts";
import { registerReport } from "../../cli/report.ts";
import { registerRun } from "../../cli/run.ts";
import { Ledger } from "../../sim/clearing/ledger.ts";
import { Table } from "../../sim/kernel/table.ts";
import { SMALL_RUN } from "../small-run.ts";
import { runCommand } from "./captured.ts";

const SMALL = SMALL_RUN.flatMap((setting) => ["--set", setting]);
/** Of the noise traders, the third throws when it looks at the market for the sixtieth time. */
const FAILING = { name: "noise-trader/1.3", looks: 60 };

let folder = "";
let failed = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-failed-"));
  failed = join(folder, "failed");
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]) => runCommand(registerRun, "run", "flash-crash", ...SMALL, ...words);
const readManifest = async (directory: string) => JSON.parse(await readFile(join(directory, "manifest.json"), "utf8"));

function letTraderFail(message: string): void {
  const definition = AGENTS["noise-trader"] as AgentDefinition<never>;
  const make = definition.make.bind(definition);
  let made = 0;
  vi.spyOn(definition, "make").mockImplementation((parameters, context): MadeAgent => {
    const one = make(parameters, context);
    made += 1;
    if (made !== 3) return one;
    let looks = 0;
    const wake: MadeAgent["agent"]["wake"] = (market, desk) => {
      looks += 1;
      if (looks === FAILING.looks) throw new Error(message);
      one.agent.wake(market, desk);
    };
    return { ...one, agent: { wake, receive: (given) => one.agent.receive(given) } };
  });
}

describe("an agent that throws", () => {
  test("TIME-1: stops the run in one line with agent, seed, event and time; exit code 1", async () => {
    letTraderFail("out of ideas,\nand of lines");
    const ended = await run("--out", failed, "--json");
    expect(ended).toMatchObject({ exitCode: 1, output: "" });
    expect(ended.line).toMatch(
      /^breakwater: scenario flash-crash, seed 7, event \d+ at \d+ µs: agent noise-trader\/1\.3 failed at \d+ µs: out of ideas, and of lines \(what it recorded until then is in .*failed, marked incomplete\)$/,
    );
    const manifest = await readManifest(failed);
    expect(manifest).toMatchObject({ complete: false, seed: 7, scenario: { name: "flash-crash" }, failure: { agent: FAILING.name } });
    expect(manifest.failure.message).toContain(`event ${manifest.failure.event} at`);
    expect(manifest.digest).toMatch(/^[0-9a-f]{32}$/);
    const files = await readdir(failed);
    expect(files).toEqual(expect.arrayContaining(["trades.parquet", "marks.parquet", "accounts.parquet", "liquidations.parquet"]));
    expect(files.filter((file) => !file.endsWith(".parquet"))).toEqual(["manifest.json"]);
  });

  test("query reads what was recorded until then", async () => {
    const sql = "select (select max(time) from marks_natural) as last, (select count(*) from accounts) as accounts";
    const ended = await runCommand(registerQuery, "query", failed, sql, "--json");
    expect(ended).toMatchObject({ exitCode: 0, line: null });
    const [row] = JSON.parse(ended.output);
    const { failure } = await readManifest(failed);
    expect(Number(row.accounts)).toBeGreaterThan(2_000);
    const sinceMs = Date.parse(failure.time) - Date.parse(row.last);
    expect(sinceMs).toBeGreaterThanOrEqual(0);
    expect(sinceMs).toBeLessThan(1_000);
  });

  test.each([
    ["report", registerReport],
    ["audit", registerAudit],
  ] as const)("%s refuses it in one line that says why", async (command, register) => {
    const before = await readdir(failed);
    const ended = await runCommand(register, command, failed);
    expect(ended).toMatchObject({ exitCode: 2, output: "" });
    expect(ended.line).toMatch(
      /failed: incomplete: only `query` reads it \(the run failed, scenario flash-crash, seed 7, .*noise-trader\/1\.3/,
    );
    expect(ended.line).not.toContain("\n");
    expect(await readdir(failed)).toEqual(before);
  });

  test("the directory is kept from the next run, and given up with --overwrite to a complete one", async () => {
    expect(await run("--out", failed)).toMatchObject({ exitCode: 2, line: expect.stringContaining("exists already") });
    expect(await run("--out", failed, "--overwrite", "--quiet")).toMatchObject({ exitCode: 0, line: null });
    expect(await readManifest(failed)).toMatchObject({ complete: true });
    expect(await readdir(failed)).toEqual(expect.arrayContaining(["summary.json", "report.html"]));
    expect(await readManifest(failed)).not.toHaveProperty("failure");
  });

  test("where nothing can be kept any more, the failure is told all the same", async () => {
    letTraderFail("out of ideas");
    vi.spyOn(Table.prototype, "words").mockImplementation(() => {
      throw new Error("no space left");
    });
    const out = join(folder, "unkept");
    const ended = await run("--out", out, "--quiet");
    expect(ended.exitCode).toBe(1);
    expect(ended.line).toMatch(
      /noise-trader\/1\.3.*out of ideas \(what it recorded until then could not be kept in .*unkept: no space left\)$/,
    );
    expect(await readdir(folder)).not.toContain("unkept");
  });
});

test("CONS-2: a broken invariant is kept and told likewise, without an agent", async () => {
  const trade = Ledger.prototype.trade;
  let trades = 0;
  vi.spyOn(Ledger.prototype, "trade").mockImplementation(function (this: Ledger, account, lots, value, fee) {
    trades += 1;
    if (trades === 50) this.accounts.wallet[account] = (this.accounts.wallet[account] as number) + 1;
    return trade.call(this, account, lots, value, fee);
  });
  const out = join(folder, "broken");
  const ended = await run("--out", out, "--quiet");
  expect(ended).toMatchObject({ exitCode: 1, output: "" });
  expect(ended.line).toMatch(
    /seed 7, event \d+ at \d+ µs: CONS-2 violated: .* by 1 quanta \(what it recorded until then is in .*broken, marked/,
  );
  expect(await readManifest(out)).toMatchObject({ complete: false, failure: { agent: null } });
});
