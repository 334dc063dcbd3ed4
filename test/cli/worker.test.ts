/** `breakwater sweep --queue` and `breakwater worker` from the outside, on a PostgreSQL of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { breakwater, CHECKOUT, type Ended } from "../checkout.ts";
import { execute, freePort, rowsOf, startDatabase, startServer, type TestDatabase } from "../lab/queue/postgres.ts";

const PLAN = {
  name: "tiny",
  scenario: "flash-crash",
  set: {
    duration: "2m",
    "shock.waypoints": [{ at: "1m", change: -0.15 }],
    "population.accounts": 100,
    "agents.0.count": 2,
    "agents.1.count": 1,
    "agents.2.count": 5,
    "record.samples": "1m",
  },
  replications: 4,
  factors: [{ path: "pools.perpetual/BTC/USDT.seedCapital", values: ["1000", "100000"] }],
};

let folder = "";
let plan = "";
let whole = "";
let database: TestDatabase;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-worker-test-"));
  plan = await written("plan", PLAN);
  whole = join(folder, "whole");
  database = await startDatabase();
  expect(await breakwater(["sweep", plan, "--workers", "2", "--out", whole, "--json"])).toMatchObject({ exitCode: 0 });
});
afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
  // What a failed test left would be the next one's work.
  const isUsed = (await count("pg_namespace WHERE nspname = 'breakwater'")) > 0;
  if (isUsed) await execute(database.url, "TRUNCATE breakwater.sweep, breakwater.worker CASCADE");
});
afterAll(async () => {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

async function written(name: string, content: unknown): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(content));
  return file;
}

/** A process that is going on. */
interface Going {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

function begin(words: readonly string[], { program = CHECKOUT, url = database.url } = {}): Going {
  const child = spawn(process.execPath, [join(program, "bin/breakwater.js"), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, BREAKWATER_QUEUE: url },
  });
  started.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(() => ({ exitCode: child.exitCode, stdout, stderr }));
  return {
    child,
    ended,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const worker = (...words: string[]) => begin(["worker", "--workers", "1", "--json", ...words]);
/** Ends a worker as service managers do; what it says at the end. */
async function stopped(one: Going): Promise<{ runs: number; jobs: number; undone: number; givenBack: number }> {
  one.child.kill("SIGTERM");
  const ended = await one.ended;
  expect(ended).toMatchObject({ exitCode: 0 });
  return JSON.parse(ended.stdout);
}

const driver = (file: string, out: string, ...words: string[]) => begin(["sweep", file, "--queue", "--out", out, "--json", ...words]);

async function count(sql: string): Promise<number> {
  const [row] = await rowsOf(database.url, `SELECT count(*)::integer AS count FROM ${sql}`).catch(() => []);
  return Number(row?.["count"] ?? 0);
}
const results = () => count("breakwater.run_result");
const jobsAtWork = () => count("breakwater_jobs.job WHERE state = 'active'");

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** All that a sweep leaves but `sweep.json`, which has the clock in it. */
async function filesOf(directory: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(directory)).filter((name) => name !== "sweep.json").sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)));
}

async function expectNothingLeft(): Promise<void> {
  for (const table of ["sweep", "queued_run", "run_result", "run_file", "input_file"]) expect(await count(`breakwater.${table}`)).toBe(0);
  expect(await count("breakwater_jobs.job")).toBe(0);
  expect(await count("breakwater_jobs.queue WHERE name LIKE 'sweep-%'")).toBe(0);
}

