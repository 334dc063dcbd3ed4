/** The rebuilt state of a run: what belongs to one instrument, and what all of them share. */
import { Books } from "./books.ts";
import { Cash } from "./cash.ts";
import { Collateral } from "./collateral.ts";
import type { CollateralTerms } from "./collateral-terms.ts";
import { Counts } from "./counts.ts";
import { Engine, type RebuiltLiquidation } from "./engine.ts";
import type { Marks } from "./marks.ts";
import { Pool } from "./pool.ts";
import type { AuditTerms } from "./terms.ts";
import { Vault } from "./vault.ts";

/** One instrument. */
export interface Traded {
  readonly number: number;
  readonly terms: AuditTerms;
  readonly books: Books;
  readonly engine: Engine;
  readonly marks: Marks;
  /** What happened in it since the sample before. */
  readonly counts: Counts;
  /** Which other instruments may share (FUND-1). */
  readonly pool: Pool;
  /** That of all instruments; null where the venue has none (LIQ-4). */
  readonly vault: Vault | null;
}

/** All of them. */
export interface RebuiltRun {
  readonly cash: Cash;
  /** Null where accounts hold nothing but the settlement asset (ACCT-6). */
  readonly collateral: Collateral | null;
  /** In order of their first instruments. */
  readonly pools: readonly Pool[];
  readonly instruments: readonly Traded[];
  /** Of all instruments, by number. */
  readonly liquidations: RebuiltLiquidation[];
}

/**
 * A run before its first event.
 * @param accounts how many numbers of accounts and short legs
 * @param terms and marks by instrument
 * @param assets the settlement asset and what accounts hold beside it
 */
export function emptyRun(
  accounts: number,
  terms: readonly AuditTerms[],
  marks: readonly Marks[],
  assets: CollateralTerms = [],
): RebuiltRun {
  const cash = new Cash(accounts);
  const pools: Pool[] = [];
  const liquidations: RebuiltLiquidation[] = [];
  const vault = terms[0]?.vault == null ? null : new Vault(cash, accounts - 1);
  const instruments = terms.map((own, number): Traded => {
    const books = new Books(own, cash);
    const engine = new Engine(own);
    const known = pools.find(({ name }) => name === own.poolName);
    const pool = known ?? new Pool(pools.length, own.poolName, own.seed, own.settlement === "daily");
    if (known === undefined) pools.push(pool);
    const traded = { number, terms: own, books, engine, marks: marks[number] as Marks, counts: new Counts(), pool, vault };
    vault?.trade(books, traded.marks, own);
    pool.back(engine, traded.marks);
    return traded;
  });
  const collateral = assets.length > 1 ? new Collateral(assets, accounts, marks) : null;
  return { cash, collateral, pools, instruments, liquidations };
}

/** Cash less signed entry values less deposits: zero at every instant (CONS-2). */
export function missingCash({ cash, pools, instruments }: RebuiltRun): bigint {
  let missing = cash.held + cash.house - cash.deposits;
  for (const { held } of pools) missing += held;
  for (const { books } of instruments) missing += books.entries;
  return missing;
}
