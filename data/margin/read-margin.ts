/** Reading what the margin calculator is asked: the file, its venue and contracts, all checked. */
import { dirname } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Document, readDocument } from "../scenario/bundled.ts";
import { defaultQuantum } from "../scenario/contract-units.ts";
import { compareInDocument, dotted, isObject, type JsonObject, valueAt } from "../scenario/path.ts";
import { describeIssue, issueProblems, oneOf, type Problem, problemLine, show } from "../scenario/problem.ts";
import type { ScenarioRegistries } from "../scenario/registries.ts";
import { blameVenue, type MergedVenue, mergeVenue, readReferred } from "../scenario/venue.ts";
import { marginProblems } from "./margin-problems.ts";
import { type MarginDocument, marginSchema } from "./margin-schema.ts";

/** Name of a venue that is written in the question without one. */
const INLINE_NAME = "inline";

/**
 * Reads, completes and checks a question to the calculator.
 * @throws InputError in one line, `file: path: expected …, got VALUE`, for the first
 *   problem in the order of the document; for a file that cannot be read or is no JSON
 */
export async function readMargin(file: string, registries: ScenarioRegistries): Promise<MarginDocument> {
  // Nothing of this kind is bundled, so that a plain name is always a file.
  const document = await readDocument([], /[\\/]|\.json$/.test(file) ? file : `./${file}`, ".");
  return resolveMargin({ ...document, file }, registries);
}

/** As `readMargin`, of a document that was read already. */
export async function resolveMargin(file: Document, registries: ScenarioRegistries): Promise<MarginDocument> {
  const venue = await venueOf(file);
  const { instruments, positions } = instrumentsOf(file, venue.content);
  const { instruments: _own, ...rules } = venue.content;
  const content: JsonObject = { ...file.content, venue: { name: INLINE_NAME, ...rules }, instruments };
  const parsed = marginSchema(registries).safeParse(content, { error: describeIssue, reportInput: true });
  const document = parsed.success ? withAssets(parsed.data) : null;
  const problems = document === null ? issueProblems(parsed.error?.issues ?? []) : marginProblems(document);
  const problem = first(content, problems);
  if (problem !== null) throw errorOf(problem, content, file, venue, positions);
  return document as MarginDocument;
}

async function venueOf(file: Document): Promise<MergedVenue> {
  const reference = file.content["venue"];
  const folder = dirname(file.place);
  if (typeof reference === "string" && reference !== "") {
    const profile = await readReferred(reference, folder, `${file.file}: venue`);
    return mergeVenue(profile.content, { file: profile.file, prefix: [], folder: dirname(profile.place), place: profile.place });
  }
  if (isObject(reference)) return mergeVenue(reference, { file: file.file, prefix: ["venue"], folder, place: null });
  throw new InputError(`${file.file}: venue`, `expected a venue's name, its file or an object, got ${show(reference)}`);
}

/**
 * The contracts of a question, written out: those it lists, and those of the venue that it mentions.
 * @returns with each its place among the venue's, or null when it was written inline
 */
function instrumentsOf(file: Document, venue: JsonObject): { instruments: unknown; positions: (number | null)[] } {
  const known = Array.isArray(venue["instruments"]) ? (venue["instruments"] as unknown[]) : [];
  const symbols = known.map((instrument) => (isObject(instrument) ? instrument["symbol"] : undefined));
  const listed = file.content["instruments"] ?? [];
  if (!Array.isArray(listed)) return { instruments: listed, positions: [] };
  const positions: (number | null)[] = [];
  const instruments = listed.map((instrument: unknown, index) => {
    const place = typeof instrument === "string" ? symbols.indexOf(instrument) : null;
    if (place === -1) {
      const expected = symbols.length > 0 ? `${oneOf(symbols)} or an object` : "an object";
      throw new InputError(`${file.file}: instruments.${index}`, `expected ${expected}, got ${show(instrument)}`);
    }
    positions.push(place);
    return place === null ? instrument : known[place];
  });
  const listedSymbols = instruments.map((instrument) => (isObject(instrument) ? instrument["symbol"] : undefined));
  for (const symbol of mentioned(file.content)) {
    const place = symbols.indexOf(symbol);
    if (place < 0 || listedSymbols.includes(symbol)) continue;
    listedSymbols.push(symbol);
    positions.push(place);
    instruments.push(known[place]);
  }
  return { instruments, positions };
}

function mentioned(content: JsonObject): unknown[] {
  const listed = [content["positions"], content["orders"]].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return listed.map((one) => valueAt(one, ["instrument"]));
}

/** Every asset that a question needs, with its quantum. */
function withAssets(document: MarginDocument): MarginDocument {
  const { mode, balances } = document.account;
  const needed = [...Object.keys(document.assets), ...document.instruments.map(({ settle }) => settle), ...Object.keys(balances)];
  const assets: Record<string, { quantum: string }> = {};
  for (const symbol of needed) assets[symbol] ??= document.assets[symbol] ?? { quantum: defaultQuantum(symbol) };
  const indexPrices =
    mode === "multi-currency" && assets["USD"] !== undefined ? { USD: "1", ...document.indexPrices } : document.indexPrices;
  return { ...document, assets, indexPrices };
}

function first(document: unknown, problems: readonly Problem[]): Problem | null {
  const sorted = [...problems].sort((a, b) => compareInDocument(document, a.path, b.path));
  return sorted[0] ?? null;
}

function errorOf(
  problem: Problem,
  content: JsonObject,
  file: Document,
  venue: MergedVenue,
  positions: readonly (number | null)[],
): InputError {
  const got = show(valueAt(content, problem.path));
  const place = problem.path[0] === "instruments" ? (positions[Number(problem.path[1])] ?? null) : null;
  const path = place === null ? problem.path : ["venue", "instruments", place, ...problem.path.slice(2)];
  if (path[0] !== "venue" || path.length < 2) return new InputError(file.file, problemLine(content, problem));
  const blamed = blameVenue(venue, path.slice(1));
  return new InputError(`${blamed.file}: ${dotted(blamed.path)}`, `${problem.expected}, got ${got}`);
}
