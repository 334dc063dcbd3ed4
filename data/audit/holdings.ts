/**
 * What accounts start with and end with: rows of `accounts`, one an account, and of
 * `positions`, one an account and instrument.
 */
import type { Store } from "../store/store.ts";
import { FIRST_TRADER, HOUSE } from "./books.ts";
import type { Cash } from "./cash.ts";
import { eachRow } from "./each-row.ts";
import { type Findings, type RecordedRow, wholeOf } from "./findings.ts";
import type { RebuiltRun, Traded } from "./traded.ts";
import { profitOf, valueAt } from "./valuation.ts";

/** Rows read at once. */
const PAGE = 65_536;

/** Balances before the first event. */
export async function startAccounts(store: Store, { cash, instruments }: RebuiltRun, findings: Findings): Promise<void> {
  await pairLegs(store, cash, findings);
  await eachRow(store, "accounts", "account", findings, (row, account) => {
    cash.deposit(account, wholeOf(row, "deposited_quanta"));
    cash.hasOrders[account] = row["kind"] === "agent" ? 1 : 0;
  });
  await eachPosition(store, instruments, ({ books }, account, row) => {
    const leverage = row["leverage"];
    books.leverageHundredths[account] = typeof leverage === "number" ? BigInt(Math.round(leverage * 100)) : 0n;
    books.isCross[account] = row["margin_mode"] === "cross" ? 1 : 0;
    const entry = wholeOf(row, "start_entry_value_quanta");
    books.start(account, wholeOf(row, "start_position_lots"), entry, wholeOf(row, "start_margin_quanta"));
  });
}

/** Whose short legs stand under which numbers (ACCT-4): after those of all accounts, in the order of these; the vault alone comes after them. */
async function pairLegs(store: Store, cash: Cash, findings: Findings): Promise<void> {
  const rows = await store.rows("SELECT account, owner, kind FROM accounts WHERE owner <> account OR kind = 'vault' ORDER BY account");
  const shorts = rows.filter((row) => row["kind"] !== "vault");
  const first = cash.count - rows.length;
  let before = FIRST_TRADER - 1;
  shorts.forEach((row, place) => {
    const [number, owner] = [Number(row["account"]), Number(row["owner"])];
    if (number === first + place && owner > before && owner < first) {
      cash.pair(number, owner);
      before = owner;
    } else findings.note(`accounts, account ${number}`, `ACCT-4: cannot stand for the short legs of account ${owner}`);
  });
}

/**
 * Final balances (the very comparison the audit is made for), and what is left in all of
 * them (CONS-3). Every account has a row of `positions` at least, the venue's own one in
 * each instrument, and so has whoever holds or did something there.
 */
export async function compareHoldings(store: Store, run: RebuiltRun, findings: Findings): Promise<number> {
  const seen = run.instruments.map(() => new Uint8Array(run.cash.count));
  let before = -1;
  const count = await eachPosition(store, run.instruments, (traded, account, row) => {
    const where = positionPlace(traded.number, account);
    const place = traded.number * run.cash.count + account;
    if (seen[traded.number]?.[account] === 1) findings.note(where, "there twice");
    else if (place < before) findings.note(where, "out of order: positions are ordered by instrument, then by account");
    before = Math.max(before, place);
    (seen[traded.number] as Uint8Array)[account] = 1;
    findings.compare(where, row, positionCells(traded, account));
  });
  const [total] = await store.rows("SELECT count(*) AS rows FROM positions");
  if (Number(total?.["rows"]) > count)
    findings.note("positions", `${Number(total?.["rows"]) - count} rows are of no account or of no instrument`);
  noteMissing(run, seen, findings);
  await compareAccounts(store, run, findings);
  return count;
}

