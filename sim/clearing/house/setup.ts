/** What a clearing house is made of: rules, assets, contracts and accounts, all in whole units. */
import type { Instrument } from "../../venue/instrument.ts";
import type { MarginRules } from "../../venue/rules.ts";
import type { Ratio } from "../../venue/whole.ts";

/** A slice of an amount held as collateral and what is taken off its worth (ACCT-6). */
export interface HaircutSlice {
  /** Upper bound of the slice, quanta; 2^53 − 1 for no bound. The last slice also holds anything beyond. */
  readonly upTo: number;
  readonly haircut: Ratio;
}

/** An asset that accounts hold. */
export interface HouseAsset {
  readonly symbol: string;
  /** Slices from the first quantum up; none: no haircut. */
  readonly haircuts: readonly HaircutSlice[];
}

/** A contract and where it belongs. */
export interface HouseInstrument {
  readonly instrument: Instrument;
  /** Number of its settlement asset. */
  readonly asset: number;
  /** Number of its pool: product line, underlying and settlement asset (FUND-1). */
  readonly pool: number;
  /** First mark and last price, ticks. */
  readonly markTicks: number;
  readonly lastTicks: number;
}

/** `single`: each settlement asset stands alone; `multi`: all assets count at index less haircut (ACCT-6). */
export type AccountMode = "single" | "multi";

export interface HouseSetup {
  readonly rules: MarginRules;
  readonly assets: readonly HouseAsset[];
  readonly instruments: readonly HouseInstrument[];
  readonly poolCount: number;
  readonly accounts: readonly AccountMode[];
}
