/** Random candidates for tests of ADL policies, and what an event asks of them. */
import fc from "fast-check";
import type { AdlCandidates, AdlFill, AdlPolicy, AdlRequest } from "../../../../sim/clearing/adl/policy.ts";

/** A candidate: shorts against a bankrupt long, so that they gain what the price falls. */
export interface Row {
  readonly account: number;
  readonly lots: number;
  readonly profit: number;
  readonly value: number;
  readonly equity: number;
  readonly leverage: number;
  readonly others: number;
  readonly requirement: number;
}

export const columns = (rows: readonly Row[]): AdlCandidates => ({
  account: rows.map(({ account }) => account),
  lots: rows.map(({ lots }) => lots),
  entryValue: rows.map(({ value, profit }) => value + profit),
  value: rows.map(({ value }) => value),
  profit: rows.map(({ profit }) => profit),
  equity: rows.map(({ equity }) => equity),
  leverageHundredths: rows.map(({ leverage }) => leverage),
  grossNotional: rows.map(({ value, others }) => value + others),
  requirement: rows.map(({ requirement }) => requirement),
});

/** A request for lots that are worth 100 each at mark and 105 at the price: each costs who closes it 5. */
export const request = (lots: number, cost = 5): AdlRequest => ({
  bankruptSide: 1,
  lots,
  markValue: 100 * lots,
  priceValue: (100 + cost) * lots,
});

/** Many ties, and amounts from nothing to ones whose products doubles cannot hold. */
export const rows = (most = 1e9, mostLots = 50) =>
  fc.uniqueArray(
    fc
      .record({
        account: fc.integer({ min: 3, max: 400 }),
        lots: fc.integer({ min: 1, max: mostLots }),
        profit: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -most, max: most }), fc.constantFrom(most, most - 1)),
        value: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: most })),
        equity: fc.oneof(fc.integer({ min: -5, max: 30 }), fc.integer({ min: 1, max: most })),
        leverage: fc.oneof(fc.constantFrom(100, 1_000, 12_500), fc.integer({ min: 100, max: 12_500 })),
        others: fc.integer({ min: 0, max: 1_000 }),
        requirement: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: most })),
      })
      // A short's entry value is what it is worth and what it has gained, and not negative.
      .map((row): Row => ({ ...row, value: Math.max(row.value, 1 - row.profit) })),
    { selector: ({ account }) => account, maxLength: 30 },
  );

/** Lots by account. */
export function closedBy(policy: AdlPolicy, list: readonly Row[], asked: AdlRequest): Map<number, number> {
  const fills = policy.choose(asked, columns(list), new Map());
  return new Map(fills.map(({ candidate, lots }) => [(list[candidate] as Row).account, lots]));
}

export const withoutScore = (fills: readonly AdlFill[]) => fills.map(({ candidate, lots }) => ({ candidate, lots }));

/** A fraction of whole numbers; the denominator is 0 for one without bound. */
export type Fraction = readonly [over: bigint, under: bigint];

/** Compares fractions by the obvious rule; two without bound on the same side are the same. */
export function compareFractions([a, b]: Fraction, [c, d]: Fraction): number {
  const sideOf = (over: bigint, under: bigint) => (over === 0n || under !== 0n ? 0n : over > 0n ? 1n : -1n);
  const sides = sideOf(a, b) - sideOf(c, d);
  if (sides !== 0n || sideOf(a, b) !== 0n) return Number(sides);
  const difference = a * (d === 0n ? 1n : d) - c * (b === 0n ? 1n : b);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}
