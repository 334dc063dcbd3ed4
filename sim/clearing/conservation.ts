/**
 * Conservation (CONS-1..3), checked over all balances. A violation is a defect of ours,
 * never of the input: it stops the run.
 */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./accounts.ts";
import type { Pool } from "./insurance-fund.ts";
import type { Ledger } from "./ledger.ts";

/** A broken invariant: what it is and the amounts. */
export class ConservationError extends Error {
  override readonly name = "ConservationError";
}

/** Accounts summed in doubles before the sum moves into BigInt: totals over accounts know no limit (UNIT-1). */
const BLOCK_ACCOUNTS = 1024;

/** Sums over a block of accounts, each of numbers that are never negative, so that a safe result was exact all along. */
interface Sums {
  wallet: number;
  /** What wallets owe. */
  debt: number;
  margin: number;
  longEntry: number;
  shortEntry: number;
  longLots: number;
  shortLots: number;
}

/**
 * Checks all balances.
 * @param ledgers of all instruments, which share their cash
 * @param available of a pool after the waterfall, quanta (FUND-3)
 * @throws ConservationError naming the clause, the account where there is one, and the amounts
 */
export function checkConservation(ledgers: readonly Ledger[], available: (pool: Pool) => number): void {
  const { cash } = (ledgers[0] as Ledger).accounts;
  const pools = [...new Set(ledgers.map(({ pool }) => pool))];
  let owned = BigInt(cash.house);
  for (const pool of pools) owned += BigInt(pool.booked) + BigInt(pool.pending);
  let signedEntry = 0n;
  let wallets = 0n;
  for (const ledger of ledgers) {
    const { wallet, margin, entry, lots } = sumAccounts(ledger.accounts, ledgers);
    if (lots !== 0n) violated("CONS-1", `positions in ${ledger.instrument.symbol} sum to ${lots} lots`);
    // The same wallets, whichever instrument they are looked at from.
    wallets = wallet;
    owned += margin;
    signedEntry += entry;
  }
  owned += wallets;
  const missing = owned - signedEntry - cash.deposits;
  if (missing !== 0n) violated("CONS-2", `cash less signed entry values exceeds deposits of ${cash.deposits} by ${missing} quanta`);
  for (const pool of pools) {
    const left = available(pool);
    if (left < 0) violated("CONS-3", `available of pool ${pool.name} is ${left} after the waterfall`);
  }
  for (const { accounts } of ledgers) checkVenueAccounts(accounts);
}

/** What the venue owns is in its pools and its house. */
function checkVenueAccounts(accounts: Accounts): void {
  for (let account = 0; account < FIRST_TRADER_ACCOUNT; account++) {
    if (accounts.wallet[account] !== 0 || accounts.margin[account] !== 0) {
      violated("LIQ-7", `account ${account} of the venue holds cash outside pool and house`);
    }
  }
}

/** Checks each account of an instrument, wallet and position, and sums them all. */
function sumAccounts(accounts: Accounts, ledgers: readonly Ledger[]): { wallet: bigint; margin: bigint; entry: bigint; lots: bigint } {
  const all = { wallet: 0n, margin: 0n, entry: 0n, lots: 0n };
  for (let from = 0; from < accounts.count; from += BLOCK_ACCOUNTS) {
    for (const sums of sumBlock(accounts, ledgers, from, Math.min(accounts.count, from + BLOCK_ACCOUNTS))) {
      all.wallet += BigInt(sums.wallet) - BigInt(sums.debt);
      all.margin += BigInt(sums.margin);
      all.entry += BigInt(sums.longEntry) - BigInt(sums.shortEntry);
      all.lots += BigInt(sums.longLots) - BigInt(sums.shortLots);
    }
  }
  return all;
}

/** Checks each account of a block and sums them; one account at a time where a block's sum would leave the safe range. */
function* sumBlock(accounts: Accounts, ledgers: readonly Ledger[], from: number, until: number): Generator<Sums> {
  const { wallet, margin, positionLots, entryValue, reserved } = accounts;
  // Apart, not in one object: a run does this for every account at every mark.
  let [wallets, debt, margins, longEntry, shortEntry, longLots, shortLots] = [0, 0, 0, 0, 0, 0, 0];
  for (let account = from; account < until; account++) {
    const inWallet = wallet[account] as number;
    const inMargin = margin[account] as number;
    const lots = positionLots[account] as number;
    const entry = entryValue[account] as number;
    if (inWallet < 0 || inMargin < 0 || entry < 0 || (reserved[account] as number) < 0 || (lots === 0 && (entry !== 0 || inMargin !== 0))) {
      explain(accounts, ledgers, account);
    }
    if (inWallet < 0) debt -= inWallet;
    else wallets += inWallet;
    margins += inMargin;
    if (lots > 0) {
      longEntry += entry;
      longLots += lots;
    } else {
      shortEntry += entry;
      shortLots -= lots;
    }
  }
  const sums: Sums = { wallet: wallets, debt, margin: margins, longEntry, shortEntry, longLots, shortLots };
  const most = Math.max(sums.wallet, sums.debt, sums.margin, sums.longEntry, sums.shortEntry, sums.longLots, sums.shortLots);
  // The balances of one account are safe integers each: the ledger saw to it.
  if (until - from === 1 || Number.isSafeInteger(most)) yield sums;
  else for (let account = from; account < until; account++) yield* sumBlock(accounts, ledgers, account, account + 1);
}

/** Names what is wrong with an account; a wallet may owe what cross positions still have to earn. */
function explain(accounts: Accounts, ledgers: readonly Ledger[], account: number): void {
  const { wallet, margin, positionLots, entryValue, reserved } = accounts;
  const numbers = accounts.cash.legs.numbersOf(account);
  const mayOwe = ledgers.some(({ accounts: own }) => numbers.some((leg) => own.isCross[leg] === 1 && own.positionLots[leg] !== 0));
  if ((wallet[account] as number) < 0 && !mayOwe) violated("CONS-3", `wallet of account ${account} is ${wallet[account]}`);
  if ((margin[account] as number) < 0)
    violated("CONS-3", `margin of account ${account} is ${margin[account]}: its loss exceeds its margin`);
  if ((reserved[account] as number) < 0) violated("ORDER-2", `order margin of account ${account} is ${reserved[account]}`);
  const entry = entryValue[account] as number;
  if (entry >= 0 && (positionLots[account] !== 0 || (entry === 0 && margin[account] === 0))) return;
  violated(
    "INST-4",
    `account ${account} holds ${positionLots[account]} lots with entry value ${entryValue[account]} and margin ${margin[account]}`,
  );
}

function violated(clause: string, problem: string): never {
  throw new ConservationError(`${clause} violated: ${problem}`);
}
