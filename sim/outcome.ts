/** How a run ends: with a result, or with an error that keeps what was recorded until then. */
import type { Record } from "./record.ts";

/** What a run yields: its record, and figures beside it. */
export interface SimulationResult {
  readonly record: Record;
  /** Hexadecimal (TIME-3). */
  readonly digest: string;
  readonly events: number;
  readonly messages: number;
  readonly conservationChecks: number;
  readonly simulatedUs: number;
}

/** An agent that threw: whose code it is, beside what it said. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  /** Name of the agent, such as `market-maker/2.1`. */
  readonly agent: string;

  constructor(agent: string, timeUs: number, cause: unknown) {
    super(`agent ${agent} failed at ${timeUs} µs: ${messageOf(cause)}`, { cause });
    this.agent = agent;
  }
}

/** A broken invariant or a failed agent: when it happened, and what was recorded until then. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
  /** Number of the event in which it happened, from 1; 0 before the first. */
  readonly event: number;
  /** Since the Unix epoch. */
  readonly timeUs: number;
  /** The agent that failed, or null when the fault is ours. */
  readonly agent: string | null;
  /** As far as the run came. The tables of the end say how things stood then, as far as they could be recorded. */
  readonly result: SimulationResult;

  constructor(timeUs: number, result: SimulationResult, cause: unknown) {
    super(`event ${result.events} at ${timeUs} µs: ${messageOf(cause)}`, { cause });
    this.event = result.events;
    this.timeUs = timeUs;
    this.agent = cause instanceof AgentError ? cause.agent : null;
    this.result = result;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
