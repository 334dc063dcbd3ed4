/** The rows that a sweep keeps of a run, against the same figures added up here from the run's tables. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAggregates } from "../../../data/metrics/aggregates.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { openDatabase, parquetSource } from "../../../data/store/database.ts";
import type { Summary } from "../../../data/store/run-directory.ts";
import { CURVE_STEPS, MAP_BINS_PER_PRICE, MAP_STEPS, SWEEP_TABLES } from "../../../data/store/sweep-tables.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import type { SimulationResult } from "../../../sim/index.ts";
import { SMALL_RUN } from "../../small-run.ts";

type Row = Readonly<Record<string, number | string | null>>;
const QUANTUM = 1e-6;
let folder = "";
let result: SimulationResult;
let summary: Summary;
const made: Record<string, Row[]> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aggregates-"));
  const scenario = await resolveScenario("flash-crash", { sets: [...SMALL_RUN], registries });
  result = await runExperiment(scenario);
  const facts = { version: "0", startedAt: "", wallSeconds: 0 };
  summary = await writeExperiment(folder, scenario, result, facts, { onMeasured: (open) => writeAggregates(open, folder) });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Rows of a shard, which has no footer of its own. */
async function rowsOf(table: string): Promise<Row[]> {
  const database = await openDatabase(false);
  try {
    const reader = await database.connection.runAndReadAll(`FROM ${parquetSource(join(folder, `${table}.parquet`))}`);
    const names = reader.columnNames();
    made[table] ??= reader
      .getRows()
      .map(
        (row) => Object.fromEntries(row.map((value, place) => [names[place], typeof value === "bigint" ? Number(value) : value])) as Row,
      );
    return made[table] as Row[];
  } finally {
    database.close();
  }
}

const sum = (rows: readonly Row[], column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
const numbers = (table: { numbers(column: string): ArrayLike<number> }, column: string) => Array.from(table.numbers(column));

describe("tables of pictures", () => {
  test("have the columns that are said", async () => {
    for (const { name, columns } of SWEEP_TABLES)
      expect(Object.keys((await rowsOf(name))[0] ?? {})).toEqual(columns.map((column) => column.name));
  });

  test("curves: at most 240 equal steps, each with the last mark and balance until then, and the deepest drawdown", async () => {
    const rows = await rowsOf("curves");
    const { marks, funds } = result.record;
    const [markTimes, markTicks] = [numbers(marks, "time_us"), numbers(marks, "mark_ticks")];
    const [startUs, endUs] = [Math.min(...markTimes), Math.max(...markTimes)];
    expect(rows).toHaveLength(CURVE_STEPS);
    expect(rows.at(-1)?.["time_us"]).toBe(endUs);
    const [times, available] = [numbers(funds, "time_us"), numbers(funds, "available_quanta")];
    let peak = Number.NEGATIVE_INFINITY;
    const drawdowns = available.map((balance) => {
      peak = Math.max(peak, balance);
      return peak - balance;
    });
    rows.forEach((row, step) => {
      expect(row["step"]).toBe(step);
      const [from, to] = [startUs + ((endUs - startUs) / CURVE_STEPS) * step, Number(row["time_us"])];
      expect(to).toBe(startUs + ((endUs - startUs) / CURVE_STEPS) * (step + 1));
      const last = markTimes.findLastIndex((time) => time <= to);
      expect(row["mark"]).toBeCloseTo((markTicks[last] as number) * 0.1, 6);
      const moved = times.findLastIndex((time) => time <= to);
      expect(row["available"]).toBeCloseTo((available[moved] as number) * QUANTUM, 4);
      const before = times.findLastIndex((time) => time <= from);
      const within = drawdowns.filter(
        (_, place) =>
          place === before || ((times[place] as number) > from && (times[place] as number) <= to) || (step === 0 && times[place] === from),
      );
      expect(row["drawdown"]).toBeCloseTo(Math.max(0, ...within) * QUANTUM, 4);
    });
    expect(Math.max(...rows.map((row) => Number(row["drawdown"])))).toBeCloseTo(Number(summary.funds[0]?.maxDrawdown), 4);
    expect(sum(rows, "liquidated")).toBeCloseTo(Number(summary.liquidations.notional), 2);
    expect(sum(rows, "adl")).toBeCloseTo(Number(summary.adl.notional), 2);
    expect(sum(rows, "adl")).toBeGreaterThan(0);
  });

  test("CASC-2 cascade_sizes: every cascade once, under its size", async () => {
    const rows = await rowsOf("cascade_sizes");
    const { cascades } = result.record;
    const sizes = new Map<string, number>();
    numbers(cascades, "liquidations").forEach((size, place) => {
      const key = `${size} ${numbers(cascades, "accounts")[place]}`;
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    });
    expect(Object.fromEntries(rows.map((row) => [`${row["liquidations"]} ${row["accounts"]}`, row["cascades"]]))).toEqual(
      Object.fromEntries(sizes),
    );
    expect(sum(rows, "notional")).toBeCloseTo(numbers(cascades, "notional_quanta").reduce((a, b) => a + b, 0) * QUANTUM, 2);
  });

  test("ADL-6 adl_burden: tenths of the accounts closed, by what their equity was", async () => {
    const rows = await rowsOf("adl_burden");
    const { adl } = result.record;
    const equity = new Map<number, number>();
    numbers(adl, "account").forEach((account, place) => {
      if (!equity.has(account)) equity.set(account, numbers(adl, "equity_quanta")[place] as number);
    });
    const sorted = [...equity].sort(([a, x], [b, y]) => x - y || a - b);
    const decileOf = new Map(sorted.map(([account], place) => [account, Math.ceil((10 * (place + 1)) / sorted.length)]));
    for (const row of rows) {
      const own = sorted.filter(([account]) => decileOf.get(account) === row["decile"]);
      expect(row["accounts"]).toBe(own.length);
      expect(row["equity"]).toBeCloseTo(own.reduce((total, [, value]) => total + value, 0) * QUANTUM, 3);
    }
    expect(sum(rows, "accounts")).toBe(sorted.length);
    expect(sum(rows, "taken")).toBeCloseTo(Number(summary.adl.taken), 3);
    expect(sum(rows, "closed")).toBeCloseTo(Number(summary.adl.notional), 2);
  });

  test("liquidation_map: each liquidation in the cell of its trigger", async () => {
    const rows = await rowsOf("liquidation_map");
    const { marks, liquidations } = result.record;
    const [markTimes, first] = [numbers(marks, "time_us"), numbers(marks, "mark_ticks")[0] as number];
    const [startUs, endUs] = [Math.min(...markTimes), Math.max(...markTimes)];
    const cells = new Map<string, number>();
    numbers(liquidations, "trigger_time_us").forEach((time, place) => {
      const step = Math.min(MAP_STEPS - 1, Math.floor((time - startUs) / Math.ceil((endUs - startUs) / MAP_STEPS)));
      const bin = Math.floor((((numbers(liquidations, "trigger_mark_ticks")[place] as number) - first) * MAP_BINS_PER_PRICE) / first);
      cells.set(`${step} ${bin}`, (cells.get(`${step} ${bin}`) ?? 0) + 1);
    });
    expect(Object.fromEntries(rows.map((row) => [`${row["step"]} ${row["bin"]}`, row["liquidations"]]))).toEqual(Object.fromEntries(cells));
    expect(sum(rows, "notional")).toBeCloseTo(Number(summary.liquidations.notional), 2);
  });
});
