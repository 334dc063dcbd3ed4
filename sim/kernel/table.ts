/**
 * What a run records: append-only tables of typed columns, and the digest over them.
 *
 * A column holds whole numbers (`int64`, kept as safe integers in doubles), real
 * numbers (`double`), one of a fixed list of words (`enum`) or text (`text`, only in
 * small tables). A missing number is NaN, a missing word is null, a missing text is empty.
 *
 * In memory a row is a record of numbers, the next beside it: an append writes one place
 * and moves nothing, whatever the length of the table. Columns are made when asked for. A
 * block of records that is full enters the table's digest as a whole, and is packed unless rows come by `claim`, whose
 * writers are in a hurry.
 */
import { Digest } from "./digest.ts";
import { PackedBlock } from "./packed-block.ts";

/** How a column is kept in memory and written to disk. */
export type ColumnType = "int64" | "double" | "enum" | "text";

/** One column: its name ends in its unit where it has one. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** What it holds, for people: the text of `docs/tables.md`. */
  readonly meaning: string;
  /** The words of an `enum` column, in the order of their codes. */
  readonly values?: readonly string[];
  /** True where a row may have no value. */
  readonly optional?: boolean;
}

/** One table: its name, what a row is, and its columns in order. */
export interface TableSchema {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
}

/** A value of a row: a number, a word of an `enum`, text, or null for none. */
export type Cell = number | string | null;

/** A table's rows as plain data: records of numbers, and the text of the columns that hold it. */
export interface TableState {
  readonly rows: Float64Array;
  readonly texts: readonly (readonly string[] | null)[];
}

/** Rows of one block of records. */
const BLOCK_ROWS = 1024;
/** Rows of the first block: most tables stay small. */
const FIRST_ROWS = 64;

/** A growing table. */
export class Table {
  readonly schema: TableSchema;
  rowCount = 0;
  /** The block that the row claimed last stands in. */
  block: Float64Array<ArrayBuffer>;
  /** Records of rows: numbers, words as their codes, NaN for text and for nothing. */
  readonly #blocks: (Float64Array<ArrayBuffer> | PackedBlock)[] = [];
  readonly #texts: (string[] | null)[];
  readonly #codes: ReadonlyMap<string, number>[];
  readonly #index: ReadonlyMap<string, number>;
  /** Of all blocks but the last; null in a table that has none. */
  readonly #digest: Digest | null;
  readonly #width: number;
  /** Where the next row begins in the block. */
  #at = 0;
  /** Whether full blocks are packed. */
  #packs = false;
  /** A column of a packed block while it is read. */
  readonly #unpacked = new Float64Array(BLOCK_ROWS);

