/** The tables written at the end of a run against the replay: accounts, liquidations, cascades. */
import type { Store } from "../store/store.ts";
import { type Books, HOUSE } from "./books.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import type { Findings, RecordedRow } from "./findings.ts";
import type { AuditTerms } from "./terms.ts";
import { profitOf, valueAt } from "./valuation.ts";

/** Rows read at once. */
const PAGE = 65_536;

/**
 * Rows of a table whose key numbers them from 0, page by page. A number that is missing or twice there is noted.
 */
export async function eachRow(
  store: Store,
  table: string,
  key: string,
  findings: Findings,
  visit: (row: RecordedRow, number: number) => void,
): Promise<number> {
  const [total] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
  const count = Number(total?.["rows"]);
  for (let from = 0; from < count; from += PAGE) {
    const until = Math.min(count, from + PAGE);
    const rows = await store.rows(`SELECT * FROM ${table} WHERE ${key} >= ${from} AND ${key} < ${until} ORDER BY ${key}`);
    let next = from;
    for (const row of rows) {
      const number = Number(row[key]);
      if (number !== next) findings.note(`${table}, ${key} ${Math.min(number, next)}`, number > next ? "missing" : "there twice");
      next = number + 1;
      visit(row, number);
    }
    if (next < until) findings.note(`${table}, ${key} ${next}`, "missing");
  }
  return count;
}

/** Final balances (the very comparison the audit is made for), and what is left in all of them (CONS-1, CONS-2). */
export async function compareAccounts(store: Store, books: Books, terms: AuditTerms, mark: bigint, findings: Findings): Promise<void> {
  await eachRow(store, "accounts", "account", findings, (row, account) => {
    const lots = books.lots[account] as bigint;
    const entry = books.entry[account] as bigint;
    findings.compare(`accounts, account ${account}`, row, {
      wallet_quanta: account === HOUSE ? books.house : (books.wallet[account] as bigint),
      margin_quanta: books.margin[account] as bigint,
      position_lots: lots,
      entry_value_quanta: entry,
      unrealized_profit_quanta: lots === 0n ? 0n : profitOf(terms, lots, entry, valueAt(terms, mark, lots)),
      realized_profit_quanta: books.realized[account] as bigint,
      fees_quanta: books.fees[account] as bigint,
      liquidations: books.liquidations[account] as number,
      adl_reductions: books.reductions[account] as number,
    });
    if ((books.wallet[account] as bigint) < 0n || (books.margin[account] as bigint) < 0n) {
      findings.note(`accounts, account ${account}`, `CONS-3: wallet ${books.wallet[account]}, margin ${books.margin[account]}`);
    }
  });
}

/** Every liquidation as the bookings make it: its lots are market + fund + adl + residual + what is open. */
export async function compareLiquidations(
  store: Store,
  rebuilt: readonly RebuiltLiquidation[],
  findings: Findings,
): Promise<RecordedRow[]> {
  const causes: RecordedRow[] = [];
  const count = await eachRow(store, "liquidations", "liquidation", findings, (row, number) => {
    const where = `liquidations, liquidation ${number}`;
    causes.push({ parent: row["parent"], end_time_us: row["end_time_us"] });
    const liquidation = rebuilt[number];
    if (liquidation === undefined) {
      findings.note(where, "follows from no takeover");
      return;
    }
    const { market, fund, adl, residual, restLots, size } = liquidation;
    const rest = restLots < 0n ? -restLots : restLots;
    if (market + fund + adl + residual + rest !== size)
      findings.note(where, `${size} lots, of which ${market + fund + adl + residual + rest} are accounted for`);
    findings.compare(where, row, cellsOf(liquidation));
  });
  if (count < rebuilt.length) findings.note("liquidations", `${count} rows for ${rebuilt.length} takeovers`);
  return causes;
}

function cellsOf(liquidation: RebuiltLiquidation) {
  const { endUs, residual } = liquidation;
  return {
    account: liquidation.account,
    side: liquidation.side,
    trigger_time_us: liquidation.triggerUs,
    end_time_us: endUs,
    trigger_mark_ticks: liquidation.triggerMark,
    bankruptcy_price_ticks: liquidation.limit,
    size_lots: liquidation.size,
    notional_quanta: liquidation.notional,
    entry_value_quanta: liquidation.entry,
    margin_quanta: liquidation.margin,
    equity_quanta: liquidation.equity,
    requirement_quanta: liquidation.requirement,
    takeover_value_quanta: liquidation.value,
    fee_quanta: liquidation.fee,
    market_lots: liquidation.market,
    fund_lots: liquidation.fund,
    adl_lots: liquidation.adl,
    residual_lots: residual,
    surplus_quanta: liquidation.surplus,
    cover_quanta: liquidation.cover,
    uncovered_quanta: liquidation.uncovered,
    status: endUs === null ? "open" : residual > 0n ? "residual" : "closed",
  };
}

/** A tree of liquidations (CASC-2). */
interface Tree {
  readonly accounts: Set<number>;
  liquidations: number;
  notional: bigint;
  depth: number;
  lastUs: number;
}

/** Cascades from the parents of the liquidations and the rebuilt figures. */
export async function compareCascades(
  store: Store,
  rebuilt: readonly RebuiltLiquidation[],
  causes: readonly RecordedRow[],
  findings: Findings,
): Promise<number> {
  const roots: number[] = [];
  const depths: number[] = [];
  const trees = new Map<number, Tree>();
  rebuilt.forEach((liquidation, number) => {
    const recorded = causes[number]?.["parent"];
    const parent = typeof recorded === "number" && recorded >= 0 && recorded < number ? recorded : null;
    if (parent === null && recorded != null)
      findings.note(`liquidations, liquidation ${number}`, `parent ${String(recorded)} did not trigger before it`);
    const root = parent === null ? number : (roots[parent] as number);
    const depth = parent === null ? 0 : (depths[parent] as number) + 1;
    roots.push(root);
    depths.push(depth);
    const tree = trees.get(root) ?? { accounts: new Set<number>(), liquidations: 0, notional: 0n, depth: 0, lastUs: 0 };
    trees.set(root, tree);
    tree.accounts.add(liquidation.account);
    tree.liquidations += 1;
    tree.notional += liquidation.notional;
    tree.depth = Math.max(tree.depth, depth);
    tree.lastUs = Math.max(tree.lastUs, liquidation.triggerUs, liquidation.endUs ?? 0);
  });
  const cascades = [...trees].filter(([, tree]) => tree.liquidations > 1);
  const count = await eachRow(store, "cascades", "cascade", findings, (row, number) => {
    const cascade = cascades[number];
    if (cascade === undefined) {
      findings.note(`cascades, cascade ${number}`, "the liquidations make no such tree");
      return;
    }
    const [root, tree] = cascade;
    findings.compare(`cascades, cascade ${number}`, row, {
      root,
      first_time_us: rebuilt[root]?.triggerUs ?? null,
      last_time_us: tree.lastUs,
      liquidations: tree.liquidations,
      accounts: tree.accounts.size,
      notional_quanta: tree.notional,
      depth: tree.depth,
    });
  });
  if (count < cascades.length) findings.note("cascades", `${count} rows for ${cascades.length} trees of liquidations`);
  return count;
}
