/**
 * Benchmark `sweep`: what the machinery of a sweep costs, and what a second worker gains.
 *
 * By turns: each run of a plan by itself in this thread, with tables and summary, as `breakwater run` does it without its report, and
 * as a worker of a sweep does it, first the one and then the other by turns; then a sweep of twice as many runs with one worker, and
 * with two. What a sweep takes beyond its runs is for once: threads that load and warm up, and merging. The digest is over the
 * table `runs`, the same bytes with one worker as with two.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { RowFile } from "../data/store/row-file.ts";
import { runWithTwin, writeWithTwin } from "../lab/counterfactual.ts";
import { type PreparedPlan, preparePlan } from "../lab/plan/prepare.ts";
import { parsePlan } from "../lab/plan/read-plan.ts";
import { keptTables } from "../lab/sweep/kept-tables.ts";
import { runSweep } from "../lab/sweep/sweep.ts";
import { threads } from "../lab/sweep/threads.ts";
import runTask from "../lab/sweep/worker.ts";
import type { Benchmark } from "./benchmark.ts";

const TURNS = 3;
const MINUTES = 45;
const VERSION = "bench";

interface Took {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

interface SweepResult {
  readonly runs: number;
  /** CPU time of a run by itself, mean of a turn's, median of the turns. */
  readonly secondsEach: number;
  /** CPU time of a run as a worker does it beyond that of the same by itself, mean over the runs; of each turn. */
  readonly overheadSeconds: readonly number[];
  /** CPU time of a sweep of one worker beyond that of its runs; of each turn. */
  readonly onceSeconds: readonly number[];
  /** By the clock: one worker over two; of each turn. */
  readonly speedups: readonly number[];
  readonly digest: string;
}

/** Runs of a small flash crash: of about a second when they last `MINUTES`. */
function planOf(runs: number, minutes: number) {
  const content = {
    name: "bench",
    scenario: "flash-crash",
    set: {
      duration: `${minutes}m`,
      "shock.waypoints": [{ at: `${Math.floor((minutes * 4) / 9)}m`, change: -0.15 }],
      "population.accounts": 4000,
      "agents.2.count": 12,
    },
    replications: runs,
    tables: ["liquidations", "adl", "funds"],
  };
  return parsePlan({ file: "bench", place: "bench", content });
}

async function timed(work: () => Promise<void>): Promise<Took> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 };
}

/** CPU seconds of each run, by itself and beyond that as a worker does it. */
interface Each {
  readonly alone: readonly number[];
  readonly overhead: readonly number[];
}

async function runsEach(prepared: PreparedPlan, folder: string): Promise<Each> {
  const base = await prepared.resolve(0);
  const tables = keptTables(prepared.plan);
  const [alone, overhead]: [number[], number[]] = [[], []];
  for (const { run, seed } of prepared.runs) {
    const directory = await mkdtemp(join(folder, `run-${run}-`));
    const scenario = { ...base, seed };
    const byItself = () => timed(() => runAlone(scenario, join(directory, "alone")));
    const byWorker = () => timed(() => runTask({ directory, hash: "swept", scenario, tables, version: VERSION }));
    const second = run % 2 === 0 ? null : await byWorker();
    const own = await byItself();
    const swept = second ?? (await byWorker());
    alone.push(own.cpuSeconds);
    overhead.push(swept.cpuSeconds - own.cpuSeconds);
    await rm(directory, { recursive: true });
  }
  return { alone, overhead };
}

async function runAlone(scenario: ResolvedScenario, directory: string): Promise<void> {
  await mkdir(directory);
  const rows = new RowFile(directory);
  const pair = await runWithTwin(scenario, () => {}, { rows });
  await writeWithTwin(directory, scenario, pair, { version: VERSION, startedAt: "", wallSeconds: 0 });
  rows.close();
}

async function sweepOf(prepared: PreparedPlan, directory: string, workers: number): Promise<void> {
  const { plan, scenario } = prepared;
  const backend = threads({ directory, workers, tables: keptTables(plan), version: VERSION });
  await runSweep(prepared, { directory, backend, resume: false, inputs: { breakwater: VERSION, plan, scenario, files: {} } });
}

/** Measures sweeps of so many runs, each of so many minutes, so many times. */
export async function benchSweep(runs: number, count = TURNS, minutes = MINUTES): Promise<SweepResult> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
  try {
    const [once, twice] = [await preparePlan(planOf(runs, minutes)), await preparePlan(planOf(2 * runs, minutes))];
    await runsEach(await preparePlan(planOf(2, minutes)), folder);
    const turns: { each: Each; single: Took; shared: Took }[] = [];
    for (let turn = 0; turn < count; turn++) {
      const swept = (name: string, workers: number) => timed(() => sweepOf(twice, join(folder, `${name}-${turn}`), workers));
      turns.push({ each: await runsEach(once, folder), single: await swept("single", 1), shared: await swept("shared", 2) });
    }
    const [digest, ...others] = await Promise.all(
      turns.flatMap((_, turn) => ["single", "shared"].map((name) => digestOf(join(folder, `${name}-${turn}`)))),
    );
    if (others.some((other) => other !== digest)) throw new Error(`sweeps differ: ${[digest, ...others].join(", ")}`);
    return {
      runs,
      secondsEach: median(turns.map(({ each }) => mean(each.alone))),
      overheadSeconds: turns.map(({ each }) => mean(each.overhead)),
      onceSeconds: turns.map(({ each, single }) => single.cpuSeconds - 2 * runs * (mean(each.alone) + mean(each.overhead))),
      speedups: turns.map(({ single, shared }) => single.wallSeconds / shared.wallSeconds),
      digest: digest as string,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOf(directory: string): Promise<string> {
  const bytes = await readFile(join(directory, "runs.parquet"));
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

export const sweepBenchmark: Benchmark<SweepResult> = {
  options: { runs: "16" },
  run: ({ runs }) => benchSweep(Number(runs)),
  lines: ({ runs, secondsEach, overheadSeconds, onceSeconds, speedups, digest }) => [
    `${runs} runs of ${secondsEach.toFixed(2)} s of CPU each, by themselves`,
    `a run in a sweep takes more CPU time by ${overheadSeconds.map((each) => (1000 * each).toFixed(0)).join(", ")} ms`,
    `and a sweep of ${2 * runs} once ${onceSeconds.map((each) => each.toFixed(2)).join(", ")} s`,
    `two workers over one, by the clock: ${speedups.map((each) => `${each.toFixed(2)}×`).join(", ")}`,
    `digest ${digest}`,
  ],
};
