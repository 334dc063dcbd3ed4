/** What comes with Breakwater, and files by name: scenarios in `data/scenarios/`, venues in `data/venues/`, plans in `data/plans/`. */
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../sim/kernel/input-error.ts";
import { readRegularFile } from "../store/regular-file.ts";
import { parseJson } from "./json.ts";
import { isObject, type JsonObject } from "./path.ts";
import { show } from "./problem.ts";

/** JSON that was read, and from where. */
export interface JsonFile {
  /** As errors name it: as the user wrote it, or the bundled name. */
  readonly file: string;
  /** Absolute path of the file. */
  readonly place: string;
  readonly content: unknown;
}

/** A JSON object that was read, and from where. */
export interface Document extends JsonFile {
  readonly content: JsonObject;
}

/** What kinds of documents are bundled. */
export type BundledKind = "scenario" | "venue" | "plan";

const FOLDERS: Readonly<Record<BundledKind, URL>> = {
  scenario: new URL("../scenarios/", import.meta.url),
  venue: new URL("../venues/", import.meta.url),
  plan: new URL("../plans/", import.meta.url),
};

/** Names of the bundled documents of a kind, sorted. */
export async function bundledNames(kind: BundledKind): Promise<string[]> {
  const files = await readdir(FOLDERS[kind]);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * Reads a document by bundled name or by file. What has a slash, or ends in `.json`, is
 * always a file; a bundled name goes before a file of the same name.
 * @param kinds what it may be: a bundled name is looked for among these, in this order
 * @param folder what a relative file is relative to
 * @throws InputError when there is no such file or name (it lists the names there are), or it is no JSON object
 */
export async function readDocument(kinds: BundledKind | readonly BundledKind[], nameOrFile: string, folder: string): Promise<Document> {
  const read = await readJsonFile(kinds, nameOrFile, folder);
  if (!isObject(read.content)) throw new InputError(nameOrFile, `expected an object, got ${show(read.content)}`);
  return { ...read, content: read.content };
}

/** As `readDocument`, but for any JSON; with no kinds it is a file. */
export async function readJsonFile(kinds: BundledKind | readonly BundledKind[], nameOrFile: string, folder: string): Promise<JsonFile> {
  const place = (await bundledPlace([kinds].flat(), nameOrFile)) ?? resolve(folder, nameOrFile);
  // A name that is no bundled one is more likely misspelt than that of a file without an ending.
  const missing = isFileName(nameOrFile) || kinds.length === 0 ? "no such file" : await namesExpected([kinds].flat());
  const content = parseJson(await readText(place, nameOrFile, missing), nameOrFile);
  return { file: nameOrFile, place, content };
}

async function bundledPlace(kinds: readonly BundledKind[], name: string): Promise<string | null> {
  if (isFileName(name)) return null;
  for (const kind of kinds) {
    if ((await bundledNames(kind)).includes(name)) return fileURLToPath(new URL(`${name}.json`, FOLDERS[kind]));
  }
  return null;
}

function isFileName(name: string): boolean {
  return /[\\/]|\.json$/.test(name);
}

async function namesExpected(kinds: readonly BundledKind[]): Promise<string> {
  const names = await Promise.all(kinds.map(async (kind) => `a bundled ${kind} (${(await bundledNames(kind)).join(", ")})`));
  return `expected a file or ${names.join(" or ")}, got neither`;
}

/** @throws InputError when the file is missing, no regular file, may not be read, or is no UTF-8 */
async function readText(place: string, file: string, missing: string): Promise<string> {
  const bytes = await readRegularFile(place, file, missing);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(file, "expected text in UTF-8");
  }
}
