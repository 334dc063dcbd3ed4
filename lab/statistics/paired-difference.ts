/**
 * The difference between two settings that ran on the same random numbers, replication by replication
 * (A. M. Law, "Simulation Modeling and Analysis", 10.2.1 paired-t interval and 11.2 common random numbers).
 */
import { DEFAULT_CONFIDENCE, type Interval, requireConfidence } from "./interval.ts";
import { momentsOf } from "./moments.ts";
import { requireSample } from "./sample.ts";
import { studentHalfWidth } from "./student-interval.ts";

/** One run's metric, and what its luck was. */
export interface Replicate {
  /** number of the replication within its setting */
  readonly replication: number;
  /** of the run: under common random numbers the same in every setting */
  readonly seed: number;
  readonly value: number;
}

/** Second setting less first, over replications that share their random numbers. */
export interface PairedDifference {
  /** how many replications were paired */
  readonly pairs: number;
  /** mean of second − first, in the metric's unit */
  readonly value: number;
  /** of that mean: standard deviation of the differences / √pairs */
  readonly standardError: number;
  /** Student's, on pairs − 1 degrees of freedom */
  readonly interval: Interval;
  readonly confidence: number;
  /**
   * What pairing saved: 1 − var(second − first) / (var(first) + var(second)). 0: nothing; 0.75: as good as four times as
   * many independent runs; below 0: it harmed. Null when neither setting varies.
   */
  readonly varianceReduction: number | null;
}

/**
 * Compares two settings pair by pair; the order of the runs does not matter.
 * @throws RangeError for fewer than two pairs, a value that is no finite number, and for runs that are no pairs: a replication that
 * stands twice, that only one setting has, or whose seeds differ
 */
export function pairedDifference(
  first: readonly Replicate[],
  second: readonly Replicate[],
  confidence: number = DEFAULT_CONFIDENCE,
): PairedDifference {
  requireConfidence(confidence);
  const pairs = pairUp(first, second);
  const differences = pairs.map(([one, other]) => other - one);
  requireSample(differences, "compare two settings", 2);
  const { mean: value, deviation } = momentsOf(differences);
  const halfWidth = studentHalfWidth(deviation, pairs.length, confidence);
  const [one, other] = [momentsOf(pairs.map((pair) => pair[0])), momentsOf(pairs.map((pair) => pair[1]))];
  const independent = one.deviation * one.deviation + other.deviation * other.deviation;
  return {
    pairs: pairs.length,
    value,
    standardError: deviation / Math.sqrt(pairs.length),
    interval: { low: value - halfWidth, high: value + halfWidth },
    confidence,
    varianceReduction: independent === 0 ? null : 1 - (deviation * deviation) / independent,
  };
}

/** The values of both settings, in order of replication. */
function pairUp(first: readonly Replicate[], second: readonly Replicate[]): (readonly [number, number])[] {
  const ones = byReplication(first, "first");
  const others = byReplication(second, "second");
  for (const replication of others.keys()) if (!ones.has(replication)) throw unpaired(replication, "only the second setting has it");
  return [...ones.values()]
    .sort((a, b) => a.replication - b.replication)
    .map((one) => {
      const other = others.get(one.replication);
      if (other === undefined) throw unpaired(one.replication, "only the first setting has it");
      if (one.seed !== other.seed) throw unpaired(one.replication, `seed ${one.seed} in the first setting, ${other.seed} in the second`);
      return [one.value, other.value];
    });
}

function byReplication(runs: readonly Replicate[], setting: string): Map<number, Replicate> {
  const found = new Map<number, Replicate>();
  for (const run of runs) {
    if (found.has(run.replication)) throw unpaired(run.replication, `it stands twice in the ${setting} setting`);
    if (!Number.isFinite(run.value)) throw unpaired(run.replication, `value ${run.value} in the ${setting} setting`);
    found.set(run.replication, run);
  }
  return found;
}

function unpaired(replication: number, reason: string): RangeError {
  return new RangeError(`Cannot pair replication ${replication}: ${reason}`);
}