describe("many workers", () => {
  test("three killed with -9 in the middle lose nothing and double nothing", async () => {
    const out = join(folder, "killed");
    const sweep = driver(plan, out);
    const workers = [worker(), worker(), worker()];
    const restarted = async () =>
      Number((await rowsOf(database.url, "SELECT max(retry_count) AS lost FROM breakwater_jobs.job"))[0]?.["lost"]);
    await until(async () => (await jobsAtWork()) === 3);
    await workers[0]?.kill();
    await until(async () => (await results()) >= 2);
    await workers[1]?.kill();
    const last = worker();
    await until(async () => (await results()) >= 3);
    await workers[2]?.kill();
    await until(async () => (await restarted()) > 0);
    expect((await sweep.ended).stderr).toBe("");
    expect(JSON.parse((await sweep.ended).stdout)).toMatchObject({ runs: 8, failed: 0, resumed: 0 });
    expect(await filesOf(out)).toEqual(await filesOf(whole));
    await stopped(last);
    await expectNothingLeft();
  });

  test("a driver killed with -9 and resumed takes what was done, and queues nothing twice", async () => {
    const out = join(folder, "resumed");
    const first = driver(plan, out);
    const own = worker();
    await until(async () => (await results()) >= 2);
    await first.kill();
    const queued = await count("breakwater.queued_run");
    const sweeps = await rowsOf(database.url, "SELECT id FROM breakwater.sweep");
    expect(sweeps.length).toBe(1);
    // The worker goes on with what is queued.
    await until(async () => (await results()) === queued);
    const jobs = await count("breakwater_jobs.job");
    expect(queued).toBe(8);
    const second = driver(plan, out, "--resume");
    const ended = await second.ended;
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(jobs).toBe(8);
    expect(await filesOf(out)).toEqual(await filesOf(whole));
    // No run was done twice.
    expect(await stopped(own)).toMatchObject({ runs: 8, jobs: 8 });
    await expectNothingLeft();
  });

  test("two sweeps at once do not mix, though they share runs", async () => {
    const other = await written("other", { ...PLAN, name: "other", replications: 2, tables: ["liquidations"] });
    const alone = join(folder, "other-alone");
    expect(await breakwater(["sweep", other, "--out", alone, "--json"])).toMatchObject({ exitCode: 0 });
    const [first, second] = [driver(plan, join(folder, "first")), driver(other, join(folder, "second"))];
    await until(async () => (await count("breakwater.sweep")) === 2);
    const own = begin(["worker", "--workers", "2", "--json", "--idle-exit", "3"]);
    // A machine with much to do may take longer to start the worker than a sweep waits before it says that there is none.
    const stderr = expect.stringMatching(/^([^\n]*: no worker at [^\n]*\n)*$/);
    expect(await first.ended).toMatchObject({ exitCode: 0, stderr });
    expect(await second.ended).toMatchObject({ exitCode: 0, stderr });
    expect(await filesOf(join(folder, "first"))).toEqual(await filesOf(whole));
    expect(await filesOf(join(folder, "second"))).toEqual(await filesOf(alone));
    expect(JSON.parse((await own.ended).stdout)).toMatchObject({ runs: 12, undone: 0, givenBack: 0 });
    await expectNothingLeft();
  });

  test("SIGTERM ends a worker cleanly: what it does not finish is another's", async () => {
    const out = join(folder, "terminated");
    const sweep = driver(plan, out);
    const first = worker();
    await until(async () => (await results()) >= 1 && (await jobsAtWork()) === 1);
    first.child.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ exitCode: 0 });
    expect(await jobsAtWork()).toBe(0);
    expect(await count("breakwater.worker")).toBe(0);
    const second = worker();
    expect(await sweep.ended).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await first.ended).stdout).runs + (await stopped(second)).runs).toBe(8);
    expect(await filesOf(out)).toEqual(await filesOf(whole));
  });
});

