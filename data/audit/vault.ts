/** The rebuilt backstop vault: its cash, and its positions in all instruments (LIQ-4, LIQ-5). */
import type { Books } from "./books.ts";
import type { Cash } from "./cash.ts";
import type { Marks } from "./marks.ts";
import type { AuditTerms } from "./terms.ts";
import { profitOf, valueAt } from "./valuation.ts";

export class Vault {
  readonly account: number;
  readonly #cash: Cash;
  readonly #desks: { readonly books: Books; readonly marks: Marks; readonly terms: AuditTerms }[] = [];

  constructor(cash: Cash, account: number) {
    this.account = account;
    this.#cash = cash;
  }

  /** It trades an instrument. */
  trade(books: Books, marks: Marks, terms: AuditTerms): void {
    this.#desks.push({ books, marks, terms });
  }

  /** Its cash, quanta. */
  get cash(): bigint {
    return this.#cash.wallet[this.account] as bigint;
  }

  /** Cash and the profit of all its positions at their marks, quanta. */
  equity(timeUs: number): bigint {
    let equity = this.cash;
    for (const { books, marks, terms } of this.#desks) {
      const lots = books.lots[this.account] as bigint;
      if (lots !== 0n) equity += profitOf(terms, lots, books.entry[this.account] as bigint, valueAt(terms, marks.at(timeUs), lots));
    }
    return equity;
  }
}
