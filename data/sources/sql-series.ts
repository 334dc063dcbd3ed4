/** A series from whatever DuckDB reads: a Parquet file, or a table of a database. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";
import { sqlName, sqlText } from "../store/database.ts";
import { columnUnitUs, type TimeUnit } from "./bar-time.ts";
import { findColumns } from "./columns.ts";
import { type ColumnChoice, type RawSeries, type SeriesKind, whereWords } from "./series-kind.ts";

/** What may be said of a table. */
export interface SqlSeriesOptions extends ColumnChoice {
  readonly timeUnit: TimeUnit;
}

const WHOLE = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const NUMBER = /^(DOUBLE|FLOAT|DECIMAL\(.*\)|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/;
const INSTANT = /^(TIMESTAMP(_S|_MS|_NS)?( WITH TIME ZONE)?|DATE)$/;

/**
 * Reads a series from a source of rows, in their order. Times are whole numbers (of a column
 * `time` microseconds, else of the unit its name tells or its size) or timestamps.
 * @param source as it stands behind FROM
 * @throws InputError naming file, column or row; DuckDB's own errors as they are
 */
export async function readSqlSeries(
  connection: DuckDBConnection,
  source: string,
  file: string,
  kind: SeriesKind,
  options: SqlSeriesOptions,
): Promise<RawSeries> {
  const described = (await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM ${source})`)).getRows();
  const header = described.map(([name]) => String(name));
  const typeAt = (position: number) => String(described[position]?.[1]);
  const sqlAt = (position: number) => sqlName(header[position] as string);
  const { time, timeName, numbers, symbol, where } = findColumns(header, kind, options, file, "table");
  const isInstant = INSTANT.test(typeAt(time));
  if (!isInstant && !WHOLE.test(typeAt(time))) throw new InputError(file, `${timeName}: expected BIGINT, got ${typeAt(time)}`);
  const selected = [isInstant ? `CAST(epoch_us(${sqlAt(time)}) AS DOUBLE)` : `CAST(${sqlAt(time)} AS DOUBLE)`];
  for (const { name, position } of numbers) {
    if (!NUMBER.test(typeAt(position))) throw new InputError(file, `${name}: expected DOUBLE, got ${typeAt(position)}`);
    selected.push(`CAST(${sqlAt(position)} AS DOUBLE)`);
  }
  if (symbol !== -1) selected.push(`CAST(${sqlAt(symbol)} AS VARCHAR)`);
  const conditions = where.map(({ position, value }) => `CAST(${sqlAt(position)} AS VARCHAR) = ${sqlText(value)}`);
  const chosen = conditions.length > 0;
  if (chosen) selected.push("CAST(row_number() OVER () AS DOUBLE)");
  const rows = chosen
    ? `SELECT * EXCLUDE (chosen) FROM (SELECT ${selected.map(alias).join(", ")}, (${conditions.join(" AND ")}) AS chosen FROM ${source}) WHERE chosen`
    : `SELECT ${selected.map(alias).join(", ")} FROM ${source}`;
  const reader = await connection.runAndReadAll(rows);
  const values = reader.getColumns() as (readonly (number | string | null)[])[];
  const rowCount = reader.currentRowCount;
  if (chosen && rowCount === 0) throw new InputError(file, `no ${kind.rowWord[1]} with ${whereWords(options.where ?? {})}`);
  const places = chosen ? (values[selected.length - 1] as readonly number[]) : null;
  const rowName = (row: number) => `row ${places === null ? row + 1 : places[row]}`;
  const column = (place: number, name: string) => numbersOf(values[place] ?? [], name, (row) => `${file}: ${rowName(row)}`);
  const timeUs = column(0, timeName);
  const unitUs = isInstant || rowCount === 0 ? 1 : unitOf(timeName, options.timeUnit, timeUs, file);
  if (unitUs !== 1) for (let row = 0; row < rowCount; row++) timeUs[row] = (timeUs[row] as number) * unitUs;
  return {
    timeUs,
    numbers: new Map(numbers.map(({ name }, place) => [name, column(place + 1, name)])),
    symbols: symbol === -1 ? null : (values[numbers.length + 1] ?? []).map(String),
    rowName,
    wordColumns: [],
  };
}

/** Names of our own, which no column of the source can stand twice with. */
function alias(expression: string, place: number): string {
  return `${expression} AS c${place}`;
}

function unitOf(name: string, unit: TimeUnit, times: Float64Array, file: string): number {
  return columnUnitUs(name, unit, name === "time" ? "us" : "auto", String(times[0]), `${file}: row 1`);
}

function numbersOf(values: readonly (number | string | null)[], name: string, at: (row: number) => string): Float64Array {
  const missing = values.indexOf(null);
  if (missing !== -1) throw new InputError(at(missing), `${name}: missing`);
  return Float64Array.from(values as readonly number[]);
}
