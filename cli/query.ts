/** `breakwater query`: SQL over the tables of a run, read-only. */
import { type Command, Option } from "commander";
import { openRuns } from "../data/store/catalogue.ts";
import type { QueryResult, Store } from "../data/store/store.ts";
import type { PlainValue } from "../data/store/values.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { alignedTable } from "./aligned-table.ts";
import { counted } from "./counted.ts";
import { writeNewFile } from "./new-file.ts";
import { arrowToOutput, checkOut, FILE_WRITERS } from "./query-file.ts";

const TEXTS = { table: tableOf, csv: csvOf, json: jsonOf } as const;
const FORMATS = ["table", "csv", "json", "arrow", "parquet"] as const;
type Format = (typeof FORMATS)[number];
/** A terminal is shown so many rows of a table; a file or another program gets all. */
const TERMINAL_ROWS = 200;

interface QueryOptions {
  readonly format?: Format;
  readonly json?: boolean;
  readonly out?: string;
  readonly overwrite?: boolean;
}

const HELP = `
Every table has a view <table>_natural in natural units: times in UTC, prices, sizes and amounts as
exact decimals. SHOW TABLES lists them, DESCRIBE <table> shows the columns. Only statements that read
are admitted, and only files of the directory can be reached.
Of a sweep every table has the rows of all its runs, with the run's number in its first column, run; its
own tables are runs, settings and estimates.
DIR may be a folder of runs: then every table has those rows of all of them, with the run's name in its
first column, run, and a table runs has the figures of each. A run that cannot be read is left out, and
named on stderr.
A table on a terminal shows at most ${TERMINAL_ROWS} rows. In JSON (an array of one object a row) decimals,
and whole numbers beyond 2^53, are text. Arrow (an IPC file, for apache-arrow, pyarrow and polars) and
Parquet keep every type, and may be of any length: a part of the rows is in memory at a time. Parquet
wants --out; Arrow goes to standard output too where that is no terminal.

Examples:
  $ breakwater query out/flash-crash-7 "select side, count(*), sum(notional) from liquidations_natural group by side"
  $ breakwater query out "select run, liquidations, adl_events, funds_lowest from runs order by funds_lowest"
  $ breakwater query out/flash-crash-7 "select * from trades_natural" --format arrow --out trades.arrow
`;

/** Adds the command to the program. */
export function registerQuery(program: Command): void {
  program
    .command("query")
    .description("run SQL (DuckDB) over the tables of a run, a sweep, or a folder of runs")
    .argument("<dir>", "directory of a run or of a sweep, or a folder of runs")
    .argument("<sql>", "one SELECT statement, or another that only reads")
    .addOption(new Option("--format <name>", "how to print or write the rows (default: table)").choices(FORMATS))
    .option("--out <file>", "write the rows here, outside of <dir>")
    .option("--overwrite", "replace the file if it exists")
    .option("--json", "the same as --format json")
    .addHelpText("after", HELP)
    .action(query);
}

async function query(directory: string, sql: string, options: QueryOptions): Promise<void> {
  const { out } = options;
  const format = formatOf(options);
  if (out !== undefined) await checkOut(out, directory, options.overwrite === true);
  const { store, passedOver } = await openRuns(directory);
  try {
    for (const line of passedOver) process.stderr.write(`left out: ${line}\n`);
    if (out !== undefined) {
      const rowCount = await toFile(store, sql, format, out);
      process.stdout.write(`${out}: ${counted(rowCount, "row")}\n`);
    } else if (format === "arrow" || format === "parquet") {
      await arrowToOutput(await store.stream(sql));
    } else {
      process.stdout.write(TEXTS[format](await store.query(sql), process.stdout.isTTY === true ? TERMINAL_ROWS : Infinity));
    }
  } finally {
    store.close();
  }
}

/** How the rows are to be written; refuses what does not go to where they shall. */
function formatOf({ format, json, out }: QueryOptions): Format {
  if (json === true && format !== undefined && format !== "json")
    throw new InputError("--json", `it means --format json, but --format says ${format}: give one of them`);
  const chosen = json === true ? "json" : (format ?? "table");
  if (out === undefined && chosen === "parquet") throw new InputError("--format", "parquet is written into a file: name it with --out");
  if (out === undefined && chosen === "arrow" && process.stdout.isTTY === true)
    throw new InputError("--format", "arrow is nothing for a terminal: name a file with --out, or send the output to another program");
  return chosen;
}

async function toFile(store: Store, sql: string, format: Format, out: string): Promise<number> {
  if (format === "arrow" || format === "parquet") {
    const result = await store.stream(sql);
    return await writeNewFile(out, (file) => FILE_WRITERS[format](result, file));
  }
  const result = await store.query(sql);
  return await writeNewFile(out, (file) => FILE_WRITERS.text(result.rows.length, TEXTS[format](result, Infinity), file));
}

function jsonOf({ columns, rows }: QueryResult): string {
  const objects = rows.map((row) => JSON.stringify(Object.fromEntries(columns.map(({ name }, position) => [name, row[position]]))));
  return objects.length === 0 ? "[]\n" : `[\n${objects.join(",\n")}\n]\n`;
}

function csvOf({ columns, rows }: QueryResult): string {
  const line = (fields: readonly string[]) => `${fields.map(csvField).join(",")}\n`;
  const lines = rows.map((row) => line(row.map((value) => (value === null ? "" : textOf(value)))));
  return line(columns.map(({ name }) => name)) + lines.join("");
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function tableOf({ columns, rows }: QueryResult, most: number): string {
  const shown = rows.slice(0, most);
  const cells = shown.map((row) => row.map((value) => (value === null ? "NULL" : printable(textOf(value)))));
  const table = alignedTable(columns, cells);
  const left = rows.length - shown.length;
  return left === 0 ? table : `${table}… ${left} more rows: all of them with --format csv, or into a file\n`;
}

/** Control characters but ends of lines as JSON has them: a terminal would obey them. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function textOf(value: PlainValue): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
