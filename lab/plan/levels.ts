/** The levels of a factor: what it is called in tables, the values it takes, and what each sets in a scenario. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import type { Setting } from "../../data/scenario/sets.ts";
import { formatWhole, InputError, parseDecimal } from "../../sim/index.ts";
import type { Factor } from "./plan-schema.ts";
import { SETTINGS_MOST } from "./seeds.ts";
import { type ScaledField, scaleTiers } from "./tiers.ts";

/** The one path that is no place of a scenario: the tier tables of all its contracts. */
export const TIERS_PATH = "venue.tiers";

/** One column of a setting. */
export interface FactorColumn {
  readonly name: string;
  readonly value: string | number;
}

/** One value of a factor. */
export interface Level {
  readonly columns: readonly FactorColumn[];
  /** Of the columns, as the plan has them. */
  readonly values: readonly unknown[];
  /** What it sets. Tiers are those of the scenario with all other factors set. */
  readonly settings: (scenario: ResolvedScenario) => Setting[];
  /** Whether what it sets depends on the scenario. */
  readonly onTiers: boolean;
}

/**
 * The levels of a factor, at least one.
 * @param option what errors name: `factors.0`
 * @throws InputError for a range that its step does not divide, or lists of a scale that differ in length
 */
export function levelsOf(factor: Factor, option: string): Level[] {
  if ("scale" in factor) return scaleLevels(factor.scale, option);
  const values = "values" in factor ? factor.values : rangeValues(factor.range, `${option}.range`);
  return values.map((value) => ({
    columns: [{ name: factor.path, value: columnValue(value) }],
    values: [value],
    onTiers: factor.path === TIERS_PATH,
    settings: (scenario) =>
      factor.path === TIERS_PATH
        ? scenario.instruments.map((_, index) => setting(option, `instruments.${index}.tiers`, value))
        : [setting(option, factor.path, value)],
  }));
}

/** A field to set to a value of a plan: a number stays one where the scenario takes one, else becomes its text. */
export function setting(option: string, path: string, value: unknown): Setting {
  return { option, path: path.split("."), text: typeof value === "string" ? value : JSON.stringify(value), value };
}

function scaleLevels(scale: Partial<Record<ScaledField, number[]>>, option: string): Level[] {
  const fields = Object.entries(scale) as [ScaledField, number[]][];
  const [first, ...rest] = fields;
  if (first === undefined) throw new InputError(`${option}.scale`, "expected at least one field of a tier, got {}");
  for (const [field, factors] of rest) {
    if (factors.length !== first[1].length)
      throw new InputError(
        `${option}.scale.${field}`,
        `expected ${first[1].length} values, as ${first[0]} has, with which it moves, got ${factors.length}`,
      );
  }
  return first[1].map((_, level) => {
    const factors = Object.fromEntries(fields.map(([field, values]) => [field, values[level] as number]));
    return {
      columns: fields.map(([field]) => ({ name: `${TIERS_PATH}.${field}`, value: factors[field] as number })),
      values: fields.map(([field]) => factors[field]),
      onTiers: true,
      settings: (scenario) =>
        scenario.instruments.map(({ tiers }, index) => setting(option, `instruments.${index}.tiers`, scaleTiers(tiers, factors))),
    };
  });
}

type Range = Extract<Factor, { range: unknown }>["range"];

function rangeValues({ from, to, step }: Range, where: string): (string | number)[] {
  const decimals = [from, to, step].map((value) => parseDecimal(String(value), where));
  const places = Math.max(...decimals.map((decimal) => decimal.places));
  const [first, last, by] = decimals.map(({ digits, places: own }) => digits * 10n ** BigInt(places - own)) as [bigint, bigint, bigint];
  if (by <= 0n) throw new InputError(`${where}.step`, `expected a step above 0, got ${JSON.stringify(step)}`);
  if (last < first) throw new InputError(`${where}.to`, `expected at least from, which is ${from}, got ${JSON.stringify(to)}`);
  if ((last - first) % by !== 0n)
    throw new InputError(`${where}.step`, `expected a step that leads from ${from} to ${to}, got ${JSON.stringify(step)}`);
  const count = (last - first) / by + 1n;
  if (count > BigInt(SETTINGS_MOST)) throw new InputError(`${where}.step`, `expected at most ${SETTINGS_MOST} values, got ${count}`);
  const unit = places === 0 ? "1" : `0.${"1".padStart(places, "0")}`;
  const asText = [from, to, step].some((value) => typeof value === "string");
  return Array.from({ length: Number(count) }, (_, index) => {
    const text = formatWhole(first + BigInt(index) * by, unit);
    return asText ? text : Number(text);
  });
}

/** As a table shows it: numbers and texts as they are, all else as JSON. */
function columnValue(value: unknown): string | number {
  if (typeof value === "number" || typeof value === "string") return value;
  return JSON.stringify(value);
}
