/** The rows that each chart of a sweep embeds, against the same computed plainly from its tables and its statistics. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analysisFile, type SweepAnalysis } from "../../../data/store/sweep-analysis.ts";
import { openSweep } from "../../../data/store/sweep-store.ts";
import type { PageChart } from "../../../reports/page/figure.ts";
import { withSweep } from "../../../reports/sweep/sweep.ts";
import { sweepCharts } from "../../../reports/sweep/write-sweep-report.ts";
import { drawnMarks } from "../drawn-marks.ts";
import { type SweepFixture, writeSweepFixture } from "./fixture.ts";

type Row = Readonly<Record<string, unknown>>;

const REPLICATIONS = 4;
/** Twelve settings, so that the fan has two steps of a run in one; a run of the second one failed. */
const FIXTURE: SweepFixture = {
  factors: { "pools.x.seedCapital": ["1000", "10000", "100000"], "venue.fees.liquidation": ["0.0005", "0.001", "0.002", "0.004"] },
  replications: REPLICATIONS,
  failures: { 5: "an agent threw" },
  policies: ["profit-times-leverage", "pro-rata-size"],
};
const FAN_TOGETHER = 2;
const TITLES = ["fund.maxDrawdown, USDT", "cascades.count", "cascades.branchingRatio, ratio", "adl.taken, USDT", "traders.cost, USDT"];

let top = "";
let analysis: SweepAnalysis;
let charts: Readonly<Record<string, PageChart>>;
const tables: Record<string, readonly Row[]> = {};
let settingOf: ReadonlyMap<number, number>;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "sweep-chart-data-"));
  await writeSweepFixture(top, FIXTURE);
  const file = analysisFile(top);
  analysis = irregular(JSON.parse(await readFile(file, "utf8")));
  await writeFile(file, JSON.stringify(analysis));
  charts = await chartsOf();
  const store = await openSweep(top);
  for (const name of ["runs", "curves", "cascade_sizes", "adl_burden", "liquidation_map"])
    tables[name] = await store.rows(`SELECT * FROM ${name}`);
  store.close();
  const ended = table("runs").filter((row) => row["error"] === null);
  settingOf = new Map(ended.map((row) => [Number(row["run"]), Number(row["setting"])]));
  expect(settingOf.size).toBe(12 * REPLICATIONS - 1);
});
afterAll(() => rm(top, { recursive: true, force: true }));

async function chartsOf(): Promise<Readonly<Record<string, PageChart>>> {
  return withSweep(top, async (sweep) => Object.fromEntries((await sweepCharts(sweep)).map((chart) => [chart.name, chart])));
}

/** No two numbers alike, so that none can stand for another. */
function irregular(made: SweepAnalysis): SweepAnalysis {
  const estimate = (value: number) => ({ value, interval: { low: value * 0.71, high: value * 1.23 } });
  return {
    ...made,
    settings: made.settings.map((one) => ({
      ...one,
      exhaustion:
        one.exhaustion === null
          ? null
          : { ...one.exhaustion, interval: { low: one.exhaustion.value * 0.37, high: 0.91 - 0.013 * one.setting } },
    })),
    comparisons: made.comparisons.map((one) => ({
      ...one,
      interval: { low: one.value - 900 - 7 * one.setting, high: one.value + 1300 + 11 * one.metric },
      varianceReduction: one.setting === 2 ? null : 0.05 * one.setting - 0.07 * one.metric,
    })),
    sensitivity: {
      kind: "saltelli",
      metrics: made.metrics.map((_, metric) => ({
        metric,
        variance: 3,
        factors: [0, 1].map((factor) => ({
          first: estimate(0.11 + 0.02 * metric + 0.05 * factor),
          total: estimate(0.32 + 0.02 * metric + 0.05 * factor),
        })),
      })),
    },
  };
}

