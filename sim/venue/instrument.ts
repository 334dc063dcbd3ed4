/** A contract, in whole units, its value and its profit (INST-1, INST-2, INST-6). */
import type { TierTable } from "./tiers.ts";
import { multiplyDivide, OverflowError, type Ratio, type Rounding } from "./whole.ts";

/** Trading fees as parts of value (ORDER-3). */
export interface Fees {
  /** May be negative: a rebate. */
  readonly maker: Ratio;
  readonly taker: Ratio;
  readonly liquidation: Ratio;
}

/**
 * A contract. Linear: it settles in the quote asset, value = price × size × multiplier.
 * Inverse: it settles in the base asset, value = face value × multiplier × size ÷ price.
 */
export interface Instrument {
  readonly symbol: string;
  readonly kind: "linear" | "inverse";
  readonly productLine: "perpetual" | "delivery";
  /** When a delivery contract settles, microseconds since the epoch; null for a perpetual. */
  readonly expiryUs: number | null;
  readonly underlying: string;
  readonly settleAsset: string;
  /** Price of one tick, size of one lot in contracts and multiplier of one contract, positive decimals. */
  readonly tickSize: string;
  readonly lotSize: string;
  readonly multiplier: string;
  /** Amount of the quote asset that one inverse contract stands for, a positive decimal; null for a linear one. */
  readonly faceValue: string | null;
  /**
   * Linear: value of one lot at a price of one tick, `V = ticks × lots × ratio`. Inverse:
   * the same, `V = lots × ratio ÷ ticks`. In quanta of the settlement asset.
   */
  readonly quantaPerTickLot: Ratio;
  readonly tiers: TierTable;
  readonly fees: Fees;
}

/** Name of the pool that pays for its losses: product line, underlying and settlement asset (FUND-1). */
export function poolNameOf({ productLine, underlying, settleAsset }: Instrument): string {
  return `${productLine}/${underlying}/${settleAsset}`;
}

/**
 * `V(p, |q|)` in quanta: the value of `lots` contracts at `ticks`, never negative,
 * rounded half to even unless told (INST-1, INST-2, UNIT-3).
 * @param ticks of an inverse contract: at least 1
 * @throws OverflowError beyond 2^53 − 1, and for an inverse contract at a price of nothing
 */
export function valueOf(instrument: Instrument, ticks: number, lots: number, rounding: Rounding = "half-even"): number {
  const { numerator, denominator } = instrument.quantaPerTickLot;
  const size = Math.abs(lots);
  // The common case stays so small that it is compiled into its callers, where its result needs no box.
  if (denominator === 1 && instrument.kind === "linear") {
    const value = ticks * size * numerator;
    if (value <= Number.MAX_SAFE_INTEGER) return value;
  }
  return instrument.kind === "linear"
    ? linearValue(ticks, size, numerator, denominator, rounding)
    : inverseValue(ticks, size, numerator, denominator, rounding);
}

/**
 * Profit in quanta of `lots` (signed) opened for `entryValue` and closed for `exitValue`:
 * a linear long gains what the value gains (INST-1), an inverse long what it loses (INST-2).
 */
export function profitOf(instrument: Instrument, lots: number, entryValue: number, exitValue: number): number {
  return lots > 0 === (instrument.kind === "linear") ? exitValue - entryValue : entryValue - exitValue;
}

function linearValue(ticks: number, size: number, numerator: number, denominator: number, rounding: Rounding): number {
  const scaled = size * numerator;
  if (Number.isSafeInteger(scaled)) return multiplyDivide(ticks, scaled, denominator, rounding);
  // So large a size is rare: one exact product, then the ratio.
  return bigValue(BigInt(ticks) * BigInt(size) * BigInt(numerator), BigInt(denominator), rounding);
}

function inverseValue(ticks: number, size: number, numerator: number, denominator: number, rounding: Rounding): number {
  if (size === 0) return 0;
  if (ticks <= 0) throw new OverflowError("the value of an inverse position at no price", Number.POSITIVE_INFINITY);
  const divisor = denominator * ticks;
  if (Number.isSafeInteger(divisor)) return multiplyDivide(size, numerator, divisor, rounding);
  return bigValue(BigInt(size) * BigInt(numerator), BigInt(denominator) * BigInt(ticks), rounding);
}

function bigValue(product: bigint, divisor: bigint, rounding: Rounding): number {
  const quotient = product / divisor;
  const rest = product % divisor;
  const twice = rest * 2n;
  const up = rounding === "up" ? rest > 0n : rounding === "half-even" && (twice > divisor || (twice === divisor && quotient % 2n !== 0n));
  const value = up ? quotient + 1n : quotient;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new OverflowError("the value of a position", value);
  return Number(value);
}
