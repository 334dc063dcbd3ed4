/**
 * A long and a short leg of one contract, closed against each other at the mark by the
 * liquidation of their scope: nobody else takes part, and there is no fee (LIQ-3). How much of
 * them is taken as recorded.
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Cash } from "./cash.ts";
import type { Consequences } from "./consequences.ts";
import { type Findings, wholeOf } from "./findings.ts";
import type { Reductions } from "./reductions.ts";
import { valueAt } from "./valuation.ts";

export class Offsets {
  readonly #follow: Consequences;
  readonly #cash: Cash;
  readonly #reductions: Reductions;
  readonly #findings: Findings;

  constructor(follow: Consequences, cash: Cash, reductions: Reductions, findings: Findings) {
    this.#follow = follow;
    this.#cash = cash;
    this.#reductions = reductions;
    this.#findings = findings;
  }

  /** One pair. */
  close(cause: Booking): void {
    const { traded, mark, timeUs } = this.#follow;
    const { books, terms, marks } = traded;
    const { row } = cause;
    const where = placeOf(cause);
    const [long, short] = [Number(row["long_account"]), Number(row["short_account"])];
    const lots = wholeOf(row, "size_lots");
    const longOne = this.#reductions.find(Number(row["long_liquidation"]), long);
    const shortOne = this.#reductions.find(Number(row["short_liquidation"]), short);
    if (longOne === null || shortOne === null) {
      this.#findings.note(where, "LIQ-3: closes legs whose liquidations are not under way");
      return;
    }
    const isPair = long !== short && this.#cash.ownerOf(long) === this.#cash.ownerOf(short);
    const isCross = books.isCross[long] === 1 && books.isCross[short] === 1;
    if (!isPair || !isCross || lots <= 0n || (books.lots[long] as bigint) < lots || -(books.lots[short] as bigint) < lots) {
      const held = `${books.lots[long]} and ${books.lots[short]}`;
      this.#findings.note(where, `LIQ-3: accounts ${long} and ${short} hold ${held} lots, which cannot close ${lots} of each other`);
      return;
    }
    if (!marks.isAt(timeUs)) this.#findings.note(where, `LIQ-3: at ${timeUs} µs there is no mark to close them at`);
    this.#reductions.expectReducible(where, long);
    const value = valueAt(terms, mark, lots);
    this.#findings.compare(where, row, { value_quanta: value });
    this.#follow.reduce(long, -lots, value, 0n, 0n);
    this.#reductions.reduced(longOne, lots, value, 0n);
    this.#follow.reduce(short, lots, value, 0n, 0n);
    this.#reductions.reduced(shortOne, lots, value, 0n);
    this.#reductions.judge(long);
  }
}
