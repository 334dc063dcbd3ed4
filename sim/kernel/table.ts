/**
 * What a run records: append-only tables of typed columns, and the digest over them.
 *
 * A column holds whole numbers (`int64`, kept as safe integers in doubles), real
 * numbers (`double`), one of a fixed list of words (`enum`) or text (`text`, only in
 * small tables). A missing number is NaN, a missing word is null, a missing text is empty.
 *
 * In memory a row is a record of numbers, the next beside it: an append writes one place
 * and moves nothing, whatever the length of the table. Columns are made when asked for.
 */
import type { Digest } from "./digest.ts";

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
const BLOCK_ROWS = 4096;
/** Rows of the first block: most tables stay small. */
const FIRST_ROWS = 64;

/** A growing table. Every appended row enters the digest, in column order. */
export class Table {
  readonly schema: TableSchema;
  rowCount = 0;
  /**
   * The next row: numbers, words as their codes, NaN for text and for nothing. Written here
   * and appended by `appendRow`, it costs no list of cells.
   */
  readonly row: Float64Array<ArrayBuffer>;
  /** Records of such rows. */
  readonly #blocks: Float64Array<ArrayBuffer>[] = [];
  readonly #texts: (string[] | null)[];
  readonly #codes: ReadonlyMap<string, number>[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #digest: Digest | null;
  readonly #width: number;
  /** Without text, so that a row can enter the digest in one go. */
  readonly #isPlain: boolean;
  /** The block written to, and the rows it has room for. */
  #block: Float64Array<ArrayBuffer>;
  #room = FIRST_ROWS;

  constructor(schema: TableSchema, digest: Digest | null = null) {
    this.schema = schema;
    this.#digest = digest;
    this.#width = schema.columns.length;
    this.row = digest?.buffer ?? new Float64Array(this.#width);
    this.#isPlain = schema.columns.every(({ type }) => type !== "text");
    this.#texts = schema.columns.map(({ type }) => (type === "text" ? [] : null));
    this.#codes = schema.columns.map((column) => new Map((column.values ?? []).map((word, code) => [word, code])));
    this.#index = new Map(schema.columns.map((column, position) => [column.name, position]));
    this.#block = new Float64Array(FIRST_ROWS * this.#width);
    this.#blocks.push(this.#block);
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
    for (let position = 0; position < columns.length; position++) this.row[position] = this.#numberOf(position, cells[position] as Cell);
    if (this.#isPlain) {
      this.appendRow();
      return;
    }
    this.#keep(this.row, 0);
    this.#feedTexts(cells);
  }

  /**
   * Appends the row that stands in `row`, unchecked and spoiling it: for tables of many
   * rows without text, whose writer answers for them.
   */
  appendRow(): void {
    this.#keep(this.row, 0);
    this.#digest?.row(this.#width);
  }

  /** The numbers of an `int64` or `double` column, one per row; NaN where there is none. */
  numbers(name: string): Float64Array {
    const { type } = this.#column(name);
    if (type !== "int64" && type !== "double") throw new Error(`Cannot read numbers of ${this.schema.name}.${name}: not a number column`);
    return this.#gather(this.#position(name));
  }

  /** The words of an `enum` or `text` column, one per row; null where there is no word, an empty text where there is none. */
  words(name: string): (string | null)[] {
    const { type, values = [] } = this.#column(name);
    if (type === "text") return (this.#texts[this.#position(name)] as string[]).slice();
    if (type !== "enum") throw new Error(`Cannot read words of ${this.schema.name}.${name}: a number column`);
    return Array.from(this.#gather(this.#position(name)), (code) => values[code] ?? null);
  }

  /** All rows, to be given back to `restore` (TIME-4). */
  state(): TableState {
    const rows = new Float64Array(this.rowCount * this.#width);
    let at = 0;
    for (const block of this.#blocks) {
      const part = block.subarray(0, Math.min(block.length, rows.length - at));
      rows.set(part, at);
      at += part.length;
    }
    return { rows, texts: this.#texts.map((texts) => texts?.slice() ?? null) };
  }

  /** Fills an empty table; the digest, which has seen these rows, is restored by its owner. */
  restore(state: TableState): void {
    const rows = state.rows.length / this.#width;
    for (let row = 0; row < rows; row++) this.#keep(state.rows, row * this.#width);
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

  #gather(position: number): Float64Array {
    const numbers = new Float64Array(this.rowCount);
    let row = 0;
    for (const block of this.#blocks) {
      for (let at = position; at < block.length && row < this.rowCount; at += this.#width) {
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

  #feedTexts(cells: readonly Cell[]): void {
    cells.forEach((cell, position) => {
      const texts = this.#texts[position] as string[] | null;
      if (texts !== null) texts.push((cell as string | null) ?? "");
      if (texts === null || cell === null || cell === "") this.#digest?.number(this.row[position] as number);
      else this.#digest?.text(cell as string);
    });
  }

  #keep(rows: Float64Array, from: number): void {
    if (this.#room === 0) this.#startBlock();
    const block = this.#block;
    const width = this.#width;
    const at = block.length - this.#room * width;
    for (let position = 0; position < width; position++) block[at + position] = rows[from + position] as number;
    this.#room -= 1;
    this.rowCount += 1;
  }

  #startBlock(): void {
    this.#block = new Float64Array(BLOCK_ROWS * this.#width);
    this.#blocks.push(this.#block);
    this.#room = BLOCK_ROWS;
  }

  #refuse(column: Column, cell: Cell): never {
    throw new Error(`Cannot record ${this.schema.name}.${column.name}: ${column.type} does not hold ${String(cell)}`);
  }
}
