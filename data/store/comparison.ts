/** What a comparison of two runs or two sweeps found: made by the laboratory, shown by the reports, printed as JSON. */

/** A field that two documents have otherwise; `undefined` where one does not have it. */
export interface FieldDifference {
  /** Dotted, such as `venue.fees.taker`. */
  readonly path: string;
  readonly first?: unknown;
  readonly second?: unknown;
}

/** Unit of a number: amounts are money of the settlement asset. */
export type ComparedUnit = "amount" | "count" | "ratio" | "seconds";

/** One of two runs. */
export interface ComparedRun {
  readonly directory: string;
  /** How charts and tables name it: unlike the other's. */
  readonly label: string;
  readonly scenario: string;
  readonly venue: string;
  /** Unit of amounts: the settlement asset of the first instrument. */
  readonly settle: string;
  readonly seed: number;
  readonly digest: string;
  readonly breakwater: string;
  readonly simulatedSeconds: number;
}

/** A headline number of both runs. Amounts are decimal text, as are their differences. */
export interface ComparedNumber {
  /** As in the tables of sweeps, such as `fund.maxDrawdown`. */
  readonly name: string;
  readonly unit: ComparedUnit;
  readonly meaning: string;
  readonly first: string | number | null;
  readonly second: string | number | null;
  /** Second less first; null when one is missing, or amounts are of different assets. */
  readonly difference: string | number | null;
  /** Second ÷ first; null when there is no difference, or the first is 0. */
  readonly ratio: number | null;
}

/** Two runs beside each other. */
export interface RunComparison {
  readonly kind: "run-comparison";
  /** Whether both have the same digest: then they are the same run, bit by bit (TIME-3). */
  readonly same: boolean;
  readonly first: ComparedRun;
  readonly second: ComparedRun;
  /** Fields of the resolved scenarios. */
  readonly scenario: readonly FieldDifference[];
  readonly numbers: readonly ComparedNumber[];
  /** What could not be compared, and why: one sentence each. */
  readonly notes: readonly string[];
}

/** Both ends included. */
export interface ComparedInterval {
  readonly low: number;
  readonly high: number;
}

/** A mean over runs, with Student's interval: none of a single run. */
export interface ComparedMean {
  readonly runs: number;
  readonly value: number;
  readonly interval: ComparedInterval | null;
}

/** Second less first. */
export interface ComparedDifference {
  /** `paired`: over runs that share their seeds; `independent`: two samples (Welch). */
  readonly method: "paired" | "independent";
  readonly value: number;
  /** None when the method has too few runs. */
  readonly standardError: number | null;
  readonly interval: ComparedInterval | null;
  /** Of `paired`. */
  readonly pairs: number | null;
  /** Of `paired`: 1 − var(difference) / (var(first) + var(second)); null when neither varies. */
  readonly varianceReduction: number | null;
}

/** A metric of a setting in both sweeps; a mean is null when all runs failed. */
export interface ComparedMetric {
  readonly first: ComparedMean | null;
  readonly second: ComparedMean | null;
  readonly difference: ComparedDifference | null;
}

/** A setting that both sweeps have. */
export interface ComparedSetting {
  /** One a factor. */
  readonly values: readonly (number | string)[];
  /** Its number in each. */
  readonly first: number;
  readonly second: number;
  /** Parallel to `metrics` of the comparison. */
  readonly metrics: readonly ComparedMetric[];
}

/** The share of runs with at least so much. */
export interface ExceedancePoint {
  readonly value: number;
  readonly share: number;
}

/** One of two sweeps. */
export interface ComparedSweep {
  readonly directory: string;
  readonly label: string;
  readonly plan: string;
  readonly scenario: string;
  /** Unit of amounts: the settlement asset of the first contract. */
  readonly settle: string;
  readonly settings: number;
  readonly runs: number;
  readonly failed: number;
  readonly breakwater: string;
}

/** Two sweeps beside each other. */
export interface SweepComparison {
  readonly kind: "sweep-comparison";
  /** Whether all runs of both have the same settings, seeds and digests. */
  readonly same: boolean;
  /** Of the intervals. */
  readonly confidence: number;
  readonly first: ComparedSweep;
  readonly second: ComparedSweep;
  readonly plan: readonly FieldDifference[];
  readonly scenario: readonly FieldDifference[];
  readonly factors: readonly string[];
  readonly metrics: readonly { readonly name: string; readonly unit: ComparedUnit; readonly meaning: string }[];
  /** In the order of the first sweep. */
  readonly settings: readonly ComparedSetting[];
  /** Settings that only one of them has, by number. */
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  /** Over the runs of the settings that both have, or of all where they have none in common; parallel to `metrics`. */
  readonly exceedance: readonly { readonly first: readonly ExceedancePoint[]; readonly second: readonly ExceedancePoint[] }[];
  readonly notes: readonly string[];
}
