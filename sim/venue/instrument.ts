/** A contract, in whole units, and its value (INST-1, INST-6). */
import type { Tier } from "./tiers.ts";
import { multiplyDivide, OverflowError, type Ratio, type Rounding } from "./whole.ts";

/** Trading fees as parts of value (ORDER-3). */
export interface Fees {
  /** May be negative: a rebate. */
  readonly maker: Ratio;
  readonly taker: Ratio;
  readonly liquidation: Ratio;
}

/** A linear perpetual: it settles in the quote currency, value = price × size × multiplier. */
export interface Instrument {
  readonly symbol: string;
  readonly kind: "linear";
  readonly productLine: "perpetual";
  readonly underlying: string;
  readonly settleAsset: string;
  /** Price of one tick, size of one lot in contracts and base amount of one contract, positive decimals. */
  readonly tickSize: string;
  readonly lotSize: string;
  readonly multiplier: string;
  /** Value of one lot at a price of one tick, in quanta of the settlement asset. */
  readonly quantaPerTickLot: Ratio;
  readonly tiers: readonly Tier[];
  readonly fees: Fees;
}

/**
 * `V(p, |q|)` in quanta: the value of `lots` contracts at `ticks`, never negative,
 * rounded half to even (INST-1, UNIT-3).
 * @throws OverflowError beyond 2^53 − 1
 */
export function valueOf(instrument: Instrument, ticks: number, lots: number, rounding: Rounding = "half-even"): number {
  const { numerator, denominator } = instrument.quantaPerTickLot;
  const size = Math.abs(lots) * numerator;
  if (Number.isSafeInteger(size)) return multiplyDivide(ticks, size, denominator, rounding);
  // So large a size is rare: one exact product, then the ratio.
  return Number(bigValue(BigInt(ticks) * BigInt(Math.abs(lots)) * BigInt(numerator), BigInt(denominator), rounding));
}

function bigValue(product: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = product / divisor;
  const twice = (product % divisor) * 2n;
  const up = rounding === "up" ? twice > 0n : rounding === "half-even" && (twice > divisor || (twice === divisor && quotient % 2n !== 0n));
  const value = up ? quotient + 1n : quotient;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new OverflowError("the value of a position", value);
  return value;
}
