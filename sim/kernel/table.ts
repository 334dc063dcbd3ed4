/**
 * What a run records: append-only tables of typed columns, and the digest over them.
 *
 * A column holds whole numbers (`int64`, kept as safe integers in doubles), real
 * numbers (`double`), one of a fixed list of words (`enum`) or text (`text`, only in
 * small tables). A missing number is NaN, a missing word is null, a missing text is empty.
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

type ColumnStore = Float64Array | Int16Array | string[];

const FIRST_CAPACITY_ROWS = 64;
const NO_WORD = -1;

/** A growing table in columns. Every appended row enters the digest, in column order. */
export class Table {
  readonly schema: TableSchema;
  rowCount = 0;
  readonly #stores: ColumnStore[];
  readonly #codes: ReadonlyMap<string, number>[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #digest: Digest | null;
  /** Without text, so that a row can enter the digest in one go. */
  readonly #isPlain: boolean;
  #capacityRows = FIRST_CAPACITY_ROWS;

  constructor(schema: TableSchema, digest: Digest | null = null) {
    this.schema = schema;
    this.#digest = digest;
    this.#isPlain = schema.columns.every(({ type }) => type !== "text");
    this.#stores = schema.columns.map((column) => newStore(column.type, FIRST_CAPACITY_ROWS));
    this.#codes = schema.columns.map((column) => new Map((column.values ?? []).map((word, code) => [word, code])));
    this.#index = new Map(schema.columns.map((column, position) => [column.name, position]));
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
    if (this.rowCount === this.#capacityRows) this.#grow();
    const row = this.rowCount;
    for (let position = 0; position < columns.length; position++) {
      this.#write(position, row, cells[position] as Cell);
    }
    if (this.#isPlain) this.#digest?.row(columns.length);
    this.rowCount = row + 1;
  }

  /** The numbers of an `int64` or `double` column, one per row; NaN where there is none. A view: copy to keep. */
  numbers(name: string): Float64Array {
    const store = this.#store(name);
    if (!(store instanceof Float64Array)) throw new Error(`Cannot read numbers of ${this.schema.name}.${name}: not a number column`);
    return store.subarray(0, this.rowCount);
  }

  /** The words of an `enum` or `text` column, one per row; null where there is no word, an empty text where there is none. */
  words(name: string): (string | null)[] {
    const store = this.#store(name);
    if (store instanceof Float64Array) throw new Error(`Cannot read words of ${this.schema.name}.${name}: a number column`);
    if (store instanceof Int16Array) {
      const values = this.#column(name).values ?? [];
      return Array.from(store.subarray(0, this.rowCount), (code) => values[code] ?? null);
    }
    return store.slice(0, this.rowCount);
  }

  #column(name: string): Column {
    return this.schema.columns[this.#position(name)] as Column;
  }

  #store(name: string): ColumnStore {
    return this.#stores[this.#position(name)] as ColumnStore;
  }

  #position(name: string): number {
    const position = this.#index.get(name);
    if (position === undefined) throw new Error(`Cannot read ${this.schema.name}.${name}: no such column`);
    return position;
  }

  #write(position: number, row: number, cell: Cell): void {
    const column = this.schema.columns[position] as Column;
    const store = this.#stores[position] as ColumnStore;
    if (cell === null || (cell === "" && column.type === "text")) {
      if (cell === null && column.optional !== true) this.#refuse(column, cell);
      if (store instanceof Float64Array) store[row] = Number.NaN;
      else if (store instanceof Int16Array) store[row] = NO_WORD;
      else store[row] = "";
      this.#feed(position, Number.NaN);
      return;
    }
    if (store instanceof Float64Array) {
      if (typeof cell !== "number" || (column.type === "int64" ? !Number.isSafeInteger(cell) : !Number.isFinite(cell))) {
        this.#refuse(column, cell);
      }
      store[row] = cell as number;
      this.#feed(position, cell as number);
      return;
    }
    if (typeof cell !== "string") this.#refuse(column, cell);
    if (store instanceof Int16Array) {
      const code = (this.#codes[position] as ReadonlyMap<string, number>).get(cell as string);
      if (code === undefined) this.#refuse(column, cell);
      store[row] = code as number;
      this.#feed(position, code as number);
      return;
    }
    store[row] = cell as string;
    this.#digest?.text(cell as string);
  }

  #feed(position: number, value: number): void {
    if (this.#digest === null) return;
    if (this.#isPlain) this.#digest.buffer[position] = value;
    else this.#digest.number(value);
  }

  #refuse(column: Column, cell: Cell): never {
    throw new Error(`Cannot record ${this.schema.name}.${column.name}: ${column.type} does not hold ${String(cell)}`);
  }

  #grow(): void {
    this.#capacityRows *= 2;
    for (let position = 0; position < this.#stores.length; position++) {
      const old = this.#stores[position] as ColumnStore;
      if (Array.isArray(old)) continue;
      const next = newStore((this.schema.columns[position] as Column).type, this.#capacityRows) as Float64Array | Int16Array;
      next.set(old);
      this.#stores[position] = next;
    }
  }
}

function newStore(type: ColumnType, capacityRows: number): ColumnStore {
  if (type === "text") return [];
  return type === "enum" ? new Int16Array(capacityRows) : new Float64Array(capacityRows);
}
