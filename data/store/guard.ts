/** Which SQL a user may run over a run's tables: one statement that only reads. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";

const SPACE_AND_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
/** EXPLAIN and its options, which precede the statement it explains. */
const EXPLAIN = [/^EXPLAIN\b/i, /^ANALYZE\b/i, /^\(\s*(?:ANALYZE|VERBOSE|FORMAT)\b[^()]*\)/i] as const;

/** Functions that change the session or write files though a SELECT can call them, and those that run SQL given as text. */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  "checkpoint",
  "disable_logging",
  "disable_peg_parser",
  "disable_profiling",
  "enable_logging",
  "enable_peg_parser",
  "enable_profiling",
  "force_checkpoint",
  "json_execute_serialized_sql",
  "query",
  "truncate_duckdb_logs",
  "write_log",
]);

const EXPECTED = "expected one statement that only reads (SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN)";

/**
 * Refuses SQL that is not a single reading statement. DuckDB's own parser judges: it
 * turns into JSON only what is a SELECT, under whatever name.
 * @throws InputError with the parser's message when the SQL does not parse, or naming what is not admitted
 */
export async function checkReadOnly(connection: DuckDBConnection, sql: string): Promise<void> {
  const statement = afterExplain(sql);
  if (statement === "") throw new InputError("SQL", `${EXPECTED}, got ${JSON.stringify(sql)}`);
  const reader = await connection.runAndReadAll("SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", [statement]);
  const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as ParsedSql;
  if (parsed.error) {
    if (parsed.error_type !== "not implemented") throw new InputError("SQL", oneLine(parsed.error_message ?? "it does not parse"));
    throw new InputError("SQL", `${EXPECTED}, got ${firstWord(statement)}`);
  }
  const count = parsed.statements?.length ?? 0;
  if (count !== 1) throw new InputError("SQL", `${EXPECTED}, got ${count} statements`);
  const called = refusedFunction(parsed.statements);
  if (called !== null) throw new InputError("SQL", `${called}() is not admitted: ${EXPECTED}`);
}

/** What DuckDB says of an SQL error, in one line: without the excerpt of the SQL below it. */
export function oneLine(message: string): string {
  return message
    .replace(/\n+LINE \d+:[\s\S]*$/, "")
    .replace(/\s*\n\s*/g, " ")
    .trim();
}

interface ParsedSql {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly statements?: readonly unknown[];
}

function afterExplain(sql: string): string {
  let text = sql.replace(SPACE_AND_COMMENTS, "");
  if (!EXPLAIN[0].test(text)) return text.trim() === ";" ? "" : text;
  for (const part of EXPLAIN) text = text.replace(part, "").replace(SPACE_AND_COMMENTS, "");
  return text;
}

function firstWord(statement: string): string {
  return /^[a-z_]+/i.exec(statement)?.[0].toUpperCase() ?? JSON.stringify(statement.slice(0, 20));
}

function refusedFunction(node: unknown): string | null {
  if (typeof node !== "object" || node === null) return null;
  for (const [key, child] of Object.entries(node)) {
    if (key === "function_name" && typeof child === "string" && REFUSED_FUNCTIONS.has(child.toLowerCase())) return child;
    const found = refusedFunction(child);
    if (found !== null) return found;
  }
  return null;
}
