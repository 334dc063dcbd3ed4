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
 * the most whose loss, exact as well as booked, stays within `payable` (FUND-4). A gain is
 * always affordable. Exact first: a lot worth less than a quantum must not look free.
 */
export function coverableLots(
  instrument: Instrument,
  inventory: Inventory,
  priceTicks: number,
  offeredLots: number,
  payable: number,
): number {
  const all = Math.abs(inventory.lots);
  const most = Math.min(offeredLots, all);
  const { numerator, denominator } = instrument.quantaPerTickLot;
  // Loss of one lot is lost ÷ parts quanta.
  const parts = BigInt(all) * BigInt(denominator);
  const difference = BigInt(inventory.value) * BigInt(denominator) - BigInt(priceTicks) * BigInt(numerator) * BigInt(all);
  const lost = inventory.lots > 0 ? difference : -difference;
  let affordable = most;
  if (lost > 0n) {
    const exactly = (BigInt(payable) * parts) / lost;
    if (exactly < BigInt(most)) affordable = Number(exactly);
  }
  const booked = (lots: number) => -profitAt(inventory.lots, valueShare(inventory, lots), valueOf(instrument, priceTicks, lots));
  while (affordable > 0 && booked(affordable) > payable) affordable -= 1;
  return affordable;
}
