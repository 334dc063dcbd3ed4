/**
 * Pays funding (MARK-3): out of and into position margins; the engine's inventory out of
 * and into the pool, the positions of house and vault likewise with their own cash. What a margin, or the vault's cash,
 * does not hold the pool pays, and what the pool does not, the house.
 */
import { FIRST_TRADER_ACCOUNT, HOUSE_ACCOUNT } from "./clearing/accounts.ts";
import { fundingDues } from "./clearing/funding.ts";
import type { Engine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { Record } from "./record.ts";
import type { VaultDesk } from "./vault.ts";
import { RATE_UNITS } from "./venue/funding-rate-unit.ts";

/** Who paid last, by account: when, and how much. */
export interface FundingState {
  readonly paidTimeUs: Float64Array;
  readonly paidQuanta: Float64Array;
}

export class Funding {
  readonly #exchange: Exchange;
  readonly #engine: Engine;
  readonly #record: Record;
  readonly #vault: VaultDesk | null;
  /** By account: when its margin paid last, and how much. Empty until something is paid. */
  #paidTimeUs: Float64Array = new Float64Array(0);
  #paidQuanta: Float64Array = new Float64Array(0);

  /** @param vault of a venue that has one */
  constructor(exchange: Exchange, engine: Engine, record: Record, vault: VaultDesk | null = null) {
    this.#vault = vault;
    this.#exchange = exchange;
    this.#engine = engine;
    this.#record = record;
  }

  /** Pays one interval at the current mark: all payers first, then all receivers. */
  pay(rateHundredMillionths: number): void {
    const { accounts, terms, markTicks, timeUs, ledger } = this.#exchange;
    const dues = fundingDues(accounts, terms.instrument, markTicks, rateHundredMillionths);
    dues.account.forEach((account, place) => {
      const amount = dues.amount[place] as number;
      const booking = this.#record.nextBooking();
      let short = 0;
      if (account === accounts.cash.vault) {
        short = this.#vault?.fund(amount) ?? 0;
        if (short > 0) this.#engine.settleFunding(-short);
      } else if (account >= FIRST_TRADER_ACCOUNT) {
        short = ledger.fund(account, amount);
        this.#note(account, Math.max(0, -amount - short));
        if (short > 0) this.#engine.settleFunding(-short);
        this.#exchange.watch(account);
      } else if (account === HOUSE_ACCOUNT) ledger.moveHouse(amount);
      else this.#engine.settleFunding(amount);
      this.#record.funding.append([booking, timeUs, this.#exchange.number, account, rateHundredMillionths / RATE_UNITS, amount, short]);
    });
  }

  /** What an account's margin paid at this very instant, quanta: without it a liquidation may not have been (CASC-1). */
  paidNow(account: number): number {
    return this.#paidTimeUs[account] === this.#exchange.timeUs ? (this.#paidQuanta[account] as number) : 0;
  }

  /** Who paid last, and what (TIME-4). */
  state(): FundingState {
    return { paidTimeUs: this.#paidTimeUs.slice(), paidQuanta: this.#paidQuanta.slice() };
  }

  restore({ paidTimeUs, paidQuanta }: FundingState): void {
    this.#paidTimeUs = paidTimeUs.slice();
    this.#paidQuanta = paidQuanta.slice();
  }

  #note(account: number, paidQuanta: number): void {
    if (this.#paidTimeUs.length === 0) {
      this.#paidTimeUs = new Float64Array(this.#exchange.accounts.count).fill(Number.NaN);
      this.#paidQuanta = new Float64Array(this.#exchange.accounts.count);
    }
    this.#paidTimeUs[account] = this.#exchange.timeUs;
    this.#paidQuanta[account] = paidQuanta;
  }
}
