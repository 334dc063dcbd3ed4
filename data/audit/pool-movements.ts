/**
 * What moves pools without a booking that it follows from: seed capital and, at every mark,
 * fees (FUND-2), and the settlement of the day (FUND-3). The clock says when; what is not there is noted.
 */
import { type Booking, placeOf } from "./bookings.ts";
import type { Consequences } from "./consequences.ts";
import type { Findings } from "./findings.ts";
import type { Pool } from "./pool.ts";
import type { RebuiltRun, Traded } from "./traded.ts";

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** 16:00 HKT in UTC. */
const SETTLED_US = 8 * HOUR_US;

export class PoolMovements {
  readonly #follow: Consequences;
  readonly #run: RebuiltRun;
  readonly #findings: Findings;
  #seeded = 0;
  #timeUs = Number.NEGATIVE_INFINITY;
  /** Pools whose settlement, and whose fees, are to come at this very instant, in this order. */
  readonly #due = new Set<Pool>();
  readonly #feesDue = new Set<Pool>();

  constructor(follow: Consequences, run: RebuiltRun, findings: Findings) {
    this.#follow = follow;
    this.#run = run;
    this.#findings = findings;
  }

  /** A row of `funds` that is a cause. */
  move(cause: Booking): void {
    if (cause.row["entry"] === "seed") this.#seed(cause);
    else if (cause.row["entry"] === "settlement") this.#settle(cause);
    else this.#collect(cause);
  }

  /** Another cause comes: what is to be settled and collected at its instant has been before it (TIME-1). */
  pass(): void {
    this.#passSettlements();
    for (const pool of this.#feesDue) this.#noteFees(pool, this.#timeUs);
    this.#feesDue.clear();
  }

  /**
   * All bookings before a time are through: what a settlement before it should have booked must not be pending.
   * @param timeUs of the next bookings, infinite after the last
   */
  advance(timeUs: number): void {
    this.pass();
    const beforeUs = this.#timeUs;
    this.#timeUs = timeUs;
    const { marks } = this.#run.instruments[0] as Traded;
    for (const pool of this.#run.pools) {
      const markUs = pool.feesDue === 0n ? Number.POSITIVE_INFINITY : marks.timeAfter(pool.feesSinceUs);
      if (markUs < timeUs) this.#noteFees(pool, markUs);
      else if (markUs === timeUs && Number.isFinite(timeUs)) this.#feesDue.add(pool);
    }
    const settledUs = firstSettlementAfter(beforeUs);
    for (const pool of this.#run.pools) {
      if (pool.pending === 0n || settledUs > Math.min(timeUs, marks.endUs)) continue;
      if (settledUs === timeUs) this.#due.add(pool);
      else this.#noteMissing(pool, settledUs);
    }
  }

  /** Pools are seeded in their order, each once. */
  #seed(cause: Booking): void {
    const pool = this.#run.pools[this.#seeded];
    this.#seeded += 1;
    if (pool === undefined) {
      this.#findings.note(placeOf(cause), "seeds no pool");
      return;
    }
    pool.add(pool.seed);
    this.#run.cash.deposits += pool.seed;
    this.#compare(cause, "seed", pool, pool.seed);
  }

  #settle(cause: Booking): void {
    const pool = this.#run.pools[Number(cause.row["pool"])];
    if (pool === undefined || !this.#due.delete(pool)) {
      this.#findings.note(placeOf(cause), "FUND-3: settles a pool that is not to be settled now");
      return;
    }
    this.#compare(cause, "settlement", pool, pool.settle());
  }

  #collect(cause: Booking): void {
    this.#passSettlements();
    const pool = this.#run.pools[Number(cause.row["pool"])];
    if (pool === undefined || !this.#feesDue.delete(pool)) {
      this.#findings.note(placeOf(cause), "FUND-2: gives fees to a pool that is to have none now");
      return;
    }
    this.#run.cash.house -= pool.feesDue;
    this.#compare(cause, "fees", pool, pool.collect());
  }

  #passSettlements(): void {
    for (const pool of this.#due) this.#noteMissing(pool, this.#timeUs);
    this.#due.clear();
  }

  /** Goes on as if they had been. */
  #noteFees(pool: Pool, timeUs: number): void {
    this.#findings.note("funds", `FUND-2: the fees of pool ${pool.name} at ${timeUs} µs are missing`);
    this.#run.cash.house -= pool.feesDue;
    pool.collect();
  }

  #compare(cause: Booking, entry: string, pool: Pool, amount: bigint): void {
    this.#findings.compare(placeOf(cause), cause.row, this.#follow.fundCells(entry, null, amount, 0n, pool));
  }

  /** Goes on as if it had been, so that one missing row stays one difference. */
  #noteMissing(pool: Pool, timeUs: number): void {
    this.#findings.note("funds", `FUND-3: the settlement of pool ${pool.name} at ${timeUs} µs is missing`);
    pool.settle();
  }
}

/** Later than a time; never before the first booking. */
function firstSettlementAfter(timeUs: number): number {
  if (timeUs === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.floor((timeUs - SETTLED_US) / DAY_US) * DAY_US + DAY_US + SETTLED_US;
}
