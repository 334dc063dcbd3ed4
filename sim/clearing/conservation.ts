/**
 * Conservation (CONS-1..3): what balances come to, and what it has to be. A violation is a defect of ours,
 * never of the input: it stops the run. `conservation-watch.ts` asks at every mark.
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

/** What positions come to: margins less signed entry values, quanta, and signed lots. */
export interface PositionSums {
  readonly net: bigint;
  readonly lots: bigint;
}

/** What accounts come to, in whatever way it was summed. */
export interface AccountSums {
  /** Cash in wallets, quanta. */
  readonly wallets: bigint;
  /** In the order of the ledgers. */
  readonly positions: readonly PositionSums[];
}

/**
 * Checks every account and sums them all.
 * @throws ConservationError naming the clause, the account and the amounts
 */
export function sumAccounts(ledgers: readonly Ledger[]): AccountSums {
  const { count } = (ledgers[0] as Ledger).accounts;
  let wallets = 0n;
  const positions = ledgers.map(() => ({ net: 0n, lots: 0n }));
  for (let from = 0; from < count; from += BLOCK_ACCOUNTS) {
    const until = Math.min(count, from + BLOCK_ACCOUNTS);
    wallets += walletsOf(ledgers, from, until);
    ledgers.forEach((ledger, number) => {
      const sums = positions[number] as { net: bigint; lots: bigint };
      const { net, lots } = positionsOf(ledger.accounts, from, until);
      sums.net += net;
      sums.lots += lots;
    });
  }
  return { wallets, positions };
}

/**
 * Compares what accounts come to with all else there is (CONS-1, CONS-2), and checks what is the venue's own (CONS-3).
 * @param ledgers of all instruments, which share their cash
 * @param available of a pool after the waterfall, quanta (FUND-3)
 * @throws ConservationError naming the clause and the amounts
 */
export function checkSums(ledgers: readonly Ledger[], { wallets, positions }: AccountSums, available: (pool: Pool) => number): void {
  const { cash } = (ledgers[0] as Ledger).accounts;
  const pools = [...new Set(ledgers.map(({ pool }) => pool))];
  let owned = BigInt(cash.house) + wallets;
  for (const pool of pools) owned += BigInt(pool.booked) + BigInt(pool.pending);
  positions.forEach(({ net, lots }, number) => {
    if (lots !== 0n) violated("CONS-1", `positions in ${(ledgers[number] as Ledger).instrument.symbol} sum to ${lots} lots`);
    owned += net;
  });
  const missing = owned - cash.deposits;
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

/** Checks the wallets of some accounts and sums them; one at a time where the sum would leave the safe range. */
export function walletsOf(ledgers: readonly Ledger[], from: number, until: number): bigint {
  const { accounts } = ledgers[0] as Ledger;
  const { wallet, reserved } = accounts;
  // Of numbers that are never negative, so that a safe result was exact all along.
  let [cash, debt] = [0, 0];
  for (let account = from; account < until; account++) {
    const inWallet = wallet[account] as number;
    if (inWallet < 0 || (reserved[account] as number) < 0) explainWallet(accounts, ledgers, account);
    if (inWallet < 0) debt -= inWallet;
    else cash += inWallet;
  }
  if (until - from === 1 || Number.isSafeInteger(Math.max(cash, debt))) return BigInt(cash) - BigInt(debt);
  let sum = 0n;
  for (let account = from; account < until; account++) sum += walletsOf(ledgers, account, account + 1);
  return sum;
}

/** Checks the positions of some accounts in an instrument and sums them; one at a time where a sum would leave the safe range. */
export function positionsOf(accounts: Accounts, from: number, until: number): PositionSums {
  const { margin, positionLots, entryValue } = accounts;
  // Apart, not in one object, and of numbers that are never negative.
  let [margins, longEntry, shortEntry, longLots, shortLots] = [0, 0, 0, 0, 0];
  for (let account = from; account < until; account++) {
    const inMargin = margin[account] as number;
    const lots = positionLots[account] as number;
    const entry = entryValue[account] as number;
    if (inMargin < 0 || entry < 0 || (lots === 0 && (entry !== 0 || inMargin !== 0))) explainPosition(accounts, account);
    margins += inMargin;
    if (lots > 0) {
      longEntry += entry;
      longLots += lots;
    } else {
      shortEntry += entry;
      shortLots -= lots;
    }
  }
  // The balances of one account are safe integers each: the ledger saw to it.
  if (until - from === 1 || Number.isSafeInteger(Math.max(margins, longEntry, shortEntry, longLots, shortLots))) {
    return { net: BigInt(margins) - BigInt(longEntry) + BigInt(shortEntry), lots: BigInt(longLots) - BigInt(shortLots) };
  }
  let [net, lots] = [0n, 0n];
  for (let account = from; account < until; account++) {
    const one = positionsOf(accounts, account, account + 1);
    net += one.net;
    lots += one.lots;
  }
  return { net, lots };
}

/** Names what is wrong with a wallet, which may owe what cross positions still have to earn. */
function explainWallet(accounts: Accounts, ledgers: readonly Ledger[], account: number): void {
  const { wallet, reserved } = accounts;
  const numbers = accounts.cash.legs.numbersOf(account);
  const mayOwe = ledgers.some(({ accounts: own }) => numbers.some((leg) => own.isCross[leg] === 1 && own.positionLots[leg] !== 0));
  if ((wallet[account] as number) < 0 && !mayOwe) violated("CONS-3", `wallet of account ${account} is ${wallet[account]}`);
  if ((reserved[account] as number) < 0) violated("ORDER-2", `order margin of account ${account} is ${reserved[account]}`);
}

/** Names what is wrong with a position. */
function explainPosition({ margin, positionLots, entryValue }: Accounts, account: number): never {
  if ((margin[account] as number) < 0)
    violated("CONS-3", `margin of account ${account} is ${margin[account]}: its loss exceeds its margin`);
  return violated(
    "INST-4",
    `account ${account} holds ${positionLots[account]} lots with entry value ${entryValue[account]} and margin ${margin[account]}`,
  );
}

function violated(clause: string, problem: string): never {
  throw new ConservationError(`${clause} violated: ${problem}`);
}
