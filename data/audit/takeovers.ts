/**
 * The liquidation engine in the replay: what it takes over (LIQ-4), nets (LIQ-7) and
 * leaves to the house (FUND-4).
 */
import { type Booking, placeOf } from "./bookings.ts";
import { type Consequences, engineAccount } from "./consequences.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { least, magnitude } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import { bankruptcyOf, fails, feeAt, limitOf, profitOf, requirementOf, valueAt } from "./valuation.ts";

/** What a liquidation has come to when it starts. */
const NOTHING_CLOSED = {
  ...{ endUs: null, market: 0n, fund: 0n, adl: 0n, residual: 0n },
  ...{ surplus: 0n, cover: 0n, uncovered: 0n },
};

export class Takeovers {
  readonly #follow: Consequences;
  readonly #liquidations: readonly RebuiltLiquidation[];
  readonly #accountOf: Int32Array;
  readonly #findings: Findings;

  /**
   * @param liquidations of all instruments, by number
   * @param accountOf account of each, by number
   */
  constructor(follow: Consequences, liquidations: readonly RebuiltLiquidation[], accountOf: Int32Array, findings: Findings) {
    this.#follow = follow;
    this.#liquidations = liquidations;
    this.#accountOf = accountOf;
    this.#findings = findings;
  }

  /** A position that fails, whole. */
  takeOver(cause: Booking): void {
    const { books, engine, terms, counts, number: instrument } = this.#follow.traded;
    const { timeUs, mark } = this.#follow;
    const findings = this.#findings;
    const { row } = cause;
    const number = this.#liquidations.length;
    const account = this.#accountOf[number] ?? -1;
    const where = `liquidations, liquidation ${number}`;
    const known = books.has(account) && books.lots[account] !== 0n;
    if (!known) findings.note(where, `account ${account} has no position to take over`);
    const lots = known ? (books.lots[account] as bigint) : wholeOf(row, "size_lots");
    if (lots === 0n) return;
    const entry = known ? (books.entry[account] as bigint) : 0n;
    const margin = known ? (books.margin[account] as bigint) : 0n;
    const notional = valueAt(terms, mark, lots);
    const equity = margin + profitOf(terms, lots, entry, notional);
    const requirement = requirementOf(terms, lots, notional);
    if (known && !fails(terms, equity, requirement)) {
      findings.note(where, `MARGIN-3: equity ${equity} carries the requirement ${requirement} at mark ${mark}`);
    }
    const value = (known ? bankruptcyOf(terms, lots, entry, margin) : null) ?? wholeOf(row, "value_quanta");
    const { fee, left } = known ? books.surrender(account, value, feeAt(value, terms.liquidation)) : { fee: 0n, left: 0n };
    if (left < 0n) findings.note(where, `CONS-3: the loss of account ${account} exceeds its margin by ${-left}`);
    const liquidation: RebuiltLiquidation = {
      ...{ account, instrument, side: lots > 0n ? "long" : "short", triggerUs: timeUs, triggerMark: mark },
      limit: limitOf(terms, lots, value),
      ...{ size: magnitude(lots), notional, entry, margin, equity, requirement, value, fee },
      ...{ ...NOTHING_CLOSED, restLots: lots, restValue: value },
    };
    engine.add(liquidation);
    books.hold(engineAccount(lots), lots, value);
    counts.liquidated(liquidation);
    findings.compare(placeOf(cause), row, this.#follow.inventoryCells(number, "takeover", lots, value, null));
    this.#follow.leave(number, liquidation, left);
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
    const paid = least(loss, this.#follow.payable(liquidation));
    this.#follow.release(number, liquidation, "house", magnitude(restLots), restValue, value);
    findings.compare(placeOf(cause), cause.row, this.#follow.takeLast());
    books.giveToHouse(restLots, value);
    liquidation.residual += magnitude(restLots);
    this.#follow.movePool(number, liquidation, -paid);
    if (paid < loss) this.#follow.payFromHouse(number, liquidation, loss - paid);
  }
}
