/**
 * Commands and messages on their way between agents and venue: rows of whole numbers,
 * addressed by a slot number that an event can carry.
 */
import { longer } from "./market/price-levels.ts";

const FIRST_CAPACITY = 256;

/** What is on its way, as plain data (TIME-4). */
export interface TransitState {
  readonly rows: Float64Array;
  readonly free: readonly number[];
}

export class Transit {
  /** Rows of `width` numbers. */
  rows: Float64Array<ArrayBuffer>;
  readonly #width: number;
  #free: number[] = [];
  #used = 0;

  constructor(width: number) {
    this.#width = width;
    this.rows = new Float64Array(width * FIRST_CAPACITY);
  }

  /** A free slot, to be filled in `rows` from `slot × width` on. */
  put(): number {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    if (this.#width * this.#used === this.rows.length) this.rows = longer(this.rows, new Float64Array(2 * this.rows.length));
    this.#used += 1;
    return this.#used - 1;
  }

  /** Gives a slot back; its row stands until the next `put`. */
  take(slot: number): void {
    this.#free.push(slot);
  }

  state(): TransitState {
    return { rows: this.rows.slice(0, this.#width * this.#used), free: this.#free.slice() };
  }

  restore(state: TransitState): void {
    this.#used = state.rows.length / this.#width;
    while (this.rows.length < state.rows.length) this.rows = new Float64Array(2 * this.rows.length);
    this.rows.set(state.rows);
    this.#free = state.free.slice();
  }
}
