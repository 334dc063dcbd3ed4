/** A plan as it is written, field by field. What must hold against its scenario is in `prepare.ts`. */
import { z } from "zod";
import { remark, shortName, wholeNumber } from "../../data/scenario/fields.ts";
import { oneOf } from "../../data/scenario/problem.ts";
import { TABLES } from "../../sim/index.ts";
import { METRIC_NAMES } from "./metrics.ts";
import { REPLICATIONS_MOST, SETTINGS_MOST } from "./seeds.ts";
import { SCALED_FIELDS } from "./tiers.ts";

const TABLE_NAMES = TABLES.map(({ name }) => name);

/** A dotted path into the scenario as resolved. */
const path = () => {
  const error = 'expected a path into the scenario, such as "venue.fees.liquidation"';
  return z.string({ error }).regex(/^(?!__proto__(\.|$))[^.]+(\.(?!__proto__(\.|$))[^.]+)*$/, { error });
};
const levels = <Value extends z.ZodType>(value: Value) =>
  z
    .array(value)
    .min(1, { error: "expected at least one value" })
    .max(SETTINGS_MOST, { error: `expected at most ${SETTINGS_MOST} values` });
const anything = () => z.json({ error: "expected a JSON value" });

const positive = () => {
  const error = "expected a number above 0";
  return z.number({ error }).gt(0, { error }).lt(1e9, { error: "expected a number below 1e9" });
};

const CONFIDENCE = "expected a number between 0 and 1";
/** Half of an interval: a number is a share of the mean's size. */
const halfWidth = () =>
  z.union([positive(), z.strictObject({ relative: positive() }), z.strictObject({ absolute: positive() })], {
    error: 'expected a share of the mean above 0, such as 0.05, or { "absolute": 500 } in the unit of the metric',
  });

/** A sequence of decimals with a constant step, both ends among them: numbers, or texts where the scenario has texts. */
const range = () => {
  const error = 'expected a number, or a decimal as text such as "0.5"';
  const bound = () => z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, { error })], { error });
  return z.strictObject({ from: bound(), to: bound(), step: bound() });
};

const factor = () =>
  z.union([
    /** Values of any field, each as the scenario would have it. */
    z.strictObject({ path: path(), values: levels(anything()) }),
    /** The values from one to another. */
    z.strictObject({ path: path(), range: range() }),
    /** The tier tables of all contracts with a field multiplied; fields of one factor move together. */
    z.strictObject({
      path: z.literal("venue.tiers", { error: 'expected "venue.tiers", which alone can be scaled' }),
      scale: z.partialRecord(z.enum(SCALED_FIELDS), levels(positive())),
    }),
  ]);

const settings = () => wholeNumber(1, SETTINGS_MOST);
const KINDS = ["grid", "latin-hypercube", "sobol", "list", "morris", "saltelli"];
const evenNumber = () => {
  const error = "expected an even number from 2 to 64";
  return z.int({ error }).min(2, { error }).max(64, { error }).multipleOf(2, { error });
};
const design = () =>
  z.discriminatedUnion(
    "kind",
    [
      /** Every combination of values. */
      z.strictObject({ kind: z.literal("grid") }),
      /** So many settings that meet every stratum of every factor once. */
      z.strictObject({ kind: z.literal("latin-hypercube"), settings: settings() }),
      /** The first points of Sobol's sequence. */
      z.strictObject({ kind: z.literal("sobol"), settings: settings() }),
      /** The n-th setting has the n-th value of every factor. */
      z.strictObject({ kind: z.literal("list") }),
      /** Trajectories that change one factor after the other, for elementary effects. */
      z.strictObject({ kind: z.literal("morris"), trajectories: wholeNumber(2, SETTINGS_MOST), levels: evenNumber().default(4) }),
      /** Two samples of so many points, and their mixtures, for Sobol indices. */
      z.strictObject({ kind: z.literal("saltelli"), base: wholeNumber(2, SETTINGS_MOST) }),
    ],
    { error: `expected an object whose kind is ${oneOf(KINDS)}` },
  );

/** Schema of a plan file. */
export function planSchema() {
  return z.strictObject({
    name: shortName(),
    description: remark().default(""),
    /** Name of a bundled scenario, a file relative to the plan's folder, or the scenario itself. */
    scenario: z.union([remark().min(1), z.record(z.string(), anything())], {
      error: "expected the name of a scenario, a file or an object",
    }),
    /** Fields of the scenario that all runs have otherwise, by path. */
    set: z.record(path(), anything()).default({}),
    seed: wholeNumber(0).default(1),
    replications: wholeNumber(1, REPLICATIONS_MOST).default(1),
    /** Whether a replication has the same seed in every setting (TIME-2). */
    commonRandomNumbers: z.boolean().default(true),
    factors: z.array(factor()).default([]),
    design: design().prefault({ kind: "grid" }),
    /** The figures the sweep is about; the table `runs` has all there are. */
    metrics: z
      .array(z.enum(METRIC_NAMES as [string, ...string[]], { error: `expected ${oneOf(METRIC_NAMES)}` }))
      .min(1, { error: "expected at least one metric" })
      .default(["fund.maxDrawdown", "cascades.count"]),
    /** Which tables of the runs are kept and merged; `runs` and `settings` always are. */
    tables: z
      .union([z.literal("all"), z.array(z.enum(TABLE_NAMES as [string, ...string[]], { error: `expected ${oneOf(TABLE_NAMES)}` }))], {
        error: 'expected "all" or a list of tables',
      })
      .default("all"),
    /** Each setting is replicated until the interval of the metric's mean is narrow enough. */
    stopping: z
      .strictObject({
        metric: z.enum(METRIC_NAMES as [string, ...string[]], { error: `expected ${oneOf(METRIC_NAMES)}` }),
        halfWidth: halfWidth(),
        most: wholeNumber(2, REPLICATIONS_MOST),
        confidence: z.number({ error: CONFIDENCE }).gt(0, { error: CONFIDENCE }).lt(1, { error: CONFIDENCE }).default(0.95),
      })
      .optional(),
  });
}

/** A plan with all defaults. */
export type Plan = z.output<ReturnType<typeof planSchema>>;
export type Factor = Plan["factors"][number];

/** JSON Schema (draft 2020-12) of a plan. Fields with a default may be left out. */
export function planJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(planSchema(), { io: "input" });
  return { $schema, title: "Plan of Breakwater", ...rest };
}
