/** What is said of one metric over the replications of one setting: mean, spread, quantiles, bad tail. */
import { createStream } from "../../sim/kernel/random.ts";
import {
  type BootstrapMethod,
  bcaInterval,
  DEFAULT_RESAMPLES,
  expandedTail,
  nominalTail,
  percentileInterval,
  requireResamples,
} from "./bootstrap-interval.ts";
import { CountedSample } from "./counted-sample.ts";
import { shortfallStatistic, type Tail } from "./expected-shortfall.ts";
import { DEFAULT_CONFIDENCE, type Estimate, requireConfidence } from "./interval.ts";
import { sampleDeviation, sampleMean } from "./moments.ts";
import { quantileStatistic } from "./quantile.ts";
import { sortedSample } from "./sample.ts";
import { rangeHolds } from "./sample-range.ts";
import type { Statistic } from "./statistic.ts";
import { studentHalfWidth } from "./student-interval.ts";

/** What to say, and how sure. */
export interface SummaryOptions {
  /** of the plan; with `name` it fixes every resample */
  readonly seed: number;
  /** what is summarised, which names the stream of its resamples: `fund.maxDrawdown` */
  readonly name: string;
  /** probabilities of the quantiles; 0.05, 0.25, 0.5, 0.75 and 0.95 when not given */
  readonly quantiles?: readonly number[];
  /** levels of the expected shortfalls; 0.95 when not given */
  readonly shortfallLevels?: readonly number[];
  /** which values are the bad ones; the great ones when not given */
  readonly tail?: Tail;
  readonly confidence?: number;
  readonly resamples?: number;
  /** `bca` when not given */
  readonly method?: BootstrapMethod;
  /** whether intervals of few values are widened as Hesterberg 2015 has it; so when not given */
  readonly expanded?: boolean;
}

/** The summary of a sample; everything but `count` in the unit of its values. */
export interface Summary {
  /** how many values */
  readonly count: number;
  readonly mean: Estimate;
  /** with divisor n − 1; null for a single value */
  readonly standardDeviation: Estimate | null;
  readonly quantiles: readonly ({ readonly probability: number } & Estimate)[];
  readonly shortfalls: readonly ({ readonly level: number; readonly tail: Tail } & Estimate)[];
  readonly confidence: number;
  readonly resamples: number;
  readonly method: BootstrapMethod;
}

const DEFAULT_QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const DEFAULT_LEVELS = [0.95];

/**
 * Summarises a sample. All intervals are taken from the same resamples; the order of the values does not matter.
 * A single value has no intervals, and nothing has one that the range of so few values could not hold as often as it says
 * (`rangeHolds`), but the mean: that then has Student's.
 * @throws RangeError naming the value, the level, the confidence or the number of resamples that cannot be used
 */
export function summarise(values: ArrayLike<number>, options: SummaryOptions): Summary {
  const sorted = sortedSample(values, "summarise the sample");
  const { tail: badTail = "upper", method = "bca", expanded = true } = options;
  const confidence = requireConfidence(options.confidence ?? DEFAULT_CONFIDENCE);
  const resamples = requireResamples(options.resamples ?? DEFAULT_RESAMPLES);
  const probabilities = options.quantiles ?? DEFAULT_QUANTILES;
  const levels = options.shortfallLevels ?? DEFAULT_LEVELS;
  const statistics = [
    sampleMean,
    sampleDeviation,
    ...probabilities.map((probability) => quantileStatistic(probability)),
    ...levels.map((level) => shortfallStatistic(level, badTail)),
  ];
  const stream = createStream(options.seed, `statistics/summary/${options.name}`);
  const tail = sorted.length > 1 && expanded ? expandedTail(confidence, sorted.length) : nominalTail(confidence);
  const estimates = estimate(sorted, statistics, { stream, confidence, tail, resamples, method });
  const [mean, standardDeviation, ...others] = estimates as [Estimate, Estimate, ...Estimate[]];
  return {
    count: sorted.length,
    mean: mean.interval === null ? studentEstimate(mean.value, standardDeviation.value, sorted.length, confidence) : mean,
    standardDeviation: sorted.length > 1 ? standardDeviation : null,
    quantiles: probabilities.map((probability, index) => ({ probability, ...(others[index] as Estimate) })),
    shortfalls: levels.map((level, index) => ({ level, tail: badTail, ...(others[probabilities.length + index] as Estimate) })),
    confidence,
    resamples,
    method,
  };
}

function studentEstimate(value: number, deviation: number, count: number, confidence: number): Estimate {
  if (count < 2) return { value, interval: null };
  const halfWidth = studentHalfWidth(deviation, count, confidence);
  return { value, interval: { low: value - halfWidth, high: value + halfWidth } };
}

interface Bootstrap {
  readonly stream: ReturnType<typeof createStream>;
  readonly confidence: number;
  /** Share of the resamples outside of an interval at either end. */
  readonly tail: number;
  readonly resamples: number;
  readonly method: BootstrapMethod;
}

function estimate(sorted: Float64Array, statistics: readonly Statistic[], bootstrap: Bootstrap): Estimate[] {
  const { stream, confidence, tail, resamples, method } = bootstrap;
  const sample = new CountedSample(sorted);
  const values = statistics.map((statistic) => statistic.of(sample));
  const held = statistics.map(({ place }) => rangeHolds(sorted.length, place, confidence));
  if (!held.includes(true)) return values.map((value) => ({ value, interval: null }));
  const replicates = statistics.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    sample.draw(stream);
    statistics.forEach((statistic, index) => {
      (replicates[index] as Float64Array)[resample] = statistic.of(sample);
    });
  }
  return statistics.map((statistic, index) => {
    const value = values[index] as number;
    if (held[index] === false) return { value, interval: null };
    const drawn = replicates[index] as Float64Array;
    const correction = () => ({ value, influence: statistic.influence(sorted) });
    const interval = method === "bca" ? bcaInterval(drawn, tail, correction()) : percentileInterval(drawn, tail);
    return { value, interval };
  });
}
