/** One metric of one setting in two sweeps. */
import type { ComparedDifference, ComparedMean, ComparedMetric } from "../../data/store/comparison.ts";
import { CountedSample } from "../statistics/counted-sample.ts";
import { sampleDeviation, sampleMean } from "../statistics/moments.ts";
import { pairedDifference, type Replicate } from "../statistics/paired-difference.ts";
import { studentHalfWidth } from "../statistics/student-interval.ts";
import { independentDifference } from "../statistics/welch.ts";
import type { SweepRun } from "./sweep-runs.ts";

/**
 * Means of both and their difference. Runs are paired by replication where their seeds are the same: with two such pairs or more the
 * difference is over these pairs alone, otherwise between all runs as two independent samples. Runs that failed are left out, with their partner.
 */
export function comparedMetric(first: readonly SweepRun[], second: readonly SweepRun[], name: string, confidence: number): ComparedMetric {
  const [ones, others] = [replicatesOf(first, name), replicatesOf(second, name)];
  return { first: meanOf(ones, confidence), second: meanOf(others, confidence), difference: differenceOf(ones, others, confidence) };
}

function replicatesOf(runs: readonly SweepRun[], name: string): Replicate[] {
  return runs.flatMap(({ replication, seed, figures }) => {
    const value = figures[name] ?? null;
    return value === null ? [] : [{ replication, seed, value }];
  });
}

function meanOf(runs: readonly Replicate[], confidence: number): ComparedMean | null {
  if (runs.length === 0) return null;
  const sample = new CountedSample(Float64Array.from(runs, ({ value }) => value).sort());
  const value = sampleMean.of(sample);
  if (runs.length === 1) return { runs: 1, value, interval: null };
  const halfWidth = studentHalfWidth(sampleDeviation.of(sample), runs.length, confidence);
  return { runs: runs.length, value, interval: { low: value - halfWidth, high: value + halfWidth } };
}

function differenceOf(first: readonly Replicate[], second: readonly Replicate[], confidence: number): ComparedDifference | null {
  const partner = new Map(second.map((run) => [run.replication, run]));
  const shared = first.filter(({ replication, seed }) => partner.get(replication)?.seed === seed);
  if (shared.length >= 2) {
    const partners = shared.map(({ replication }) => partner.get(replication) as Replicate);
    const { value, standardError, interval, pairs, varianceReduction } = pairedDifference(shared, partners, confidence);
    return { method: "paired", value, standardError, interval, pairs, varianceReduction };
  }
  const [ones, others] = [first, second].map((runs) => runs.map(({ value }) => value)) as [number[], number[]];
  const none = { pairs: null, varianceReduction: null };
  if (ones.length === 0 || others.length === 0) return null;
  if (ones.length === 1 || others.length === 1) {
    const value = average(others) - average(ones);
    return { method: "independent", value, standardError: null, interval: null, ...none };
  }
  const { value, standardError, interval } = independentDifference(ones, others, confidence);
  return { method: "independent", value, standardError, interval, ...none };
}

function average(values: readonly number[]): number {
  return sampleMean.of(new CountedSample(Float64Array.from(values).sort()));
}
