import { type Cell, type Column, Table, type TableSchema } from "../../../sim/kernel/table.ts";

/** A table of rows that name only the cells that matter; the others are zero, the first word, empty, or missing where they may be. */
export function tableOf(schema: TableSchema, rows: readonly Readonly<Record<string, Cell>>[]): Table {
  const names = new Set(schema.columns.map((column) => column.name));
  const table = new Table(schema);
  for (const row of rows) {
    const unknown = Object.keys(row).find((name) => !names.has(name));
    if (unknown !== undefined) throw new Error(`Cannot fill ${schema.name}: no column ${unknown}`);
    table.append(schema.columns.map((column) => (Object.hasOwn(row, column.name) ? (row[column.name] as Cell) : plainCell(column))));
  }
  return table;
}

function plainCell(column: Column): Cell {
  if (column.optional === true) return null;
  if (column.type === "enum") return column.values?.[0] ?? null;
  return column.type === "text" ? "" : 0;
}
