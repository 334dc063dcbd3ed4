/** `breakwater query`: SQL over the tables of a run, read-only. */
import { type Command, Option } from "commander";
import { openRuns } from "../data/store/catalogue.ts";
import type { QueryResult } from "../data/store/store.ts";
import type { PlainValue } from "../data/store/values.ts";
import { alignedTable } from "./aligned-table.ts";

const FORMATS = ["table", "csv", "json"] as const;
/** A terminal is shown so many rows of a table; a file or another program gets all. */
const TERMINAL_ROWS = 200;

interface QueryOptions {
  readonly format: (typeof FORMATS)[number];
  readonly json?: boolean;
}

const HELP = `
Every table has a view <table>_natural in natural units: times in UTC, prices, sizes and amounts as
exact decimals. SHOW TABLES lists them, DESCRIBE <table> shows the columns. Only statements that read
are admitted, and only files of the directory can be reached.
DIR may be a folder of runs: then every table has those rows of all of them, with the run's name in its
first column, run, and a table runs has the figures of each. A run that cannot be read is left out, and
named on stderr.
A table on a terminal shows at most ${TERMINAL_ROWS} rows. In JSON (an array of one object a row) decimals,
and whole numbers beyond 2^53, are text.

Examples:
  $ breakwater query out/flash-crash-7 "select side, count(*), sum(notional) from liquidations_natural group by side"
  $ breakwater query out "select run, liquidations, adl_events, funds_lowest from runs order by funds_lowest"
`;

/** Adds the command to the program. */
export function registerQuery(program: Command): void {
  program
    .command("query")
    .description("run SQL (DuckDB) over the tables of a run, or of a folder of runs")
    .argument("<dir>", "directory of a run, or a folder of runs")
    .argument("<sql>", "one SELECT statement, or another that only reads")
    .addOption(new Option("--format <name>", "how to print the rows").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .addHelpText("after", HELP)
    .action(query);
}

async function query(directory: string, sql: string, options: QueryOptions): Promise<void> {
  const { store, passedOver } = await openRuns(directory);
  try {
    for (const line of passedOver) process.stderr.write(`left out: ${line}\n`);
    const result = await store.query(sql);
    const format = options.json === true ? "json" : options.format;
    process.stdout.write(format === "json" ? jsonOf(result) : format === "csv" ? csvOf(result) : tableOf(result));
  } finally {
    store.close();
  }
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

function tableOf({ columns, rows }: QueryResult): string {
  const shown = process.stdout.isTTY === true ? rows.slice(0, TERMINAL_ROWS) : rows;
  const cells = shown.map((row) => row.map((value) => (value === null ? "NULL" : textOf(value))));
  const table = alignedTable(columns, cells);
  const left = rows.length - shown.length;
  return left === 0 ? table : `${table}… ${left} more rows: all of them with --format csv, or into a file\n`;
}

function textOf(value: PlainValue): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
