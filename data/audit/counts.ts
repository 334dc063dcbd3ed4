/** What samples count. */
import type { RebuiltLiquidation } from "./engine.ts";

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

  liquidated({ side, notional }: RebuiltLiquidation): void {
    this.liquidations += 1;
    if (side === "long") this.long += notional;
    else this.short += notional;
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
