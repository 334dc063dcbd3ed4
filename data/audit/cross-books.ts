/**
 * Bookings of cross positions (ACCT-2): profit, fees and funding are the wallet's, which may
 * owe as long as the account holds a cross position; a position that is taken over is given
 * its part of the wallet before (MARGIN-5).
 */
import type { Booked } from "./books.ts";
import type { Cash } from "./cash.ts";
import { least, magnitude, most, quotient } from "./exact.ts";
import type { Findings } from "./findings.ts";
import type { Part, Standing } from "./standing.ts";
import type { Traded } from "./traded.ts";
import { profitOf, shareOf } from "./valuation.ts";

export class CrossBooks {
  readonly #standing: Standing;
  readonly #cash: Cash;
  readonly #findings: Findings;
  /** Parts given to positions that are still to be taken over, by account. */
  readonly #entrusted = new Map<number, Part[]>();

  constructor(standing: Standing, cash: Cash, findings: Findings) {
    this.#standing = standing;
    this.#cash = cash;
    this.#findings = findings;
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
    return this.#entrusted.get(account)?.some((part) => part.traded === traded) === true;
  }

  /** Takes the part of a position that is taken over now, with whose margin it is priced; with the first of a scope all of them are given theirs. */
  takePart(traded: Traded, account: number, timeUs: number): bigint {
    if (!this.isEntrusted(traded, account)) this.#entrust(account, timeUs);
    const parts = this.#entrusted.get(account) ?? [];
    this.#entrusted.set(
      account,
      parts.filter((part) => part.traded !== traded),
    );
    return parts.find((part) => part.traded === traded)?.margin ?? 0n;
  }

  /** An instant is over: a scope is taken over as a whole. */
  advance(timeUs: number): void {
    for (const [account, parts] of this.#entrusted) {
      for (const { traded } of parts) {
        const place = `account ${account}, instrument ${traded.number}`;
        this.#findings.note(place, `LIQ-4: not taken over at ${timeUs} µs with the others of its scope`);
      }
    }
    this.#entrusted.clear();
  }

  #entrust(account: number, timeUs: number): void {
    const parts = this.#standing.parts(account, timeUs);
    for (const { traded, cash } of parts) traded.books.move(account, -cash, cash);
    this.#entrusted.set(account, parts);
  }

  #close(traded: Traded, account: number, lots: bigint, value: bigint, fee: bigint, timeUs: number, recorded: bigint): Booked {
    const { books, terms } = traded;
    const held = books.lots[account] as bigint;
    const entry = shareOf(books.entry[account] as bigint, lots, magnitude(held));
    const profit = profitOf(terms, held, entry, value);
    books.hold(account, held > 0n ? -lots : lots, -entry);
    books.move(account, profit, 0n);
    const charged = this.#charge(account, fee, timeUs, recorded);
    // Without a position left it cannot owe (ACCT-2).
    const wallet = this.#cash.wallet[account] as bigint;
    const shortfall = this.#standing.held(account).length === 0 ? most(0n, -wallet) : 0n;
    books.move(account, shortfall, 0n);
    books.realize(account, profit + shortfall, charged);
    return { fee: charged, profit, shortfall };
  }

  #charge(account: number, fee: bigint, timeUs: number, recorded: bigint): bigint {
    const charged = this.#pays(account, fee, timeUs, recorded);
    this.#cash.move(account, -charged, 0n);
    return charged;
  }

  /** What of an amount asked is paid: no more than is left (ORDER-3). A rebate is paid whatever is left. */
  #pays(account: number, asked: bigint, timeUs: number, recorded: bigint): bigint {
    if (asked <= most(0n, this.#cash.wallet[account] as bigint)) return asked;
    const remaining = this.#standing.remaining(account, timeUs);
    return most(least(asked, remaining.least), least(recorded, least(asked, remaining.most)));
  }
}
