/** The statistics of a sweep against computations by hand. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { SweepAnalysis } from "../../../data/store/sweep-analysis.ts";
import { analyseSweep } from "../../../lab/analysis/analyse.ts";
import { estimateColumns } from "../../../lab/analysis/estimates.ts";
import type { AnalysedRun } from "../../../lab/analysis/figures.ts";
import { type PreparedPlan, preparePlan } from "../../../lab/plan/prepare.ts";
import { parsePlan } from "../../../lab/plan/read-plan.ts";
import { summarise } from "../../../lab/statistics/summary.ts";

const ACCOUNTS = { path: "population.accounts", values: [100, 200, 400] };
const FEES = { path: "venue.fees.liquidation", values: ["0.0005", "0.001"] };

async function prepared(content: Record<string, unknown>): Promise<PreparedPlan> {
  const plan = { name: "test", scenario: "flash-crash", metrics: ["cascades.count", "trades"], ...content };
  return await preparePlan(parsePlan({ file: "plan.json", place: "plan.json", content: plan }));
}

/** Runs of a plan whose metrics follow a formula of the settings' values and the replication. */
function runsOf(plan: PreparedPlan, of: (name: string, values: number[], replication: number) => number | null): AnalysedRun[] {
  return plan.runs.map(({ run, setting, replication, seed }) => {
    const values = (plan.settings[setting] ?? []).map(({ value }) => Number(value));
    const first = of("cascades.count", values, replication);
    const failed = { run, setting, replication, seed, digest: null, exhausted: false, values: null };
    if (first === null) return failed;
    const digest = `${values.join(" ")} ${replication}`;
    return { ...failed, digest, exhausted: first > 4, values: ({ name }) => of(name, values, replication) };
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const analyse = (plan: PreparedPlan, runs: AnalysedRun[]) => analyseSweep({ prepared: plan, version: "1", stopping: [], runs });

let grid: PreparedPlan;
beforeAll(async () => {
  grid = await prepared({ replications: 6, factors: [ACCOUNTS, FEES] });
});

describe("the analysis of a grid", () => {
  const luck = [0, 3, 1, 4, 1, 5];
  const formula = (name: string, [accounts, fee]: number[], replication: number) => {
    if (name === "cascades.count") return (accounts as number) / 100 + (luck[replication] as number);
    if (name === "traders.cost") return (fee as number) * 1000 + (accounts as number) / 1000;
    return name === "fund.maxDrawdown" ? 1 / (fee as number) : 0;
  };
  let analysis: SweepAnalysis;
  beforeAll(() => {
    analysis = analyse(grid, runsOf(grid, formula));
  });

  test("says of each setting mean, spread and how often the fund ran out", () => {
    expect(analysis.metrics.map(({ name }) => name)).toEqual(["cascades.count", "trades", "fund.maxDrawdown", "adl.taken", "traders.cost"]);
    expect(analysis.settings.map(({ values }) => values)).toEqual([
      [100, "0.0005"],
      [100, "0.001"],
      [200, "0.0005"],
      [200, "0.001"],
      [400, "0.0005"],
      [400, "0.001"],
    ]);
    for (const { metrics, values, exhaustion, replications } of analysis.settings) {
      const own = luck.map((each) => Number(values[0]) / 100 + each);
      const [cascades] = metrics;
      expect(cascades).toMatchObject({ count: 6, least: Math.min(...own), greatest: Math.max(...own) });
      expect(cascades?.mean.value).toBeCloseTo(mean(own), 12);
      expect(cascades?.standardDeviation?.value).toBeCloseTo(
        Math.sqrt(own.reduce((sum, each) => sum + (each - mean(own)) ** 2, 0) / 5),
        12,
      );
      expect(cascades?.mean.interval?.low).toBeLessThan(mean(own));
      expect(exhaustion).toMatchObject({ trials: 6, successes: own.filter((each) => each > 4).length });
      expect(replications).toBe(6);
    }
  });

  test("TIME-2 pairs every setting with the first: luck that both share is gone", () => {
    const cascades = analysis.comparisons.filter(({ metric }) => metric === 0);
    expect(
      cascades.map(({ setting, against, pairs, value, standardError, varianceReduction }) => [
        setting,
        against,
        pairs,
        value,
        standardError,
        varianceReduction,
      ]),
    ).toEqual([
      [1, 0, 6, 0, 0, 1],
      [2, 0, 6, 1, 0, 1],
      [3, 0, 6, 1, 0, 1],
      [4, 0, 6, 3, 0, 1],
      [5, 0, 6, 3, 0, 1],
    ]);
  });

  test("averages each value of a factor over the others, with the spread of luck", () => {
    const [accounts, fees] = analysis.effects[0]?.factors ?? [];
    expect(accounts?.levels.map(({ level }) => level)).toEqual([100, 200, 400]);
    const sixfold = (levels: readonly { readonly value: number }[] = []) => levels.map(({ value }) => Math.round(value * 6e9) / 1e9);
    expect(sixfold(accounts?.levels)).toEqual([20, 26, 38]);
    expect(sixfold(fees?.levels)).toEqual([28, 28]);
    // t(5; 0.975) = 2.570582 times the standard error of `luck`.
    const deviation = Math.sqrt(luck.reduce((sum, each) => sum + (each - 14 / 6) ** 2, 0) / 5);
    const interval = accounts?.levels[0]?.interval;
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo((2 * 2.570582 * deviation) / Math.sqrt(6), 5);
  });

  test("finds the front and the worst run", () => {
    expect(analysis.pareto?.objectives).toEqual(["fund.maxDrawdown", "adl.taken", "traders.cost"]);
    // Of each fee the setting with the fewest accounts costs traders least.
    expect(analysis.pareto?.front).toEqual([0, 1]);
    expect(analysis.worst).toMatchObject({ metric: "cascades.count", setting: 4, replication: 5, value: 9, run: 29 });
  });

  test("estimates are rows, in order", () => {
    const columns = Object.fromEntries(estimateColumns(analysis).map(({ name, values }) => [name, values]));
    const rows = (columns["setting"] ?? []).map((_, row) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])),
    );
    expect(
      rows
        .filter(({ metric, statistic }) => metric === "cascades.count" && statistic === "mean")
        .map(({ setting, value }) => [setting, value]),
    ).toEqual(analysis.settings.map(({ setting, metrics }) => [setting, metrics[0]?.mean.value]));
    expect(rows.filter(({ statistic }) => statistic === "difference-from-setting-0").length).toBe(5 * 5);
    expect(rows.filter(({ metric }) => metric === "exhaustion").length).toBe(6);
  });

  test("does not depend on the order of the runs", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(runsOf(grid, formula), { minLength: 36, maxLength: 36 }), (runs) => {
        const { worst, ...rest } = analyse(grid, runs);
        const { worst: expected, ...others } = analysis;
        expect(rest).toEqual(others);
        expect(worst?.value).toBe(expected?.value);
      }),
      { numRuns: 5 },
    );
  });
});

