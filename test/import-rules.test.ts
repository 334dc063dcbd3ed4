import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECKOUT, node } from "./checkout.ts";

const CRUISER = join(CHECKOUT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const FOLDERS = ["sim", "agents", "data", "lab", "reports", "api", "cli"];

/** A file, the file it imports (`type …`: only as a type; a bare word: a module of Node), and the rule that catches it. */
const FORBIDDEN: readonly [from: string, to: string, rule: string][] = [
  ["sim/kernel/a.ts", "sim/venue/target.ts", "kernel-imports-only"],
  ["sim/venue/a.ts", "sim/clearing/target.ts", "venue-imports-only"],
  ["sim/market/a.ts", "sim/clearing/target.ts", "market-imports-only"],
  ["sim/clearing/a.ts", "sim/market/target.ts", "clearing-imports-only"],
  ["sim/clearing/adl/b.ts", "type sim/market/target.ts", "clearing-imports-only"],
  ["sim/clearing/c.ts", "sim/target.ts", "clearing-imports-only"],
  ["sim/a.ts", "data/target.ts", "sim-imports-only"],
  ["sim/b.ts", "type agents/target.ts", "sim-imports-only"],
  ["sim/c.ts", "node:fs", "sim-without-node"],
  ["sim/kernel/d.ts", "node:crypto", "sim-without-node"],
  ["agents/a.ts", "sim/clearing/target.ts", "agents-imports-only"],
  ["agents/b.ts", "data/target.ts", "agents-imports-only"],
  ["data/a.ts", "agents/target.ts", "data-imports-only"],
  ["data/store/b.ts", "type lab/target.ts", "data-imports-only"],
  ["data/audit/a.ts", "sim/clearing/target.ts", "audit-without-clearing"],
  ["data/audit/b.ts", "type sim/target.ts", "audit-without-clearing"],
  ["lab/a.ts", "reports/target.ts", "lab-imports-only"],
  ["reports/a.ts", "lab/target.ts", "reports-imports-only"],
  ["reports/charts/b.ts", "sim/target.ts", "reports-takes-types-only"],
  ["lab/b.ts", "cli/target.ts", "lab-imports-only"],
  ["index.ts", "cli/target.ts", "index-imports-only"],
  ["api/a.ts", "cli/target.ts", "api-imports-only"],
  ["cli/a.ts", "api/target.ts", "cli-imports-only"],
  ["data/c.ts", "data/missing.ts", "nothing-unresolved"],
];

const ALLOWED: readonly [from: string, to: string][] = [
  ["sim/venue/a.ts", "sim/kernel/target.ts"],
  ["sim/market/a.ts", "sim/venue/target.ts"],
  ["sim/clearing/adl/a.ts", "sim/clearing/target.ts"],
  ["sim/simulation.ts", "sim/market/target.ts"],
  ["sim/index.ts", "sim/simulation.ts"],
  ["agents/a.ts", "sim/index.ts"],
  ["data/store/a.ts", "sim/target.ts"],
  ["data/store/b.ts", "node:fs"],
  ["data/audit/a.ts", "sim/kernel/target.ts"],
  ["lab/a.ts", "agents/target.ts"],
  ["lab/b.ts", "data/target.ts"],
  ["reports/charts/a.ts", "data/target.ts"],
  ["reports/charts/b.ts", "type sim/target.ts"],
  ["cli/a.ts", "lab/target.ts"],
  ["cli/b.ts", "reports/target.ts"],
  ["index.ts", "lab/target.ts"],
];

const TARGETS = [...FOLDERS, "sim/kernel", "sim/venue", "sim/market", "sim/clearing"].map((folder) => `${folder}/target.ts`);

let top = "";
let broken: string[] = [];
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "import-rules-"));
  broken = await cruise(FORBIDDEN);
});
afterAll(() => rm(top, { recursive: true, force: true }));

describe("the import rules", () => {
  test.each(FORBIDDEN)("catch %s importing %s", (from, _to, rule) => {
    expect(broken).toContain(`${rule}: ${from}`);
  });

  test("let through what the house allows", async () => {
    expect(await cruise(ALLOWED)).toEqual([]);
  });

  test("catch a cycle", async () => {
    const cycle = await cruise([
      ["data/a.ts", "data/b.ts"],
      ["data/b.ts", "data/a.ts"],
    ]);
    expect(cycle).toEqual(["no-cycles: data/a.ts"]);
  });
});

/** Builds a small tree with these imports and returns what the rules say of it: `rule: file`, each. */
async function cruise(imports: readonly (readonly [from: string, to: string, rule?: string])[]): Promise<string[]> {
  const tree = await mkdtemp(join(top, "tree-"));
  const files = new Map<string, string>(TARGETS.map((file) => [file, "export type T = 1;\nexport const value = 1;\n"]));
  for (const file of ["index.ts", "sim/index.ts", "sim/simulation.ts"]) files.set(file, "export const value = 1;\n");
  files.set("tsconfig.json", await configuration());
  files.set("package.json", JSON.stringify({ name: "tree", type: "module" }));
  for (const [from, to] of imports) files.set(from, `${importLine(from, to)}export const value = 1;\n`);
  for (const [file, text] of files) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), text);
  }
  const rules = join(CHECKOUT, "tools/import-rules.cjs");
  const ended = await node([CRUISER, "--config", rules, "--output-type", "err", "index.ts", ...FOLDERS], {
    cwd: tree,
    environment: { NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  const found = [...ended.stdout.matchAll(/^\s*error ([\w-]+: \S+)/gm)].map(([, violation]) => violation as string);
  expect(ended.exitCode === 0).toBe(found.length === 0);
  return found;
}

function importLine(from: string, to: string): string {
  const [, type, file = ""] = /^(type )?(.+)$/.exec(to) ?? [];
  if (file.startsWith("node:")) return `import * as core from "${file}";\nexport const used = core;\n`;
  const path = relative(dirname(from), file);
  const specifier = path.startsWith(".") ? path : `./${path}`;
  return type === undefined
    ? `import { value as other } from "${specifier}";\nexport const used = other;\n`
    : `import type { T } from "${specifier}";\nexport type Used = T;\n`;
}

async function configuration(): Promise<string> {
  return JSON.stringify({
    compilerOptions: { module: "NodeNext", moduleResolution: "NodeNext", allowImportingTsExtensions: true, noEmit: true },
  });
}
