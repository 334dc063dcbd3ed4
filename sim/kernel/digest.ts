/**
 * The digest of a run (TIME-3): a 128-bit hash over numbers in the order they are fed.
 *
 * Ours and small, because its running state has to live in a typed array: it is part
 * of a snapshot, which a library's hash state cannot be. Four lanes of 32 bits, each
 * number fed as the two halves of its IEEE-754 bits into two of them, so that four
 * multiplications run side by side; every second number each lane takes up
 * another. The finaliser is that of MurmurHash3 (Austin Appleby, public domain). Each step
 * can be undone, so no two states become one. Not for security.
 */
const [FIRST, SECOND, THIRD, FOURTH] = [0x239b961b, 0xab0e9789 | 0, 0x38b34ae5, 0xa1e38b93 | 0] as const;
/** The bits of a NaN are the engine's choice, so the digest has its own. */
const NAN_HIGH_HALF = 0x7ff80000;
/** Set in the high half of what is no finite number. */
const EXPONENT = 0x7ff00000;
const MANTISSA = 0x000fffff;
/** The high half of -0, whose low half is 0. */
const NEGATIVE_ZERO = 0x80000000 | 0;
/** Told apart from the length of a text, which no number is. */
const TEXT_MARK = Number.MIN_VALUE;

/** A running hash of numbers and texts in their order (TIME-3). */
export class Digest {
  /** The whole state: four lanes and the count of numbers fed, of which the last 32 bits. */
  readonly state: Int32Array = new Int32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667, 0]);
  readonly #one = new Float64Array(1);
  readonly #halves = new Int32Array(this.#one.buffer);

  /** Feeds one number: any double; all NaNs are the same, and -0 is 0. */
  number(value: number): void {
    const { state } = this;
    const halves = this.#halves;
    this.#one[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    const low = Number.isNaN(value) ? 0 : (halves[0] as number);
    const high = Number.isNaN(value) ? NAN_HIGH_HALF : (halves[1] as number);
    if (((state[4] as number) & 1) === 0) {
      state[0] = fed(state[0] as number, low, FIRST, SECOND);
      state[1] = fed(state[1] as number, high, SECOND, THIRD);
    } else {
      state[2] = fed(state[2] as number, low, THIRD, FOURTH);
      state[3] = fed(state[3] as number, high, FOURTH, FIRST);
      state[0] = (state[0] as number) + (state[3] as number);
      state[2] = (state[2] as number) + (state[1] as number);
      state[1] = (state[1] as number) + (state[2] as number);
      state[3] = (state[3] as number) + (state[0] as number);
    }
    state[4] = (state[4] as number) + 1;
  }

  /** Feeds numbers from one place to before another: the same as each by `number`, many times faster. */
  numbers(values: Float64Array, from = 0, until: number = values.length): void {
    let begin = from;
    if (begin < until && ((this.state[4] as number) & 1) === 1) {
      this.number(values[begin] as number);
      begin += 1;
    }
    this.#pairs(new Int32Array(values.buffer, values.byteOffset + 8 * begin, 4 * ((until - begin) >> 1)));
    if (((until - begin) & 1) === 1) this.number(values[until - 1] as number);
  }

  /** Feeds pairs of numbers as their halves, at an even count. */
  #pairs(halves: Int32Array): void {
    const { state } = this;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    for (let at = 0; at < halves.length; at += 4) {
      let low = halves[at] as number;
      let high = halves[at + 1] as number;
      let nextLow = halves[at + 2] as number;
      let nextHigh = halves[at + 3] as number;
      if ((high & EXPONENT) === EXPONENT) {
        if ((high & MANTISSA) !== 0 || low !== 0) [low, high] = [0, NAN_HIGH_HALF];
      } else if (high === NEGATIVE_ZERO && low === 0) high = 0;
      if ((nextHigh & EXPONENT) === EXPONENT) {
        if ((nextHigh & MANTISSA) !== 0 || nextLow !== 0) [nextLow, nextHigh] = [0, NAN_HIGH_HALF];
      } else if (nextHigh === NEGATIVE_ZERO && nextLow === 0) nextHigh = 0;
      a = fed(a, low, FIRST, SECOND);
      b = fed(b, high, SECOND, THIRD);
      c = fed(c, nextLow, THIRD, FOURTH);
      d = fed(d, nextHigh, FOURTH, FIRST);
      a = (a + d) | 0;
      c = (c + b) | 0;
      b = (b + c) | 0;
      d = (d + a) | 0;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    state[4] = (state[4] as number) + (halves.length >> 1);
  }

  /** Feeds a text: its length and its UTF-16 units. */
  text(value: string): void {
    this.number(TEXT_MARK);
    this.number(value.length);
    for (let index = 0; index < value.length; index++) this.number(value.charCodeAt(index));
  }

  /** The digest of what was fed so far: 32 hexadecimal digits. Feeding may go on. */
  hex(): string {
    const [a = 0, b = 0, c = 0, d = 0, count = 0] = this.state;
    const total = ((a ^ Math.imul(count, 0x85ebca6b)) + b + c + d) | 0;
    return [a, b, c, d].map((lane, index) => finalise((lane + Math.imul(total, index + 1)) | 0)).join("");
  }
}

/** One lane after a half was fed to it. */
function fed(lane: number, half: number, multiplier: number, next: number): number {
  const value = lane ^ Math.imul(half, multiplier);
  return Math.imul((value << 15) | (value >>> 17), next);
}

function finalise(lane: number): string {
  let value = lane;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
