/** Directories of sweeps with figures of our own: `runs`, `settings` and `sweep.json`, no run was simulated. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type SweepColumn, writeSweepTable } from "../../../data/store/merge-tables.ts";

export interface FixtureRun {
  readonly setting: number;
  readonly replication: number;
  readonly seed: number;
  /** Null: the run failed. */
  readonly drawdown: number | null;
}

export interface FixtureSweep {
  readonly factor: string;
  readonly values: readonly (number | string)[];
  readonly runs: readonly FixtureRun[];
  readonly plan?: object;
  readonly scenario?: object;
}

/** A run for each setting and replication, with a seed and a figure by place. */
export function runsOf(
  settings: number,
  replications: number,
  seed: (place: number) => number,
  figure: (place: number) => number,
): FixtureRun[] {
  return Array.from({ length: settings * replications }, (_, place) => ({
    setting: Math.floor(place / replications),
    replication: place % replications,
    seed: seed(place),
    drawdown: figure(place),
  }));
}

export async function writeSweepFixture(
  directory: string,
  { factor, values, runs, plan = {}, scenario = {} }: FixtureSweep,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const column = (name: string, type: SweepColumn["type"], cells: SweepColumn["values"]): SweepColumn => ({
    name,
    type,
    meaning: name,
    values: cells,
  });
  const type = values.every((value) => typeof value === "number") ? "DOUBLE" : "VARCHAR";
  await writeSweepTable(
    "settings",
    "settings",
    [
      column(
        "setting",
        "BIGINT",
        values.map((_, setting) => setting),
      ),
      column(factor, type, values),
    ],
    join(directory, "settings.parquet"),
  );
  await writeSweepTable(
    "runs",
    "runs",
    [
      column(
        "run",
        "BIGINT",
        runs.map((_, run) => run),
      ),
      column(
        "setting",
        "BIGINT",
        runs.map(({ setting }) => setting),
      ),
      column(
        "replication",
        "BIGINT",
        runs.map(({ replication }) => replication),
      ),
      column(
        "seed",
        "BIGINT",
        runs.map(({ seed }) => seed),
      ),
      column(
        "digest",
        "VARCHAR",
        runs.map(({ drawdown, seed }) => (drawdown === null ? null : `${seed}:${drawdown}`)),
      ),
      column(
        "error",
        "VARCHAR",
        runs.map(({ drawdown }) => (drawdown === null ? "it failed" : null)),
      ),
      column(
        factor,
        type,
        runs.map(({ setting }) => values[setting] ?? null),
      ),
      column(
        "fund.maxDrawdown",
        "DOUBLE",
        runs.map(({ drawdown }) => drawdown),
      ),
    ],
    join(directory, "runs.parquet"),
  );
  const file = {
    kind: "sweep",
    complete: true,
    breakwater: "0.1.0",
    plan: { name: "fixture", replications: 2, metrics: ["fund.maxDrawdown"], ...plan },
    scenario: { name: "fixture-scenario", instruments: [{ symbol: "BTC-USDT", settle: "USDT" }], ...scenario },
  };
  await writeFile(join(directory, "sweep.json"), JSON.stringify(file));
}
