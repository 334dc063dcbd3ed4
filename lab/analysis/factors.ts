/** The factors of a sweep as its statistics name them. */
import type { PreparedPlan } from "../plan/prepare.ts";

/** A factor. */
export interface AnalysedFactor {
  /** Its path; where fields move together, all of them. */
  readonly name: string;
  /** Whether its levels lie on a scale. */
  readonly numeric: boolean;
  /** Its different values, in the order of the plan. */
  readonly levels: readonly (number | string)[];
  /** The place among `levels` of the value that a setting has. */
  readonly levelAt: (setting: number) => number;
}

/** A decimal as a plan may write a number: as text, where the scenario has texts. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The factors of a plan, in their order. */
export function factorsOf({ factors, levels: chosen }: PreparedPlan): AnalysedFactor[] {
  return factors.map(({ levels }, place) => {
    const names = (levels[0] ?? []).map(({ name }) => name);
    const values = levels.map((columns) =>
      columns.length === 1 ? (columns[0]?.value as string | number) : columns.map(({ value }) => String(value)).join(", "),
    );
    // Values that a plan has twice are one.
    const different = [...new Set(values)];
    return {
      name: names.join(", "),
      numeric: different.every((value) => typeof value === "number" || DECIMAL.test(value)),
      levels: different,
      levelAt: (setting) => different.indexOf(values[chosen[setting]?.[place] as number] as string | number),
    };
  });
}
