/**
 * The replay: takes each cause as recorded (who traded how much at which price, who
 * failed, was taken over, was deleveraged), works out all that follows from it, and compares that
 * with what was recorded. It goes on with its own figures, so that one wrong cell stays
 * one difference.
 */
import { type Booking, type Group, POOL_CAUSES, placeOf, timeOf } from "./bookings.ts";
import { FIRST_TRADER } from "./books.ts";
import { Consequences } from "./consequences.ts";
import { Conversions } from "./conversions.ts";
import { CrossBooks } from "./cross-books.ts";
import { Deleveraging } from "./deleveraging.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { magnitude, most } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import { Funding } from "./funding.ts";
import { MarginChanges } from "./margin-changes.ts";
import { Offsets } from "./offsets.ts";
import { PoolMovements } from "./pool-movements.ts";
import { Reductions } from "./reductions.ts";
import type { Samples } from "./samples.ts";
import { Standing } from "./standing.ts";
import { Takeovers } from "./takeovers.ts";
import { missingCash, type RebuiltRun, type Traded } from "./traded.ts";
import { feeAt, profitOf, valueAt } from "./valuation.ts";

/** What a replay works on. */
export interface ReplayParts {
  readonly run: RebuiltRun;
  readonly samples: Samples;
  readonly findings: Findings;
}

export class Replay {
  /** Conservation checks made (CONS-1, CONS-2). */
  checks = 0;
  readonly #run: RebuiltRun;
  readonly #samples: Samples;
  readonly #findings: Findings;
  readonly #cross: CrossBooks;
  readonly #follow: Consequences;
  readonly #funding: Funding;
  readonly #deleveraging: Deleveraging;
  readonly #reductions: Reductions;
  readonly #takeovers: Takeovers;
  readonly #pools: PoolMovements;
  readonly #offsets: Offsets;
  readonly #conversions: Conversions;
  readonly #margins: MarginChanges;
  #timeUs = Number.NEGATIVE_INFINITY;
  #group: Group | null = null;
  #trades = 0;
  #broken = false;

