/** Columns of DuckDB's chunks as columns of an Arrow record batch. */
import {
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalType,
  type DuckDBDecimalValue,
  type DuckDBTimestampMillisecondsValue,
  type DuckDBTimestampNanosecondsValue,
  type DuckDBTimestampSecondsValue,
  type DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  type DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBVector,
} from "@duckdb/node-api";
import * as arrow from "apache-arrow";
import { InputError } from "../../sim/kernel/input-error.ts";
import { plainValue } from "./values.ts";

/** Most rows of a record batch: half of a row group, thirty of DuckDB's vectors. */
export const BATCH_ROWS = 61_440;

/** A column of the batch that is being filled. */
export interface ArrowColumn {
  readonly type: arrow.DataType;
  /** Bytes of words so far; 0 where each value has the same length. */
  readonly byteCount: number;
  /** Appends a vector whose first value is in this row of the batch. */
  append(vector: DuckDBVector, row: number): void;
  /** The column of a batch that is full, and an empty one begins. */
  take(rowCount: number): arrow.Data;
}

type Values = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Which values are there: a bit a row. */
class Validity {
  missing = 0;
  private bits = new Uint8Array(BATCH_ROWS / 8);

  set(row: number): void {
    this.bits[row >> 3] = (this.bits[row >> 3] as number) | (1 << (row & 7));
  }

  take(rowCount: number): { nullCount: number; nullBitmap: Uint8Array | null } {
    const taken = { nullCount: this.missing, nullBitmap: this.missing === 0 ? null : this.bits.slice(0, Math.ceil(rowCount / 8)) };
    this.missing = 0;
    this.bits.fill(0);
    return taken;
  }
}

/** A column whose values take the same room each; missing ones are zero. */
function column(
  type: arrow.DataType,
  put: (row: number, value: NonNullable<DuckDBValue>) => void,
  take: (rowCount: number) => Values | BigInt64Array | BigUint64Array,
): ArrowColumn {
  const validity = new Validity();
  return {
    type,
    byteCount: 0,
    append(vector, row) {
      for (let item = 0; item < vector.itemCount; item++) {
        const value = vector.getItem(item) as DuckDBValue;
        if (value === null) {
          validity.missing += 1;
          continue;
        }
        validity.set(row + item);
        put(row + item, value);
      }
    },
    // A copy each time: the library writes a buffer that serves two columns only once, and garbage follows it.
    take: (length) => arrow.makeData({ type, length, ...validity.take(length), data: take(length) } as never),
  };
}

function numbers(type: arrow.DataType, values: Values, of: (value: NonNullable<DuckDBValue>) => number = Number): ArrowColumn {
  const put = (row: number, value: NonNullable<DuckDBValue>) => {
    values[row] = of(value);
  };
  return column(type, put, (rowCount) => taken(values, rowCount));
}

function wide(type: arrow.DataType, values: BigInt64Array | BigUint64Array, of: (value: never) => bigint): ArrowColumn {
  const put = (row: number, value: NonNullable<DuckDBValue>) => {
    values[row] = of(value as never);
  };
  return column(type, put, (rowCount) => taken(values, rowCount));
}

function taken<Kind extends Values | BigInt64Array | BigUint64Array>(values: Kind, length: number): Kind {
  const copy = values.slice(0, length) as Kind;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(0n);
  else values.fill(0);
  return copy;
}

function booleans(): ArrowColumn {
  const values = new Uint8Array(BATCH_ROWS / 8);
  const put = (row: number, value: NonNullable<DuckDBValue>) => {
    if (value === true) values[row >> 3] = (values[row >> 3] as number) | (1 << (row & 7));
  };
  return column(new arrow.Bool(), put, (rowCount) => taken(values, Math.ceil(rowCount / 8)));
}

const DECIMAL_DIGITS = 38;
const DECIMAL_END = 10n ** BigInt(DECIMAL_DIGITS);

/** Decimal128: whole numbers of 16 bytes, the lower half first. */
function decimals(name: string, precision: number, scale: number, of: (value: never) => bigint): ArrowColumn {
  const values = new BigInt64Array(2 * BATCH_ROWS);
  const put = (row: number, value: NonNullable<DuckDBValue>) => {
    const units = of(value as never);
    if (units >= DECIMAL_END || units <= -DECIMAL_END)
      throw new InputError("SQL", `column ${name}: ${units} has more than ${DECIMAL_DIGITS} digits: cast it to VARCHAR`);
    values[2 * row] = BigInt.asIntN(64, units);
    values[2 * row + 1] = units >> 64n;
  };
  return column(new arrow.Decimal(scale, precision, 128), put, (rowCount) => new Uint32Array(taken(values, 2 * rowCount).buffer));
}

