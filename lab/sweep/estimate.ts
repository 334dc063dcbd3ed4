/** How long a run takes, before any has run. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { parseDuration, parseTime, Simulation } from "../../sim/index.ts";
import { simulationInput } from "../experiment.ts";

/** A trial lasts about so long. */
const TRIAL_MS = 1000;
const STEPS = 40;

/**
 * Tries a run for about a second and extrapolates: a crash that comes later takes longer than that.
 * @returns seconds on one core, or null where the run fails within the trial
 */
export async function estimateSeconds(scenario: ResolvedScenario): Promise<number | null> {
  try {
    const startMs = performance.now();
    const simulation = new Simulation(await simulationInput(scenario));
    const madeMs = performance.now();
    const startUs = parseTime(scenario.start, "start");
    const durationUs = parseDuration(scenario.duration, "duration");
    let step = 0;
    while (step < STEPS && performance.now() - madeMs < TRIAL_MS) simulation.runUntil(startUs + (durationUs * ++step) / STEPS);
    const simulatedMs = (performance.now() - madeMs) * (STEPS / step);
    return (madeMs - startMs + simulatedMs) / 1000;
  } catch {
    return null;
  }
}
