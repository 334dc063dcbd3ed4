/** Which of the rules that a profile may have a run simulates so far. */
import { type Path, valueAt } from "./path.ts";
import { oneOf, type Problem, show } from "./problem.ts";
import type { ScenarioRegistries } from "./registries.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";

/**
 * By dotted path in the venue: the values that a run simulates. Not listed is what makes
 * no difference as long as all accounts are one-way and never transfer.
 */
const SIMULATED: Readonly<Record<string, readonly unknown[]>> = {
  positionValueAt: ["mark", "entry"],
};

/** The values of a venue's rule that a run simulates; undefined where it simulates all that there are. */
export function simulatedValues(rule: string): readonly unknown[] | undefined {
  return SIMULATED[rule];
}

/** The problems of a valid scenario whose rules are not all simulated yet. */
export function unsimulatedProblems(scenario: ResolvedScenario, registries: ScenarioRegistries): Problem[] {
  const problems: Problem[] = [];
  const judge = (path: Path, value: unknown, simulated: readonly unknown[]): void => {
    if (simulated.includes(value)) return;
    problems.push({ path, expected: `${show(value)} is not simulated yet: expected ${oneOf(simulated)}` });
  };
  const { venue } = scenario;
  for (const [rule, simulated] of Object.entries(SIMULATED))
    judge(["venue", ...rule.split(".")], valueAt(venue, rule.split(".")), simulated);
  judge(["venue", "adl", "policy"], venue.adl.policy, registries.policies);
  const settle = scenario.instruments[0]?.settle;
  // The value at entry of what orders would add moves with the mark: no trigger is found for such a requirement yet.
  if (venue.positionValueAt === "entry") judge(["venue", "tiersIncludeOpenOrders"], venue.tiersIncludeOpenOrders, [false]);
  scenario.instruments.forEach((instrument, index) => {
    const path = ["instruments", index];
    if (instrument.settle !== settle) {
      const expected = `another settlement asset than that of the first contract is not simulated yet: expected ${oneOf([settle])}`;
      problems.push({ path: [...path, "settle"], expected, ofChoice: true });
    }
    judge([...path, "kind"], instrument.kind, ["linear"]);
    judge([...path, "productLine"], instrument.productLine, ["perpetual"]);
  });
  return problems;
}
