/** Whether a scenario can be made, beyond being valid: its population drawn, its agents and their collateral there. */
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { unsimulatedProblems } from "../data/scenario/simulated.ts";
import { simulationInput } from "./experiment.ts";
import { registries } from "./registries.ts";

/**
 * Makes everything a run of the scenario would begin with, and forgets it. A scenario with
 * rules that are not simulated yet is not made.
 * @throws InputError for what cannot be made: a population that does not balance, collateral that counts for nothing
 */
export async function checkMaking(scenario: ResolvedScenario): Promise<void> {
  if (unsimulatedProblems(scenario, registries).length === 0) await simulationInput(scenario);
}
