/**
 * The full blocks of a table. Left to themselves they stay in memory, packed or as they are;
 * with a store they go there, and memory keeps a number for each, however long the run.
 */
import { PackedBlock } from "./packed-block.ts";

/** Where blocks of numbers go so that they need not stay in memory. */
export interface BlockStore {
  /**
   * Keeps a copy of the numbers, to the bit.
   * @returns where they are
   */
  write(block: Float64Array): number;
  /** Fills `into` with as many numbers from a place on. */
  read(place: number, into: Float64Array): void;
}

/** Rows of one block of records. */
export const BLOCK_ROWS = 1024;
/** Rows of the first block: most tables stay small. */
export const FIRST_ROWS = 64;
/** So many blocks read back stay in memory: whoever reads column after column of some rows asks for the same few again. */
const LOADED_MOST = 4;

export class RowBlocks {
  readonly #width: number;
  #store: BlockStore | null = null;
  /** As they are, packed, or as places in the store. */
  readonly #full: (Float64Array | PackedBlock | number)[] = [];
  /** Blocks that were read back, by their numbers; the oldest first. */
  readonly #loaded = new Map<number, Float64Array>();
  /** A column of a packed block while it is read. */
  readonly #unpacked = new Float64Array(BLOCK_ROWS);

  /** @param width numbers of a row */
  constructor(width: number) {
    this.#width = width;
  }

  /** From now on full blocks go there. */
  keepIn(store: BlockStore): void {
    this.#store = store;
  }

  /** Rows that stand in memory. */
  get rowsInMemory(): number {
    return this.#full.reduce<number>((sum, block, place) => sum + (typeof block === "number" ? 0 : rowsOf(place)), 0);
  }

  /**
   * Takes the next block, which is full.
   * @param packs whether it may be packed
   * @returns whether its array is free to be written anew
   */
  add(block: Float64Array, packs: boolean): boolean {
    if (this.#store !== null) {
      this.#full.push(this.#store.write(block));
      return true;
    }
    this.#full.push(packs ? new PackedBlock(block, this.#width) : block);
    return packs;
  }

  /**
   * Reads a column from one row on into all of `numbers`.
   * @param last the block behind the full ones
   */
  gather(position: number, from: number, numbers: Float64Array, last: Float64Array): void {
    let row = 0;
    while (row < numbers.length) {
      // The first block is a small one.
      const beyond = from + row - FIRST_ROWS;
      const place = beyond < 0 ? 0 : 1 + Math.floor(beyond / BLOCK_ROWS);
      const first = beyond < 0 ? from + row : beyond % BLOCK_ROWS;
      const block = place === this.#full.length ? last : (this.#full[place] as Float64Array | PackedBlock | number);
      if (block instanceof PackedBlock) {
        const part = block.column(position, this.#unpacked).subarray(first, first + numbers.length - row);
        numbers.set(part, row);
        row += part.length;
        continue;
      }
      const records = typeof block === "number" ? this.#load(place, block) : block;
      for (let at = first * this.#width + position; at < records.length && row < numbers.length; at += this.#width) {
        numbers[row] = records[at] as number;
        row += 1;
      }
    }
  }

  /** Forgets all blocks. */
  clear(): void {
    this.#full.length = 0;
    this.#loaded.clear();
  }

  #load(place: number, at: number): Float64Array {
    const found = this.#loaded.get(place);
    if (found !== undefined) return found;
    const [oldest] = this.#loaded.keys();
    const isFull = this.#loaded.size >= LOADED_MOST && oldest !== undefined;
    const length = rowsOf(place) * this.#width;
    const spare = isFull ? this.#loaded.get(oldest) : undefined;
    if (isFull) this.#loaded.delete(oldest);
    const records = spare?.length === length ? spare : new Float64Array(length);
    this.#store?.read(at, records);
    this.#loaded.set(place, records);
    return records;
  }
}

function rowsOf(place: number): number {
  return place === 0 ? FIRST_ROWS : BLOCK_ROWS;
}
