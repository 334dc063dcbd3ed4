/** What samples count. */

/** What happened in an instrument since the sample before. */
export class Counts {
  volume = 0n;
  liquidations = 0;
  long = 0n;
  short = 0n;
  adl = 0n;

  traded(lots: bigint): void {
    this.volume += lots;
  }

  triggered(): void {
    this.liquidations += 1;
  }

  /** @param side of the position, by its sign */
  liquidated(side: bigint, value: bigint): void {
    if (side > 0n) this.long += value;
    else this.short += value;
  }

  deleveraged(value: bigint): void {
    this.adl += value;
  }

  clear(): void {
    this.volume = 0n;
    this.liquidations = 0;
    this.long = 0n;
    this.short = 0n;
    this.adl = 0n;
  }
}
