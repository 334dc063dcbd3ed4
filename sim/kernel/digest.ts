/**
 * The digest of a run (TIME-3): a 128-bit hash over numbers in the order they are fed.
 *
 * Ours and small, because its running state has to live in a typed array: it is part
 * of a snapshot, which a library's hash state cannot be. Four lanes of 32 bits, each
 * number fed as the two halves of its IEEE-754 bits, mixed with the multiply-rotate
 * round and finaliser of MurmurHash3 (Austin Appleby, public domain). Not for security.
 */
const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
/** The bits of a NaN are the engine's choice, so the digest has its own. */
const NAN_HIGH_HALF = 0x7ff80000;

/** Most numbers that a row can have. */
const ROW_MOST = 64;

export class Digest {
  /** The whole state: four lanes and the number of halves fed. */
  readonly state: Uint32Array = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667, 0]);
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);
  /** Numbers to be fed together by `row`. */
  readonly buffer: Float64Array<ArrayBuffer> = new Float64Array(ROW_MOST);
  readonly #rowHalves = new Int32Array(this.buffer.buffer);

  /** Feeds one number: any double; all NaNs are the same, and -0 is 0. */
  number(value: number): void {
    if (Number.isNaN(value)) {
      this.#feed(0);
      this.#feed(NAN_HIGH_HALF);
      return;
    }
    this.#number[0] = value + 0;
    this.#feed(this.#halves[0] as number);
    this.#feed(this.#halves[1] as number);
  }

  /** Feeds the first numbers of `buffer`: the same as each by `number`, several times faster. The buffer is spoilt. */
  row(count: number): void {
    const { buffer, state } = this;
    const halves = this.#rowHalves;
    if ((state[4] as number) % 2 === 1) {
      for (let place = 0; place < count; place++) this.number(buffer[place] as number);
      return;
    }
    let a = (state[0] as number) | 0;
    let b = (state[1] as number) | 0;
    let c = (state[2] as number) | 0;
    let d = (state[3] as number) | 0;
    let first = (state[4] as number) % 4 === 0;
    for (let place = 0; place < count; place++) {
      const value = buffer[place] as number;
      let low = 0;
      let high = NAN_HIGH_HALF;
      if (!Number.isNaN(value)) {
        buffer[place] = value + 0;
        low = halves[2 * place] as number;
        high = halves[2 * place + 1] as number;
      }
      if (first) {
        a = mixed(a, b, low, MULTIPLIERS[0], MULTIPLIERS[1]);
        b = mixed(b, c, high, MULTIPLIERS[1], MULTIPLIERS[2]);
      } else {
        c = mixed(c, d, low, MULTIPLIERS[2], MULTIPLIERS[3]);
        d = mixed(d, a, high, MULTIPLIERS[3], MULTIPLIERS[0]);
      }
      first = !first;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    state[4] = (state[4] as number) + 2 * count;
  }

  /** Feeds a text: its length and its UTF-16 units. */
  text(value: string): void {
    this.number(value.length);
    for (let index = 0; index < value.length; index++) this.#feed(value.charCodeAt(index));
  }

  /** The digest of what was fed so far: 32 hexadecimal digits. Feeding may go on. */
  hex(): string {
    const [a = 0, b = 0, c = 0, d = 0, count = 0] = this.state;
    const total = (a ^ Math.imul(count, 0x85ebca6b)) + b + c + d;
    return [a, b, c, d].map((lane, index) => finalise((lane + Math.imul(total, index + 1)) | 0)).join("");
  }

  #feed(half: number): void {
    const state = this.state;
    const count = state[4] as number;
    const lane = count & 3;
    const next = (lane + 1) & 3;
    let mixed = Math.imul(half, MULTIPLIERS[lane] as number);
    mixed = (mixed << 15) | (mixed >>> 17);
    let value = (state[lane] as number) ^ Math.imul(mixed, MULTIPLIERS[next] as number);
    value = (value << 13) | (value >>> 19);
    state[lane] = (value + (state[next] as number)) * 5 + 0xe6546b64;
    state[4] = count + 1;
  }
}

/** One lane after a half was fed to it. */
function mixed(lane: number, next: number, half: number, multiplier: number, nextMultiplier: number): number {
  let fed = Math.imul(half, multiplier);
  fed = (fed << 15) | (fed >>> 17);
  const value = lane ^ Math.imul(fed, nextMultiplier);
  return (Math.imul(((value << 13) | (value >>> 19)) + next, 5) + 0xe6546b64) | 0;
}

function finalise(lane: number): string {
  let value = lane;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
