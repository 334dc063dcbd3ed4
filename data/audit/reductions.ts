/**
 * Liquidations from their trigger on, and what reduces a position before the engine takes
 * it over (LIQ-1, LIQ-3, LIQ-4): how much is closed is taken as recorded; that the position
 * fails, on what terms it is closed, and when what is left of it passes, is worked out.
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Consequences } from "./consequences.ts";
import type { CrossBooks } from "./cross-books.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { magnitude } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import type { Leg, Standing } from "./standing.ts";
import type { RebuiltRun, Traded } from "./traded.ts";
import { feeAt, valueAt } from "./valuation.ts";

/** A position that has failed and neither passed since nor been taken over. */
interface UnderWay {
  readonly number: number;
  readonly liquidation: RebuiltLiquidation;
  /** When it ended, as recorded: this decides only where its own resting orders traded within the instant of a mark. */
  readonly recordedEndUs: number;
  /** Whether it passed and whether it failed between any two bookings at the mark that stands at this very instant. */
  passed: boolean;
  failed: boolean;
}

/** What a liquidation has come to when it triggers. */
const NOTHING_CLOSED = {
  ...{ endUs: null, restLots: 0n, restValue: 0n, reduced: 0n, takeover: 0n, value: 0n, liquidated: 0n, fee: 0n },
  ...{ market: 0n, fund: 0n, vault: 0n, adl: 0n, residual: 0n, surplus: 0n, cover: 0n, uncovered: 0n },
};

/** Figures of a position that there is not. */
const UNKNOWN = { equity: 0n, requirement: 0n };

export class Reductions {
  readonly #follow: Consequences;
  readonly #run: RebuiltRun;
  readonly #findings: Findings;
  readonly #standing: Standing;
  readonly #cross: CrossBooks;
  /** By instrument and number of the position. */
  readonly #underWay: readonly Map<number, UnderWay>[];
  /** First liquidations of the cross scopes among them, by account. */
  readonly #firsts = new Map<number, RebuiltLiquidation>();
  /** Accounts that have sold their other assets and whose scopes are to be taken over (ACCT-6). */
  readonly #soldOut = new Set<number>();

  constructor(follow: Consequences, run: RebuiltRun, standing: Standing, cross: CrossBooks, findings: Findings) {
    this.#follow = follow;
    this.#run = run;
    this.#standing = standing;
    this.#cross = cross;
    this.#findings = findings;
    this.#underWay = run.instruments.map(() => new Map());
  }

