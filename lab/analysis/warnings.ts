/** What a reader of a sweep should be told before reading its numbers. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import type { AnalysedRun, Figures } from "./figures.ts";

/** Of fewer replications resamples make no interval, and that of a mean takes a normal distribution for granted. */
const FEW = 6;
/** Sizes of designs below which sensitivities say little. */
const TRAJECTORIES_LEAST = 10;
const BASE_LEAST = 64;
/** So many settings are named; of more, their number. */
const NAMED_MOST = 6;

/** Warnings, one sentence each. */
export function warningsOf(figures: Figures, sensitivity: SweepAnalysis["sensitivity"]): string[] {
  const { runs, prepared, metrics } = figures;
  const warnings = [...deadFactors(figures)];
  const failed = runs.filter(({ values }) => values === null).length;
  if (failed > 0) warnings.push(`${failed} of ${runs.length} runs failed and are left out of all figures.`);
  const { replications, stopping } = prepared.plan;
  const isSensitivity = sensitivity !== null;
  if (replications === 1 && stopping === undefined && !isSensitivity)
    warnings.push("One replication a setting: nothing can be said of how far luck goes, and there are no intervals.");
  else if (replications < FEW && stopping === undefined && !isSensitivity)
    warnings.push(
      `${replications} replications a setting: of so few only means have intervals, which take a normal distribution for granted.`,
    );
  const { design } = prepared.plan;
  if (design.kind === "morris" && design.trajectories < TRAJECTORIES_LEAST)
    warnings.push(`${design.trajectories} trajectories: elementary effects of so few say little, take ${TRAJECTORIES_LEAST} or more.`);
  if (design.kind === "saltelli" && design.base < BASE_LEAST)
    warnings.push(`A base of ${design.base} points: Sobol indices of so few, and their intervals, say little, take ${BASE_LEAST} or more.`);
  if (isSensitivity && sensitivity.metrics.length < metrics.length)
    warnings.push("Some metrics have no sensitivities, since runs they need failed.");
  if (isSensitivity && !prepared.plan.commonRandomNumbers)
    warnings.push("Without common random numbers luck counts as an effect of the factors, and as interaction.");
  return warnings;
}

/** Factors whose values change nothing at all: in every run, settings that differ in nothing else have the same digest. */
function deadFactors({ factors, bySetting, prepared }: Figures): string[] {
  if (!prepared.plan.commonRandomNumbers) return [];
  return factors.flatMap(({ name, levelAt, levels }, place) => {
    const groups = new Map<string, number[]>();
    for (const setting of bySetting.keys()) {
      const others = factors.map((other, index) => (index === place ? "" : other.levelAt(setting))).join(" ");
      groups.set(others, [...(groups.get(others) ?? []), setting]);
    }
    const ran = (setting: number) => bySetting[setting]?.some(({ digest }) => digest !== null) === true;
    const compared = [...groups.values()].filter((settings) => settings.every(ran) && new Set(settings.map(levelAt)).size > 1);
    if (compared.length === 0) return [];
    const isDead = compared.every((settings) => new Set(settings.map((setting) => digestsOf(bySetting[setting] ?? []))).size === 1);
    if (isDead) return [`${name} changes nothing: every run comes to the same with any of its ${levels.length} values.`];
    const same = compared.filter((settings) => new Set(settings.map((setting) => digestsOf(bySetting[setting] ?? []))).size === 1);
    if (same.length === 0) return [];
    const named =
      same.length > NAMED_MOST ? `${same.length} groups of settings` : same.map((settings) => settings.join(" and ")).join("; ");
    return [`${name} changes nothing among settings ${named}: their runs come to the same.`];
  });
}

/** What its runs came to: settings that differ in nothing have as many, even with a stopping rule. */
function digestsOf(runs: readonly AnalysedRun[]): string {
  return runs.map(({ replication, digest }) => `${replication} ${digest}`).join(" ");
}
