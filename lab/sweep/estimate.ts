/** How long a run takes, before any has run. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { parseDuration, parseTime, Simulation } from "../../sim/index.ts";
import { simulationInput } from "../experiment.ts";

/** A trial lasts about so long. */
const TRIAL_MS = 1000;
const STEPS = 40;

/**
 * Tries a run for about a second and extrapolates from the later half of it, since code is slow at first: a crash that comes
 * later takes longer than that.
 * @returns seconds on one core, or null where the run fails within the trial
 */
export async function estimateSeconds(scenario: ResolvedScenario): Promise<number | null> {
  try {
    const startMs = performance.now();
    const simulation = new Simulation(await simulationInput(scenario));
    const madeMs = performance.now();
    const startUs = parseTime(scenario.start, "start");
    const durationUs = parseDuration(scenario.duration, "duration");
    const endsMs = [madeMs];
    let step = 0;
    while (step < STEPS && (endsMs[step] as number) - madeMs < TRIAL_MS) {
      simulation.runUntil(startUs + (durationUs * ++step) / STEPS);
      endsMs.push(performance.now());
    }
    const half = Math.floor(step / 2);
    const stepMs = ((endsMs[step] as number) - (endsMs[half] as number)) / (step - half);
    return (madeMs - startMs + stepMs * STEPS) / 1000;
  } catch {
    return null;
  }
}
