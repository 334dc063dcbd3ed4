/** Every kind of agent by name, as a scenario's `agents` names it. */
import { arbitrageur } from "./arbitrageur.ts";
import type { AgentDefinition } from "./definition.ts";
import { marketMaker } from "./market-maker.ts";
import { noiseTrader } from "./noise-trader.ts";

const DEFINITIONS: readonly AgentDefinition<never>[] = [
  marketMaker as AgentDefinition<never>,
  noiseTrader as AgentDefinition<never>,
  arbitrageur as AgentDefinition<never>,
];

export const AGENTS: Readonly<Record<string, AgentDefinition<never>>> = Object.fromEntries(
  DEFINITIONS.map((definition) => [definition.kind, definition]),
);
