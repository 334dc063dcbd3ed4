/** What is worth knowing of the shocks of a valid scenario, and no reason to refuse it. */
import { fellerHolds } from "../shocks/heston.ts";
import { dotted } from "./path.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import { shocksOf } from "./shocks.ts";

/** Remarks, each on one line with the path of what it is about. */
export function shockRemarks(scenario: ResolvedScenario): string[] {
  return shocksOf(scenario).flatMap(({ shock, path }) => {
    if (!("generate" in shock) || shock.generate !== "heston" || fellerHolds(shock.variance)) return [];
    const { reversion, mean, volatility } = shock.variance;
    return [
      `${dotted(path)}.variance: Feller's condition does not hold, 2 × ${reversion} × ${mean} is below ${volatility}²: the variance will stand at zero at times`,
    ];
  });
}
