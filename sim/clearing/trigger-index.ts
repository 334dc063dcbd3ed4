/**
 * The trigger index (LIQ-1): which positions a mark may have put at risk, without
 * walking all of them. Two heaps over accounts keyed by liquidation tick: longs by the
 * highest, shorts by the lowest. A quiet mark looks at two keys.
 */

/** A binary heap of accounts with changeable keys; the smallest key is on top. */
class KeyedHeap {
  readonly #keys: Float64Array;
  /** Place of an account in the heap, −1 when it is not there. */
  readonly #placeOf: Int32Array;
  readonly #heap: Int32Array;
  #length = 0;

  constructor(accountCount: number) {
    this.#keys = new Float64Array(accountCount);
    this.#placeOf = new Int32Array(accountCount).fill(-1);
    this.#heap = new Int32Array(accountCount);
  }

  /** Key on top, Infinity when empty. */
  get topKey(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#keys[this.#heap[0] as number] as number);
  }

  get topAccount(): number {
    return this.#heap[0] as number;
  }

  set(account: number, key: number): void {
    this.#keys[account] = key;
    let place = this.#placeOf[account] as number;
    if (place < 0) {
      place = this.#length;
      this.#length += 1;
      this.#put(account, place);
    }
    this.#sink(account, this.#rise(account, place));
  }

  delete(account: number): void {
    const place = this.#placeOf[account] as number;
    if (place < 0) return;
    this.#placeOf[account] = -1;
    this.#length -= 1;
    if (place === this.#length) return;
    const last = this.#heap[this.#length] as number;
    this.#put(last, place);
    this.#sink(last, this.#rise(last, place));
  }

  #rise(account: number, from: number): number {
    const key = this.#keys[account] as number;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const other = this.#heap[parent] as number;
      if ((this.#keys[other] as number) <= key) break;
      this.#put(other, place);
      place = parent;
    }
    this.#put(account, place);
    return place;
  }

  #sink(account: number, from: number): void {
    const key = this.#keys[account] as number;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.#keyAt(child + 1) < this.#keyAt(child)) child += 1;
      if (this.#keyAt(child) >= key) break;
      this.#put(this.#heap[child] as number, place);
      place = child;
    }
    this.#put(account, place);
  }

  #keyAt(place: number): number {
    return this.#keys[this.#heap[place] as number] as number;
  }

  #put(account: number, place: number): void {
    this.#heap[place] = account;
    this.#placeOf[account] = place;
  }
}

export class TriggerIndex {
  readonly #longs: KeyedHeap;
  readonly #shorts: KeyedHeap;

  constructor(accountCount: number) {
    this.#longs = new KeyedHeap(accountCount);
    this.#shorts = new KeyedHeap(accountCount);
  }

  /**
   * Notes at which tick a position is first at risk.
   * @param lots position, negative when short; 0 takes the account out
   * @param liquidationTicks as `margin.liquidationTicks`
   */
  set(account: number, lots: number, liquidationTicks: number): void {
    if (lots > 0 && liquidationTicks > 0) this.#longs.set(account, -liquidationTicks);
    else this.#longs.delete(account);
    if (lots < 0) this.#shorts.set(account, liquidationTicks);
    else this.#shorts.delete(account);
  }

  /**
   * Takes out and returns the accounts whose position a mark puts at risk, in no
   * particular order. Those that stay open must be set again.
   */
  take(markTicks: number): number[] {
    const accounts: number[] = [];
    while (-this.#longs.topKey >= markTicks) {
      accounts.push(this.#longs.topAccount);
      this.#longs.delete(this.#longs.topAccount);
    }
    while (this.#shorts.topKey <= markTicks) {
      accounts.push(this.#shorts.topAccount);
      this.#shorts.delete(this.#shorts.topAccount);
    }
    return accounts;
  }
}
