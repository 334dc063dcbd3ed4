/**
 * Whole-number arithmetic of money (UNIT-1, UNIT-3): products and quotients of safe
 * integers, rounded exactly once, as decimal arithmetic would give them.
 */

/** How the one rounding goes: towards −∞, towards +∞, or to the nearest with ties to even. */
export type Rounding = "down" | "up" | "half-even";

/** An exact ratio of two whole numbers, the denominator positive. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** An amount that does not fit in ±(2^53 − 1) (UNIT-1). */
export class OverflowError extends Error {
  override readonly name = "OverflowError";
  readonly what: string;
  readonly amount: bigint | number;

  /** @param what the account and the amount: `account 7 wallet` */
  constructor(what: string, amount: bigint | number) {
    super(`Cannot book ${what}: ${amount} is beyond ±(2^53 − 1)`);
    this.what = what;
    this.amount = amount;
  }
}

/** The error of an overflow that arithmetic raised without knowing for whom, naming the account; any other error as it is. */
export function overflowOf(account: number, error: unknown): unknown {
  if (!(error instanceof OverflowError) || error.what.includes("account")) return error;
  return new OverflowError(`account ${account}, ${error.what}`, error.amount);
}

/**
 * `value × ratio`, rounded once. Exact for every pair of safe integers: products that
 * leave the safe range go through BigInt.
 * @throws OverflowError when the result is no safe integer
 */
export function scale(value: number, ratio: Ratio, rounding: Rounding): number {
  return multiplyDivide(value, ratio.numerator, ratio.denominator, rounding);
}

/**
 * `a × b ÷ divisor`, rounded once; `divisor` is positive.
 * @throws OverflowError when the result is no safe integer
 */
export function multiplyDivide(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = a * b;
  // Only with room for one divisor more is every product below exact, and no quotient so near a whole number that it rounds to it.
  const most = Number.MAX_SAFE_INTEGER - divisor;
  if (product > most || product < -most) return wide(a, b, divisor, rounding);
  if (divisor === 1) return product + 0;
  const quotient = Math.floor(product / divisor);
  const remainder = product - quotient * divisor;
  // Adding 0 turns the -0 of a product like 0 × -1 into 0.
  if (remainder === 0 || rounding === "down") return quotient + 0;
  if (rounding === "up") return quotient + 1;
  const other = divisor - remainder;
  if (remainder > other || (remainder === other && quotient % 2 !== 0)) return quotient + 1;
  return quotient;
}

/** Products in doubles that differ by more than this part of their sizes are really as they seem: four times what rounding can do. */
const DOUBLES_TELL = 1 / 2 ** 51;

/** Compares `a × b` with `c × d` exactly: negative, zero or positive. */
export function compareProducts(a: number, b: number, c: number, d: number): number {
  const left = a * b;
  const right = c * d;
  const safe = Number.MAX_SAFE_INTEGER;
  if (Math.abs(left) <= safe && Math.abs(right) <= safe) return left - right;
  // Each double is within 2^-53 of its product; what is further apart needs no exact products.
  if (Math.abs(left - right) > (Math.abs(left) + Math.abs(right)) * DOUBLES_TELL) return left - right;
  const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/**
 * `a + b`, refused beyond the safe range.
 * @param what the account and the amount, for the error
 */
export function add(a: number, b: number, what: string): number {
  const sum = a + b;
  if (sum > Number.MAX_SAFE_INTEGER || sum < -Number.MAX_SAFE_INTEGER) throw new OverflowError(what, BigInt(a) + BigInt(b));
  return sum;
}

/** Veltkamp's splitter for doubles: 2^27 + 1. */
const SPLITTER = 134217729;
/** Up to here quotient and divisor leave every step of the division below exact. */
const DIVIDE_EXACTLY_MOST = 2 ** 50;

/**
 * A product beyond the safe range, divided exactly without BigInt: product and
 * quotient × divisor as unevaluated sums of two doubles (Dekker 1971), whose difference
 * is the remainder. What is too large for that goes through BigInt.
 */
function wide(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = a * b;
  let quotient = Math.floor(product / divisor);
  if (divisor > DIVIDE_EXACTLY_MOST || quotient > DIVIDE_EXACTLY_MOST || quotient < -DIVIDE_EXACTLY_MOST)
    return wider(a, b, divisor, rounding);
  const back = quotient * divisor;
  let remainder = product - back + (tailOf(a, b, product) - tailOf(quotient, divisor, back));
  while (remainder < 0) {
    quotient -= 1;
    remainder += divisor;
  }
  while (remainder >= divisor) {
    quotient += 1;
    remainder -= divisor;
  }
  if (remainder === 0 || rounding === "down") return quotient + 0;
  if (rounding === "up") return quotient + 1;
  const other = divisor - remainder;
  return remainder > other || (remainder === other && quotient % 2 !== 0) ? quotient + 1 : quotient;
}

/** What a product of doubles lost to rounding, exactly. */
function tailOf(a: number, b: number, product: number): number {
  const scaledA = SPLITTER * a;
  const highA = scaledA - (scaledA - a);
  const lowA = a - highA;
  const scaledB = SPLITTER * b;
  const highB = scaledB - (scaledB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

function wider(a: number, b: number, divisor: number, rounding: Rounding): number {
  const product = BigInt(a) * BigInt(b);
  const by = BigInt(divisor);
  let quotient = product / by;
  let remainder = product - quotient * by;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += by;
  }
  if (remainder !== 0n) {
    const twice = remainder * 2n;
    const nearestUp = twice > by || (twice === by && quotient % 2n !== 0n);
    if (rounding === "up" || (rounding === "half-even" && nearestUp)) quotient += 1n;
  }
  const result = Number(quotient);
  if (!Number.isSafeInteger(result)) throw new OverflowError("a product", quotient);
  return result;
}