test("a database that restarts twice in the middle loses nothing and doubles nothing", async () => {
  const server = await startServer();
  try {
    const out = join(folder, "restarted");
    const { url } = server;
    const ended = async () => {
      const [row] = await rowsOf(url, "SELECT count(*)::integer AS count FROM breakwater.run_result").catch(() => []);
      return Number(row?.["count"] ?? 0);
    };
    const sweep = begin(["sweep", plan, "--queue", "--out", out, "--json"], { url });
    const workers = [0, 1].map(() => begin(["worker", "--workers", "1", "--json"], { url }));
    await until(async () => (await ended()) >= 1);
    await server.restart(0);
    await until(async () => (await ended()) >= 4);
    await server.restart(1500);
    expect(await sweep.ended).toMatchObject({ exitCode: 0 });
    expect(await filesOf(out)).toEqual(await filesOf(whole));
    const outcomes = await Promise.all(workers.map(stopped));
    // Of one whose word of success was lost the job may have been sent twice.
    expect(outcomes.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThanOrEqual(8);
    expect(await rowsOf(url, "SELECT 1 FROM breakwater.sweep")).toEqual([]);
    expect(await rowsOf(url, "SELECT 1 FROM breakwater_jobs.job")).toEqual([]);
  } finally {
    for (const child of started) child.kill("SIGKILL");
    await server.stop();
  }
});

describe("runs", () => {
  test("whose workers vanish six times are given up, and done by --resume", async () => {
    const out = join(folder, "vanishing");
    const small = await written("vanishing", { ...PLAN, replications: 1, factors: [] });
    const sweep = driver(small, out);
    for (let time = 0; time < 6; time++) {
      const one = worker();
      await until(async () => (await jobsAtWork()) === 1);
      await one.kill();
      expect(await count(`breakwater_jobs.job WHERE state = 'active' AND retry_count = ${time}`)).toBe(1);
      // As if it had not been renewed for as long as it takes.
      await execute(database.url, "UPDATE breakwater_jobs.job SET started_on = started_on - interval '1 minute' WHERE state = 'active'");
      await until(async () => (await jobsAtWork()) === 0);
    }
    const last = worker();
    const ended = await sweep.ended;
    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toMatch(
      /could not be done: run 0, seed \d+: its worker vanished 6 times: perhaps it needs more memory than there is; .*--resume tries these again\n$/,
    );
    expect(await driver(small, out, "--resume").ended).toMatchObject({ exitCode: 0 });
    expect(await stopped(last)).toMatchObject({ runs: 1, undone: 1 });
    await expectNothingLeft();
  });

  test("that fail by their own doing are results, and the files of shocks travel with the sweep", async () => {
    const bars = join(folder, "bars.csv");
    const start = Date.UTC(2025, 0, 1);
    const rows = Array.from({ length: 240 }, (_, bar) => `${start + 60_000 * bar},${[100, 101, 93, 100 - (bar % 7)].join(",")},10`);
    await writeFile(bars, `timestamp,open,high,low,close,volume\n${rows.join("\n")}\n`);
    const file = await written("bars", {
      ...PLAN,
      name: "bars",
      replications: 1,
      set: {
        ...PLAN.set,
        start: "2025-01-01T00:00:00Z",
        shock: { generate: "bootstrap", bars, block: "5m", startPrice: "100000" },
      },
      factors: [{ path: "population.accounts", values: [1, 200] }],
    });
    const alone = join(folder, "bars-alone");
    expect(await breakwater(["sweep", file, "--out", alone, "--json"])).toMatchObject({ exitCode: 1 });
    const sweep = driver(file, join(folder, "bars-queued"));
    await until(async () => (await count("breakwater.queued_run")) === 2);
    // The driver has read it; workers on other machines never had it.
    await rm(bars);
    const own = worker();
    const ended = await sweep.ended;
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/1 of 2 runs failed: run 0: population\.accounts: .*got 1\n$/);
    expect(await filesOf(join(folder, "bars-queued"))).toEqual(await filesOf(alone));
    await stopped(own);
  });

  test("that cannot be done are tried again, and reported when that does not help", async () => {
    const out = join(folder, "impossible");
    const small = await written("small", { ...PLAN, replications: 1, factors: [] });
    const sweep = driver(small, out);
    const nowhere = join(folder, "nowhere");
    await mkdir(nowhere);
    const child = spawn(process.execPath, [join(CHECKOUT, "bin/breakwater.js"), "worker", "--workers", "1"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, BREAKWATER_QUEUE: database.url, TMPDIR: nowhere },
    });
    started.add(child);
    // A file where the runs' directories are to be made, as a disk that fails.
    await until(async () => (await readdir(nowhere)).length > 0);
    const [own] = await readdir(nowhere);
    await rm(join(nowhere, own as string), { recursive: true });
    await writeFile(join(nowhere, own as string), "");
    const ended = await sweep.ended;
    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toMatch(/could not be done: run 0, seed \d+: .*ENOTDIR.*--resume tries these again\n$/);
    child.kill("SIGKILL");
    const again = worker();
    expect(await driver(small, out, "--resume").ended).toMatchObject({ exitCode: 0 });
    await stopped(again);
  });
});

