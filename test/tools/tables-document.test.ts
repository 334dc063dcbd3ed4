import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Store } from "../../data/store/store.ts";
import { writeTables } from "../../data/store/tables.ts";
import { Table } from "../../sim/kernel/table.ts";
import { ASSETS, INSTRUMENTS, TABLES } from "../../sim/tables.ts";
import { tablesDocument } from "../../tools/tables-document/page.ts";
import { CHECKOUT } from "../checkout.ts";
import { tableOf } from "../data/store/rows.ts";

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-tables-document-"));
  const scales = [tableOf(INSTRUMENTS, [{ tick_size: "0.1", lot_size: "0.001" }]), tableOf(ASSETS, [{ quantum: "0.000001" }])];
  await writeTables(folder, [...TABLES.slice(2).map((schema) => new Table(schema)), ...scales]);
  store = await openStore(folder);
});
afterAll(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

/** The cells of each row of a table's section in the document. */
async function documented(table: string): Promise<string[][]> {
  const text = await readFile(join(CHECKOUT, "docs/tables.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${table}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| `"));
  return lines.map((line) => line.slice(2, -2).split(/ (?<!\\)\| /));
}

test("docs/tables.md is what the schemas make of it: else run `npm run tables`", async () => {
  expect(await readFile(join(CHECKOUT, "docs/tables.md"), "utf8")).toBe(tablesDocument());
});

test.each(TABLES.map(({ name }) => name))(
  "docs/tables.md has the columns of %s and of its natural view as DuckDB finds them",
  async (table) => {
    const rows = await documented(table);
    const { columns } = await store.query(`FROM ${table} LIMIT 0`);
    expect(rows.map(([name]) => name)).toEqual(columns.map(({ name }) => `\`${name}\``));
    expect(rows.map(([, type]) => type?.replace(", or none", ""))).toEqual(columns.map(({ type }) => type));
    const natural = await store.query(`FROM ${table}_natural LIMIT 0`);
    expect(rows.map(([name, , , , other]) => (other === "" ? name : other))).toEqual(natural.columns.map(({ name }) => `\`${name}\``));
    // What has a unit is in natural units there: a time, an exact decimal, or a double that was one.
    for (const [place, [name, type, unit]] of rows.entries()) {
      const expected =
        unit === ""
          ? type?.replace(", or none", "")
          : unit === "microseconds"
            ? "TIMESTAMP WITH TIME ZONE"
            : type?.startsWith("DOUBLE")
              ? "DOUBLE"
              : "DECIMAL";
      expect(natural.columns[place]?.type.replace(/\(.*/, ""), name).toBe(expected);
    }
    for (const [name, , , meaning] of rows) expect(meaning?.length, name).toBeGreaterThan(5);
  },
);
