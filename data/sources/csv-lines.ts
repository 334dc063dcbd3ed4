/** The lines of a CSV file and the fields of a line. */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** One byte a character is faster, and right for numbers; names beyond ASCII need the other. */
const NOT_ASCII = /[\x80-\xff]/;

/** What may stand between fields. */
const DELIMITERS = [",", ";", "\t", "|"];
/** A field in quotes, or without, by the delimiter before it. */
const FIELDS = new Map(
  DELIMITERS.map((delimiter) => {
    const plain = delimiter === "|" ? "\\|" : delimiter;
    return [delimiter, new RegExp(`(?:^|${plain})(?:"((?:[^"]|"")*)"|([^${plain}]*))`, "g")];
  }),
);

/** The delimiter that stands most often in a line outside quotes; of equals the first of comma, semicolon, tab and bar. */
export function delimiterOf(line: string): string {
  const plain = line.replace(/"(?:[^"]|"")*"/g, "");
  const count = (delimiter: string) => plain.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** The fields of a line; quotes around a field are taken off, and delimiters within them are part of it. */
export function splitLine(line: string, delimiter = ","): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  let taken = 0;
  for (const match of line.matchAll(FIELDS.get(delimiter) as RegExp)) {
    taken += match[0].length;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  // Something beside the quotes of a field: left as it is, for the check of its value to refuse.
  return taken === line.length ? fields : line.split(delimiter);
}

/** The lines of a file's bytes, decoded one by one, so that a file may be larger than the longest string. */
export class CsvLines {
  /** Bounds of the line taken last, its end not included. */
  from = 0;
  end = 0;
  readonly #bytes: Buffer;
  readonly #start: number;
  #position: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const mark = this.#bytes.length >= 3 && this.#bytes[0] === 0xef && this.#bytes[1] === 0xbb && this.#bytes[2] === 0xbf;
    this.#start = mark ? 3 : 0;
    this.#position = this.#start;
  }

  /** All bytes of the file. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Takes the next line, false after the last. */
  advance(): boolean {
    const from = this.#position;
    if (from >= this.#bytes.length) return false;
    const found = this.#bytes.indexOf(LINE_FEED, from);
    const to = found === -1 ? this.#bytes.length : found;
    this.#position = to + 1;
    this.from = from;
    this.end = to > from && this.#bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    return true;
  }

  /** The text of some bytes. */
  text(from: number, end: number): string {
    const text = this.#bytes.toString("latin1", from, end);
    return NOT_ASCII.test(text) ? this.#bytes.toString("utf8", from, end) : text;
  }

  /** The next line without its end, or null after the last. */
  next(): string | null {
    return this.advance() ? this.text(this.from, this.end) : null;
  }

  /** The next line, which stays the next. */
  peek(): string | null {
    const position = this.#position;
    const line = this.next();
    this.#position = position;
    return line;
  }

  /** Goes back to the first line. */
  rewind(): void {
    this.#position = this.#start;
  }

  /** At most how many lines are left. */
  countLeft(): number {
    let count = 1;
    for (let at = this.#bytes.indexOf(LINE_FEED, this.#position); at !== -1; at = this.#bytes.indexOf(LINE_FEED, at + 1)) count++;
    return count;
  }

  /** Whether nothing but line ends is left. */
  onlyBlankLeft(): boolean {
    for (let at = this.#position; at < this.#bytes.length; at++) {
      if (this.#bytes[at] !== LINE_FEED && this.#bytes[at] !== CARRIAGE_RETURN) return false;
    }
    return true;
  }
}
