/** Bars as an Arrow IPC file: `time` (int64 microseconds, bar open), prices and volume (double), and `symbol` when known. */
import * as arrow from "apache-arrow";
import { InputError } from "../../sim/kernel/input-error.ts";
import { BAR_COLUMNS, type Bars, emptyColumns, type RawBars } from "./bars.ts";

const MAGIC = "ARROW1";
/** Time and the numbers, eight bytes each. */
const BYTES_PER_ROW = 8 * (1 + BAR_COLUMNS.length);

/** Whether bytes begin as an Arrow IPC file does. */
export function isArrow(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}

/** The bytes of an Arrow IPC file of the bars: the same for the same bars. */
export function arrowOfBars(bars: Bars): Uint8Array {
  const rowCount = bars.timeUs.length;
  const time = BigInt64Array.from(bars.timeUs, BigInt);
  const columns: Record<string, arrow.Vector> = { time: arrow.makeVector(time) };
  // A copy each: the library writes a buffer that serves two columns only once, and garbage follows it.
  for (const name of BAR_COLUMNS) columns[name] = arrow.makeVector(bars[name].slice());
  if (bars.symbol !== null) columns["symbol"] = repeated(bars.symbol, rowCount);
  return arrow.tableToIPC(new arrow.Table(columns), "file");
}

/**
 * Reads bars from the bytes of an Arrow IPC file.
 * @throws InputError naming file, column or row: truncated, a column that is missing or of another type, a missing value
 */
export function readArrowBars(bytes: Uint8Array, file: string): RawBars {
  return readArrow(bytes, file, (table) => readTable(table, bytes.length, file));
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

function readTable(table: arrow.Table, byteCount: number, file: string): RawBars {
  // A damaged count of rows would take all memory before a value is missed.
  if (table.numRows * BYTES_PER_ROW > byteCount)
    throw new InputError(file, `cannot be read as Arrow: damaged, ${table.numRows} rows do not fit in it`);
  const numbers = emptyColumns(table.numRows);
  readTimes(column(table, "time", file), numbers.timeUs, file);
  for (const name of BAR_COLUMNS) readNumbers(column(table, name, file), name, numbers[name], file);
  const symbols = table.getChild("symbol");
  return { ...numbers, symbols: symbols === null ? null : Array.from(symbols, String) };
}

function column(table: arrow.Table, name: string, file: string): arrow.Vector {
  const vector = table.getChild(name);
  if (vector === null) throw new InputError(file, `no column ${name}`);
  for (let row = 0; vector.nullCount > 0 && row < vector.length; row++) {
    if (!vector.isValid(row)) throw new InputError(`${file}: row ${row + 1}`, `${name}: missing`);
  }
  return vector;
}

function readTimes(vector: arrow.Vector, target: Float64Array, file: string): void {
  if (!arrow.DataType.isInt(vector.type) || vector.type.bitWidth !== 64) {
    throw new InputError(file, `time: expected int64 microseconds, got ${vector.type}`);
  }
  const times = vector.toArray() as BigInt64Array;
  for (let row = 0; row < target.length; row++) target[row] = Number(times[row]);
}

function readNumbers(vector: arrow.Vector, name: string, target: Float64Array, file: string): void {
  if (!arrow.DataType.isFloat(vector.type) || vector.type.precision !== arrow.Precision.DOUBLE)
    throw new InputError(file, `${name}: expected double, got ${vector.type}`);
  for (let row = 0, values = vector.toArray() as Float64Array; row < target.length; row++) target[row] = values[row] as number;
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
