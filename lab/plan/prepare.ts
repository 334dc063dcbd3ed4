/** A plan held against its scenario: every setting resolved once before anything runs. */
import { dirname } from "node:path";
import { type Document, readDocument } from "../../data/scenario/bundled.ts";
import { dotted, startsWith, valueAt } from "../../data/scenario/path.ts";
import { show } from "../../data/scenario/problem.ts";
import { resolveDocument } from "../../data/scenario/resolve.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import type { Setting } from "../../data/scenario/sets.ts";
import { InputError } from "../../sim/index.ts";
import { designSettings } from "../design/settings.ts";
import { type Extensions, registriesWith } from "../extensions.ts";
import { checkFactors, checkSettings } from "./distinct.ts";
import { type FactorColumn, type Level, levelsOf, setting, TIERS_PATH } from "./levels.ts";
import type { Plan } from "./plan-schema.ts";
import type { PlanDocument } from "./read-plan.ts";
import { RUNS_MOST, seedOf } from "./seeds.ts";
import { checkStopping, replicationsMost } from "./stopping.ts";

/** One run of a sweep. Runs are numbered setting by setting. */
export interface PlannedRun {
  readonly run: number;
  readonly setting: number;
  readonly replication: number;
  readonly seed: number;
}

/** A factor, with the columns of each of its levels: several where fields of the tiers move together. */
export interface PreparedFactor {
  readonly levels: readonly (readonly FactorColumn[])[];
}

/** A plan whose settings all are scenarios. */
export interface PreparedPlan {
  /** As errors name it. */
  readonly file: string;
  readonly plan: Plan;
  /** The scenario with what the plan sets for all runs, and no factor. */
  readonly scenario: ResolvedScenario;
  /** The values of the factors, setting by setting; the same names in each. */
  readonly settings: readonly (readonly FactorColumn[])[];
  /** The factors, in the order of the plan. */
  readonly factors: readonly PreparedFactor[];
  /** Which level of each factor, setting by setting. */
  readonly levels: readonly (readonly number[])[];
  /** With a stopping rule, as many replications of each setting as it allows. */
  readonly runs: readonly PlannedRun[];
  /** The scenario of a setting; its seed is to be replaced by the run's. */
  readonly resolve: (setting: number) => Promise<ResolvedScenario>;
}

/**
 * Checks a plan against its scenario.
 * @param onSetting called with the scenario of each setting
 * @param extensions agents and policies that the scenario may name beside those there are
 * @throws InputError naming the plan's file and its field, or the first run that is no scenario
 */
export async function preparePlan(
  { document, plan }: PlanDocument,
  onSetting: (scenario: ResolvedScenario) => void = () => {},
  extensions: Extensions = {},
): Promise<PreparedPlan> {
  const { file } = document;
  if (Object.hasOwn(plan.set, "seed"))
    throw new InputError(
      file,
      `set.seed: expected another field than the seed, which the plan's seed decides, got ${show(plan.set["seed"])}`,
    );
  const source = await scenarioDocument(document, plan);
  const known = registriesWith(extensions);
  const common = Object.entries(plan.set).map(([path, value]) => setting("set", path, value));
  const resolveWith = (settings: readonly Setting[]) => resolveDocument(source, [...common, ...settings], known, "run");
  const scenario = await resolveWith([]).catch((error) => {
    throw within(`${file}: scenario`, error);
  });
  checkPaths(file, plan, scenario);
  checkStopping(file, plan);
  const { levels, numbers } = inFile(file, () => {
    const levels = plan.factors.map((factor, index) => levelsOf(factor, `factors.${index}`));
    if (plan.design.kind === "list") checkSettings(levels);
    else checkFactors(plan.factors, levels);
    const dimensions = levels.map((own) => ({ name: (own[0] as Level).columns.map(({ name }) => name).join(" "), count: own.length }));
    return { levels, numbers: designSettings(plan.design, dimensions, plan.seed) };
  });
  const levelsAt = (number: number): Level[] => (numbers[number] as number[]).map((level, factor) => levels[factor]?.[level] as Level);
  const resolve = async (number: number): Promise<ResolvedScenario> => {
    const own = levelsAt(number);
    const settings = own.filter(({ onTiers }) => !onTiers).flatMap((level) => level.settings(scenario));
    let resolved = await resolveWith(settings);
    for (const level of own.filter(({ onTiers }) => onTiers)) {
      settings.push(...level.settings(resolved));
      resolved = await resolveWith(settings);
    }
    return resolved;
  };
  const runs = runsOf(file, plan, numbers.length);
  const settings = numbers.map((_, number) => levelsAt(number).flatMap(({ columns }) => columns));
  const checked = new Set<string>();
  for (const [number, columns] of settings.entries()) {
    // Designs for sensitivity meet the same setting many times.
    const key = (numbers[number] as number[]).join(" ");
    if (checked.has(key)) continue;
    checked.add(key);
    const values = columns.map(({ name, value }) => `${name} = ${show(value)}`).join(", ");
    onSetting(
      await resolve(number).catch((error) => {
        throw within(`${file}: run ${number * replicationsMost(plan)}${values === "" ? "" : ` (${values})`}`, error);
      }),
    );
  }
  const factors = levels.map((own) => ({ levels: own.map(({ columns }) => columns) }));
  return { file, plan, scenario, settings, factors, levels: numbers, runs, resolve };
}

