/**
 * Conservation (CONS-1..3), checked over all balances. A violation is a defect of ours,
 * never of the input: it stops the run.
 */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./accounts.ts";
import type { Cash } from "./cash.ts";
import type { Pool } from "./insurance-fund.ts";
import type { Ledger } from "./ledger.ts";

/** A broken invariant: what it is and the amounts. */
export class ConservationError extends Error {
  override readonly name = "ConservationError";
}

/** Accounts summed in doubles before the sum moves into BigInt: totals over accounts know no limit (UNIT-1). */
const BLOCK_ACCOUNTS = 1024;

/** Sums over a block of positions, each of numbers that are never negative, so that a safe result was exact all along. */
interface Sums {
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
  let owned = sumWallets(cash) + BigInt(cash.house);
  for (const pool of pools) owned += BigInt(pool.booked);
  let signedEntry = 0n;
  for (const ledger of ledgers) {
    const { margin, entry, lots } = sumPositions(ledger.accounts);
    if (lots !== 0n) violated("CONS-1", `positions in ${ledger.instrument.symbol} sum to ${lots} lots`);
    owned += margin;
    signedEntry += entry;
  }
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

/** Checks each wallet, and sums them all. */
function sumWallets({ wallet, reserved }: Cash): bigint {
  let all = 0n;
  let sum = 0;
  for (let account = 0; account < wallet.length; account++) {
    const held = wallet[account] as number;
    if (held < 0) violated("CONS-3", `wallet of account ${account} is ${held}`);
    if ((reserved[account] as number) < 0) violated("ORDER-2", `order margin of account ${account} is ${reserved[account]}`);
    // Either is a safe integer: the ledgers saw to it.
    if (sum > Number.MAX_SAFE_INTEGER - held) {
      all += BigInt(sum);
      sum = 0;
    }
    sum += held;
  }
  return all + BigInt(sum);
}

/** Checks each position of an instrument, and sums them all. */
function sumPositions(accounts: Accounts): { margin: bigint; entry: bigint; lots: bigint } {
  let margin = 0n;
  let entry = 0n;
  let lots = 0n;
  for (let from = 0; from < accounts.count; from += BLOCK_ACCOUNTS) {
    for (const sums of sumBlock(accounts, from, Math.min(accounts.count, from + BLOCK_ACCOUNTS))) {
      margin += BigInt(sums.margin);
      entry += BigInt(sums.longEntry) - BigInt(sums.shortEntry);
      lots += BigInt(sums.longLots) - BigInt(sums.shortLots);
    }
  }
  return { margin, entry, lots };
}

/** Checks each position of a block and sums them; one at a time where a block's sum would leave the safe range. */
function* sumBlock(accounts: Accounts, from: number, until: number): Generator<Sums> {
  const { margin, positionLots, entryValue } = accounts;
  const sums: Sums = { margin: 0, longEntry: 0, shortEntry: 0, longLots: 0, shortLots: 0 };
  for (let account = from; account < until; account++) {
    const inMargin = margin[account] as number;
    const lots = positionLots[account] as number;
    const entry = entryValue[account] as number;
    if (inMargin < 0 || entry < 0 || (lots === 0 && (entry !== 0 || inMargin !== 0))) explain(accounts, account);
    sums.margin += inMargin;
    if (lots > 0) {
      sums.longEntry += entry;
      sums.longLots += lots;
    } else {
      sums.shortEntry += entry;
      sums.shortLots -= lots;
    }
  }
  const most = Math.max(sums.margin, sums.longEntry, sums.shortEntry, sums.longLots, sums.shortLots);
  // The balances of one account are safe integers each: the ledger saw to it.
  if (until - from === 1 || Number.isSafeInteger(most)) yield sums;
  else for (let account = from; account < until; account++) yield* sumBlock(accounts, account, account + 1);
}

/** Names what is wrong with a position. */
function explain(accounts: Accounts, account: number): never {
  const { margin, positionLots, entryValue } = accounts;
  if ((margin[account] as number) < 0)
    violated("CONS-3", `margin of account ${account} is ${margin[account]}: its loss exceeds its margin`);
  violated(
    "INST-4",
    `account ${account} holds ${positionLots[account]} lots with entry value ${entryValue[account]} and margin ${margin[account]}`,
  );
}

function violated(clause: string, problem: string): never {
  throw new ConservationError(`${clause} violated: ${problem}`);
}
