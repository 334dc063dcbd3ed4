/** Synthetic directories of sweeps: plausible, not simulated, of any number of settings and runs. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase, sqlText } from "../../../data/store/database.ts";
import { describeTable } from "../../../data/store/format.ts";
import { writeSweepTable } from "../../../data/store/merge-tables.ts";
import { copyToParquet, zstdWith } from "../../../data/store/parquet.ts";
import { analysisFile, type SweepAnalysis } from "../../../data/store/sweep-analysis.ts";
import { sweepFile } from "../../../data/store/sweep-store.ts";
import { SWEEP_TABLES } from "../../../data/store/sweep-tables.ts";
import { TABLE_FORMAT_VERSION } from "../../../sim/tables.ts";

/** What a fixture is made of. */
export interface SweepFixture {
  /** Values of each factor, by name: the settings are all combinations, the last factor fastest. */
  readonly factors: Readonly<Record<string, readonly (string | number)[]>>;
  readonly replications: number;
  readonly name?: string;
  readonly description?: string;
  readonly warnings?: readonly string[];
  /** Runs that failed, with their error. */
  readonly failures?: Readonly<Record<number, string>>;
  /** Without liquidations there is no cascade, no cell of the map and no auto-deleveraging. */
  readonly quiet?: boolean;
  readonly commonRandomNumbers?: boolean;
  readonly sensitivity?: SweepAnalysis["sensitivity"];
  readonly policies?: readonly string[];
}

const START_US = Date.UTC(2025, 9, 10, 20) * 1000;
const STEPS = 240;
const STEP_US = 15_000_000;
const METRICS: SweepAnalysis["metrics"] = [
  { name: "fund.maxDrawdown", unit: "amount", meaning: "the deepest drawdown of any pool (CASC-4)" },
  { name: "cascades.count", unit: "count", meaning: "cascades (CASC-2)" },
  { name: "cascades.branchingRatio", unit: "ratio", meaning: "induced of all liquidations" },
  { name: "adl.taken", unit: "amount", meaning: "profit taken from winners" },
  { name: "traders.cost", unit: "amount", meaning: "what liquidated traders paid" },
];

/** Writes the directory, and returns its statistics. */
export async function writeSweepFixture(directory: string, fixture: SweepFixture): Promise<SweepAnalysis> {
  await mkdir(directory, { recursive: true });
  const settings = combinations(Object.values(fixture.factors));
  const analysis = analysisOf(fixture, settings);
  await writeFile(analysisFile(directory), JSON.stringify(analysis));
  const { failures = {} } = fixture;
  const plan = {
    ...{ name: analysis.plan.name, scenario: "flash-crash", set: { duration: "60m" }, replications: fixture.replications },
    factors: Object.entries(fixture.factors).map(([path, values]) => ({ path, values })),
  };
  const scenario = { name: "flash-crash", start: "2025-10-10T20:00:00Z", instruments: [{ symbol: "BTC-USDT" }] };
  const sweep = {
    kind: "sweep",
    complete: true,
    breakwater: "0.1.0",
    plan,
    scenario,
    settings: settings.length,
    runs: analysis.runs,
    failed: analysis.failed,
  };
  await writeFile(sweepFile(directory), JSON.stringify(sweep));
  await writeRuns(directory, settings, fixture);
  const ended = Array.from({ length: analysis.runs }, (_, run) => run).filter((run) => failures[run] === undefined);
  await writePictures(directory, fixture, ended.length === 0 ? [] : ended);
  return analysis;
}

function combinations(values: readonly (readonly (string | number)[])[]): (string | number)[][] {
  return values.reduce<(string | number)[][]>((rows, own) => rows.flatMap((row) => own.map((value) => [...row, value])), [[]]);
}