/** A column whose values are bytes of any number, one behind the other. */
function bytes(type: arrow.Utf8 | arrow.Binary, of: (value: NonNullable<DuckDBValue>) => Uint8Array): ArrowColumn {
  const validity = new Validity();
  const offsets = new Int32Array(BATCH_ROWS + 1);
  let data = new Uint8Array(65_536);
  let end = 0;
  const write = (part: Uint8Array) => {
    if (end + part.length > data.length) {
      const larger = new Uint8Array(Math.max(2 * data.length, end + part.length));
      larger.set(data.subarray(0, end));
      data = larger;
    }
    data.set(part, end);
    end += part.length;
  };
  return {
    type,
    get byteCount() {
      return end;
    },
    append(vector, row) {
      for (let item = 0; item < vector.itemCount; item++) {
        const value = vector.getItem(item) as DuckDBValue;
        if (value === null) validity.missing += 1;
        else {
          validity.set(row + item);
          write(of(value));
        }
        offsets[row + item + 1] = end;
      }
    },
    take(length) {
      const parts = { valueOffsets: offsets.slice(0, length + 1), data: data.slice(0, end) };
      end = 0;
      return arrow.makeData({ type, length, ...validity.take(length), ...parts } as never);
    },
  };
}

const text = () => {
  const encoder = new TextEncoder();
  return bytes(new arrow.Utf8(), (value) => encoder.encode(typeof value === "string" ? value : plainText(value)));
};

/** What Arrow is not given a type for, as in CSV: lists and structs as JSON, all else as DuckDB prints it. */
function plainText(value: NonNullable<DuckDBValue>): string {
  const plain = plainValue(value, "text");
  return typeof plain === "object" ? JSON.stringify(plain) : String(plain);
}

type Make = (name: string, type: DuckDBType) => ArrowColumn;

const same = (value: bigint) => value;
const micros = (value: DuckDBTimestampTZValue | DuckDBTimestampValue | DuckDBTimeValue) => value.micros;
const int64 = () => new BigInt64Array(BATCH_ROWS);

const COLUMNS: Readonly<Partial<Record<DuckDBTypeId, Make>>> = {
  [DuckDBTypeId.BOOLEAN]: booleans,
  [DuckDBTypeId.TINYINT]: () => numbers(new arrow.Int8(), new Int8Array(BATCH_ROWS)),
  [DuckDBTypeId.SMALLINT]: () => numbers(new arrow.Int16(), new Int16Array(BATCH_ROWS)),
  [DuckDBTypeId.INTEGER]: () => numbers(new arrow.Int32(), new Int32Array(BATCH_ROWS)),
  [DuckDBTypeId.BIGINT]: () => wide(new arrow.Int64(), int64(), same),
  [DuckDBTypeId.UTINYINT]: () => numbers(new arrow.Uint8(), new Uint8Array(BATCH_ROWS)),
  [DuckDBTypeId.USMALLINT]: () => numbers(new arrow.Uint16(), new Uint16Array(BATCH_ROWS)),
  [DuckDBTypeId.UINTEGER]: () => numbers(new arrow.Uint32(), new Uint32Array(BATCH_ROWS)),
  [DuckDBTypeId.UBIGINT]: () => wide(new arrow.Uint64(), new BigUint64Array(BATCH_ROWS), same),
  [DuckDBTypeId.HUGEINT]: (name) => decimals(name, DECIMAL_DIGITS, 0, same),
  [DuckDBTypeId.FLOAT]: () => numbers(new arrow.Float32(), new Float32Array(BATCH_ROWS)),
  [DuckDBTypeId.DOUBLE]: () => numbers(new arrow.Float64(), new Float64Array(BATCH_ROWS)),
  [DuckDBTypeId.DECIMAL]: (name, type) => {
    const { width, scale } = type as DuckDBDecimalType;
    return decimals(name, width, scale, ({ value }: DuckDBDecimalValue) => value);
  },
  [DuckDBTypeId.DATE]: () => numbers(new arrow.DateDay(), new Int32Array(BATCH_ROWS), (value) => (value as DuckDBDateValue).days),
  [DuckDBTypeId.TIME]: () => wide(new arrow.TimeMicrosecond(), int64(), micros),
  [DuckDBTypeId.TIMESTAMP]: () => wide(new arrow.TimestampMicrosecond(), int64(), micros),
  [DuckDBTypeId.TIMESTAMP_TZ]: () => wide(new arrow.TimestampMicrosecond("UTC"), int64(), micros),
  [DuckDBTypeId.TIMESTAMP_S]: () => wide(new arrow.TimestampSecond(), int64(), (value: DuckDBTimestampSecondsValue) => value.seconds),
  [DuckDBTypeId.TIMESTAMP_MS]: () =>
    wide(new arrow.TimestampMillisecond(), int64(), (value: DuckDBTimestampMillisecondsValue) => value.millis),
  [DuckDBTypeId.TIMESTAMP_NS]: () =>
    wide(new arrow.TimestampNanosecond(), int64(), (value: DuckDBTimestampNanosecondsValue) => value.nanos),
  [DuckDBTypeId.BLOB]: () => bytes(new arrow.Binary(), (value) => (value as DuckDBBlobValue).bytes),
};

/**
 * A column for values of a DuckDB type: whole numbers and reals of the same width, DECIMAL as Decimal128 with its digits and places,
 * HUGEINT as Decimal128 without places, times of the same unit, TIMESTAMP WITH TIME ZONE in UTC, VARCHAR and ENUM as utf8, BLOB as binary; all
 * else as text.
 * @param name of the column, for errors
 */
export function arrowColumn(type: DuckDBType, name: string): ArrowColumn {
  return (COLUMNS[type.typeId] ?? text)(name, type);
}
