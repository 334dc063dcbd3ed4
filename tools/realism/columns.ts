/** Columns of the plain CSV files that real figures come from: no quotes, a header, gzipped. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

/** One row by column name. */
export type CsvRow = Readonly<Record<string, string>>;

/** All rows of a gzipped CSV file, in order. */
export async function readRows(file: URL): Promise<CsvRow[]> {
  const [header = "", ...lines] = gunzipSync(await readFile(file))
    .toString("utf8")
    .trim()
    .split("\n");
  const names = header.trim().split(",");
  return lines.map((line) => {
    const fields = line.trim().split(",");
    return Object.fromEntries(names.map((name, place) => [name, fields[place] ?? ""]));
  });
}

/** A column as numbers. */
export function numbersOf(rows: readonly CsvRow[], name: string): number[] {
  return rows.map((row) => Number(row[name]));
}
