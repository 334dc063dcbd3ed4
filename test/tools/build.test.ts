import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKOUT, type Ended, node } from "../checkout.ts";

let tree = "";

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "build-"));
  for (const file of ["tools/build.mjs", "tsconfig.json", "tsconfig.build.json"]) await cp(join(CHECKOUT, file), join(tree, file));
  await symlink(join(CHECKOUT, "node_modules"), join(tree, "node_modules"));
  await write("package.json", JSON.stringify({ name: "tree", type: "module" }));
  await write("index.ts", 'export { answer } from "./data/answer.ts";\n');
  await write("data/answer.ts", "export const answer: number = 42;\n");
  await write("data/venues/one.json", '{"name": "one"}');
  await write("data/metrics/one.sql", "select 1");
});
afterEach(() => rm(tree, { recursive: true, force: true }));

describe("the build", () => {
  test("compiles the sources with their types, and copies what stands beside them", async () => {
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await read("dist/index.js")).toContain('from "./data/answer.js"');
    expect(await read("dist/data/answer.d.ts")).toContain("answer: number");
    expect(await read("dist/data/venues/one.json")).toBe('{"name": "one"}');
    expect(await read("dist/data/metrics/one.sql")).toBe("select 1");
    expect(await exists("dist/data/answer.ts")).toBe(false);
  });

  test("does nothing when nothing changed, and mends what was deleted", async () => {
    await build();
    await write("dist/index.js", "untouched");
    await build();
    expect(await read("dist/index.js")).toBe("untouched");
    await rm(join(tree, "dist/data/venues/one.json"));
    await build();
    expect(await exists("dist/data/venues/one.json")).toBe(true);
    expect(await read("dist/index.js")).not.toBe("untouched");
  });

  test("follows a change of a source or a data file, and leaves nothing stale", async () => {
    await build();
    await write("data/answer.ts", "export const answer: number = 43;\n");
    await rm(join(tree, "data/venues/one.json"));
    await build();
    expect(await read("dist/data/answer.js")).toContain("43");
    expect(await exists("dist/data/venues/one.json")).toBe(false);
  });

  test("of sources that do not compile fails, and leaves the old dist as it was", async () => {
    await build();
    await write("data/answer.ts", 'export const answer: number = "none";\n');
    const ended = await build();
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain("data/answer.ts");
    expect(ended.stderr).toBe("breakwater: cannot build: the sources do not compile\n");
    expect(await read("dist/data/answer.js")).toContain("42");
  });

  test("without a compiler is an error, unless it was asked for only if possible", async () => {
    await rm(join(tree, "node_modules"));
    expect(await build()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("TypeScript is not installed") });
    expect(await build("--if-possible")).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("dist is not built") });
    expect(await exists("dist")).toBe(false);
  });
});

function build(...words: string[]): Promise<Ended> {
  return node([join(tree, "tools/build.mjs"), ...words], { cwd: tree });
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), text);
}

function read(file: string): Promise<string> {
  return readFile(join(tree, file), "utf8");
}

function exists(file: string): Promise<boolean> {
  return stat(join(tree, file)).then(
    () => true,
    () => false,
  );
}
