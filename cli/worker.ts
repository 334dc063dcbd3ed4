/** `breakwater worker`: does runs of sweeps that others started with `--queue`. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { queueAddress } from "../lab/queue/address.ts";
import { openQueue } from "../lab/queue/database.ts";
import { runWorker, type WorkerOutcome } from "../lab/queue/worker.ts";
import { counted } from "./counted.ts";
import { packageVersion } from "./version.ts";
import { workerCount } from "./worker-count.ts";

interface WorkerCommandOptions {
  readonly queue?: string | true;
  readonly workers?: number;
  readonly idleExit?: number;
  readonly json?: boolean;
}

const HELP = `
Takes runs of every sweep started with --queue on the same PostgreSQL database, by a Breakwater of the same version.
Any number of workers may come and go: a run whose worker vanishes is done by another. The URL, which may hold a
password, is better given in the environment variable BREAKWATER_QUEUE than in the command line. SIGTERM ends a
worker within about 20 seconds: it finishes or gives back what it does. Files of runs at work are in TMPDIR.

Examples:
  $ breakwater worker
  $ breakwater worker --workers 2 --idle-exit 600
  $ breakwater worker --queue postgres://user@host/database
`;
/** Long enough for most runs, and within the half minute that Kubernetes and Slurm give. */
const FINISH_WITHIN_MS = 20_000;
const LINE_EVERY_MS = 10_000;

/** Adds `worker [--queue URL] [--workers N] [--idle-exit SECONDS] [--json]`. */
export function registerWorker(program: Command): void {
  program
    .command("worker")
    .description("do runs of sweeps that were started with --queue, on this or other machines")
    .option("--queue [url]", "PostgreSQL database (default: the environment variable BREAKWATER_QUEUE)")
    .option("--workers <n>", "how many runs at a time (default: one a core)", workerCount)
    .option("--idle-exit <seconds>", "end after so long without a run to do (default: never)", seconds)
    .option("--json", "print what was done as one JSON document")
    .addHelpText("after", HELP)
    .action(work);
}

async function work(options: WorkerCommandOptions): Promise<void> {
  const address = queueAddress(options.queue, process.env);
  const threads = options.workers ?? availableParallelism();
  const version = packageVersion();
  const database = await openQueue(address);
  const finishing = new AbortController();
  const leaving = new AbortController();
  const release = onSignals(finishing, leaving);
  const say = (line: string) => process.stderr.write(`worker: ${line}\n`);
  say(`${counted(threads, "run")} at a time from ${database.shown}, version ${version}`);
  try {
    const outcome = await runWorker({
      ...{ database, version, threads, idleExitSeconds: options.idleExit ?? null },
      ...{ finishing: finishing.signal, leaving: leaving.signal },
      onNotice: say,
      onProgress: progressLines(say),
    });
    process.stdout.write(options.json === true ? `${JSON.stringify(outcome)}\n` : `${text(outcome)}\n`);
  } finally {
    release();
    await database.close();
  }
}

/** The first signal lets runs finish for a while, the second gives them back at once. */
function onSignals(finishing: AbortController, leaving: AbortController): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (finishing.signal.aborted) leaving.abort();
    finishing.abort();
    timer ??= setTimeout(() => leaving.abort(), FINISH_WITHIN_MS);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  return () => {
    clearTimeout(timer);
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  };
}

function progressLines(say: (line: string) => void): (outcome: WorkerOutcome, atWork: number) => void {
  let nextMs = performance.now() + LINE_EVERY_MS;
  return ({ runs }, atWork) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + LINE_EVERY_MS;
    say(`${counted(runs, "run")} done, ${counted(atWork, "job")} at work`);
  };
}

function text({ runs, undone, givenBack }: WorkerOutcome): string {
  return `runs    ${runs} done, ${undone} could not be done here, ${givenBack} given back`;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 1e6) throw new InvalidArgumentError("expected seconds, a number from 0 to 1000000.");
  return value;
}
