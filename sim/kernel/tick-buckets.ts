/**
 * Prices in buckets: as fine as ticks up to 2^17 and then 2^16 to the octave, so that
 * every price up to 2^53 has its place at once, wherever the market wanders; and sets of
 * buckets in which the next one up or down is found in a few steps.
 */

/** Buckets an octave, as a power of two; below twice as many ticks a bucket is one tick. */
const OCTAVE_BITS = 16;
const OCTAVE_BUCKETS = 2 ** 16;
const TICK_BITS_MOST = 53;
/** How many buckets there are. */
export const BUCKETS: number = (TICK_BITS_MOST - OCTAVE_BITS + 1) * OCTAVE_BUCKETS;
const LOW_BITS = 26;
const LOW_RANGE = 2 ** 26;
const SHIFT_RANGE = 2 ** 31;
const NONE = -1;

/** Ticks of a bucket in each octave: doubled, since a power with a variable exponent is no portable arithmetic. */
const WIDTHS = new Float64Array(TICK_BITS_MOST);
for (let octave = 0, width = 1; octave < WIDTHS.length; octave++, width *= 2) WIDTHS[octave] = width;

/** Number of the bucket of a tick, rising with it. */
export function bucketOf(ticks: number): number {
  // A shift where it reaches: a division by a power of two takes several times as long.
  if (ticks < SHIFT_RANGE) {
    const octave = 31 - OCTAVE_BITS - Math.clz32(ticks);
    return octave <= 0 ? ticks : octave * OCTAVE_BUCKETS + (ticks >>> octave);
  }
  const octave = LOW_BITS + 31 - OCTAVE_BITS - Math.clz32(Math.floor(ticks / LOW_RANGE));
  return octave * OCTAVE_BUCKETS + Math.floor(ticks / (WIDTHS[octave] as number));
}

/** Lowest tick of a bucket. */
export function lowestOf(bucket: number): number {
  if (bucket < 2 * OCTAVE_BUCKETS) return bucket;
  const octave = Math.floor(bucket / OCTAVE_BUCKETS) - 1;
  return (bucket - octave * OCTAVE_BUCKETS) * (WIDTHS[octave] as number);
}

/** A set of buckets as bits, with a bit above for every 32 of them, four levels high. */
export class BucketSet {
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
