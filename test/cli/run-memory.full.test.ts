/**
 * What a run holds in memory, from its first event to its report: of many accounts so little for each that a million of them
 * fit into a gigabyte, and of many days hardly more than of one.
 */
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

/** Runs a bundled scenario with tables, facts and report. @returns the most memory it ever held, bytes, and its summary */
async function measured(name: string, words: readonly string[]) {
  const directory = join(folder, name);
  const command = [join(CHECKOUT, "bin/breakwater.js"), "run", ...words, "--out", directory, "--quiet"];
  const ended = await node(["--import", TELLS_PEAK, ...command]);
  expect(ended.exitCode).toBe(0);
  const peak = 1024 * Number(/peak (\d+)/.exec(ended.stderr)?.[1]);
  expect(peak).toBeGreaterThan(0);
  const summary = JSON.parse(await readFile(join(directory, "summary.json"), "utf8"));
  expect(summary.conservation.violations).toBe(0);
  return { peak, summary };
}

test("flash-crash of 100,000 accounts, tables and report, holds no more than its share of a gigabyte", async () => {
  const accounts = 100_000;
  const { peak, summary } = await measured("crash", ["flash-crash", "--set", `population.accounts=${accounts}`]);
  expect(peak).toBeLessThan(BASE + (GIGABYTE - BASE) * (accounts / 1_000_000));
  // The book is far too small for so many: whoever is liquidated goes to a winner.
  expect(summary.adl.events).toBeGreaterThan(20_000);
});

// Six days have one and a half million trades: more than any query over a run may hold at once.
test("six calm days, tables, facts and report, hold at most a fifth more than one", async () => {
  const one = await measured("one-day", ["calm-day"]);
  const six = await measured("six-days", ["calm-day", "--set", "duration=144h"]);
  expect(six.summary.trades).toBeGreaterThan(5 * one.summary.trades);
  expect(six.summary.facts[0].tradeSizes.count).toBe(six.summary.trades);
  expect(six.peak).toBeLessThan(1.2 * one.peak);
});
