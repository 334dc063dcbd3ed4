/**
 * The liquidation engine's books of one instrument: what it holds of each takeover (LIQ-7), what the pool
 * gains and pays for it (LIQ-5, LIQ-6, FUND-2..4), and what the house pays. Every
 * movement is recorded with it.
 */
import { ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT } from "./clearing/accounts.ts";
import { type Inventory, type Pool, valueShare } from "./clearing/insurance-fund.ts";
import type { Ledger } from "./clearing/ledger.ts";
import type { Takeover } from "./clearing/liquidation.ts";
import type { LiquidationStart, Liquidations } from "./clearing/liquidations.ts";
import { type MarginTerms, profitAt } from "./clearing/margin.ts";
import type { Exchange } from "./exchange.ts";
import type { Record } from "./record.ts";
import type { VaultDesk } from "./vault.ts";
import { valueOf } from "./venue/instrument.ts";
import type { SurplusTo } from "./venue/rules.ts";

export class Engine {
  readonly liquidations: Liquidations;
  /** Those of this instrument that it still holds lots of, in order of trigger. */
  open: number[] = [];
  /** Liquidations of this instrument so far. */
  liquidationCount = 0;
  readonly #exchange: Exchange;
  readonly #ledger: Ledger;
  readonly #pool: Pool;
  readonly #terms: MarginTerms;
  readonly #record: Record;
  readonly #surplusTo: SurplusTo;
  readonly #vault: VaultDesk | null;

  /**
   * @param liquidations of all instruments
   * @param vault of a venue that has one
   */
  constructor(exchange: Exchange, surplusTo: SurplusTo, record: Record, liquidations: Liquidations, vault: VaultDesk | null = null) {
    this.#vault = vault;
    this.liquidations = liquidations;
    this.#surplusTo = surplusTo;
    this.#exchange = exchange;
    this.#ledger = exchange.ledger;
    this.#pool = exchange.ledger.pool;
    this.#terms = exchange.terms;
    this.#record = record;
    this.#pool.backs(() => this.#inventoryProfit());
  }

  /** Place of a booking that comes now. */
  nextBooking(): number {
    return this.#record.nextBooking();
  }

  /** Starts a liquidation and returns its number. */
  start(start: LiquidationStart): number {
    this.liquidationCount += 1;
    return this.liquidations.start(start);
  }

  /** Takes the lots of a liquidation over, as the ledger has booked it already. */
  takeOver(liquidation: number, lots: number, takeover: Takeover): void {
    this.liquidations.takeOver(liquidation, lots, takeover);
    this.open.push(liquidation);
    this.#recordInventory(liquidation, "takeover", lots, takeover.value, null);
  }

  /** Forgets what is closed from the list of open ones. */
  sweep(): void {
    this.open = this.open.filter((liquidation) => this.liquidations.restLots[liquidation] !== 0);
  }

  /** Books one fill of the engine's order: better than bankruptcy is surplus (LIQ-5), worse is covered by the pool (LIQ-6). */
  traded(liquidation: number, lots: number, value: number): void {
    const { liquidations } = this;
    const inventory = this.inventory(liquidation);
    const side = inventory.lots > 0 ? 1 : -1;
    const released = valueShare(inventory, lots);
    if (profitAt(inventory.lots, released, value) >= 0) addTo(liquidations.marketLots, liquidation, lots);
    else addTo(liquidations.fundLots, liquidation, lots);
    this.#close(liquidation, side * lots, released, "trade", value);
  }

  /** Books what counterparties of auto-deleveraging close, at a value: better than bankruptcy is surplus, worse the pool covers (ADL-5). */
  closeByAdl(liquidation: number, lots: number, released: number, value: number): void {
    this.#close(liquidation, lots, released, "adl", value);
  }

  /**
   * Pays a loss beyond a position margin that arose outside a liquidation: the pool as
   * far as it can, then the house.
   */
  payShortfall(amount: number): void {
    this.#settle("cover", -amount);
  }

  /**
   * Funding that is not a trader's (MARK-3): of the engine's inventory, and what a position
   * margin could not pay. The pool's as far as it goes, then the house's.
   * @param amount received, negative when owed
   */
  settleFunding(amount: number): void {
    this.#settle("funding", amount);
  }

