/**
 * Benchmark `sweep`: what the machinery of a sweep costs, and what a second worker gains.
 *
 * By turns: the runs of a plan one after the other in this process, with tables and summary, as `breakwater run` does them
 * without its report; the same plan as a sweep of one worker, with everything a sweep leaves; the plan with twice as many
 * runs; and that with two workers. What twice as many runs take beyond once as many is what a run costs, the rest of a sweep is
 * for once: threads that load and warm up, and merging. The digest is over the table `runs`, the same bytes with one worker as with two.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RowFile } from "../data/store/row-file.ts";
import { runWithTwin, writeWithTwin } from "../lab/counterfactual.ts";
import { type PreparedPlan, preparePlan } from "../lab/plan/prepare.ts";
import { parsePlan } from "../lab/plan/read-plan.ts";
import { keptTables } from "../lab/sweep/kept-tables.ts";
import { runSweep } from "../lab/sweep/sweep.ts";
import { threads } from "../lab/sweep/threads.ts";
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
  /** CPU time of a run by itself, median of the turns. */
  readonly secondsEach: number;
  /** CPU time of a run in a sweep of one worker over that of a run by itself, less one; of each turn. */
  readonly overheads: readonly number[];
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

async function runsAlone(prepared: PreparedPlan, folder: string): Promise<void> {
  const scenario = await prepared.resolve(0);
  for (const { run, seed } of prepared.runs) {
    const directory = await mkdtemp(join(folder, `run-${run}-`));
    const rows = new RowFile(directory);
    const pair = await runWithTwin({ ...scenario, seed }, () => {}, { rows });
    await writeWithTwin(directory, { ...scenario, seed }, pair, { version: VERSION, startedAt: "", wallSeconds: 0 });
    rows.close();
    await rm(directory, { recursive: true });
  }
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
    await runsAlone(await preparePlan(planOf(2, minutes)), folder);
    const turns: { alone: Took; single: Took; double: Took; shared: Took }[] = [];
    for (let turn = 0; turn < count; turn++) {
      const swept = (prepared: PreparedPlan, name: string, workers: number) =>
        timed(() => sweepOf(prepared, join(folder, `${name}-${turn}`), workers));
      turns.push({
        alone: await timed(() => runsAlone(once, folder)),
        single: await swept(once, "single", 1),
        double: await swept(twice, "double", 1),
        shared: await swept(twice, "shared", 2),
      });
    }
    const [digest, ...others] = await Promise.all(
      turns.flatMap((_, turn) => ["double", "shared"].map((name) => digestOf(join(folder, `${name}-${turn}`)))),
    );
    if (others.some((other) => other !== digest)) throw new Error(`sweeps differ: ${[digest, ...others].join(", ")}`);
    return {
      runs,
      secondsEach: median(turns.map(({ alone }) => alone.cpuSeconds)) / runs,
      overheads: turns.map(({ alone, single, double }) => (double.cpuSeconds - single.cpuSeconds) / alone.cpuSeconds - 1),
      onceSeconds: turns.map(({ single, double }) => 2 * single.cpuSeconds - double.cpuSeconds),
      speedups: turns.map(({ double, shared }) => double.wallSeconds / shared.wallSeconds),
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

export const sweepBenchmark: Benchmark<SweepResult> = {
  options: { runs: "16" },
  run: ({ runs }) => benchSweep(Number(runs)),
  lines: ({ runs, secondsEach, overheads, onceSeconds, speedups, digest }) => [
    `${runs} runs of ${secondsEach.toFixed(2)} s of CPU each, by themselves`,
    `a run in a sweep takes more CPU time by ${overheads.map((each) => `${(100 * each).toFixed(1)} %`).join(", ")}`,
    `and the sweep once ${onceSeconds.map((each) => each.toFixed(2)).join(", ")} s`,
    `two workers over one, by the clock: ${speedups.map((each) => `${each.toFixed(2)}×`).join(", ")}`,
    `digest ${digest}`,
  ],
};
