import type { BlockStore } from "../../../sim/kernel/row-blocks.ts";

/** A store in memory: what a file would be. */
export class BlockList implements BlockStore {
  readonly blocks: Float64Array[] = [];

  write(block: Float64Array): number {
    return this.blocks.push(block.slice()) - 1;
  }

  read(place: number, into: Float64Array): void {
    const block = this.blocks[place] as Float64Array;
    if (block.length !== into.length) throw new Error(`a block of ${block.length} numbers read as one of ${into.length}`);
    into.set(block);
  }
}
