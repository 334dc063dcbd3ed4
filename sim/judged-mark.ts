/** Where a mark stands, for judging and for the cause of what fails (CASC-1). */
export interface JudgedMark {
  readonly timeUs: number;
  readonly markTicks: number;
  readonly shadowMarkTicks: number;
  /** The mark before this one; this one at the first. */
  readonly previousMarkTicks: number;
  /** The liquidation that displaces the mid most in a direction, −1 for none. */
  strongest(direction: -1 | 1): number;
  /** How far it does, ticks. */
  strongestTicks(direction: -1 | 1): number;
  /** What funding at this mark took from the account's margin, quanta; left out: nothing from anybody. */
  fundingPaid?(account: number): number;
}
