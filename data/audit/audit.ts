/**
 * The auditor: rebuilds every balance of a finished run from its recorded events alone
 * and compares with what the run recorded. It shares no code with the clearing it checks.
 *
 *   accounts and positions at the start ──► bookings in order ──► balances ──► final tables
 */
import { join } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import {
  ACCOUNTS,
  ADL,
  CASCADES,
  COLLATERAL,
  CONVERSIONS,
  EPISODES,
  FUNDING,
  FUNDS,
  INVENTORY,
  LEVIES,
  LIQUIDATIONS,
  MARGINS,
  MARKS,
  OFFSETS,
  POSITIONS,
  SAMPLES,
  TRADES,
  VAULT,
} from "../../sim/tables.ts";
import { openRunDirectory, type RunDirectory, type RunTables } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";
import { countBookings, readGroups } from "./bookings.ts";
import { FIRST_TRADER } from "./books.ts";
import { checkCauses } from "./causes.ts";
import { compareCollateral, startCollateral } from "./collateral-holdings.ts";
import { type CollateralTerms, readCollateralTerms } from "./collateral-terms.ts";
import { readContracts } from "./contracts.ts";
import { compareCascades, compareLiquidations } from "./final.ts";
import { type Difference, Findings } from "./findings.ts";
import { compareHoldings, startAccounts } from "./holdings.ts";
import { readMarks } from "./marks.ts";
import { checkOffBook, offBookTerms } from "./off-book.ts";
import { Replay } from "./replay.ts";
import { Samples } from "./samples.ts";
import { type AuditTerms, readTerms } from "./terms.ts";
import { emptyRun } from "./traded.ts";

/** What was compared: rows by table, cells, and checks of conservation. */
export interface Checked {
  readonly accounts: number;
  readonly positions: number;
  readonly trades: number;
  readonly inventory: number;
  readonly adl: number;
  readonly funds: number;
  readonly levies: number;
  readonly vault: number;
  readonly funding: number;
  readonly offsets: number;
  readonly conversions: number;
  readonly margins: number;
  readonly collateral: number;
  readonly liquidations: number;
  readonly cascades: number;
  readonly episodes: number;
  readonly samples: number;
  readonly cells: number;
  /** How often CONS-1 and CONS-2 were checked: after every event. */
  readonly conservation: number;
}

/** What an audit found. */
export interface AuditReport {
  readonly checked: Checked;
  /** All of them; `differences` holds the first thousand. */
  readonly differenceCount: number;
  readonly differences: readonly Difference[];
}

/** What an audit reads. */
const NEEDED = [
  TRADES,
  INVENTORY,
  ADL,
  FUNDS,
  LEVIES,
  VAULT,
  FUNDING,
  OFFSETS,
  CONVERSIONS,
  MARGINS,
  LIQUIDATIONS,
  CASCADES,
  EPISODES,
  COLLATERAL,
  ACCOUNTS,
  POSITIONS,
  SAMPLES,
  MARKS,
];

/**
 * Audits the directory of a finished run.
 * @throws InputError when it is none, or was recorded by a version whose tables say too little
 */
export async function auditRun(directory: string): Promise<AuditReport> {
  const run = await openRunDirectory(directory);
  try {
    await checkTables(run);
    return await audit(run);
  } finally {
    run.store.close();
  }
}

async function audit(run: RunDirectory): Promise<AuditReport> {
  const isTwin = run.manifest.liquidationsOffBook === true;
  const terms = await readTerms(run);
  const assets = await readCollateralTerms(run, await readContracts(run));
  return auditTables(run, isTwin ? terms.map(offBookTerms) : terms, isTwin, assets);
}

/**
 * Audits the tables of a run by terms that are known already.
 * @param terms by instrument
 * @param isTwin whether its liquidations were off the book (CASC-3)
 * @param assets the settlement asset and what accounts hold beside it (ACCT-6); left out: nothing
 */
export async function auditTables(
  run: RunTables,
  terms: readonly AuditTerms[],
  isTwin: boolean,
  assets: CollateralTerms = [],
): Promise<AuditReport> {
  const { store } = run;
  const findings = new Findings();
  const marks = await readMarks(run, terms.length, findings);
  const counts = await countBookings(store);
  const accounts = await countRows(store, "accounts");
  const rebuilt = emptyRun(accounts, terms, marks, assets);
  await startAccounts(store, rebuilt, findings);
  await startCollateral(store, rebuilt, findings);
  const samples = new Samples(await store.rows("SELECT * FROM samples ORDER BY time_us, instrument"), rebuilt, findings);
  const replay = new Replay({ run: rebuilt, samples, findings });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for await (const groups of readGroups(store, total, findings)) for (const group of groups) replay.apply(group);
  replay.finish();
  if (isTwin) checkOffBook(rebuilt.liquidations, findings);
  const positions = await compareHoldings(store, rebuilt, findings);
  const collateral = await compareCollateral(store, rebuilt, findings);
  const causes = await compareLiquidations(store, rebuilt.liquidations, findings);
  await checkCauses(store, findings);
  const trees = await compareCascades(store, rebuilt.liquidations, causes, findings);
  return {
    checked: {
      ...{ accounts, positions, ...counts, collateral, ...trees, samples: samples.count },
      ...{ cells: findings.cells, conservation: replay.checks },
    },
    differenceCount: findings.count,
    differences: findings.differences,
  };
}

async function countRows(store: Store, table: string): Promise<number> {
  const [row] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
  return Number(row?.["rows"]);
}

/** Refuses tables of an earlier version, which do not hold every event that moves money. */
async function checkTables({ directory, store }: RunDirectory): Promise<void> {
  for (const schema of NEEDED) {
    const file = join(directory, `${schema.name}.parquet`);
    if (!store.tables.includes(schema.name)) throw new InputError(file, "missing: without it balances cannot be rebuilt");
    const found = await store.rows(`SELECT column_name FROM (DESCRIBE ${schema.name})`);
    const names = new Set(found.map((row) => row["column_name"]));
    for (const { name } of schema.columns) {
      if (!names.has(name)) throw new InputError(file, `no column ${name}: recorded by an earlier version, run the scenario again`);
    }
  }
  const rows = await countRows(store, "accounts");
  if (rows < FIRST_TRADER)
    throw new InputError(join(directory, "accounts.parquet"), `expected the venue's ${FIRST_TRADER} accounts at least, got ${rows}`);
}
