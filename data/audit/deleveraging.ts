/**
 * Auto-deleveraging in the replay (ADL-3..6): whom it closed and by how much is taken as
 * recorded, and so is each levy; at what value, what pool and house pay and what it took
 * from whom is worked out.
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Cash } from "./cash.ts";
import type { Consequences } from "./consequences.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { least, magnitude, most, quotient } from "./exact.ts";
import { type Findings, type RecordedRow, wholeOf } from "./findings.ts";
import type { Reductions } from "./reductions.ts";
import type { Standing } from "./standing.ts";
import { profitOf, shareOf, valueAt } from "./valuation.ts";

/** An ADL event under way: it is shared out over its rows. */
interface AdlEvent {
  readonly number: number;
  readonly liquidation: RebuiltLiquidation | undefined;
  readonly lots: bigint;
  readonly needed: bigint;
  /** What all of it is worth at the price of the rules, and what of that is not closed yet (ADL-5). */
  readonly levy: bigint;
  closingValue: bigint;
  levied: bigint;
  closed: bigint;
  rank: number;
}

export class Deleveraging {
  readonly #follow: Consequences;
  readonly #cash: Cash;
  readonly #standing: Standing;
  readonly #findings: Findings;
  readonly #reductions: Reductions;
  readonly #openOne: (where: string, number: number, lots: bigint) => RebuiltLiquidation | null;
  #event: AdlEvent | null = null;

  /** @param openOne a liquidation that still holds so many lots, or null when that is noted */
  constructor(
    follow: Consequences,
    cash: Cash,
    standing: Standing,
    findings: Findings,
    reductions: Reductions,
    openOne: (where: string, number: number, lots: bigint) => RebuiltLiquidation | null,
  ) {
    this.#follow = follow;
    this.#cash = cash;
    this.#standing = standing;
    this.#findings = findings;
    this.#reductions = reductions;
    this.#openOne = openOne;
  }

