/** Options by name: where nothing checks types, a misspelt one would be taken for one left out. */
import { show } from "../data/scenario/problem.ts";
import { InputError } from "../sim/index.ts";

/**
 * Refuses what is no option.
 * @param names of all options there are
 * @throws InputError naming the first that is none of them
 */
export function checkOptions(given: object, names: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  throw new InputError("options", `expected one of ${Object.keys(names).join(", ")}, got ${show(unknown)}`);
}
