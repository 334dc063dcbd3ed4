/** A scenario by name or file, with `--set`, its venue and all defaults: checked, and written out in full. */

import { dirname } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { fillFromBars } from "./bar-times.ts";
import { type Document, readDocument } from "./bundled.ts";
import { scenarioProblems, venueProblems } from "./consistency.ts";
import { defaultQuantum, poolName } from "./contract-units.ts";
import { type Draft, type DraftProblem, draftScenario, symbolsOf } from "./draft.ts";
import { compareInDocument, dotted, type Path, startsWith } from "./path.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "./problem.ts";
import type { ScenarioRegistries } from "./registries.ts";
import { type ResolvedScenario, scenarioSchema } from "./scenario-schema.ts";
import { asText, parseSetting, type Setting } from "./sets.ts";
import { shockFileProblems } from "./shock-problems.ts";
import type { ShockForm } from "./shock-schema.ts";
import { shockForm } from "./shocks.ts";
import { unsimulatedProblems } from "./simulated.ts";
import { blameVenue, mergeVenue } from "./venue.ts";
import { type ResolvedVenue, venueSchema } from "./venue-schema.ts";

/** What is known besides the file. */
export interface ResolveOptions {
  /** `path=value` as the command line gives them; later ones win. */
  readonly sets?: readonly string[];
  /** Instead of the scenario's own seed. */
  readonly seed?: number;
  readonly registries: ScenarioRegistries;
}

/** What became of a document: a scenario, or the first problem and the error for it. */
interface Checked {
  readonly scenario: ResolvedScenario | null;
  readonly failure: { readonly problem: Problem; readonly error: InputError; readonly hasRightTypes: boolean } | null;
}

/**
 * Reads, completes and checks a scenario.
 * @param nameOrFile a file, or the name of a bundled scenario
 * @returns plain JSON with every default and the venue written out: what the manifest holds.
 *   `shock.from` is relative to the current folder.
 * @throws InputError in one line, `file: path: expected …, got VALUE`, for the first problem in
 *   the order of the document; for a file that cannot be read or is no JSON, for an unknown
 *   name (it lists the bundled ones), for bars that cannot be used, for a rule that is not simulated yet
 */
export async function resolveScenario(nameOrFile: string, options: ResolveOptions): Promise<ResolvedScenario> {
  const settings = (options.sets ?? []).map(parseSetting);
  if (options.seed !== undefined) settings.push({ option: "--seed", path: ["seed"], text: String(options.seed), value: options.seed });
  const file = await readDocument("scenario", nameOrFile, ".");
  return resolveDocument(file, settings, options.registries, "run");
}

/**
 * As `resolveScenario`, of a document that was read already.
 * @param purpose a scenario that is to be run may have only rules that are simulated
 */
export async function resolveDocument(
  file: Document,
  settings: readonly Setting[],
  registries: ScenarioRegistries,
  purpose: "run" | "check",
): Promise<ResolvedScenario> {
  const taken = [...settings];
  while (true) {
    const { scenario, failure } = await check(file, taken, registries, purpose);
    if (failure === null) return scenario as ResolvedScenario;
    const place = dotted(failure.problem.path);
    const culprit = taken.findLastIndex(({ path }) => dotted(path) === place);
    const setting = taken[culprit];
    // `--set shock.startPrice=100000` means the text "100000": where a number is wrong, its text may be right.
    // Where the number was admitted, and something else does not suit it, that is what to say.
    if (setting === undefined || failure.hasRightTypes || typeof setting.value === "string" || typeof setting.value === "object")
      throw failure.error;
    taken[culprit] = asText(setting);
    const retried = (await check(file, taken, registries, purpose)).failure;
    if (retried !== null && dotted(retried.problem.path) === place) {
      const sameComplaint = typeof setting.value !== "number" || retried.problem.expected === failure.problem.expected;
      throw sameComplaint ? failure.error : retried.error;
    }
  }
}

/**
 * Reads, completes and checks a venue profile.
 * @param nameOrFile a file, or the name of a bundled venue
 * @throws InputError as `resolveScenario`
 */
