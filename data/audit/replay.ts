/**
 * The replay: takes each cause as recorded (who traded how much at which price, who was
 * taken over, who was deleveraged), works out all that follows from it, and compares that
 * with what was recorded. It goes on with its own figures, so that one wrong cell stays
 * one difference.
 */
import { type Booking, type Group, placeOf } from "./bookings.ts";
import { type Books, FIRST_TRADER } from "./books.ts";
import { Consequences, engineAccount } from "./consequences.ts";
import { Deleveraging } from "./deleveraging.ts";
import type { Engine, RebuiltLiquidation } from "./engine.ts";
import { least, magnitude, most } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import { Funding } from "./funding.ts";
import type { Marks } from "./marks.ts";
import type { Samples } from "./samples.ts";
import type { AuditTerms } from "./terms.ts";
import { bankruptcyOf, fails, feeAt, limitOf, profitOf, requirementOf, valueAt } from "./valuation.ts";

/** What a replay works on. */
export interface ReplayParts {
  readonly terms: AuditTerms;
  readonly books: Books;
  readonly engine: Engine;
  readonly marks: Marks;
  readonly samples: Samples;
  readonly findings: Findings;
  /** Account of each liquidation, by number: the one thing about it that no event says. */
  readonly accountOf: Int32Array;
}

