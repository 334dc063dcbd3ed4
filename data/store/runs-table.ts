/** The table `runs` of a catalogue: a row for each run, with the headline numbers of its summary. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { AMOUNT, leastOf, sumOf } from "./amounts.ts";
import type { CatalogueRun } from "./catalogue-runs.ts";
import { sqlName, sqlText } from "./database.ts";

type Value = string | number | boolean | null;

/** A column of `runs`. */
export interface RunsColumn {
  readonly name: string;
  readonly type: "VARCHAR" | "BIGINT" | "DOUBLE" | "BOOLEAN" | typeof AMOUNT;
  readonly meaning: string;
  readonly of: (run: CatalogueRun) => Value;
}

/** The columns of `runs`, in order. Figures of a run that failed are missing. */
export const RUNS_COLUMNS: readonly RunsColumn[] = [
  { name: "run", type: "VARCHAR", meaning: "name of the run: its folder", of: ({ name }) => name },
  { name: "scenario", type: "VARCHAR", meaning: "name of the scenario", of: ({ manifest }) => manifest.scenario.name },
  { name: "venue", type: "VARCHAR", meaning: "name of the venue; none where the run failed", of: ({ summary }) => summary?.venue ?? null },
  { name: "seed", type: "BIGINT", meaning: "seed of the run", of: ({ manifest }) => manifest.seed },
  { name: "digest", type: "VARCHAR", meaning: "digest of what was recorded (TIME-3)", of: ({ manifest }) => manifest.digest },
  { name: "format_version", type: "BIGINT", meaning: "version of the tables' format", of: ({ manifest }) => manifest.formatVersion },
  { name: "breakwater", type: "VARCHAR", meaning: "version of Breakwater that wrote it", of: ({ manifest }) => manifest.breakwater },
  { name: "complete", type: "BOOLEAN", meaning: "false when the run failed", of: ({ manifest }) => manifest.complete !== false },
  {
    name: "liquidations_off_book",
    type: "BOOLEAN",
    meaning: "true for a twin run, in which the house took all that failed at the mark (CASC-3)",
    of: ({ manifest }) => manifest.liquidationsOffBook === true,
  },
  figure("simulated_seconds", "DOUBLE", "time simulated", ({ simulatedSeconds }) => simulatedSeconds),
  figure("messages", "BIGINT", "commands that reached the venue", ({ messages }) => messages),
  figure("trades", "BIGINT", "trades", ({ trades }) => trades),
  figure("accounts", "BIGINT", "accounts of holders and agents", ({ accounts }) => accounts),
  figure("liquidations", "BIGINT", "liquidations", ({ liquidations }) => liquidations.count),
  figure("liquidated", AMOUNT, "value liquidated", ({ liquidations }) => liquidations.notional),
  figure("induced", "BIGINT", "liquidations that earlier ones induced (CASC-1)", ({ liquidations }) => liquidations.induced),
  figure("cascades", "BIGINT", "cascades (CASC-2)", ({ cascades }) => cascades.count),
  figure("largest_cascade_accounts", "BIGINT", "accounts in the largest cascade", ({ cascades }) => cascades.largestAccounts),
  figure("adl_events", "BIGINT", "auto-deleveraging events", ({ adl }) => adl.events),
  figure("adl_accounts", "BIGINT", "accounts that they reduced", ({ adl }) => adl.accounts),
  figure("adl_closed", AMOUNT, "value that they closed", ({ adl }) => adl.notional),
  figure("funds_start", AMOUNT, "all insurance fund pools at the start", ({ funds }) => sumOf(funds.map(({ start }) => start))),
  figure("funds_end", AMOUNT, "the same at the end", ({ funds }) => sumOf(funds.map(({ end }) => end))),
  figure("funds_lowest", AMOUNT, "the least that any pool fell to", ({ funds }) => leastOf(funds.map(({ lowest }) => lowest))),
  figure(
    "funds_exhausted",
    "BIGINT",
    "pools that could not pay some loss in full",
    ({ funds }) => funds.filter((pool) => pool.exhausted).length,
  ),
  figure("uncovered_loss", AMOUNT, "losses that neither fund nor auto-deleveraging covered", ({ uncoveredLoss }) => uncoveredLoss),
  figure("conservation_violations", "BIGINT", "violations of the conservation of money", ({ conservation }) => conservation.violations),
];

function figure(
  name: string,
  type: RunsColumn["type"],
  meaning: string,
  of: (summary: NonNullable<CatalogueRun["summary"]>) => Value,
): RunsColumn {
  return { name, type, meaning, of: ({ summary }) => (summary === null ? null : of(summary)) };
}

/** Makes the table. */
export async function createRunsTable(connection: DuckDBConnection, runs: readonly CatalogueRun[]): Promise<void> {
  await connection.run(`CREATE TABLE runs (${RUNS_COLUMNS.map(({ name, type }) => `${sqlName(name)} ${type}`).join(", ")})`);
  const rows = runs.map((run) => `(${RUNS_COLUMNS.map((column) => literal(column.of(run))).join(", ")})`);
  await connection.run(`INSERT INTO runs VALUES ${rows.join(", ")}`);
}

function literal(value: Value): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? sqlText(value) : String(value);
}
