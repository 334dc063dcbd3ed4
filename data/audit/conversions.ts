/**
 * Sales of other assets to the house (ACCT-6): at a mark for a wallet that owes, before
 * anything is liquidated at it, and all of them before a scope is taken over. Those of a wallet that owes
 * without a position left follow from what closed the last one (`CrossBooks`).
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Consequences } from "./consequences.ts";
import type { CrossBooks } from "./cross-books.ts";
import type { Findings } from "./findings.ts";
import type { Reductions } from "./reductions.ts";
import type { RebuiltRun, Traded } from "./traded.ts";

export class Conversions {
  readonly #follow: Consequences;
  readonly #run: RebuiltRun;
  readonly #cross: CrossBooks;
  readonly #reductions: Reductions;
  readonly #findings: Findings;
  /** Whether something was liquidated at this instant: who owes at a mark has sold before. */
  #isLiquidating = false;

  constructor(follow: Consequences, run: RebuiltRun, cross: CrossBooks, reductions: Reductions, findings: Findings) {
    this.#follow = follow;
    this.#run = run;
    this.#cross = cross;
    this.#reductions = reductions;
    this.#findings = findings;
  }

  /** Something fails, is reduced or taken over. */
  liquidate(): void {
    this.#isLiquidating = true;
  }

  /** One sale that follows from nothing else. */
  sell(cause: Booking): void {
    const { collateral, cash, instruments } = this.#run;
    const { timeUs } = this.#follow;
    const where = placeOf(cause);
    const account = Number(cause.row["account"]);
    if (collateral === null || collateral.isMulti[account] !== 1) {
      this.#findings.note(where, `ACCT-6: account ${account} has no other assets`);
      return;
    }
    const { marks } = instruments[0] as Traded;
    if (!marks.isAt(timeUs)) this.#findings.note(where, `ACCT-6: sold at ${timeUs} µs, where there is no mark`);
    const wallet = cash.walletOf(account);
    const makesGood = wallet < 0n && !this.#isLiquidating;
    if (!makesGood) {
      this.#isLiquidating = true;
      this.#reductions.sellOut(where, account);
    }
    const [sale] = collateral.sales(account, makesGood ? -wallet : null, timeUs);
    if (sale === undefined) {
      this.#findings.note(where, `ACCT-6: account ${account} has nothing left to sell`);
      return;
    }
    this.#cross.sell(account, sale);
    this.#findings.compare(where, cause.row, this.#follow.conversionCells(account, sale.asset, sale.sold, sale.credited));
  }

  /**
   * An instant is over: who has owed all through it, and it was a mark, or owes at marks until another time, between
   * which nothing is booked, has nothing left to sell.
   */
  advance(fromUs: number, untilUs: number): void {
    this.#isLiquidating = false;
    const { collateral, cash, instruments } = this.#run;
    if (collateral === null || !Number.isFinite(fromUs)) return;
    const { marks } = instruments[0] as Traded;
    for (const [account, sinceUs] of cash.owing) {
      if (collateral.isMulti[account] !== 1) continue;
      const times = [...(marks.isAt(fromUs) && sinceUs < fromUs ? [fromUs] : []), ...marks.between(fromUs, untilUs)];
      const timeUs = times.find((time) => collateral.sales(account, -cash.walletOf(account), time).length > 0);
      if (timeUs !== undefined) this.#findings.note(`account ${account}`, `ACCT-6: owes at the mark at ${timeUs} µs and sells nothing`);
    }
  }
}
