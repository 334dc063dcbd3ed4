/**
 * Benchmark `agents`: commands of agents that reach the venue, a CPU second. A whole simulation
 * as a run makes it, agents woken, their commands and the venue's messages under way, marks,
 * conservation, record and digest, but nothing written. The crowd is that of `crowd.json`, with
 * as many agents and holders as asked.
 */
import { fileURLToPath } from "node:url";
import { resolveScenario } from "../data/scenario/resolve.ts";
import { simulationInput } from "../lab/experiment.ts";
import { registries } from "../lab/registries.ts";
import { Simulation } from "../sim/simulation.ts";
import type { Benchmark } from "./benchmark.ts";
import { type Measurement, spreadOf, timed } from "./measure.ts";

/** What ABIDES does, messages a second (Byrd et al. 2020). */
const ABIDES_PER_SECOND = 100_000;
/** Of a hundred agents so many of each kind; the rest is noise. */
const OF_HUNDRED = [
  { kind: "market-maker", count: 3, interval: "2s" },
  { kind: "avellaneda-stoikov", count: 2, interval: "2s" },
  { kind: "momentum", count: 5 },
  { kind: "mean-reversion", count: 5 },
  { kind: "leveraged-retail", count: 20 },
  { kind: "basis-arbitrageur", count: 1 },
];

/** A crowd of so many agents. */
function crowdOf(agents: number): object[] {
  const some = OF_HUNDRED.map(({ count, ...rest }) => ({ ...rest, count: Math.max(1, Math.round((agents * count) / 100)) }));
  const others = some.reduce((sum, { count }) => sum + count, 0);
  return [...some, { kind: "noise-trader", count: Math.max(1, agents - others), interval: "30s", deposit: "2500000" }];
}

export interface AgentsResult {
  readonly agents: number;
  readonly accounts: number;
  readonly messages: number;
  readonly trades: number;
  readonly events: number;
  /** Nanoseconds of CPU a message. */
  readonly nsPerMessage: Measurement;
  readonly messagesPerCpuSecond: number;
  readonly timesAbides: number;
  readonly digest: string;
}

/**
 * @param minutes of simulated time
 * @param runs measured after a warm-up of one more
 */
export async function benchAgents(agents: number, accounts: number, minutes: number, runs: number): Promise<AgentsResult> {
  const scenario = await resolveScenario(fileURLToPath(new URL("./crowd.json", import.meta.url)), {
    registries,
    sets: [`duration=${minutes}m`, `population.accounts=${accounts}`, `agents=${JSON.stringify(crowdOf(agents))}`],
  });
  const times: number[] = [];
  let last: Pick<AgentsResult, "messages" | "trades" | "events" | "digest"> = { messages: 0, trades: 0, events: 0, digest: "" };
  for (let run = 0; run <= runs; run++) {
    const simulation = new Simulation(await simulationInput(scenario));
    let result: ReturnType<Simulation["run"]> | undefined;
    const ns = timed(1, () => {
      result = simulation.run();
    });
    const { messages, events, digest, record } = result as ReturnType<Simulation["run"]>;
    last = { messages, trades: record.trades.rowCount, events, digest };
    if (run > 0) times.push(ns / messages);
  }
  const nsPerMessage = spreadOf(times);
  const messagesPerCpuSecond = 1e9 / nsPerMessage.median;
  return { agents, accounts, ...last, nsPerMessage, messagesPerCpuSecond, timesAbides: messagesPerCpuSecond / ABIDES_PER_SECOND };
}

/** `npm run bench -- agents`. */
export const agentsBenchmark: Benchmark<AgentsResult> = {
  options: { agents: "1000", accounts: "100000", minutes: "30", runs: "3" },
  run: ({ agents, accounts, minutes, runs }) => benchAgents(Number(agents), Number(accounts), Number(minutes), Number(runs)),
  lines: ({ agents, accounts, messages, trades, events, nsPerMessage, messagesPerCpuSecond, timesAbides, digest }) => [
    `${agents} agents, ${accounts} holders: ${messages} messages, ${trades} trades, ${events} events`,
    `${nsPerMessage.median.toFixed(0)} ns a message (${nsPerMessage.least.toFixed(0)} to ${nsPerMessage.most.toFixed(0)}): ${(messagesPerCpuSecond / 1e6).toFixed(2)} M a CPU second, ${timesAbides.toFixed(1)}× ABIDES`,
    `digest ${digest}`,
  ],
};
