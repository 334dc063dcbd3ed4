/**
 * Where an order stands in the columns of the book, by its number: a table with open
 * addressing that grows with the orders that rest, not with those there ever were.
 */
const FIRST_CAPACITY = 2048;
/** Places an order: neighbours in number stand close together, so that a fuller table would be searched far. */
const CAPACITY_AN_ORDER = 6;
const NONE = -1;
/** Numbers in a slot's record of amounts. */
export const AMOUNTS = 4;

export class OrderIndex {
  /** Slot of an order, plus one; 0 where there is none. */
  #places = new Int32Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #count = 0;

  /** Orders in the table. */
  get count(): number {
    return this.#count;
  }

  /**
   * Slot of an order, −1 when it is not there.
   * @param amounts `AMOUNTS` numbers a slot, of which the first is the order's
   */
  find(amounts: Float64Array, order: number): number {
    const places = this.#places;
    const mask = this.#mask;
    for (let place = order & mask; ; place = (place + 1) & mask) {
      const slot = (places[place] as number) - 1;
      if (slot === NONE || amounts[AMOUNTS * slot] === order) return slot;
    }
  }

  /** Adds an order that is not in the table. */
  add(amounts: Float64Array, order: number, slot: number): void {
    if (CAPACITY_AN_ORDER * (this.#count + 1) > this.#mask) this.#grow(amounts);
    this.#put(order, slot);
    this.#count += 1;
  }

  /** Takes an order out. What stood behind it because of it moves up, so that no gap parts it from its place. */
  delete(amounts: Float64Array, order: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let hole = order & mask;
    while (amounts[AMOUNTS * ((places[hole] as number) - 1)] !== order) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const slot = (places[place] as number) - 1;
      if (slot === NONE) break;
      const home = (amounts[AMOUNTS * slot] as number) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = slot + 1;
      hole = place;
    }
    places[hole] = 0;
    this.#count -= 1;
  }

  #put(order: number, slot: number): void {
    let place = order & this.#mask;
    while (this.#places[place] !== 0) place = (place + 1) & this.#mask;
    this.#places[place] = slot + 1;
  }

  #grow(amounts: Float64Array): void {
    const old = this.#places;
    this.#places = new Int32Array(old.length * 2);
    this.#mask = this.#places.length - 1;
    for (const kept of old) if (kept !== 0) this.#put(amounts[AMOUNTS * (kept - 1)] as number, kept - 1);
  }
}
