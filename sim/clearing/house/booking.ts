/**
 * Bookings of fills: close, then open, isolated or cross (ACCT-2, INST-3, INST-4,
 * ORDER-3). The path of every trade: it allocates nothing.
 */
import { profitOf, valueOf } from "../../venue/instrument.ts";
import { multiplyDivide, OverflowError, type Ratio } from "../../venue/whole.ts";
import { feeOn, initialMargin, type MarginTerms } from "../margin.ts";
import { type Books, CONTRACT } from "./books.ts";
import type { Terms } from "./exposure.ts";
import type { Standings } from "./standing.ts";

const NONE = -1;

export class Bookings {
  readonly #books: Books;
  readonly #terms: Terms;
  readonly #standings: Standings;

  constructor(books: Books, terms: Terms, standings: Standings) {
    this.#books = books;
    this.#terms = terms;
    this.#standings = standings;
  }

  /**
   * Books one side of a trade. A fill that flips a position is two: the closing part at
   * its own value, the opening part at the rest.
   * @param row of the position
   * @param lots signed: bought positive
   * @param value of the whole fill, quanta
   */
  fill(row: number, lots: number, ticks: number, value: number, rate: Ratio): void {
    const { holdings } = this.#books;
    const held = holdings.lots[row] as number;
    const all = Math.abs(lots);
    const closing = held * lots < 0 ? Math.min(all, Math.abs(held)) : 0;
    if (closing === 0) this.#open(row, lots, value, rate);
    else if (closing === all) this.close(row, closing, value, rate);
    else {
      const instrument = holdings.instrument[row] as number;
      const closingValue = valueOf((this.#terms[instrument] as MarginTerms).instrument, ticks, closing);
      this.close(row, closing, closingValue, rate);
      this.#open(row, lots > 0 ? all - closing : closing - all, value - closingValue, rate);
    }
  }

  /**
   * Closes lots of a position for a value. A loss beyond what is there goes to the pool:
   * of an isolated position beyond its margin (ACCT-2), of a single-currency cross scope
   * once nothing is left in it.
   * @param rate of the fee; null for none
   */
  close(row: number, lots: number, value: number, rate: Ratio | null): void {
    const { holdings } = this.#books;
    const held = holdings.lots[row] as number;
    const all = Math.abs(held);
    const entry = holdings.entryValue[row] as number;
    const entryPart = lots === all ? entry : multiplyDivide(entry, lots, all, "half-even");
    const instrument = holdings.instrument[row] as number;
    const profit = profitOf((this.#terms[instrument] as MarginTerms).instrument, held, entryPart, value);
    const fee = rate === null ? 0 : feeOn(value, rate);
    holdings.lots[row] = held > 0 ? held - lots : held + lots;
    holdings.entryValue[row] = entry - entryPart;
    if (holdings.isolated[row] === 1) this.#returnMargin(row, lots, all, profit, fee);
    else this.#bookCross(row, profit, fee);
  }

  #returnMargin(row: number, lots: number, all: number, profit: number, fee: number): void {
    const { holdings } = this.#books;
    const instrument = holdings.instrument[row] as number;
    const margin = holdings.margin[row] as number;
    const released = lots === all ? margin : multiplyDivide(margin, lots, all, "half-even");
    const charged = Math.min(fee, Math.max(0, margin + profit));
    const cash = released + profit - charged;
    const kept = margin - released;
    const taken = cash < 0 ? Math.min(kept, -cash) : 0;
    holdings.margin[row] = kept - taken;
    const { asset } = this.#books.instrumentOf(instrument);
    this.#books.creditHouse(asset, charged);
    if (cash > 0) this.#books.credit(holdings.account[row] as number, asset, CONTRACT, cash);
    else this.#books.payFromPool(instrument, -cash - taken);
  }

  #bookCross(row: number, profit: number, fee: number): void {
    const { holdings } = this.#books;
    const account = holdings.account[row] as number;
    const instrument = holdings.instrument[row] as number;
    const { asset } = this.#books.instrumentOf(instrument);
    const cash = this.#books.contractCash(account, asset) + profit;
    let charged = fee;
    // What is left is never less than the cash: only a fee beyond it needs the whole scope summed up.
    if (fee <= 0 || fee <= cash) this.#books.credit(account, asset, CONTRACT, profit - fee);
    else {
      this.#books.credit(account, asset, CONTRACT, profit);
      charged = Math.min(fee, this.#standings.remaining(account, asset));
      this.#books.credit(account, asset, CONTRACT, -charged);
    }
    this.#books.creditHouse(asset, charged);
    if (cash < fee) this.#fillHole(account, instrument, asset);
  }

  /** A single-currency scope without positions cannot owe: the pool makes its wallet zero. */
  #fillHole(account: number, instrument: number, asset: number): void {
    const cash = this.#books.contractCash(account, asset);
    if (cash >= 0 || this.#books.isMulti(account) || this.#holdsCross(account, asset)) return;
    this.#books.credit(account, asset, CONTRACT, -cash);
    this.#books.payFromPool(instrument, -cash);
  }

  #holdsCross(account: number, asset: number): boolean {
    const { holdings } = this.#books;
    for (let row = holdings.first[account] as number; row !== NONE; row = holdings.next[row] as number) {
      if (holdings.lots[row] === 0 || holdings.isolated[row] === 1) continue;
      if (this.#books.instrumentOf(holdings.instrument[row] as number).asset === asset) return true;
    }
    return false;
  }

  #open(row: number, lots: number, value: number, rate: Ratio): void {
    const { holdings } = this.#books;
    const account = holdings.account[row] as number;
    const instrument = holdings.instrument[row] as number;
    const own = this.#terms[instrument] as MarginTerms;
    const fee = feeOn(value, rate);
    const held = (holdings.lots[row] as number) + lots;
    if (!Number.isSafeInteger(held)) throw new OverflowError(`account ${account} position`, held);
    holdings.lots[row] = held;
    const entry = (holdings.entryValue[row] as number) + value;
    if (!Number.isSafeInteger(entry)) throw new OverflowError(`account ${account} entry value`, entry);
    holdings.entryValue[row] = entry;
    if (holdings.isolated[row] === 0) {
      this.#bookCross(row, 0, fee);
      return;
    }
    const { asset } = this.#books.instrumentOf(instrument);
    const charged = Math.min(fee, Math.max(0, this.#books.contractCash(account, asset)));
    const left = Math.max(0, this.#books.contractCash(account, asset) - charged);
    const margin = Math.min(initialMargin(own, value, holdings.leverageHundredths[row] as number), left);
    this.#books.credit(account, asset, CONTRACT, -charged - margin);
    this.#books.creditHouse(asset, charged);
    const all = (holdings.margin[row] as number) + margin;
    if (!Number.isSafeInteger(all)) throw new OverflowError(`account ${account} margin`, all);
    holdings.margin[row] = all;
  }
}
