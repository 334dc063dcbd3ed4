/** A venue profile that extends another: objects merge field by field, lists and values are replaced. */
import { isObject, type JsonObject } from "./path.ts";

/** Fields of a profile that say nothing about the venue's rules. */
const NOT_RULES: readonly string[] = ["name", "description", "extends", "sources"];

/**
 * The base with what the extension says. Sources follow: a rule that the extension sets
 * loses the base's source and gets the extension's, or else `origin`.
 * @param origin who set a rule for which the extension has no source of its own
 */
export function extendVenue(base: JsonObject, extension: JsonObject, origin: string): JsonObject {
  const merged = merge(base, extension);
  const sources: JsonObject = {};
  const own = isObject(extension["sources"]) ? extension["sources"] : {};
  const changed = changedRules(extension);
  for (const [rule, source] of Object.entries(isObject(base["sources"]) ? base["sources"] : {})) {
    if (!changed.some((path) => rule === path || rule.startsWith(`${path}.`))) sources[rule] = source;
  }
  for (const rule of changed) {
    if (!Object.keys(own).some((key) => rule === key || key.startsWith(`${rule}.`) || rule.startsWith(`${key}.`))) {
      sources[rule] = { source: `set by ${origin}` };
    }
  }
  merged["sources"] = { ...sources, ...own };
  return merged;
}

/** A deep copy of `base` with the fields of `extension`: objects are merged, all else is replaced. */
function merge(base: JsonObject, extension: JsonObject): JsonObject {
  const merged: JsonObject = structuredClone(base);
  for (const [name, value] of Object.entries(extension)) {
    const old = merged[name];
    merged[name] = isObject(old) && isObject(value) ? merge(old, value) : structuredClone(value);
  }
  return merged;
}

/** The rules that an extension sets, as dotted paths down to values and lists. */
function changedRules(extension: JsonObject): string[] {
  const rules: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (!isObject(value)) rules.push(path);
    else for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(extension)) if (!NOT_RULES.includes(name)) walk(value, name);
  return rules;
}
