/** Reading the same file with DuckDB and with other readers, to hold one against the other. */
import { DuckDBDecimalValue, DuckDBInstance, DuckDBTimestampTZValue, type DuckDBValue } from "@duckdb/node-api";
import type * as arrow from "apache-arrow";

/** Names of columns, and their values column by column. */
export interface Cells {
  readonly names: readonly string[];
  readonly columns: readonly (readonly unknown[])[];
}

/** What a DuckDB of its own reads: decimals in units of their last place, times in microseconds. */
export async function duckDbCells(sql: string): Promise<Cells> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    const names = reader.deduplicatedColumnNames();
    const columns = reader.getColumns();
    // Without rows it gives no columns.
    return { names, columns: names.map((_, place) => (columns[place] ?? []).map(bare)) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function bare(value: DuckDBValue): unknown {
  if (value instanceof DuckDBDecimalValue) return value.value;
  return value instanceof DuckDBTimestampTZValue ? value.micros : value;
}

/** What apache-arrow reads, in the same terms. */
export function arrowCells(table: arrow.Table): Cells {
  const columns = table.schema.fields.map((_, place) => {
    const vector = table.getChildAt(place) as arrow.Vector;
    return Array.from({ length: table.numRows }, (_, row) => wholeNumber(vector.get(row)));
  });
  return { names: table.schema.fields.map(({ name }) => name), columns };
}

/** A Decimal128 comes as its four words, the lowest first. */
function wholeNumber(value: unknown): unknown {
  if (!(value instanceof Uint32Array)) return value;
  return BigInt.asIntN(
    128,
    value.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n),
  );
}

/** The first cell that differs, in words, or null. `0` is not `0n`, nor `null` undefined. */
export function firstDifference(one: Cells, two: Cells): string | null {
  if (JSON.stringify(one.names) !== JSON.stringify(two.names)) return `columns ${one.names.join()} and ${two.names.join()}`;
  for (const [place, column] of one.columns.entries()) {
    const other = two.columns[place] as readonly unknown[];
    if (column.length !== other.length) return `${one.names[place]}: ${column.length} and ${other.length} rows`;
    const row = column.findIndex((value, at) => !Object.is(value, other[at]));
    if (row !== -1) return `${one.names[place]}, row ${row}: ${shown(column[row])} and ${shown(other[row])}`;
  }
  return null;
}

function shown(value: unknown): string {
  return `${typeof value} ${String(value)}`;
}
