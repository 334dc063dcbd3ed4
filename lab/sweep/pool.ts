/** Runs on all cores: threads, which end with the process whatever ends it. */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { RunTask } from "./worker.ts";

/** Threads that do runs. */
export interface RunPool {
  run(task: RunTask): Promise<void>;
  close(): Promise<void>;
}

/** Threads load compiled code: where the sources run unbuilt, that of the build. */
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "../../dist/lab/sweep/worker.js" : "./worker.js", import.meta.url);

/** Starts a number of threads. */
export function startPool(workers: number): RunPool {
  // Not the arguments of this process, such as --import of a loader of sources.
  const pool = new Piscina({ filename: fileURLToPath(WORKER), minThreads: workers, maxThreads: workers, execArgv: [] });
  return {
    run: (task) => pool.run(task) as Promise<void>,
    close: () => pool.destroy(),
  };
}
