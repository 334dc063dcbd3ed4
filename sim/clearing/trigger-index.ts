/**
 * The trigger index (LIQ-1): which positions a mark may have put at risk, without
 * walking all of them. Accounts lie in buckets by trigger tick, linked lists in columns,
 * with a bitmap over the buckets; a mark looks only at the buckets it has crossed, and a
 * quiet one at a single number a side.
 *
 * Buckets are as fine as ticks up to 2^17 and then 2^16 to the octave, so that no price
 * is out of reach and none needs a window.
 */

/** Buckets an octave, as a power of two; below twice as many ticks a bucket is one tick. */
const OCTAVE_BITS = 16;
const OCTAVE_BUCKETS = 2 ** OCTAVE_BITS;
const TICK_BITS_MOST = 53;
const BUCKETS = (TICK_BITS_MOST - OCTAVE_BITS + 1) * OCTAVE_BUCKETS;
const LOW_BITS = 26;
const LOW_RANGE = 2 ** LOW_BITS;
const NONE = -1;
const NOBODY: readonly number[] = [];

/** Number of the bucket of a tick, rising with it. */
function bucketOf(ticks: number): number {
  const bits = ticks < LOW_RANGE ? 32 - Math.clz32(ticks) : LOW_BITS + 32 - Math.clz32(Math.floor(ticks / LOW_RANGE));
  const octave = bits - OCTAVE_BITS - 1;
  if (octave <= 0) return ticks;
  return octave * OCTAVE_BUCKETS + Math.floor(ticks / 2 ** octave);
}

/** Lowest tick of a bucket. */
function lowestOf(bucket: number): number {
  if (bucket < 2 * OCTAVE_BUCKETS) return bucket;
  const octave = Math.floor(bucket / OCTAVE_BUCKETS) - 1;
  return (bucket - octave * OCTAVE_BUCKETS) * 2 ** octave;
}

/** A set of buckets as bits, with a bit above for every 32 of them, four levels high. */
class BucketSet {
  readonly #levels: readonly Int32Array[];

  constructor() {
    const levels: Int32Array[] = [];
    for (let size = BUCKETS; size > 1; ) {
      size = Math.ceil(size / 32);
      levels.push(new Int32Array(size));
    }
    this.#levels = levels;
  }

  add(bucket: number): void {
    let at = bucket;
    for (const level of this.#levels) {
      const word = at >>> 5;
      const before = level[word] as number;
      level[word] = before | (1 << (at & 31));
      if (before !== 0) return;
      at = word;
    }
  }

  delete(bucket: number): void {
    let at = bucket;
    for (const level of this.#levels) {
      const word = at >>> 5;
      const left = (level[word] as number) & ~(1 << (at & 31));
      level[word] = left;
      if (left !== 0) return;
      at = word;
    }
  }

  /** First bucket of the set from one on upwards, −1 for none. */
  from(bucket: number): number {
    let at = bucket;
    for (let height = 0; height < this.#levels.length; height++) {
      const level = this.#levels[height] as Int32Array;
      const word = at >>> 5;
      if (word >= level.length) return NONE;
      const bits = (level[word] as number) & (-1 << (at & 31));
      if (bits !== 0) return this.#descendLow(height, word * 32 + lowestBit(bits));
      at = word + 1;
    }
    return NONE;
  }

  /** Last bucket of the set from one on downwards, −1 for none. */
  downFrom(bucket: number): number {
    let at = bucket;
    for (let height = 0; height < this.#levels.length; height++) {
      if (at < 0) return NONE;
      const level = this.#levels[height] as Int32Array;
      const word = at >>> 5;
      const bits = (level[word] as number) & (-1 >>> (31 - (at & 31)));
      if (bits !== 0) return this.#descendHigh(height, word * 32 + highestBit(bits));
      at = word - 1;
    }
    return NONE;
  }

  #descendLow(from: number, found: number): number {
    let at = found;
    for (let height = from - 1; height >= 0; height--) at = at * 32 + lowestBit((this.#levels[height] as Int32Array)[at] as number);
    return at;
  }

  #descendHigh(from: number, found: number): number {
    let at = found;
    for (let height = from - 1; height >= 0; height--) at = at * 32 + highestBit((this.#levels[height] as Int32Array)[at] as number);
    return at;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function highestBit(bits: number): number {
  return 31 - Math.clz32(bits);
}

export class TriggerIndex {
  /** Trigger tick of each account: positive for a long, negative for a short, 0 when it is not in the index. */
  readonly #ticks: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
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
