/** A run whose rows wait in a file has the tables, byte for byte, of one whose rows stay in memory. */
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { RowFile } from "../../data/store/row-file.ts";
import { openStore } from "../../data/store/store.ts";
import { writeTables } from "../../data/store/tables.ts";
import { runWithTwin, writeWithTwin } from "../../lab/counterfactual.ts";
import { runExperiment, simulationInput, writeExperiment, writeFailedExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import {
  type Agent,
  ASSETS,
  INSTRUMENTS,
  Simulation,
  SimulationError,
  type SimulationInput,
  TABLES,
  Table,
  TRADES,
} from "../../sim/index.ts";
import { tableOf } from "../data/store/rows.ts";
import { SMALL_RUN } from "../small-run.ts";

const circumstances = { version: "0.0.0", startedAt: "2025-01-01T00:00:00Z", wallSeconds: 1 };
const small = (...sets: string[]) => resolveScenario("flash-crash", { sets: [...SMALL_RUN, ...sets], seed: 3, registries });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-stored-rows-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Both directories have the same files, and these the same bytes. */
async function expectSameTables(one: string, two: string): Promise<number> {
  const files = (await readdir(join(folder, one))).filter((file) => file.endsWith(".parquet")).sort();
  expect((await readdir(join(folder, two))).filter((file) => file.endsWith(".parquet")).sort()).toEqual(files);
  for (const file of files) {
    const [here, there] = await Promise.all([one, two].map((name) => readFile(join(folder, name, file))));
    expect((here as Buffer).equals(there as Buffer), file).toBe(true);
  }
  return files.length;
}

describe("rows that wait in a file", () => {
  test("TIME-3: are written as those in memory are, byte for byte, with orders and a twin run too", async () => {
    const scenario = await small("record.orders=true", "counterfactual=true");
    const plain = await runWithTwin(scenario);
    const rows = new RowFile(folder);
    const kept = await runWithTwin(scenario, () => {}, { rows });
    expect(rows.length).toBeGreaterThan(1e6);
    expect([kept.base.digest, kept.twin?.digest]).toEqual([plain.base.digest, plain.twin?.digest]);
    const summary = await writeWithTwin(join(folder, "plain"), scenario, plain, circumstances);
    expect(await writeWithTwin(join(folder, "kept"), scenario, kept, circumstances, () => {})).toEqual(summary);
    rows.close();
    expect(await expectSameTables("plain", "kept")).toBe(TABLES.length);
    expect(await expectSameTables("plain/counterfactual", "kept/counterfactual")).toBe(TABLES.length);
    for (const file of ["manifest.json", "summary.json"]) {
      expect(await readFile(join(folder, "kept", file), "utf8"), file).toBe(await readFile(join(folder, "plain", file), "utf8"));
    }
  });

  test("TIME-4: of a run stopped at a snapshot and gone on with elsewhere are the same bytes", async () => {
    const scenario = await small();
    const whole = await runExperiment(scenario);
    const input = () => simulationInput(scenario);
    const first = new Simulation(await input(), new RowFile(folder));
    first.runUntil(startOf(await input()) + 20 * 60e6);
    const rows = new RowFile(folder);
    const result = Simulation.restore(await input(), first.snapshot(), "a.snapshot", rows).run();
    expect(result.digest).toBe(whole.digest);
    await writeExperiment(join(folder, "whole"), scenario, whole, circumstances);
    await writeExperiment(join(folder, "continued"), scenario, result, circumstances);
    rows.close();
    expect(await expectSameTables("whole", "continued")).toBe(TABLES.length - 1);
  });

  test("of a run that fails are written as far as they go", async () => {
    const scenario = await small();
    const failing = async (): Promise<SimulationInput> => {
      const input = await simulationInput(scenario);
      const agent: Agent = {
        wake: () => {
          throw new Error("out of ideas");
        },
        receive: () => {},
      };
      return {
        ...input,
        agents: input.agents.map((one, place) => (place === 0 ? { ...one, agent, firstWakeUs: 25 * 60_000_000 } : one)),
      };
    };
    const failureOf = async (rows?: RowFile) => {
      try {
        new Simulation(await failing(), rows).run();
      } catch (error) {
        if (error instanceof SimulationError) return error;
      }
      throw new Error("expected the run to fail");
    };
    const rows = new RowFile(folder);
    await writeFailedExperiment(join(folder, "failed"), scenario, await failureOf(rows), circumstances);
    rows.close();
    await writeFailedExperiment(join(folder, "failed-plain"), scenario, await failureOf(), circumstances);
    await expectSameTables("failed", "failed-plain");
    const store = await openStore(join(folder, "failed"));
    try {
      expect((await store.rows("SELECT count(*) AS marks FROM marks"))[0]?.["marks"]).toBe(25 * 60 + 1);
    } finally {
      store.close();
    }
  });
});

test("a table of several row groups is one file, its rows in order, and leaves no parts beside it", async () => {
  const rows = new RowFile(folder);
  const table = new Table(TRADES);
  table.keepIn(rows);
  for (let row = 0; row < 300_000; row++) {
    const at = table.claim();
    const { block } = table;
    for (let place = 0; place < TRADES.columns.length; place++) block[at + place] = place === 7 ? row & 1 : row;
  }
  expect(table.rowsInMemory).toBeLessThanOrEqual(1_024);
  const directory = join(folder, "long");
  await mkdir(directory);
  await writeTables(directory, [table]);
  rows.close();
  expect(await readdir(directory)).toEqual(["trades.parquet"]);
  await writeTables(directory, [
    tableOf(INSTRUMENTS, [{ tick_size: "0.1", lot_size: "0.001" }]),
    tableOf(ASSETS, [{ quantum: "0.000001" }]),
  ]);
  const store = await openStore(directory);
  try {
    const sql =
      "SELECT count(*) AS rows, count_if(trade <> row - 1 OR size_lots <> trade) AS wrong FROM (SELECT *, row_number() OVER () AS row FROM trades)";
    expect(await store.rows(sql)).toEqual([{ rows: 300_000, wrong: 0 }]);
    const groups = `SELECT DISTINCT row_group_num_rows AS rows FROM parquet_metadata('${directory}/trades.parquet') ORDER BY 1`;
    expect((await store.query(groups)).rows).toEqual([[300_000 - 2 * 122_880], [122_880]]);
  } finally {
    store.close();
  }
});

function startOf({ instruments: [first] }: SimulationInput): number {
  if (first === undefined) throw new Error("expected an instrument");
  return first.index.startUs;
}
