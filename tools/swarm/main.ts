/**
 * `npm run swarm -- --seconds 60`: random venues, scenarios and crowds, a seed each, run
 * with every invariant on. The clock decides when it stops and nothing else.
 */
import { Command, InvalidArgumentError } from "commander";
import { runSeed } from "./run-seed.ts";
import { drawScenario } from "./scenario.ts";
import { Totals } from "./totals.ts";

interface SwarmOptions {
  readonly seconds: number;
  readonly first: number;
  readonly seed?: number;
  readonly print?: boolean;
}

const PROGRESS_EVERY_MS = 10_000;

const HELP = `
Examples:
  $ npm run swarm -- --seconds 600
  $ npm run swarm -- --seed 123
  $ npm run -s swarm -- --seed 123 --print > seed-123.json && npx breakwater run seed-123.json
`;

const program = new Command("swarm")
  .description("run random venues, scenarios and crowds with every invariant on, one a seed, until the time is over or one fails")
  .option("--seconds <n>", "how long to go on; the seed begun last is finished", wholeNumber, 60)
  .option("--first <n>", "seed to begin with; the others follow", wholeNumber, 1)
  .option("--seed <n>", "only this seed, with every check there is", wholeNumber)
  .option("--print", "with --seed: print its scenario and run nothing")
  .addHelpText("after", HELP)
  .action(swarm);
await program.parseAsync();

async function swarm({ seconds, first, seed, print }: SwarmOptions): Promise<void> {
  if (print === true) {
    if (seed === undefined) return program.error("error: --print needs --seed");
    process.stdout.write(`${JSON.stringify(drawScenario(seed), null, 2)}\n`);
    return;
  }
  const totals = new Totals();
  const startMs = performance.now();
  let shownMs = startMs;
  for (let next = seed ?? first; ; next++) {
    if (!(await attempt(next, seed !== undefined, totals))) {
      process.exitCode = 1;
      break;
    }
    const nowMs = performance.now();
    if (seed !== undefined || nowMs - startMs >= seconds * 1000) break;
    if (nowMs - shownMs < PROGRESS_EVERY_MS) continue;
    shownMs = nowMs;
    process.stdout.write(`${totals.line()}; at seed ${next}\n`);
  }
  process.stdout.write(`${totals.line()}\n`);
}

/** Whether a seed passed; if not, it says what is wrong, and how to see it again. */
async function attempt(seed: number, thorough: boolean, totals: Totals): Promise<boolean> {
  try {
    totals.add(await runSeed(seed, thorough));
    return true;
  } catch (error) {
    process.stderr.write(`swarm: seed ${seed}: ${error instanceof Error ? error.message : String(error)}\n`);
    if (thorough && error instanceof Error) process.stderr.write(`${error.cause instanceof Error ? error.cause.stack : error.stack}\n`);
    process.stderr.write(`npm run swarm -- --seed ${seed}\n`);
    return false;
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number of at least 0.");
  return value;
}