  constructor({ run, samples, findings }: ReplayParts) {
    this.#run = run;
    this.#samples = samples;
    this.#findings = findings;
    const standing = new Standing(run);
    this.#cross = new CrossBooks(standing, run.cash, findings, run.collateral);
    this.#follow = new Consequences(run, standing, this.#cross, findings);
    this.#funding = new Funding(this.#follow, run.cash, findings);
    this.#reductions = new Reductions(this.#follow, run, standing, this.#cross, findings);
    this.#deleveraging = new Deleveraging(this.#follow, run.cash, standing, findings, this.#reductions, (where, number, lots) =>
      this.#openOne(where, number, lots),
    );
    this.#takeovers = new Takeovers(this.#follow, run.liquidations, this.#reductions, this.#cross, findings);
    this.#pools = new PoolMovements(this.#follow, run, findings);
    this.#offsets = new Offsets(this.#follow, run.cash, this.#reductions, findings);
    this.#margins = new MarginChanges(this.#follow, run.cash, findings);
    this.#conversions = new Conversions(this.#follow, run, this.#cross, this.#reductions, findings);
  }

  /** Replays a cause with what followed. */
  apply(group: Group): void {
    const { cause } = group;
    const timeUs = timeOf(cause);
    if (timeUs < this.#timeUs) this.#findings.note(placeOf(cause), `at ${timeUs} µs, before the booking before it`);
    if (cause.table !== "funding" || timeUs > this.#timeUs) this.#funding.end();
    if (timeUs > this.#timeUs) this.#advance(timeUs);
    this.#group = group;
    this.#causeOf(group, timeUs);
    // Sales that do not follow from it are events of their own.
    const { consequences } = group;
    let count = consequences.length;
    while (count > this.#follow.expectedCount && consequences[count - 1]?.table === "conversions") count -= 1;
    this.#follow.compare({ cause, consequences: consequences.slice(0, count) });
    // Payers come before receivers: the payments of an instant are one event.
    if (!this.#funding.isUnderWay) this.#conserve(placeOf(cause));
    for (const sale of consequences.slice(count)) this.apply({ cause: sale, consequences: [] });
  }

  #causeOf({ cause, consequences }: Group, timeUs: number): void {
    if (cause.table === "conversions") {
      this.#pools.pass();
      this.#follow.begin(timeUs, this.#run.instruments[0] as Traded, consequences);
      this.#conversions.sell(cause);
      return;
    }
    const isPools = cause.table === "funds" && POOL_CAUSES.includes(cause.row["entry"]);
    const traded = isPools ? this.#follow.traded : this.#run.instruments[Number(cause.row["instrument"])];
    if (!isPools) this.#pools.pass();
    this.#follow.begin(timeUs, traded ?? this.#follow.traded, consequences);
    if (traded === undefined) this.#findings.note(placeOf(cause), "follows from no event in an instrument of the run");
    else if (cause.table === "trades") this.#trade(cause);
    else if (cause.table === "offsets") this.#liquidated(() => this.#offsets.close(cause));
    else if (cause.table === "adl") this.#deleveraging.close(cause);
    else if (cause.table === "funding") this.#funding.pay(cause);
    else if (cause.table === "margins") this.#margins.book(cause);
    else if (isPools) this.#pools.move(cause);
    else if (cause.table === "liquidations") this.#liquidated(() => this.#reductions.trigger(cause));
    else if (cause.row["entry"] === "takeover") this.#liquidated(() => this.#takeovers.takeOver(cause));
    else if (cause.row["entry"] === "netting") this.#takeovers.net(cause, consequences);
    else if (cause.table === "vault") this.#seedVault(cause);
    else if (cause.row["entry"] === "vault") this.#takeovers.takeIntoVault(cause);
    else if (cause.row["entry"] === "house") this.#takeovers.leaveToHouse(cause);
    else this.#findings.note(placeOf(cause), "follows from no event");
  }

  /** Something of a liquidation before the engine holds anything of it. */
  #liquidated(book: () => void): void {
    this.#conversions.liquidate();
    book();
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
   * the mark, which the next one deals with: there only what is held counts.
   */
  #advance(timeUs: number): void {
    if (Number.isFinite(this.#timeUs)) {
      const atMark = this.#run.instruments.some(({ marks }) => marks.isAt(this.#timeUs));
      for (const pool of this.#run.pools) {
        const available = atMark ? pool.available(this.#timeUs) : pool.held;
        if (available < 0n) this.#findings.note(`${this.#timeUs} µs`, `CONS-3: available of the pool ${pool.name} is ${available}`);
      }
    }
    this.#cross.advance(this.#timeUs);
    this.#pools.advance(timeUs);
    this.#reductions.advance(this.#timeUs, timeUs);
    this.#conversions.advance(this.#timeUs, timeUs);
    this.#run.cash.timeUs = timeUs;
    this.#samples.until(timeUs);
    this.#timeUs = timeUs;
  }

  /** CONS-1 and CONS-2, said once: a sum that is wrong stays wrong. */
  #conserve(where: string): void {
    this.checks += 1;
    if (this.#broken) return;
    for (const { number, books } of this.#run.instruments) {
      if (books.signedLots === 0n) continue;
      this.#broken = true;
      this.#findings.note(where, `CONS-1: positions in instrument ${number} sum to ${books.signedLots} lots`);
    }
    const missing = missingCash(this.#run);
    if (missing === 0n) return;
    this.#broken = true;
    this.#findings.note(where, `CONS-2: cash less signed entry values exceeds deposits by ${missing} quanta`);
  }

  #trade(cause: Booking): void {
    const { terms, counts } = this.#follow.traded;
    const { row } = cause;
    const lots = wholeOf(row, "size_lots");
    const value = valueAt(terms, wholeOf(row, "price_ticks"), lots);
    const bought = row["taker_side"] === "buy" ? lots : -lots;
    const served: number[] = [];
    const reduced = row["liquidation"] === null ? null : this.#reductions.find(Number(row["liquidation"]), Number(row["taker_account"]));
    const takerFee =
      reduced === null
        ? this.#tradeSide(cause, "taker_account", bought, value, feeAt(value, terms.taker), served)
        : this.#reduce(cause, reduced, bought, value);
    const makerFee = this.#tradeSide(cause, "maker_account", -bought, value, feeAt(value, terms.maker), served);
    this.#findings.compare(placeOf(cause), row, {
      trade: this.#trades,
      value_quanta: value,
      maker_fee_quanta: makerFee,
      taker_fee_quanta: takerFee,
      // Of a taker and a maker that both serve one it is the taker's.
      liquidation: reduced === null ? (served[0] ?? null) : Number(row["liquidation"]),
    });
    this.#trades += 1;
    counts.traded(lots);
  }

  #reduce(cause: Booking, liquidation: RebuiltLiquidation, bought: bigint, value: bigint): bigint {
    this.#conversions.liquidate();
    return this.#reductions.close(cause, liquidation, bought, value);
  }

  /** One side of a trade; returns its fee. The engine pays none: its fee was taken at takeover. */
  #tradeSide(
    cause: Booking,
    column: "taker_account" | "maker_account",
    lots: bigint,
    value: bigint,
    fee: bigint,
    served: number[],
  ): bigint {
    const { books } = this.#follow.traded;
    const account = Number(cause.row[column]);
    if (!books.has(account) || account === FIRST_TRADER - 1) {
      this.#findings.note(placeOf(cause), `${column} ${account} is no account that trades`);
      return 0n;
    }
    if (account < FIRST_TRADER) {
      const fills = (this.#group?.consequences ?? []).filter(({ table }) => table === "inventory");
      this.#engineFill(placeOf(cause), fills[served.length], lots, value, served);
      return 0n;
    }
    if (account === this.#follow.traded.vault?.account) {
      this.#follow.tradeVault("trade", null, lots, value, 0n);
      return 0n;
    }
    this.#reductions.meet(account);
    return this.#follow.trade(account, lots, value, fee, wholeOf(cause.row, column.replace("account", "fee_quanta"))).fee;
  }

  /** Seed capital of the vault, which is in its deposit already: once, before anything else of it. */
  #seedVault(cause: Booking): void {
    const { vault, terms } = this.#follow.traded;
    if (vault === null || cause.row["entry"] !== "seed") this.#findings.note(placeOf(cause), "follows from no event");
    this.#findings.compare(placeOf(cause), cause.row, this.#follow.vaultCells("seed", null, 0n, 0n, terms.vault?.seed ?? 0n));
  }

  /** The engine closed lots: better than takeover is the pool's gain, worse its payment (LIQ-5, LIQ-6). */
  #engineFill(where: string, fill: Booking | undefined, lots: bigint, value: bigint, served: number[]): void {
    const number = Number(fill?.row["liquidation"]);
    const liquidation = this.#openOne(where, number, -lots);
    if (liquidation === null) return;
    served.push(number);
    const all = magnitude(lots);
    const { engine, terms } = this.#follow.traded;
    const released = engine.valueOf(liquidation, all);
    const profit = profitOf(terms, liquidation.restLots, released, value);
    const paid = most(profit, -this.#follow.payable(liquidation));
    this.#follow.release(number, liquidation, "trade", all, released, value);
    if (profit >= 0n) liquidation.market += all;
    else liquidation.fund += all;
    this.#reductions.meet(liquidation.account);
    this.#follow.gain(number, liquidation, paid);
    if (profit < paid) this.#follow.payFromHouse(number, liquidation, paid - profit);
  }

  /** A liquidation of the instrument of the cause that still holds so many lots, signed as it holds them. */
  #openOne(where: string, number: number, lots: bigint): RebuiltLiquidation | null {
    const liquidation = this.#run.liquidations[number];
    const rest = liquidation?.instrument === this.#follow.traded.number ? liquidation.restLots : 0n;
    if (liquidation !== undefined && lots !== 0n && magnitude(rest) >= magnitude(lots)) return liquidation;
    this.#findings.note(
      where,
      `closes ${magnitude(lots)} lots of liquidation ${number}, which holds ${magnitude(rest)} in this instrument`,
    );
    return null;
  }
}
