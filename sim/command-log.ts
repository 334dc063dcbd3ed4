/**
 * All commands as they enter the digest (TIME-3), whether or not the `orders` table keeps
 * them: a block of records that is digested when full and written anew.
 */
import { Digest } from "./kernel/digest.ts";

/** Numbers of a command. */
export const COMMAND_NUMBERS = 6;
const BLOCK_COMMANDS = 2048;

/** What was digested, and the commands that were not yet (TIME-4). */
export interface CommandLogState {
  readonly digest: Int32Array;
  readonly pending: Float64Array;
}

export class CommandLog {
  readonly block: Float64Array<ArrayBuffer> = new Float64Array(COMMAND_NUMBERS * BLOCK_COMMANDS);
  readonly #digest = new Digest();
  #at = 0;

  /** Adds a command that the caller writes into `block`, from the place returned on. */
  claim(): number {
    if (this.#at === this.block.length) {
      this.#digest.numbers(this.block);
      this.#at = 0;
    }
    const at = this.#at;
    this.#at = at + COMMAND_NUMBERS;
    return at;
  }

  /** The digest of all commands so far. */
  digest(): Digest {
    const digest = new Digest();
    digest.state.set(this.#digest.state);
    digest.numbers(this.block, 0, this.#at);
    return digest;
  }

  state(): CommandLogState {
    return { digest: this.#digest.state.slice(), pending: this.block.slice(0, this.#at) };
  }

  restore({ digest, pending }: CommandLogState): void {
    this.#digest.state.set(digest);
    this.block.set(pending);
    this.#at = pending.length;
  }
}
