/**
 * The rebuilt books of one instrument: every account's position and margin in it, changed
 * by the audit's own reading of the rules; cash is that of all instruments. 64-bit columns,
 * so that a million accounts fit.
 */
import type { Cash } from "./cash.ts";
import { least, magnitude, most, quotient } from "./exact.ts";
import type { AuditTerms } from "./terms.ts";
import { marginAt, profitOf, shareOf } from "./valuation.ts";

/** Accounts below this number are the venue's: engine long, engine short, house. */
export const FIRST_TRADER = 3;
export const HOUSE = 2;

/** What a trade did to a trader's account, quanta. */
export interface Booked {
  /** Fee charged: never more than what is left (ORDER-3). */
  readonly fee: bigint;
  readonly profit: bigint;
  /** Loss beyond the position margin: pool, then house, pay it (ACCT-2). */
  readonly shortfall: bigint;
}

export class Books {
  readonly count: number;
  readonly margin: BigInt64Array;
  /** Position, negative when short. */
  readonly lots: BigInt64Array;
  readonly entry: BigInt64Array;
  readonly realized: BigInt64Array;
  readonly fees: BigInt64Array;
  readonly leverageHundredths: BigInt64Array;
  /** 1 where the position shares the wallet with the account's other cross positions (ACCT-2). */
  readonly isCross: Uint8Array;
  readonly liquidations: Int32Array;
  readonly reductions: Int32Array;
  /** Sums over all accounts, kept at every change: signed entry values, signed and long lots. */
  signedEntry = 0n;
  signedLots = 0n;
  longLots = 0n;
  readonly #terms: AuditTerms;
  readonly #cash: Cash;

  constructor(terms: AuditTerms, cash: Cash) {
    const { count } = cash;
    this.count = count;
    this.#terms = terms;
    this.#cash = cash;
    const column = () => new BigInt64Array(count);
    this.margin = column();
    this.lots = column();
    this.entry = column();
    this.realized = column();
    this.fees = column();
    this.leverageHundredths = column();
    this.isCross = new Uint8Array(count);
    this.liquidations = new Int32Array(count);
    this.reductions = new Int32Array(count);
  }

  has(account: number): boolean {
    return Number.isInteger(account) && account >= 0 && account < this.count;
  }

  /** The position an account starts with: its margin comes out of the deposit. */
  start(account: number, lots: bigint, entry: bigint, margin: bigint): void {
    this.move(account, -margin, margin);
    this.hold(account, lots, entry);
  }

  /**
   * A trade of a trader: closes what is opposite, opens the rest.
   * @param lots bought positive
   * @param fee asked on the whole value
   */
  trade(account: number, lots: bigint, value: bigint, fee: bigint): Booked {
    const held = this.lots[account] as bigint;
    const all = magnitude(lots);
    const closing = held > 0n === lots > 0n ? 0n : least(all, magnitude(held));
    const closingValue = shareOf(value, closing, all);
    const closingFee = closing === all ? fee : quotient(fee * closing, all, "down");
    const closed = closing === 0n ? { fee: 0n, profit: 0n, shortfall: 0n } : this.#close(account, closing, closingValue, closingFee);
    if (closing === all) return closed;
    const opening = lots > 0n ? all - closing : closing - all;
    const opened = this.#open(account, opening, value - closingValue, fee - closingFee);
    return { ...closed, fee: closed.fee + opened };
  }

