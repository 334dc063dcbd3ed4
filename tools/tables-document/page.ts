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
recorded, the same bytes for the same scenario and seed. DuckDB, pandas, polars and whatever else knows Parquet [read them](#reading-them). Format version, table,
and each column's unit and meaning stand in the file's footer too (\`breakwater_format_version\`, \`breakwater_table\`, \`breakwater_meaning\`, \`breakwater_columns\`).

Whole numbers are BIGINT: microseconds since the Unix epoch, ticks, lots and quanta, whose sizes stand in \`instruments\` and \`assets\`. \`breakwater query\`
adds a view to each table, \`<table>_natural\`: times as TIMESTAMP WITH TIME ZONE in UTC, prices, sizes and amounts as exact DECIMAL, of columns
that are DOUBLE as DOUBLE; its columns are those of the table under the names in the last column, where they differ.

A directory without tables, whose folders are runs, is queried as one: each table has the rows of all its runs, with a column \`run\` before its own, and
there is a table [\`runs\`](#runs). Only runs of format version ${TABLE_FORMAT_VERSION} are read together; others, and those that cannot be read, are left out and named on stderr.
The directory of a sweep has the same tables, each with a column \`run\` first, and a table \`runs\` of its own ([sweeps.md](sweeps.md)).
`;

const READING = `## Reading them

Without Breakwater, in whole units:

\`\`\`sql
-- DuckDB
SELECT taker_side, sum(size_lots) FROM 'out/run/trades.parquet' GROUP BY ALL;
SELECT decode(key), decode(value) FROM parquet_kv_metadata('out/run/trades.parquet');
\`\`\`

\`\`\`python
# pandas, by way of pyarrow: dtype_backend keeps whole numbers whole where some are missing
import pandas, pyarrow.parquet
trades = pandas.read_parquet("out/run/trades.parquet", dtype_backend="pyarrow")
footer = pyarrow.parquet.read_schema("out/run/trades.parquet").metadata
# polars
import polars
trades = polars.scan_parquet("out/run/trades.parquet")
\`\`\`

\`\`\`js
// JavaScript: hyparquet; int64 as BigInt
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
const trades = await parquetReadObjects({ file: await asyncBufferFromFile("out/run/trades.parquet"), compressors });
\`\`\`

A time is the column \`time_us\` as microseconds in UTC, a price \`price_ticks\` times \`tick_size\` of its instrument. Whoever wants that done, or a part of a table, or
Arrow, has \`breakwater query\` write a file: Parquet, or an Arrow IPC file, which apache-arrow reads too.

\`\`\`sh
npx breakwater query out/run "SELECT * FROM trades_natural" --format arrow --out trades.arrow
npx breakwater query out/run "SELECT * FROM trades_natural" --format parquet --out trades.parquet
npx breakwater query out/run "SELECT * FROM marks" --format arrow | python3 notebook.py
\`\`\`

\`\`\`js
// apache-arrow
import { readFile } from "node:fs/promises";
import { tableFromIPC } from "apache-arrow";
const trades = tableFromIPC(await readFile("trades.arrow"));
\`\`\`

\`\`\`python
import pyarrow, polars
trades = pyarrow.ipc.open_file("trades.arrow").read_all().to_pandas()
trades = polars.read_ipc("trades.arrow")
\`\`\`

| DuckDB | Arrow | Parquet |
| --- | --- | --- |
| BIGINT and other whole numbers | int64 and so on | the same |
| DOUBLE, FLOAT, BOOLEAN | float64, float32, bool | the same |
| DECIMAL | decimal128 of its digits and places | DECIMAL |
| HUGEINT, such as \`sum\` of BIGINT | decimal128 without places | DECIMAL(38, 0) |
| VARCHAR, ENUM | utf8 | VARCHAR |
| TIMESTAMP WITH TIME ZONE | timestamp in microseconds, UTC | the same |
| DATE, TIME, TIMESTAMP, BLOB | date32, time64, timestamp, binary | the same |
| all else | utf8: lists and structs as JSON | its own type where there is one, otherwise VARCHAR |

A HUGEINT of more than 38 digits is refused. Rows of any number are written with a part of them in memory at a time.
`;

/** The whole document. */
export function tablesDocument(): string {
  const contents = TABLES.map(({ name, meaning }) => `- [\`${name}\`](#${name}): ${meaning}`).join("\n");
  return `${HEAD}\n${contents}\n\n${READING}\n${TABLES.map(sectionOf).join("\n")}\n${runsSection()}`;
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
