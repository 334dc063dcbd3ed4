/** Which SQL a user may run over a run's tables: one statement that only reads. */
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { InputError } from "../../sim/kernel/input-error.ts";

/**
 * EXPLAIN with its options and nothing else: no comment, no quote. What follows is
 * therefore read alone just as it is read behind it.
 */
const EXPLAIN = /^[ \t\r\n]*EXPLAIN\b(?:[ \t\r\n]+ANALYZE\b)?(?:[ \t\r\n]*\([ \t\r\n]*(?:ANALYZE|VERBOSE|FORMAT)\b[A-Za-z_, \t\r\n]*\))?/i;

/**
 * Functions that change the session or write files though a SELECT can call them, those that run SQL given as text, those
 * that look for secrets in the user's home, and those that read memory at an address.
 */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  "arrow_scan",
  "arrow_scan_dumb",
  "checkpoint",
  "disable_logging",
  "disable_peg_parser",
  "disable_profiling",
  "duckdb_secrets",
  "enable_logging",
  "enable_peg_parser",
  "enable_profiling",
  "force_checkpoint",
  "json_execute_serialized_sql",
  "query",
  "read_duckdb",
  "truncate_duckdb_logs",
  "which_secret",
  "write_log",
]);

const EXPECTED = "expected one statement that only reads (SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN)";

/**
 * Prepares SQL when it is a single reading statement. DuckDB's own parser judges, twice
 * and of the very text that will run: it turns into JSON only what is a SELECT, under
 * whatever name, and it says of the prepared statement what kind it is.
 * @returns the statement, ready to run
 * @throws InputError with the parser's message when the SQL does not parse, or naming what is not admitted
 */
export async function prepareReadOnly(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  // To a parser written in C the text would end there.
  if (sql.includes("\0")) throw new InputError("SQL", "expected text, got a NUL character");
  const explain = EXPLAIN.exec(sql)?.[0] ?? "";
  await checkSelect(connection, sql.slice(explain.length));
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new InputError("SQL", `${EXPECTED}, got ${statements.count} statements`);
  const statement = await statements.prepare(0);
  const kind = statement.statementType;
  if (kind !== (explain === "" ? StatementType.SELECT : StatementType.EXPLAIN)) {
    statement.destroySync();
    throw new InputError("SQL", `${EXPECTED}, got ${StatementType[kind]}`);
  }
  return statement;
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

async function checkSelect(connection: DuckDBConnection, sql: string): Promise<void> {
  const reader = await connection.runAndReadAll("SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", [sql]);
  const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as ParsedSql;
  if (parsed.error) {
    if (parsed.error_type !== "not implemented") throw new InputError("SQL", oneLine(parsed.error_message ?? "it does not parse"));
    const late = /\bEXPLAIN\b/i.test(sql) ? " (EXPLAIN must stand at the very start, before any comment)" : "";
    throw new InputError("SQL", `${EXPECTED}, got ${wordOf(sql)}${late}`);
  }
  const count = parsed.statements?.length ?? 0;
  if (count !== 1) throw new InputError("SQL", `${EXPECTED}, got ${count === 0 ? "none" : `${count} statements`}`);
  const called = refusedFunction(parsed.statements);
  if (called !== null) throw new InputError("SQL", `${called}() is not admitted: ${EXPECTED}`);
}

/** What stands where one SELECT should, for the error alone. */
function wordOf(sql: string): string {
  const word = /^[a-z_]+/i.exec(sql.trimStart())?.[0].toUpperCase();
  if (word === undefined) return JSON.stringify(sql.trimStart().slice(0, 40));
  return /^(?:SELECT|WITH|FROM|VALUES|DESCRIBE|SUMMARIZE|SHOW)$/.test(word) ? `more than one ${word}` : word;
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
