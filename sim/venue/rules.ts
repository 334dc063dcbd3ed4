/**
 * A venue's rules: one field a choice, by the names of the clauses. A field selects a
 * rule; nothing anywhere asks for a venue's name.
 */
import type { Ratio } from "./whole.ts";

/** How the mark price follows index and book (MARK-2). */
export interface MarkRules {
  /** `index`: the index itself; `index-ema`: index + clamped average of (mid − index). */
  readonly rule: "index" | "index-ema";
  /** Time constant of the average, microseconds. */
  readonly averageUs: number;
  /** Largest distance of the mark from the index, as a part of the index. */
  readonly clamp: Ratio;
}

/** Requirements and liquidation (MARGIN-1, MARGIN-2, MARGIN-3, MARGIN-5, LIQ-3..5). */
export interface LiquidationRules {
  readonly closingFeeInPositionMargin: "once" | "twice";
  readonly maintenanceIncludesClosingFee: boolean;
  readonly closingFeeRate: "taker" | "liquidation";
  readonly triggerAt: "at-or-below" | "below";
  readonly bankruptcyAt: "closing-fee" | "zero";
}

/** Auto-deleveraging (ADL-3..5). */
export interface AdlRules {
  /** Name of a policy in `sim/clearing/adl/policies.ts`. */
  readonly policy: string;
  readonly eligible: "all" | "profitable";
}

/** Everything a venue decides. */
export interface VenueRules {
  readonly name: string;
  readonly mark: MarkRules;
  readonly liquidation: LiquidationRules;
  readonly adl: AdlRules;
}
