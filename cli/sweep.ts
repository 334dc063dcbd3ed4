/** `breakwater sweep`: all runs of a plan. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { checkRunnable, type PreparedPlan, preparePlan } from "../lab/plan/prepare.ts";
import { readPlan } from "../lab/plan/read-plan.ts";
import { estimateSeconds } from "../lab/sweep/estimate.ts";
import { runSweep, type SweepOutcome } from "../lab/sweep/sweep.ts";
import { hashFiles, shockFiles } from "../lab/sweep/sweep-file.ts";
import { counted } from "./counted.ts";
import { type Progress, startProgress, timeText } from "./progress.ts";
import { packageVersion } from "./version.ts";

interface SweepCommandOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const HELP = `
PLAN is a file, or the name of a bundled plan: quick, tiers-and-fees. The directory gets a table runs with a row
for each run, settings, and the tables of the runs merged, whatever the number of workers; \`breakwater query\`
reads them. After an interruption the same command with --resume goes on where it was.

Examples:
  $ breakwater sweep quick
  $ breakwater sweep tiers-and-fees --workers 2 --out out/fees
  $ breakwater sweep tiers-and-fees --workers 2 --out out/fees --resume
  $ breakwater query out/fees 'select setting, avg("fund.maxDrawdown") from runs group by setting order by setting'
`;
/** Beyond it threads only wait for one another. */
const WORKERS_MOST = 256;

/** Adds `sweep PLAN [--out DIR] [--workers N] [--resume] [--json]`. */
export function registerSweep(program: Command): void {
  program
    .command("sweep")
    .description("run all runs of a plan: many settings of a scenario, many seeds of each")
    .argument("<plan>", "file or name of a bundled plan")
    .option("--out <dir>", "directory of the sweep (default: out/<plan>)")
    .option("--workers <n>", "how many runs at a time (default: one a core)", workerCount)
    .option("--resume", "go on with the sweep that the directory holds")
    .option("--json", "print the outcome as one JSON document")
    .addHelpText("after", HELP)
    .action(sweep);
}

async function sweep(name: string, options: SweepCommandOptions): Promise<void> {
  const files: string[] = [];
  const prepared = await preparePlan(await readPlan(name), (scenario) => files.push(...shockFiles(scenario)));
  checkRunnable(prepared);
  const { plan, scenario } = prepared;
  const directory = options.out ?? join("out", plan.name);
  const workers = options.workers ?? availableParallelism();
  const quiet = options.json === true;
  const inputs = { breakwater: packageVersion(), plan, scenario, files: await hashFiles(files) };
  const secondsEach = quiet ? null : await estimateSeconds(await prepared.resolve(0));
  let progress: Progress | null = null;
  let toDo = 0;
  let done = 0;
  const outcome = await runSweep(prepared, {
    ...{ directory, workers, resume: options.resume === true, inputs },
    onStart(left, before) {
      toDo = left;
      if (!quiet) process.stderr.write(`${announcement(prepared, left, before, workers, secondsEach)}\n`);
      progress = startProgress(plan.name, quiet, left);
    },
    onRun: () => progress?.update(++done / toDo),
  }).finally(() => progress?.stop());
  process.stdout.write(quiet ? `${JSON.stringify(jsonOf(prepared, directory, outcome))}\n` : `${text(prepared, directory, outcome)}\n`);
  if (outcome.failed > 0)
    throw new Error(
      `${outcome.failed} of ${counted(outcome.runs, "run")} failed${outcome.firstError === null ? "" : `: ${outcome.firstError}`}`,
    );
}

/** What is about to be done, and about how long it will take. */
function announcement(
  { plan, settings, runs }: PreparedPlan,
  left: number,
  before: number,
  workers: number,
  secondsEach: number | null,
): string {
  const size = `${counted(settings.length, "setting")} × ${counted(plan.replications, "replication")} = ${counted(runs.length, "run")}`;
  const already = before === 0 ? "" : `, ${left} to do`;
  const threads = Math.max(1, Math.min(workers, left));
  const time = secondsEach === null ? "" : `, about ${timeText((left * secondsEach) / threads)}`;
  return `${plan.name}: ${size}${already}, ${counted(threads, "worker")}${time}`;
}

function text({ plan, scenario }: PreparedPlan, directory: string, { settings, runs, failed }: SweepOutcome): string {
  const lines = [
    ["sweep", `${plan.name} of ${scenario.name}, seed ${plan.seed}`],
    ["runs", `${runs} of ${counted(settings, "setting")}, ${failed} failed`],
    ["tables", directory],
  ] as const;
  return lines.map(([label, value]) => `${label.padEnd(8)}${value}`).join("\n");
}

function jsonOf(
  { plan, scenario }: PreparedPlan,
  directory: string,
  { settings, runs, failed, resumed }: SweepOutcome,
): Record<string, unknown> {
  return { plan: plan.name, scenario: scenario.name, directory, settings, replications: plan.replications, runs, failed, resumed };
}

function workerCount(text: string): number {
  const value = Number(text);
  if (!/^[1-9]\d*$/.test(text) || value > WORKERS_MOST)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${WORKERS_MOST}.`);
  return value;
}
