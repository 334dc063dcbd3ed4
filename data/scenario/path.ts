/** Places in a JSON document, such as `agents.0.count`. */

/** Field names and list indexes, outermost first. */
export type Path = readonly (string | number)[];

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** A path as it is written. */
export function dotted(path: Path): string {
  return path.join(".");
}

/** Whether a value is a JSON object: no list, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}

/** Whether `path` is `outer` or lies beneath it. */
export function startsWith(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((step, depth) => String(step) === String(path[depth]));
}

/**
 * Which of two paths comes first in the document: as its fields stand in it, what is
 * missing after what is there, an outer place before what it holds.
 * @returns negative, zero or positive, for sorting
 */
export function compareInDocument(document: unknown, a: Path, b: Path): number {
  let value = document;
  for (let depth = 0; depth < a.length && depth < b.length; depth++) {
    const [stepA, stepB] = [a[depth] as string | number, b[depth] as string | number];
    if (String(stepA) !== String(stepB)) return placeOf(value, stepA) - placeOf(value, stepB);
    value = valueAt(value, [stepA]);
  }
  return a.length - b.length;
}

function placeOf(container: unknown, step: string | number): number {
  if (Array.isArray(container)) return Number(step);
  if (!isObject(container)) return 0;
  const place = Object.keys(container).indexOf(String(step));
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}
