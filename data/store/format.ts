/** What a table's Parquet file says of itself in its footer: format version, table, and each column's unit and meaning. */
import { InputError } from "../../sim/kernel/input-error.ts";
import type { TableSchema } from "../../sim/kernel/table.ts";
import { TABLE_FORMAT_VERSION } from "../../sim/tables.ts";

/** Footer key of the version of the tables' meaning. */
export const VERSION_KEY = "breakwater_format_version";

/** Units of columns, by the last word of their names. */
const UNITS: Readonly<Record<string, string>> = { us: "microseconds", ticks: "ticks", lots: "lots", quanta: "quanta" };

/** The last word of a column's name when it is a unit of ours: `us`, `ticks`, `lots` or `quanta`. */
export function unitSuffix(name: string): string | null {
  const suffix = name.slice(name.lastIndexOf("_") + 1);
  return suffix !== name && Object.hasOwn(UNITS, suffix) ? suffix : null;
}

/** The footer's key-value pairs of a table. */
export function describeTable(schema: TableSchema): Record<string, string> {
  const columns = schema.columns.map((column) => {
    const suffix = unitSuffix(column.name);
    return { name: column.name, type: column.type, unit: suffix === null ? null : UNITS[suffix], meaning: column.meaning };
  });
  return {
    [VERSION_KEY]: String(TABLE_FORMAT_VERSION),
    breakwater_table: schema.name,
    breakwater_meaning: schema.meaning,
    breakwater_columns: JSON.stringify(columns),
  };
}

/**
 * Refuses a table that this version cannot read.
 * @param version what the file's footer says, undefined when it says nothing
 * @throws InputError naming the file and both versions
 */
export function checkFormatVersion(file: string, version: string | undefined): void {
  const known = `this version of Breakwater reads format version ${TABLE_FORMAT_VERSION}`;
  if (version === undefined) throw new InputError(file, `no format version, so not a table of a run; ${known}`);
  if (!/^[1-9]\d*$/.test(version)) throw new InputError(file, `format version ${JSON.stringify(version)} is none; ${known}`);
  if (Number(version) > TABLE_FORMAT_VERSION) {
    throw new InputError(file, `format version ${version} is newer than ${TABLE_FORMAT_VERSION}; ${known}`);
  }
}
