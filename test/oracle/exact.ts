/**
 * Decimal arithmetic for the oracle: enough digits that a quotient of amounts is never
 * taken for a tie or a whole number it is not, and the roundings of UNIT-3.
 */
import { Decimal } from "decimal.js";

export const Exact = Decimal.clone({ precision: 100, toExpNeg: -200, toExpPos: 200 });
export type Exact = Decimal;

export const exact = (value: Decimal.Value): Exact => new Exact(value);
export const zero = exact(0);

/** UNIT-3: values. */
export const halfEven = (amount: Exact): Exact => amount.toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
/** UNIT-3: fees and requirements. */
export const up = (amount: Exact): Exact => amount.toDecimalPlaces(0, Decimal.ROUND_CEIL);

export const sum = (amounts: readonly Exact[]): Exact => amounts.reduce((total, amount) => total.plus(amount), zero);
export const least = (...amounts: Exact[]): Exact => Exact.min(...amounts);
export const most = (...amounts: Exact[]): Exact => Exact.max(...amounts);

/**
 * UNIT-3: `total` shared by weight in whole quanta, largest remainder first, ties to the
 * earlier of the list; the shares add up to the total.
 */
export function shares(total: Exact, weights: readonly Exact[]): Exact[] {
  const whole = sum(weights);
  if (whole.isZero()) return weights.map(() => zero);
  const given = weights.map((weight) => total.times(weight).divToInt(whole));
  const left = total.minus(sum(given)).toNumber();
  // Over one denominator, so that equal remainders are equal.
  const remainders = weights.map((weight, index) => total.times(weight).minus((given[index] as Exact).times(whole)));
  const order = weights.map((_, index) => index);
  const remainder = (index: number) => remainders[index] as Exact;
  order.sort((a, b) => remainder(b).comparedTo(remainder(a)) || a - b);
  for (const index of order.slice(0, left)) given[index] = (given[index] as Exact).plus(1);
  return given;
}