async function compareAccounts(store: Store, { cash, instruments }: RebuiltRun, findings: Findings): Promise<void> {
  await eachRow(store, "accounts", "account", findings, (row, account) => {
    const wallet = cash.wallet[account] as bigint;
    const total = (amount: (traded: Traded) => bigint | number) => instruments.reduce((sum, traded) => sum + BigInt(amount(traded)), 0n);
    const margin = total(({ books }) => books.margin[account] as bigint);
    findings.compare(`accounts, account ${account}`, row, {
      asset: instruments[0]?.terms.asset ?? null,
      wallet_quanta: account === HOUSE ? cash.house : wallet,
      margin_quanta: margin,
      unrealized_profit_quanta: total((traded) => unrealized(traded, account)),
      realized_profit_quanta: total(({ books }) => books.realized[account] as bigint),
      fees_quanta: total(({ books }) => books.fees[account] as bigint),
      liquidations: total(({ books }) => books.liquidations[account] as number),
      adl_reductions: total(({ books }) => books.reductions[account] as number),
    });
    // What cross positions still have to earn it may owe.
    const numbers = cash.numbersOf(account);
    const carried = instruments.some(({ books }) => numbers.some((number) => books.isCross[number] === 1 && books.lots[number] !== 0n));
    const owes = wallet < 0n && !carried;
    if (owes || instruments.some(({ books }) => (books.margin[account] as bigint) < 0n))
      findings.note(`accounts, account ${account}`, `CONS-3: wallet ${wallet}, margin ${margin}`);
  });
}

function positionCells(traded: Traded, account: number) {
  const { books } = traded;
  return {
    margin_quanta: books.margin[account] as bigint,
    position_lots: books.lots[account] as bigint,
    entry_value_quanta: books.entry[account] as bigint,
    unrealized_profit_quanta: unrealized(traded, account),
    realized_profit_quanta: books.realized[account] as bigint,
    fees_quanta: books.fees[account] as bigint,
    liquidations: books.liquidations[account] as number,
    adl_reductions: books.reductions[account] as number,
  };
}

/** Profit of closing a position at the last mark (MARK-5). */
function unrealized({ books, terms, marks }: Traded, account: number): bigint {
  const lots = books.lots[account] as bigint;
  return lots === 0n ? 0n : profitOf(terms, lots, books.entry[account] as bigint, valueAt(terms, marks.last(), lots));
}

function noteMissing({ cash, instruments }: RebuiltRun, seen: readonly Uint8Array[], findings: Findings): void {
  for (let account = 0; account < cash.count; account++) {
    let rows = 0;
    for (const traded of instruments) {
      if (seen[traded.number]?.[account] === 1) rows += 1;
      else if (account < FIRST_TRADER || isUsed(traded, account)) findings.note(positionPlace(traded.number, account), "missing");
    }
    if (rows === 0 && account >= FIRST_TRADER && !instruments.some((traded) => isUsed(traded, account)))
      findings.note(`positions, account ${account}`, "missing in every instrument");
  }
}

/** Whether an account has something in an instrument, or had something done there. */
function isUsed({ books }: Traded, account: number): boolean {
  const { margin, lots, realized, fees } = books;
  return [margin, lots, realized, fees].some((column) => column[account] !== 0n) || books.liquidations[account] !== 0;
}

function positionPlace(instrument: number, account: number): string {
  return `positions, instrument ${instrument}, account ${account}`;
}

/** Rows of `positions` in their order, but for those of no account or no instrument; how many they are. */
async function eachPosition(
  store: Store,
  instruments: readonly Traded[],
  visit: (traded: Traded, account: number, row: RecordedRow) => void,
): Promise<number> {
  let count = 0;
  for (let from = 0; ; from += PAGE) {
    const rows = await store.rows(`SELECT * FROM positions LIMIT ${PAGE} OFFSET ${from}`);
    for (const row of rows) {
      const traded = instruments[Number(row["instrument"])];
      const account = Number(row["account"]);
      if (traded?.books.has(account) !== true) continue;
      count += 1;
      visit(traded, account, row);
    }
    if (rows.length < PAGE) return count;
  }
}