export async function resolveVenue(nameOrFile: string, registries: ScenarioRegistries): Promise<ResolvedVenue> {
  return resolveVenueDocument(await readDocument("venue", nameOrFile, "."), registries);
}

/** As `resolveVenue`, of a document that was read already. */
export async function resolveVenueDocument(file: Document, registries: ScenarioRegistries): Promise<ResolvedVenue> {
  const merged = await mergeVenue(file.content, { file: file.file, prefix: [], folder: dirname(file.place), place: file.place });
  const { content } = merged;
  const parsed = venueSchema(registries).safeParse(content, { error: describeIssue, reportInput: true });
  const problem = first(content, parsed.success ? venueProblems(parsed.data, []) : issueProblems(parsed.error.issues));
  if (problem === null) return parsed.data as ResolvedVenue;
  const blamed = blameVenue(merged, problem.path);
  throw new InputError(blamed.file, problemLine(content, problem));
}

async function check(
  file: Document,
  settings: readonly Setting[],
  registries: ScenarioRegistries,
  purpose: "run" | "check",
): Promise<Checked> {
  const draft = await draftScenario(file, settings);
  const { document } = draft;
  const schema = schemaFor(registries, shockForm(document["shock"], symbolsOf(document)));
  const parsed = schema.safeParse(document, { error: describeIssue, reportInput: true });
  const issues = parsed.success ? [] : issueProblems(parsed.error.issues);
  // Where a reference failed, the schema's complaint about what stands there says less.
  const rest = issues.filter(({ path }) => !draft.problems.some((known) => startsWith(path, known.path)));
  const problem = first(document, [...draft.problems, ...rest]);
  if (problem !== null || !parsed.success) return failed(draft, problem as DraftProblem);

  const scenario = withDefaults(parsed.data as ResolvedScenario);
  const { problems, barIntervalUs } = await fillFromBars(scenario);
  const fromFiles = await shockFileProblems(scenario);
  const inconsistency = first(document, [...problems, ...fromFiles, ...scenarioProblems(scenario, barIntervalUs)]);
  if (inconsistency !== null) return failed(draft, inconsistency, scenario);
  const ahead = purpose === "run" ? first(document, unsimulatedProblems(scenario, registries)) : null;
  return ahead === null ? { scenario, failure: null } : failed(draft, ahead, scenario);
}

/** Schemas by registries and form of the shocks: making one takes far longer than using it, and a sweep resolves thousands of scenarios. */
const schemas = new WeakMap<ScenarioRegistries, Map<ShockForm, ReturnType<typeof scenarioSchema>>>();

function schemaFor(registries: ScenarioRegistries, form: ShockForm): ReturnType<typeof scenarioSchema> {
  const byForm = schemas.get(registries) ?? new Map<ShockForm, ReturnType<typeof scenarioSchema>>();
  schemas.set(registries, byForm);
  const schema = byForm.get(form) ?? scenarioSchema(registries, form);
  byForm.set(form, schema);
  return schema;
}

function failed(draft: Draft, problem: DraftProblem, values?: ResolvedScenario): Checked {
  return { scenario: null, failure: { problem, error: draft.errorOf(problem, values), hasRightTypes: values !== undefined } };
}

/** The defaults that depend on other fields: the settlement assets, the contracts' pools. */
function withDefaults(scenario: ResolvedScenario): ResolvedScenario {
  const assets =
    scenario.assets ?? Object.fromEntries(scenario.instruments.map(({ settle }) => [settle, { quantum: defaultQuantum(settle) }]));
  const pools = { ...scenario.pools };
  for (const instrument of scenario.instruments) pools[poolName(instrument)] ??= { seedCapital: "0" };
  return { ...scenario, assets, pools };
}

function first<Found extends Problem>(document: unknown, problems: readonly Found[]): Found | null {
  const sorted = [...problems].sort((a: { path: Path }, b: { path: Path }) => compareInDocument(document, a.path, b.path));
  return sorted[0] ?? null;
}