function runsOf(file: string, plan: Plan, settings: number): PlannedRun[] {
  const { seed, commonRandomNumbers } = plan;
  const replications = replicationsMost(plan);
  const count = settings * replications;
  if (count > RUNS_MOST)
    throw new InputError(
      file,
      `replications: expected at most ${RUNS_MOST} runs, got ${settings} settings of ${replications}, which are ${count}`,
    );
  return Array.from({ length: count }, (_, run) => {
    const setting = Math.floor(run / replications);
    const replication = run % replications;
    return { run, setting, replication, seed: seedOf(seed, setting, replication, commonRandomNumbers) };
  });
}

async function scenarioDocument(document: Document, { scenario }: Plan): Promise<Document> {
  if (typeof scenario !== "string") return { file: `${document.file}: scenario`, place: document.place, content: scenario };
  return await readDocument("scenario", scenario, dirname(document.place)).catch((error) => {
    throw within(`${document.file}: scenario`, error);
  });
}

/** Refuses a factor whose path is no place of the scenario, is the seed, or overlaps with another's. */
function checkPaths(file: string, { factors }: Plan, scenario: ResolvedScenario): void {
  const paths = factors.map(({ path }) => path.split("."));
  for (const [index, path] of paths.entries()) {
    const where = `factors.${index}.path`;
    const text = JSON.stringify(dotted(path));
    if (path[0] === "seed")
      throw new InputError(file, `${where}: expected another field than the seed, which the plan's seed decides, got ${text}`);
    if (dotted(path) !== TIERS_PATH && valueAt(scenario, path) === undefined) {
      const there = path.findIndex((_, depth) => valueAt(scenario, path.slice(0, depth + 1)) === undefined);
      const parent = there === 0 ? scenario : valueAt(scenario, path.slice(0, there));
      const fields = typeof parent === "object" && parent !== null ? Object.keys(parent).join(", ") : "none";
      const inside = there === 0 ? "the scenario" : dotted(path.slice(0, there));
      throw new InputError(file, `${where}: expected a path that the scenario has (in ${inside} there are ${fields}), got ${text}`);
    }
    // Tiers are set after all else, whatever venue or contracts that is.
    const isApart = (earlier: readonly string[]) => (dotted(earlier) === TIERS_PATH) !== (dotted(path) === TIERS_PATH);
    const overlaps = (earlier: readonly string[]) => !isApart(earlier) && (startsWith(path, earlier) || startsWith(earlier, path));
    const other = paths.findIndex((earlier, place) => place < index && overlaps(earlier));
    if (other >= 0 && !scaleTogether(factors[other], factors[index]))
      throw new InputError(
        file,
        `${where}: expected a path that shares nothing with that of factors.${other}, ${JSON.stringify(dotted(paths[other] ?? []))}, got ${text}`,
      );
  }
}

/** Whether two factors scale different fields of the tiers. */
function scaleTogether(first: Plan["factors"][number] | undefined, second: Plan["factors"][number] | undefined): boolean {
  if (first === undefined || second === undefined || !("scale" in first) || !("scale" in second)) return false;
  return Object.keys(first.scale).every((field) => !Object.hasOwn(second.scale, field));
}

function inFile<Made>(file: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw within(file, error);
  }
}

function within(where: string, error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  return new InputError(where, error.message.startsWith(`${where}: `) ? error.message.slice(where.length + 2) : error.message);
}