  /** One account that was closed. */
  close(cause: Booking): void {
    const { books, engine, terms, counts } = this.#follow.traded;
    const findings = this.#findings;
    const { row } = cause;
    const number = Number(row["liquidation"]);
    const account = Number(row["account"]);
    const lots = wholeOf(row, "size_lots");
    const liquidation = this.#openOne(placeOf(cause), number, lots);
    if (liquidation === null) return;
    const held = books.has(account) ? (books.lots[account] as bigint) : 0n;
    if (held * liquidation.restLots >= 0n || magnitude(held) < lots) {
      findings.note(placeOf(cause), `account ${account} holds ${held} lots, which cannot close ${lots} of liquidation ${number}`);
      return;
    }
    this.#reductions.meet(account);
    if (this.#cash.ownerOf(account) === this.#cash.ownerOf(liquidation.account))
      findings.note(placeOf(cause), `ADL-3: account ${account} is the other leg of what it closes`);
    if (this.#reductions.isLiquidated(account)) findings.note(placeOf(cause), `ADL-3: account ${account} is being liquidated itself`);
    const { mark } = this.#follow;
    const event = this.#eventOf(row, liquidation, mark);
    const neededBefore = quotient(event.needed * event.closed, event.lots, "down");
    event.closed += lots;
    event.rank += 1;
    const worth = this.#worth(account, mark);
    const equity = this.#equity(account, worth, wholeOf(row, "equity_quanta"));
    // Without a loss to share out there is none; else it is taken as recorded, within bounds.
    const levy = event.levy === 0n ? 0n : wholeOf(row, "levy_quanta");
    const value = this.#valueOf(placeOf(cause), event, liquidation, lots, levy);
    const released = engine.valueOf(liquidation, lots);
    const profit = profitOf(terms, liquidation.restLots, released, value);
    const paid = most(profit, -this.#follow.payable(liquidation));
    this.#follow.release(number, liquidation, "adl", lots, released, value);
    this.#follow.gain(number, liquidation, paid);
    if (profit < paid) this.#follow.payFromHouse(number, liquidation, paid - profit);
    const booked = this.#follow.trade(account, held > 0n ? -lots : lots, value, 0n, 0n);
    books.reductions[account] = (books.reductions[account] as number) + 1;
    liquidation.adl += lots;
    counts.deleveraged(value);
    findings.compare(placeOf(cause), row, {
      event: event.number,
      side: held > 0n ? "long" : "short",
      rank: event.rank,
      position_lots: magnitude(held),
      mark_ticks: mark,
      ...(terms.kind === "linear" ? { price_ticks: quotient(value * terms.scale.denominator, lots * terms.scale.numerator, "even") } : {}),
      value_quanta: value,
      levy_quanta: levy,
      realized_profit_quanta: booked.profit,
      needed_quanta: quotient(event.needed * event.closed, event.lots, "down") - neededBefore,
      equity_quanta: equity,
      taken_quanta: worth - this.#worth(account, mark),
    });
  }

  /** At what value lots are closed: their share at the price of the rules, and the levy as recorded, which must be within two quanta of its part. */
  #valueOf(where: string, event: AdlEvent, liquidation: RebuiltLiquidation, lots: bigint, levy: bigint): bigint {
    const part = shareOf(event.closingValue, lots, magnitude(liquidation.restLots));
    event.closingValue -= part;
    event.levied += levy;
    if (magnitude(levy * event.lots - event.levy * lots) > 2n * event.lots) {
      this.#findings.note(where, `bears a levy of ${levy}, of ${event.levy} for ${lots} of ${event.lots} lots`);
    }
    if (event.closed === event.lots && event.levied !== event.levy) {
      this.#findings.note(where, `levies sum to ${event.levied} at the end of its event, not ${event.levy}`);
    }
    return liquidation.restLots > 0n ? part + levy : part - levy;
  }

  /** Value of all that a liquidation holds at the price of the rules (ADL-5). */
  #closingValueOf({ restLots, restValue }: RebuiltLiquidation, mark: bigint): bigint {
    const { terms, marks } = this.#follow.traded;
    const atMark = valueAt(terms, mark, restLots);
    const { price, far } = terms.adl;
    if (price === "mark") return atMark;
    if (price === "previous-mark") return valueAt(terms, marks.before(this.#follow.timeUs), restLots);
    const isFar = magnitude(restValue - atMark) * far.denominator > atMark * far.numerator;
    return price === "bankruptcy-unless-far" && isFar ? atMark : restValue;
  }

  /** The event a row belongs to: a new one starts with the loss at mark beyond what the pool can pay (CASC-5). */
  #eventOf(row: RecordedRow, liquidation: RebuiltLiquidation, mark: bigint): AdlEvent {
    const before = this.#event;
    if (before !== null && Number(row["event"]) === before.number && before.liquidation === liquidation) return before;
    const { engine, terms } = this.#follow.traded;
    const loss = -engine.profitAt(liquidation, mark);
    const payable = this.#follow.payable(liquidation);
    const closingValue = this.#closingValueOf(liquidation, mark);
    const short = -profitOf(terms, liquidation.restLots, liquidation.restValue, closingValue) - payable;
    this.#event = {
      number: before === null ? 0 : before.number + 1,
      liquidation,
      lots: magnitude(liquidation.restLots),
      needed: most(0n, loss - payable),
      levy: most(0n, short),
      closingValue,
      levied: 0n,
      closed: 0n,
      rank: 0,
    };
    return this.#event;
  }

  /** Equity of the scope of a position; fees of open orders elsewhere, which no table of balances tells of, may take from that of a cross scope. */
  #equity(account: number, worth: bigint, recorded: bigint): bigint {
    const { traded, timeUs } = this.#follow;
    if (traded.books.isCross[account] !== 1) return worth - this.#cash.walletOf(account);
    const most = this.#standing.mostEquity(account, timeUs);
    return this.#standing.hasOrders(account) ? least(recorded, most) : most;
  }

  /** Wallet, and margin and unrealised profit in this instrument at a mark: what it has in others does not change. */
  #worth(account: number, mark: bigint): bigint {
    const { books, terms } = this.#follow.traded;
    const lots = books.lots[account] as bigint;
    const cash = this.#cash.walletOf(account) + (books.margin[account] as bigint);
    return lots === 0n ? cash : cash + profitOf(terms, lots, books.entry[account] as bigint, valueAt(terms, mark, lots));
  }
}
