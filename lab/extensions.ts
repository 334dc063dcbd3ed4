/** What a program brings along: kinds of agents and ADL policies of its own, beside those of the package. */
import type { AgentDefinition } from "../agents/definition.ts";
import { AGENTS } from "../agents/registry.ts";
import type { ScenarioRegistries } from "../data/scenario/registries.ts";
import { type AdlPolicy, InputError } from "../sim/index.ts";
import { registries } from "./registries.ts";

/** Kinds of agents and ADL policies that scenarios may name beside those there are. */
export interface Extensions {
  /** Each under its `kind`, as `defineAgent` makes them. */
  readonly agents?: readonly AgentDefinition[];
  /** By the name that `venue.adl.policy` has for it. */
  readonly policies?: Readonly<Record<string, AdlPolicy>>;
}

/**
 * What a scenario may name, extensions included: to resolve a scenario with.
 * @throws InputError for a kind or policy whose name is taken
 */
export function registriesWith(extensions: Extensions): ScenarioRegistries {
  const { policies = {} } = extensions;
  const agents = Object.entries(agentKinds(extensions)).map(([kind, { parameters }]) => [kind, parameters]);
  const taken = Object.keys(policies).find((name) => registries.policies.includes(name));
  if (taken !== undefined) throw new InputError("policies", `there is an ADL policy ${taken} already: choose another name`);
  return { ...registries, agents: Object.fromEntries(agents), policies: [...registries.policies, ...Object.keys(policies)] };
}

/**
 * Every kind of agent by name, extensions included.
 * @throws InputError for a kind whose name is taken
 */
export function agentKinds({ agents = [] }: Extensions): Readonly<Record<string, AgentDefinition<never>>> {
  const kinds: Record<string, AgentDefinition<never>> = { ...AGENTS };
  for (const definition of agents) {
    if (Object.hasOwn(kinds, definition.kind))
      throw new InputError("agents", `there are agents of kind ${definition.kind} already: choose another name`);
    kinds[definition.kind] = definition as unknown as AgentDefinition<never>;
  }
  return kinds;
}
