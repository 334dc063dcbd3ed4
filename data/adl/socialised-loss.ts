/**
 * `socialised-loss` (Deribit, Vega, OKX before ADL): closes no position, but levies what
 * the bankrupt lacks on the open profit of the instrument, whatever its side, pro rata
 * and capped at each profit. The engine keeps the position.
 */
import { spread } from "../../sim/kernel/spread.ts";
import { type Decimal, formatWhole, parseDecimal } from "../../sim/venue/decimal.ts";
import { type AdlCase, MONEY_QUANTUM, quantaOf } from "./adl-case.ts";
import { decimalText, difference } from "./exact-decimal.ts";
import { type AdlMetrics, giniOf, higher, neededOf, shareOf, topShareOf } from "./measures.ts";

/** What one position pays. */
export interface Levy {
  readonly account: string;
  /** Whole quanta, as decimal text. */
  readonly levy: string;
  /** Levy over equity before; null when that was not positive. */
  readonly haircutShare: number | null;
}

/** The levies of an event and what they mean. */
export interface SocialisedLoss {
  readonly levies: readonly Levy[];
  /** What open profits do not reach, decimal text. */
  readonly unlevied: string;
  readonly metrics: AdlMetrics;
}

/** Levies what the bankrupt lacks, largest first, ties by account. */
export function socialiseLoss(given: AdlCase): SocialisedLoss {
  const needed = quantaOf(neededOf(given), "needed");
  const { winners } = given;
  const profits = winners.reduce((sum, { profit }) => sum + BigInt(profit), 0n);
  const total = profits < BigInt(needed) ? Number(profits) : needed;
  const shares =
    total === 0
      ? []
      : spread(
          total,
          winners.map(({ profit }) => profit),
        );
  let [largestHaircutShare, maxLeverageAfter] = [0, 0 as number | null];
  const paid = winners.map(({ row, value }, index) => {
    const quanta = shares[index] ?? 0;
    const levy = parseDecimal(formatWhole(quanta, MONEY_QUANTUM), "levy");
    const equity: Decimal = parseDecimal(row.equity, "equity");
    const haircutShare = shareOf(levy, equity);
    largestHaircutShare = Math.max(largestHaircutShare, haircutShare ?? 0);
    maxLeverageAfter = higher(maxLeverageAfter, value, difference(equity, levy));
    return { row, quanta, levy: { account: row.account, levy: decimalText(levy), haircutShare } };
  });
  const payers = paid.filter(({ quanta }) => quanta > 0).sort((a, b) => b.quanta - a.quanta || a.row.accountNumber - b.row.accountNumber);
  const amounts = payers.map(({ quanta }) => quanta);
  return {
    levies: payers.map(({ levy }) => levy),
    unlevied: formatWhole(needed - total, MONEY_QUANTUM),
    metrics: {
      needed: decimalText(neededOf(given)),
      taken: formatWhole(total, MONEY_QUANTUM),
      accounts: new Set(payers.map(({ row }) => row.account)).size,
      largestHaircutShare,
      gini: giniOf(amounts),
      giniOfEligible: giniOf(paid.map(({ quanta }) => quanta)),
      topTenShare: topShareOf(amounts),
      inversions: 0,
      maxLeverageAfter,
    },
  };
}
