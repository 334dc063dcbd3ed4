/** An asset in which something settles: money is counted in whole quanta of it (UNIT-1). */
export interface Asset {
  readonly symbol: string;
  /** Amount of one quantum, a positive decimal. */
  readonly quantum: string;
}
