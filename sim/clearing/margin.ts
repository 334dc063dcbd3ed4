/**
 * Margin arithmetic of an isolated position: pure functions from position and price to
 * requirement, judgement and the prices at which something happens (MARGIN-1..5).
 * Money is quanta, prices ticks, sizes lots.
 */
import { type Instrument, profitOf, valueOf } from "../venue/instrument.ts";
import { fraction, rounded } from "../venue/rational.ts";
import type { MarginRules } from "../venue/rules.ts";
import { maintenanceMarginOf, tierOf } from "../venue/tiers.ts";
import { compareProducts, multiplyDivide, type Ratio, scale } from "../venue/whole.ts";

/** An isolated position: lots negative when short; entry value and margin in quanta. */
export interface Position {
  readonly lots: number;
  readonly entryValue: number;
  readonly margin: number;
  /** What open orders may add to it, where they count toward tier, maintenance margin and fee (TIER-2), lots. */
  readonly orderLots?: number;
}

/** What decides about margin: the contract and the venue's rules. */
export interface MarginTerms {
  readonly instrument: Instrument;
  readonly rules: MarginRules;
}

/** Profit of closing a position at a value (INST-1, MARK-5). */
export function profitAt(lots: number, entryValue: number, value: number): number {
  return lots > 0 ? value - entryValue : entryValue - value;
}

/** Fee on a value, rounded up (UNIT-3): a rebate comes out towards the venue. */
export function feeOn(value: number, rate: Ratio): number {
  return scale(value, rate, "up");
}

/** The rate of the fee that requirements count for closing (MARGIN-2). */
export function closingFeeRate(terms: MarginTerms): Ratio {
  const fees = terms.instrument.fees;
  return terms.rules.closingFeeRate === "liquidation" ? fees.liquidation : fees.taker;
}

/** The fee of closing a value, counted by initial and maintenance margin alike (MARGIN-1, MARGIN-2). */
export function closingFee(terms: MarginTerms, value: number): number {
  return feeOn(value, closingFeeRate(terms));
}

/**
 * The margin set aside when a value is opened at a leverage: value / leverage + closing
 * fee, both rounded up; S0's prose adds the fee once more (MARGIN-1).
 * @param markValue of which the fee is taken, as in `requirement`
 */
export function initialMargin(terms: MarginTerms, value: number, leverageHundredths: number, markValue = value): number {
  const fee = closingFee(terms, markValue);
  const fees = terms.rules.closingFeeInPositionMargin === "twice" ? 2 * fee : fee;
  return multiplyDivide(value, 100, leverageHundredths, "up") + fees;
}

/** Maintenance margin of a position worth `value`, without fee, rounded up once (MARGIN-2, TIER-1). */
export function maintenanceMargin(terms: MarginTerms, lots: number, value: number): number {
  return maintenanceMarginOf(terms.instrument.tiers, lots, value);
}

/**
 * Maintenance margin + closing fee, each rounded up; the fee only where the venue counts it (MARGIN-2).
 * @param value by which the position is judged (MARK-5)
 * @param markValue of which the fee is taken: its value at the mark
 */
export function requirement(terms: MarginTerms, lots: number, value: number, markValue = value): number {
  const maintenance = maintenanceMargin(terms, lots, value);
  return terms.rules.maintenanceIncludesClosingFee ? maintenance + closingFee(terms, markValue) : maintenance;
}

/** Position margin + unrealised profit at a mark (MARGIN-3). */
export function equityAt(terms: MarginTerms, position: Position, markTicks: number): number {
  const value = valueOf(terms.instrument, markTicks, position.lots);
  return position.margin + profitOf(terms.instrument, position.lots, position.entryValue, value);
}

/** True when equity no longer carries the requirement at a mark (MARGIN-3); never for an empty position. */
export function isAtRisk(terms: MarginTerms, position: Position, markTicks: number): boolean {
  if (position.lots === 0) return false;
  const value = valueOf(terms.instrument, markTicks, position.lots);
  const equity = position.margin + profitOf(terms.instrument, position.lots, position.entryValue, value);
  return carriesNot(terms.rules, equity, requirementAt(terms, position, markTicks));
}

/** What a position requires at a mark, by the value by which the venue judges it (MARK-5), with the orders that count (TIER-2). */
export function requirementAt(terms: MarginTerms, { lots, entryValue, orderLots = 0 }: Position, markTicks: number): number {
  const { instrument, rules } = terms;
  const all = Math.abs(lots) + orderLots;
  const value = valueOf(instrument, markTicks, all);
  if (rules.positionValueAt !== "entry") return requirement(terms, all, value);
  const judged = orderLots === 0 ? entryValue : entryValue + valueOf(instrument, markTicks, orderLots);
  return requirement(terms, all, judged, value);
}

/** Whether an equity fails its requirement: at 100 % or only below it, by the venue; a requirement of zero never (MARGIN-3, UNIT-3). */
export function carriesNot(rules: Pick<MarginRules, "triggerAt">, equity: number, needed: number): boolean {
  if (needed === 0) return false;
  return rules.triggerAt === "below" ? equity < needed : equity <= needed;
}