  /** Seed capital, as the pool's first entry (FUND-2). */
  seed(amount: number): void {
    this.#ledger.seedPool(amount);
    this.#recordFund("seed", null, amount, 0);
  }

  /** Books what is pending in the pool as one entry, if anything is (FUND-3). */
  settlePool(): void {
    const amount = this.#ledger.settlePool();
    if (amount !== 0) this.#recordFund("settlement", null, amount, 0);
  }

  /** The pool's part of the fees since the mark before, as one entry, if there is any (FUND-2). */
  collectFees(): void {
    const amount = this.#ledger.collectFees();
    if (amount !== 0) this.#recordFund("fees", null, amount, 0);
  }

  /** What the pool cannot pay, the house does (FUND-4). */
  payFromHouse(liquidation: number | null, amount: number): void {
    this.#ledger.moveHouse(-amount);
    this.#recordFund("uncovered", liquidation, 0, amount);
  }

  /** What the house got back of it by levies, as the ledger has booked it already (FUND-4). */
  socialised(liquidation: number, amount: number): void {
    if (amount !== 0) this.#recordFund("socialised", liquidation, 0, -amount);
  }

  /** Takes lots out of the engine, signed as its inventory, closed at a value; notes the end when none rest. */
  release(liquidation: number, lots: number, value: number, entry: string, closingValue: number): void {
    const { liquidations } = this;
    this.#ledger.releaseInventory(lots, value);
    this.#recordInventory(liquidation, entry, -lots, value, closingValue);
    addTo(liquidations.restLots, liquidation, -lots);
    addTo(liquidations.restValue, liquidation, -value);
    if (liquidations.restLots[liquidation] === 0) {
      liquidations.endTimeUs[liquidation] = this.#exchange.timeUs;
      liquidations.order[liquidation] = 0;
    }
  }

  /** Pays a loss of a liquidation: the pool as far as it can, then the house (LIQ-4 `takeoverAt: mark`, FUND-4). Returns what the house did, quanta. */
  pay(liquidation: number, loss: number): number {
    const paid = Math.min(loss, this.payable(liquidation));
    this.movePool(liquidation, -paid);
    if (paid === loss) return 0;
    addTo(this.liquidations.uncovered, liquidation, loss - paid);
    this.payFromHouse(liquidation, loss - paid);
    return loss - paid;
  }

