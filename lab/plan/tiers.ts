/** Tier tables, scaled exactly. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { formatWhole, parseDecimal } from "../../sim/index.ts";

/** The fields of a tier that can be scaled. */
export const SCALED_FIELDS = ["maintenanceMarginRate", "initialMarginRate", "maxLeverage", "upTo"] as const;
export type ScaledField = (typeof SCALED_FIELDS)[number];

/** Tiers of a contract (TIER-1). */
type Tiers = ResolvedScenario["instruments"][number]["tiers"];

/**
 * A tier table with fields multiplied, as exact decimals. A stated deduction, which makes the requirement of a
 * marginal table continuous, is bound × difference of rates, and is multiplied by what these two are.
 * @param factors by field; fields that a tier does not have stay away
 */
export function scaleTiers(tiers: Tiers, factors: Partial<Readonly<Record<ScaledField, number>>>): Tiers {
  const deductionFactors = [factors.maintenanceMarginRate ?? 1, factors.upTo ?? 1];
  return tiers.map((tier) => {
    const scaled: Record<string, unknown> = { ...tier };
    for (const field of SCALED_FIELDS) {
      const [value, factor] = [tier[field], factors[field]];
      if (typeof value === "string" && factor !== undefined) scaled[field] = productText(value, [factor]);
    }
    if (tier.deduction !== undefined) scaled["deduction"] = productText(tier.deduction, deductionFactors);
    return scaled as Tiers[number];
  });
}

function productText(value: string, factors: readonly number[]): string {
  let { digits, places } = parseDecimal(value, "tier");
  for (const factor of factors) {
    const by = parseDecimal(String(factor), "scale");
    digits *= by.digits;
    places += by.places;
  }
  return formatWhole(digits, places === 0 ? "1" : `0.${"1".padStart(places, "0")}`);
}
