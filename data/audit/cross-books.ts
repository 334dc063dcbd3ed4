/**
 * Bookings of cross positions (ACCT-2): profit, fees and funding are the wallet's, which may
 * owe as long as the account holds a cross position; when the last one is closed other assets
 * are sold for what it owes (ACCT-6). A position that is taken over is given its part of the
 * wallet before (MARGIN-5).
 */
import type { Booked } from "./books.ts";
import type { Cash } from "./cash.ts";
import type { Collateral, Sale } from "./collateral.ts";
import { least, magnitude, most, quotient } from "./exact.ts";
import type { Findings } from "./findings.ts";
import type { Part, Standing } from "./standing.ts";
import type { Traded } from "./traded.ts";
import { profitOf, shareOf } from "./valuation.ts";

/** A sale of an account's other assets to the house. */
export interface Sold extends Sale {
  readonly account: number;
}

export class CrossBooks {
  readonly #standing: Standing;
  readonly #cash: Cash;
  readonly #findings: Findings;
  /** Parts given to positions that are still to be taken over, by account. */
  readonly #entrusted = new Map<number, Part[]>();
  readonly #collateral: Collateral | null;
  #sold: Sold[] = [];

  constructor(standing: Standing, cash: Cash, findings: Findings, collateral: Collateral | null = null) {
    this.#standing = standing;
    this.#cash = cash;
    this.#findings = findings;
    this.#collateral = collateral;
  }

  /**
   * A trade: closes what is opposite, opens the rest.
   * @param lots bought positive
   * @param fee asked on the whole value
   * @param recorded fee, which decides where the tables do not tell how much is left to pay it with
   */
  trade(traded: Traded, account: number, lots: bigint, value: bigint, fee: bigint, timeUs: number, recorded: bigint): Booked {
    const held = traded.books.lots[account] as bigint;
    const all = magnitude(lots);
    const closing = held > 0n === lots > 0n ? 0n : least(all, magnitude(held));
    const closingFee = closing === all ? fee : quotient(fee * closing, all, "down");
    const closingValue = shareOf(value, closing, all);
    let booked: Booked = { fee: 0n, profit: 0n, shortfall: 0n };
    if (closing > 0n) booked = this.#close(traded, account, closing, closingValue, closingFee, timeUs, recorded);
    if (closing === all) return booked;
    traded.books.hold(account, lots > 0n ? all - closing : closing - all, value - closingValue);
    const charged = this.#charge(account, fee - closingFee, timeUs, recorded - booked.fee);
    traded.books.realize(account, 0n, charged);
    return { ...booked, fee: booked.fee + charged };
  }

  /** Funding, as far as there is anything left for it; returns what there is not (MARK-3). */
  fund(traded: Traded, account: number, amount: bigint, timeUs: number, recordedShort: bigint): bigint {
    const paid = amount > 0n ? -amount : this.#pays(account, -amount, timeUs, -amount - recordedShort);
    traded.books.move(account, -paid, 0n);
    return -paid - amount;
  }

  /** Whether a position has been given its part already. */
  isEntrusted(traded: Traded, account: number): boolean {
    return this.#entrusted.get(this.#cash.ownerOf(account))?.some((part) => isOf(part, traded, account)) === true;
  }

  /** Takes the part of a position that is taken over now, with whose margin it is priced; with the first of a scope all of them are given theirs. */
  takePart(traded: Traded, account: number, timeUs: number): bigint {
    if (!this.isEntrusted(traded, account)) this.#entrust(account, timeUs);
    const owner = this.#cash.ownerOf(account);
    const parts = this.#entrusted.get(owner) ?? [];
    this.#entrusted.set(
      owner,
      parts.filter((part) => !isOf(part, traded, account)),
    );
    return parts.find((part) => isOf(part, traded, account))?.margin ?? 0n;
  }

  /** An account sells some of another asset to the house. */
  sell(account: number, sale: Sale): void {
    this.#collateral?.move(account, sale);
    this.#cash.move(account, sale.credited, 0n);
    this.#cash.house -= sale.credited;
  }

  /** What was sold since this was asked last. */
  takeSold(): Sold[] {
    const sold = this.#sold;
    this.#sold = [];
    return sold;
  }

  /** An instant is over: a scope is taken over as a whole. */
  advance(timeUs: number): void {
    for (const parts of this.#entrusted.values()) {
      for (const { traded, number } of parts) {
        const place = `account ${number}, instrument ${traded.number}`;
        this.#findings.note(place, `LIQ-4: not taken over at ${timeUs} µs with the others of its scope`);
      }
    }
    this.#entrusted.clear();
  }

  #entrust(account: number, timeUs: number): void {
    const parts = this.#standing.parts(account, timeUs, this.#standing.isMulti(account));
    for (const { traded, number, cash } of parts) traded.books.move(number, -cash, cash);
    this.#entrusted.set(this.#cash.ownerOf(account), parts);
  }

  #close(traded: Traded, account: number, lots: bigint, value: bigint, fee: bigint, timeUs: number, recorded: bigint): Booked {
    const { books, terms } = traded;
    const held = books.lots[account] as bigint;
    const entry = shareOf(books.entry[account] as bigint, lots, magnitude(held));
    const profit = profitOf(terms, held, entry, value);
    books.hold(account, held > 0n ? -lots : lots, -entry);
    books.move(account, profit, 0n);
    const charged = this.#charge(account, fee, timeUs, recorded);
    // Without a position left it cannot owe (ACCT-2): what it has in other assets pays first (ACCT-6).
    const mayOwe = this.#cash.walletOf(account) >= 0n || this.#standing.held(account).length > 0;
    if (!mayOwe) this.#makeGood(this.#cash.ownerOf(account), timeUs);
    const shortfall = mayOwe ? 0n : most(0n, -this.#cash.walletOf(account));
    books.move(account, shortfall, 0n);
    books.realize(account, profit + shortfall, charged);
    return { fee: charged, profit, shortfall };
  }

  #makeGood(account: number, timeUs: number): void {
    if (this.#collateral === null || !this.#standing.isMulti(account)) return;
    for (const sale of this.#collateral.sales(account, -this.#cash.walletOf(account), timeUs)) {
      this.sell(account, sale);
      this.#sold.push({ ...sale, account });
    }
  }

  #charge(account: number, fee: bigint, timeUs: number, recorded: bigint): bigint {
    const charged = this.#pays(account, fee, timeUs, recorded);
    this.#cash.move(account, -charged, 0n);
    return charged;
  }

  /** What of an amount asked is paid: no more than is left (ORDER-3). A rebate is paid whatever is left. */
  #pays(account: number, asked: bigint, timeUs: number, recorded: bigint): bigint {
    if (asked <= most(0n, this.#cash.walletOf(account))) return asked;
    const remaining = this.#standing.remaining(account, timeUs);
    return most(least(asked, remaining.least), least(recorded, least(asked, remaining.most)));
  }
}

function isOf(part: Part, traded: Traded, number: number): boolean {
  return part.traded === traded && part.number === number;
}
