/** What a kind of agent is: its parameters, and how one is made. A new kind is one file and a line in `registry.ts`. */
import type { z } from "zod";
import type { Agent, Asset, Drought, Instrument, RandomStream } from "../sim/index.ts";

/** What an agent is made with beside its parameters. */
export interface AgentContext {
  readonly instrument: Instrument;
  readonly asset: Asset;
  /** Index at the start. */
  readonly startTicks: number;
  /** Times in which makers show less, in order of their beginnings. */
  readonly droughts: readonly Drought[];
  /** The agent's own stream (TIME-2). */
  readonly stream: RandomStream;
}

/** An agent, ready to start. */
export interface MadeAgent {
  readonly agent: Agent;
  readonly depositQuanta: number;
  readonly leverageHundredths: number;
  readonly latencyUs: number;
  readonly latencyBackUs: number;
  readonly marketDataDelayUs: number;
  readonly firstWakeUs: number;
  /** Position that it starts with, opened at the start price; the population holds the other side. Signed, lots; left out: none. */
  readonly startLots?: number;
}

/** A kind of agent: its parameters, and how one is made. */
export interface AgentDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** What it does, in a sentence or two: for `docs/agents.md`. */
  readonly summary: string;
  /** Paper, document or data that it follows: likewise. */
  readonly source: string;
  /** Fields of an entry of a scenario's `agents`, with defaults. */
  readonly parameters: Schema;
  make(parameters: z.output<Schema>, context: AgentContext): MadeAgent;
}
