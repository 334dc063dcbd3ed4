/**
 * Published market data, kept as long as the slowest reader is behind: what was the
 * market some time ago? A ring of records, one a moment at which something changed.
 */

/** A record: time, index, mark, best bid, best ask and last price, 0 where there is none, and funding rate. */
const WIDTH = 7;
const FIRST_CAPACITY = 256;

/** The ring as plain data (TIME-4). */
export interface PublishedState {
  readonly records: Float64Array;
}

export class Published {
  /** How long a record is asked for, microseconds. */
  readonly #memoryUs: number;
  #records = new Float64Array(WIDTH * FIRST_CAPACITY);
  /** First record and number of them; the ring's capacity is a power of two. */
  #first = 0;
  #count = 0;

  constructor(memoryUs: number) {
    this.#memoryUs = memoryUs;
  }

  /** Notes what is published from a time on, not before the one noted last. */
  note(timeUs: number, indexTicks: number, markTicks: number, bidTicks: number, askTicks: number, lastTicks: number, rate = 0): void {
    let at = this.#place(this.#count - 1);
    const records = this.#records;
    if (this.#count > 0) {
      const isSame =
        records[at + 1] === indexTicks &&
        records[at + 2] === markTicks &&
        records[at + 3] === bidTicks &&
        records[at + 4] === askTicks &&
        records[at + 5] === lastTicks &&
        records[at + 6] === rate;
      if (isSame) return;
      if (records[at] !== timeUs) at = this.#next(timeUs);
    } else at = this.#next(timeUs);
    this.#records[at] = timeUs;
    this.#records[at + 1] = indexTicks;
    this.#records[at + 2] = markTicks;
    this.#records[at + 3] = bidTicks;
    this.#records[at + 4] = askTicks;
    this.#records[at + 5] = lastTicks;
    this.#records[at + 6] = rate;
  }

  /**
   * Where the record of a time stands in `records`: time, index, mark, bid, ask, last, funding rate; −1
   * when nothing was published by then.
   * @param timeUs at most the memory ago
   */
  at(timeUs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[this.#place(middle)] as number) <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : this.#place(low - 1);
  }

  get records(): Float64Array {
    return this.#records;
  }

  state(): PublishedState {
    const records = new Float64Array(WIDTH * this.#count);
    for (let record = 0; record < this.#count; record++) {
      const at = this.#place(record);
      records.set(this.#records.subarray(at, at + WIDTH), WIDTH * record);
    }
    return { records };
  }

  restore({ records }: PublishedState): void {
    const count = records.length / WIDTH;
    let capacity = this.#records.length / WIDTH;
    while (capacity < count) capacity *= 2;
    this.#records = new Float64Array(WIDTH * capacity);
    this.#records.set(records);
    this.#first = 0;
    this.#count = count;
  }

  #place(record: number): number {
    return WIDTH * ((this.#first + record) & (this.#records.length / WIDTH - 1));
  }

  #next(timeUs: number): number {
    // The newest of those that are older than anybody looks back is still what was published then.
    while (this.#count > 1 && (this.#records[this.#place(1)] as number) <= timeUs - this.#memoryUs) {
      this.#first = (this.#first + 1) & (this.#records.length / WIDTH - 1);
      this.#count -= 1;
    }
    if (WIDTH * this.#count === this.#records.length) this.#grow();
    this.#count += 1;
    return this.#place(this.#count - 1);
  }

  #grow(): void {
    const { records } = this.state();
    this.#records = new Float64Array(2 * records.length);
    this.#records.set(records);
    this.#first = 0;
  }
}