  /** What is left of the margin of a liquidation: the trader's, the vault's, or a gain of the pool (LIQ-5). */
  leave(liquidation: number, account: number, amount: number): void {
    if (this.#surplusTo === "pool") {
      this.movePool(liquidation, amount);
      return;
    }
    addTo(this.liquidations.surplus, liquidation, amount);
    if (this.#surplusTo === "vault") this.#vault?.gain(liquidation, amount);
    else this.#ledger.giveBack(account, amount, 0);
  }

  /** What a liquidation gains, for the pool, the trader or the vault (LIQ-5); what it loses the pool pays (LIQ-6). */
  gain(liquidation: number, amount: number): void {
    if (amount <= 0 || this.#surplusTo === "pool") {
      this.movePool(liquidation, amount);
      return;
    }
    addTo(this.liquidations.surplus, liquidation, amount);
    if (this.#surplusTo === "vault") this.#vault?.gain(liquidation, amount);
    else this.#ledger.giveBack((this.liquidations.starts[liquidation] as LiquidationStart).account, amount, amount);
  }

  /** Gains of the pool for a liquidation, or its payments: surplus and cover (LIQ-5, LIQ-6). */
  movePool(liquidation: number, amount: number): void {
    if (amount === 0) return;
    this.#ledger.movePool(amount);
    if (amount > 0) addTo(this.liquidations.surplus, liquidation, amount);
    else addTo(this.liquidations.cover, liquidation, -amount);
    this.#recordFund(amount > 0 ? "surplus" : "cover", liquidation, amount, 0);
  }

  /** What the pool can pay for one liquidation without going below zero: hidden losses in other inventory come first (FUND-3, FUND-4). */
  payable(liquidation: number): number {
    const { markTicks } = this.#exchange;
    const inventory = this.inventory(liquidation);
    const own =
      inventory.lots === 0 ? 0 : profitAt(inventory.lots, inventory.value, valueOf(this.#terms.instrument, markTicks, inventory.lots));
    return Math.max(0, this.#pool.availableWithout(own));
  }

  /** What rests of a liquidation with the engine. */
  inventory(liquidation: number): Inventory {
    return { lots: this.liquidations.restLots[liquidation] as number, value: this.liquidations.restValue[liquidation] as number };
  }

  /** Whether it holds anything of the side opposite to some lots, signed; nothing is opposite to none. */
  holdsAgainst(lots: number): boolean {
    if (lots === 0) return false;
    return this.#ledger.accounts.positionLots[lots > 0 ? ENGINE_SHORT_ACCOUNT : ENGINE_LONG_ACCOUNT] !== 0;
  }

  /** Releases inventory at a value; the pool gains what it is better than bankruptcy, or pays what it is worse. */
  #close(liquidation: number, lots: number, released: number, entry: string, value: number): void {
    const profit = profitAt(lots, released, value);
    // Only a rounded quantum can cost more than the pool pays: no more than that is ever asked of it.
    const paid = Math.max(profit, -this.payable(liquidation));
    this.release(liquidation, lots, released, entry, value);
    this.gain(liquidation, paid);
    if (profit === paid) return;
    addTo(this.liquidations.uncovered, liquidation, paid - profit);
    this.payFromHouse(liquidation, paid - profit);
  }

  /** Books what belongs to no liquidation: a payment beyond what is available is the house's (FUND-4). */
  #settle(entry: string, amount: number): void {
    const moved = amount >= 0 ? amount : -Math.min(-amount, Math.max(0, this.#pool.available));
    if (moved !== 0) {
      this.#ledger.movePool(moved);
      this.#recordFund(entry, null, moved, 0);
    }
    if (moved > amount) this.payFromHouse(null, moved - amount);
  }

  #recordFund(entry: string, liquidation: number | null, amount: number, house: number): void {
    const { funds } = this.#record;
    const { name, number, booked, pending, held } = this.#pool;
    // In the midst of a waterfall inventory may hide losses that are about to be dealt with; after it none does, and what is held is available.
    this.#pool.peak = Math.max(this.#pool.peak, held);
    funds.append([
      funds.rowCount,
      this.#record.nextBooking(),
      this.#exchange.timeUs,
      number,
      name,
      entry,
      liquidation,
      amount,
      held,
      booked,
      pending,
      house,
    ]);
  }

  /** Profit of all that it holds at the mark, quanta. */
  #inventoryProfit(): number {
    const { accounts } = this.#ledger;
    const { markTicks } = this.#exchange;
    let profit = 0;
    if (this.#terms.instrument.quantaPerTickLot.denominator !== 1) {
      // Values are rounded: a total over all lots could show a loss that no single liquidation has.
      for (const liquidation of this.open) {
        const { lots, value } = this.inventory(liquidation);
        if (lots !== 0) profit += profitAt(lots, value, valueOf(this.#terms.instrument, markTicks, lots));
      }
      return profit;
    }
    for (const account of [ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT]) {
      const lots = accounts.positionLots[account] as number;
      if (lots !== 0) profit += profitAt(lots, accounts.entryValue[account] as number, valueOf(this.#terms.instrument, markTicks, lots));
    }
    return profit;
  }

  /** A change of the inventory: lots signed, closed at a value, or taken over when there is none (LIQ-7). */
  #recordInventory(liquidation: number, entry: string, lots: number, value: number, closingValue: number | null): void {
    const { inventory } = this.#record;
    inventory.append([
      this.#record.nextBooking(),
      this.#exchange.timeUs,
      liquidation,
      this.#exchange.number,
      entry,
      lots,
      value,
      closingValue,
    ]);
  }
}

/** Adds to one row of a column. */
export function addTo(column: number[], row: number, amount: number): void {
  column[row] = (column[row] as number) + amount;
}
