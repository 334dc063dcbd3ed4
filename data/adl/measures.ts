/** What a policy's choice means: how much was taken, from whom, and what is left (ADL-POLICIES, "What is compared"). */
import type { Decimal } from "../../sim/venue/decimal.ts";
import { type AdlCase, valueOf } from "./adl-case.ts";
import { decimalText, difference, quotient, times, wholeDecimal } from "./exact-decimal.ts";
import { type ClosedWinner, countInversions } from "./inversions.ts";

const LARGEST = 10;

/** The measures of one event. */
export interface AdlMetrics {
  /**
   * What the bankrupt lacks: requested size × the gap between mark and price, where the price is the
   * better one for the bankrupt; else 0. Exact decimal text.
   */
  readonly needed: string;
  /** Σ of the haircuts: what the counterparties' equities lose. Exact decimal text. */
  readonly taken: string;
  /** Accounts of which something was taken. */
  readonly accounts: number;
  /** The largest haircut over equity before; a gain counts as 0. */
  readonly largestHaircutShare: number;
  /** Gini coefficient of the haircuts among those accounts. */
  readonly gini: number;
  /** The same among all eligible accounts, those not touched with 0. */
  readonly giniOfEligible: number;
  /** Part of all haircuts that the ten largest are. */
  readonly topTenShare: number;
  /** Pairs of winners of which the one with less profit had the larger part closed. */
  readonly inversions: number;
  /** The largest value of what is left of an eligible position ÷ equity of its scope; null when one has no equity left. */
  readonly maxLeverageAfter: number | null;
}

/**
 * Measures what was closed of each candidate.
 * @param closed lots, one per candidate
 */
export function measureClosed(given: AdlCase, equity: readonly Decimal[], closed: readonly number[]): AdlMetrics {
  const { candidates, lossPerLot, lot, mark } = given;
  const winners: ClosedWinner[] = [];
  const perAccount = new Map<number, number>();
  let all = 0;
  let largestHaircutShare = 0;
  let maxLeverageAfter: number | null = 0;
  closed.forEach((lots, candidate) => {
    const held = candidates.lots[candidate] as number;
    const profit = candidates.profit[candidate] as number;
    const account = candidates.account[candidate] as number;
    const own = equity[candidate] as Decimal;
    const haircut = times(wholeDecimal(lots), lossPerLot);
    all += lots;
    perAccount.set(account, (perAccount.get(account) ?? 0) + lots);
    if (profit > 0) winners.push({ profit, lots: held, closed: lots });
    largestHaircutShare = Math.max(largestHaircutShare, shareOf(haircut, own) ?? 0);
    maxLeverageAfter = higher(maxLeverageAfter, valueOf(held - lots, lot, mark), difference(own, haircut));
  });
  // A lot loses the same whoever holds it, so that haircuts are spread as lots are, also where price and mark agree.
  const amounts = [...perAccount.values()];
  const touched = amounts.filter((lots) => lots > 0);
  return {
    needed: decimalText(neededOf(given)),
    taken: decimalText(times(wholeDecimal(all), lossPerLot)),
    accounts: touched.length,
    largestHaircutShare,
    gini: giniOf(touched),
    giniOfEligible: giniOf(amounts),
    topTenShare: topShareOf(touched),
    inversions: countInversions(winners),
    maxLeverageAfter,
  };
}

/** What the bankrupt lacks at the price: all that is requested × the loss of a lot, or 0. */
export function neededOf({ request, lossPerLot }: AdlCase): Decimal {
  return lossPerLot.digits > 0n ? times(wholeDecimal(request.lots), lossPerLot) : wholeDecimal(0);
}

/** A haircut over equity before; null when there was none. */
export function shareOf(haircut: Decimal, equity: Decimal): number | null {
  return equity.digits > 0n ? quotient(haircut, equity) : null;
}

/** The higher of a leverage and value ÷ equity; null, without bound, once equity is used up. */
export function higher(leverage: number | null, value: Decimal, equity: Decimal): number | null {
  if (leverage === null || value.digits === 0n) return leverage;
  return equity.digits <= 0n ? null : Math.max(leverage, quotient(value, equity));
}

/** Gini coefficient of whole numbers ≥ 0: 0 when all are the same, or there is nothing. */
export function giniOf(amounts: readonly number[]): number {
  const sorted = [...amounts].sort((a, b) => a - b);
  let [weighted, total] = [0n, 0n];
  sorted.forEach((amount, place) => {
    weighted += BigInt(2 * place + 1 - sorted.length) * BigInt(amount);
    total += BigInt(amount);
  });
  if (total === 0n) return 0;
  return quotient({ digits: weighted, places: 0 }, { digits: BigInt(sorted.length) * total, places: 0 });
}

/** Part of the sum of whole numbers ≥ 0 that the ten largest are; 0 when there is nothing. */
export function topShareOf(amounts: readonly number[]): number {
  const sumOf = (some: readonly number[]) => some.reduce((sum, amount) => sum + BigInt(amount), 0n);
  const total = sumOf(amounts);
  if (total === 0n) return 0;
  const largest = [...amounts].sort((a, b) => b - a).slice(0, LARGEST);
  return quotient({ digits: sumOf(largest), places: 0 }, { digits: total, places: 0 });
}
