/** The table `estimates`: the statistics of every setting, for queries. */
import type { SweepColumn } from "../../data/store/merge-tables.ts";
import type { SweepAnalysis, SweepEstimate } from "../../data/store/sweep-analysis.ts";

interface Row {
  readonly setting: number;
  readonly metric: string;
  readonly statistic: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}

/** The columns of the table: settings in their order, metrics and statistics in the order of the analysis. */
export function estimateColumns({ settings, metrics, comparisons }: SweepAnalysis): SweepColumn[] {
  const rows: Row[] = settings.flatMap(({ setting, exhaustion, metrics: summaries }) => {
    const own: Row[] = [];
    const add = (metric: string, count: number, statistic: string, { value, interval }: SweepEstimate) =>
      own.push({ setting, metric, statistic, value, low: interval?.low ?? null, high: interval?.high ?? null, count });
    if (exhaustion !== null) add("exhaustion", exhaustion.trials, "probability", exhaustion);
    for (const [place, summary] of summaries.entries()) {
      if (summary === null) continue;
      const metric = metrics[place]?.name as string;
      const put = (statistic: string, estimate: SweepEstimate) => add(metric, summary.count, statistic, estimate);
      put("mean", summary.mean);
      if (summary.standardDeviation !== null) put("standard-deviation", summary.standardDeviation);
      for (const { probability, ...estimate } of summary.quantiles) put(`quantile-${probability}`, estimate);
      for (const { level, ...estimate } of summary.shortfalls) put(`expected-shortfall-${level}`, estimate);
      const difference = comparisons.find((each) => each.setting === setting && each.metric === place);
      if (difference !== undefined) add(metric, difference.pairs, `difference-from-setting-${difference.against}`, difference);
    }
    return own;
  });
  const column = (name: keyof Row, type: SweepColumn["type"], meaning: string): SweepColumn => ({
    ...{ name, type, meaning },
    values: rows.map((row) => row[name]),
  });
  return [
    column("setting", "BIGINT", "row of `settings`"),
    column("metric", "VARCHAR", "column of `runs`, or `exhaustion`: whether some pool could not pay a loss in full"),
    column("statistic", "VARCHAR", "what is estimated"),
    column("value", "DOUBLE", "the estimate, in the unit of the metric"),
    column("low", "DOUBLE", "lower end of its interval of 95 %; none of too few runs"),
    column("high", "DOUBLE", "upper end of its interval of 95 %; none of too few runs"),
    column("count", "BIGINT", "how many runs, or pairs of runs, it is of"),
  ];
}
