/**
 * Liquidations of all instruments in columns, numbered in order of trigger: the terms of each, what rests
 * of it with the engine, and how the rest of it went. The row of the `liquidations`
 * table is made of it.
 */

import type { Takeover } from "./liquidation.ts";
import type { Position } from "./margin.ts";

/** What is known of a liquidation when it starts. */
export interface LiquidationStart {
  readonly account: number;
  /** Number of the instrument. */
  readonly instrument: number;
  readonly position: Position;
  readonly timeUs: number;
  readonly markTicks: number;
  readonly liquidationTicks: number;
  readonly notional: number;
  readonly equity: number;
  readonly requirement: number;
  readonly takeover: Takeover;
  readonly fee: number;
  /** `induced`: it would have passed at the shadow mark; `funding`: without the funding just paid (CASC-1). */
  readonly cause: "direct" | "induced" | "funding";
  /** The liquidation that induced it; −1 for any other cause, or when no displacement is left to name (CASC-2). */
  readonly parent: number;
}

/** The columns that grow by one with each liquidation. */
const COLUMNS = [
  ...(["restLots", "restValue", "order", "endTimeUs"] as const),
  ...(["marketLots", "fundLots", "adlLots", "residualLots", "surplus", "cover", "uncovered"] as const),
] as const;

/** All liquidations as plain data. */
export interface LiquidationsState {
  readonly starts: readonly LiquidationStart[];
  readonly columns: readonly Float64Array[];
}

export class Liquidations {
  readonly starts: LiquidationStart[] = [];
  /** Lots still with the engine, negative when it is short. */
  readonly restLots: number[] = [];
  /** Takeover value of those lots, quanta. */
  readonly restValue: number[] = [];
  /** Order that rests on the book for it; 0 for none. */
  readonly order: number[] = [];
  readonly endTimeUs: number[] = [];
  readonly marketLots: number[] = [];
  readonly fundLots: number[] = [];
  readonly adlLots: number[] = [];
  readonly residualLots: number[] = [];
  readonly surplus: number[] = [];
  readonly cover: number[] = [];
  readonly uncovered: number[] = [];
  get count(): number {
    return this.starts.length;
  }

  /** Starts one and returns its number. */
  start(start: LiquidationStart): number {
    const liquidation = this.starts.length;
    this.starts.push(start);
    this.restLots.push(start.position.lots);
    this.restValue.push(start.takeover.value);
    this.order.push(0);
    this.endTimeUs.push(Number.NaN);
    for (const column of [this.marketLots, this.fundLots, this.adlLots, this.residualLots, this.surplus, this.cover, this.uncovered]) {
      column.push(0);
    }
    return liquidation;
  }

  /** A copy of it all (TIME-4). */
  state(): LiquidationsState {
    return { starts: this.starts.slice(), columns: COLUMNS.map((name) => Float64Array.from(this[name])) };
  }

  /** Fills an empty list from a state. */
  restore({ starts, columns }: LiquidationsState): void {
    for (const start of starts) this.starts.push(start);
    COLUMNS.forEach((name, place) => {
      for (const number of columns[place] as Float64Array) this[name].push(number);
    });
  }
}
