/** What a large run does about memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Below this nothing is to be gained, bytes. */
const WORTH_IT = 150_000_000;

/**
 * Collects garbage now, in a process that has grown large: what a simulation leaves behind would otherwise
 * stand beside the database that writes its tables, which the collector knows nothing of.
 */
export function collectGarbage(): void {
  if (process.memoryUsage.rss() < WORTH_IT) return;
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("globalThis.gc");
  if (typeof collect === "function") collect();
}
