/**
 * A set of bucket numbers 0 … size − 1 as bits, with two levels of summary above, so that
 * the next member after long gaps is found in a few steps. Part of the event queue.
 */
export class BucketSet {
  #buckets = new Int32Array(0);
  /** A bit for every word of `#buckets` that isn't 0. */
  #words = new Int32Array(0);
  /** A bit for every word of `#words` that isn't 0. */
  #blocks = new Int32Array(0);

  /** Empties the set. @param size a multiple of 32 */
  reset(size: number): void {
    if (this.#buckets.length === size >> 5) {
      this.#buckets.fill(0);
      this.#words.fill(0);
      this.#blocks.fill(0);
      return;
    }
    this.#buckets = new Int32Array(size >> 5);
    this.#words = new Int32Array((size + 1023) >> 10);
    this.#blocks = new Int32Array((size + 32_767) >> 15);
  }

  add(bucket: number): void {
    const word = bucket >> 5;
    const before = this.#buckets[word] as number;
    this.#buckets[word] = before | (1 << bucket);
    if (before !== 0) return;
    const block = word >> 5;
    this.#words[block] = (this.#words[block] as number) | (1 << word);
    this.#blocks[block >> 5] = (this.#blocks[block >> 5] as number) | (1 << block);
  }

  remove(bucket: number): void {
    const word = bucket >> 5;
    const left = (this.#buckets[word] as number) & ~(1 << bucket);
    this.#buckets[word] = left;
    if (left !== 0) return;
    const block = word >> 5;
    const wordsLeft = (this.#words[block] as number) & ~(1 << word);
    this.#words[block] = wordsLeft;
    if (wordsLeft === 0) this.#blocks[block >> 5] = (this.#blocks[block >> 5] as number) & ~(1 << block);
  }

  /** The least member from `from` on, around the end; the set must not be empty. */
  nextFrom(from: number): number {
    const bits = (this.#buckets[from >> 5] as number) & (-1 << from);
    if (bits !== 0) return (from & ~31) + lowest(bits);
    const found = this.#nextWord(from >> 5);
    // Nothing behind: the least of all.
    const word = found >= 0 ? found : this.#nextWord(-1);
    return (word << 5) + lowest(this.#buckets[word] as number);
  }

  /** The first word after `word` that isn't 0, or -1. */
  #nextWord(word: number): number {
    const from = word + 1;
    let block = from >> 5;
    if (block < this.#words.length) {
      const bits = (this.#words[block] as number) & (-1 << from);
      if (bits !== 0) return (block << 5) + lowest(bits);
    }
    block += 1;
    let group = block >> 5;
    if (group >= this.#blocks.length) return -1;
    let groupBits = (this.#blocks[group] as number) & (-1 << block);
    while (groupBits === 0) {
      group += 1;
      if (group >= this.#blocks.length) return -1;
      groupBits = this.#blocks[group] as number;
    }
    block = (group << 5) + lowest(groupBits);
    return (block << 5) + lowest(this.#words[block] as number);
  }
}

/** Number of the lowest bit set. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
