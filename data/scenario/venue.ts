/** Venue profiles: found by name, file or inline, with what they extend, down to one object. */

import { dirname } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Document, readDocument } from "./bundled.ts";
import { extendVenue } from "./merge.ts";
import { isObject, type JsonObject, type Path, valueAt } from "./path.ts";
import { show } from "./problem.ts";

/** One profile of a chain of `extends`. */
interface Layer {
  /** As errors name it. */
  readonly file: string;
  /** Where the profile stands in that file. */
  readonly prefix: Path;
  readonly content: JsonObject;
}

/** A profile with all that it extends merged into it; not yet checked against the schema. */
export interface MergedVenue {
  readonly content: JsonObject;
  /** From the outermost profile to the one that extends nothing. */
  readonly layers: readonly Layer[];
}

/** Where a profile is written: a file, or a field of a scenario. */
export interface VenuePlace {
  readonly file: string;
  readonly prefix: Path;
  /** Folder to which files that it names are relative. */
  readonly folder: string;
  /** Absolute path of the file when the profile is the whole of it, or null. */
  readonly place: string | null;
}

/**
 * Follows `extends` and merges the profiles.
 * @param content an inline profile, or the content of a file
 * @throws InputError when `extends` names nothing, no profile, or leads back to itself
 */
export async function mergeVenue(content: JsonObject, at: VenuePlace): Promise<MergedVenue> {
  const layers: Layer[] = [];
  const places: string[] = at.place === null ? [] : [at.place];
  let [current, file, prefix, folder] = [content, at.file, at.prefix, at.folder];
  while (true) {
    layers.push({ file, prefix, content: current });
    const base = current["extends"];
    if (base === undefined) break;
    const where = `${file}: ${[...prefix, "extends"].join(".")}`;
    if (typeof base !== "string" || base === "") throw new InputError(where, `expected the name or file of a venue, got ${show(base)}`);
    const document: Document = await readReferred(base, folder, where);
    if (places.includes(document.place)) throw new InputError(where, `expected a venue that does not extend this one, got ${show(base)}`);
    places.push(document.place);
    [current, file, prefix, folder] = [document.content, document.file, [], dirname(document.place)];
  }
  return { content: layers.reduceRight<JsonObject>((merged, layer) => addLayer(merged, layer), {}), layers };
}

/** Reads a venue that a field of another file names. */
export async function readReferred(nameOrFile: string, folder: string, where: string): Promise<Document> {
  try {
    return await readDocument("venue", nameOrFile, folder);
  } catch (error) {
    throw error instanceof InputError ? new InputError(where, error.message) : error;
  }
}

/** The file, and the path in it, that says what a merged profile has at `path`: the outermost one that does. */
export function blameVenue(venue: MergedVenue, path: Path): { file: string; path: Path } {
  const layer = venue.layers.find(({ content }) => says(content, path)) ?? (venue.layers[0] as Layer);
  return { file: layer.file, path: [...layer.prefix, ...path] };
}

/** Whether a profile has something at a path, or a list on the way to it: lists are replaced as a whole. */
function says(content: JsonObject, path: Path): boolean {
  for (let depth = 1; depth <= path.length; depth++) {
    const value = valueAt(content, path.slice(0, depth));
    if (value === undefined) return false;
    if (!isObject(value)) return true;
  }
  return true;
}

function addLayer(base: JsonObject, layer: Layer): JsonObject {
  const { extends: extended, ...own } = layer.content;
  if (extended === undefined) return own;
  const merged = extendVenue(base, own, layer.file);
  const changes = Object.keys(own).some((name) => name !== "description" && name !== "sources");
  if (own["name"] === undefined && changes) merged["name"] = changedName(base["name"]);
  return merged;
}

/** The name of a venue of which something was changed without giving it a new one. */
export function changedName(name: unknown): unknown {
  return typeof name === "string" && !name.endsWith(" (changed)") ? `${name} (changed)` : name;
}
