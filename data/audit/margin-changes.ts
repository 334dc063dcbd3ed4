/** Changes of the margin of an isolated position by its owner (ACCT-2): how much is taken as recorded, whether it may be is checked. */
import { type Booking, placeOf } from "./bookings.ts";
import { FIRST_TRADER } from "./books.ts";
import type { Cash } from "./cash.ts";
import type { Consequences } from "./consequences.ts";
import { least, magnitude } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import { marginAt, profitOf, valueAt } from "./valuation.ts";

export class MarginChanges {
  readonly #follow: Consequences;
  readonly #cash: Cash;
  readonly #findings: Findings;

  constructor(follow: Consequences, cash: Cash, findings: Findings) {
    this.#follow = follow;
    this.#cash = cash;
    this.#findings = findings;
  }

  /** One change. */
  book(cause: Booking): void {
    const { books, vault } = this.#follow.traded;
    const where = placeOf(cause);
    const account = Number(cause.row["account"]);
    if (!books.has(account) || account < FIRST_TRADER || account === vault?.account) {
      this.#findings.note(where, `ACCT-2: account ${account} is no account that trades`);
      return;
    }
    const amount = wholeOf(cause.row, "amount_quanta");
    const problem = this.#problem(account, amount);
    if (problem !== null) this.#findings.note(where, `ACCT-2: account ${account} ${problem}`);
    books.move(account, -amount, amount);
    this.#findings.compare(where, cause.row, { margin_quanta: books.margin[account] as bigint });
  }

  #problem(account: number, amount: bigint): string | null {
    const { mark, traded } = this.#follow;
    const { books, terms } = traded;
    const lots = books.lots[account] as bigint;
    if (lots === 0n || books.isCross[account] === 1) return "has no isolated position";
    if (amount === 0n) return "changes its margin by nothing";
    if (amount > 0n) return this.#cash.walletOf(account) < amount ? `does not have ${amount} in its wallet` : null;
    const value = valueAt(terms, mark, magnitude(lots));
    const loss = least(0n, profitOf(terms, lots, books.entry[account] as bigint, value));
    const needed = marginAt(terms, value, books.leverageHundredths[account] as bigint);
    const left = (books.margin[account] as bigint) + loss + amount;
    return left < needed ? `leaves ${left} of an initial margin of ${needed}` : null;
  }
}
