/** Series as Arrow IPC files: `time` (int64 microseconds), numbers (double), and `symbol` when known. */
import * as arrow from "apache-arrow";
import { InputError } from "../../sim/kernel/input-error.ts";
import { columnUnitUs, type TimeUnit } from "./bar-time.ts";
import { findColumns } from "./columns.ts";
import type { Series } from "./series.ts";
import { type ColumnChoice, type RawSeries, type SeriesKind, whereWords } from "./series-kind.ts";

const MAGIC = "ARROW1";
/** Of a number. */
const BYTES = 8;

/** Whether bytes begin as an Arrow IPC file does. */
export function isArrow(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** The bytes of an Arrow IPC file of a series: the same for the same series. */
export function arrowOfSeries(series: Series): Uint8Array {
  const columns: Record<string, arrow.Vector> = { time: arrow.makeVector(BigInt64Array.from(series.timeUs, BigInt)) };
  // A copy each: the library writes a buffer that serves two columns only once, and garbage follows it.
  for (const [name, numbers] of series.numbers) columns[name] = arrow.makeVector(numbers.slice());
  if (series.symbol !== null) columns["symbol"] = repeated(series.symbol, series.timeUs.length);
  return arrow.tableToIPC(new arrow.Table(columns), "file");
}

/**
 * Reads a series from the bytes of an Arrow IPC file: times are int64 or timestamps.
 * @throws InputError naming file, column or row: truncated, a column that is missing or of another type, a missing value
 */
export function readArrowSeries(
  bytes: Uint8Array,
  file: string,
  kind: SeriesKind,
  options: ColumnChoice & { readonly timeUnit: TimeUnit },
): RawSeries {
  return readArrow(bytes, file, (table) => readTable(table, bytes.length, file, kind, options));
}

/**
 * Reads a table from the bytes of an Arrow IPC file.
 * @param read what is to be made of the table; what the library throws in it is reported as a damaged file
 * @throws InputError naming the file: not Arrow, truncated, damaged
 */
export function readArrow<Result>(bytes: Uint8Array, file: string, read: (table: arrow.Table) => Result): Result {
  if (!isArrow(bytes)) throw new InputError(file, "not an Arrow file");
  // The reader takes a file that was cut off for a shorter one.
  if (bytes.length < 2 * MAGIC.length || !isArrow(bytes.subarray(-MAGIC.length))) throw new InputError(file, "truncated Arrow file");
  try {
    return read(tableOf(bytes));
  } catch (error) {
    if (error instanceof InputError) throw error;
    // What the library trips over in a damaged file says nothing to people.
    throw new InputError(file, "cannot be read as Arrow: damaged, or of a kind that is not supported");
  }
}

/** Reads batch by batch: read as a whole, a damaged file can keep the library going round in circles. */
function tableOf(bytes: Uint8Array): arrow.Table {
  const reader = arrow.RecordBatchReader.from(bytes) as arrow.RecordBatchFileReader;
  reader.open();
  const batches: arrow.RecordBatch[] = [];
  for (let index = 0; index < reader.numRecordBatches; index++) {
    const batch = reader.readRecordBatch(index);
    if (batch === null) throw new Error(`Cannot read batch ${index}`);
    batches.push(batch);
  }
  return new arrow.Table(reader.schema, batches);
}

function readTable(
  table: arrow.Table,
  byteCount: number,
  file: string,
  kind: SeriesKind,
  options: ColumnChoice & { readonly timeUnit: TimeUnit },
): RawSeries {
  const header = table.schema.fields.map(({ name }) => name);
  const { time, timeName, numbers, symbol, where } = findColumns(header, kind, options, file, "table");
  // A damaged count of rows would take all memory before a value is missed.
  if (table.numRows * BYTES * (1 + numbers.length) > byteCount)
    throw new InputError(file, `cannot be read as Arrow: damaged, ${table.numRows} rows do not fit in it`);
  const vectorAt = (position: number) => table.getChildAt(position) as arrow.Vector;
  const conditions = where.map(({ position, value }) => ({ vector: vectorAt(position), value }));
  const rows: number[] | null = conditions.length === 0 ? null : [];
  for (let row = 0; rows !== null && row < table.numRows; row++) {
    if (conditions.every(({ vector, value }) => String(vector.get(row)) === value)) rows.push(row);
  }
  if (rows?.length === 0 && table.numRows > 0) throw new InputError(file, `no ${kind.rowWord[1]} with ${whereWords(options.where ?? {})}`);
  const chosen = (column: Float64Array) => (rows === null ? column : Float64Array.from(rows, (row) => column[row] as number));
  const columns = new Map<string, Float64Array>();
  for (const { name, position } of numbers) columns.set(name, chosen(readNumbers(whole(vectorAt(position), name, file), name, file)));
  const symbols = symbol === -1 ? null : Array.from(vectorAt(symbol), String);
  return {
    timeUs: chosen(readTimes(whole(vectorAt(time), timeName, file), timeName, options.timeUnit, file)),
    numbers: columns,
    symbols: symbols === null || rows === null ? symbols : rows.map((row) => symbols[row] as string),
    rowName: (row) => `row ${(rows === null ? row : (rows[row] as number)) + 1}`,
    wordColumns: [],
  };
}

/** A column after making sure that it lacks no value. */
function whole(vector: arrow.Vector, name: string, file: string): arrow.Vector {
  for (let row = 0; vector.nullCount > 0 && row < vector.length; row++) {
    if (!vector.isValid(row)) throw new InputError(`${file}: row ${row + 1}`, `${name}: missing`);
  }
  return vector;
}

/** Numerator and denominator of a timestamp's unit, in microseconds: seconds, milliseconds, microseconds, nanoseconds. */
const TIMESTAMP_UNITS_US = [
  [1_000_000, 1],
  [1000, 1],
  [1, 1],
  [1, 1000],
] as const;

function readTimes(vector: arrow.Vector, name: string, unit: TimeUnit, file: string): Float64Array {
  const isTimestamp = arrow.DataType.isTimestamp(vector.type);
  if (!isTimestamp && (!arrow.DataType.isInt(vector.type) || vector.type.bitWidth !== 64))
    throw new InputError(file, `${name}: expected int64 microseconds, got ${vector.type}`);
  const times = vector.toArray() as BigInt64Array;
  const otherwise = name === "time" ? "us" : "auto";
  const [unitUs, over] = isTimestamp
    ? (TIMESTAMP_UNITS_US[vector.type.unit as 0 | 1 | 2 | 3] as readonly [number, number])
    : [columnUnitUs(name, unit, otherwise, String(times[0] ?? 0), `${file}: row 1`), 1];
  return Float64Array.from({ length: vector.length }, (_, row) => Math.floor((Number(times[row]) * unitUs) / over));
}

function readNumbers(vector: arrow.Vector, name: string, file: string): Float64Array {
  if (!arrow.DataType.isFloat(vector.type) || vector.type.precision !== arrow.Precision.DOUBLE)
    throw new InputError(file, `${name}: expected double, got ${vector.type}`);
  return Float64Array.from(vector.toArray() as Float64Array);
}

/** A text column with the same word in every row. */
function repeated(word: string, rowCount: number): arrow.Vector {
  const bytes = Buffer.from(word, "utf8");
  const data = new Uint8Array(bytes.length * rowCount);
  const valueOffsets = new Int32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    data.set(bytes, row * bytes.length);
    valueOffsets[row + 1] = (row + 1) * bytes.length;
  }
  return arrow.makeVector(arrow.makeData({ type: new arrow.Utf8(), length: rowCount, nullCount: 0, valueOffsets, data }));
}