  /** A position fails. */
  trigger(cause: Booking): void {
    const { traded, timeUs, mark } = this.#follow;
    const { books, terms, counts, marks } = traded;
    const findings = this.#findings;
    const { row } = cause;
    const where = placeOf(cause);
    const number = this.#run.liquidations.length;
    const account = Number(row["account"]);
    this.meet(account);
    if (this.#of(traded).has(account)) findings.note(where, `account ${account} is being liquidated already`);
    const known = books.has(account) && books.lots[account] !== 0n;
    if (!known) findings.note(where, `account ${account} has no position that could fail`);
    if (!marks.isAt(timeUs)) findings.note(where, `LIQ-1: at ${timeUs} µs there is no mark that could trigger it`);
    const lots = known ? (books.lots[account] as bigint) : row["side"] === "long" ? wholeOf(row, "size_lots") : -wholeOf(row, "size_lots");
    const entry = known ? (books.entry[account] as bigint) : 0n;
    const margin = known ? this.#standing.marginOf(traded, account, timeUs) : 0n;
    const notional = valueAt(terms, mark, lots);
    const { equity, requirement } = known ? this.#standing.figures(traded, account, timeUs) : UNKNOWN;
    if (known) {
      this.#expectFailure(where, traded, account);
      books.liquidations[account] = (books.liquidations[account] as number) + 1;
    }
    const liquidation: RebuiltLiquidation = {
      ...this.#scopeOf(traded, account),
      ...{ account, side: lots > 0n ? "long" : "short", triggerUs: timeUs, triggerMark: mark },
      limit: (known ? this.#standing.limitOf(traded, account, timeUs) : null) ?? wholeOf(row, "bankruptcy_price_ticks"),
      ...{ size: magnitude(lots), notional, entry, margin, equity, requirement, ...NOTHING_CLOSED },
    };
    this.#run.liquidations.push(liquidation);
    const owner = this.#run.cash.ownerOf(account);
    if (books.isCross[account] === 1 && !this.#firsts.has(owner)) this.#firsts.set(owner, liquidation);
    const recordedEndUs = typeof row["end_time_us"] === "number" ? row["end_time_us"] : Number.NaN;
    this.#of(traded).set(account, { number, liquidation, recordedEndUs, passed: false, failed: true });
    counts.triggered();
    findings.compare(where, row, { liquidation: number });
  }

  /** Whether a position in the instrument of the cause is in a scope that is being liquidated. */
  isLiquidated(account: number): boolean {
    const { traded } = this.#follow;
    return this.#scope(traded, account).some((leg) => this.#of(leg.traded).has(leg.number));
  }

  /** A liquidation of the instrument of the cause that is under way for an account, when it is the one of that number. */
  find(number: number, account: number): RebuiltLiquidation | null {
    const underWay = this.#of(this.#follow.traded).get(account);
    return underWay?.number === number ? underWay.liquidation : null;
  }

  /** One that the engine takes over; null, which is noted, when it is not under way. */
  take(where: string, number: number): RebuiltLiquidation | null {
    const { traded } = this.#follow;
    const account = this.#run.liquidations[number]?.account ?? -1;
    const liquidation = this.find(number, account);
    if (liquidation === null || !traded.books.has(account)) {
      this.#findings.note(where, `liquidation ${number} has no position that could be taken over`);
      return null;
    }
    const isFirst = !this.#cross.isEntrusted(traded, account);
    const owner = this.#run.cash.ownerOf(account);
    // Whoever has sold its other assets was judged with them.
    if (isFirst && !this.#soldOut.delete(owner)) this.#expectFailure(where, traded, account);
    if (traded.books.isCross[account] === 1 && (this.#run.collateral?.sales(owner, null, this.#follow.timeUs).length ?? 0) > 0)
      this.#findings.note(where, `ACCT-6: account ${owner} still has other assets`);
    this.#of(traded).delete(account);
    // Of a cross scope all goes at once: what was reduced to nothing is over.
    if (isFirst)
      for (const leg of this.#scope(traded, account))
        if (leg.traded.books.lots[leg.number] === 0n) this.#end(leg.traded, leg.number, this.#follow.timeUs);
    this.#firsts.delete(owner);
    return liquidation;
  }

  /** A scope is about to be taken over, and all of its account's other assets are sold before (ACCT-6). */
  sellOut(where: string, account: number): void {
    if (this.#soldOut.has(account)) return;
    this.#soldOut.add(account);
    const [leg] = this.#standing.held(account);
    if (leg === undefined || !this.#firsts.has(account))
      this.#findings.note(where, `ACCT-6: account ${account} has no scope to be taken over`);
    else this.#expectFailure(where, leg.traded, leg.number);
  }

  /** An order of the account itself closed a part of its position, lots bought positive; returns the fee (LIQ-4, ORDER-3). */
  close(cause: Booking, liquidation: RebuiltLiquidation, lots: bigint, value: bigint): bigint {
    const { traded } = this.#follow;
    const { books, terms } = traded;
    const { account } = liquidation;
    const where = placeOf(cause);
    const held = books.lots[account] as bigint;
    if (held * lots >= 0n || magnitude(held) < magnitude(lots)) {
      this.#findings.note(where, `account ${account} holds ${held} lots, which ${lots} do not reduce`);
      return 0n;
    }
    this.expectReducible(where, account);
    this.#expectPrice(where, traded, account, wholeOf(cause.row, "price_ticks"));
    const booked = this.#follow.reduce(account, lots, value, feeAt(value, terms.liquidation), wholeOf(cause.row, "taker_fee_quanta"));
    this.reduced(liquidation, magnitude(lots), value, booked.fee);
    // It is judged after each fill, and then it is over at once.
    this.judge(account);
    return booked.fee;
  }

  /** A position in the instrument of the cause that is about to be reduced: the venue does so, and its scope fails (LIQ-3). */
  expectReducible(where: string, account: number): void {
    const { traded } = this.#follow;
    if (!traded.terms.reduces) this.#findings.note(where, "LIQ-3: the venue reduces no position");
    this.#expectFailure(where, traded, account);
  }

  /** Counts what a part of a position came to. */
  reduced(liquidation: RebuiltLiquidation, lots: bigint, value: bigint, fee: bigint): void {
    liquidation.reduced += lots;
    liquidation.liquidated += value;
    liquidation.fee += fee;
    this.#follow.traded.counts.liquidated(liquidation.side === "long" ? 1n : -1n, value);
  }

  /** Ends the liquidation of a scope that passes, by a position of it in the instrument of the cause. */
  judge(account: number): void {
    const { traded, timeUs } = this.#follow;
    if (this.#fails(traded, account, timeUs)) return;
    for (const leg of this.#scope(traded, account)) this.#end(leg.traded, leg.number, timeUs);
  }

  /** Something else than its liquidation is about to change an account's position. */
  meet(account: number): void {
    const { traded, timeUs } = this.#follow;
    for (const leg of this.#scope(traded, account)) {
      const underWay = this.#of(leg.traded).get(leg.number);
      if (underWay !== undefined && leg.traded.marks.isAt(timeUs)) this.#judge(underWay, leg.traded, timeUs);
    }
  }

  /** An instant is over: what passes at its mark has ended, and what passes at the marks until another time, between which nothing is booked. */
  advance(fromUs: number, untilUs: number): void {
    for (const account of this.#soldOut)
      this.#findings.note(
        `account ${account}`,
        `ACCT-6: at ${fromUs} µs all of its other assets are sold, but its scope is not taken over`,
      );
    this.#soldOut.clear();
    for (const traded of this.#run.instruments) {
      const { marks } = traded;
      for (const [account, underWay] of this.#of(traded)) {
        if (marks.isAt(fromUs)) this.#judgeLast(account, underWay, traded, fromUs);
        if (!this.#of(traded).has(account)) continue;
        for (const timeUs of marks.between(fromUs, untilUs)) {
          if (this.#fails(traded, account, timeUs)) continue;
          this.#end(traded, account, timeUs);
          break;
        }
      }
    }
  }

  /** As the instant of a mark leaves it: over when it passed all the time, or some of it and the record says so. */
  #judgeLast(account: number, underWay: UnderWay, traded: Traded, timeUs: number): void {
    this.#judge(underWay, traded, timeUs);
    const { passed, failed, recordedEndUs } = underWay;
    if (passed && (!failed || recordedEndUs === timeUs)) this.#end(traded, account, timeUs);
    underWay.passed = false;
    underWay.failed = false;
  }

  #end(traded: Traded, account: number, timeUs: number): void {
    const underWay = this.#of(traded).get(account);
    if (underWay === undefined) return;
    underWay.liquidation.endUs = timeUs;
    this.#of(traded).delete(account);
    if (traded.books.isCross[account] === 1) this.#firsts.delete(this.#run.cash.ownerOf(account));
  }

  #expectFailure(where: string, traded: Traded, account: number): void {
    if (this.#fails(traded, account, this.#follow.timeUs)) return;
    this.#findings.note(where, `MARGIN-3: the position of account ${account} passes at mark ${this.#follow.mark}`);
  }

  /** No worse than its bankruptcy price. */
  #expectPrice(where: string, traded: Traded, account: number, ticks: bigint): void {
    const limit = this.#standing.limitOf(traded, account, this.#follow.timeUs);
    const isLong = (traded.books.lots[account] as bigint) > 0n;
    if (limit === null || (isLong ? ticks >= limit : ticks <= limit)) return;
    this.#findings.note(where, `LIQ-4: ${ticks} is beyond the bankruptcy price ${limit}`);
  }

  #of({ number }: Traded): Map<number, UnderWay> {
    return this.#underWay[number] as Map<number, UnderWay>;
  }

  /** Positions that are one scope with one: of an isolated position itself. */
  #scope(traded: Traded, number: number): readonly Leg[] {
    return traded.books.isCross[number] === 1 ? this.#standing.legs(number) : [{ traded, number }];
  }

  /** To which scope a liquidation that triggers belongs, and what judges it. */
  #scopeOf(traded: Traded, account: number): Pick<RebuiltLiquidation, "instrument" | "scope" | "judgedBy"> {
    const own = { instrument: traded.number, scope: this.#run.liquidations.length, judgedBy: [traded.number] };
    if (traded.books.isCross[account] !== 1) return own;
    const first = this.#firsts.get(this.#run.cash.ownerOf(account));
    if (first !== undefined) return { ...own, scope: first.scope, judgedBy: first.judgedBy };
    return { ...own, judgedBy: this.#standing.held(account).map((leg) => leg.traded.number) };
  }

  #judge(underWay: UnderWay, traded: Traded, timeUs: number): void {
    if (this.#fails(traded, underWay.liquidation.account, timeUs)) underWay.failed = true;
    else underWay.passed = true;
  }

  /** Whether a scope fails at the marks of a time (MARGIN-3). */
  #fails(traded: Traded, account: number, timeUs: number): boolean {
    return traded.books.has(account) && this.#standing.figures(traded, account, timeUs).fails;
  }
}