describe("what the plan and the metric decide", () => {
  const values = Array.from({ length: 40 }, (_, replication) => (replication * replication * 7) % 101);
  const analysed = async (fields: object, of: (replication: number) => number = (replication) => values[replication] as number) => {
    const plan = await prepared({ replications: 40, metrics: ["fund.lowest", "fund.maxDrawdown"], ...fields });
    return analyse(
      plan,
      runsOf(plan, (_, __, replication) => of(replication)).map((run) => ({ ...run, exhausted: run.replication < 3 })),
    );
  };

  test("the probability of exhaustion has the exact interval of Clopper and Pearson at the confidence that the analysis states", async () => {
    const { confidence, settings } = await analysed({});
    expect(confidence).toBe(0.95);
    const { successes, trials, interval } = settings[0]?.exhaustion ?? { successes: 0, trials: 0, interval: { low: 0, high: 1 } };
    expect([successes, trials]).toEqual([3, 40]);
    // At either end what was seen, or more of it to that side, has half of what the confidence leaves: 1 − Σ and Σ of the binomial.
    const atMost = (count: number, chance: number) => {
      let sum = 0;
      for (let k = 0, ways = 1; k <= count; k++) {
        sum += ways * chance ** k * (1 - chance) ** (40 - k);
        ways *= (40 - k) / (k + 1);
      }
      return sum;
    };
    expect(1 - atMost(2, interval.low)).toBeCloseTo(0.025, 9);
    expect(atMost(3, interval.high)).toBeCloseTo(0.025, 9);
  });

  test("TIME-2 the bootstrap is seeded by the plan's seed", async () => {
    const [one, again, other] = [await analysed({ seed: 5 }), await analysed({ seed: 5 }), await analysed({ seed: 6 })];
    const interval = ({ settings }: SweepAnalysis) => settings[0]?.metrics[0]?.mean.interval;
    expect(interval(again)).toEqual(interval(one));
    expect(interval(other)).not.toEqual(interval(one));
    for (const [seed, analysis] of [
      [5, one],
      [6, other],
    ] as const) {
      const summary = summarise(values, { seed, name: "fund.lowest", tail: "lower", confidence: analysis.confidence });
      expect(interval(analysis)).toEqual(summary.mean.interval);
    }
  });

  test("TIME-2 so are the intervals of sensitivities", async () => {
    const factors = [
      { path: "population.accounts", range: { from: 100, to: 400, step: 100 } },
      { path: "agents.2.count", range: { from: 10, to: 40, step: 10 } },
    ];
    for (const design of [
      { kind: "morris", trajectories: 8 },
      { kind: "saltelli", base: 16 },
    ]) {
      const plan = await prepared({ factors, design, seed: 5 });
      const runs = runsOf(plan, (_, [accounts, count]) => (accounts as number) ** 2 * (count as number));
      const one = analyse(plan, runs).sensitivity;
      expect(analyse(plan, runs).sensitivity).toEqual(one);
      // The same design and runs, so that nothing but the resampling differs.
      const other = analyse({ ...plan, plan: { ...plan.plan, seed: 6 } }, runs).sensitivity;
      expect(other).not.toEqual(one);
    }
  });

  test("of what the fund has left the low values are the bad ones: expected shortfall and worst run; of all else the high ones", async () => {
    const { settings, worst } = await analysed({ metrics: ["fund.lowest", "fund.start", "fund.end", "fund.maxDrawdown", "trades"] });
    const sorted = [...values].sort((a, b) => a - b);
    // 5 % of 40 runs are two.
    const [low, high] = [mean(sorted.slice(0, 2)), mean(sorted.slice(-2))];
    const shortfalls = settings[0]?.metrics.slice(0, 5).map((metric) => metric?.shortfalls[0]);
    expect(shortfalls?.map((each) => [each?.level, each?.tail])).toEqual([
      ...Array.from({ length: 3 }, () => [0.95, "lower"]),
      ...Array.from({ length: 2 }, () => [0.95, "upper"]),
    ]);
    for (const [place, shortfall] of (shortfalls ?? []).entries()) expect(shortfall?.value).toBeCloseTo(place < 3 ? low : high, 9);
    expect(worst).toMatchObject({ metric: "fund.lowest", value: sorted[0], replication: values.indexOf(sorted[0] as number) });
    const upper = (await analysed({ metrics: ["fund.maxDrawdown"] })).worst;
    expect(upper).toMatchObject({ value: sorted.at(-1), replication: values.indexOf(sorted.at(-1) as number) });
  });
});

