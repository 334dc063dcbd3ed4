/** Values of DuckDB as plain, exact values of JSON. */
import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from "@duckdb/node-api";

/** A value of a result: as JSON has it, with exact numbers as text where a double cannot hold them. */
export type PlainValue = null | boolean | number | string | bigint | PlainValue[] | { [name: string]: PlainValue };

/**
 * A value as plain data: whole numbers as numbers while safe; DECIMAL as text without
 * zeros at the end; times as ISO-8601 in UTC; lists and structs as arrays and objects;
 * NaN and the infinities, which JSON lacks, as text; whatever else as DuckDB prints it.
 * @param wide what becomes of a whole number beyond ±(2^53 − 1)
 */
export function plainValue(value: DuckDBValue, wide: "text" | "bigint"): PlainValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return plainInteger(value, wide);
  if (value instanceof DuckDBDecimalValue) return trimZeros(value.toString());
  if (value instanceof DuckDBDateValue) return value.toString();
  const micros = microsOf(value);
  if (micros !== null) return isoTime(micros);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map((item) => plainValue(item, wide));
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, plainValue(item, wide)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: item }) => ({ key: plainValue(key, wide), value: plainValue(item, wide) }));
  }
  if (value instanceof DuckDBUnionValue) return plainValue(value.value, wide);
  return String(value);
}

function plainInteger(value: bigint, wide: "text" | "bigint"): PlainValue {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  return wide === "text" ? value.toString() : value;
}

function trimZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

function microsOf(value: DuckDBValue): bigint | null {
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1000n;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos / 1000n;
  return null;
}

const LAST_MILLISECOND = 8_640_000_000_000_000;

/** ISO-8601 in UTC, to the second, with three or six decimals where there are any. */
function isoTime(micros: bigint): string {
  const remainder = ((micros % 1000n) + 1000n) % 1000n;
  const milliseconds = Number((micros - remainder) / 1000n);
  // DuckDB's infinities and far years have no date in JavaScript.
  if (Math.abs(milliseconds) > LAST_MILLISECOND) return `${micros} us`;
  const text = new Date(milliseconds).toISOString().slice(0, -1);
  if (remainder !== 0n) return `${text}${remainder.toString().padStart(3, "0")}Z`;
  return `${text.endsWith(".000") ? text.slice(0, -4) : text}Z`;
}
