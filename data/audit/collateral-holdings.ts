/** What accounts have of other assets at the start and at the end: rows of `collateral` (ACCT-6). */
import type { Store } from "../store/store.ts";
import { HOUSE } from "./books.ts";
import type { Collateral } from "./collateral.ts";
import { type Findings, type RecordedRow, wholeOf } from "./findings.ts";
import type { RebuiltRun } from "./traded.ts";

/** Deposits before the first event. */
export async function startCollateral(store: Store, { collateral, cash }: RebuiltRun, findings: Findings): Promise<void> {
  for (const row of await rowsOf(store)) {
    const [account, asset] = [Number(row["account"]), Number(row["asset"])];
    const isKnown = asset > 0 && collateral?.amounts[asset] !== undefined && account >= 0 && account < cash.count;
    if (!isKnown || cash.ownerOf(account) !== account)
      findings.note(placeOf(account, asset), "is of no account or of no asset beside wallets");
    else if (account !== HOUSE) collateral.deposit(account, asset, wholeOf(row, "deposited_quanta"));
  }
}

/** Final balances: of everybody who put something in, by asset, and after them of the house. CONS-2 holds for each asset. */
export async function compareCollateral(store: Store, { collateral }: RebuiltRun, findings: Findings): Promise<number> {
  const rows = await rowsOf(store);
  const expected = collateral === null ? [] : placesOf(collateral);
  rows.forEach((row, number) => {
    const { account, asset } = expected[number] ?? { account: null, asset: null };
    const where = placeOf(row["account"], row["asset"]);
    findings.compare(where, row, { account, asset });
    if (collateral === null || account === null) return;
    findings.compare(where, row, {
      deposited_quanta: account === HOUSE ? 0n : (collateral.deposited[asset]?.[account] as bigint),
      balance_quanta: account === HOUSE ? (collateral.house[asset] as bigint) : (collateral.amounts[asset]?.[account] as bigint),
    });
  });
  if (rows.length < expected.length) findings.note("collateral", `${rows.length} rows, ${expected.length} were expected`);
  for (let asset = 1; asset < (collateral?.terms.length ?? 0); asset++) {
    const own = rows.filter((row) => Number(row["asset"]) === asset);
    const missing = own.reduce((sum, row) => sum + wholeOf(row, "balance_quanta") - wholeOf(row, "deposited_quanta"), 0n);
    if (missing !== 0n) findings.note("collateral", `CONS-2: balances of asset ${asset} exceed its deposits by ${missing} quanta`);
  }
  return rows.length;
}

function placesOf({ terms, deposited }: Collateral): { readonly account: number; readonly asset: number }[] {
  return terms.flatMap((_, asset) => {
    if (asset === 0) return [];
    const places: { account: number; asset: number }[] = [];
    deposited[asset]?.forEach((amount, account) => {
      if (amount !== 0n) places.push({ account, asset });
    });
    return [...places, { account: HOUSE, asset }];
  });
}

async function rowsOf(store: Store): Promise<RecordedRow[]> {
  return store.rows(`SELECT * FROM collateral ORDER BY asset, account = ${HOUSE}, account`);
}

function placeOf(account: unknown, asset: unknown): string {
  return `collateral, account ${String(account)}, asset ${String(asset)}`;
}
