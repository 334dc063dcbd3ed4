/** Which contracts of a scenario `shockCorrelation` speaks of, and what may be wrong with it. */
import { correlationProblem } from "../shocks/cholesky.ts";
import { oneOf, type Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { Shock } from "./shock-schema.ts";
import { shocksOf } from "./shocks.ts";

/** The symbols of the rows of the matrix: those given, else of all shocks that take normal draws. */
export function correlatedSymbols(scenario: Pick<ResolvedScenario, "shock" | "instruments" | "shockCorrelation">): readonly string[] {
  return scenario.shockCorrelation?.symbols ?? drawingSymbols(scenario);
}

/** What is wrong with the correlation of the shocks of a scenario. */
export function correlationProblems(scenario: ResolvedScenario): Problem[] {
  const { shockCorrelation: correlation } = scenario;
  if (correlation === null) return [];
  const known = drawingSymbols(scenario);
  const symbols = correlatedSymbols(scenario);
  const place = "shockCorrelation";
  if (correlation.copula === "normal" && correlation.degreesOfFreedom !== undefined)
    return [{ path: [place, "degreesOfFreedom"], expected: 'expected none: the copula is "normal"' }];
  const problems = symbols.flatMap((symbol, index): Problem[] => {
    const path = [place, "symbols", index];
    if (symbols.indexOf(symbol) < index) return [{ path, expected: "expected each symbol once" }];
    if (known.includes(symbol)) return [];
    return [{ path, expected: `expected ${known.length === 0 ? "none" : oneOf(known)}, whose shock takes normal draws` }];
  });
  if (problems.length > 0) return problems;
  if (symbols.length < 2) return [{ path: [place], expected: "expected null: of fewer than two contracts the shock takes normal draws" }];
  const problem = correlationProblem(correlation.matrix, symbols.length);
  if (problem === null) return [];
  return [{ path: [place, "matrix"], expected: `${problem} (of ${symbols.join(", ")})` }];
}

function drawingSymbols(scenario: Pick<ResolvedScenario, "shock" | "instruments">): string[] {
  return shocksOf(scenario)
    .filter(({ shock }) => takesNormalDraws(shock))
    .map(({ symbol }) => symbol);
}

/** Whether a step of a shock's path is moved by a normal number: neither of a file's, nor of one put together from its bars. */
function takesNormalDraws(shock: Shock): boolean {
  return !("from" in shock) && !("generate" in shock && shock.generate === "bootstrap");
}
