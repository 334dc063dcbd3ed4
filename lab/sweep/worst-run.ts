/** The scenario of a sweep's worst run, which `run` takes from anywhere. */
import { relative, resolve } from "node:path";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { scenarioToRead } from "./read-at.ts";
import { shockFiles } from "./sweep-file.ts";

/** A resolved scenario as a file of a folder says it: files of its shocks are named from there, and no longer from the current folder. */
export function scenarioWithin(directory: string, scenario: ResolvedScenario): ResolvedScenario {
  const nameOf = (file: string) => relative(directory, resolve(file)).replaceAll("\\", "/");
  return scenarioToRead(scenario, Object.fromEntries(shockFiles(scenario).map((file) => [file, nameOf(file)])));
}
