/**
 * Funding, worked out anew (MARK-3): at the first payment in an instrument at an instant what every
 * position in it owes or gets, then each payment is booked as it should be and compared. The
 * rate is taken as recorded, within the venue's cap.
 */
import { type Booking, placeOf } from "./bookings.ts";
import { type Books, FIRST_TRADER, HOUSE } from "./books.ts";
import type { Cash } from "./cash.ts";
import type { Consequences } from "./consequences.ts";
import { magnitude, quotient, shareOut } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import type { AuditTerms } from "./terms.ts";
import { valueAt } from "./valuation.ts";

/** What a rate is recorded to: hundred-millionths. */
const RATE_UNITS = 100_000_000n;

/** What one account gets, negative when it owes. */
interface Due {
  readonly account: number;
  readonly amount: bigint;
}

export class Funding {
  readonly #follow: Consequences;
  readonly #cash: Cash;
  readonly #findings: Findings;
  #dues: readonly Due[] = [];
  #paid = 0;
  #rate = Number.NaN;
  #beganUs = Number.NaN;
  #instrument = -1;

  constructor(follow: Consequences, cash: Cash, findings: Findings) {
    this.#follow = follow;
    this.#cash = cash;
    this.#findings = findings;
  }

  /** Whether some have paid and not all have received. */
  get isUnderWay(): boolean {
    return this.#paid < this.#dues.length;
  }

  /** One payment as recorded. */
  pay(cause: Booking): void {
    const { traded, timeUs } = this.#follow;
    const findings = this.#findings;
    if (this.#beganUs !== timeUs || this.#instrument !== traded.number) {
      this.end();
      this.#begin(cause);
    }
    const due = this.#dues[this.#paid];
    if (due === undefined) {
      findings.note(placeOf(cause), "pays funding that nobody owes");
      return;
    }
    this.#paid += 1;
    const { account, amount } = due;
    let short = 0n;
    if (account === traded.vault?.account) {
      short = this.#follow.fundVault(amount);
      if (short > 0n) this.#follow.settle("funding", -short);
    } else if (account >= FIRST_TRADER) {
      short = this.#follow.fund(account, amount, wholeOf(cause.row, "short_quanta"));
    } else if (account === HOUSE) this.#cash.house += amount;
    else this.#follow.settle("funding", amount);
    findings.compare(placeOf(cause), cause.row, { account, rate: this.#rate, amount_quanta: amount, short_quanta: short });
  }

  /** The payments of an instrument at an instant are over: none may be missing. */
  end(): void {
    const missing = this.#dues.length - this.#paid;
    if (missing > 0)
      this.#findings.note(`funding at ${this.#beganUs} µs, instrument ${this.#instrument}`, `${missing} payments are missing`);
    this.#dues = [];
    this.#paid = 0;
  }

  #begin(cause: Booking): void {
    const { traded, timeUs } = this.#follow;
    const { terms, books, marks, number } = traded;
    const findings = this.#findings;
    this.#beganUs = timeUs;
    this.#instrument = number;
    this.#rate = Number(cause.row["rate"]);
    const rate = BigInt(Math.round(this.#rate * Number(RATE_UNITS)) || 0);
    const { funding } = terms;
    if (funding === null) findings.note(placeOf(cause), "the venue pays no funding");
    else {
      if (magnitude(rate) * funding.cap.denominator > funding.cap.numerator * RATE_UNITS) {
        findings.note(placeOf(cause), `MARK-3: the rate ${this.#rate} is beyond the cap`);
      }
      if (timeUs - (timeUs % funding.intervalUs) <= marks.timeBefore(timeUs))
        findings.note(placeOf(cause), "MARK-3: no interval ends here");
    }
    this.#dues = duesOf(books, terms, marks.at(timeUs), rate);
    this.#paid = 0;
  }
}

/** Payers, then receivers, each by account: amounts of payers rounded up, the total shared by value, largest remainders first. */
function duesOf(books: Books, terms: AuditTerms, mark: bigint, rate: bigint): Due[] {
  const payers: Due[] = [];
  const receivers: { readonly account: number; readonly value: bigint }[] = [];
  let total = 0n;
  for (let account = 0; account < books.count && rate !== 0n; account++) {
    const lots = books.lots[account] as bigint;
    if (lots === 0n) continue;
    const value = valueAt(terms, mark, lots);
    if (lots > 0n !== rate > 0n) {
      receivers.push({ account, value });
      continue;
    }
    const owed = quotient(value * magnitude(rate), RATE_UNITS, "up");
    if (owed > 0n) payers.push({ account, amount: -owed });
    total += owed;
  }
  if (total === 0n) return [];
  const worthless = receivers.every(({ value }) => value === 0n);
  const weighed = receivers.map(({ account, value }) => ({
    account,
    weight: worthless ? magnitude(books.lots[account] as bigint) : value,
  }));
  return [...payers, ...shared(total, weighed)];
}

function shared(total: bigint, weighed: readonly { readonly account: number; readonly weight: bigint }[]): Due[] {
  if (weighed.every(({ weight }) => weight === 0n)) return [];
  const parts = shareOut(
    total,
    weighed.map(({ weight }) => weight),
  );
  return weighed.flatMap(({ account }, place) => {
    const amount = parts[place] as bigint;
    return amount === 0n ? [] : [{ account, amount }];
  });
}
