/**
 * A map from positive whole numbers to numbers in two columns: open addressing, no
 * objects. It grows with what is in it, not with what ever was.
 */
const FIRST_CAPACITY = 1024;
/** Places an entry: neighbouring keys stand close together, so that a fuller table would be searched far. */
const CAPACITY_AN_ENTRY = 4;

export class NumberMap {
  size = 0;
  /** Key of each place, 0 where there is none. */
  #keys = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;

  /** The value of a key, NaN when there is none, as of what can be no key. */
  get(key: number): number {
    const place = this.#placeOf(key);
    return this.#keys[place] === key && key !== 0 ? (this.#values[place] as number) : Number.NaN;
  }

  /** @param key positive and whole */
  set(key: number, value: number): void {
    const place = this.#placeOf(key);
    this.#values[place] = value;
    if (this.#keys[place] === key) return;
    this.#keys[place] = key;
    this.size += 1;
    if (CAPACITY_AN_ENTRY * this.size > this.#mask) this.#grow();
  }

  /** Takes a key out. What stood behind it because of it moves up, so that no gap parts it from its place. */
  delete(key: number): void {
    const keys = this.#keys;
    const mask = this.#mask;
    let hole = this.#placeOf(key);
    if (keys[hole] !== key || key === 0) return;
    for (let place = (hole + 1) & mask; keys[place] !== 0; place = (place + 1) & mask) {
      const home = (keys[place] as number) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      keys[hole] = keys[place] as number;
      this.#values[hole] = this.#values[place] as number;
      hole = place;
    }
    keys[hole] = 0;
    this.size -= 1;
  }

  /** Where a key stands, or the free place where it would. */
  #placeOf(key: number): number {
    const keys = this.#keys;
    const mask = this.#mask;
    let place = key & mask;
    while (keys[place] !== 0 && keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Float64Array(keys.length * 2);
    this.#mask = this.#keys.length - 1;
    keys.forEach((key, old) => {
      if (key === 0) return;
      const place = this.#placeOf(key);
      this.#keys[place] = key;
      this.#values[place] = values[old] as number;
    });
  }
}
