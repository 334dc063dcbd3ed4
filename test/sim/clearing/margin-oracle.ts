/**
 * Margin of an isolated position of a linear contract, written from the clauses with
 * decimal arithmetic: slow and obvious. It shares nothing with the clearing house but
 * the words.
 */
import { Decimal } from "decimal.js";

const Exact = Decimal.clone({ precision: 120 });

export interface OracleRules {
  readonly closingFeeInPositionMargin: "once" | "twice";
  readonly maintenanceIncludesClosingFee: boolean;
  readonly closingFeeRate: "taker" | "liquidation";
  readonly triggerAt: "at-or-below" | "below";
  readonly bankruptcyAt: "closing-fee" | "zero";
}

export interface OracleContract {
  /** Quanta of one lot at one tick, as a fraction. */
  readonly quantaPerTickLot: { readonly numerator: number; readonly denominator: number };
  readonly tiers: readonly { readonly upToLots: number; readonly rate: string }[];
  readonly taker: string;
  readonly liquidation: string;
}

export interface OraclePosition {
  readonly lots: number;
  readonly entryValue: number;
  readonly margin: number;
}

/** INST-1 before rounding: price × size × multiplier. */
export function exactValue(contract: OracleContract, ticks: number, lots: number): Decimal {
  const { numerator, denominator } = contract.quantaPerTickLot;
  return new Exact(ticks).times(Math.abs(lots)).times(numerator).div(denominator);
}

/** UNIT-3: values are rounded half to even. */
export function value(contract: OracleContract, ticks: number, lots: number): Decimal {
  return exactValue(contract, ticks, lots).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
}

/** UNIT-3: fees are rounded up. */
export function fee(amount: Decimal.Value, rate: string): Decimal {
  return new Exact(amount).times(rate).toDecimalPlaces(0, Decimal.ROUND_CEIL);
}

/** MARGIN-1: value / leverage + closing fee (MARGIN-2), once or twice. */
export function initialMargin(contract: OracleContract, rules: OracleRules, amount: number, leverageHundredths: number): Decimal {
  const part = new Exact(amount).times(100).div(leverageHundredths).toDecimalPlaces(0, Decimal.ROUND_CEIL);
  return part.plus(fee(amount, closingRate(contract, rules)).times(rules.closingFeeInPositionMargin === "twice" ? 2 : 1));
}

/** TIER-1: upper bounds are inclusive. */
export function maintenanceRate(contract: OracleContract, lots: number): string {
  const found = contract.tiers.filter((tier) => Math.abs(lots) <= tier.upToLots)[0] ?? contract.tiers[contract.tiers.length - 1];
  return found?.rate as string;
}

/** MARGIN-2: which rate the closing fee of the requirement has. */
export function closingRate(contract: OracleContract, rules: OracleRules): string {
  return rules.closingFeeRate === "liquidation" ? contract.liquidation : contract.taker;
}

/** MARGIN-2: maintenance margin + closing fee, the fee exactly once, and only if the venue counts it. */
export function requirement(contract: OracleContract, rules: OracleRules, lots: number, amount: Decimal.Value): Decimal {
  const maintenance = new Exact(amount).times(maintenanceRate(contract, lots)).toDecimalPlaces(0, Decimal.ROUND_CEIL);
  return rules.maintenanceIncludesClosingFee ? maintenance.plus(fee(amount, closingRate(contract, rules))) : maintenance;
}

/** MARGIN-3, MARK-5: position margin + profit of closing at the mark. */
export function equity(contract: OracleContract, position: OraclePosition, ticks: number): Decimal {
  const profit = value(contract, ticks, position.lots).minus(position.entryValue);
  return new Exact(position.margin).plus(position.lots > 0 ? profit : profit.negated());
}

/** MARGIN-3: equity / requirement ≤ 1, or < 1; a requirement of zero is healthy (UNIT-3). */
export function isAtRisk(contract: OracleContract, rules: OracleRules, position: OraclePosition, ticks: number): boolean {
  const needed = requirement(contract, rules, position.lots, value(contract, ticks, position.lots));
  if (needed.isZero()) return false;
  const ratio = equity(contract, position, ticks).div(needed);
  return rules.triggerAt === "below" ? ratio.lessThan(1) : ratio.lessThanOrEqualTo(1);
}

/**
 * MARGIN-4: solved without rounding, then judged tick by tick around it, as far as
 * rounding can shift it. For a long the highest tick at risk, 0 for none; for a short
 * the lowest, Infinity for none.
 */
export function liquidationTicks(contract: OracleContract, rules: OracleRules, position: OraclePosition): number {
  const long = position.lots > 0;
  const rate = new Exact(maintenanceRate(contract, position.lots)).plus(
    rules.maintenanceIncludesClosingFee ? closingRate(contract, rules) : 0,
  );
  if (!long && rate.isZero()) return Number.POSITIVE_INFINITY;
  const perTick = exactValue(contract, 1, position.lots);
  const owed = long ? new Exact(position.entryValue).minus(position.margin) : new Exact(position.entryValue).plus(position.margin);
  const middle = Math.floor(owed.div(perTick.times(long ? new Exact(1).minus(rate) : rate.plus(1))).toNumber());
  const window = 3 + Math.ceil(8 / perTick.toNumber());
  if (long) {
    for (let ticks = middle + window; ticks >= Math.max(1, middle - window); ticks--) {
      if (isAtRisk(contract, rules, position, ticks)) return ticks;
    }
    return 0;
  }
  for (let ticks = Math.max(1, middle - window); ticks <= middle + window; ticks++) {
    if (isAtRisk(contract, rules, position, ticks)) return ticks;
  }
  throw new Error("no tick near the solution is at risk");
}

/** MARGIN-5: the value V with margin + profit(V) = 0, or = V × closing rate. */
export function bankruptcyValue(contract: OracleContract, rules: OracleRules, position: OraclePosition): Decimal {
  const long = position.lots > 0;
  const rate = new Exact(rules.bankruptcyAt === "zero" ? 0 : closingRate(contract, rules));
  // Long: margin + V − entry = V·rate. Short: margin + entry − V = V·rate.
  const solved = long
    ? new Exact(position.entryValue).minus(position.margin).div(new Exact(1).minus(rate))
    : new Exact(position.entryValue).plus(position.margin).div(rate.plus(1));
  return Decimal.max(0, solved).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
}

/** MARGIN-5: true when closing all lots at a price costs the pool nothing against the takeover value. */
export function poolDoesNotLose(contract: OracleContract, lots: number, takeover: number, ticks: number): boolean {
  const paid = exactValue(contract, ticks, lots);
  return lots > 0 ? paid.greaterThanOrEqualTo(takeover) : paid.lessThanOrEqualTo(takeover);
}
