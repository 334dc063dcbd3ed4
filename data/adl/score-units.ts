/** Scores of ADL policies in natural units: policies rank by whole quanta and lots. */
import type { Decimal } from "../../sim/venue/decimal.ts";
import { MONEY_PLACES } from "./adl-case.ts";
import { decimalText, quotient, times } from "./exact-decimal.ts";

/** What the scores of a policy are counted in; those not named here are pure numbers. */
const UNITS: Readonly<Record<string, "money" | "size" | "size-per-money">> = {
  "profit-times-leverage": "money",
  "highest-profit": "money",
  "pro-rata-profit": "money",
  "pro-rata-equity": "money",
  "largest-position": "size",
  "pro-rata-size": "size",
  "min-max-haircut": "size-per-money",
};

const QUANTUM: Decimal = { digits: 1n, places: MONEY_PLACES };

/**
 * A score as people count: profit × leverage in money, a position in contracts.
 * @returns null for a score without bound
 */
export function naturalScore(policy: string, score: number, lot: Decimal): number | null {
  if (!Number.isFinite(score)) return null;
  const unit = UNITS[policy];
  if (unit === "money") return scaled(score, QUANTUM);
  if (unit === "size") return scaled(score, lot);
  return unit === "size-per-money" ? score * quotient(lot, QUANTUM) : score;
}

/** Whole scores are scaled exactly, so that 30 is not printed as 30.000000000000004. */
function scaled(score: number, unit: Decimal): number {
  if (!Number.isSafeInteger(score)) return score * Number(decimalText(unit));
  return Number(decimalText(times({ digits: BigInt(score), places: 0 }, unit)));
}
