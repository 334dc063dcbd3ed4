/**
 * The insurance fund (FUND-1..4): pools, settled continuously or daily. What one holds is changed by the ledgers alone; here are the figures about it
 * and the decision how much of a loss it can carry.
 */

import { type Instrument, valueOf } from "../venue/instrument.ts";
import type { DrawdownRules, FundRules, FundSettlement } from "../venue/rules.ts";
import type { Ratio } from "../venue/whole.ts";
import { multiplyDivide } from "../venue/whole.ts";
import { Drawdown, type DrawdownState } from "./adl/drawdown.ts";
import { profitAt } from "./margin.ts";

/** A pool as plain data. */
export interface PoolState {
  readonly booked: number;
  readonly pending: number;
  readonly feesDue: number;
  readonly peak: number;
  readonly drawdown: DrawdownState | null;
}

/** A pool of one or more instruments: product line, underlying and settlement asset name it (FUND-1). */
export class Pool {
  readonly name: string;
  /** Its number among the pools of a run. */
  readonly number: number;
  readonly settlement: FundSettlement;
  /** What is booked, quanta. */
  booked = 0;
  /** Gains and losses since the last settlement that are not booked yet, quanta; 0 for ever when settled continuously (FUND-3). */
  pending = 0;
  /** Part of every fee that is to be its own; null for none (FUND-2). */
  readonly feeShare: Ratio | null;
  /** What that came to since the mark before, which the house still has, quanta. */
  feesDue = 0;
  /** Highest available so far, quanta. */
  peak = 0;
  /** Profit at mark of what the engine holds, by instrument. */
  readonly #inventories: (() => number)[] = [];
  readonly #drawdown: Drawdown | null;

  /**
   * @param drawdown the trigger that looks at this pool, null for none (ADL-1)
   * @param rules when its gains and losses are booked, and its part of fees (FUND-2, FUND-3)
   */
  constructor(name: string, number = 0, drawdown: DrawdownRules | null = null, rules?: Pick<FundRules, "settlement" | "feeShare">) {
    this.settlement = rules?.settlement ?? "continuous";
    this.feeShare = rules?.feeShare ?? null;
    this.name = name;
    this.number = number;
    this.#drawdown = drawdown === null ? null : new Drawdown(drawdown);
  }

  /** The pool is that of another inventory too: losses in it weaken the pool. */
  backs(inventoryProfit: () => number): void {
    this.#inventories.push(inventoryProfit);
  }

  /** Cash that is the pool's, booked or pending, quanta. */
  get held(): number {
    return this.booked + this.pending;
  }

  /** Held + min(0, inventory profit at mark): a hidden loss already weakens the pool (FUND-3). */
  get available(): number {
    return this.availableWithout(0);
  }

  /**
   * What would be available without a part of the inventory.
   * @param profit of that part at mark, quanta
   */
  availableWithout(profit: number): number {
    const inventoryProfit = this.#inventories.reduce((sum, profitOf) => sum + profitOf(), 0);
    return this.held + Math.min(0, inventoryProfit - profit);
  }

  /** Whether it has fallen so far that liquidated parts go straight to ADL (ADL-2). */
  get isDrawnDown(): boolean {
    return this.#drawdown?.isActive === true;
  }

  /** Notes what is available now, and judges the trigger `drawdown`: at every mark, and between payments. */
  judge(timeUs: number): void {
    this.#drawdown?.judge(timeUs, this.available);
  }

  /** A copy of what it remembers (TIME-4). */
  state(): PoolState {
    return {
      booked: this.booked,
      pending: this.pending,
      feesDue: this.feesDue,
      peak: this.peak,
      drawdown: this.#drawdown?.state() ?? null,
    };
  }

  restore({ booked, pending, feesDue, peak, drawdown }: PoolState): void {
    this.booked = booked;
    this.pending = pending;
    this.feesDue = feesDue;
    this.peak = peak;
    if (drawdown !== null) this.#drawdown?.restore(drawdown);
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