  /** @param isDigested false for one that no digest covers */
  constructor(schema: TableSchema, isDigested = true) {
    this.schema = schema;
    this.#digest = isDigested ? new Digest() : null;
    this.#width = schema.columns.length;
    this.#texts = schema.columns.map(({ type }) => (type === "text" ? [] : null));
    this.#codes = schema.columns.map((column) => new Map((column.values ?? []).map((word, code) => [word, code])));
    this.#index = new Map(schema.columns.map((column, position) => [column.name, position]));
    this.block = new Float64Array(FIRST_ROWS * this.#width);
    this.#blocks.push(this.block);
  }

  /**
   * Appends one row, its cells in the order of the schema's columns.
   * @throws Error naming table, column and value when a cell does not fit its column.
   */
  append(cells: readonly Cell[]): void {
    const columns = this.schema.columns;
    if (cells.length !== columns.length) {
      throw new Error(`Cannot append to ${this.schema.name}: ${cells.length} cells for ${columns.length} columns`);
    }
    const numbers = cells.map((cell, position) => this.#numberOf(position, cell));
    this.#packs = true;
    const at = this.claim();
    this.block.set(numbers, at);
    cells.forEach((cell, position) => {
      this.#texts[position]?.push((cell as string | null) ?? "");
    });
  }

  /**
   * Appends a row that the caller writes into `block`, from the place returned on, unchecked
   * and before anything else: for tables of many rows without text, whose writer answers for
   * all of its numbers.
   */
  claim(): number {
    if (this.#at === this.block.length) this.#startBlock();
    const at = this.#at;
    this.#at = at + this.#width;
    this.rowCount += 1;
    return at;
  }

  /**
   * The digest of all rows, row by row in the order of the columns, and of the texts, column by column (TIME-3).
   * @throws Error when the table has none
   */
  digest(): Digest {
    if (this.#digest === null) throw new Error(`Cannot tell the digest of ${this.schema.name}: it has none`);
    const digest = new Digest();
    digest.state.set(this.#digest.state);
    digest.numbers(this.block, 0, this.#at);
    for (const texts of this.#texts) for (const text of texts ?? []) digest.text(text);
    return digest;
  }

  /**
   * The numbers of an `int64` or `double` column from one row to before another, one per row; NaN where there is none.
   * @param into whose first places take them; left out: made
   */
  numbers(name: string, from = 0, until: number = this.rowCount, into?: Float64Array): Float64Array {
    const { type } = this.#column(name);
    if (type !== "int64" && type !== "double") throw new Error(`Cannot read numbers of ${this.schema.name}.${name}: not a number column`);
    return this.#gather(this.#position(name), from, until, into);
  }

  /** The words of an `enum` or `text` column from one row to before another, one per row; null where there is no word, an empty text where there is none. */
  words(name: string, from = 0, until: number = this.rowCount): (string | null)[] {
    const { type, values = [] } = this.#column(name);
    if (type === "text") return (this.#texts[this.#position(name)] as string[]).slice(from, until);
    if (type !== "enum") throw new Error(`Cannot read words of ${this.schema.name}.${name}: a number column`);
    return Array.from(this.#gather(this.#position(name), from, until), (code) => values[code] ?? null);
  }

  /** All rows, to be given back to `restore` (TIME-4). */
  state(): TableState {
    const rows = new Float64Array(this.rowCount * this.#width);
    for (let position = 0; position < this.#width; position++) {
      const numbers = this.#gather(position, 0, this.rowCount);
      for (let row = 0; row < numbers.length; row++) rows[row * this.#width + position] = numbers[row] as number;
    }
    return { rows, texts: this.#texts.map((texts) => texts?.slice() ?? null) };
  }

  /** Fills an empty table. */
  restore(state: TableState): void {
    const width = this.#width;
    for (let from = 0; from < state.rows.length; from += width) {
      const at = this.claim();
      this.block.set(state.rows.subarray(from, from + width), at);
    }
    state.texts.forEach((texts, position) => {
      if (texts !== null) this.#texts[position] = texts.slice();
    });
  }

  #column(name: string): Column {
    return this.schema.columns[this.#position(name)] as Column;
  }

  #position(name: string): number {
    const position = this.#index.get(name);
    if (position === undefined) throw new Error(`Cannot read ${this.schema.name}.${name}: no such column`);
    return position;
  }

  #gather(position: number, from: number, until: number, into?: Float64Array): Float64Array {
    const count = Math.min(until, this.rowCount) - from;
    const numbers = into?.subarray(0, count) ?? new Float64Array(count);
    let row = 0;
    while (row < numbers.length) {
      // The first block is a small one.
      const beyond = from + row - FIRST_ROWS;
      const place = beyond < 0 ? 0 : 1 + Math.floor(beyond / BLOCK_ROWS);
      const block = this.#blocks[place] as Float64Array | PackedBlock;
      const first = beyond < 0 ? from + row : beyond % BLOCK_ROWS;
      if (block instanceof PackedBlock) {
        const part = block.column(position, this.#unpacked).subarray(first, first + numbers.length - row);
        numbers.set(part, row);
        row += part.length;
        continue;
      }
      for (let at = first * this.#width + position; at < block.length && row < numbers.length; at += this.#width) {
        numbers[row] = block[at] as number;
        row += 1;
      }
    }
    return numbers;
  }

  /** What a cell is in the record: the number, or the code of the word; NaN for text and for nothing. */
  #numberOf(position: number, cell: Cell): number {
    const column = this.schema.columns[position] as Column;
    if (cell === null) {
      if (column.optional !== true) this.#refuse(column, cell);
      return Number.NaN;
    }
    switch (column.type) {
      case "int64":
        return Number.isSafeInteger(cell) ? (cell as number) : this.#refuse(column, cell);
      case "double":
        return Number.isFinite(cell) ? (cell as number) : this.#refuse(column, cell);
      case "enum":
        return (this.#codes[position] as ReadonlyMap<string, number>).get(cell as string) ?? this.#refuse(column, cell);
      default:
        return typeof cell === "string" ? Number.NaN : this.#refuse(column, cell);
    }
  }

  /** Forgets all rows, to make room: for one that is written and asked nothing more. */
  release(): void {
    this.rowCount = 0;
    this.#blocks.length = 0;
    this.block = new Float64Array(0);
    for (const texts of this.#texts) if (texts !== null) texts.length = 0;
  }

  #startBlock(): void {
    this.#digest?.numbers(this.block);
    if (this.#packs) this.#blocks[this.#blocks.length - 1] = new PackedBlock(this.block, this.#width);
    // One that was packed is there for the next rows.
    if (!this.#packs || this.block.length < BLOCK_ROWS * this.#width) this.block = new Float64Array(BLOCK_ROWS * this.#width);
    this.#blocks.push(this.block);
    this.#at = 0;
  }

  #refuse(column: Column, cell: Cell): never {
    throw new Error(`Cannot record ${this.schema.name}.${column.name}: ${column.type} does not hold ${String(cell)}`);
  }
}
