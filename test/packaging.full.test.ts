import { access, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Digest } from "../sim/kernel/digest.ts";
import { CHECKOUT, deno, type Ended, node, npm, npx } from "./checkout.ts";
import { SMALL_RUN } from "./small-run.ts";

const DEV_ONLY = ["typescript", "vitest", "deno", "playwright-core", "decimal.js", "fast-check", "tsx"];
const SCRIPT = `
  import * as face from "breakwater";
  import { Digest } from "breakwater/sim";
  const digest = new Digest();
  digest.text("packed");
  console.log(JSON.stringify({ hex: digest.hex(), same: face.Digest === Digest }));
`;
const CONSUMER = `
  import { formatWhole, InputError, openStore, type ResolvedScenario, resolveScenario, type Store, type TableSchema, TABLES } from "breakwater";
  import { Digest } from "breakwater/sim";
  const hex: string = new Digest().hex();
  const schema: TableSchema | undefined = TABLES[0];
  // @ts-expect-error the types are there and are not any
  const wrong: number = formatWhole(15, "0.1");
  const store: Promise<Store> = openStore("out");
  const seed = (scenario: ResolvedScenario): number => scenario.seed;
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
