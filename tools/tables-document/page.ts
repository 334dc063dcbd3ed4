/** The text of `docs/tables.md`: every table and column, as the code has them. */
import { STORED_TYPES, unitOf } from "../../data/store/format.ts";
import { naturalColumnName } from "../../data/store/natural.ts";
import { RUNS_COLUMNS } from "../../data/store/runs-table.ts";
import { naturalName } from "../../data/store/table-files.ts";
import type { Column, TableSchema } from "../../sim/kernel/table.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/tables.ts";

const HEAD = `# Tables

Made by \`npm run tables\` from \`sim/tables.ts\`, where it is to be changed. Format version ${TABLE_FORMAT_VERSION}.

A run's directory holds each table as a Parquet file of its name: zstd, row groups of 122,880 rows, rows in the order in which they were
recorded, the same bytes for the same scenario and seed. DuckDB, apache-arrow by way of it, pandas, polars and whatever else knows Parquet read them. Format version, table,
and each column's unit and meaning stand in the file's footer too (\`breakwater_format_version\`, \`breakwater_table\`, \`breakwater_meaning\`, \`breakwater_columns\`).

Whole numbers are BIGINT: microseconds since the Unix epoch, ticks, lots and quanta, whose sizes stand in \`instruments\` and \`assets\`. \`breakwater query\`
adds a view to each table, \`<table>_natural\`: times as TIMESTAMP WITH TIME ZONE in UTC, prices, sizes and amounts as exact DECIMAL, of columns
that are DOUBLE as DOUBLE; its columns are those of the table under the names in the last column, where they differ.

A directory without tables, whose folders are runs, is queried as one: each table has the rows of all its runs, with a column \`run\` before its own, and
there is a table [\`runs\`](#runs). Only runs of format version ${TABLE_FORMAT_VERSION} are read together; others, and those that cannot be read, are left out and named on stderr.
The directory of a sweep has the same tables, each with a column \`run\` first, and a table \`runs\` of its own ([sweeps.md](sweeps.md)).
`;

/** The whole document. */
export function tablesDocument(): string {
  const contents = TABLES.map(({ name, meaning }) => `- [\`${name}\`](#${name}): ${meaning}`).join("\n");
  return `${HEAD}\n${contents}\n\n${TABLES.map(sectionOf).join("\n")}\n${runsSection()}`;
}

function sectionOf({ name, meaning, columns }: TableSchema): string {
  const names = new Set(columns.map((column) => column.name));
  const rows = columns.map((column) => {
    const natural = naturalColumnName(column.name, names);
    const type = `${STORED_TYPES[column.type]}${column.optional === true ? ", or none" : ""}`;
    return [`\`${column.name}\``, type, unitOf(column.name) ?? "", meaningOf(column), natural === column.name ? "" : `\`${natural}\``];
  });
  return `## ${name}\n\n${sentence(meaning)}\n\n${tableOf(["column", "type", "unit", "meaning", `in \`${naturalName(name)}\``], rows)}`;
}

function meaningOf({ meaning, values }: Column): string {
  return values === undefined ? meaning : `${meaning}: ${values.map((word) => `\`${word}\``).join(", ")}`;
}

function runsSection(): string {
  const rows = RUNS_COLUMNS.map(({ name, type, meaning }) => [`\`${name}\``, type, meaning]);
  const meaning =
    "Only where a folder of runs is queried: one row a run, in the order of their names. A twin run (CASC-3) is one of its own, named \
`<run>/counterfactual`. Figures are those of `summary.json`, amounts in units of the settlement asset; a run that failed has none, but its rows stand in the tables.";
  return `## runs\n\n${meaning}\n\n${tableOf(["column", "type", "meaning"], rows)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}