function analysisOf(fixture: SweepFixture, values: (string | number)[][]): SweepAnalysis {
  const { replications, failures = {}, commonRandomNumbers = true } = fixture;
  const failedOf = (setting: number) => Object.keys(failures).filter((run) => Math.floor(Number(run) / replications) === setting).length;
  const level = (setting: number, metric: number) =>
    ([1e5, 4, 0.3, 2e4, 5e4][metric as 0] as number) * (1 + 0.3 * Math.cos(setting * (metric + 1)));
  const estimate = (value: number) => ({ value, interval: replications === 1 ? null : { low: value * 0.8, high: value * 1.15 } });
  const settings: SweepAnalysis["settings"] = values.map((own, setting) => {
    const count = replications - failedOf(setting);
    const exhausted = Math.min(count, setting % 3);
    return {
      ...{ setting, values: own, replications, failed: failedOf(setting), stopping: null },
      exhaustion: count === 0 ? null : { successes: exhausted, trials: count, value: exhausted / count, interval: { low: 0, high: 0.9 } },
      metrics: METRICS.map((_, metric) =>
        count === 0
          ? null
          : {
              count,
              mean: estimate(level(setting, metric)),
              standardDeviation: null,
              least: level(setting, metric) * 0.5,
              greatest: level(setting, metric) * 2,
              quantiles: [],
              shortfalls: [],
            },
      ),
    };
  });
  const alive = settings.filter(({ exhaustion }) => exhaustion !== null);
  const points = alive.map(({ setting }) => ({ setting, values: [0, 3, 4].map((metric) => level(setting, metric)) }));
  const compared = commonRandomNumbers && replications > 1 ? alive.slice(1) : [];
  const failed = Object.keys(failures).length;
  return {
    ...{ kind: "sweep-analysis", breakwater: "0.1.0", confidence: 0.95, runs: values.length * replications, failed },
    plan: {
      ...{
        name: fixture.name ?? "fixture",
        description: fixture.description ?? "",
        scenario: "flash-crash",
        venue: "bitda",
        settle: "USDT",
      },
      ...{ seed: 1, replications, commonRandomNumbers, design: "grid" },
    },
    factors: Object.entries(fixture.factors).map(([name, own]) => ({
      name,
      numeric: own.every((value) => typeof value === "number"),
      values: [...own],
    })),
    metrics: METRICS,
    settings,
    comparisons: compared.flatMap(({ setting }) =>
      METRICS.map((_, metric) => {
        const value = level(setting, metric) - level(0, metric);
        return {
          setting,
          against: 0,
          metric,
          pairs: replications,
          value,
          standardError: 1,
          interval: { low: value - 2e3, high: value + 2e3 },
          varianceReduction: 0.6,
        };
      }),
    ),
    effects:
      alive.length === 0
        ? []
        : METRICS.map((_, metric) => ({
            metric,
            factors: Object.values(fixture.factors).map((own, factor) => ({
              factor,
              levels: own.map((at, place) => ({ level: at, ...estimate(level(place + factor, metric)) })),
            })),
          })),
    sensitivity: fixture.sensitivity ?? null,
    pareto:
      points.length === 0
        ? null
        : {
            objectives: ["fund.maxDrawdown", "adl.taken", "traders.cost"],
            points,
            front: points.slice(0, 3).map(({ setting }) => setting),
          },
    worst:
      alive.length === 0
        ? null
        : {
            metric: "fund.maxDrawdown",
            run: (alive[0]?.setting ?? 0) * replications + failedOf(alive[0]?.setting ?? 0),
            setting: alive[0]?.setting ?? 0,
            replication: 0,
            seed: 7,
            value: 3e5,
          },
    warnings: [...(fixture.warnings ?? [])],
  };
}

async function writeRuns(directory: string, settings: (string | number)[][], { replications, failures = {} }: SweepFixture): Promise<void> {
  const runs = settings.flatMap((_, setting) =>
    Array.from({ length: replications }, (_, replication) => ({ run: setting * replications + replication, setting, replication })),
  );
  const column = (name: string, type: "BIGINT" | "DOUBLE" | "VARCHAR", of: (run: (typeof runs)[number]) => string | number | null) => ({
    name,
    type,
    meaning: name,
    values: runs.map(of),
  });
  await writeSweepTable(
    "runs",
    "one row a run",
    [
      column("run", "BIGINT", ({ run }) => run),
      column("setting", "BIGINT", ({ setting }) => setting),
      column("replication", "BIGINT", ({ replication }) => replication),
      column("seed", "BIGINT", ({ replication }) => 7 + replication),
      column("error", "VARCHAR", ({ run }) => failures[run] ?? null),
      column("fund.maxDrawdown", "DOUBLE", ({ run, setting, replication }) =>
        failures[run] === undefined ? 1e4 * (1 + (setting % 7)) * (1 + ((replication * 37) % 50)) : null,
      ),
    ],
    join(directory, "runs.parquet"),
  );
  await writeSweepTable(
    "settings",
    "one row a setting",
    [{ name: "setting", type: "BIGINT", meaning: "number", values: settings.map((_, setting) => setting) }],
    join(directory, "settings.parquet"),
  );
}

