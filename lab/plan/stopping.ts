/** When a plan says that its settings have been replicated enough. */
import { InputError } from "../../sim/index.ts";
import type { StoppingRule } from "../statistics/sequential-stopping.ts";
import type { Plan } from "./plan-schema.ts";

/** Replications before the first judgement, unless the plan has more: of few values the deviation is often too small by chance. */
const LEAST = 10;

/** The rule of a plan, which `replications` is the fewest of; null for one that has none. */
export function stoppingRule({ stopping, replications }: Plan): StoppingRule | null {
  if (stopping === undefined) return null;
  const { halfWidth, most, confidence } = stopping;
  return {
    halfWidth: typeof halfWidth === "number" ? { relative: halfWidth } : halfWidth,
    most,
    confidence,
    least: Math.max(replications, Math.min(LEAST, most)),
  };
}

/** Replications of each setting: of a plan with a stopping rule, at most. */
export function replicationsMost({ stopping, replications }: Plan): number {
  return stopping?.most ?? replications;
}

/**
 * Refuses a rule that leaves no room.
 * @throws InputError naming the field
 */
export function checkStopping(file: string, { stopping, replications }: Plan): void {
  if (stopping !== undefined && stopping.most < replications)
    throw new InputError(file, `stopping.most: expected at least the ${replications} replications of the plan, got ${stopping.most}`);
}
