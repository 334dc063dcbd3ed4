/**
 * Where a position is first to be judged (LIQ-1): never later than the first mark at
 * which it is at risk (MARGIN-4), and hardly earlier. In doubles, since it is asked after
 * every fill; judging itself is exact.
 *
 * For a linear contract valued at mark with flat tiers bounded in lots, all that runs
 * simulate. There a long is at risk at a value v of its lots with
 * margin + v − entry ≤ v·rate, but for what roundings add: half a quantum to v and less
 * than one to maintenance margin and fee each.
 */
import { tierOf } from "../venue/tiers.ts";
import { closingFeeRate, type MarginTerms } from "./margin.ts";

/** More than all roundings together, quanta. */
const ROUNDING_QUANTA = 4;
/** More than the doubles of the formula are ever off, as a part of the result. */
const DOUBLE_ERROR = 1e-13;
/** No mark gets there. */
const NEVER_TICKS = 2 ** 53;

/**
 * @returns whole ticks: a long is judged at this mark or below (0: never), a short at it or above (2^53: never)
 */
export function triggerTicks(terms: MarginTerms, lots: number, entryValue: number, margin: number): number {
  const { instrument, rules } = terms;
  const { numerator, denominator } = tierOf(instrument.tiers, lots, entryValue).maintenanceMarginRate;
  let rate = numerator / denominator;
  if (rules.maintenanceIncludesClosingFee) {
    const fee = closingFeeRate(terms);
    rate += fee.numerator / fee.denominator;
  }
  const { quantaPerTickLot } = instrument;
  if (lots > 0) {
    // Whatever it is worth, the requirement takes all of it: at risk at any price.
    if (rate >= 1) return Number.MAX_SAFE_INTEGER;
    const value = (entryValue - margin + ROUNDING_QUANTA) / (1 - rate);
    const ticks = (value * quantaPerTickLot.denominator) / (lots * quantaPerTickLot.numerator);
    return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ticks + (ticks * DOUBLE_ERROR) / (1 - rate))));
  }
  const value = (entryValue + margin - ROUNDING_QUANTA) / (1 + rate);
  const ticks = (value * quantaPerTickLot.denominator) / (-lots * quantaPerTickLot.numerator);
  return Math.max(1, Math.min(NEVER_TICKS, Math.floor(ticks - ticks * DOUBLE_ERROR)));
}
