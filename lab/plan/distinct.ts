/** Levels that come to the same: a plan with one twice would weigh it twice. */
import { show } from "../../data/scenario/problem.ts";
import { DURATION_PATTERN, InputError, parseDuration } from "../../sim/index.ts";
import { productOf } from "../../sim/venue/decimal.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Level } from "./levels.ts";
import type { Factor } from "./plan-schema.ts";

/**
 * Refuses a factor that has the same value twice, in whatever way it is written.
 * @param levels of each factor
 * @throws InputError naming the factor and both places
 */
export function checkFactors(factors: readonly Factor[], levels: readonly (readonly Level[])[]): void {
  for (const [index, own] of levels.entries()) {
    const twice = firstTwice(own.map(keyOf));
    if (twice === null) continue;
    const { path, ...kind } = factors[index] as Factor;
    const where = `factors.${index}.${Object.keys(kind)[0]}`;
    const [first, again] = [own[twice.first] as Level, own[twice.again] as Level];
    throw new InputError(
      where,
      `expected each value of ${path} once, got ${textOf(again)} at ${twice.again}, which is ${textOf(first)} at ${twice.first}`,
    );
  }
}

/**
 * Refuses a list that has the same setting twice; a value of a factor may stand in it any number of times.
 * @param levels of each factor
 * @throws InputError naming both settings
 */
export function checkSettings(levels: readonly (readonly Level[])[]): void {
  const settings = Math.min(...levels.map(({ length }) => length));
  if (!Number.isFinite(settings)) return;
  const at = (setting: number) => levels.map((own) => own[setting] as Level);
  const twice = firstTwice(Array.from({ length: settings }, (_, setting) => at(setting).map(keyOf).join(" ")));
  if (twice === null) return;
  throw new InputError(
    "factors",
    `expected each setting of a list once, got ${at(twice.again).map(textOf).join(", ")} at ${twice.again}, which is that at ${twice.first}`,
  );
}

function firstTwice(keys: readonly string[]): { first: number; again: number } | null {
  const places = new Map<string, number>();
  for (const [again, key] of keys.entries()) {
    const first = places.get(key);
    if (first !== undefined) return { first, again };
    places.set(key, again);
  }
  return null;
}

function textOf({ columns }: Level): string {
  return columns.map(({ value }) => show(value)).join(" and ");
}

/** The same text for what a scenario takes as the same: `0.001`, `"0.001"` and `"0.0010"`, `"60s"` and `"1m"`. */
function keyOf({ values }: Level): string {
  return canonicalJson(values.map(plain));
}

function plain(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "string") return plainText(String(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
  return value;
}

function plainText(text: string): string {
  if (DURATION_PATTERN.test(text)) return readWith(text, (duration) => `${parseDuration(duration, "")} us`);
  if (/^-?\d/.test(text)) return readWith(text, (decimal) => productOf([decimal], ""));
  return text;
}

/** What is no such number after all stays as it is: the scenario refuses it where it does not belong. */
function readWith(text: string, read: (text: string) => string): string {
  try {
    return read(text);
  } catch {
    return text;
  }
}
