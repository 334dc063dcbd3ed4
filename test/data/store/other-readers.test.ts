/** Every table of a run, read by readers that share no code with the one that wrote it. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { unitOf } from "../../../data/store/format.ts";
import { writeQueryArrow } from "../../../data/store/query-arrow.ts";
import { openStore, type Store } from "../../../data/store/store.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../../sim/tables.ts";
import { SMALL_RUN } from "../../small-run.ts";
import { arrowCells, type Cells, duckDbCells, firstDifference } from "./cells.ts";

let folder: string;
let files: string[];
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-readers-"));
  const sets = [...SMALL_RUN, "record.orders=true", "duration=6m", 'shock.waypoints=[{"at":"3m","change":-0.15}]'];
  const scenario = await resolveScenario("flash-crash", { sets, seed: 3, registries });
  const circumstances = { version: "0.0.0", startedAt: "2025-01-01T00:00:00Z", wallSeconds: 1 };
  await writeExperiment(folder, scenario, await runExperiment(scenario), circumstances);
  files = (await readdir(folder)).filter((file) => file.endsWith(".parquet")).map((file) => join(folder, file));
  store = await openStore(folder);
}, 120_000);
afterAll(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

async function readWithHyparquet(path: string): Promise<{ metadata: FileMetaData; cells: Cells }> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = metadata.schema.slice(1).map(({ name }) => name);
  const columns: unknown[][] = names.map(() => []);
  const onComplete = (rows: unknown[][]) => {
    for (const row of rows) for (const [place, value] of row.entries()) columns[place]?.push(value);
  };
  await parquetRead({ file, metadata, compressors, rowFormat: "array", onComplete });
  return { metadata, cells: { names, columns } };
}

async function arrowOf(sql: string) {
  const parts: Uint8Array[] = [];
  await writeQueryArrow(await store.stream(sql), async (bytes) => {
    parts.push(bytes.slice());
  });
  return tableFromIPC(Buffer.concat(parts));
}

describe("tables of a run, by other readers", () => {
  test("the run has rows in the tables that matter, with values that are missing", async () => {
    const filled = await Promise.all(files.map((file) => duckDbCells(`FROM '${file}' LIMIT 1`)));
    const names = files.filter((_, place) => filled[place]?.columns[0]?.length === 1).map((file) => basename(file, ".parquet"));
    expect(files.length).toBeGreaterThan(20);
    expect(names).toEqual(expect.arrayContaining(["accounts", "adl", "funds", "liquidations", "marks", "orders", "positions", "trades"]));
    const missing = await duckDbCells(`SELECT count(*) FROM '${join(folder, "trades.parquet")}' WHERE liquidation IS NULL`);
    expect(missing.columns[0]?.[0]).toBeGreaterThan(0n);
  });

  test("hyparquet reads every cell of every table as DuckDB does: int64 as BigInt, doubles, words, missing values", async () => {
    for (const file of files) {
      const { metadata, cells } = await readWithHyparquet(file);
      expect(firstDifference(cells, await duckDbCells(`FROM '${file}'`)), file).toBe(null);
      expect(Number(metadata.num_rows), file).toBe(cells.columns[0]?.length);
    }
  }, 120_000);

  test("hyparquet finds format version, table, units and meanings in the footer, and the scales in their tables", async () => {
    for (const path of files) {
      const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
      const footer = new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
      const table = TABLES.find(({ name }) => name === basename(path, ".parquet"));
      expect(footer.get("breakwater_format_version"), path).toBe(String(TABLE_FORMAT_VERSION));
      expect([footer.get("breakwater_table"), footer.get("breakwater_meaning")], path).toEqual([table?.name, table?.meaning]);
      const columns = table?.columns.map(({ name, type, meaning }) => ({ name, type, unit: unitOf(name), meaning }));
      expect(JSON.parse(footer.get("breakwater_columns") ?? ""), path).toEqual(columns);
    }
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
    const { cells } = await readWithHyparquet(join(folder, "instruments.parquet"));
    const cell = (name: string) => cells.columns[cells.names.indexOf(name)]?.[0];
    expect([manifest.formatVersion, cell("tick_size"), cell("lot_size")]).toEqual([TABLE_FORMAT_VERSION, "0.1", "0.001"]);
  });

  test("apache-arrow reads every cell of every table, sent through an Arrow file, as DuckDB does", async () => {
    for (const file of files) {
      const table = await arrowOf(`SELECT * FROM ${basename(file, ".parquet")}`);
      expect(firstDifference(arrowCells(table), await duckDbCells(`FROM '${file}'`)), file).toBe(null);
      const schema = TABLES.find(({ name }) => name === basename(file, ".parquet"));
      const types = { int64: "Int64", double: "Float64", enum: "Utf8", text: "Utf8" } as const;
      expect(table.schema.fields.map(({ type }) => String(type))).toEqual(schema?.columns.map(({ type }) => types[type]));
    }
  }, 120_000);
});
