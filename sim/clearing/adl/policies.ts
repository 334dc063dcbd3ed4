/** Every ADL policy by name (ADL-3). A new one is a file beside this and a line here. */
import type { AdlPolicy } from "./policy.ts";
import { profitTimesLeverage } from "./profit-times-leverage.ts";

export const ADL_POLICIES: Readonly<Record<string, AdlPolicy>> = {
  "profit-times-leverage": profitTimesLeverage,
};
