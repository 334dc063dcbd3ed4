/** An agent of one's own in few words: what every kind has is added, what it does is one function. */
import { z } from "zod";
import { type Agent, formatWhole, parseDuration } from "../sim/index.ts";
import type { AgentContext, AgentDefinition } from "./definition.ts";
import { choice, common, duration, inQuanta, leverage, lotsFor, money, number, startOf, whole } from "./fields.ts";

/**
 * Fields of an own agent's parameters, each with its default, checked when a scenario is read:
 * `number(0.05, 0, 1)`, `whole(3, 1, 10)`, `money("50000")`, `duration("5s")`, `leverage()`, `choice("long", "short")`.
 */
export const fields = { choice, duration, leverage, money, number, whole } as const;

/** What an own agent is made with, beside its parameters. */
export interface OwnAgentContext extends AgentContext {
  /** Time between two looks at the market, microseconds: what to ask `desk.wakeIn` for. */
  readonly intervalUs: number;
  /** How many lots an amount of the settlement asset (decimal text) buys at a price, rounded down. */
  readonly lotsFor: (amount: string, priceTicks: number) => number;
  /** A duration such as `"5s"` in microseconds. */
  readonly durationUs: (text: string) => number;
  /** A price in ticks as a number in natural units, for messages of one's own: never for deciding what a run does. */
  readonly priceOf: (priceTicks: number) => number;
}

/** An own kind of agent. */
export interface OwnAgent<Fields extends z.ZodRawShape> {
  /** As scenarios name it: `{"kind": "dip-buyer"}`. */
  readonly kind: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** What every agent has: cash at the start and leverage as decimal text, times as durations. */
  readonly defaults: { readonly deposit: string; readonly leverage: string; readonly latency: string; readonly interval: string };
  /** Parameters of its own, of `fields`. */
  readonly parameters: Fields;
  /** Makes one agent. All that chance decides of it must come from `context.stream`. */
  readonly create: (parameters: z.output<z.ZodObject<Fields>>, context: OwnAgentContext) => Agent;
}

/**
 * Defines a kind of agent that scenarios may name, with `deposit`, `leverage`, `latency`, `latencyBack`, `marketDataDelay`
 * and `interval` as fields beside its own. It first looks at a time within its first interval, drawn from its own stream.
 * @returns what `run`, `simulate` and `sweep` take in `agents`
 */
export function defineAgent<Fields extends z.ZodRawShape>(own: OwnAgent<Fields>): AgentDefinition {
  const { kind, summary, defaults, create } = own;
  const parameters = z.object({
    ...common(defaults),
    interval: duration(defaults.interval).describe("time between two looks at the market"),
    ...own.parameters,
  });
  return {
    kind,
    summary,
    source: "",
    parameters,
    make(checked, context) {
      const given = checked as z.output<z.ZodObject<Fields>> & { deposit: string; leverage: string; latency: string; interval: string };
      const { asset, instrument, stream } = context;
      const intervalUs = parseDuration(given.interval, "interval");
      const firstWakeUs = Math.floor(intervalUs * stream.next());
      const agent = create(given, {
        ...context,
        intervalUs,
        lotsFor: (amount, priceTicks) => lotsFor(inQuanta(amount, asset, `agents: ${kind}`), priceTicks, instrument),
        durationUs: (text) => parseDuration(text, `agents: ${kind}`),
        priceOf: (priceTicks) => Number(formatWhole(Math.round(priceTicks), instrument.tickSize)),
      });
      return { agent, ...startOf(kind, given, asset), firstWakeUs };
    },
  };
}
