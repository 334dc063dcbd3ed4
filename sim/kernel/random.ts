/**
 * Named streams of random numbers (TIME-2): one seed fixes them all.
 *
 * A stream depends on the seed and on its own name, never on which other streams
 * exist or how much they have drawn: one more agent changes no other agent's luck.
 */
import seedrandom from "seedrandom";

/** Where a stream stands: plain data, part of a snapshot (TIME-4). */
export interface RandomState {
  readonly c: number;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
}

/** One sequence of random numbers. Made by `createStream`. */
export class RandomStream {
  #generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>;

  /** @param key text that alone decides the sequence; `createStream` builds it */
  constructor(key: string) {
    // Alea and not xor128: its seeding is no linear map, so streams of neighbouring names are unrelated.
    this.#generator = seedrandom.alea(key, { state: true });
  }

  /** The next number in [0, 1), uniform, with 53 random bits. */
  next(): number {
    return this.#generator.double();
  }

  /**
   * A whole number in 0 … `count − 1`, each equally likely (to within 2^-53 × `count`).
   * @throws RangeError when `count` is no positive safe integer
   */
  below(count: number): number {
    if (!Number.isSafeInteger(count) || count <= 0) throw new RangeError(`Cannot draw below ${count}: not a positive whole number`);
    return Math.floor(this.#generator.double() * count);
  }

  /** Where the stream stands, to be kept and given back to `restore`. */
  state(): RandomState {
    const { c, s0, s1, s2 } = this.#generator.state();
    return { c, s0, s1, s2 };
  }

  /** Puts the stream where it stood when `state` was taken. */
  restore(state: RandomState): void {
    this.#generator = seedrandom.alea("", { state: { ...state } });
  }
}

/**
 * The stream of a name under a seed, at its beginning.
 * @param seed non-negative safe integer
 * @param name what draws from it, words with slashes: `shock/index`, `agent/market-maker/3`
 * @throws RangeError when the seed is no non-negative safe integer
 */
export function createStream(seed: number, name: string): RandomStream {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`Cannot create stream ${name}: seed ${seed} is no non-negative safe integer`);
  return new RandomStream(`${seed}/${name}`);
}
