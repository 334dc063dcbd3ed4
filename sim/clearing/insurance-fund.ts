/**
 * The insurance fund (FUND-1..4): one pool, settled continuously, so nothing is ever
 * pending. What it holds is changed by the ledger alone; here are the figures about it
 * and the decision how much of a loss it can carry.
 */
import { type Instrument, valueOf } from "../venue/instrument.ts";
import { multiplyDivide } from "../venue/whole.ts";
import { profitAt } from "./margin.ts";

/** A pool: product line, underlying and settlement asset name it (FUND-1). */
export class Pool {
  readonly name: string;
  /** What is booked, quanta. */
  booked = 0;
  /** Highest available so far, quanta. */
  peak = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Booked + min(0, inventory profit at mark): a hidden loss already weakens the pool (FUND-3). */
  available(inventoryProfit: number): number {
    return this.booked + Math.min(0, inventoryProfit);
  }
}

/** What rests of a takeover: lots negative when the engine is short, and their takeover value in quanta. */
export interface Inventory {
  readonly lots: number;
  readonly value: number;
}

/** The part of a value that goes with a part of the lots, rounded once; all of it with all (INST-4). */
export function valueShare(inventory: Inventory, lots: number): number {
  const all = Math.abs(inventory.lots);
  return lots === all ? inventory.value : multiplyDivide(inventory.value, lots, all, "half-even");
}

/**
 * How many of `offeredLots` at a price the pool can afford to close the inventory with:
 * the most whose loss stays within `payable` (FUND-4). A gain is always affordable.
 */
export function coverableLots(
  instrument: Instrument,
  inventory: Inventory,
  priceTicks: number,
  offeredLots: number,
  payable: number,
): number {
  const most = Math.min(offeredLots, Math.abs(inventory.lots));
  const loss = (lots: number) => -profitAt(inventory.lots, valueShare(inventory, lots), valueOf(instrument, priceTicks, lots));
  if (loss(most) <= payable) return most;
  let affordable = 0;
  let unaffordable = most;
  while (unaffordable - affordable > 1) {
    const middle = Math.floor((affordable + unaffordable) / 2);
    if (loss(middle) <= payable) affordable = middle;
    else unaffordable = middle;
  }
  return affordable;
}