describe("what runs do not say", () => {
  test("failed runs are left out of both settings of a pair, and told", () => {
    const runs = runsOf(grid, (_, [accounts], replication) =>
      accounts === 200 && replication === 2 ? null : replication + (accounts as number),
    );
    const analysis = analyse(grid, runs);
    expect([analysis.failed, analysis.settings[2]?.failed, analysis.settings[2]?.metrics[0]?.count]).toEqual([2, 1, 5]);
    expect(analysis.comparisons.filter(({ metric }) => metric === 0).map(({ pairs }) => pairs)).toEqual([6, 5, 5, 6, 6]);
    expect(analysis.warnings).toContain("2 of 36 runs failed and are left out of all figures.");
  });

  test("nothing of runs that all failed", () => {
    const analysis = analyse(
      grid,
      runsOf(grid, () => null),
    );
    expect(analysis.settings.every(({ metrics, exhaustion }) => exhaustion === null && metrics.every((each) => each === null))).toBe(true);
    expect([analysis.pareto, analysis.worst, analysis.comparisons]).toEqual([null, null, []]);
  });

  test("a factor that changes no run is named", () => {
    const runs = runsOf(grid, () => 1).map((run) => ({ ...run, digest: String(run.setting - (run.setting % 2)) }));
    const { warnings } = analyse(grid, runs);
    expect(warnings).toEqual(["venue.fees.liquidation changes nothing: every run comes to the same with any of its 2 values."]);
  });

  test("without common random numbers there are no pairs, and intervals are those of independent settings", async () => {
    const plan = await prepared({ replications: 4, commonRandomNumbers: false, factors: [ACCOUNTS] });
    const analysis = analyse(
      plan,
      runsOf(plan, (_, [accounts], replication) => (accounts as number) * (1 + replication)),
    );
    expect(analysis.comparisons).toEqual([]);
    const level = analysis.effects[0]?.factors[0]?.levels[0];
    // 100, 200, 300, 400: deviation 129.0994, t(3; 0.975) = 3.182446.
    expect((level?.interval?.high ?? 0) - 250).toBeCloseTo((3.182446 * 129.0994) / 2, 2);
  });

  test("one replication has no intervals, and says so", async () => {
    const plan = await prepared({ factors: [ACCOUNTS] });
    const analysis = analyse(
      plan,
      runsOf(plan, () => 2),
    );
    expect(analysis.settings[0]?.metrics[0]?.mean).toEqual({ value: 2, interval: null });
    expect(analysis.warnings[0]).toMatch(/^One replication a setting/);
  });
});

