/** The fields of one line after the other: numbers straight from their bytes where they are plain, everything else as text. */
import { type CsvLines, splitLine } from "./csv-lines.ts";

const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
/** Powers of ten that are exact as doubles, as far as they are needed. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16];
const DIGITS_MOST = 16;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a text is a decimal number. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}

/** The fields of the line that was taken last. */
export class CsvFields {
  /** How many there are. */
  count = 0;
  readonly #lines: CsvLines;
  readonly #bytes: Uint8Array;
  readonly #delimiter: string;
  readonly #delimiterCode: number;
  /** Where each begins; the next begins one after its end. */
  #starts = new Int32Array(64);
  /** Of a line with quotes. */
  #texts: string[] | null = null;

  constructor(lines: CsvLines, delimiter: string) {
    this.#lines = lines;
    this.#bytes = lines.bytes;
    this.#delimiter = delimiter;
    this.#delimiterCode = delimiter.charCodeAt(0);
  }

  /** Takes the next line, false after the last. */
  next(): boolean {
    const lines = this.#lines;
    if (!lines.advance()) return false;
    const [bytes, delimiter, { end }] = [this.#bytes, this.#delimiterCode, lines];
    this.#texts = null;
    let count = 0;
    this.#starts[count++] = lines.from;
    for (let at = lines.from; at < end; at++) {
      const byte = bytes[at];
      if (byte === delimiter) {
        // One place is kept for the end of the last.
        if (count + 1 === this.#starts.length) this.#grow();
        this.#starts[count++] = at + 1;
      } else if (byte === QUOTE) {
        this.#texts = splitLine(lines.text(lines.from, end), this.#delimiter);
        this.count = this.#texts.length;
        return true;
      }
    }
    this.#starts[count] = end + 1;
    this.count = count;
    return true;
  }

  /** Whether the line is empty. */
  get isEmpty(): boolean {
    return this.#lines.from === this.#lines.end;
  }

  /** A field's text without space around it. */
  text(position: number): string {
    if (this.#texts !== null) return (this.#texts[position] as string).trim();
    return this.#lines.text(this.#starts[position] as number, (this.#starts[position + 1] as number) - 1).trim();
  }

  /** The double nearest to a field's decimal, NaN when it is none. */
  number(position: number): number {
    if (this.#texts === null) {
      const plain = this.#plain(this.#starts[position] as number, (this.#starts[position + 1] as number) - 1);
      if (!Number.isNaN(plain)) return plain;
    }
    const text = this.text(position);
    return NUMBER.test(text) ? Number(text) : Number.NaN;
  }

  /**
   * A decimal of few digits, NaN for any other. Its digits are a whole number that a double
   * holds, and so is the power of ten: their quotient is rounded once, to what `Number` gives.
   */
  #plain(from: number, end: number): number {
    const bytes = this.#bytes;
    const isNegative = bytes[from] === MINUS;
    let digits = 0;
    let whole = 0;
    let point = -1;
    for (let at = isNegative ? from + 1 : from; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        whole = whole * 10 + (byte - ZERO);
        digits++;
      } else if (byte === POINT && point === -1) point = digits;
      else return Number.NaN;
    }
    if (digits === 0 || digits > DIGITS_MOST || whole > Number.MAX_SAFE_INTEGER) return Number.NaN;
    const value = point === -1 ? whole : whole / (POWERS[digits - point] as number);
    return isNegative ? -value : value;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#starts.length);
    larger.set(this.#starts);
    this.#starts = larger;
  }
}
