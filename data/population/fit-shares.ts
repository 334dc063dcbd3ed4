/** Fits of what few values have: leverage, entry prices, margin modes, numbers of contracts. */
import { quantileSorted, sampleCorrelation } from "simple-statistics";
import { chosenOf, type Fit, momentsOfSegments, partBelow, shown } from "./fit-size.ts";
import type { HolderSample } from "./sample.ts";
import { type Moments, momentsOf, normalBelow, quantileParts, rounded } from "./statistics.ts";

/** Settings to which measured leverage is attributed, the nearest by ratio. */
const SETTINGS = [1, 2, 3, 5, 10, 15, 20, 25, 50, 75, 100, 125, 150, 200, 500, 1000];
/** More different ones than these are taken for measurements and not for settings. */
const SETTINGS_MOST = 40;
/** What depends on size is told by quarters of sizes, where there are so many and the correlation is so large. */
const QUARTERS = [0.25, 0.5, 0.75, 1] as const;
const CORRELATION_LEAST = 0.1;
const QUARTERS_COUNT_LEAST = 400;

/** An entry of `leverage`. */
interface Weighted<Value> {
  readonly value: Value;
  readonly weight: number;
}

/** Leverage as fitted. */
export interface LeverageFit {
  readonly count: number;
  /** Whether the sample has settings, or measurements that were attributed to settings. */
  readonly of: "settings" | "measurements";
  readonly leverage: readonly Weighted<string>[];
  /** Where it depends on size. */
  readonly leverageBySize?: readonly { readonly upTo: number; readonly leverage: readonly Weighted<string>[] }[];
  /** Between the logarithms of value and leverage; null where one of them is the same everywhere. */
  readonly correlation: number | null;
  readonly sample: Moments;
  readonly fitted: Moments;
}

/** @param pairs at least one, each with a leverage from 1 to 1000 */
export function fitLeverage(pairs: readonly { readonly value: number; readonly leverage: number }[]): LeverageFit {
  const rounding = pairs.map(({ leverage }) => Math.round(leverage * 100) / 100);
  const isOfSettings =
    new Set(rounding).size <= SETTINGS_MOST && pairs.every(({ leverage }, row) => Math.abs(leverage - (rounding[row] as number)) < 1e-9);
  const settings = isOfSettings ? rounding : pairs.map(({ leverage }) => nearest(leverage));
  const leverage = weightsOf(settings);
  const correlation = correlationOf(
    pairs.map(({ value }) => Math.log(value)),
    pairs.map((pair) => Math.log(pair.leverage)),
  );
  const quarters = dependsOnSize(pairs.length, correlation)
    ? quarterRows(pairs.map(({ value }) => value)).map((rows, quarter) => ({
        upTo: QUARTERS[quarter] as number,
        leverage: textOf(weightsOf(rows.map((row) => settings[row] as number))),
      }))
    : undefined;
  return {
    count: pairs.length,
    of: isOfSettings ? "settings" : "measurements",
    leverage: textOf(leverage),
    ...(quarters === undefined ? {} : { leverageBySize: quarters }),
    correlation,
    sample: shown(momentsOf(pairs.map((pair) => pair.leverage))),
    fitted: shown(momentsOf(settings)),
  };
}

/** Shares of holders in cross margin, of all and, where it depends on size, by quarters of sizes. */
export interface CrossFit {
  readonly count: number;
  readonly crossShare: number;
  readonly crossShareBySize?: readonly { readonly upTo: number; readonly share: number }[];
  readonly correlation: number | null;
}

/** @param holders value of all positions, and 1 for cross; at least one */
export function fitCross(holders: readonly { readonly value: number; readonly isCross: number }[]): CrossFit {
  const share = (rows: readonly number[]) => rounded(rows.filter((row) => holders[row]?.isCross === 1).length / rows.length);
  const correlation = correlationOf(
    holders.map(({ value }) => Math.log(value)),
    holders.map(({ isCross }) => isCross),
  );
  const quarters = dependsOnSize(holders.length, correlation)
    ? quarterRows(holders.map(({ value }) => value)).map((rows, quarter) => ({ upTo: QUARTERS[quarter] as number, share: share(rows) }))
    : undefined;
  return {
    count: holders.length,
    crossShare: share([...holders.keys()]),
    ...(quarters === undefined ? {} : { crossShareBySize: quarters }),
    correlation,
  };
}

/** The bounds of what `population.entry` takes. */
export const [ENTRY_LEAST, ENTRY_MOST] = [-0.99, 9] as const;
const DEVIATION_MOST = 2;

/** Entry ÷ mark − 1 of one side: normal if that is near enough, else the sample's quantiles. */
export function fitEntries(sorted: readonly number[]): Fit {
  const { mean, deviation } = momentsOf(sorted);
  const points = quantileParts(sorted.length).map((at) => ({ at, value: rounded(quantileSorted(sorted as number[], at)) }));
  const normal = {
    family: "normal",
    parameters: { mean: rounded(mean), deviation: rounded(Math.min(DEVIATION_MOST, deviation)) },
    below: (x: number) => (deviation === 0 ? Number(x >= mean - 1e-9) : normalBelow((x - mean) / deviation)),
    moments: { mean, deviation },
  };
  const table = {
    family: "quantiles",
    parameters: { quantiles: points },
    below: (x: number) => partBelow(points, x),
    moments: momentsOfSegments(points, (from, to) => [(from + to) / 2, (from ** 2 + from * to + to ** 2) / 3]),
  };
  return chosenOf(sorted, [normal, table], null);
}

/** In how many contracts holders have positions, and what part of them both sides of one. */
export function fitHoldings({ count, holders, holder, instrument, side }: HolderSample): {
  readonly instrumentsEach: readonly Weighted<number>[];
  readonly hedgedShare: number;
} {
  const contracts = Array.from({ length: holders }, () => new Set<number>());
  const legs = new Set<string>();
  const hedgers = new Set<number>();
  for (let row = 0; row < count; row++) {
    const [whose, contract] = [holder[row] as number, instrument[row] as number];
    contracts[whose]?.add(contract);
    legs.add(`${whose}/${contract}/${side[row]}`);
    if (legs.has(`${whose}/${contract}/${-(side[row] as number)}`) && side[row] !== 0) hedgers.add(whose);
  }
  return { instrumentsEach: weightsOf(contracts.map(({ size }) => Math.min(size, 64))), hedgedShare: rounded(hedgers.size / holders) };
}

function weightsOf(values: readonly number[]): Weighted<number>[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([value, count]) => ({ value, weight: rounded(count / values.length) }));
}

function textOf(weights: readonly Weighted<number>[]): Weighted<string>[] {
  return weights.map(({ value, weight }) => ({ value: String(value), weight }));
}

function nearest(leverage: number): number {
  const logarithm = Math.log(leverage);
  return SETTINGS.reduce((best, one) => (Math.abs(Math.log(one) - logarithm) < Math.abs(Math.log(best) - logarithm) ? one : best));
}

function correlationOf(one: number[], other: number[]): number | null {
  if (one.length < 3) return null;
  const correlation = sampleCorrelation(one, other);
  return Number.isFinite(correlation) ? rounded(correlation) : null;
}

function dependsOnSize(count: number, correlation: number | null): boolean {
  return count >= QUARTERS_COUNT_LEAST && correlation !== null && Math.abs(correlation) >= CORRELATION_LEAST;
}

/** Rows by quarters of their values' ranks. */
function quarterRows(values: readonly number[]): number[][] {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  return QUARTERS.map((upTo) => order.slice(Math.floor((upTo - 0.25) * order.length), Math.floor(upTo * order.length)));
}
