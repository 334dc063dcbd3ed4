/**
 * Liquidations of all instruments in columns, numbered in order of trigger: the terms of each, what rests
 * of it with the engine, and how the rest of it went. The row of the `liquidations`
 * table is made of it.
 */

import type { Takeover } from "./liquidation.ts";
import type { Position } from "./margin.ts";

/**
 * `funding`: it would have passed without the funding just paid; `adl`: with what auto-deleveraging just closed
 * of it; `levy`: without what it was just levied; `induced`: at the shadow mark (CASC-1).
 */
export type LiquidationCause = "direct" | "induced" | "adl" | "levy" | "funding";

/** What is known of a liquidation when it triggers. */
export interface LiquidationStart {
  readonly account: number;
  /** Number of the instrument. */
  readonly instrument: number;
  /** The first liquidation of the same scope, from one trigger on: of an isolated position itself (CASC-1). */
  readonly scope: number;
  readonly position: Position;
  readonly timeUs: number;
  readonly markTicks: number;
  readonly liquidationTicks: number;
  readonly notional: number;
  readonly equity: number;
  readonly requirement: number;
  /** Bankruptcy price, ticks. */
  readonly bankruptcyTicks: number;
  /** Its place among all bookings. */
  readonly booking: number;
  readonly cause: LiquidationCause;
  /** The liquidation that induced it; −1 for any other cause, or when no displacement is left to name (CASC-2). */
  readonly parent: number;
}

/** The columns that grow by one with each liquidation. */
const COLUMNS = [
  ...(["restLots", "restValue", "order", "endTimeUs"] as const),
  ...(["reducedLots", "takeoverLots", "takeoverValue", "limitTicks", "liquidatedQuanta", "fee"] as const),
  ...(["marketLots", "fundLots", "vaultLots", "adlLots", "residualLots", "surplus", "cover", "uncovered"] as const),
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
  /** Lots closed by partial reductions; lots taken over, their value and the limit of the engine's order. */
  readonly reducedLots: number[] = [];
  readonly takeoverLots: number[] = [];
  readonly takeoverValue: number[] = [];
  readonly limitTicks: number[] = [];
  /** Value of what was reduced, as it traded, and of what was taken over, at the mark. */
  readonly liquidatedQuanta: number[] = [];
  readonly fee: number[] = [];
  readonly marketLots: number[] = [];
  readonly fundLots: number[] = [];
  readonly vaultLots: number[] = [];
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
    for (const name of COLUMNS) this[name].push(name === "endTimeUs" ? Number.NaN : 0);
    return liquidation;
  }

  /** Its position goes to the engine, at the terms of a takeover. */
  takeOver(liquidation: number, lots: number, { value, limitTicks }: Takeover): void {
    this.restLots[liquidation] = lots;
    this.restValue[liquidation] = value;
    this.takeoverLots[liquidation] = Math.abs(lots);
    this.takeoverValue[liquidation] = value;
    this.limitTicks[liquidation] = limitTicks;
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
