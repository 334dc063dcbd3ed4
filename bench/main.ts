/** `npm run bench -- NAME [--json] [options]`: one benchmark by name, with its median, spread, ratios and a digest. */
import { parseArgs } from "node:util";
import { agentsBenchmark } from "./agents.ts";
import type { Benchmark } from "./benchmark.ts";
import { matchBenchmark } from "./match.ts";
import { moneyBenchmark } from "./money.ts";
import { pipelineBenchmark } from "./pipeline.ts";
import { populationBenchmark } from "./population.ts";
import { queueBenchmark } from "./queue.ts";
import { recordBenchmark } from "./record.ts";
import { sweepBenchmark } from "./sweep.ts";
import { sweepReportBenchmark } from "./sweep-report.ts";
import { watchBenchmark } from "./watch.ts";
import { watchCrossBenchmark } from "./watch-cross.ts";

/** Every benchmark by name. */
const BENCHMARKS: Readonly<Record<string, Benchmark<unknown>>> = {
  agents: agentsBenchmark as Benchmark<unknown>,
  match: matchBenchmark as Benchmark<unknown>,
  money: moneyBenchmark as Benchmark<unknown>,
  pipeline: pipelineBenchmark as Benchmark<unknown>,
  population: populationBenchmark as Benchmark<unknown>,
  queue: queueBenchmark as Benchmark<unknown>,
  record: recordBenchmark as Benchmark<unknown>,
  sweep: sweepBenchmark as Benchmark<unknown>,
  "sweep-report": sweepReportBenchmark as Benchmark<unknown>,
  watch: watchBenchmark as Benchmark<unknown>,
  "watch-cross": watchCrossBenchmark as Benchmark<unknown>,
};

function refuse(problem: string): never {
  process.stderr.write(`bench: ${problem}\n`);
  process.exit(2);
}

const [name = "", ...rest] = process.argv.slice(2);
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) refuse(`expected one of ${Object.keys(BENCHMARKS).join(", ")}, got ${JSON.stringify(name)}`);
const switches = Object.entries(benchmark.options).map(([option, initial]) =>
  initial === false ? [option, { type: "boolean" as const }] : [option, { type: "string" as const, default: initial }],
);
const values: Record<string, unknown> = (() => {
  try {
    return parseArgs({ args: rest, options: { json: { type: "boolean" }, ...Object.fromEntries(switches) } }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
})();
const result = await (async () => {
  try {
    return await benchmark.run(Object.fromEntries(Object.entries(values).map(([option, value]) => [option, String(value)])));
  } catch (error) {
    return refuse((error as Error).message);
  }
})();
if (values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
else for (const line of benchmark.lines(result)) process.stdout.write(`${line}\n`);
