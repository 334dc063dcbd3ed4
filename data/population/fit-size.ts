/** Fits of position values: lognormal, a power law between two bounds, or the sample's quantiles. */

import { logAverage, quantileSorted } from "simple-statistics";
import { InputError } from "../../sim/kernel/input-error.ts";
import {
  amountText,
  distance,
  distanceTaken,
  type Fitted,
  type Moments,
  momentsOf,
  normalBelow,
  quantileParts,
  rounded,
} from "./statistics.ts";

/** The families that sizes may have. */
export const SIZE_FAMILIES = ["lognormal", "pareto", "quantiles"] as const;
export type SizeFamily = (typeof SIZE_FAMILIES)[number];

/** A family held against a sample. */
export interface Candidate {
  readonly family: string;
  readonly distance: number;
  readonly moments: Moments;
}

/** What was fitted to a sample, and how well. */
export interface Fit {
  readonly count: number;
  /** The field of `population`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly chosen: string;
  readonly candidates: readonly Candidate[];
  readonly sample: Moments;
}

/** The bounds of the parameters that `population` takes. */
const SPREAD_MOST = 4;
const [EXPONENT_LEAST, EXPONENT_MOST] = [0.01, 20] as const;
const STEPS = 200;

/**
 * Fits values of positions: of lognormal and power law the one that is nearer to the sample, by the
 * Kolmogorov–Smirnov distance, if it is near enough, else the sample's quantiles.
 * @param sorted rising, above 0, at least one
 * @param asked this family, however near
 * @throws InputError when the family asked for has no such member
 */
export function fitSize(sorted: readonly number[], asked: SizeFamily | null): Fit {
  const fitted = [lognormal(sorted), pareto(sorted), quantiles(sorted)].filter((one) => one !== null);
  if (asked !== null && !fitted.some(({ family }) => family === asked)) {
    const spread = rounded(momentsOf(sorted.map(Math.log)).deviation);
    const why = asked === "pareto" ? "all sizes are the same" : `the spread of sizes is ${spread}, above ${SPREAD_MOST}`;
    throw new InputError("size", `expected another family of sizes, got "${asked}": ${why}`);
  }
  return chosenOf(sorted, fitted, asked);
}

/**
 * The best of several fits: the nearest but the last, if that is near enough, else the last.
 * @param fitted the last one fits whatever there is
 */
export function chosenOf(sorted: readonly number[], fitted: readonly Fitted[], asked: string | null): Fit {
  const candidates = fitted.map((one) => ({ one, distance: distance(sorted, one.below) }));
  const byDistance = candidates.slice(0, -1).sort((a, b) => a.distance - b.distance);
  const nearest = byDistance.find((candidate) => candidate.distance <= distanceTaken(sorted.length)) ?? candidates.at(-1);
  const chosen = candidates.find(({ one }) => one.family === asked) ?? nearest;
  return {
    count: sorted.length,
    parameters: chosen?.one.parameters ?? {},
    chosen: chosen?.one.family ?? "",
    candidates: candidates.map(({ one, distance }) => ({ family: one.family, distance: rounded(distance), moments: shown(one.moments) })),
    sample: shown(momentsOf(sorted)),
  };
}

/** Moments with as many digits as mean something. */
export function shown({ mean, deviation }: Moments): Moments {
  return { mean: rounded(mean), deviation: rounded(deviation) };
}

/** By maximum likelihood: mean and standard deviation of logarithms. */
function lognormal(sorted: readonly number[]): Fitted | null {
  const logarithms = momentsOf(sorted.map(Math.log));
  const median = Math.exp(logarithms.mean);
  const spread = rounded(logarithms.deviation);
  if (spread > SPREAD_MOST) return null;
  const mean = median * Math.exp(spread ** 2 / 2);
  return {
    family: "lognormal",
    parameters: { median: amountText(median), spread },
    below: (x) => (spread === 0 ? Number(x >= median * (1 - 1e-9)) : normalBelow((Math.log(x) - logarithms.mean) / spread)),
    moments: { mean, deviation: mean * Math.sqrt(Math.expm1(spread ** 2)) },
  };
}

/**
 * A power law between the least and the most of the sample, its exponent by maximum
 * likelihood (Aban, Meerschaert, Panorska 2006, equation 5); null where all values are one.
 */
function pareto(sorted: readonly number[]): Fitted | null {
  const least = sorted[0] as number;
  const most = sorted.at(-1) as number;
  if (Number(amountText(most)) <= Number(amountText(least))) return null;
  const exponent = rounded(exponentOf(sorted, least, most));
  const below = -Math.expm1(exponent * Math.log(least / most));
  // Moments about 0 in units of the least.
  const moment = (power: number) => {
    const over = power - exponent;
    const integral = Math.abs(over) < 1e-9 ? Math.log(most / least) : Math.expm1(over * Math.log(most / least)) / over;
    return (exponent * integral) / below;
  };
  const mean = least * moment(1);
  return {
    family: "pareto",
    parameters: { distribution: "pareto", least: amountText(least), most: amountText(most), exponent },
    below: (x) => Math.min(1, Math.max(0, -Math.expm1(exponent * Math.log(least / x)) / below)),
    moments: { mean, deviation: Math.sqrt(Math.max(0, least ** 2 * moment(2) - mean ** 2)) },
  };
}

/** Where the derivative of the likelihood crosses zero: it falls. */
function exponentOf(sorted: readonly number[], least: number, most: number): number {
  const excess = logAverage([...sorted]) / least;
  const meanLog = Math.log(excess);
  const ratio = Math.log(least / most);
  const slope = (exponent: number) => 1 / exponent + (Math.exp(exponent * ratio) * ratio) / -Math.expm1(exponent * ratio) - meanLog;
  let [low, high] = [EXPONENT_LEAST, EXPONENT_MOST] as [number, number];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The sample's own, with even logarithms between them. */
function quantiles(sorted: readonly number[]): Fitted {
  const points = quantileParts(sorted.length).map((at) => ({ at, value: amountText(quantileSorted(sorted as number[], at)) }));
  const logs = points.map(({ at, value }) => ({ at, value: Math.log(Number(value)) }));
  return {
    family: "quantiles",
    parameters: { distribution: "quantiles", quantiles: points },
    below: (x) => partBelow(logs, Math.log(x)),
    moments: momentsOfSegments(logs, (from, to) => {
      const [a, b] = [Math.exp(from), Math.exp(to)];
      const width = to - from;
      return width === 0 ? [a, a ** 2] : [(b - a) / width, (b ** 2 - a ** 2) / (2 * width)];
    }),
  };
}

/** A point of a quantile table. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** The part below x by a quantile table with straight lines between its points. */
export function partBelow(points: readonly Point[], x: number): number {
  let below = 0;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    // Amounts are rounded: what is equal to a point but for that is at it.
    if (x >= to.value - 1e-9) below = to.at;
    else return x <= from.value ? below : below + ((to.at - from.at) * (x - from.value)) / (to.value - from.value);
  }
  return below;
}

/** Mean and deviation from the first two moments of each segment of a quantile table. */
export function momentsOfSegments(points: readonly Point[], of: (from: number, to: number) => readonly [number, number]): Moments {
  let [mean, square] = [0, 0];
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    const [first, second] = of(from.value, to.value);
    mean += (to.at - from.at) * first;
    square += (to.at - from.at) * second;
  }
  return { mean, deviation: Math.sqrt(Math.max(0, square - mean ** 2)) };
}
