/**
 * Benchmark `population`: drawing the holders of one contract with the default
 * distributions, sides, sizes, entry prices, leverage and margin, once.
 *
 * The peak of memory is that of the whole process, some 110 MB of which are there before.
 * The digest is over lots, entry values and margins.
 */
import { populationParameters } from "../agents/population.ts";
import { drawPopulations } from "../agents/populations.ts";
import { createStream, Digest } from "../sim/index.ts";
import type { Benchmark } from "./benchmark.ts";
import { TERMS } from "./contract.ts";
import { timed } from "./measure.ts";

const START_TICKS = 900_000;

interface PopulationResult {
  readonly accounts: number;
  /** CPU time. */
  readonly seconds: number;
  /** Of the process, at its peak so far. */
  readonly peakMegabytes: number;
  readonly digest: string;
}

/** Draws a population and says what it took. */
export function benchPopulation(accounts: number): PopulationResult {
  const parameters = populationParameters.parse({ accounts });
  const stream = (name: string) => createStream(1, `bench/population/${name}`);
  const context = { asset: { symbol: "USDT", quantum: "0.000001" }, terms: TERMS, startTicks: START_TICKS, stream: stream("holders") };
  const digest = new Digest();
  const drawn: ReturnType<typeof drawPopulations>[number][] = [];
  const nanoseconds = timed(1, () => {
    drawn.push(...drawPopulations(parameters, [context], stream("split"), stream("modes")));
  });
  const { maxRSS } = process.resourceUsage();
  for (const { lots, entryValue, margin } of drawn) {
    for (const column of [lots, entryValue, margin]) digest.numbers(column);
  }
  return { accounts, seconds: nanoseconds / 1e9, peakMegabytes: maxRSS / 1024, digest: digest.hex() };
}

export const populationBenchmark: Benchmark<PopulationResult> = {
  options: { accounts: "1000000" },
  run: ({ accounts }) => benchPopulation(Number(accounts)),
  lines: ({ accounts, seconds, peakMegabytes, digest }) => [
    `${accounts} holders drawn in ${seconds.toFixed(2)} s of CPU, at most ${peakMegabytes.toFixed(0)} MB`,
    `digest ${digest}`,
  ],
};
