/**
 * The price levels of one side of a book. A level is a row of columns, found by the
 * bucket of its price; levels that share a bucket are linked best first. The best level
 * is at hand, the next one a few steps away, at any price there is.
 */
import { BUCKETS, BucketSet, bucketOf } from "../kernel/tick-buckets.ts";

const NONE = -1;
const FIRST_CAPACITY = 256;
/** Levels found at once by the low bits of their price. */
const SEEN = 4096;

export class PriceLevels {
  /** Best level, −1 for none. */
  best: number = NONE;
  /** Of each level: its price, lots and orders resting at it. */
  ticks: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  lots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** Oldest and youngest order of each level, slots of the book. */
  first: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  last: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  readonly #highFirst: boolean;
  /** First level of each bucket, plus one: an untouched page of zeros costs no memory. */
  readonly #heads = new Int32Array(BUCKETS);
  readonly #buckets = new BucketSet();
  /** Level last made or found at a price with these low bits, plus one: most orders come to a price that is there. */
  readonly #seen = new Int32Array(SEEN);
  #free: number = NONE;
  #used = 0;

  /** @param highFirst true for buys, whose best price is the highest */
  constructor(highFirst: boolean) {
    this.#highFirst = highFirst;
  }

  /** The level of a price, −1 when nothing rests there. */
  find(ticks: number): number {
    if (!(ticks >= 1 && ticks <= Number.MAX_SAFE_INTEGER)) return NONE;
    let level = (this.#heads[bucketOf(ticks)] as number) - 1;
    while (level !== NONE && this.ticks[level] !== ticks) level = this.#next[level] as number;
    return level;
  }

  /** The level of a price, made empty when there is none. */
  at(ticks: number): number {
    const place = ticks & (SEEN - 1);
    const seen = (this.#seen[place] as number) - 1;
    if (seen !== NONE && this.ticks[seen] === ticks) return seen;
    const found = this.#make(ticks);
    this.#seen[place] = found + 1;
    return found;
  }

  #make(ticks: number): number {
    const { best } = this;
    const bucket = bucketOf(ticks);
    const head = (this.#heads[bucket] as number) - 1;
    let before = NONE;
    let level = head;
    while (level !== NONE && this.#isBetter(this.ticks[level] as number, ticks)) {
      before = level;
      level = this.#next[level] as number;
    }
    if (level !== NONE && this.ticks[level] === ticks) return level;
    const made = this.#take();
    this.ticks[made] = ticks;
    this.lots[made] = 0;
    this.first[made] = NONE;
    this.last[made] = NONE;
    this.#next[made] = level;
    if (before !== NONE) this.#next[before] = made;
    else this.#heads[bucket] = made + 1;
    if (head === NONE) this.#buckets.add(bucket);
    if (best === NONE || this.#isBetter(ticks, this.ticks[best] as number)) this.best = made;
    return made;
  }

  /** The next worse level, −1 for none. */
  after(level: number): number {
    const next = this.#next[level] as number;
    if (next !== NONE) return next;
    const bucket = bucketOf(this.ticks[level] as number);
    const found = this.#highFirst ? this.#buckets.downFrom(bucket - 1) : this.#buckets.from(bucket + 1);
    return found === NONE ? NONE : (this.#heads[found] as number) - 1;
  }

  /** Takes an empty level out. */
  remove(level: number): void {
    if (level === this.best) this.best = this.after(level);
    const bucket = bucketOf(this.ticks[level] as number);
    const next = this.#next[level] as number;
    const head = (this.#heads[bucket] as number) - 1;
    if (head === level) {
      this.#heads[bucket] = next + 1;
      if (next === NONE) this.#buckets.delete(bucket);
    } else {
      let before = head;
      while (this.#next[before] !== level) before = this.#next[before] as number;
      this.#next[before] = next;
    }
    this.ticks[level] = 0;
    this.#next[level] = this.#free;
    this.#free = level;
  }

  #isBetter(ticks: number, than: number): boolean {
    return this.#highFirst ? ticks > than : ticks < than;
  }

  #take(): number {
    if (this.#free !== NONE) {
      const level = this.#free;
      this.#free = this.#next[level] as number;
      return level;
    }
    if (this.#used === this.first.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #grow(): void {
    const capacity = this.first.length * 2;
    this.ticks = longer(this.ticks, new Float64Array(capacity));
    this.lots = longer(this.lots, new Float64Array(capacity));
    this.first = longer(this.first, new Int32Array(capacity));
    this.last = longer(this.last, new Int32Array(capacity));
    this.#next = longer(this.#next, new Int32Array(capacity));
  }
}

/** A column moved into a longer one. */
export function longer<Column extends Float64Array | Int32Array | Uint8Array>(column: Column, next: Column): Column {
  next.set(column);
  return next;
}
