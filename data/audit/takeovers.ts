/**
 * The liquidation engine in the replay: what it takes over (LIQ-4), nets (LIQ-7) and
 * leaves to the house (FUND-4).
 */
import { type Booking, placeOf } from "./bookings.ts";
import { type Consequences, engineAccount } from "./consequences.ts";
import type { CrossBooks } from "./cross-books.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { least, magnitude } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import type { Reductions } from "./reductions.ts";
import { bankruptcyOf, feeAt, profitOf, requirementOf, valueAt } from "./valuation.ts";

export class Takeovers {
  readonly #follow: Consequences;
  readonly #liquidations: readonly RebuiltLiquidation[];
  readonly #reductions: Reductions;
  readonly #cross: CrossBooks;
  readonly #findings: Findings;

  /** @param liquidations of all instruments, by number */
  constructor(
    follow: Consequences,
    liquidations: readonly RebuiltLiquidation[],
    reductions: Reductions,
    cross: CrossBooks,
    findings: Findings,
  ) {
    this.#cross = cross;
    this.#follow = follow;
    this.#liquidations = liquidations;
    this.#reductions = reductions;
    this.#findings = findings;
  }

  /** A position that fails, or what is left of it. */
  takeOver(cause: Booking): void {
    const { traded, timeUs } = this.#follow;
    const { books, engine, terms, counts } = traded;
    const { row } = cause;
    const number = Number(row["liquidation"]);
    const liquidation = this.#reductions.take(placeOf(cause), number);
    if (liquidation === null) return;
    const { account } = liquidation;
    const lots = books.lots[account] as bigint;
    if (lots === 0n) return;
    const entry = books.entry[account] as bigint;
    const atMark = valueAt(terms, this.#follow.mark, lots);
    const isCross = books.isCross[account] === 1;
    const margin = isCross ? this.#cross.takePart(traded, account, timeUs) : (books.margin[account] as bigint);
    const bankrupt = terms.takeoverAt === "mark" ? atMark : bankruptcyOf(terms, lots, entry, margin);
    const value = bankrupt ?? wholeOf(row, "value_quanta");
    const { fee, left } = books.surrender(account, value, feeAt(value, terms.liquidation));
    this.#follow.charge(fee);
    // Where no positive price would be bad enough for the part of a scope, it is taken over at nothing.
    if (left < 0n && terms.takeoverAt === "bankruptcy" && !(isCross && value === 0n))
      this.#findings.note(placeOf(cause), `CONS-3: the loss of account ${account} exceeds its margin by ${-left}`);
    liquidation.fee += fee;
    liquidation.liquidated += atMark;
    counts.liquidated(lots, atMark);
    engine.takeOver(liquidation, lots, value);
    books.hold(engineAccount(lots), lots, value);
    this.#findings.compare(placeOf(cause), row, this.#follow.inventoryCells(number, "takeover", lots, value, null));
    if (left < 0n) this.#follow.pay(number, liquidation, -left);
    else this.#follow.leave(number, liquidation, left);
  }

  /** Two liquidations close against each other: at the value of the other one, so that the profit is the first one's (LIQ-7). */
  net(cause: Booking, consequences: readonly Booking[]): void {
    const { engine, terms, number: instrument } = this.#follow.traded;
    const findings = this.#findings;
    const partner = consequences.find(({ row }) => row["entry"] === "netting");
    const mineNumber = Number(cause.row["liquidation"]);
    const otherNumber = Number(partner?.row["liquidation"]);
    const mine = this.#liquidations[mineNumber];
    const other = this.#liquidations[otherNumber];
    const opposite = mine !== undefined && other !== undefined && mine.restLots * other.restLots < 0n;
    if (!opposite || mine.instrument !== instrument || other.instrument !== instrument) {
      findings.note(placeOf(cause), `liquidations ${mineNumber} and ${otherNumber} hold nothing to net`);
      return;
    }
    const lots = least(magnitude(mine.restLots), magnitude(other.restLots));
    const myValue = engine.valueOf(mine, lots);
    const otherValue = engine.valueOf(other, lots);
    const profit = profitOf(terms, mine.restLots, myValue, otherValue);
    this.#follow.release(mineNumber, mine, "netting", lots, myValue, otherValue);
    // The first row is the cause itself.
    findings.compare(placeOf(cause), cause.row, this.#follow.takeLast());
    this.#follow.release(otherNumber, other, "netting", lots, otherValue, otherValue);
    mine.market += lots;
    other.market += lots;
    this.#follow.gain(mineNumber, mine, profit);
  }

  /** What the backstop vault takes, with what is left of its margin (LIQ-4). */
  takeIntoVault(cause: Booking): void {
    const { terms, number: instrument } = this.#follow.traded;
    const findings = this.#findings;
    const where = placeOf(cause);
    const number = Number(cause.row["liquidation"]);
    const liquidation = this.#liquidations[number];
    const below = terms.vault?.below ?? null;
    if (below === null || liquidation === undefined || liquidation.instrument !== instrument || liquidation.restLots === 0n) {
      findings.note(where, below === null ? "LIQ-4: no vault takes positions" : `liquidation ${number} has nothing left for the vault`);
      return;
    }
    const { restLots, restValue } = liquidation;
    const value = valueAt(terms, this.#follow.mark, restLots);
    const left = profitOf(terms, restLots, restValue, value);
    const required = requirementOf(terms, restLots, value, restValue);
    if (left < 0n || left * below.denominator >= required * below.numerator)
      findings.note(where, `LIQ-4: the vault takes what has equity ${left} for a requirement of ${required}`);
    this.#follow.release(number, liquidation, "vault", magnitude(restLots), restValue, value);
    findings.compare(where, cause.row, this.#follow.takeLast());
    liquidation.vault += magnitude(restLots);
    liquidation.surplus += left;
    this.#follow.tradeVault("takeover", number, restLots, value, left);
  }

  /** What nobody else takes. */
  leaveToHouse(cause: Booking): void {
    const { books, terms, number: instrument } = this.#follow.traded;
    const findings = this.#findings;
    const number = Number(cause.row["liquidation"]);
    const liquidation = this.#liquidations[number];
    if (liquidation === undefined || liquidation.instrument !== instrument || liquidation.restLots === 0n) {
      findings.note(placeOf(cause), `liquidation ${number} has nothing left for the house`);
      return;
    }
    const { restLots, restValue } = liquidation;
    const value = valueAt(terms, this.#follow.mark, restLots);
    const loss = -profitOf(terms, restLots, restValue, value);
    this.#follow.release(number, liquidation, "house", magnitude(restLots), restValue, value);
    findings.compare(placeOf(cause), cause.row, this.#follow.takeLast());
    books.giveToHouse(restLots, value);
    liquidation.residual += magnitude(restLots);
    this.#follow.pay(number, liquidation, loss);
  }
}
