/** Runs in threads of this process. */
import type { RunBackend } from "./backend.ts";
import { startPool } from "./pool.ts";
import type { ScheduledRun } from "./schedule.ts";

/** What threads are told of the sweep. */
export interface ThreadsOptions {
  readonly directory: string;
  readonly workers: number;
  /** Names of the tables to keep. */
  readonly tables: readonly string[];
  /** Of Breakwater. */
  readonly version: string;
}

/** A number of threads, each with a run at a time. */
export function threads({ directory, workers, tables, version }: ThreadsOptions): RunBackend {
  return {
    async doAll(schedule) {
      const count = Math.min(workers, schedule.left);
      if (count === 0) return;
      const pool = startPool(count);
      const waiting: (() => void)[] = [];
      let ends = 0;
      const ended = () => {
        ends += 1;
        for (const wake of waiting.splice(0)) wake();
      };
      const doRun = async (next: ScheduledRun) => {
        const { hash, scenario } = next;
        try {
          await pool.run({ directory, hash, scenario, tables, version });
          await schedule.finished(hash);
        } catch (error) {
          schedule.failed(next, error instanceof Error ? error.message : String(error));
        }
        ended();
      };
      const lane = async (): Promise<void> => {
        for (;;) {
          const before = ends;
          const next = await schedule.next();
          if (next !== null) await doRun(next);
          // Word of an end that came meanwhile would not come again.
          else if (ends !== before) continue;
          else if (schedule.underWay === 0) return ended();
          else await new Promise<void>((wake) => waiting.push(wake));
        }
      };
      await Promise.all(Array.from({ length: count }, lane)).finally(() => pool.close());
    },
  };
}
