/**
 * The backstop vault of a venue (LIQ-4, LIQ-5): an account with cash of its own and a position in every
 * instrument, no margin set aside. It takes positions with what is left of their margin, gets what liquidations
 * leave over where the venue has it so, and sells what it holds at the mark.
 */
import type { Cash } from "./clearing/cash.ts";
import { initialMargin, profitAt } from "./clearing/margin.ts";
import type { Exchange } from "./exchange.ts";
import { SELL } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import type { VAULT_ENTRIES } from "./tables.ts";
import { valueOf } from "./venue/instrument.ts";
import type { SurplusTo } from "./venue/rules.ts";
import { tierOf } from "./venue/tiers.ts";
import { add } from "./venue/whole.ts";

/** Whether anything in a venue's rules is a vault's: positions (LIQ-4) or what is left over (LIQ-5). */
export function venueHasVault({ backstop, surplusTo }: { readonly backstop?: object | null; readonly surplusTo: SurplusTo }): boolean {
  return backstop != null || surplusTo === "vault";
}

/** The vault over all instruments. */
export class Vault {
  readonly #cash: Cash;
  readonly #desks: VaultDesk[] = [];

  /** @param cash whose last account is the vault's */
  constructor(cash: Cash) {
    this.#cash = cash;
  }

  /**
   * Opens its desk in one instrument.
   * @param shortfall told what its cash does not hold of a loss
   */
  open(exchange: Exchange, record: Record, shortfall: (amount: number) => void): VaultDesk {
    const desk = new VaultDesk(this, exchange, record, shortfall);
    this.#desks.push(desk);
    return desk;
  }

  /** Seed capital, as its first movement. */
  seed(amount: number): void {
    this.#desks[0]?.seed(amount);
  }

  /** Cash, and the profit of all its positions at their marks; quanta. */
  equity(): number {
    const cash = this.#cash.wallet[this.#cash.vault] as number;
    return this.#desks.reduce((sum, desk) => add(sum, desk.profit(), "equity of the vault"), cash);
  }

  /** Initial margin of all its positions at their marks, each at the largest leverage of its tier; quanta. */
  requirement(): number {
    return this.#desks.reduce((sum, desk) => add(sum, desk.requirementOf(desk.lots), "initial margin of the vault"), 0);
  }
}

/** The vault as it trades one instrument. */
export class VaultDesk {
  /** Its order that rests on the book; 0 for none. */
  order = 0;
  readonly #vault: Vault;
  readonly #exchange: Exchange;
  readonly #record: Record;
  readonly #shortfall: (amount: number) => void;
  readonly #account: number;

  constructor(vault: Vault, exchange: Exchange, record: Record, shortfall: (amount: number) => void) {
    this.#vault = vault;
    this.#exchange = exchange;
    this.#record = record;
    this.#shortfall = shortfall;
    this.#account = exchange.accounts.cash.vault;
    exchange.onVaultTraded = (lots, value) => this.#trade("trade", null, lots, value, 0);
  }

  /** Its position, negative when short, lots. */
  get lots(): number {
    return this.#exchange.accounts.positionLots[this.#account] as number;
  }

  /** Profit of closing its position at the mark, quanta. */
  profit(): number {
    const { accounts, terms, markTicks } = this.#exchange;
    const { lots } = this;
    return lots === 0 ? 0 : profitAt(lots, accounts.entryValue[this.#account] as number, valueOf(terms.instrument, markTicks, lots));
  }

  /** Initial margin of so many lots at the mark, at the largest leverage of their tier; quanta. */
  requirementOf(lots: number): number {
    if (lots === 0) return 0;
    const { terms, markTicks } = this.#exchange;
    const value = valueOf(terms.instrument, markTicks, lots);
    return initialMargin(terms, value, tierOf(terms.instrument.tiers, lots, value).maxLeverageHundredths);
  }

  /**
   * Whether it can carry a position, signed, that it gets so much margin with: afterwards its equity is the initial
   * margin of all its positions at least, or not negative where the position makes its own smaller.
   */
  carries(lots: number, gained: number): boolean {
    const equity = add(this.#vault.equity(), gained, "equity of the vault");
    if (equity < 0) return false;
    const { lots: held } = this;
    if (Math.abs(held + lots) <= Math.abs(held)) return true;
    const others = this.#vault.requirement() - this.requirementOf(held);
    return equity >= add(others, this.requirementOf(held + lots), "initial margin of the vault");
  }

  /** Takes a position of a liquidation at its value at mark, and what is left of its margin (LIQ-4). */
  take(liquidation: number, lots: number, value: number, gained: number): void {
    this.#withdraw();
    this.#trade("takeover", liquidation, lots, value, gained);
  }

  /** What a liquidation leaves over (LIQ-5). */
  gain(liquidation: number, amount: number): void {
    if (amount === 0) return;
    this.#exchange.ledger.payVault(amount);
    this.#note("surplus", liquidation, 0, 0, amount);
  }

  /**
   * Funding into its cash, or out of it (MARK-3).
   * @param amount received, negative when owed
   * @returns what is owed beyond its cash, quanta
   */
  fund(amount: number): number {
    const short = this.#exchange.ledger.payVault(amount);
    this.#note("funding", null, 0, 0, amount + short);
    return short;
  }

  /** Seed capital, put in from outside. */
  seed(amount: number): void {
    this.#exchange.ledger.deposit(this.#account, amount);
    this.#note("seed", null, 0, 0, amount);
  }

  /** Before all that a mark brings about: an order at the mark before is no offer of the vault's any more. */
  standBack(): void {
    const { book, markTicks } = this.#exchange;
    const slot = this.order === 0 ? -1 : book.slotOf(this.order);
    if (slot >= 0 && book.ticksAt(slot) !== markTicks) this.#withdraw();
  }

  /** After all that a mark brings about: one order for all of its position, limited at the mark. */
  work(): void {
    const { lots } = this;
    const { book, markTicks } = this.#exchange;
    const slot = this.order === 0 ? -1 : book.slotOf(this.order);
    const rests = slot >= 0 && book.ticksAt(slot) === markTicks && book.lotsAt(slot) === Math.abs(lots);
    // An order that would be placed as it stands keeps its place in time.
    if (rests && (book.sideAt(slot) === SELL) === lots > 0) return;
    this.#withdraw();
    if (lots !== 0) this.order = this.#exchange.vaultOrder(lots, markTicks);
  }

  #withdraw(): void {
    const { book } = this.#exchange;
    if (this.order !== 0 && book.slotOf(this.order) >= 0) book.cancel(this.order);
    this.order = 0;
  }

  /** @param gained cash that comes with it, quanta */
  #trade(entry: (typeof VAULT_ENTRIES)[number], liquidation: number | null, lots: number, value: number, gained: number): void {
    const { ledger, accounts } = this.#exchange;
    const before = accounts.wallet[this.#account] as number;
    ledger.payVault(gained);
    const shortfall = ledger.tradeVault(lots, value);
    this.#note(entry, liquidation, lots, value, (accounts.wallet[this.#account] as number) - before);
    if (shortfall > 0) this.#shortfall(shortfall);
  }

  #note(entry: (typeof VAULT_ENTRIES)[number], liquidation: number | null, lots: number, value: number, amount: number): void {
    const { vault } = this.#record;
    const { accounts, timeUs, number } = this.#exchange;
    vault.append([
      ...[vault.rowCount, this.#record.nextBooking(), timeUs, number, entry, liquidation, lots, value, amount],
      accounts.wallet[this.#account] as number,
      this.lots,
      accounts.entryValue[this.#account] as number,
    ]);
  }
}
