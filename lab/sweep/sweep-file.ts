/** `sweep.json`: what a sweep is, and whether it is done. Whatever depends on clock and machine stands only here. */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { show } from "../../data/scenario/problem.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { shocksOf } from "../../data/scenario/shocks.ts";
import { sweepFile } from "../../data/store/sweep-store.ts";
import { InputError } from "../../sim/index.ts";
import { fieldDifferences } from "../field-differences.ts";
import type { Plan } from "../plan/plan-schema.ts";

/** What decides a sweep's tables. */
export interface SweepInputs {
  /** Version of Breakwater. */
  readonly breakwater: string;
  readonly plan: Plan;
  /** As resolved, before any factor. */
  readonly scenario: ResolvedScenario;
  /** SHA-256 of each file that shocks are read from, by its name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The content of `sweep.json`. */
export interface SweepFile extends SweepInputs {
  readonly kind: "sweep";
  readonly complete: boolean;
  readonly settings: number;
  readonly runs: number;
  /** Of a complete sweep. */
  readonly failed?: number;
  readonly startedAt: string;
  /** Of a complete sweep: from the last start to the end. */
  readonly wallSeconds?: number;
}

/** The files that a scenario's shocks are read from. */
export function shockFiles(scenario: ResolvedScenario): string[] {
  return shocksOf(scenario).flatMap(({ shock }) => {
    const file = "from" in shock ? shock.from : "bars" in shock ? shock.bars : undefined;
    return typeof file === "string" ? [file] : [];
  });
}

/** Hashes of files, by name, in the order of the names. */
export async function hashFiles(files: Iterable<string>): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of [...new Set(files)].sort()) {
    hashes[file] = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  }
  return hashes;
}

/** Writes `sweep.json`, whole or not at all. */
export async function writeSweepFile(directory: string, content: SweepFile): Promise<void> {
  const file = sweepFile(directory);
  await writeFile(`${file}.partial`, `${JSON.stringify(content, null, 2)}\n`);
  await rename(`${file}.partial`, file);
}

/**
 * Refuses to go on with a sweep of another plan.
 * @throws InputError that names the first field that changed, and both values
 */
export function checkUnchanged(directory: string, before: SweepInputs, now: SweepInputs): void {
  const pick = ({ breakwater, plan, scenario, files }: SweepInputs) =>
    JSON.parse(JSON.stringify({ breakwater, plan, scenario, files })) as unknown;
  const [change] = fieldDifferences(pick(before), pick(now));
  if (change === undefined) return;
  throw new InputError(
    directory,
    `cannot be resumed: ${change.path} was ${show(change.first)} and is ${show(change.second)}: resume with what it was, or choose another --out`,
  );
}
