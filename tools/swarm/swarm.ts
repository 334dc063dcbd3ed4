/** Seeds one after the other until the time is over or one fails. The clock decides when it stops and nothing else. */
import { runSeed } from "./run-seed.ts";
import { Totals } from "./totals.ts";

export interface SwarmOptions {
  /** How long to go on; the seed begun last is finished. */
  readonly seconds: number;
  /** Seed to begin with; the others follow. */
  readonly first: number;
  /** Only this seed, with every check there is. */
  readonly seed?: number;
}

const PROGRESS_EVERY_MS = 10_000;

/**
 * Runs the seeds and says how far it is; of a seed that fails, what is wrong and the one command that shows it again.
 * @param say gets each line, without its end
 * @returns whether all passed
 */
export async function swarm(options: SwarmOptions, say: (line: string) => void, run: typeof runSeed = runSeed): Promise<boolean> {
  const { seconds, first, seed: only } = options;
  const totals = new Totals();
  const startMs = performance.now();
  let saidMs = startMs;
  for (let seed = only ?? first; ; seed++) {
    try {
      totals.add(await run(seed, only !== undefined));
    } catch (error) {
      say(totals.line());
      say(`seed ${seed} failed: ${only === undefined ? messageOf(error) : stackOf(error)}`);
      say(`npm run swarm -- --seed ${seed}`);
      return false;
    }
    const nowMs = performance.now();
    if (only !== undefined || nowMs - startMs >= seconds * 1000) break;
    if (nowMs - saidMs < PROGRESS_EVERY_MS) continue;
    saidMs = nowMs;
    say(`${totals.line()}; at seed ${seed}`);
  }
  say(totals.line());
  return true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where it broke: the cause's stack, since what wraps it only says when. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}\n${error.cause.stack}` : (error.stack ?? error.message);
}
