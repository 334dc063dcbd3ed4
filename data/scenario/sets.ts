/** `--set path=value`: one field of a scenario, changed from the command line. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { DEPTH_MOST, parseJson } from "./json.ts";
import { dotted, isObject, type JsonObject, type Path } from "./path.ts";
import { show } from "./problem.ts";

/** A field to set: to a JSON value where the text is one, else to the text itself. */
export interface Setting {
  /** What errors name: `--set` or `--seed`. */
  readonly option: string;
  readonly path: Path;
  readonly text: string;
  readonly value: unknown;
}

/**
 * Reads `path=value`: `seed=9`, `agents.0.count=12`, `venue=okx`.
 * @throws InputError when there is no `=`, an empty name in the path, too many of them, or
 *   JSON that breaks the rules of files: a field twice, too deep nesting
 */
export function parseSetting(setting: string): Setting {
  const equals = setting.indexOf("=");
  const path = equals < 0 ? [] : setting.slice(0, equals).trim().split(".");
  if (path.length === 0 || path.some((step) => step === "" || step === "__proto__")) {
    throw new InputError("--set", `expected path=value, such as seed=9, got ${JSON.stringify(setting)}`);
  }
  const shown = path.slice(0, 3).join(".");
  if (path.length > DEPTH_MOST)
    throw new InputError("--set", `expected a path of at most ${DEPTH_MOST} names, got ${path.length} (${shown}…)`);
  const text = setting.slice(equals + 1);
  return { option: "--set", path, text, value: parseValue(text, `--set ${dotted(path)}`) };
}

/** The same setting with its text taken as text: `100000` as a price instead of a number. */
export function asText(setting: Setting): Setting {
  return { ...setting, value: setting.text };
}

/**
 * Sets a field in place. Objects that are missing on the way are made, lists are
 * addressed by index, and the index after the last adds an item.
 * @param steps the path within `document`
 * @throws InputError when the path leads into something that has no fields, or beyond a list
 */
export function applySetting(document: JsonObject, setting: Setting, steps: Path = setting.path): void {
  let container: JsonObject | unknown[] = document;
  const done = setting.path.slice(0, setting.path.length - steps.length);
  for (let depth = 0; depth < steps.length; depth++) {
    const step = String(steps[depth]);
    const here = [...done, ...steps.slice(0, depth)];
    if (Array.isArray(container)) checkIndex(container, step, here, setting);
    const fields = container as JsonObject;
    if (depth === steps.length - 1) {
      fields[step] = structuredClone(setting.value);
      return;
    }
    if (!Object.hasOwn(fields, step)) fields[step] = /^\d+$/.test(String(steps[depth + 1])) ? [] : {};
    const next = fields[step];
    if (!isObject(next) && !Array.isArray(next)) {
      throw new InputError(
        `${setting.option}: ${dotted(setting.path)}`,
        `expected ${dotted([...here, step])} to be an object or a list, got ${show(next)}`,
      );
    }
    container = next;
  }
}

function checkIndex(list: readonly unknown[], step: string, here: Path, setting: Setting): void {
  if (/^(0|[1-9]\d*)$/.test(step) && Number(step) <= list.length) return;
  const expected = list.length === 0 ? "index 0" : `an index from 0 to ${list.length}`;
  throw new InputError(
    `${setting.option}: ${dotted(setting.path)}`,
    `expected ${expected} in ${dotted(here)}, got ${JSON.stringify(step)}`,
  );
}

function parseValue(text: string, where: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const value = parseJson(text, where);
  // A number beyond a double is what was written, not what became of it.
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? text : value;
}
