/** Tier tables, scaled exactly. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { compareDecimals, formatWhole, parseDecimal, productOf } from "../../sim/venue/decimal.ts";

/** The fields of a tier that can be scaled. */
export const SCALED_FIELDS = ["maintenanceMarginRate", "initialMarginRate", "maxLeverage", "upTo"] as const;
export type ScaledField = (typeof SCALED_FIELDS)[number];

/** Tiers of a contract (TIER-1). */
type Tiers = ResolvedScenario["instruments"][number]["tiers"];
type Tier = Tiers[number];
/** What to multiply fields by. */
type Factors = Partial<Readonly<Record<ScaledField, number>>>;

/**
 * A tier table with fields multiplied, as exact decimals; a leverage that has more than the two decimals it may have is
 * rounded down. A stated deduction, which makes the requirement of a marginal table continuous, is bound × difference of
 * rates, and is multiplied by what these two are. Where the maintenance rate alone is raised so far that it would reach
 * a tier's initial rate, the tier's initial rate rises (its leverage falls) by the same factor, and no further tier
 * has more leverage: whoever opened at the most would be at risk at once.
 * @param factors by field; fields that a tier does not have stay away
 */
export function scaleTiers(tiers: Tiers, factors: Factors): Tiers {
  const deductionFactors = [factors.maintenanceMarginRate ?? 1, factors.upTo ?? 1];
  const made: Tier[] = [];
  let most: string | null = null;
  for (const given of tiers) {
    const tier: Tier = { ...given };
    for (const field of SCALED_FIELDS) {
      const [value, factor] = [given[field], factors[field]];
      if (typeof value === "string" && factor !== undefined) tier[field] = productText(value, [factor]);
    }
    if (given.deduction !== undefined) tier.deduction = productText(given.deduction, deductionFactors);
    if (factors.maintenanceMarginRate !== undefined) most = keepOpenable(tier, factors.maintenanceMarginRate, most);
    if (tier.maxLeverage !== undefined) tier.maxLeverage = hundredthsBelow(tier.maxLeverage, "1");
    made.push(tier);
  }
  return made;
}

/**
 * Lets initial requirements follow where they must.
 * @param most the leverage to which a tier before was lowered
 * @returns the same for the tier after
 */
function keepOpenable(tier: Tier, factor: number, most: string | null): string | null {
  const { maintenanceMarginRate: rate, initialMarginRate } = tier;
  if (initialMarginRate !== undefined && compareDecimals(rate, initialMarginRate) >= 0)
    tier.initialMarginRate = productText(initialMarginRate, [factor]);
  if (tier.maxLeverage === undefined) return most;
  const isReached = compareDecimals(productOf([rate, tier.maxLeverage], "tier"), "1") >= 0;
  if (isReached) tier.maxLeverage = hundredthsBelow(tier.maxLeverage, String(factor));
  if (most !== null && compareDecimals(tier.maxLeverage, most) > 0) tier.maxLeverage = most;
  return isReached || most !== null ? tier.maxLeverage : null;
}

/** A quotient in whole hundredths, rounded down. */
function hundredthsBelow(value: string, divisor: string): string {
  const [over, under] = [parseDecimal(value, "tier"), parseDecimal(divisor, "scale")];
  const hundredths = (100n * over.digits * 10n ** BigInt(under.places)) / (under.digits * 10n ** BigInt(over.places));
  return formatWhole(hundredths, "0.01");
}

function productText(value: string, factors: readonly number[]): string {
  return productOf([value, ...factors.map(String)], "tier");
}
