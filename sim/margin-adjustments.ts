/**
 * The owner's changes to the margin of an isolated position (ACCT-2): cash of the wallet that
 * nothing else holds goes in; out goes what the initial margin leaves. A position in cross
 * margin has none of its own, and one that is being liquidated keeps what it has.
 */
import { initialMargin, profitAt } from "./clearing/margin.ts";
import { freeQuanta } from "./cross/free-cash.ts";
import type { CrossStanding } from "./cross/standing.ts";
import type { Exchange } from "./exchange.ts";
import type { Record } from "./record.ts";
import type { Refusal } from "./refusal.ts";
import { valueOf } from "./venue/instrument.ts";

export class MarginAdjustments {
  readonly #exchange: Exchange;
  readonly #record: Record;
  readonly #cross: CrossStanding;

  constructor(exchange: Exchange, record: Record, cross: CrossStanding) {
    this.#exchange = exchange;
    this.#record = record;
    this.#cross = cross;
  }

  /**
   * Changes the margin of a position.
   * @param number of the account, or of its short leg
   * @param amount into the margin, out of it when negative, quanta
   * @returns why it was refused, or null when it was done
   */
  adjust(number: number, amount: number): Refusal | null {
    const { accounts, ledger, timeUs } = this.#exchange;
    const refusal = this.#problem(number, amount);
    if (refusal !== null) return refusal;
    const booking = this.#record.nextBooking();
    ledger.moveMargin(number, amount);
    this.#exchange.watch(number);
    const margin = accounts.margin[number] as number;
    this.#record.margins.append([booking, timeUs, this.#exchange.number, number, amount, margin]);
    return null;
  }

  #problem(number: number, amount: number): Refusal | null {
    const { accounts } = this.#exchange;
    if (!Number.isSafeInteger(amount) || amount === 0) return "invalid-amount";
    if (accounts.positionLots[number] === 0) return "no-position";
    if (accounts.isCross[number] === 1) return "cross-margin";
    if (accounts.inLiquidation[number] === 1) return "in-liquidation";
    if (amount > 0) return amount > freeQuanta(accounts, number, this.#cross) ? "insufficient-margin" : null;
    return this.#leavesInitialMargin(number, amount) ? null : "below-initial-margin";
  }

  /** Whether the margin less the loss that is open still is the initial margin: an open profit cannot be taken out (ACCT-1). */
  #leavesInitialMargin(number: number, amount: number): boolean {
    const { accounts, terms, markTicks } = this.#exchange;
    const lots = accounts.positionLots[number] as number;
    const value = valueOf(terms.instrument, markTicks, Math.abs(lots));
    const profit = profitAt(lots, accounts.entryValue[number] as number, value);
    const left = (accounts.margin[number] as number) + Math.min(0, profit) + amount;
    return left >= initialMargin(terms, value, accounts.leverageHundredths[number] as number);
  }
}
