/** How far a distribution is from a sample, and the moments of both. */
import { errorFunction, mean, standardDeviation } from "simple-statistics";

/** A fitted distribution. */
export interface Fitted {
  readonly family: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The part of all that is at most x. */
  readonly below: (x: number) => number;
  readonly moments: Moments;
}

/** Mean and standard deviation. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Standard normal: the part below x. */
export function normalBelow(x: number): number {
  return (1 + errorFunction(x / Math.SQRT2)) / 2;
}

/** Mean and standard deviation of a sample, both over its number. */
export function momentsOf(sample: readonly number[]): Moments {
  return { mean: mean([...sample]), deviation: standardDeviation([...sample]) };
}

/** The Kolmogorov–Smirnov distance: the most by which the parts below any x differ. */
export function distance(sorted: readonly number[], below: (x: number) => number): number {
  const count = sorted.length;
  let most = 0;
  let place = 0;
  while (place < count) {
    const x = sorted[place] as number;
    let next = place + 1;
    while (next < count && sorted[next] === x) next += 1;
    const expected = below(x);
    // What is fitted may jump at x as the sample does; to the left of it there is what is below a little less.
    const before = below(x - Math.abs(x) * 1e-6 - 1e-8);
    most = Math.max(most, Math.abs(before - place / count), Math.abs(next / count - expected));
    place = next;
  }
  return most;
}

/** The same between two samples. */
export function distanceBetween(one: readonly number[], other: readonly number[]): number {
  let [left, right, most] = [0, 0, 0];
  while (left < one.length && right < other.length) {
    const x = Math.min(one[left] as number, other[right] as number);
    while (left < one.length && (one[left] as number) <= x) left += 1;
    while (right < other.length && (other[right] as number) <= x) right += 1;
    most = Math.max(most, Math.abs(left / one.length - right / other.length));
  }
  return most;
}

/**
 * The distance up to which a family is taken: a twentieth, or in small samples what chance
 * alone exceeds once in twenty (the asymptotic 1.36 ÷ √n).
 */
export function distanceTaken(count: number): number {
  return Math.max(0.05, 1.36 / Math.sqrt(count));
}

/** Parts at which a quantile table has points: those beyond which the sample still has some. */
export function quantileParts(count: number): number[] {
  const middle = Array.from({ length: 19 }, (_, step) => (step + 1) / 20);
  const parts = [0, 0.001, 0.005, 0.01, 0.02, ...middle, 0.98, 0.99, 0.995, 0.999, 1];
  return parts.filter((part) => part === 0 || part === 1 || count * Math.min(part, 1 - part) >= 1);
}

/** Six digits: more than any sample tells. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** An amount as decimal text: cents, or millionths of what is less than one. */
export function amountText(value: number): string {
  const text = value >= 1 ? value.toFixed(2) : Math.max(value, 1e-6).toFixed(6);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
