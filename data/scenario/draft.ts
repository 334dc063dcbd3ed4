/**
 * A scenario on its way to being resolved: file, `--set` and venue put together into
 * one document, which remembers where each of its parts was written.
 */
import { dirname, relative, resolve } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { fitPopulation } from "../population/from-file.ts";
import type { Document } from "./bundled.ts";
import { dotted, isObject, type JsonObject, type Path, startsWith, valueAt } from "./path.ts";
import { oneOf, type Problem, problemLine, show } from "./problem.ts";
import { applySetting, type Setting } from "./sets.ts";
import { shockForm, shockProblems } from "./shocks.ts";
import { blameVenue, changedName, type MergedVenue, mergeVenue, readReferred } from "./venue.ts";

/** What was wrong while the parts were put together; `error` when it has a line of its own. */
export interface DraftProblem extends Problem {
  readonly error?: InputError;
}

/** The document to check, and what errors about it name. */
export interface Draft {
  readonly document: JsonObject;
  /** Found so far, in no order: a venue that does not exist, a symbol that it does not have. */
  readonly problems: readonly DraftProblem[];
  /**
   * The error for a problem, naming the file or option in which the value was written.
   * @param values the document, or what became of it with its defaults
   */
  readonly errorOf: (problem: DraftProblem, values?: unknown) => InputError;
}

/**
 * Puts a scenario together: the file, the settings, the venue in full, the contracts in full.
 * @throws InputError when a setting's path cannot be followed
 */
export async function draftScenario(file: Document, settings: readonly Setting[]): Promise<Draft> {
  const document = structuredClone(file.content);
  // As it would be without the settings, to tell what only they brought in.
  const original = structuredClone(file.content);
  const problems: DraftProblem[] = [];
  for (const setting of settings) if (!reachesIntoReference(setting.path)) applySetting(document, setting);
  const venue = await expandVenue(document, file, settings, problems);
  original["venue"] = structuredClone(document["venue"]);
  for (const setting of settings) {
    if (setting.path[0] !== "venue" || setting.path.length < 2 || !isObject(document["venue"])) continue;
    applySetting(document["venue"], setting, setting.path.slice(1));
    noteSetting(document["venue"], setting);
  }
  const positions = expandInstruments(document, problems);
  original["instruments"] = structuredClone(document["instruments"]);
  for (const setting of settings) {
    if (setting.path[0] === "instruments" && setting.path.length > 2) applySetting(document, setting);
  }
  locateBars(document, file, settings);
  const folderOf = (path: Path) => (settings.some((setting) => startsWith(path, setting.path)) ? "." : dirname(file.place));
  problems.push(...(await fitPopulation(document, file.file, folderOf)));
  problems.push(...repeatedSymbols(document), ...shockProblems(document, symbolsOf(document)));
  const errorIn = (problem: DraftProblem, values: unknown = document): InputError => {
    const setting = settingOf(problem.path, settings, original);
    return setting === undefined ? errorInFile(problem, values, file, venue, positions) : errorInSetting(problem, values, file, setting);
  };
  return { document, problems, errorOf: errorIn };
}

/** Settings below `venue` or below one of `instruments` wait until the reference that stands there is written out. */
function reachesIntoReference(path: Path): boolean {
  return (path[0] === "venue" && path.length > 1) || (path[0] === "instruments" && path.length > 2);
}

/** A file of bars is relative to the scenario's folder, or to the current one when `--set` names it; from here on to the current one. */
function locateBars(document: JsonObject, file: Document, settings: readonly Setting[]): void {
  const locate = (shock: unknown, path: Path): void => {
    const field = isObject(shock) && "generate" in shock ? "bars" : "from";
    const name = valueAt(shock, [field]);
    if (!isObject(shock) || typeof name !== "string" || name === "") return;
    const fromSetting = settings.some((setting) => startsWith([...path, field], setting.path));
    const place = resolve(fromSetting ? "." : dirname(file.place), name);
    shock[field] = relative(".", place).replaceAll("\\", "/");
  };
  const { shock } = document;
  if (shockForm(shock, symbolsOf(document)) === "one") locate(shock, ["shock"]);
  else for (const [symbol, own] of Object.entries(shock as JsonObject)) locate(own, ["shock", symbol]);
}

function repeatedSymbols(document: JsonObject): Problem[] {
  return symbolsOf(document).flatMap((symbol, index, symbols) =>
    symbol !== undefined && symbols.indexOf(symbol) < index
      ? [{ path: ["instruments", index, "symbol"], expected: "expected each symbol once", ofChoice: true as const }]
      : [],
  );
}

