/** Tampering with what pools are given, settle and leave to others, in a run that does all of it (FUND-2..4). */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditRun } from "../../../data/audit/audit.ts";
import { differenceLine } from "../../../data/audit/findings.ts";
import { recordRun, SHARED_LOSSES, type SmallRun } from "./recorded-run.ts";
import { whileRewritten, withOneChanged } from "./tampering.ts";

let folder = "";
let directory = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-pools-"));
  directory = await recordRun(folder, SHARED_LOSSES[1] as SmallRun);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Changes a column in the first row of a kind, and audits it. */
const changed = (table: string, column: string, expression: string, of = "true") =>
  whileRewritten(directory, table, withOneChanged(column, expression, "booking", of), async () =>
    (await auditRun(directory)).differences.map(differenceLine),
  );

describe("a run with shared losses, a settlement and fees", () => {
  test("has no difference as recorded", async () => {
    expect((await auditRun(directory)).differences.map(differenceLine)).toEqual([]);
  });

  test.each(["seed", "fees", "settlement", "cover", "uncovered", "socialised"])(
    "a quantum in a row of funds is found: %s",
    async (entry) => {
      for (const column of ["amount_quanta", "available_quanta", "booked_quanta", "pending_quanta", "house_quanta"]) {
        const lines = await changed("funds", column, `${column} + 1`, `entry = '${entry}'`);
        expect(lines, column).toEqual([expect.stringContaining(`: ${column} is `)]);
      }
    },
  );

  test.each(["levy_quanta", "open_profit_quanta", "account", "liquidation", "instrument", "time_us"])(
    "so is one more in levies: %s",
    async (column) => {
      expect(await changed("levies", column, `${column} + 1`)).toEqual([expect.stringContaining(`: ${column} is `)]);
    },
  );

  // As if the row had never been: what comes after it has its numbers.
  test.each([
    ["settlement", "FUND-3: the settlement of pool perpetual/BTC/USDT at "],
    ["fees", "FUND-2: the fees of pool perpetual/BTC/USDT at "],
  ])("one that is something else is found: %s", async (entry, line) => {
    const lines = await changed("funds", "entry", "'cover'", `entry = '${entry}'`);
    expect(lines).toContainEqual(expect.stringContaining(line));
  });

  test.each(["settlement", "fees"])("one at another time is found: %s", async (entry) => {
    expect(await changed("funds", "time_us", "time_us + 1", `entry = '${entry}'`)).not.toEqual([]);
  });

  test.each([
    ["settlement", "continuous"],
    ["residual", "house"],
    ["residual", "pro-rata-profit"],
    ["feeShare", "0.31"],
  ])("another rule in the manifest is found: %s %s", async (field, value) => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.venue.fund[field] = value;
      await writeFile(file, JSON.stringify(manifest));
      expect((await auditRun(directory)).differenceCount).toBeGreaterThan(0);
    } finally {
      await writeFile(file, text);
    }
  });
});
