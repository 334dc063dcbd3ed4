/** A rebuilt insurance fund pool: what is booked in it and pending, and what of that is available (FUND-1, FUND-3). */
import type { Engine } from "./engine.ts";
import { least, most } from "./exact.ts";
import type { Marks } from "./marks.ts";

export class Pool {
  readonly number: number;
  /** Product line/underlying/settlement asset. */
  readonly name: string;
  /** Its first entry, quanta (FUND-2). */
  readonly seed: bigint;
  booked = 0n;
  /** Gained and lost since the last settlement, where the venue settles daily (FUND-3). */
  pending = 0n;
  /** Its part of fees that the house still has, and since when (FUND-2). */
  feesDue = 0n;
  feesSinceUs = Number.POSITIVE_INFINITY;
  readonly #isDaily: boolean;
  /** Highest it was (CASC-4). */
  peak = 0n;
  readonly #inventories: { readonly engine: Engine; readonly marks: Marks }[] = [];

  constructor(number: number, name: string, seed: bigint, isDaily: boolean) {
    this.number = number;
    this.name = name;
    this.seed = seed;
    this.#isDaily = isDaily;
  }

  /** The pool is that of another instrument too. */
  back(engine: Engine, marks: Marks): void {
    this.#inventories.push({ engine, marks });
  }

  get held(): bigint {
    return this.booked + this.pending;
  }

  /** What liquidations gain and lose. */
  move(amount: bigint): void {
    if (this.#isDaily) this.pending += amount;
    else this.booked += amount;
    this.peak = most(this.peak, this.held);
  }

  /** A part of a fee, which is the pool's from the next mark on. */
  share(amount: bigint, timeUs: number): void {
    if (amount <= 0n) return;
    this.feesDue += amount;
    this.feesSinceUs = Math.min(this.feesSinceUs, timeUs);
  }

  /** Takes what of fees is its own, and returns it. */
  collect(): bigint {
    const { feesDue } = this;
    this.feesDue = 0n;
    this.feesSinceUs = Number.POSITIVE_INFINITY;
    this.add(feesDue);
    return feesDue;
  }

  /** Capital and fees are booked at once (FUND-2). */
  add(amount: bigint): void {
    this.booked += amount;
    this.peak = most(this.peak, this.held);
  }

  /** Books what is pending, and returns it. */
  settle(): bigint {
    const { pending } = this;
    this.booked += pending;
    this.pending = 0n;
    return pending;
  }

  /** Held + min(0, profit of all its inventories at their marks) (FUND-3). */
  available(timeUs: number): bigint {
    return this.availableWithout(timeUs, 0n);
  }

  /** What would be available without a part of the inventories, of which the profit is given. */
  availableWithout(timeUs: number, profit: bigint): bigint {
    let all = 0n;
    for (const { engine, marks } of this.#inventories) all += engine.inventoryProfit(marks.at(timeUs));
    return this.held + least(0n, all - profit);
  }
}
