/**
 * Where a position is first to be judged (LIQ-1): never later than the first mark at
 * which it is at risk (MARGIN-4), and hardly earlier. In doubles, since it is asked after
 * every fill; judging itself is exact.
 *
 * For a linear contract valued at mark or entry. On one tier what is required is a line
 * over the value v of the lots and of the orders that count with them (TIER-2), r·v − d
 * with the closing fee in r; of v the position is a share s. A long is at risk there where
 * margin + s·v − entry ≤ r·v − d, but for what roundings add: half a quantum to each value
 * and less than one to maintenance margin and fee each. Where bounds count value a position
 * moves from line to line with the mark: of all places where it may be at risk the one
 * counts that the mark comes to first. Valued at entry maintenance margin is one amount.
 */
import { maintenanceMarginOf, type TierLine, tierLines } from "../venue/tiers.ts";
import { closingFeeRate, type MarginTerms } from "./margin.ts";

/** More than all roundings together, quanta. */
const ROUNDING_QUANTA = 4;
/** More than the doubles of the formula are ever off, as a part of the result. */
const DOUBLE_ERROR = 1e-13;
/** No mark gets there. */
const NEVER_TICKS = 2 ** 53;

/**
 * @param orderLots that open orders may add to it; none with positions valued at entry
 * @returns whole ticks: a long is judged at this mark or below (0: never), a short at it or above (2^53: never)
 */
export function triggerTicks(terms: MarginTerms, lots: number, entryValue: number, margin: number, orderLots = 0): number {
  const { instrument, rules } = terms;
  const { numerator, denominator } = instrument.quantaPerTickLot;
  let feeRate = 0;
  if (rules.maintenanceIncludesClosingFee) {
    const fee = closingFeeRate(terms);
    feeRate = fee.numerator / fee.denominator;
  }
  const long = lots > 0;
  const all = Math.abs(lots) + orderLots;
  const share = Math.abs(lots) / all;
  const ticksOf = (value: number) => (value * denominator) / (all * numerator);
  // What a long's value has to fall to, and a short's to rise to, were nothing required.
  const even = long ? entryValue - margin : entryValue + margin;
  let first = long ? 0 : NEVER_TICKS;
  if (rules.positionValueAt === "entry") {
    const line = {
      from: 0,
      upTo: Number.POSITIVE_INFINITY,
      rate: feeRate,
      deduction: -maintenanceMarginOf(instrument.tiers, lots, entryValue),
    };
    return lineTicks(long, line, share, feeRate, line.deduction, even, ticksOf);
  }
  for (const line of tierLines(instrument.tiers, all)) {
    first = nearer(long, first, lineTicks(long, line, share, line.rate + feeRate, line.deduction, even, ticksOf));
    // A deduction of the venue's own may be more than the rate: then the fee alone is required.
    if (line.deduction > 0) first = nearer(long, first, lineTicks(long, line, share, feeRate, 0, even, ticksOf));
  }
  return first;
}

/** Of two places the one that the mark comes to first: it falls on a long and rises on a short. */
function nearer(long: boolean, a: number, b: number): number {
  return long ? Math.max(a, b) : Math.min(a, b);
}

/** The tick at which a position may be at risk first on a line; for none 0 of a long, 2^53 of a short. */
function lineTicks(
  long: boolean,
  { from, upTo }: TierLine,
  share: number,
  rate: number,
  deduction: number,
  even: number,
  ticksOf: (value: number) => number,
): number {
  if (long) {
    // Whatever it is worth, the requirement takes all of it: at risk at any price.
    if (rate >= share) return ceilTicks(ticksOf(upTo), 0);
    const value = (even - deduction + ROUNDING_QUANTA) / (share - rate);
    return value < from ? 0 : Math.max(0, ceilTicks(ticksOf(Math.min(value, upTo + ROUNDING_QUANTA)), share - rate));
  }
  const value = (even + deduction - ROUNDING_QUANTA) / (share + rate);
  if (value > upTo + ROUNDING_QUANTA) return NEVER_TICKS;
  const ticks = ticksOf(Math.max(value, from - ROUNDING_QUANTA));
  return Math.max(1, Math.min(NEVER_TICKS, Math.floor(ticks - Math.abs(ticks) * DOUBLE_ERROR)));
}

/** @param slope of what the result was divided by: the smaller, the larger its error */
function ceilTicks(ticks: number, slope: number): number {
  if (!(ticks < NEVER_TICKS)) return Number.MAX_SAFE_INTEGER;
  return Math.ceil(ticks + (Math.abs(ticks) * DOUBLE_ERROR) / Math.max(DOUBLE_ERROR, slope));
}
