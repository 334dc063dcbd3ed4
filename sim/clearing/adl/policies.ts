/** Every ADL policy by name (ADL-3). A new one is a file beside this and a line here. */
import { factorDraining } from "./factor-draining.ts";
import { highestProfit } from "./highest-profit.ts";
import { largestPosition } from "./largest-position.ts";
import { leverageDraining } from "./leverage-draining.ts";
import { markOverEntryTimesLeverage } from "./mark-over-entry-times-leverage.ts";
import { minMaxHaircut } from "./min-max-haircut.ts";
import { mirrorDescent } from "./mirror-descent.ts";
import type { AdlPolicy } from "./policy.ts";
import { proRataEquity } from "./pro-rata-equity.ts";
import { proRataProfit } from "./pro-rata-profit.ts";
import { proRataSize } from "./pro-rata-size.ts";
import { profitOverEquity } from "./profit-over-equity.ts";
import { profitRateTimesEffectiveLeverage } from "./profit-rate-times-effective-leverage.ts";
import { profitTimesLeverage } from "./profit-times-leverage.ts";
import { projection } from "./projection.ts";
import { returnOverMarginRatio } from "./return-over-margin-ratio.ts";

/** Every ADL policy by the name that `venue.adl.policy` has for it. */
export const ADL_POLICIES: Readonly<Record<string, AdlPolicy>> = {
  "profit-times-leverage": profitTimesLeverage,
  "highest-profit": highestProfit,
  "profit-rate-times-effective-leverage": profitRateTimesEffectiveLeverage,
  "return-over-margin-ratio": returnOverMarginRatio,
  "mark-over-entry-times-leverage": markOverEntryTimesLeverage,
  "profit-over-equity": profitOverEquity,
  "largest-position": largestPosition,
  "pro-rata-size": proRataSize,
  "pro-rata-profit": proRataProfit,
  "pro-rata-equity": proRataEquity,
  "leverage-draining": leverageDraining,
  "factor-draining": factorDraining,
  "min-max-haircut": minMaxHaircut,
  projection,
  "mirror-descent": mirrorDescent,
};
