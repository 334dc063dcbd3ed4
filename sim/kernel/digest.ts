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
/** Told apart from the length of a text, which no number is. */
const TEXT_MARK = Number.MIN_VALUE;

/** Most numbers that a row can have. */
const ROW_MOST = 64;

export class Digest {
  /** The whole state: four lanes and the count of numbers fed, of which the last 32 bits. */
  readonly state: Int32Array = new Int32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667, 0]);
  /** Numbers to be fed together by `row`. */
  readonly buffer: Float64Array<ArrayBuffer> = new Float64Array(ROW_MOST);
  readonly #halves = new Int32Array(this.buffer.buffer);
  readonly #kept = new Float64Array(1);

  /** Feeds one number: any double; all NaNs are the same, and -0 is 0. */
  number(value: number): void {
    this.#kept[0] = this.buffer[0] as number;
    this.buffer[0] = value;
    this.row(1);
    this.buffer[0] = this.#kept[0];
  }

  /** Feeds the first numbers of `buffer`: the same as each by `number`, several times faster. The buffer is spoilt. */
  row(count: number): void {
    this.#unify(count);
    const { state } = this;
    const halves = this.#halves;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    const end = 2 * count;
    let at = 0;
    while (at < end) {
      if (at > 0 || ((state[4] as number) & 1) === 0) {
        a = fed(a, halves[at] as number, FIRST, SECOND);
        b = fed(b, halves[at + 1] as number, SECOND, THIRD);
        at += 2;
        if (at === end) break;
      }
      c = fed(c, halves[at] as number, THIRD, FOURTH);
      d = fed(d, halves[at + 1] as number, FOURTH, FIRST);
      at += 2;
      a = (a + d) | 0;
      c = (c + b) | 0;
      b = (b + c) | 0;
      d = (d + a) | 0;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    state[4] = ((state[4] as number) + count) | 0;
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

  /** Gives what is the same number the same bits: 0 for -0, and one NaN. */
  #unify(count: number): void {
    const { buffer } = this;
    const halves = this.#halves;
    for (let place = 0; place < count; place++) {
      buffer[place] = (buffer[place] as number) + 0;
      const high = 2 * place + 1;
      if (((halves[high] as number) & EXPONENT) === EXPONENT && Number.isNaN(buffer[place])) {
        halves[high - 1] = 0;
        halves[high] = NAN_HIGH_HALF;
      }
    }
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
