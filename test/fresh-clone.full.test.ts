import { cp, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECKOUT, type Ended, npm } from "./checkout.ts";

/** What a clone does not have. */
const LEFT_OUT = new Set([".git", "node_modules", "dist", "out", "coverage"]);

let clone = "";
let first: Ended;

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "fresh-clone-"));
  for (const name of await readdir(CHECKOUT)) {
    if (!LEFT_OUT.has(name)) await cp(join(CHECKOUT, name), join(clone, name), { recursive: true });
  }
  first = await npm(["start"], { cwd: clone });
});
afterAll(() => rm(clone, { recursive: true, force: true }));

describe("npm start on a fresh clone", () => {
  test("installs what is missing, runs flash-crash and says where the report is", async () => {
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain("report.html");
    expect((await stat(join(clone, "out/flash-crash/report.html"))).size).toBeGreaterThan(10_000);
  });

  test("works a second time, and installs and builds nothing then", async () => {
    const before = await stat(join(clone, "dist/cli/main.js"));
    const second = await npm(["start"], { cwd: clone });
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("installing") });
    expect((await stat(join(clone, "dist/cli/main.js"))).mtimeMs).toBe(before.mtimeMs);
  });

  test("npm ci gives no warning about install scripts, and the built command answers to npx", async () => {
    const install = await npm(["ci"], { cwd: clone });
    expect(install).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("install-scripts") });
    const help = await npm(["exec", "--no", "--", "breakwater", "--help"], { cwd: clone });
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Usage: breakwater") });
  });
});