  /**
   * A part of a position closed by an order of its liquidation: gain and fee are its
   * margin's, of which nothing comes free before the position is empty (LIQ-4).
   * @param lots bought positive: against the position, and no more than it
   * @param fee asked on the whole value
   */
  reduce(account: number, lots: bigint, value: bigint, fee: bigint): Booked {
    const held = this.lots[account] as bigint;
    const margin = this.margin[account] as bigint;
    const entry = shareOf(this.entry[account] as bigint, magnitude(lots), magnitude(held));
    const profit = profitOf(this.#terms, held, entry, value);
    const left = most(0n, margin + profit);
    const shortfall = left - margin - profit;
    const charged = least(fee, left);
    const rest = left - charged;
    this.hold(account, lots, -entry);
    if (lots === -held) this.move(account, rest, -margin);
    else this.move(account, 0n, rest - margin);
    this.realize(account, profit + shortfall, charged);
    return { fee: charged, profit, shortfall };
  }

  /** Empties an account's position at a value; returns the fee charged and what is left of the margin, negative where it does not hold the loss (LIQ-4, LIQ-5). */
  surrender(account: number, value: bigint, fee: bigint): { fee: bigint; left: bigint } {
    const lots = this.lots[account] as bigint;
    const entry = this.entry[account] as bigint;
    const margin = this.margin[account] as bigint;
    const profit = profitOf(this.#terms, lots, entry, value);
    const left = margin + profit;
    const charged = most(0n, least(fee, left));
    this.hold(account, -lots, -entry);
    this.move(account, 0n, -margin);
    this.realize(account, most(profit, -margin), charged);
    return { fee: charged, left: left - charged };
  }

  /** Changes a position and its entry value, nothing else. */
  hold(account: number, lots: bigint, entry: bigint): void {
    this.#count(account, -1n);
    this.lots[account] = (this.lots[account] as bigint) + lots;
    this.entry[account] = (this.entry[account] as bigint) + entry;
    this.#count(account, 1n);
  }

  /** Funding into a position margin, or out of it; returns what the margin does not hold (MARK-3). */
  fund(account: number, amount: bigint): bigint {
    const paid = most(amount, -(this.margin[account] as bigint));
    this.move(account, 0n, paid);
    return paid - amount;
  }

  /** Lots left to the house at a value: they net with what it holds, and the profit of that is its own (FUND-4). */
  giveToHouse(lots: bigint, value: bigint): void {
    this.#cash.house += this.#give(HOUSE, lots, value);
  }

  /**
   * A trade of the vault, lots bought positive, or a position that it takes: it nets likewise, and the profit is its cash's (LIQ-4).
   * @returns loss beyond its cash
   */
  giveToVault(vault: number, lots: bigint, value: bigint): bigint {
    const profit = this.#give(vault, lots, value);
    const short = this.payVault(vault, profit);
    this.realized[vault] = (this.realized[vault] as bigint) + profit + short;
    return short;
  }

  /** Cash of the vault's, paid when negative; returns what it does not hold of that. */
  payVault(vault: number, amount: bigint): bigint {
    const paid = most(amount, -(this.#cash.wallet[vault] as bigint));
    this.move(vault, paid, 0n);
    return paid - amount;
  }

  #give(account: number, lots: bigint, value: bigint): bigint {
    const held = this.lots[account] as bigint;
    let profit = 0n;
    const all = magnitude(lots);
    const netting = held > 0n === lots > 0n ? 0n : least(all, magnitude(held));
    const nettingValue = shareOf(value, netting, all);
    if (netting > 0n) {
      const entry = shareOf(this.entry[account] as bigint, netting, magnitude(held));
      this.hold(account, lots > 0n ? netting : -netting, -entry);
      profit = profitOf(this.#terms, held, entry, nettingValue);
    }
    if (netting < all) this.hold(account, lots > 0n ? all - netting : netting - all, value - nettingValue);
    return profit;
  }

  /** What its open positions add to the cash of all, signed entry values by kind (CONS-2). */
  get entries(): bigint {
    return this.#terms.kind === "linear" ? -this.signedEntry : this.signedEntry;
  }

  /** Closing returns its part of the margin with the profit; a loss may use all of the margin, never more (ACCT-2, INST-4). */
  #close(account: number, lots: bigint, value: bigint, fee: bigint): Booked {
    const held = this.lots[account] as bigint;
    const all = magnitude(held);
    const margin = this.margin[account] as bigint;
    const entry = shareOf(this.entry[account] as bigint, lots, all);
    const profit = profitOf(this.#terms, held, entry, value);
    const part = lots === all ? margin : quotient(margin * lots, all, "down");
    const used = least(margin, most(part, -profit));
    const shortfall = most(0n, -profit - used);
    const cash = used + profit + shortfall;
    const charged = least(fee, cash);
    this.hold(account, held > 0n ? -lots : lots, -entry);
    this.move(account, cash - charged, -used);
    this.realize(account, profit + shortfall, charged);
    return { fee: charged, profit, shortfall };
  }

  /** Opening moves the initial margin in, as far as the wallet holds it after the fee (MARGIN-1): cross positions may have left it owing. */
  #open(account: number, lots: bigint, value: bigint, fee: bigint): bigint {
    const wallet = most(0n, this.#cash.walletOf(account));
    const charged = least(fee, wallet);
    const leverage = this.leverageHundredths[account] as bigint;
    // Without a leverage nobody trades; a table that says otherwise shows in the margin.
    const margin = leverage <= 0n ? 0n : least(marginAt(this.#terms, value, leverage), wallet - charged);
    this.hold(account, lots, value);
    this.move(account, -margin - charged, margin);
    this.realize(account, 0n, charged);
    return charged;
  }

  /** Notes what an account gained, and what fee the house has of it. */
  realize(account: number, profit: bigint, fee: bigint): void {
    this.realized[account] = (this.realized[account] as bigint) + profit;
    this.fees[account] = (this.fees[account] as bigint) + fee;
    this.#cash.house += fee;
  }

  /** What a liquidation leaves a trader, of which a part is profit (LIQ-5). */
  giveBack(account: number, amount: bigint, profit: bigint): void {
    this.move(account, amount, 0n);
    this.realized[account] = (this.realized[account] as bigint) + profit;
  }

  /** Changes wallet and position margin. */
  move(account: number, wallet: bigint, margin: bigint): void {
    this.margin[account] = (this.margin[account] as bigint) + margin;
    this.#cash.move(account, wallet, margin);
  }

  #count(account: number, sign: bigint): void {
    const lots = this.lots[account] as bigint;
    const entry = this.entry[account] as bigint;
    this.signedLots += sign * lots;
    if (lots > 0n) this.longLots += sign * lots;
    this.signedEntry += sign * (lots < 0n ? -entry : entry);
  }
}