/** The symbols of the contracts, or what stands where there should be one. */
export function symbolsOf({ instruments }: JsonObject): unknown[] {
  if (!Array.isArray(instruments)) return [];
  return instruments.map((instrument) => (isObject(instrument) ? instrument["symbol"] : instrument));
}

async function expandVenue(
  document: JsonObject,
  file: Document,
  settings: readonly Setting[],
  problems: DraftProblem[],
): Promise<MergedVenue | null> {
  const reference = document["venue"];
  const folder = settings.some(({ path }) => path.length === 1 && path[0] === "venue") ? "." : dirname(file.place);
  try {
    let merged: MergedVenue;
    if (typeof reference === "string") {
      const profile = await readReferred(reference, folder, `${file.file}: venue`);
      merged = await mergeVenue(profile.content, { file: profile.file, prefix: [], folder: dirname(profile.place), place: profile.place });
    } else if (isObject(reference)) {
      merged = await mergeVenue(reference, { file: file.file, prefix: ["venue"], folder, place: null });
    } else {
      problems.push({ path: ["venue"], expected: "expected a venue's name, its file or an object" });
      return null;
    }
    document["venue"] = merged.content;
    return merged;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push({ path: ["venue"], expected: "", error });
    return null;
  }
}

/** A rule that a setting changes has no other source any more. */
function noteSetting(venue: JsonObject, setting: Setting): void {
  const [, field, ...rest] = setting.path;
  if (field === "name" || field === "description" || field === "sources") return;
  const symbol = field === "instruments" ? valueAt(venue, ["instruments", rest[0] ?? "", "symbol"]) : undefined;
  const rule = dotted(typeof symbol === "string" ? ["instruments", symbol, ...rest.slice(1)] : setting.path.slice(1));
  const sources = isObject(venue["sources"]) ? venue["sources"] : {};
  const kept = Object.entries(sources).filter(([key]) => key !== rule && !key.startsWith(`${rule}.`));
  venue["sources"] = { ...Object.fromEntries(kept), [rule]: { source: `set by ${setting.option}` } };
  venue["name"] = changedName(venue["name"]);
}

/**
 * Writes symbols out as the venue's contracts.
 * @returns for each of the scenario's contracts its place among the venue's, or null when it was written inline
 */
function expandInstruments(document: JsonObject, problems: DraftProblem[]): (number | null)[] {
  const instruments = document["instruments"];
  const known = valueAt(document, ["venue", "instruments"]);
  const symbols = Array.isArray(known) ? known.map((instrument) => (isObject(instrument) ? instrument["symbol"] : undefined)) : null;
  if (!Array.isArray(instruments)) return [];
  return instruments.map((instrument, index) => {
    if (typeof instrument !== "string") return null;
    const position = symbols?.indexOf(instrument) ?? -1;
    if (position >= 0) instruments[index] = structuredClone((known as unknown[])[position]);
    // Without a venue there is nothing to look a symbol up in, and that is the problem to report.
    else problems.push({ path: ["instruments", index], expected: symbols === null ? "" : `expected ${oneOf(symbols)} or an object` });
    return position >= 0 ? position : null;
  });
}

/** The setting that wrote what stands at a path, or made the object in which it stands or is missing. */
function settingOf(path: Path, settings: readonly Setting[], original: JsonObject): Setting | undefined {
  const writer = settings.findLast((setting) => startsWith(path, setting.path));
  if (writer !== undefined) return writer;
  const depth = path.findIndex((_, index) => valueAt(original, path.slice(0, index + 1)) === undefined);
  return depth < 0 ? undefined : settings.findLast((setting) => startsWith(setting.path, path.slice(0, depth + 1)));
}

function errorInSetting(problem: DraftProblem, values: unknown, file: Document, setting: Setting): InputError {
  const line = problem.error === undefined ? problemLine(values, problem) : problem.error.message.replace(`${file.file}: `, "");
  return new InputError(setting.option, line);
}

function errorInFile(
  problem: DraftProblem,
  values: unknown,
  file: Document,
  venue: MergedVenue | null,
  positions: readonly (number | null)[],
): InputError {
  if (problem.error !== undefined) return problem.error;
  const position = problem.path[0] === "instruments" && problem.ofChoice !== true ? (positions[Number(problem.path[1])] ?? null) : null;
  const path = position === null ? problem.path : ["venue", "instruments", position, ...problem.path.slice(2)];
  if (path[0] !== "venue" || path.length < 2 || venue === null) return new InputError(file.file, problemLine(values, problem));
  const blamed = blameVenue(venue, path.slice(1));
  return new InputError(`${blamed.file}: ${dotted(blamed.path)}`, `${problem.expected}, got ${show(valueAt(values, problem.path))}`);
}
