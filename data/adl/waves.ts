/** Measures over a series of ADL events ("waves"), as arXiv 2602.15182 compares policies by them. */

/** One event under one policy. */
export interface Wave {
  /** What the bankrupts lacked. */
  readonly needed: number;
  /** What was taken from counterparties. */
  readonly taken: number;
  /** The largest haircut as a part of what it was taken from. */
  readonly largestShare: number;
  /** The same under the benchmark, the min-max integer programme. */
  readonly benchmarkShare: number;
}

/** Sums over events, in the unit of the waves. */
export interface WaveTotals {
  readonly needed: number;
  readonly taken: number;
  /** Σ max(taken − needed, 0). */
  readonly overshootGross: number;
  /** Σ (taken − needed): events that took too little hide those that took too much. */
  readonly overshootNet: number;
  /** Σ (|taken − needed| + needed × |largest share − the benchmark's|). */
  readonly objective: number;
}

/** Sums up a series of events. */
export function waveTotals(waves: readonly Wave[]): WaveTotals {
  const totals = { needed: 0, taken: 0, overshootGross: 0, overshootNet: 0, objective: 0 };
  for (const { needed, taken, largestShare, benchmarkShare } of waves) {
    totals.needed += needed;
    totals.taken += taken;
    totals.overshootGross += Math.max(taken - needed, 0);
    totals.overshootNet += taken - needed;
    totals.objective += Math.abs(taken - needed) + needed * Math.abs(largestShare - benchmarkShare);
  }
  return totals;
}
