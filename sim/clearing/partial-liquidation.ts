/**
 * How much of an isolated position that fails is closed first (LIQ-3), in whole quanta.
 * For any scope, margin mode and contract: `portfolio/reduction.ts`, with which this
 * agrees where lots trade at the mark, but for `to-initial` where less initial margin than
 * maintenance is asked: here the rest must pass too, or its liquidation would never end.
 */
import { parseDecimal, ratioOf } from "../venue/decimal.ts";
import { type Instrument, valueOf } from "../venue/instrument.ts";
import { tierNumber } from "../venue/tiers.ts";
import { multiplyDivide, scale } from "../venue/whole.ts";
import { leastLots } from "./least-lots.ts";
import { carriesNot, closingFee, feeOn, initialMargin, isAtRisk, type MarginTerms, type Position, profitAt } from "./margin.ts";

/** A position that fails, and what decides about it besides the venue's terms. */
export interface FailingPosition {
  readonly position: Position;
  readonly leverageHundredths: number;
  readonly markTicks: number;
  /** Price at which closing would trade first; the mark where nobody offers any. */
  readonly fillTicks: number;
  /** Whether a part was closed so lately that the next order is for all of it (`fraction`). */
  readonly isCoolingDown: boolean;
}

/**
 * The lots of the next order that reduces it; all of them when nothing less is foreseen,
 * and the position is then taken over (LIQ-4).
 */
export function lotsToClose(terms: MarginTerms, failing: FailingPosition): number {
  const { position, markTicks, leverageHundredths } = failing;
  const { instrument, rules } = terms;
  const all = Math.abs(position.lots);
  const value = valueOf(instrument, markTicks, all);
  if (rules.partialLiquidation === "full" || position.margin + profitAt(position.lots, position.entryValue, value) <= 0) return all;
  const tier = tierNumber(instrument.tiers, all, judgedValue(terms, position, value));
  switch (rules.partialLiquidation) {
    case "tier-step":
      if (tier <= 2 || failsAtLowestTier(terms, position, value)) return all;
      return excessOver(instrument, tier - 2, all, markTicks);
    case "ladder":
      return tier === 1 ? all : excessOver(instrument, tier - 1, all, markTicks);
    case "fraction": {
      const { part, above } = rules.fraction;
      return failing.isCoolingDown || !isWorthMore(instrument, value, above) ? all : scale(all, part, "up");
    }
    case "just-enough":
      return leastToPass(terms, failing, (rest) => !isAtRisk(terms, rest, markTicks));
    case "to-initial":
      return leastToPass(terms, failing, (rest) => coversInitialMargin(terms, rest, markTicks, leverageHundredths));
  }
}

/** Whether a value in quanta is more than an amount of the quote asset. */
function isWorthMore({ tickSize, lotSize, multiplier, quantaPerTickLot }: Instrument, value: number, amount: string): boolean {
  const tickLot = ratioOf([tickSize, lotSize, multiplier], [], "the value of a tick and lot");
  const { digits, places } = parseDecimal(amount, "fraction.above");
  const worth = BigInt(value) * BigInt(quantaPerTickLot.denominator) * BigInt(tickLot.numerator) * 10n ** BigInt(places);
  return worth > digits * BigInt(quantaPerTickLot.numerator) * BigInt(tickLot.denominator);
}

/** The value of which requirements are taken (MARK-5). */
function judgedValue({ rules }: MarginTerms, position: Position, value: number): number {
  return rules.positionValueAt === "entry" ? position.entryValue : value;
}

/** Whether it would fail at the rates of tier 1 too. */
function failsAtLowestTier(terms: MarginTerms, position: Position, value: number): boolean {
  const { rules, instrument } = terms;
  const rate = (instrument.tiers.tiers[0] as { maintenanceMarginRate: { numerator: number; denominator: number } }).maintenanceMarginRate;
  const maintenance = scale(judgedValue(terms, position, value), rate, "up");
  const needed = rules.maintenanceIncludesClosingFee ? maintenance + closingFee(terms, value) : maintenance;
  return carriesNot(rules, position.margin + profitAt(position.lots, position.entryValue, value), needed);
}

/** What exceeds the largest size of a tier at the mark; all of it where nothing or no more does. */
function excessOver(instrument: Instrument, tier: number, lots: number, markTicks: number): number {
  const { boundBy, tiers } = instrument.tiers;
  const upTo = tiers[tier - 1]?.upTo ?? 0;
  const most = boundBy === "lots" ? upTo : lotsWorth(instrument, upTo, markTicks);
  return lots > most ? lots - most : lots;
}

/** The most lots whose unrounded value at a price is no more than an amount. */
function lotsWorth({ quantaPerTickLot: { numerator, denominator } }: Instrument, quanta: number, ticks: number): number {
  const lots = (BigInt(quanta) * BigInt(denominator)) / (BigInt(ticks) * BigInt(numerator));
  return Number(lots < BigInt(Number.MAX_SAFE_INTEGER) ? lots : BigInt(Number.MAX_SAFE_INTEGER));
}

/** The least size that, closed at a price with the liquidation fee paid, makes the rest pass at the mark. */
function leastToPass(terms: MarginTerms, { position, markTicks, fillTicks }: FailingPosition, passes: (rest: Position) => boolean): number {
  const cures = (lots: number) => passes(afterClosing(terms, position, fillTicks, lots));
  return leastLots(Math.abs(position.lots), largestLots(terms, position, markTicks), cures);
}

/** The largest size of each tier that has one, at the value by which it is judged. */
function largestLots({ instrument, rules }: MarginTerms, { lots, entryValue }: Position, markTicks: number): number[] {
  const { boundBy, tiers } = instrument.tiers;
  return tiers.flatMap(({ upTo }) => {
    if (upTo === Number.MAX_SAFE_INTEGER) return [];
    if (boundBy === "lots") return [upTo];
    if (rules.positionValueAt !== "entry") return [lotsWorth(instrument, upTo, markTicks)];
    return [multiplyDivide(Math.min(upTo, entryValue), Math.abs(lots), Math.max(1, entryValue), "down")];
  });
}

/** The position after some of it was closed at a price, gain and liquidation fee in its margin. */
function afterClosing(terms: MarginTerms, position: Position, fillTicks: number, lots: number): Position {
  const { instrument } = terms;
  const all = Math.abs(position.lots);
  const entryPart = multiplyDivide(position.entryValue, lots, all, "half-even");
  const value = valueOf(instrument, fillTicks, lots);
  const gain = profitAt(position.lots, entryPart, value) - feeOn(value, instrument.fees.liquidation);
  return {
    lots: position.lots > 0 ? position.lots - lots : position.lots + lots,
    entryValue: position.entryValue - entryPart,
    margin: position.margin + gain,
  };
}

function coversInitialMargin(terms: MarginTerms, rest: Position, markTicks: number, leverageHundredths: number): boolean {
  if (rest.lots === 0) return rest.margin >= 0;
  if (isAtRisk(terms, rest, markTicks)) return false;
  const value = valueOf(terms.instrument, markTicks, rest.lots);
  const equity = rest.margin + profitAt(rest.lots, rest.entryValue, value);
  return equity >= initialMargin(terms, judgedValue(terms, rest, value), leverageHundredths, value);
}
