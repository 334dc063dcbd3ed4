/** What scenarios may name: the agents, the population and the ADL policies there are. */
import { populationParameters } from "../agents/population.ts";
import { AGENTS } from "../agents/registry.ts";
import type { ScenarioRegistries } from "../data/scenario/registries.ts";
import { ADL_POLICIES } from "../sim/index.ts";

/** The kinds of agents, the population and the ADL policies of the package. */
export const registries: ScenarioRegistries = {
  agents: Object.fromEntries(Object.entries(AGENTS).map(([kind, definition]) => [kind, definition.parameters])),
  population: populationParameters,
  policies: Object.keys(ADL_POLICIES),
};
