/**
 * What a run records: append-only tables of typed columns, and the digest over them.
 *
 * A column holds whole numbers (`int64`, kept as safe integers in doubles), real
 * numbers (`double`), one of a fixed list of words (`enum`) or text (`text`, only in
 * small tables). A missing number is NaN, a missing word is null, a missing text is empty.
 *
 * In memory a row is a record of numbers, the next beside it: an append writes one place
 * and moves nothing, whatever the length of the table. Columns are made when asked for. A
 * block of records that is full enters the table's digest as a whole. Then it leaves memory for the store, where there
 * is one; else it is packed unless rows come by `claim`, whose writers are in a hurry.
 */
import { Digest } from "./digest.ts";
import { BLOCK_ROWS, type BlockStore, FIRST_ROWS, RowBlocks } from "./row-blocks.ts";
import { TextCodes } from "./text-codes.ts";

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

/** A table's rows as plain data: records of numbers, and the different texts of the columns that hold text. */
export interface TableState {
  readonly rows: Float64Array;
  readonly texts: readonly (readonly string[] | null)[];
}

/** Texts enter a digest in parts of so many rows. */
const PART_ROWS = 4096;

/** A growing table. */
export class Table {
  readonly schema: TableSchema;
  rowCount = 0;
  /** The block that the row claimed last stands in. */
  block: Float64Array<ArrayBuffer>;
  /** Full blocks of records: numbers, words and texts as their codes, NaN for nothing. */
  readonly #full: RowBlocks;
  /** By column; null for one without text. */
  readonly #texts: readonly (TextCodes | null)[];
  readonly #codes: ReadonlyMap<string, number>[];
  readonly #index: ReadonlyMap<string, number>;
  /** Of all blocks but the last; null in a table that has none. */
  readonly #digest: Digest | null;
  readonly #width: number;
  /** Where the next row begins in the block. */
  #at = 0;
  /** Whether full blocks are packed. */
  #packs = false;

  /** @param isDigested false for one that no digest covers */
  constructor(schema: TableSchema, isDigested = true) {
    this.schema = schema;
    this.#digest = isDigested ? new Digest() : null;
    this.#width = schema.columns.length;
    this.#texts = schema.columns.map(({ type }) => (type === "text" ? new TextCodes() : null));
    this.#codes = schema.columns.map((column) => new Map((column.values ?? []).map((word, code) => [word, code])));
    this.#index = new Map(schema.columns.map((column, position) => [column.name, position]));
    this.#full = new RowBlocks(this.#width);
    this.block = new Float64Array(FIRST_ROWS * this.#width);
  }

  /** From now on blocks that are full leave memory for a store: whatever is asked of the table, it answers as without. */
  keepIn(store: BlockStore): void {
    this.#full.keepIn(store);
  }

  /** Rows that stand in memory. */
  get rowsInMemory(): number {
    return this.#full.rowsInMemory + this.#at / this.#width;
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
    digest.numbers(this.#digestible(), 0, this.#at);
    this.#texts.forEach((texts, position) => {
      for (let from = 0; texts !== null && from < this.rowCount; from += PART_ROWS) {
        for (const code of this.#gather(position, from, from + PART_ROWS)) digest.text(texts.textOf(code));
      }
    });
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
    if (type !== "enum" && type !== "text") throw new Error(`Cannot read words of ${this.schema.name}.${name}: a number column`);
    const codes = this.#gather(this.#position(name), from, until);
    const texts = this.#texts[this.#position(name)] ?? null;
    return texts === null ? Array.from(codes, (code) => values[code] ?? null) : Array.from(codes, (code) => texts.textOf(code));
  }

  /** All rows, to be given back to `restore` (TIME-4). */
  state(): TableState {
    const rows = new Float64Array(this.rowCount * this.#width);
    for (let position = 0; position < this.#width; position++) {
      const numbers = this.#gather(position, 0, this.rowCount);
      for (let row = 0; row < numbers.length; row++) rows[row * this.#width + position] = numbers[row] as number;
    }
    return { rows, texts: this.#texts.map((texts) => texts?.all() ?? null) };
  }

  /** Fills an empty table. */
  restore(state: TableState): void {
    const width = this.#width;
    for (let from = 0; from < state.rows.length; from += width) {
      const at = this.claim();
      this.block.set(state.rows.subarray(from, from + width), at);
    }
    state.texts.forEach((texts, position) => {
      for (const text of texts ?? []) this.#texts[position]?.codeOf(text);
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
    const numbers = into?.subarray(0, count) ?? new Float64Array(Math.max(0, count));
    this.#full.gather(position, from, numbers, this.block);
    return numbers;
  }

  /** The block as the digest sees it: texts come to that apart, after all numbers. */
  #digestible(): Float64Array {
    if (this.#texts.every((texts) => texts === null)) return this.block;
    const numbers = this.block.slice();
    this.#texts.forEach((texts, position) => {
      if (texts !== null) for (let at = position; at < numbers.length; at += this.#width) numbers[at] = Number.NaN;
    });
    return numbers;
  }

  /** What a cell is in the record: the number, or the code of the word or text; NaN for nothing, but that of the empty one for no text. */
  #numberOf(position: number, cell: Cell): number {
    const column = this.schema.columns[position] as Column;
    if (cell === null) {
      if (column.optional !== true) this.#refuse(column, cell);
      return this.#texts[position]?.codeOf("") ?? Number.NaN;
    }
    switch (column.type) {
      case "int64":
        return Number.isSafeInteger(cell) ? (cell as number) : this.#refuse(column, cell);
      case "double":
        return Number.isFinite(cell) ? (cell as number) : this.#refuse(column, cell);
      case "enum":
        return (this.#codes[position] as ReadonlyMap<string, number>).get(cell as string) ?? this.#refuse(column, cell);
      default:
        return typeof cell === "string" ? (this.#texts[position] as TextCodes).codeOf(cell) : this.#refuse(column, cell);
    }
  }

  /** Forgets all rows, to make room: for one that is written and asked nothing more. */
  release(): void {
    this.rowCount = 0;
    this.#full.clear();
    this.#at = 0;
    this.block = new Float64Array(0);
  }

  #startBlock(): void {
    // First, since it may fail: then nothing has changed.
    const isFree = this.#full.add(this.block, this.#packs);
    this.#digest?.numbers(this.#digestible());
    if (!isFree || this.block.length < BLOCK_ROWS * this.#width) this.block = new Float64Array(BLOCK_ROWS * this.#width);
    this.#at = 0;
  }

  #refuse(column: Column, cell: Cell): never {
    throw new Error(`Cannot record ${this.schema.name}.${column.name}: ${column.type} does not hold ${String(cell)}`);
  }
}
