/** `analysis.json`: the statistics of a sweep, in its directory. Everything a report of it says in numbers stands here. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { parseJson } from "../scenario/json.ts";
import { describeIssue, issueProblems, problemLine } from "../scenario/problem.ts";
import { count } from "./summary-fields.ts";

const number = () => z.number();
const level = () => z.union([z.string(), z.number()]);
const INTERVAL = z.object({ low: number(), high: number() });
/** A number with where the true one lies at the analysis's confidence; no interval of a single value. */
const ESTIMATE = z.object({ value: number(), interval: INTERVAL.nullable() });

/** One metric over the replications of one setting, in the metric's unit. */
const METRIC_SUMMARY = z.object({
  /** Runs that have it. */
  count: count(),
  mean: ESTIMATE,
  /** With divisor n − 1; none of a single value. */
  standardDeviation: ESTIMATE.nullable(),
  least: number(),
  greatest: number(),
  quantiles: z.array(ESTIMATE.extend({ probability: number() })),
  shortfalls: z.array(ESTIMATE.extend({ level: number(), tail: z.enum(["upper", "lower"]) })),
});

const SETTING = z.object({
  setting: count(),
  /** Of each factor. */
  values: z.array(level()),
  replications: count(),
  failed: count(),
  /** Of a plan with a stopping rule: how it ended, and the half-width there in the unit of its metric. */
  stopping: z.object({ status: z.enum(["reached", "most"]), halfWidth: number().nullable() }).nullable(),
  /** Probability that some pool could not pay a loss in full, with its exact interval; none when all runs failed. */
  exhaustion: z.object({ successes: count(), trials: count(), value: number(), interval: INTERVAL }).nullable(),
  /** One per metric; none where no run has it. */
  metrics: z.array(METRIC_SUMMARY.nullable()),
});

/** A setting less another, replication by replication, over the same random numbers. */
const COMPARISON = z.object({
  setting: count(),
  against: count(),
  /** Place among the metrics. */
  metric: count(),
  pairs: count(),
  value: number(),
  standardError: number(),
  interval: INTERVAL,
  /** 1 − var(difference) / (var + var): what pairing saved; none where neither varies. */
  varianceReduction: number().nullable(),
});

/** The mean of a metric at each value of each factor, over all settings that have it. */
const EFFECTS = z.object({
  metric: count(),
  factors: z.array(z.object({ factor: count(), levels: z.array(ESTIMATE.extend({ level: level() })) })),
});

const SENSITIVITY = z.discriminatedUnion("kind", [
  /** Elementary effects, per whole range of the factor. */
  z.object({
    kind: z.literal("morris"),
    metrics: z.array(z.object({ metric: count(), factors: z.array(z.object({ mu: number(), muStar: ESTIMATE, sigma: number() })) })),
  }),
  /** Sobol indices; none of a metric that does not vary. */
  z.object({
    kind: z.literal("saltelli"),
    metrics: z.array(
      z.object({
        metric: count(),
        variance: number(),
        factors: z.array(z.object({ first: ESTIMATE, total: ESTIMATE })).nullable(),
      }),
    ),
  }),
]);

const ANALYSIS = z.object({
  kind: z.literal("sweep-analysis"),
  breakwater: z.string(),
  plan: z.object({
    name: z.string(),
    description: z.string(),
    scenario: z.string(),
    venue: z.string(),
    /** Symbol of the asset that amounts are in. */
    settle: z.string(),
    seed: count(),
    /** Of each setting; of a plan with a stopping rule, at most. */
    replications: count(),
    commonRandomNumbers: z.boolean(),
    design: z.string(),
  }),
  confidence: number(),
  runs: count(),
  failed: count(),
  factors: z.array(z.object({ name: z.string(), numeric: z.boolean(), values: z.array(level()) })),
  /** The plan's, then those objectives of the Pareto front that are not among them. */
  metrics: z.array(z.object({ name: z.string(), unit: z.enum(["amount", "count", "ratio", "seconds"]), meaning: z.string() })),
  settings: z.array(SETTING),
  /** Every setting against the first; none without common random numbers. */
  comparisons: z.array(COMPARISON),
  effects: z.array(EFFECTS),
  sensitivity: SENSITIVITY.nullable(),
  /** Means of the objectives, setting by setting, and the settings that no other beats. */
  pareto: z
    .object({
      objectives: z.array(z.string()),
      points: z.array(z.object({ setting: count(), values: z.array(number()) })),
      front: z.array(count()),
    })
    .nullable(),
  /** The run with the worst of the first metric: the most, or the least of what the fund has. */
  worst: z.object({ metric: z.string(), run: count(), setting: count(), replication: count(), seed: count(), value: number() }).nullable(),
  warnings: z.array(z.string()),
});

/** The statistics of a sweep. */
export type SweepAnalysis = z.infer<typeof ANALYSIS>;
export type SweepEstimate = z.infer<typeof ESTIMATE>;
export type SweepMetricSummary = z.infer<typeof METRIC_SUMMARY>;

/** Within the directory of a sweep: the scenario of its worst run, to be run by itself. */
export const WORST_RUN_FILE = "worst-run.json";

/** Where the statistics are in the directory of a sweep. */
export function analysisFile(directory: string): string {
  return join(directory, "analysis.json");
}

/**
 * Reads the statistics of a sweep that is done.
 * @throws InputError when they are missing or broken
 */
export async function readAnalysis(directory: string): Promise<SweepAnalysis> {
  const file = analysisFile(directory);
  if (!existsSync(file)) throw new InputError(file, "missing: expected the directory of a sweep that is done");
  const value = parseJson(await readFile(file, "utf8"), file);
  const parsed = ANALYSIS.safeParse(value, { error: describeIssue, reportInput: true });
  if (parsed.success) return parsed.data;
  const [problem] = issueProblems(parsed.error.issues);
  throw new InputError(file, problem === undefined ? "not as expected" : problemLine(value, problem));
}