export class Replay {
  /** Conservation checks made (CONS-1, CONS-2). */
  checks = 0;
  readonly #parts: ReplayParts;
  readonly #follow: Consequences;
  readonly #funding: Funding;
  readonly #deleveraging: Deleveraging;
  #timeUs = Number.NEGATIVE_INFINITY;
  #group: Group | null = null;
  #trades = 0;
  #broken = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#follow = new Consequences(parts.terms, parts.books, parts.engine, parts.marks, parts.findings);
    this.#funding = new Funding(parts, this.#follow);
    this.#deleveraging = new Deleveraging(parts, this.#follow, (where, number, lots) => this.#openOne(where, number, lots));
  }

  /** Replays a cause with what followed. */
  apply(group: Group): void {
    const { cause } = group;
    const timeUs = Number(cause.row["time_us"]);
    if (timeUs < this.#timeUs) this.#parts.findings.note(placeOf(cause), `at ${timeUs} µs, before the booking before it`);
    if (cause.table !== "funding" || timeUs > this.#timeUs) this.#funding.end();
    if (timeUs > this.#timeUs) this.#advance(timeUs);
    this.#follow.begin(timeUs);
    this.#group = group;
    if (cause.table === "trades") this.#trade(cause);
    else if (cause.table === "adl") this.#deleveraging.close(cause);
    else if (cause.table === "funding") this.#funding.pay(cause);
    else if (cause.table === "funds" && cause.row["entry"] === "seed") this.#seed(cause);
    else if (cause.row["entry"] === "takeover") this.#takeOver(cause);
    else if (cause.row["entry"] === "netting") this.#net(cause);
    else if (cause.row["entry"] === "house") this.#leaveToHouse(cause);
    else this.#parts.findings.note(placeOf(cause), "follows from no event");
    this.#follow.compare(group);
    // Payers come before receivers: the payments of an instant are one event.
    if (!this.#funding.isUnderWay) this.#conserve(placeOf(cause));
  }

  /** After the last booking. */
  finish(): void {
    this.#funding.end();
    this.#advance(Number.POSITIVE_INFINITY);
    this.#conserve("end of the run");
  }

  /**
   * Everything of an instant is booked: its samples can be compared, and no pool may be short (CONS-3).
   * Between marks sharing an inventory's value by lots may leave the rest a quantum behind
   * the mark, which the next one deals with: there only what is booked counts.
   */
  #advance(timeUs: number): void {
    const { books, samples, findings, marks } = this.#parts;
    if (Number.isFinite(this.#timeUs)) {
      const available = marks.isAt(this.#timeUs) ? this.#follow.available(marks.at(this.#timeUs)) : books.pool;
      if (available < 0n) findings.note(`${this.#timeUs} µs`, `CONS-3: available of the pool is ${available}`);
    }
    samples.until(timeUs);
    this.#timeUs = timeUs;
  }

  /** CONS-1 and CONS-2, said once: a sum that is wrong stays wrong. */
  #conserve(where: string): void {
    const { books, findings } = this.#parts;
    this.checks += 1;
    if (this.#broken) return;
    const missing = books.missing();
    this.#broken = missing !== 0n || books.signedLots !== 0n;
    if (books.signedLots !== 0n) findings.note(where, `CONS-1: positions sum to ${books.signedLots} lots`);
    if (missing !== 0n) findings.note(where, `CONS-2: cash less signed entry values exceeds deposits by ${missing} quanta`);
  }

  #seed(cause: Booking): void {
    const { books, terms, findings } = this.#parts;
    books.movePool(terms.seed);
    books.deposits += terms.seed;
    findings.compare(placeOf(cause), cause.row, this.#follow.fundCells("seed", null, terms.seed, 0n));
  }

  #trade(cause: Booking): void {
    const { terms, findings } = this.#parts;
    const { row } = cause;
    const lots = wholeOf(row, "size_lots");
    const value = valueAt(terms, wholeOf(row, "price_ticks"), lots);
    const bought = row["taker_side"] === "buy" ? lots : -lots;
    const served: number[] = [];
    const takerFee = this.#tradeSide(cause, "taker_account", bought, value, feeAt(value, terms.taker), served);
    const makerFee = this.#tradeSide(cause, "maker_account", -bought, value, feeAt(value, terms.maker), served);
    findings.compare(placeOf(cause), row, {
      trade: this.#trades,
      value_quanta: value,
      maker_fee_quanta: makerFee,
      taker_fee_quanta: takerFee,
      liquidation: served[0] ?? null,
    });
    this.#trades += 1;
    this.#parts.samples.traded(lots);
  }

  /** One side of a trade; returns its fee. The engine pays none: its fee was taken at takeover. */
  #tradeSide(cause: Booking, column: string, lots: bigint, value: bigint, fee: bigint, served: number[]): bigint {
    const { books, findings } = this.#parts;
    const account = Number(cause.row[column]);
    if (!books.has(account) || account === FIRST_TRADER - 1) {
      findings.note(placeOf(cause), `${column} ${account} is no account that trades`);
      return 0n;
    }
    if (account < FIRST_TRADER) {
      const fills = (this.#group?.consequences ?? []).filter(({ table }) => table === "inventory");
      this.#engineFill(placeOf(cause), fills[served.length], lots, value, served);
      return 0n;
    }
    const booked = books.trade(account, lots, value, fee);
    if (booked.shortfall > 0n) this.#follow.payShortfall(booked.shortfall);
    return booked.fee;
  }

  /** The engine closed lots: better than takeover is the pool's gain, worse its payment (LIQ-5, LIQ-6). */
  #engineFill(where: string, fill: Booking | undefined, lots: bigint, value: bigint, served: number[]): void {
    const number = Number(fill?.row["liquidation"]);
    const liquidation = this.#openOne(where, number, -lots);
    if (liquidation === null) return;
    served.push(number);
    const all = magnitude(lots);
    const released = this.#parts.engine.valueOf(liquidation, all);
    const profit = profitOf(this.#parts.terms, liquidation.restLots, released, value);
    const paid = most(profit, -this.#follow.payable(liquidation));
    this.#follow.release(number, liquidation, "trade", all, released, value);
    if (profit >= 0n) liquidation.market += all;
    else liquidation.fund += all;
    this.#follow.gain(number, liquidation, paid);
    if (profit < paid) this.#follow.payFromHouse(number, liquidation, paid - profit);
  }

  #takeOver(cause: Booking): void {
    const { books, engine, terms, marks, findings, accountOf, samples } = this.#parts;
    const { row } = cause;
    const number = engine.liquidations.length;
    const account = accountOf[number] ?? -1;
    const where = `liquidations, liquidation ${number}`;
    const known = books.has(account) && books.lots[account] !== 0n;
    if (!known) findings.note(where, `account ${account} has no position to take over`);
    const lots = known ? (books.lots[account] as bigint) : wholeOf(row, "size_lots");
    if (lots === 0n) return;
    const entry = known ? (books.entry[account] as bigint) : 0n;
    const margin = known ? (books.margin[account] as bigint) : 0n;
    const mark = marks.at(this.#timeUs);
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
      ...{ account, side: lots > 0n ? "long" : "short", triggerUs: this.#timeUs, triggerMark: mark, limit: limitOf(terms, lots, value) },
      ...{ size: magnitude(lots), notional, entry, margin, equity, requirement, value, fee },
      ...{
        endUs: null,
        restLots: lots,
        restValue: value,
        market: 0n,
        fund: 0n,
        adl: 0n,
        residual: 0n,
        surplus: 0n,
        cover: 0n,
        uncovered: 0n,
      },
    };
    engine.add(liquidation);
    books.hold(engineAccount(lots), lots, value);
    samples.liquidated(liquidation);
    findings.compare(placeOf(cause), row, this.#follow.inventoryCells(number, "takeover", lots, value, null));
    this.#follow.leave(number, liquidation, left);
  }

  /** Two liquidations close against each other: at the value of the other one, so that the profit is the first one's (LIQ-7). */
  #net(cause: Booking): void {
    const { engine, terms, findings } = this.#parts;
    const partner = this.#group?.consequences.find(({ row }) => row["entry"] === "netting");
    const mineNumber = Number(cause.row["liquidation"]);
    const otherNumber = Number(partner?.row["liquidation"]);
    const mine = engine.liquidations[mineNumber];
    const other = engine.liquidations[otherNumber];
    if (mine === undefined || other === undefined || mine.restLots * other.restLots >= 0n) {
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

  #leaveToHouse(cause: Booking): void {
    const { books, engine, terms, marks, findings } = this.#parts;
    const number = Number(cause.row["liquidation"]);
    const liquidation = engine.liquidations[number];
    if (liquidation === undefined || liquidation.restLots === 0n) {
      findings.note(placeOf(cause), `liquidation ${number} has nothing left for the house`);
      return;
    }
    const { restLots, restValue } = liquidation;
    const value = valueAt(terms, marks.at(this.#timeUs), restLots);
    const loss = -profitOf(terms, restLots, restValue, value);
    const paid = least(loss, this.#follow.payable(liquidation));
    this.#follow.release(number, liquidation, "house", magnitude(restLots), restValue, value);
    findings.compare(placeOf(cause), cause.row, this.#follow.takeLast());
    books.giveToHouse(restLots, value);
    liquidation.residual += magnitude(restLots);
    this.#follow.movePool(number, liquidation, -paid);
    if (paid < loss) this.#follow.payFromHouse(number, liquidation, loss - paid);
  }

  /** A liquidation that still holds so many lots, signed as it holds them. */
  #openOne(where: string, number: number, lots: bigint): RebuiltLiquidation | null {
    const liquidation = this.#parts.engine.liquidations[number];
    const rest = liquidation?.restLots ?? 0n;
    if (liquidation !== undefined && lots !== 0n && magnitude(rest) >= magnitude(lots)) return liquidation;
    this.#parts.findings.note(where, `closes ${magnitude(lots)} lots of liquidation ${number}, which holds ${magnitude(rest)}`);
    return null;
  }
}
