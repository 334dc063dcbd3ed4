/** Which blocks of accounts have been written to since they were asked for. */

const SHIFT = 6;

export class ChangedBlocks {
  readonly count: number;
  readonly blocks: number;
  readonly #isChanged: Uint8Array;
  readonly #changed: Int32Array;
  /** How many are changed, in a column, since a number kept in a field would be boxed. */
  readonly #number = new Int32Array(1);

  /** All of them count as written to at first. */
  constructor(count: number) {
    this.count = count;
    this.blocks = (count + (1 << SHIFT) - 1) >> SHIFT;
    this.#isChanged = new Uint8Array(this.blocks);
    this.#changed = new Int32Array(this.blocks);
    this.all();
  }

  /** All accounts were written to. */
  all(): void {
    for (let block = 0; block < this.blocks; block++) this.#changed[block] = block;
    this.#isChanged.fill(1);
    this.#number[0] = this.blocks;
  }

  /** An account was written to. */
  note(account: number): void {
    const block = account >> SHIFT;
    if (this.#isChanged[block] === 1) return;
    this.#isChanged[block] = 1;
    const number = this.#number[0] as number;
    this.#changed[number] = block;
    this.#number[0] = number + 1;
  }

  /** Hands over each block that was written to, and its accounts from one to before another; then none is. */
  take(visit: (block: number, from: number, until: number) => void): void {
    const number = this.#number[0] as number;
    this.#number[0] = 0;
    for (let place = 0; place < number; place++) {
      const block = this.#changed[place] as number;
      this.#isChanged[block] = 0;
      visit(block, block << SHIFT, Math.min(this.count, (block + 1) << SHIFT));
    }
  }
}
