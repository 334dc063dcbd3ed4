/** What liquidated traders paid, on tables worked out by hand: quantum 0.01, so 100 quanta are 1 USDT. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureTraders } from "../../../data/metrics/traders-cost.ts";
import { openStore } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { type Cell, Table } from "../../../sim/kernel/table.ts";
import { TABLES } from "../../../sim/tables.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "traders-cost-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Rows = Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>;

async function costOf(rows: Rows) {
  const directory = folder;
  const scales: Rows = {
    assets: [{ asset: 0, symbol: "USDT", quantum: "0.01" }],
    instruments: [
      {
        instrument: 0,
        symbol: "X",
        kind: "linear",
        product_line: "perpetual",
        underlying: "X",
        settle_asset: 0,
        tick_size: "1",
        lot_size: "1",
        multiplier: "1",
      },
    ],
  };
  const tables = TABLES.map((schema) => {
    const table = new Table(schema);
    for (const row of { ...scales, ...rows }[schema.name] ?? [])
      table.append(
        schema.columns.map(
          ({ name, type, optional, values }) =>
            row[name] ?? (optional === true ? null : type === "int64" ? 0 : type === "enum" ? (values?.[0] ?? null) : ""),
        ),
      );
    return table;
  });
  await writeTables(directory, tables);
  const store = await openStore(directory);
  try {
    return await measureTraders(store, "0.01");
  } finally {
    store.close();
  }
}

describe("traders.cost", () => {
  test("nothing liquidated costs nothing", async () => {
    expect(await costOf({})).toEqual({ cost: "0", fees: "0", margin: "0", levies: "0" });
  });

  test("LIQ-5 to the pool: fees of 3, and 40 of margin that the pool gained; its payments, fees and funding are no one's margin", async () => {
    const cost = await costOf({
      liquidations: [
        { liquidation: 0, fee_quanta: 100, surplus_quanta: 4_000, cover_quanta: 0 },
        { liquidation: 1, fee_quanta: 200, surplus_quanta: 0, cover_quanta: 7_000 },
      ],
      funds: [
        { movement: 0, entry: "seed", amount_quanta: 1_000_000 },
        { movement: 1, entry: "surplus", liquidation: 0, amount_quanta: 2_500 },
        { movement: 2, entry: "surplus", liquidation: 0, amount_quanta: 1_500 },
        { movement: 3, entry: "cover", liquidation: 1, amount_quanta: -7_000 },
        { movement: 4, entry: "fees", amount_quanta: 90 },
        { movement: 5, entry: "funding", amount_quanta: 33 },
      ],
    });
    expect(cost).toEqual({ cost: "43", fees: "3", margin: "40", levies: "0" });
  });

  test("LIQ-5 to the trader: what returned to them is no cost", async () => {
    const cost = await costOf({ liquidations: [{ liquidation: 0, fee_quanta: 100, surplus_quanta: 4_000 }] });
    expect(cost).toEqual({ cost: "1", fees: "1", margin: "0", levies: "0" });
  });

  test("LIQ-4, LIQ-5 to the vault: what it gained, and what positions are worth beyond their takeover value that it took at the mark", async () => {
    const cost = await costOf({
      liquidations: [{ liquidation: 0, fee_quanta: 0, surplus_quanta: 1_900 }],
      vault: [
        { movement: 0, entry: "seed", amount_quanta: 50_000 },
        { movement: 1, entry: "surplus", liquidation: 0, amount_quanta: 700 },
        { movement: 2, entry: "takeover", liquidation: 0, amount_quanta: 1_200 },
      ],
      inventory: [
        // Longs taken over at 90, worth 100 at the mark; shorts taken over at 52, worth 50.
        { liquidation: 0, entry: "vault", size_lots: -10, value_quanta: 9_000, closing_value_quanta: 10_000 },
        { liquidation: 0, entry: "vault", size_lots: 5, value_quanta: 5_200, closing_value_quanta: 5_000 },
        { liquidation: 0, entry: "trade", size_lots: 5, value_quanta: 5_200, closing_value_quanta: 1 },
      ],
    });
    expect(cost).toEqual({ cost: "19", fees: "0", margin: "19", levies: "0" });
  });

  test("FUND-4 levies are added", async () => {
    const cost = await costOf({
      liquidations: [{ liquidation: 0, fee_quanta: 50 }],
      levies: [
        { liquidation: 0, account: 4, levy_quanta: 300 },
        { liquidation: 0, account: 5, levy_quanta: 150 },
      ],
    });
    expect(cost).toEqual({ cost: "5", fees: "0.5", margin: "0", levies: "4.5" });
  });
});
