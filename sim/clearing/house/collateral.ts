/**
 * Assets as collateral (ACCT-6): what an amount is worth in dollars at its index price
 * less haircut, slice by slice, exact and rounded once. Dollars are whole millionths.
 * BigInt: rare work, done per asset and not per fill.
 */
import { OverflowError, type Ratio } from "../../venue/whole.ts";
import type { HaircutSlice } from "./setup.ts";

const MILLION = 1_000_000n;

/** An exact ratio of any size, its denominator positive. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * Worth of an amount in millionths of a dollar, half to even: a positive one slice by
 * slice less haircut, a negative one in full.
 * @param price dollars of one quantum
 */
export function worthOf(quanta: number, price: Ratio, haircuts: readonly HaircutSlice[]): number {
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  if (quanta < 0 || haircuts.length === 0) sum = { numerator: BigInt(quanta), denominator: 1n };
  else {
    let from = 0;
    haircuts.forEach((slice, index) => {
      const until = index === haircuts.length - 1 ? quanta : Math.min(quanta, slice.upTo);
      if (until > from) sum = plus(sum, partOf(BigInt(until - from), keptOf(slice.haircut)));
      from = Math.max(from, until);
    });
  }
  return toNumber(halfEven(sum.numerator * BigInt(price.numerator) * MILLION, sum.denominator * BigInt(price.denominator)));
}

/** A requirement in millionths of a dollar, rounded up. */
export function dollarsUp(quanta: number, price: Ratio): number {
  const product = BigInt(quanta) * BigInt(price.numerator) * MILLION;
  const divisor = BigInt(price.denominator);
  const quotient = product / divisor;
  return toNumber(product > 0n && product % divisor !== 0n ? quotient + 1n : quotient);
}

/** Whole quanta that an amount of millionths of a dollar buys at index, rounded down; 0 for none. */
export function quantaDown(millionths: number, price: Ratio): number {
  if (millionths <= 0) return 0;
  return toNumber((BigInt(millionths) * BigInt(price.denominator)) / (BigInt(price.numerator) * MILLION));
}

/** What a sale of collateral takes and gives. */
export interface Sale {
  readonly sold: number;
  readonly credited: number;
}

/** An asset without a table: one slice, nothing taken off. */
const NO_HAIRCUT: readonly HaircutSlice[] = [{ upTo: Number.MAX_SAFE_INTEGER, haircut: { numerator: 0, denominator: 1 } }];

/**
 * Sells of a wallet until a hole is closed: the least whole number of quanta whose exact
 * proceeds reach it. If all of it does not, all is sold and its proceeds, half to even,
 * are credited. An amount sold brings what it is worth itself, its slices counted from the
 * bottom: from the top, what counts nothing as collateral would be sold for nothing.
 * @param hole what is missing in the other asset, quanta, positive
 */
export function sell(wallet: number, haircuts: readonly HaircutSlice[], price: Ratio, hole: number, holePrice: Ratio): Sale {
  // One quantum sold at no haircut brings price ÷ holePrice quanta of the other asset.
  const numerator = BigInt(price.numerator) * BigInt(holePrice.denominator);
  const denominator = BigInt(price.denominator) * BigInt(holePrice.numerator);
  const slices = haircuts.length === 0 ? NO_HAIRCUT : haircuts;
  let proceeds: Fraction = { numerator: 0n, denominator: 1n };
  let sold = 0;
  for (let index = 0; index < slices.length && sold < wallet; index++) {
    const { upTo, haircut } = slices[index] as HaircutSlice;
    const until = index === slices.length - 1 ? wallet : Math.min(wallet, upTo);
    const kept = keptOf(haircut);
    const each: Fraction = { numerator: numerator * kept.numerator, denominator: denominator * kept.denominator };
    const all = plus(proceeds, partOf(BigInt(until - sold), each));
    if (all.numerator >= BigInt(hole) * all.denominator) {
      const missing = minus({ numerator: BigInt(hole), denominator: 1n }, proceeds);
      const needed = each.numerator === 0n ? 0n : ceiling(missing.numerator * each.denominator, missing.denominator * each.numerator);
      return { sold: sold + toNumber(needed), credited: hole };
    }
    proceeds = all;
    sold = until;
  }
  return { sold: wallet, credited: toNumber(halfEven(proceeds.numerator, proceeds.denominator)) };
}

function keptOf(haircut: Ratio): Fraction {
  return { numerator: BigInt(haircut.denominator) - BigInt(haircut.numerator), denominator: BigInt(haircut.denominator) };
}

function partOf(amount: bigint, fraction: Fraction): Fraction {
  return { numerator: amount * fraction.numerator, denominator: fraction.denominator };
}

function plus(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator };
}

function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator });
}

function ceiling(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator > 0n && numerator % denominator !== 0n ? quotient + 1n : quotient;
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  let quotient = numerator / denominator;
  let rest = numerator % denominator;
  if (rest < 0n) {
    quotient -= 1n;
    rest += denominator;
  }
  const twice = rest * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new OverflowError("collateral", value);
  return number;
}
