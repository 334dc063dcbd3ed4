/** Some columns of a table as text, so that decimals stay exact: from CSV, CSV.gz, Parquet or Arrow, told by content. */
import { resolve } from "node:path";
import * as arrow from "apache-arrow";
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatWhole } from "../../sim/venue/decimal.ts";
import { openDatabase, parquetSource, sqlName } from "../store/database.ts";
import { oneLine } from "../store/guard.ts";
import { readRegularFile } from "../store/regular-file.ts";
import { isArrow, readArrow } from "./arrow-series.ts";
import { CsvLines, splitLine } from "./csv-lines.ts";
import { isDuckDb } from "./duckdb-file.ts";
import { isParquet } from "./parquet-series.ts";
import { textBytes } from "./text-bytes.ts";

/** A cell: null or an empty text where there is no value. */
type Cell = string | null;

/** Columns of a table, all of one length. */
export interface TextTable {
  readonly rowCount: number;
  /** By name; those that the file has of the ones asked for. Text is without space around it. */
  readonly columns: ReadonlyMap<string, readonly Cell[]>;
  /** What errors call a row, counted from 0: `line 3` of CSV, its header counted, else `row 2`. */
  readonly rowName: (row: number) => string;
}

/**
 * Reads columns by name, in any order and case; others are passed over.
 * @throws InputError naming file and line: no file, empty, damaged, a DuckDB database, a wrong number of fields, a column twice, of a type that is no text and no number
 */
export async function readTextTable(file: string, names: readonly string[]): Promise<TextTable> {
  const bytes = await readRegularFile(file);
  if (bytes.length === 0) throw new InputError(file, "empty, expected a table");
  if (isParquet(bytes)) return readParquetTable(file, names);
  if (isArrow(bytes)) return readArrow(bytes, file, (table) => readArrowTable(table, bytes.length, file, names));
  if (isDuckDb(bytes)) throw new InputError(file, "a DuckDB database, which is read for bars alone: expected CSV, Parquet or Arrow");
  return readCsvTable(await textBytes(bytes, file), file, names);
}

function readCsvTable(bytes: Buffer, file: string, names: readonly string[]): TextTable {
  const lines = new CsvLines(bytes);
  const first = lines.next();
  if (first === null || first.trim() === "")
    throw new InputError(`${file}: line 1`, "expected a header of column names, got an empty line");
  const header = splitLine(first);
  const found = positionsOf(header, names, `${file}: line 1`);
  const columns = new Map(found.map(([name]) => [name, [] as string[]]));
  let rowCount = 0;
  for (let line = lines.next(); line !== null; line = lines.next(), rowCount++) {
    if (line.trim() === "" && lines.onlyBlankLeft()) break;
    const fields = splitLine(line);
    if (fields.length !== header.length) {
      const got = line === "" ? "an empty line" : String(fields.length);
      throw new InputError(`${file}: line ${rowCount + 2}`, `expected ${header.length} fields, got ${got}`);
    }
    for (const [name, position] of found) columns.get(name)?.push((fields[position] as string).trim());
  }
  return { rowCount, columns, rowName: (row) => `line ${row + 2}` };
}

async function readParquetTable(file: string, names: readonly string[]): Promise<TextTable> {
  const database = await openDatabase(false);
  const source = parquetSource(resolve(file));
  try {
    const described = await database.connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM ${source})`);
    const types = described.getRows().map(([name, type]) => [String(name), String(type)] as const);
    const header = types.map(([name]) => name);
    const found = positionsOf(header, names, file);
    for (const [name, position] of found) {
      const type = types[position]?.[1] as string;
      if (!/^(VARCHAR|DOUBLE|DECIMAL.*|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type)) throw wrongType(file, name, type);
    }
    const selected = found.map(([, position]) => `CAST(${sqlName(header[position] as string)} AS VARCHAR)`);
    const reader = await database.connection.runAndReadAll(`SELECT ${["true", ...selected].join(", ")} FROM ${source}`);
    const values = reader.getColumns();
    const columns = new Map(found.map(([name], place) => [name, (values[place + 1] ?? []).map(cellOf)]));
    return { rowCount: reader.currentRowCount, columns, rowName: (row) => `row ${row + 1}` };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, `cannot be read as Parquet: ${oneLine((error as Error).message)}`);
  } finally {
    database.close();
  }
}

function readArrowTable(table: arrow.Table, byteCount: number, file: string, names: readonly string[]): TextTable {
  // A damaged count of rows would take all memory before a value is missed.
  if (table.numRows > byteCount) throw new InputError(file, `cannot be read as Arrow: damaged, ${table.numRows} rows do not fit in it`);
  const found = positionsOf(
    table.schema.fields.map(({ name }) => name),
    names,
    file,
  );
  const columns = new Map<string, Cell[]>();
  for (const [name, position] of found) {
    const vector = table.getChildAt(position) as arrow.Vector;
    const text = textOf(vector.type);
    if (text === null) throw wrongType(file, name, String(vector.type));
    const cells = new Array<Cell>(table.numRows).fill(null);
    for (let row = 0; row < cells.length; row++) {
      const value = vector.get(row) as unknown;
      if (value !== null) cells[row] = cellOf(text(value));
    }
    columns.set(name, cells);
  }
  return { rowCount: table.numRows, columns, rowName: (row) => `row ${row + 1}` };
}

/** How values of an Arrow type become exact text, or null for a type that is no text and no number. */
function textOf(type: arrow.DataType): ((value: unknown) => string) | null {
  if (arrow.DataType.isDictionary(type)) return textOf(type.dictionary);
  if (arrow.DataType.isUtf8(type) || arrow.DataType.isLargeUtf8(type) || arrow.DataType.isInt(type)) return String;
  if (arrow.DataType.isFloat(type) && type.precision === arrow.Precision.DOUBLE) return String;
  if (!arrow.DataType.isDecimal(type)) return null;
  const unit = type.scale > 0 ? `0.${"1".padStart(type.scale, "0")}` : "1";
  return (value) => formatWhole(signedOf(value as Uint32Array), unit);
}

/** A number in two's complement from words of 32 bits, the lowest first. */
function signedOf(words: Uint32Array): bigint {
  let value = 0n;
  for (let word = words.length - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[word] as number);
  return BigInt.asIntN(words.length * 32, value);
}

function cellOf(value: unknown): Cell {
  return value === null ? null : String(value).trim();
}

function wrongType(file: string, name: string, type: string): InputError {
  return new InputError(file, `${name}: expected text, whole numbers, decimals or doubles, got ${type}`);
}

function positionsOf(header: readonly string[], names: readonly string[], where: string): (readonly [name: string, position: number])[] {
  const plain = header.map((name) => name.trim().toLowerCase());
  const found: (readonly [string, number])[] = [];
  for (const name of names) {
    const position = plain.indexOf(name);
    if (position === -1) continue;
    if (plain.lastIndexOf(name) !== position) throw new InputError(where, `column ${name} stands twice in the header`);
    found.push([name, position]);
  }
  return found;
}