describe("what is refused", () => {
  test("runs by a worker of another version, which says why; the driver says who refuses; another does them", async () => {
    const other = join(folder, "other-version");
    await mkdir(other);
    for (const name of ["dist", "bin"]) await cp(join(CHECKOUT, name), join(other, name), { recursive: true });
    await symlink(join(CHECKOUT, "node_modules"), join(other, "node_modules"));
    const manifest = JSON.parse(await readFile(join(CHECKOUT, "package.json"), "utf8"));
    await writeFile(join(other, "package.json"), JSON.stringify({ ...manifest, version: "99.0.0" }));
    const foreign = begin(["worker", "--workers", "1"], { program: other });
    const small = await written("version", { ...PLAN, replications: 1, factors: [] });
    await until(async () => (await count("breakwater.worker WHERE version = '99.0.0'")) === 1);
    const sweep = driver(small, join(folder, "version"));
    let told = "";
    sweep.child.stderr?.on("data", (text: string) => {
      told += text;
    });
    await until(async () => told.includes("\n"));
    expect(told).toMatch(/^tiny: workers at postgres:.* are of version 99\.0\.0 and refuse runs of version .*: start `breakwater worker`/);
    expect(told).not.toMatch(/:[^/@]*@/);
    const own = worker();
    expect(await sweep.ended).toMatchObject({ exitCode: 0 });
    await stopped(own);
    foreign.child.kill("SIGTERM");
    const { stdout, stderr } = await foreign.ended;
    expect(stdout).toMatch(/^runs {4}0 done/);
    expect(stderr.split("\n").filter((line) => line.includes("refused"))).toEqual([
      `worker: runs of sweep tiny refused: they are for version ${manifest.version}, this worker is 99.0.0, and results may differ`,
    ]);
  });

  test("a database that cannot be reached, in one line without the password, and nothing is written", async () => {
    const nobody = `postgres://me:very-secret@127.0.0.1:${await freePort()}/runs`;
    const out = join(folder, "unreachable");
    for (const words of [
      ["sweep", plan, "--queue", nobody, "--out", out],
      ["worker", "--queue", nobody],
    ]) {
      const ended = await breakwater(words);
      expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ended.stderr).toMatch(/^breakwater: --queue: cannot use postgres:\/\/me@127\.0\.0\.1:\d+\/runs: connect ECONNREFUSED .*\n$/);
    }
    // The client's warning of what this mode means would stand before the line.
    const plain = createServer((socket) => socket.once("data", () => socket.end("N"))).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const secured = `postgres://127.0.0.1:${(plain.address() as AddressInfo).port}/runs`;
    const ended = await breakwater(["worker", "--queue", `${secured}?sslmode=require`]);
    plain.close();
    expect(ended).toEqual({
      ...{ exitCode: 2, stdout: "" },
      stderr: `breakwater: --queue: cannot use ${secured}: The server does not support SSL connections\n`,
    });
    const wrong = new URL(database.url);
    // Not the password alone: a server that BREAKWATER_TEST_POSTGRES names may trust whoever it knows.
    wrong.username = "nobody-here";
    wrong.password = "very-secret";
    const refused = await breakwater(["worker"], { environment: { BREAKWATER_QUEUE: wrong.href } });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("BREAKWATER_QUEUE: cannot use postgres://") });
    expect(refused.stderr).not.toContain("very-secret");
    expect(await readdir(folder)).not.toContain("unreachable");
  });

  test("no URL, something else than one, --workers beside --queue", async () => {
    const refused = async (words: readonly string[], line: string) => {
      const ended = await breakwater(words, { environment: { BREAKWATER_QUEUE: "" } });
      expect(ended).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(line) });
    };
    await refused(["worker"], "--queue: expected postgres://");
    await refused(["worker", "--queue", "https://me:very-secret@host/"], "--queue: expected postgres://");
    await refused(["worker", "--queue", "postgres://host/x", "--idle-exit", "soon"], "expected seconds");
    await refused(["sweep", plan, "--queue", "postgres://host/x", "--workers", "2"], "--workers: expected none beside --queue");
  });
});
