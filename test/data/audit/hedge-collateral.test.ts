import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditRun } from "../../../data/audit/audit.ts";
import { differenceLine } from "../../../data/audit/findings.ts";
import { openStore } from "../../../data/store/store.ts";
import { HEDGED, recordRun, type SmallRun } from "./recorded-run.ts";
import { whileRewritten, withOneChanged } from "./tampering.ts";

let folder = "";
let directory = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-hedged-"));
  directory = await recordRun(folder, HEDGED[0] as SmallRun);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lines = async () => (await auditRun(directory)).differences.map(differenceLine);
const without = (table: string, which: string) =>
  whileRewritten(directory, table, (rows) => `SELECT * FROM ${rows} WHERE NOT (${which})`, lines);
const changed = (table: string, column: string, to: string, key: string, of = "true") =>
  whileRewritten(directory, table, withOneChanged(column, to, key, of), lines);

/** The first value that a query gives. */
async function valueOf(sql: string): Promise<number> {
  const store = await openStore(directory);
  try {
    const [row] = await store.rows(sql);
    return Number(Object.values(row ?? {})[0]);
  } finally {
    store.close();
  }
}

describe("a run with hedge mode and other assets", () => {
  test("goes through what these tests change, and is rebuilt to the quantum", async () => {
    const { checked, differences } = await auditRun(directory);
    expect(differences.map(differenceLine)).toEqual([]);
    expect(checked.offsets).toBeGreaterThan(3);
    expect(checked.conversions).toBeGreaterThan(3);
    expect(checked.collateral).toBeGreaterThan(3);
  });
});

describe("somebody changed", () => {
  test.each([
    { table: "offsets", column: "value_quanta", key: "booking" },
    { table: "conversions", column: "sold_quanta", key: "booking" },
    { table: "conversions", column: "credited_quanta", key: "booking" },
    { table: "conversions", column: "asset", key: "booking" },
    { table: "collateral", column: "balance_quanta", key: "account" },
    { table: "liquidations", column: "equity_quanta", key: "liquidation" },
    { table: "liquidations", column: "requirement_quanta", key: "liquidation" },
    { table: "liquidations", column: "reduced_lots", key: "liquidation" },
    { table: "liquidations", column: "liquidated_quanta", key: "liquidation" },
  ])("ACCT-6 LIQ-3: $column of $table by one is found and named", async ({ table, column, key }) => {
    const found = await changed(table, column, `${column} + 1`, key);
    expect(found).toContainEqual(expect.stringContaining(`${column} is `));
  });

  test.each([
    { column: "size_lots", to: "size_lots + 1" },
    { column: "size_lots", to: "1000000000" },
    { column: "long_account", to: "short_account" },
    { column: "short_liquidation", to: "long_liquidation" },
    { column: "instrument", to: "1 - instrument" },
  ])("LIQ-3: $column of offsets to $to is found", async ({ column, to }) => {
    expect(await changed("offsets", column, to, "booking")).not.toEqual([]);
  });

  test("LIQ-3: an offset that is missing is found", async () => {
    const first = await valueOf("SELECT min(booking) FROM offsets");
    expect(await without("offsets", `booking = ${first}`)).toContainEqual(expect.stringContaining(`booking ${first}`));
  });

  test("ACCT-6: a sale of another account is found", async () => {
    const other = await valueOf("SELECT max(account) FROM collateral WHERE account NOT IN (SELECT account FROM conversions)");
    expect(await changed("conversions", "account", String(other), "booking")).toContainEqual(expect.stringContaining("ACCT-6"));
  });

  test("ACCT-6: that assets are not sold before a scope is taken over is found", async () => {
    const sold = await valueOf(
      "SELECT max(c.booking) FROM conversions c JOIN inventory i ON i.booking = c.booking + 1 AND i.entry = 'takeover'",
    );
    const found = await without("conversions", `booking = ${sold}`);
    expect(found).toContainEqual(expect.stringMatching(/ACCT-6: account \d+ still has other assets/));
  });

  test("ACCT-6: that a wallet that owes sells nothing at a mark is found", async () => {
    const sold = await valueOf(
      `SELECT max(c.booking) FROM conversions c JOIN marks m ON m.time_us = c.time_us AND m.instrument = 0
       WHERE c.booking - 1 NOT IN (SELECT booking FROM trades) AND (c.account, c.time_us) NOT IN (
         SELECT owner, time_us FROM inventory JOIN liquidations USING (liquidation) JOIN accounts USING (account) WHERE entry = 'takeover')`,
    );
    const found = await without("conversions", `booking = ${sold}`);
    expect(found).toContainEqual(expect.stringMatching(/ACCT-6: owes at the mark at \d+ µs and sells nothing/));
  });

  test.each(["account <> 2", "account = 2"])("CONS-2: a row of collateral that is missing is found, of %s", async (which) => {
    const account = await valueOf(`SELECT min(account) FROM collateral WHERE ${which} AND balance_quanta <> deposited_quanta`);
    expect(await without("collateral", `account = ${account}`)).not.toEqual([]);
  });

  test.each(["account", "owner + 1", "2"])("ACCT-4: that short legs are another's is found, owner to %s", async (to) => {
    expect(await changed("accounts", "owner", to, "account", "owner <> account")).not.toEqual([]);
  });

  test("ACCT-4: that an account is another's short legs is found", async () => {
    expect(await changed("accounts", "owner", "3", "account", "account = 4")).toContainEqual(
      expect.stringContaining("accounts, account 4: ACCT-4: cannot stand for the short legs of account 3"),
    );
  });

  test.each([
    { what: "haircut", change: (text: string) => text.replace('"haircut": "0.05"', '"haircut": "0.06"') },
    { what: "bound of a haircut", change: (text: string) => text.replace('"upTo": "0.01"', '"upTo": "0.001"') },
  ])("ACCT-6: another $what in the manifest is found", async ({ change }) => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    const other = change(JSON.stringify(JSON.parse(text), null, 2));
    expect(JSON.parse(other)).not.toEqual(JSON.parse(text));
    try {
      await writeFile(file, other);
      expect(await lines()).not.toEqual([]);
    } finally {
      await writeFile(file, text);
    }
  });
});
