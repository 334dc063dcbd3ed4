/** A scenario as a program names it: by name, file or object, with fields set. */
import { resolve } from "node:path";
import type { Document } from "../data/scenario/bundled.ts";
import { bundledNames, readDocument } from "../data/scenario/bundled.ts";
import { isObject } from "../data/scenario/path.ts";
import { show } from "../data/scenario/problem.ts";
import { resolveDocument } from "../data/scenario/resolve.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { parseSetting, type Setting } from "../data/scenario/sets.ts";
import { type Extensions, registriesWith } from "../lab/extensions.ts";
import { InputError } from "../sim/index.ts";

/** A scenario: a bundled name, a file, an object as such a file has it, or one that was resolved before. */
export type ScenarioSource = string | Readonly<Record<string, unknown>> | ResolvedScenario;

/** What is changed in a scenario, and what it may name beside what there is. */
export interface ScenarioOptions extends Extensions {
  /** Fields by their path, `{"population.accounts": 2000}`, or texts as the command line has them, `["population.accounts=2000"]`; later ones win. */
  readonly set?: Readonly<Record<string, unknown>> | readonly string[];
  /** Instead of the scenario's own. */
  readonly seed?: number;
}

/** Each of them, for `checkOptions`. */
export const SCENARIO_OPTIONS: Readonly<Record<keyof ScenarioOptions, true>> = { set: true, seed: true, agents: true, policies: true };

/**
 * Resolves a scenario: its venue and every default written out, everything checked.
 *
 *     const { duration } = await scenarioOf("flash-crash", { set: { "population.accounts": 2000 }, seed: 8 });
 *
 * @throws InputError in one line for the first problem: `file: path: expected …, got VALUE`
 */
export async function scenarioOf(source: ScenarioSource, options: ScenarioOptions = {}): Promise<ResolvedScenario> {
  const document = typeof source === "string" ? await readDocument("scenario", source, ".") : inline("scenario", source);
  return resolveDocument(document, settingsOf(options), registriesWith(options), "run");
}

/** Names of the bundled scenarios, venues and plans, sorted. */
export async function bundled(): Promise<{ scenarios: string[]; venues: string[]; plans: string[] }> {
  const [scenarios, venues, plans] = await Promise.all([bundledNames("scenario"), bundledNames("venue"), bundledNames("plan")]);
  return { scenarios, venues, plans };
}

/**
 * An object as a document that was read; files that it names are relative to the current folder.
 * @param what errors call it
 */
export function inline(what: string, content: unknown): Document {
  if (!isObject(content)) throw new InputError(what, `expected a name, a file or an object, got ${show(content)}`);
  // As a file would have it: without fields that are undefined, and nothing of it shared.
  return { file: what, place: resolve(`${what}.json`), content: JSON.parse(JSON.stringify(content)) };
}

function settingsOf({ set = {}, seed }: ScenarioOptions): Setting[] {
  const settings = Array.isArray(set)
    ? set.map(parseSetting)
    : Object.entries(set).map(([path, value]) => ({ ...parseSetting(`${path}=${textOf(value)}`), option: "set", value }));
  return seed === undefined ? settings : [...settings, { option: "seed", path: ["seed"], text: String(seed), value: seed }];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