describe("sensitivities", () => {
  const factors = [
    { path: "population.accounts", range: { from: 100, to: 400, step: 100 } },
    { path: "agents.2.count", range: { from: 10, to: 40, step: 10 } },
  ];

  test("Morris: a linear metric has its slopes over the whole range, and nothing else", async () => {
    const plan = await prepared({ factors, design: { kind: "morris", trajectories: 6 } });
    const { sensitivity, warnings } = analyse(
      plan,
      runsOf(plan, (_, [accounts, count]) => 2 * (accounts as number) - 5 * (count as number)),
    );
    expect(warnings).toContain("6 trajectories: elementary effects of so few say little, take 10 or more.");
    if (sensitivity?.kind !== "morris") throw new Error("expected Morris effects");
    const [first, second] = sensitivity.metrics[0]?.factors ?? [];
    expect([first?.mu, second?.mu].map((mu) => Math.round((mu ?? 0) * 1e6) / 1e6)).toEqual([600, -150]);
    expect([first?.muStar.value, second?.muStar.value].map((mu) => Math.round((mu ?? 0) * 1e6) / 1e6)).toEqual([600, 150]);
    expect(first?.sigma).toBeLessThan(1e-9);
  });

  test("Saltelli: an additive metric splits its variance, over levels of equal weight", async () => {
    const plan = await prepared({ factors, design: { kind: "saltelli", base: 512 } });
    const { sensitivity } = analyse(
      plan,
      runsOf(plan, (_, [accounts, count]) => (accounts as number) + 20 * (count as number)),
    );
    if (sensitivity?.kind !== "saltelli") throw new Error("expected Sobol indices");
    // Variances of 1.25 × 100² and of 1.25 × 200²: a fifth and four fifths.
    const [first, second] = sensitivity.metrics[0]?.factors ?? [];
    expect(first?.first.value).toBeCloseTo(0.2, 1);
    expect(second?.total.value).toBeCloseTo(0.8, 1);
    expect(
      analyse(
        plan,
        runsOf(plan, () => 1),
      ).sensitivity,
    ).toMatchObject({ metrics: [{ variance: 0, factors: null }, {}, {}, {}, {}] });
  });
});
