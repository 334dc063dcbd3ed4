/** The scenario of a sweep's worst run, which `run` takes from anywhere. */
import { relative, resolve } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { shocksOf } from "../../data/scenario/shocks.ts";

/** A resolved scenario as a file of a folder says it: files of its shocks are named from there, and no longer from the current folder. */
export function scenarioWithin(directory: string, scenario: ResolvedScenario): ResolvedScenario {
  const own = structuredClone(scenario);
  for (const { shock } of shocksOf(own)) {
    const fields = shock as { from?: unknown; bars?: unknown };
    for (const field of ["from", "bars"] as const) {
      const file = fields[field];
      if (typeof file === "string") fields[field] = relative(directory, resolve(file)).replaceAll("\\", "/");
    }
  }
  return own;
}
