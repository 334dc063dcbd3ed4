/**
 * Liquidations from their trigger on, and what reduces a position before the engine takes
 * it over (LIQ-1, LIQ-3, LIQ-4): how much is closed is taken as recorded; that the position
 * fails, on what terms it is closed, and when what is left of it passes, is worked out.
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Consequences } from "./consequences.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { magnitude } from "./exact.ts";
import { type Findings, wholeOf } from "./findings.ts";
import type { RebuiltRun, Traded } from "./traded.ts";
import { bankruptcyOf, fails, feeAt, limitOf, profitOf, requirementOf, valueAt } from "./valuation.ts";

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

export class Reductions {
  readonly #follow: Consequences;
  readonly #run: RebuiltRun;
  readonly #findings: Findings;
  /** By instrument and account. */
  readonly #underWay: readonly Map<number, UnderWay>[];

  constructor(follow: Consequences, run: RebuiltRun, findings: Findings) {
    this.#follow = follow;
    this.#run = run;
    this.#findings = findings;
    this.#underWay = run.instruments.map(() => new Map());
  }

  /** A position fails. */
  trigger(cause: Booking): void {
    const { traded, timeUs, mark } = this.#follow;
    const { books, terms, counts, marks, number: instrument } = traded;
    const findings = this.#findings;
    const { row } = cause;
    const where = placeOf(cause);
    const number = this.#run.liquidations.length;
    const account = Number(row["account"]);
    this.meet(account);
    if (this.isUnderWay(account)) findings.note(where, `account ${account} is being liquidated already`);
    const known = books.has(account) && books.lots[account] !== 0n;
    if (!known) findings.note(where, `account ${account} has no position that could fail`);
    if (!marks.isAt(timeUs)) findings.note(where, `LIQ-1: at ${timeUs} µs there is no mark that could trigger it`);
    const lots = known ? (books.lots[account] as bigint) : row["side"] === "long" ? wholeOf(row, "size_lots") : -wholeOf(row, "size_lots");
    const entry = known ? (books.entry[account] as bigint) : 0n;
    const margin = known ? (books.margin[account] as bigint) : 0n;
    const notional = valueAt(terms, mark, lots);
    const equity = margin + profitOf(terms, lots, entry, notional);
    const requirement = requirementOf(terms, lots, notional, entry);
    if (known) {
      this.#expectFailure(where, traded, account);
      books.liquidations[account] = (books.liquidations[account] as number) + 1;
    }
    const liquidation: RebuiltLiquidation = {
      ...{ account, instrument, side: lots > 0n ? "long" : "short", triggerUs: timeUs, triggerMark: mark },
      limit: (known ? limitAt(traded, account) : null) ?? wholeOf(row, "bankruptcy_price_ticks"),
      ...{ size: magnitude(lots), notional, entry, margin, equity, requirement, ...NOTHING_CLOSED },
    };
    this.#run.liquidations.push(liquidation);
    const recordedEndUs = typeof row["end_time_us"] === "number" ? row["end_time_us"] : Number.NaN;
    this.#of(traded).set(account, { number, liquidation, recordedEndUs, passed: false, failed: true });
    counts.triggered();
    findings.compare(where, row, { liquidation: number });
  }

  isUnderWay(account: number): boolean {
    return this.#of(this.#follow.traded).has(account);
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
    this.#expectFailure(where, traded, account);
    this.#of(traded).delete(account);
    return liquidation;
  }

  /** An order of the account itself closed a part of its position, lots bought positive; returns the fee (LIQ-4, ORDER-3). */
  close(cause: Booking, liquidation: RebuiltLiquidation, lots: bigint, value: bigint): bigint {
    const { traded, timeUs } = this.#follow;
    const { books, terms, counts } = traded;
    const { account } = liquidation;
    const where = placeOf(cause);
    const held = books.lots[account] as bigint;
    if (held * lots >= 0n || magnitude(held) < magnitude(lots)) {
      this.#findings.note(where, `account ${account} holds ${held} lots, which ${lots} do not reduce`);
      return 0n;
    }
    if (!terms.reduces) this.#findings.note(where, "LIQ-3: the venue reduces no position");
    this.#expectFailure(where, traded, account);
    this.#expectPrice(where, traded, account, wholeOf(cause.row, "price_ticks"));
    const booked = books.reduce(account, lots, value, feeAt(value, terms.liquidation));
    this.#follow.charge(booked.fee);
    if (booked.shortfall > 0n) this.#follow.payShortfall(booked.shortfall);
    liquidation.reduced += magnitude(lots);
    liquidation.liquidated += value;
    liquidation.fee += booked.fee;
    counts.liquidated(liquidation.side === "long" ? 1n : -1n, value);
    // It is judged after each fill, and then it is over at once.
    if (!failsNow(traded, account, timeUs)) this.#end(traded, account, timeUs);
    return booked.fee;
  }

  /** Something else than its liquidation is about to change an account's position. */
  meet(account: number): void {
    const { traded, timeUs } = this.#follow;
    const underWay = this.#of(traded).get(account);
    if (underWay !== undefined && traded.marks.isAt(timeUs)) judge(underWay, traded, timeUs);
  }

  /** An instant is over: what passes at its mark has ended, and what passes at the marks until another time, between which nothing is booked. */
  advance(fromUs: number, untilUs: number): void {
    for (const traded of this.#run.instruments) {
      const { marks } = traded;
      for (const [account, underWay] of this.#of(traded)) {
        if (marks.isAt(fromUs)) this.#judgeLast(account, underWay, traded, fromUs);
        if (!this.#of(traded).has(account)) continue;
        for (const timeUs of marks.between(fromUs, untilUs)) {
          if (failsNow(traded, account, timeUs)) continue;
          this.#end(traded, account, timeUs);
          break;
        }
      }
    }
  }

  /** As the instant of a mark leaves it: over when it passed all the time, or some of it and the record says so. */
  #judgeLast(account: number, underWay: UnderWay, traded: Traded, timeUs: number): void {
    judge(underWay, traded, timeUs);
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
  }

  #expectFailure(where: string, traded: Traded, account: number): void {
    if (failsNow(traded, account, this.#follow.timeUs)) return;
    this.#findings.note(where, `MARGIN-3: the position of account ${account} passes at mark ${this.#follow.mark}`);
  }

  /** No worse than its bankruptcy price. */
  #expectPrice(where: string, traded: Traded, account: number, ticks: bigint): void {
    const limit = limitAt(traded, account);
    const isLong = (traded.books.lots[account] as bigint) > 0n;
    if (limit === null || (isLong ? ticks >= limit : ticks <= limit)) return;
    this.#findings.note(where, `LIQ-4: ${ticks} is beyond the bankruptcy price ${limit}`);
  }

  #of({ number }: Traded): Map<number, UnderWay> {
    return this.#underWay[number] as Map<number, UnderWay>;
  }
}

function judge(underWay: UnderWay, traded: Traded, timeUs: number): void {
  if (failsNow(traded, underWay.liquidation.account, timeUs)) underWay.failed = true;
  else underWay.passed = true;
}

/** Whether a position fails at the mark of a time (MARGIN-3). */
function failsNow({ books, terms, marks }: Traded, account: number, timeUs: number): boolean {
  const lots = books.lots[account] ?? 0n;
  if (lots === 0n) return false;
  const value = valueAt(terms, marks.at(timeUs), lots);
  const entry = books.entry[account] as bigint;
  const equity = (books.margin[account] as bigint) + profitOf(terms, lots, entry, value);
  return fails(terms, equity, requirementOf(terms, lots, value, entry));
}

/** Bankruptcy price of a position, ticks (MARGIN-5); null for a kind of contract that this does not know. */
function limitAt({ books, terms }: Traded, account: number): bigint | null {
  const lots = books.lots[account] as bigint;
  const value = bankruptcyOf(terms, lots, books.entry[account] as bigint, books.margin[account] as bigint);
  return value === null ? null : limitOf(terms, lots, value);
}
