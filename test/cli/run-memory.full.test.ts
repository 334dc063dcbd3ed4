/** A run of many accounts keeps to so much memory an account that a million of them fit into a gigabyte. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHECKOUT, node } from "../checkout.ts";

const GIGABYTE = 1e9;
/** Node, DuckDB and the report at whatever size. */
const BASE = 400e6;
/** Says at its end how much memory the process ever held, kilobytes. */
const TELLS_PEAK = 'data:text/javascript,process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS))';

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-memory-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("flash-crash of 100,000 accounts, tables and report, holds no more than its share of a gigabyte", async () => {
  const accounts = 100_000;
  const words = ["run", "flash-crash", "--set", `population.accounts=${accounts}`, "--out", join(folder, "run"), "--quiet"];
  const ended = await node(["--import", TELLS_PEAK, join(CHECKOUT, "bin/breakwater.js"), ...words]);
  expect(ended.exitCode).toBe(0);
  const peak = 1024 * Number(/peak (\d+)/.exec(ended.stderr)?.[1]);
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(BASE + (GIGABYTE - BASE) * (accounts / 1_000_000));
  const summary = JSON.parse(await readFile(join(folder, "run/summary.json"), "utf8"));
  expect(summary.conservation.violations).toBe(0);
  // The book is far too small for so many: whoever is liquidated goes to a winner.
  expect(summary.adl.events).toBeGreaterThan(20_000);
});
