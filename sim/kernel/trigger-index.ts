/**
 * The trigger index: which positions a mark may have put at risk (LIQ-1), or which orders
 * wait for a price (ORDER-1), without walking all of them. They lie in buckets by trigger
 * tick, linked lists in columns, with a bitmap over the buckets; a price looks only at the
 * buckets it has crossed, and a quiet one at a single number a side. What follows speaks
 * of accounts and their positions: a long triggers when the price falls, a short when it rises.
 */
import { BUCKETS, BucketSet, bucketOf, lowestOf } from "./tick-buckets.ts";

const NONE = -1;
const NOBODY: readonly number[] = [];

export class TriggerIndex {
  /** Trigger tick of each account: positive for a long, negative for a short, 0 when it is not in the index. */
  #ticks: Float64Array<ArrayBuffer>;
  #next: Int32Array<ArrayBuffer>;
  #previous: Int32Array<ArrayBuffer>;
  /** First account of each bucket, plus one: an untouched page of zeros costs no memory. */
  readonly #longHeads = new Int32Array(BUCKETS);
  readonly #shortHeads = new Int32Array(BUCKETS);
  readonly #longs = new BucketSet();
  readonly #shorts = new BucketSet();
  /** No long triggers above the first of these, no short below the second. */
  readonly #bounds = new Float64Array([0, Number.POSITIVE_INFINITY]);

  constructor(accountCount: number) {
    this.#ticks = new Float64Array(accountCount);
    this.#next = new Int32Array(accountCount);
    this.#previous = new Int32Array(accountCount);
  }

  /** Makes room for more accounts. */
  reserve(accountCount: number): void {
    const [ticks, next, previous] = [this.#ticks, this.#next, this.#previous];
    this.#ticks = new Float64Array(accountCount);
    this.#next = new Int32Array(accountCount);
    this.#previous = new Int32Array(accountCount);
    this.#ticks.set(ticks);
    this.#next.set(next);
    this.#previous.set(previous);
  }

  /**
   * Notes at which tick a position is first to be judged.
   * @param lots position, negative when short; 0 takes the account out
   * @param ticks whole; a long is taken at this mark or below (never at 0), a short at it or above (never beyond 2^53 − 1)
   */
  set(account: number, lots: number, ticks: number): void {
    const before = this.#ticks[account] as number;
    let kept = 0;
    if (lots > 0 && ticks >= 1) kept = ticks;
    else if (lots < 0 && ticks <= Number.MAX_SAFE_INTEGER) kept = -Math.max(1, ticks);
    if (kept === before) return;
    if (before !== 0) this.#unlink(account, before);
    this.#ticks[account] = kept;
    if (kept !== 0) this.#link(account, kept);
  }

  /**
   * Takes out and returns the accounts whose trigger a mark has reached, in no particular
   * order. Those that stay open must be set again.
   */
  take(markTicks: number): readonly number[] {
    if (markTicks > (this.#bounds[0] as number) && markTicks < (this.#bounds[1] as number)) return NOBODY;
    const accounts: number[] = [];
    if (markTicks <= (this.#bounds[0] as number)) this.#takeLongs(markTicks, accounts);
    if (markTicks >= (this.#bounds[1] as number)) this.#takeShorts(markTicks, accounts);
    return accounts;
  }

  #takeLongs(markTicks: number, accounts: number[]): void {
    const own = bucketOf(markTicks);
    let highest = 0;
    for (let bucket = this.#longs.downFrom(BUCKETS - 1); bucket >= 0; bucket = this.#longs.downFrom(bucket - 1)) {
      if (bucket < own) {
        highest = Math.max(highest, lowestOf(bucket + 1) - 1);
        break;
      }
      let next: number;
      for (let account = (this.#longHeads[bucket] as number) - 1; account !== NONE; account = next) {
        next = this.#next[account] as number;
        const ticks = this.#ticks[account] as number;
        if (ticks >= markTicks) this.#takeOut(account, accounts);
        else highest = Math.max(highest, ticks);
      }
      if (highest > 0) break;
    }
    this.#bounds[0] = highest;
  }

  #takeShorts(markTicks: number, accounts: number[]): void {
    const own = bucketOf(markTicks);
    let lowest = Number.POSITIVE_INFINITY;
    for (let bucket = this.#shorts.from(0); bucket >= 0; bucket = this.#shorts.from(bucket + 1)) {
      if (bucket > own) {
        lowest = Math.min(lowest, lowestOf(bucket));
        break;
      }
      let next: number;
      for (let account = (this.#shortHeads[bucket] as number) - 1; account !== NONE; account = next) {
        next = this.#next[account] as number;
        const ticks = -(this.#ticks[account] as number);
        if (ticks <= markTicks) this.#takeOut(account, accounts);
        else lowest = Math.min(lowest, ticks);
      }
      if (lowest < Number.POSITIVE_INFINITY) break;
    }
    this.#bounds[1] = lowest;
  }

  #takeOut(account: number, accounts: number[]): void {
    this.#unlink(account, this.#ticks[account] as number);
    this.#ticks[account] = 0;
    accounts.push(account);
  }

  #link(account: number, signed: number): void {
    const long = signed > 0;
    const ticks = long ? signed : -signed;
    const bucket = bucketOf(ticks);
    const heads = long ? this.#longHeads : this.#shortHeads;
    const first = (heads[bucket] as number) - 1;
    this.#next[account] = first;
    this.#previous[account] = NONE;
    heads[bucket] = account + 1;
    if (first === NONE) (long ? this.#longs : this.#shorts).add(bucket);
    else this.#previous[first] = account;
    if (long) {
      if (ticks > (this.#bounds[0] as number)) this.#bounds[0] = ticks;
    } else if (ticks < (this.#bounds[1] as number)) this.#bounds[1] = ticks;
  }

  #unlink(account: number, signed: number): void {
    const next = this.#next[account] as number;
    const previous = this.#previous[account] as number;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) {
      this.#next[previous] = next;
      return;
    }
    const long = signed > 0;
    const bucket = bucketOf(long ? signed : -signed);
    const heads = long ? this.#longHeads : this.#shortHeads;
    heads[bucket] = next + 1;
    if (next === NONE) (long ? this.#longs : this.#shorts).delete(bucket);
  }
}
