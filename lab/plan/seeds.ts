/** Which seed each run of a sweep has: fixed by the plan's seed alone, and never the same by accident. */
import { createHash } from "node:crypto";

/** Most settings, and most replications of each, that seeds are kept apart for. */
export const SETTINGS_MOST = 65_536;
export const REPLICATIONS_MOST = 65_536;
/** Most runs of a sweep: beyond them the list of them alone would not be held. */
export const RUNS_MOST = 1_000_000;

/**
 * The seed of a run: `p × 2^32 + s × 2^16 + r`, with `r` the replication, `s` the setting, or 0 with common
 * random numbers (TIME-2), and `p` the first 21 bits of the SHA-256 of the plan's seed. Seeds within a plan
 * never collide; those of plans of two seeds do not, unless their first 21 bits are equal. More replications
 * or settings leave the seeds of the others as they are.
 * @returns a non-negative safe integer
 */
export function seedOf(planSeed: number, setting: number, replication: number, commonRandomNumbers: boolean): number {
  const prefix = createHash("sha256").update(`breakwater sweep ${planSeed}`).digest().readUInt32BE(0) >>> 11;
  return prefix * 2 ** 32 + (commonRandomNumbers ? 0 : setting) * 2 ** 16 + replication;
}