/** The tables of pictures, by SQL: there may be millions of rows. */
async function writePictures(
  directory: string,
  { replications, quiet = false, policies = ["profit-times-leverage"] }: SweepFixture,
  runs: readonly number[],
): Promise<void> {
  if (runs.length === 0) return;
  const database = await openDatabase(false);
  const some = quiet ? "false" : "true";
  const policy = `[${policies.map(sqlText).join(", ")}]`;
  const queries: Readonly<Record<string, string>> = {
    curves: `SELECT run, 0::BIGINT AS instrument, step, (${START_US} + (step + 1) * ${STEP_US})::BIGINT AS time_us,
        100000 * (1 - 0.15 * least(1, step / 120)) + (hash(run, step) % 400)::DOUBLE AS mark,
        1e6 - 2e3 * step - (hash(run) % 200)::DOUBLE * step AS available, 2e3 * step + (hash(run) % 200)::DOUBLE * step AS drawdown,
        CASE WHEN ${some} AND step BETWEEN 60 AND 120 THEN (hash(run, step) % 90000)::DOUBLE ELSE 0 END AS liquidated,
        CASE WHEN ${some} AND step BETWEEN 100 AND 120 THEN (hash(step, run) % 30000)::DOUBLE ELSE 0 END AS adl
      FROM made, (SELECT unnest(range(${STEPS})) AS step)`,
    cascade_sizes: `SELECT run, (2 + size * size)::BIGINT AS liquidations, (1 + size * size)::BIGINT AS accounts, (21 - size)::BIGINT AS cascades, size * 1e4::DOUBLE AS notional
      FROM made, (SELECT unnest(range(1, 20)) AS size) WHERE ${some} AND hash(run, size) % 3 = 0`,
    adl_burden: `SELECT run, ${policy}[1 + (run // ${replications}) % ${policies.length}] AS policy, decile, 3::BIGINT AS accounts, 1e5 * decile::DOUBLE AS equity,
        (hash(run, decile) % 5000)::DOUBLE AS taken, (hash(decile, run) % 90000)::DOUBLE AS closed FROM made, (SELECT unnest(range(1, 11)) AS decile) WHERE ${some}`,
    liquidation_map: `SELECT run, 0::BIGINT AS instrument, step, (${START_US} + step * 4 * ${STEP_US})::BIGINT AS time_us, (-2 * step + (hash(run, step, spread) % 6)::BIGINT)::BIGINT AS bin,
        5::BIGINT AS liquidations, (1000 + hash(run, step) % 90000)::DOUBLE AS notional
      FROM made, (SELECT unnest(range(10, 40)) AS step), (SELECT unnest(range(2)) AS spread) WHERE ${some}`,
  };
  try {
    await database.connection.run(`CREATE TABLE made AS SELECT unnest([${runs.join(", ")}]::BIGINT[]) AS run`);
    for (const schema of SWEEP_TABLES) {
      const metadata = describeTable({ ...schema, columns: [{ name: "run", type: "int64", meaning: "row of `runs`" }, ...schema.columns] });
      const file = join(directory, `${schema.name}.parquet`);
      await copyToParquet(
        database.connection,
        file,
        `(${queries[schema.name]} ORDER BY ALL)`,
        zstdWith({ ...metadata, breakwater_format_version: String(TABLE_FORMAT_VERSION) }),
      );
    }
  } finally {
    database.close();
  }
}
