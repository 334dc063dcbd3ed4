/** What a table's Parquet file says of itself in its footer: format version, table, and each column's unit and meaning. */
import { InputError } from "../../sim/kernel/input-error.ts";
import type { ColumnType, TableSchema } from "../../sim/kernel/table.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/tables.ts";

/** Footer key of the version of the tables' meaning. */
const VERSION_KEY = "breakwater_format_version";
/** Footer key of the table's name. */
const TABLE_KEY = "breakwater_table";

/** Units of columns, by the last word of their names. */
const UNITS: Readonly<Record<string, string>> = { us: "microseconds", ticks: "ticks", lots: "lots", quanta: "quanta" };

/** The last word of a column's name when it is a unit of ours: `us`, `ticks`, `lots` or `quanta`. */
export function unitSuffix(name: string): string | null {
  const suffix = name.slice(name.lastIndexOf("_") + 1);
  return suffix !== name && Object.hasOwn(UNITS, suffix) ? suffix : null;
}

/** The unit of a column, in words; null for one that its name does not tell. */
export function unitOf(name: string): string | null {
  const suffix = unitSuffix(name);
  return suffix === null ? null : (UNITS[suffix] as string);
}

/** The footer's key-value pairs of a table. */
export function describeTable(schema: TableSchema): Record<string, string> {
  const columns = schema.columns.map((column) => {
    return { name: column.name, type: column.type, unit: unitOf(column.name), meaning: column.meaning };
  });
  return {
    [VERSION_KEY]: String(TABLE_FORMAT_VERSION),
    [TABLE_KEY]: schema.name,
    breakwater_meaning: schema.meaning,
    breakwater_columns: JSON.stringify(columns),
  };
}

const KNOWN = `this version of Breakwater reads format version ${TABLE_FORMAT_VERSION}`;

/**
 * Refuses a format version that is none, or that a newer version of Breakwater wrote.
 * @throws InputError naming the file and both versions
 */
export function checkVersion(file: string, version: string): void {
  if (!/^[1-9]\d*$/.test(version)) throw new InputError(file, `format version ${JSON.stringify(version)} is none; ${KNOWN}`);
  if (Number(version) > TABLE_FORMAT_VERSION) {
    throw new InputError(file, `format version ${version} is newer than ${TABLE_FORMAT_VERSION}; ${KNOWN}`);
  }
}

/**
 * Refuses a file that is not the table its name says, or of a version that cannot be read.
 * @param table the table's name
 * @param footer key-value pairs of the file's footer
 * @throws InputError naming the file, and both versions or tables
 */
export function checkFooter(file: string, table: string, footer: ReadonlyMap<string, string>): void {
  const version = footer.get(VERSION_KEY);
  if (version === undefined) throw new InputError(file, `no format version, so not a table of a run; ${KNOWN}`);
  checkVersion(file, version);
  const named = footer.get(TABLE_KEY);
  if (named !== table) throw new InputError(file, `expected the table ${table}, got ${named === undefined ? "one without a name" : named}`);
}

/** How DuckDB names the types in which columns are stored. */
export const STORED_TYPES: Readonly<Record<ColumnType, string>> = { int64: "BIGINT", double: "DOUBLE", enum: "VARCHAR", text: "VARCHAR" };

/**
 * Refuses a table of a run that lacks a column or has one of another type; of other tables nothing is known.
 * @param types DuckDB's type of each column of the file
 * @throws InputError naming file and column
 */
export function checkColumns(file: string, table: string, types: ReadonlyMap<string, string>): void {
  const schema = TABLES.find(({ name }) => name === table);
  for (const { name, type } of schema?.columns ?? []) {
    const found = types.get(name);
    if (found === undefined) throw new InputError(file, `no column ${name}`);
    if (found !== STORED_TYPES[type]) throw new InputError(file, `column ${name}: expected ${STORED_TYPES[type]}, got ${found}`);
  }
}
