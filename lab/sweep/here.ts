/** Runs in this thread, one after the other: for what no other thread has, such as a program's own agents. */
import type { Extensions } from "../extensions.ts";
import type { RunBackend } from "./backend.ts";
import type { ThreadsOptions } from "./threads.ts";
import { runExtended } from "./worker.ts";

/** What a sweep in this thread is told. */
export interface HereOptions extends Omit<ThreadsOptions, "workers"> {
  readonly extensions: Extensions;
}

/** This thread, with a run at a time. */
export function here({ directory, tables, version, extensions }: HereOptions): RunBackend {
  return {
    async doAll(schedule) {
      for (let next = await schedule.next(); next !== null; next = await schedule.next()) {
        const { hash, scenario } = next;
        try {
          await runExtended({ directory, hash, scenario, tables, version }, extensions);
          await schedule.finished(hash);
        } catch (error) {
          schedule.failed(next, error instanceof Error ? error.message : String(error));
        }
      }
    },
  };
}
