/** Risk limits (TIER-1): which maintenance margin rate and leverage a position of a size may have. */
import type { Ratio } from "./whole.ts";

/** One tier of a table with bounds in contracts: the whole position stands at its tier's rate (`flat`). */
export interface Tier {
  /** Largest position of the tier, inclusive; 2^53 − 1 for a last tier without bound. */
  readonly upToLots: number;
  readonly maintenanceMarginRate: Ratio;
  /** Largest leverage of the tier, in hundredths: 66.66 is 6666. */
  readonly maxLeverageHundredths: number;
}

/** The tier of a position: the first whose bound holds it; the last one for anything larger. */
export function tierOf(tiers: readonly Tier[], lots: number): Tier {
  const size = Math.abs(lots);
  for (const tier of tiers) if (size <= tier.upToLots) return tier;
  return tiers[tiers.length - 1] as Tier;
}
