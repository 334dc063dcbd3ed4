/**
 * The two ways in which a portfolio is valued: as it is booked, in whole quanta by the
 * functions of the engine, and exactly, which is what the prices for people solve
 * (MARGIN-4, MARGIN-5). Both speak of fractions, so that everything above is written once.
 */
import { type Instrument, valueOf } from "../../venue/instrument.ts";
import { compare, minus, most, over, plus, type Rational, rationalOf, rounded, times, whole, ZERO } from "../../venue/rational.ts";
import { maintenanceMarginOf, type Tier, type TierTable, tierNumber } from "../../venue/tiers.ts";
import type { Ratio } from "../../venue/whole.ts";
import { feeOn } from "../margin.ts";

/** How amounts come about. Prices are ticks, sizes lots, amounts quanta. */
export interface Arithmetic {
  /** Value of lots at a price (INST-1, INST-2). */
  value(instrument: Instrument, ticks: Rational, lots: number): Rational;
  /** Maintenance margin of a position (MARGIN-2), in the tier of its size or in the lowest. */
  maintenance(table: TierTable, lots: number, value: Rational, tier: "own" | "lowest"): Rational;
  fee(value: Rational, rate: Ratio): Rational;
  /** An amount that is a value: half to even when booked (UNIT-3). */
  asValue(amount: Rational): Rational;
  /** An amount that is a requirement: up when booked (UNIT-3). */
  asRequirement(amount: Rational): Rational;
}

/** As the engine books it: every price is a whole tick, every amount whole quanta. */
export const BOOKED: Arithmetic = {
  value: (instrument, ticks, lots) => whole(valueOf(instrument, Number(ticks.numerator), lots)),
  maintenance: (table, lots, value, tier) =>
    tier === "own"
      ? whole(maintenanceMarginOf(table, lots, Number(value.numerator)))
      : whole(rounded(times(value, rationalOf((table.tiers[0] as Tier).maintenanceMarginRate)), "up")),
  fee: (value, rate) => whole(feeOn(Number(value.numerator), rate)),
  asValue: (amount) => whole(rounded(amount, "half-even")),
  asRequirement: (amount) => whole(rounded(amount, "up")),
};

/** Without any rounding. */
export const EXACT: Arithmetic = {
  value: exactValue,
  maintenance: (table, lots, value, tier) =>
    tier === "own" ? exactMaintenance(table, lots, value) : times(value, rationalOf((table.tiers[0] as Tier).maintenanceMarginRate)),
  fee: (value, rate) => times(value, rationalOf(rate)),
  asValue: (amount) => amount,
  asRequirement: (amount) => amount,
};

/** Value of lots in quanta at a price in ticks that need not be whole, without rounding. */
export function exactValue(instrument: Instrument, ticks: Rational, lots: number): Rational {
  const perLot = times(rationalOf(instrument.quantaPerTickLot), whole(lots));
  return instrument.kind === "linear" ? times(perLot, ticks) : over(perLot, ticks);
}

/** The price in ticks, unrounded, at which lots have a value: of an entry value the average opening price (INST-3). The value is not zero. */
export function ticksOfValue(instrument: Instrument, lots: number, value: Rational): Rational {
  const unit = exactValue(instrument, whole(1), lots);
  return instrument.kind === "linear" ? over(value, unit) : over(unit, value);
}

/** What a marginal table takes off value × rate in a tier, in quanta for bounds by value, in lots for bounds by lots (TIER-1). */
export function deductionOf(table: TierTable, index: number): { readonly amount: Rational; readonly given: boolean } {
  const { deduction } = table.tiers[index] as Tier;
  if (deduction !== null) return { amount: rationalOf(deduction), given: true };
  let amount = ZERO;
  for (let at = 1; at <= index; at++) {
    const [before, tier] = [table.tiers[at - 1] as Tier, table.tiers[at] as Tier];
    const step = minus(rationalOf(tier.maintenanceMarginRate), rationalOf(before.maintenanceMarginRate));
    amount = plus(amount, times(whole(before.upTo), step));
  }
  return { amount, given: false };
}

function exactMaintenance(table: TierTable, lots: number, value: Rational): Rational {
  const index = exactTier(table, lots, value);
  const margin = times(value, rationalOf((table.tiers[index] as Tier).maintenanceMarginRate));
  if (table.scheme === "flat") return margin;
  const { amount, given } = deductionOf(table, index);
  if (given || table.boundBy === "value") return most(ZERO, minus(margin, amount));
  return lots === 0 ? ZERO : most(ZERO, minus(margin, over(times(value, amount), whole(lots))));
}

/** Index of the tier of a size, judged by its unrounded value. */
function exactTier(table: TierTable, lots: number, value: Rational): number {
  if (table.boundBy === "lots") return tierNumber(table, lots, 0) - 1;
  const index = table.tiers.findIndex(({ upTo }) => compare(value, whole(upTo)) <= 0);
  return index < 0 ? table.tiers.length - 1 : index;
}
