/** `breakwater sweep`: all runs of a plan. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { type PreparedPlan, preparePlan } from "../lab/plan/prepare.ts";
import { readPlan } from "../lab/plan/read-plan.ts";
import { replicationsMost } from "../lab/plan/stopping.ts";
import { queueAddress } from "../lab/queue/address.ts";
import { queueBackend } from "../lab/queue/backend.ts";
import { openQueue, type QueueDatabase } from "../lab/queue/database.ts";
import { forgetSweepId } from "../lab/queue/sweeps.ts";
import type { RunBackend } from "../lab/sweep/backend.ts";
import { estimateSeconds } from "../lab/sweep/estimate.ts";
import { keptTables } from "../lab/sweep/kept-tables.ts";
import { runSweep, type SweepOutcome } from "../lab/sweep/sweep.ts";
import { hashFiles, type SweepInputs, shockFiles } from "../lab/sweep/sweep-file.ts";
import { threads } from "../lab/sweep/threads.ts";
import { writeSweepReport } from "../reports/sweep/write-sweep-report.ts";
import { InputError } from "../sim/index.ts";
import { counted } from "./counted.ts";
import { planSizeText } from "./plan-size.ts";
import { type Progress, startProgress, timeText } from "./progress.ts";
import { packageVersion } from "./version.ts";
import { workerCount } from "./worker-count.ts";

interface SweepCommandOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly queue?: string | true;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const HELP = `
PLAN is a file, or the name of a bundled plan: quick, tiers-and-fees. The directory gets a table runs with a row
for each run, settings, and the tables of the runs merged, whatever the number of workers; \`breakwater query\`
reads them. After an interruption the same command with --resume goes on where it was. With --queue the runs are
done by \`breakwater worker\` processes on any machines; the URL may stand in the environment variable BREAKWATER_QUEUE.

Examples:
  $ breakwater sweep quick
  $ breakwater sweep tiers-and-fees --workers 2 --out out/fees
  $ breakwater sweep tiers-and-fees --workers 2 --out out/fees --resume
  $ breakwater query out/fees 'select setting, avg("fund.maxDrawdown") from runs group by setting order by setting'
`;

/** Adds `sweep PLAN [--out DIR] [--workers N | --queue [URL]] [--resume] [--json]`. */
export function registerSweep(program: Command): void {
  program
    .command("sweep")
    .description("run all runs of a plan: many settings of a scenario, many seeds of each")
    .argument("<plan>", "file or name of a bundled plan")
    .option("--out <dir>", "directory of the sweep (default: out/<plan>)")
    .option("--workers <n>", "how many runs at a time (default: one a core)", workerCount)
    .option("--queue [url]", "have the runs done by workers on this PostgreSQL database (default: BREAKWATER_QUEUE)")
    .option("--resume", "go on with the sweep that the directory holds")
    .option("--json", "print the outcome as one JSON document")
    .addHelpText("after", HELP)
    .action(sweep);
}

async function sweep(name: string, options: SweepCommandOptions): Promise<void> {
  const files: string[] = [];
  const prepared = await preparePlan(await readPlan(name), (scenario) => files.push(...shockFiles(scenario)));
  const { plan, scenario } = prepared;
  const directory = options.out ?? join("out", plan.name);
  const workers = options.workers ?? availableParallelism();
  const quiet = options.json === true;
  const inputs = { breakwater: packageVersion(), plan, scenario, files: await hashFiles(files) };
  const queue = await queueOf(options);
  const secondsEach = quiet || queue !== null ? null : await estimateSeconds(await prepared.resolve(0));
  let progress: Progress | null = null;
  let toDo = 0;
  let done = 0;
  const outcome = await runSweep(prepared, {
    ...{ directory, resume: options.resume === true, inputs },
    backend: backendOf(inputs, directory, workers, queue),
    onStart(left, before) {
      toDo = left;
      if (!quiet) process.stderr.write(`${announcement(prepared, left, before, queue ?? workers, secondsEach)}\n`);
      progress = startProgress(plan.name, quiet, left);
    },
    // With a stopping rule what is left shrinks by more than what is done.
    onRun(left) {
      done += 1;
      progress?.update(done / Math.max(done, Math.min(toDo, done + left)));
    },
    onInterruption() {
      progress?.stop();
      process.stderr.write(`breakwater: interrupted: ${directory} keeps what is done, and the same command with --resume goes on\n`);
    },
  }).finally(async () => {
    progress?.stop();
    await queue?.close();
  });
  // Of a sweep that began in a queue and was gone on with here.
  if (queue === null) await forgetSweepId(directory);
  const { html: report } = await writeSweepReport(directory);
  process.stdout.write(
    quiet ? `${JSON.stringify(jsonOf(prepared, directory, outcome, report))}\n` : `${text(prepared, directory, outcome, report)}\n`,
  );
  if (outcome.failed > 0)
    throw new Error(
      `${outcome.failed} of ${counted(outcome.runs, "run")} failed${outcome.firstError === null ? "" : `: ${outcome.firstError}`}`,
    );
}

/** The queue that is asked for, reached before anything is written. */
async function queueOf({ queue, workers }: SweepCommandOptions): Promise<QueueDatabase | null> {
  if (queue === undefined) return null;
  if (workers !== undefined)
    throw new InputError("--workers", `expected none beside --queue, where each worker has its own, got ${workers}`);
  return await openQueue(queueAddress(queue, process.env));
}

function backendOf(inputs: SweepInputs, directory: string, workers: number, queue: QueueDatabase | null): RunBackend {
  const { breakwater: version, plan, files } = inputs;
  const tables = keptTables(plan);
  if (queue === null) return threads({ directory, workers, tables, version });
  const onNotice = (line: string) => process.stderr.write(`${plan.name}: ${line}\n`);
  return queueBackend({ database: queue, directory, name: plan.name, version, tables, files, onNotice });
}

/** What is about to be done, and about how long it will take. */
function announcement(
  prepared: PreparedPlan,
  left: number,
  before: number,
  workers: number | QueueDatabase,
  secondsEach: number | null,
): string {
  const already = before === 0 ? "" : `, ${left} to do`;
  if (typeof workers !== "number") return `${prepared.plan.name}: ${planSizeText(prepared)}${already}, by workers at ${workers.shown}`;
  const threads = Math.max(1, Math.min(workers, left));
  const time = secondsEach === null ? "" : `, about ${timeText((left * secondsEach) / threads)}`;
  return `${prepared.plan.name}: ${planSizeText(prepared)}${already}, ${counted(threads, "worker")}${time}`;
}

function text({ plan, scenario }: PreparedPlan, directory: string, { settings, runs, failed }: SweepOutcome, report: string): string {
  const lines = [
    ["sweep", `${plan.name} of ${scenario.name}, seed ${plan.seed}`],
    ["runs", `${runs} of ${counted(settings, "setting")}, ${failed} failed`],
    ["tables", directory],
    ["report", report],
  ] as const;
  return lines.map(([label, value]) => `${label.padEnd(8)}${value}`).join("\n");
}

function jsonOf(
  { plan, scenario }: PreparedPlan,
  directory: string,
  { settings, runs, failed, resumed }: SweepOutcome,
  report: string,
): Record<string, unknown> {
  const replications = replicationsMost(plan);
  return { plan: plan.name, scenario: scenario.name, directory, report, settings, replications, runs, failed, resumed };
}
