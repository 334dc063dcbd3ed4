/** Two sweeps beside each other: settings with the same values of the factors, run against run where they share seeds. */
import type { ComparedMetric, ComparedSetting, SweepComparison } from "../../data/store/comparison.ts";
import { fieldDifferences } from "../field-differences.ts";
import { METRICS } from "../plan/metrics.ts";
import { DEFAULT_CONFIDENCE } from "../statistics/interval.ts";
import { comparedMetric } from "./compared-metric.ts";
import { exceedanceOf } from "./exceedance.ts";
import { labelsOf } from "./labels.ts";
import { readSweepRuns, type SweepRun, type SweepRuns } from "./sweep-runs.ts";

/** What every comparison has, whatever the plans ask for. */
const ALWAYS = ["fund.maxDrawdown"];

/** A setting of both sweeps. */
interface Match {
  readonly values: readonly (number | string)[];
  readonly first: number;
  readonly second: number;
}

/**
 * Compares two sweeps that are done.
 * @throws InputError when a directory is missing or not that of a sweep that is done
 */
export async function compareSweeps(first: string, second: string): Promise<SweepComparison> {
  const [one, other] = [await readSweepRuns(first), await readSweepRuns(second)];
  const [label, otherLabel] = labelsOf(first, second);
  const matches = matched(one, other);
  const names = metricNames(one, other);
  const confidence = DEFAULT_CONFIDENCE;
  const within = (sweep: SweepRuns, side: "first" | "second") => {
    const settings = new Set(matches.map((match) => match[side]));
    return sweep.runs.filter(({ setting }) => matches.length === 0 || settings.has(setting));
  };
  const [runs, others] = [within(one, "first"), within(other, "second")];
  const settings = matches.map((match) => comparedSetting(match, names, one, other, confidence));
  return {
    kind: "sweep-comparison",
    same: identity(one) === identity(other),
    confidence,
    first: { ...one.side, label },
    second: { ...other.side, label: otherLabel },
    plan: fieldDifferences(one.plan, other.plan),
    scenario: fieldDifferences(one.scenario, other.scenario),
    factors: one.factors,
    metrics: METRICS.filter(({ name }) => names.includes(name))
      .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
      .map(({ name, unit, meaning }) => ({ name, unit, meaning })),
    settings,
    onlyFirst: [...one.settings.keys()].filter((setting) => !matches.some((match) => match.first === setting)),
    onlySecond: [...other.settings.keys()].filter((setting) => !matches.some((match) => match.second === setting)),
    exceedance: names.map((name) => ({ first: exceedanceOf(figuresOf(runs, name)), second: exceedanceOf(figuresOf(others, name)) })),
    notes: notesOf(one, other, matches.length, settings),
  };
}

/** What decides whether two sweeps are one: settings, seeds and digests of all runs. */
function identity({ factors, settings, runs }: SweepRuns): string {
  return JSON.stringify([
    factors,
    runs.map(({ setting, replication, seed, digest }) => [settings.get(setting), replication, seed, digest]),
  ]);
}

/** Settings with the same values of the same factors, in the order of the first sweep. */
function matched(one: SweepRuns, other: SweepRuns): Match[] {
  if (!sameFactors(one, other)) return [];
  const key = (sweep: SweepRuns, values: readonly (number | string)[]) =>
    JSON.stringify(one.factors.map((factor) => values[sweep.factors.indexOf(factor)]));
  const free = new Map<string, number[]>();
  for (const [setting, values] of other.settings) free.set(key(other, values), [...(free.get(key(other, values)) ?? []), setting]);
  return [...one.settings].flatMap(([first, values]) => {
    // A design may have a setting twice: the first of one is held against the first of the other.
    const second = free.get(key(one, values))?.shift();
    return second === undefined ? [] : [{ values, first, second }];
  });
}

function sameFactors(one: SweepRuns, other: SweepRuns): boolean {
  return one.factors.length === other.factors.length && one.factors.every((factor) => other.factors.includes(factor));
}

/** What either plan asks for, in their order, and what is always compared, as far as both have it. */
function metricNames(one: SweepRuns, other: SweepRuns): string[] {
  const wanted = new Set([...one.wanted, ...other.wanted, ...ALWAYS]);
  return [...wanted].filter((name) => one.metrics.includes(name) && other.metrics.includes(name));
}

function comparedSetting(
  { values, first, second }: Match,
  names: readonly string[],
  one: SweepRuns,
  other: SweepRuns,
  confidence: number,
): ComparedSetting {
  const runs = one.runs.filter(({ setting }) => setting === first);
  const others = other.runs.filter(({ setting }) => setting === second);
  const metrics = names.map((name): ComparedMetric => comparedMetric(runs, others, name, confidence));
  return { values, first, second, metrics };
}

function figuresOf(runs: readonly SweepRun[], name: string): number[] {
  return runs.map(({ figures }) => figures[name] ?? null).filter((value) => value !== null);
}

function notesOf(one: SweepRuns, other: SweepRuns, matches: number, settings: readonly ComparedSetting[]): string[] {
  const notes: string[] = [];
  const list = (factors: readonly string[]) => (factors.length === 0 ? "none" : factors.join(", "));
  if (!sameFactors(one, other))
    notes.push(`The factors are ${list(one.factors)} and ${list(other.factors)}: no setting of one can be held against one of the other.`);
  else if (matches === 0) notes.push("No setting of one has the values of the factors of a setting of the other.");
  else if (matches < one.settings.size || matches < other.settings.size)
    notes.push(`Compared are the settings that both have: ${matches} of ${one.settings.size} and ${other.settings.size}.`);
  const differences = settings.flatMap(({ metrics }) => metrics.flatMap(({ difference }) => (difference === null ? [] : [difference])));
  const paired = differences.filter(({ method }) => method === "paired").length;
  if (differences.length > 0 && paired === 0)
    notes.push("The sweeps share no seeds: differences are of two independent samples, with intervals by Welch.");
  else if (paired > 0 && paired < differences.length)
    notes.push("Where runs share their seeds differences are by pairs, elsewhere of two independent samples, with intervals by Welch.");
  else if (paired > 0) notes.push("The sweeps share seeds: differences are between runs with the same seed, pair by pair.");
  if (one.side.breakwater !== other.side.breakwater)
    notes.push(`Made by different versions of Breakwater, ${one.side.breakwater} and ${other.side.breakwater}.`);
  return notes;
}