const table = (name: string) => tables[name] as readonly Row[];
const settings = () => analysis.settings.map(({ setting }) => setting);
const runsIn = (setting: number) => [...settingOf].flatMap(([run, own]) => (own === setting ? [run] : []));
const inRuns = (name: string, runs: readonly number[]) => table(name).filter((row) => runs.includes(Number(row["run"])));
const total = (rows: readonly Row[], column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
const different = <Value>(values: readonly Value[]) => [...new Set(values)];

function rowsOf(chart: string, dataset: string, from = charts): readonly Row[] {
  const rows = (from[chart]?.spec?.["datasets"] as Record<string, readonly Row[]> | undefined)?.[dataset] ?? [];
  expect(rows.length, `${chart}: ${dataset}`).toBeGreaterThan(0);
  return rows;
}

/** Every row as expected, keys alike, none too many: numbers to so many digits, all else exactly. */
function expectRows(found: readonly Row[], expected: readonly Row[], keys: readonly string[], digits = 5): void {
  const keyOf = (row: Row) => JSON.stringify(keys.map((name) => row[name]));
  const byKey = new Map(found.map((row) => [keyOf(row), row]));
  expect(byKey.size).toBe(found.length);
  expect([...byKey.keys()].sort()).toEqual(expected.map(keyOf).sort());
  for (const row of expected) {
    const own = byKey.get(keyOf(row)) as Row;
    for (const [name, value] of Object.entries(row)) {
      const where = `${keyOf(row)}: ${name}`;
      if (typeof value !== "number" || keys.includes(name)) expect(own[name], where).toEqual(value);
      else
        expect(Math.abs(Number(own[name]) - value), `${where}: ${own[name]} for ${value}`).toBeLessThanOrEqual(
          Math.abs(value) * 10 ** (1 - digits),
        );
    }
  }
}

describe("what is drawn of the statistics", () => {
  const means = () =>
    analysis.settings.flatMap(({ setting, values, metrics }) =>
      metrics.flatMap((metric, place) => (metric === null ? [] : [{ setting, values, metric, title: TITLES[place] as string }])),
    );

  test("metrics: mean, interval, least and greatest of each setting", () => {
    const expected = means().map(({ setting, metric, title }) => ({
      ...{ metric: title, setting, runs: metric.count, mean: metric.mean.value, least: metric.least, greatest: metric.greatest },
      ...{ low: metric.mean.interval?.low, high: metric.mean.interval?.high },
    }));
    expect(expected.map(({ runs }) => runs)).toContain(REPLICATIONS - 1);
    expectRows(rowsOf("metrics", "metrics"), expected, ["metric", "setting"]);
  });

  test("heat map: mean, interval and half-width of each pair of values, and how dark it is", () => {
    const expected = means().map(({ setting, values: [first, second], metric: { mean }, title }) => {
      const { low, high } = mean.interval as { low: number; high: number };
      return { metric: title, setting, first, second, others: "", mean: mean.value, low, high };
    });
    const cells = rowsOf("heat", "cells");
    expectRows(cells, expected, ["metric", "setting"]);
    const half = expected.map(({ metric, setting, low, high }) => ({ metric, setting, half: (high - low) / 2 }));
    expectRows(cells, half, ["metric", "setting"], 3);
    for (const cell of cells) {
      const all = expected.flatMap(({ metric, mean }) => (metric === cell["metric"] ? [mean] : []));
      const [least, most] = [Math.min(...all), Math.max(...all)];
      expect(Number(cell["shade"])).toBeCloseTo((Number(cell["mean"]) - least) / (most - least), 3);
    }
  });

  test("tornado: of each factor the values with the least and the most of a metric, with their intervals, the widest range first", () => {
    const expected = analysis.effects.flatMap(({ metric, factors }) => {
      const rows = factors.map(({ factor, levels }) => {
        const at = (value: number) => levels.find((level) => level.value === value) as (typeof levels)[number];
        const [least, most] = [at(Math.min(...levels.map(({ value }) => value))), at(Math.max(...levels.map(({ value }) => value)))];
        return {
          ...{ metric: TITLES[metric], factor: ["seedCapital", "liquidation"][factor], range: most.value - least.value },
          ...{ low: least.value, lowAt: least.level, lowFrom: least.interval?.low, lowTo: least.interval?.high },
          ...{ high: most.value, highAt: most.level, highFrom: most.interval?.low, highTo: most.interval?.high },
        };
      });
      return rows.map((row) => ({ ...row, place: rows.filter(({ range }) => range > row.range).length }));
    });
    expectRows(rowsOf("tornado", "effects"), expected, ["metric", "factor"]);
  });

  test("tornado: Sobol indices with their intervals", () => {
    if (analysis.sensitivity?.kind !== "saltelli") throw new Error("expected Sobol indices");
    const expected = analysis.sensitivity.metrics.flatMap(({ metric, factors }) =>
      (factors ?? []).flatMap((indices, factor) =>
        (["first", "total"] as const).map((index) => {
          const { value, interval } = indices[index];
          const name = ["seedCapital", "liquidation"][factor];
          return { metric: TITLES[metric], factor: name, index, value, low: interval?.low, high: interval?.high };
        }),
      ),
    );
    expectRows(rowsOf("tornado", "indices"), expected, ["metric", "factor", "index"]);
  });

  test("tornado: Morris's measures with the interval of μ*", async () => {
    const file = analysisFile(top);
    const kept = await readFile(file, "utf8");
    const measures = analysis.metrics.map((_, metric) => ({
      metric,
      factors: [0, 1].map((factor) => ({
        ...{ mu: -3 - metric - 10 * factor, sigma: 0.7 + metric + 3 * factor },
        muStar: { value: 5 + metric + 10 * factor, interval: { low: 4.1 + metric, high: 17.3 + metric } },
      })),
    }));
    await writeFile(file, JSON.stringify({ ...analysis, sensitivity: { kind: "morris", metrics: measures } }));
    const withMorris = await chartsOf();
    await writeFile(file, kept);
    const expected = measures.flatMap(({ metric, factors }) =>
      factors.map(({ mu, muStar: { value, interval }, sigma }, factor) => {
        const row = { metric: TITLES[metric], factor: ["seedCapital", "liquidation"][factor], index: "μ*", value, mu, sigma };
        // The second factor has the greater μ*, and stands first.
        return { ...row, low: interval.low, high: interval.high, place: 1 - factor };
      }),
    );
    expectRows(rowsOf("tornado", "indices", withMorris), expected, ["metric", "factor"]);
  });

  test("differences: value, interval and what pairing saved, and whether the interval holds none", () => {
    const expected = analysis.comparisons.map(({ setting, metric, pairs, value, interval, varianceReduction }) => ({
      ...{ metric: TITLES[metric], setting, pairs, value, low: interval.low, high: interval.high, reduction: varianceReduction },
      is: interval.low <= 0 && interval.high >= 0 ? "may be none" : "differs",
    }));
    expect(different(expected.map((row) => row.is)).sort()).toEqual(["differs", "may be none"]);
    expectRows(rowsOf("differences", "differences"), expected, ["metric", "setting"]);
  });

  test("Pareto chart: every setting at its three means, those of the front named so", () => {
    const { points, front } = analysis.pareto as NonNullable<SweepAnalysis["pareto"]>;
    const expected = points.map(({ setting, values: [a, b, c] }) => ({
      ...{ setting, a, b, c, of: front.includes(setting) ? "on the front" : "beaten by another" },
    }));
    expectRows(rowsOf("pareto", "points"), expected, ["setting"]);
  });

  test("exceedance chart: how often a pool was exhausted, with the exact interval", () => {
    const expected = analysis.settings.flatMap(({ setting, exhaustion }) =>
      exhaustion === null
        ? []
        : [
            {
              ...{ setting, successes: exhaustion.successes, trials: exhaustion.trials, part: exhaustion.value },
              ...{ low: exhaustion.interval.low, high: exhaustion.interval.high },
            },
          ],
    );
    expectRows(rowsOf("exceedance", "exhaustion"), expected, ["setting"]);
  });
});

describe("what is drawn of the tables", () => {
  test("exceedance curve: at each drawdown of a run the part of the runs that fell at least so deep", () => {
    const expected = settings().flatMap((setting) => {
      const values = inRuns("runs", runsIn(setting)).map((row) => Number(row["fund.maxDrawdown"]));
      const part = (drawdown: number) => values.filter((value) => value >= drawdown).length / values.length;
      return [0, ...values].map((drawdown) => ({ setting, drawdown: Number(drawdown.toPrecision(5)), part: part(drawdown) }));
    });
    expectRows(rowsOf("exceedance", "drawdowns"), expected, ["setting", "drawdown"], 4);
  });

  test("fan: quantiles over the runs of the balance at the end of a step and of the deepest drawdown in it", () => {
    const quantile = (values: readonly number[], probability: number) => {
      const sorted = [...values].sort((a, b) => a - b);
      const place = probability * (sorted.length - 1);
      const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
      return below + (above - below) * (place - Math.floor(place));
    };
    const expected = settings().flatMap((setting) => {
      const curves = runsIn(setting).map((run) => inRuns("curves", [run]).sort((a, b) => Number(a["step"]) - Number(b["step"])));
      const steps = Array.from({ length: (curves[0] as Row[]).length / FAN_TOGETHER }, (_, step) => step);
      return steps.map((step) => {
        const parts = curves.map((curve) => curve.slice(step * FAN_TOGETHER, (step + 1) * FAN_TOGETHER));
        const available = parts.map((part) => Number(part.at(-1)?.["available"]));
        const drawdown = parts.map((part) => Math.max(...part.map((row) => Number(row["drawdown"]))));
        const bands = [5, 25, 50, 75, 95].flatMap((percent) => [
          [`available${percent}`, quantile(available, percent / 100)] as const,
          [`drawdown${percent}`, quantile(drawdown, percent / 100)] as const,
        ]);
        return {
          ...{ setting, instrument: 0, t: Number(parts[0]?.at(-1)?.["time_us"]) / 1000, runs: curves.length },
          ...Object.fromEntries(bands),
        };
      });
    });
    expectRows(rowsOf("fund", "fan"), expected, ["setting", "t"]);
  });

  test("cascades: how many of at least each size a run of the setting has on average, runs without any included", () => {
    const expected = ["liquidations", "accounts"].flatMap((of) =>
      settings().flatMap((setting) => {
        const rows = inRuns("cascade_sizes", runsIn(setting));
        return different(rows.map((row) => Number(row[of]))).map((size) => {
          const larger = rows.filter((row) => Number(row[of]) >= size);
          return { of, setting, size, perRun: total(larger, "cascades") / runsIn(setting).length };
        });
      }),
    );
    expectRows(rowsOf("cascades", "sizes"), expected, ["of", "setting", "size"]);
  });

  test("who bears ADL: averages over the runs that had any, of all settings together and of each, by policy", () => {
    const ALL = -1;
    const expected = [ALL, ...settings()].flatMap((setting) => {
      const rows = inRuns("adl_burden", setting === ALL ? [...settingOf.keys()] : runsIn(setting));
      return different(rows.map((row) => row["policy"])).flatMap((policy) => {
        const own = rows.filter((row) => row["policy"] === policy);
        const runs = different(own.map((row) => row["run"])).length;
        return different(own.map((row) => Number(row["decile"]))).map((decile) => {
          const tenth = own.filter((row) => Number(row["decile"]) === decile);
          return {
            ...{ setting, policy, decile, accounts: total(tenth, "accounts") / runs },
            ...{ taken: total(tenth, "taken") / runs, closed: total(tenth, "closed") / runs },
            share: total(tenth, "taken") / total(tenth, "equity"),
          };
        });
      });
    });
    expect(different(expected.map(({ policy }) => policy))).toHaveLength(2);
    expectRows(rowsOf("adl-burden", "burden"), expected, ["setting", "policy", "decile"]);
  });

  test("liquidation map: what a run of the setting liquidates in a cell on average", () => {
    const bins = table("liquidation_map").map((row) => Number(row["bin"]));
    // At most 48 rows of cells.
    const tall = Math.ceil((Math.max(...bins) - Math.min(...bins) + 1) / 48);
    expect(tall).toBeGreaterThan(1);
    const expected = settings().flatMap((setting) => {
      const rows = inRuns("liquidation_map", runsIn(setting)).map((row) => ({
        ...row,
        t: Number(row["time_us"]) / 1000,
        low: Math.floor(Number(row["bin"]) / tall) * tall,
      }));
      return different(rows.map(({ t, low }) => `${t} ${low}`)).map((cell) => {
        const [t, low] = cell.split(" ").map(Number) as [number, number];
        const own = rows.filter((row) => row.t === t && row.low === low);
        return {
          // A bin is a quarter of a per cent of the first mark.
          ...{ setting, instrument: 0, t, from: low / 4, to: (low + tall) / 4 },
          ...{
            notional: total(own, "notional") / runsIn(setting).length,
            liquidations: total(own, "liquidations") / runsIn(setting).length,
          },
        };
      });
    });
    expectRows(rowsOf("liquidation-map", "map"), expected, ["setting", "t", "from"], 4);
  });

  test("replay: the curves of the worst run, step by step", () => {
    const rows = inRuns("curves", [analysis.worst?.run ?? -1]).sort((a, b) => Number(a["step"]) - Number(b["step"]));
    const expected = rows.map(({ step, time_us, mark, available, drawdown, liquidated, adl }) => ({
      ...{ step: Number(step), t: Number(time_us) / 1000, mark, available, drawdown, liquidated, adl },
    }));
    expectRows(rowsOf("replay", "replay"), expected, ["step", "t"]);
  });
});

describe("intervals are drawn where they are", () => {
  const spans = async (chart: string, axis: "x" | "y", of: (row: Row) => boolean) => {
    const rules = await drawnMarks(charts[chart]?.spec ?? {}, "rule");
    const end = `${axis}2` as const;
    return rules.flatMap((rule) =>
      of(rule.datum) ? [{ datum: rule.datum, length: Math.abs((rule[end] ?? rule[axis]) - rule[axis]) }] : [],
    );
  };
  /** Lengths in pixels stand in one proportion to those in the unit of the axis, none of them nothing. */
  const proportional = (pairs: readonly (readonly [pixels: number, units: number])[]) => {
    const ratios = pairs.map(([pixels, units]) => pixels / units);
    expect(Math.min(...ratios)).toBeGreaterThan(0);
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 3);
  };

  test("tornado: a whisker at either end of each bar", async () => {
    const whiskers = await spans("tornado", "x", (row) => row["lowFrom"] !== undefined && row["metric"] === TITLES[0]);
    expect(whiskers).toHaveLength(2 * 2);
    const effects = analysis.effects[0]?.factors ?? [];
    const lengths = effects.flatMap(({ levels }) => {
      const sorted = [...levels].sort((a, b) => a.value - b.value);
      return [sorted[0], sorted.at(-1)].map((level) => (level?.interval?.high ?? 0) - (level?.interval?.low ?? 0));
    });
    const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
    const [drawn, real] = [ascending(whiskers.map(({ length }) => length)), ascending(lengths)];
    proportional(drawn.map((pixels, place) => [pixels, real[place] as number]));
  });

  test("differences, exhaustion and metrics: a bar from the lower to the upper end at every point", async () => {
    for (const [chart, from, to, own] of [
      ["differences", "low", "high", (row: Row) => row["reduction"] !== undefined],
      ["exceedance", "low", "high", (row: Row) => row["trials"] !== undefined],
      ["metrics", "low", "high", (row: Row) => row["from"] !== undefined],
      ["metrics", "least", "greatest", (row: Row) => row["least"] !== undefined && row["from"] === undefined],
    ] as const) {
      const bars = await spans(chart, "y", own);
      expect(bars.length, chart).toBe(chart === "differences" ? 11 : 12);
      proportional(bars.map(({ datum, length }) => [length, Number(datum[to]) - Number(datum[from])]));
    }
  });
});