/** Compares two margin ratios, equity / requirement, without dividing (UNIT-3): negative when the first is lower. */
export function compareRatios(equityA: number, requirementA: number, equityB: number, requirementB: number): number {
  return compareProducts(equityA, requirementB, equityB, requirementA);
}

/**
 * The first mark, from far on the healthy side, at which a position is at risk
 * (MARGIN-4): for a long the highest tick, for a short the lowest. 0 when no positive
 * mark is (a long), Infinity likewise (a short). Exact: found by judging, not by formula.
 *
 * For a linear contract valued at mark, all that runs simulate. Where flat tiers are
 * bounded in value the requirement jumps with the mark, and a position may be at risk on
 * several stretches of ticks: then this is the end of one of them near the estimate. An
 * estimate for people (MARGIN-4); nothing is triggered by it. For any contract and scope:
 * `portfolio/liquidation-price.ts`.
 */
export function liquidationTicks(terms: MarginTerms, position: Position): number {
  if (position.lots === 0) return 0;
  const guess = liquidationGuess(terms, position);
  return position.lots > 0 ? highestAtRisk(terms, position, guess) : lowestAtRisk(terms, position, guess);
}

/**
 * The value at which an isolated position is bankrupt (MARGIN-5): where what is left
 * equals the closing fee at that price, or zero. Rounded half to even; 0 when no positive value is.
 */
export function bankruptcyValue(terms: MarginTerms, position: Position): number {
  const { entryValue, margin, lots } = position;
  // The value falls against a linear long and an inverse short, and rises against the others.
  const falls = lots > 0 === (terms.instrument.kind === "linear");
  const left = falls ? entryValue - margin : entryValue + margin;
  if (left <= 0) return 0;
  if (terms.rules.bankruptcyAt === "zero") return left;
  const { numerator, denominator } = closingFeeRate(terms);
  const divisor = falls ? denominator - numerator : denominator + numerator;
  return multiplyDivide(left, denominator, divisor, "half-even");
}

/**
 * The limit of an order that closes `lots` for `value` in all: rounded to the tick so
 * that whoever closes does not lose (selling: up; at least one tick) (MARGIN-5). An
 * inverse position worth nothing has no such price: Infinity.
 */
export function limitTicks(instrument: Instrument, lots: number, value: number): number {
  const { numerator, denominator } = instrument.quantaPerTickLot;
  const rounding = lots > 0 ? "up" : "down";
  if (instrument.kind === "linear") return Math.max(1, multiplyDivide(value, denominator, Math.abs(lots) * numerator, rounding));
  if (value === 0) return Number.POSITIVE_INFINITY;
  const ticks = rounded(fraction(BigInt(Math.abs(lots)) * BigInt(numerator), BigInt(value) * BigInt(denominator)), rounding);
  return Math.max(1, Number(ticks));
}

function liquidationGuess(terms: MarginTerms, position: Position): number {
  const { instrument, rules } = terms;
  const maintenance = tierOf(instrument.tiers, position.lots, position.entryValue).maintenanceMarginRate;
  const fee = closingFeeRate(terms);
  const rate =
    maintenance.numerator / maintenance.denominator + (rules.maintenanceIncludesClosingFee ? fee.numerator / fee.denominator : 0);
  const perTick = (Math.abs(position.lots) * instrument.quantaPerTickLot.numerator) / instrument.quantaPerTickLot.denominator;
  const value =
    position.lots > 0 ? (position.entryValue - position.margin) / (1 - rate) : (position.entryValue + position.margin) / (1 + rate);
  return Math.max(0, Math.floor(value / perTick));
}

/** Largest tick at which a long is at risk, 0 for none: doubles the step from a guess until it straddles, then halves. */
function highestAtRisk(terms: MarginTerms, position: Position, guess: number): number {
  const atRisk = (ticks: number) => ticks < 1 || isAtRisk(terms, position, ticks);
  let low = guess;
  for (let step = 1; !atRisk(low); step *= 2) low = Math.max(0, low - step);
  let high = Math.max(low, guess) + 1;
  for (let step = 1; atRisk(high); step *= 2) {
    low = high;
    high += step;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (atRisk(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Smallest tick at which a short is at risk: one always is, for requirement and loss grow with the price, unless nothing is required. */
function lowestAtRisk(terms: MarginTerms, position: Position, guess: number): number {
  const { numerator, denominator } = terms.instrument.quantaPerTickLot;
  // Beyond this tick the position itself could not be counted: no mark that can be reached puts it at risk.
  const last = Math.min(
    Number.MAX_SAFE_INTEGER,
    Math.floor((Number.MAX_SAFE_INTEGER * denominator) / numerator / Math.abs(position.lots)) - 1,
  );
  const atRisk = (ticks: number) => ticks >= 1 && isAtRisk(terms, position, ticks);
  if (last < 1 || !atRisk(last)) return Number.POSITIVE_INFINITY;
  let high = Math.min(last, Math.max(1, guess));
  for (let step = 1; !atRisk(high); step *= 2) high = Math.min(last, high + step);
  let low = Math.min(high, guess) - 1;
  for (let step = 1; low >= 1 && atRisk(low); step *= 2) {
    high = low;
    low -= step;
  }
  low = Math.max(0, low);
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (atRisk(middle)) high = middle;
    else low = middle;
  }
  return high;
}
