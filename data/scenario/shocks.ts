/** The shocks of a scenario, one for each of its contracts, however they are stated. */
import { isObject, type JsonObject, type Path } from "./path.ts";
import { oneOf, type Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { Shock, ShockForm } from "./shock-schema.ts";

/** The shock of one contract. */
export interface ContractShock {
  readonly symbol: string;
  readonly shock: Shock;
  /** Where in the scenario it stands. */
  readonly path: Path;
}

const SHOCK = "expected an object with `generate`, `from` or `template`";

/** The shocks of a valid scenario, in the order of its contracts. */
export function shocksOf({ shock, instruments }: Pick<ResolvedScenario, "shock" | "instruments">): ContractShock[] {
  const symbols = instruments.map(({ symbol }) => symbol);
  if (shockForm(shock, symbols) === "one") return [{ symbol: symbols[0] as string, shock: shock as Shock, path: ["shock"] }];
  return symbols.map((symbol) => ({ symbol, shock: (shock as Record<string, Shock>)[symbol] as Shock, path: ["shock", symbol] }));
}

/** In which form a document states its shocks: whatever is not by symbol is taken for the one. */
export function shockForm(shock: unknown, symbols: readonly unknown[]): ShockForm {
  if (!isObject(shock) || saysWhatItIs(shock)) return "one";
  const named = Object.entries(shock).some(([field, value]) => symbols.includes(field) || isObject(value));
  return named ? "by-symbol" : "one";
}

/**
 * What is wrong with the shocks of a document before they are looked at one by one: a
 * shock says by one of three fields what it is; without any no form of it is near.
 */
export function shockProblems({ shock }: JsonObject, symbols: readonly unknown[]): Problem[] {
  const one = shockForm(shock, symbols) === "one";
  if (one && symbols.length > 1) {
    const all = symbols.map((symbol) => JSON.stringify(symbol)).join(", ");
    return [{ path: ["shock"], expected: `expected an object with a shock for each of ${all}` }];
  }
  if (one) return shock === undefined || (isObject(shock) && !saysWhatItIs(shock)) ? [{ path: ["shock"], expected: SHOCK }] : [];
  // Without contracts there is nothing to compare with, and that is the problem to report.
  if (symbols.length === 0) return [];
  const given = new Map(Object.entries(shock as JsonObject));
  const strangers = [...given.keys()].filter((symbol) => !symbols.includes(symbol));
  const bare = symbols.map(String).filter((symbol) => {
    const own = given.get(symbol);
    return !isObject(own) || !saysWhatItIs(own);
  });
  return [
    ...strangers.map((symbol) => ({ path: ["shock", symbol], expected: `expected ${oneOf(symbols)} for a symbol` })),
    ...bare.map((symbol) => ({ path: ["shock", symbol], expected: SHOCK })),
  ];
}

function saysWhatItIs(shock: JsonObject): boolean {
  return "generate" in shock || "from" in shock || "template" in shock;
}
