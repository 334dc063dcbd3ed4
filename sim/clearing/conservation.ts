/**
 * Conservation (CONS-1..3), checked over all balances. A violation is a defect of ours,
 * never of the input: it stops the run.
 */
import { FIRST_TRADER_ACCOUNT } from "./accounts.ts";
import type { Ledger } from "./ledger.ts";

/** A broken invariant: what it is and the amounts. */
export class ConservationError extends Error {
  override readonly name = "ConservationError";
}

/** Beyond this a running total of doubles moves into BigInt: one more safe integer still fits (UNIT-1). */
const CARRY = 2 ** 52;

/** A total over accounts that no number of them can overflow. */
class Total {
  #high = 0n;
  #low = 0;

  add(value: number): void {
    this.#low += value;
    if (this.#low > CARRY || this.#low < -CARRY) {
      this.#high += BigInt(this.#low);
      this.#low = 0;
    }
  }

  get value(): bigint {
    return this.#high + BigInt(this.#low);
  }
}

/**
 * Checks all balances.
 * @param available of the pool after the waterfall, quanta (FUND-3)
 * @throws ConservationError naming the clause, the account where there is one, and the amounts
 */
export function checkConservation(ledger: Ledger, available: number): void {
  const { accounts } = ledger;
  const sizes = new Total();
  const cash = new Total();
  const signedEntry = new Total();
  const { wallet, margin, positionLots, entryValue, reserved } = accounts;
  for (let account = 0; account < accounts.count; account++) {
    const inWallet = wallet[account] as number;
    const inMargin = margin[account] as number;
    const lots = positionLots[account] as number;
    const entry = entryValue[account] as number;
    if (inWallet < 0) violated("CONS-3", `wallet of account ${account} is ${inWallet}`);
    if (inMargin < 0) violated("CONS-3", `margin of account ${account} is ${inMargin}: its loss exceeds its margin`);
    if (entry < 0 || (lots === 0 && entry !== 0)) violated("INST-4", `account ${account} holds ${lots} lots with entry value ${entry}`);
    if (lots === 0 && inMargin !== 0) violated("ACCT-2", `account ${account} has margin ${inMargin} without a position`);
    if ((reserved[account] as number) < 0) violated("ORDER-2", `order margin of account ${account} is ${reserved[account]}`);
    sizes.add(lots);
    cash.add(inWallet);
    cash.add(inMargin);
    signedEntry.add(lots > 0 ? entry : -entry);
  }
  if (sizes.value !== 0n) violated("CONS-1", `positions sum to ${sizes.value} lots`);
  const owned = cash.value + BigInt(ledger.pool.booked) + BigInt(ledger.house) - signedEntry.value;
  if (owned !== BigInt(ledger.deposits)) {
    violated(
      "CONS-2",
      `cash less signed entry values is ${owned}, deposits are ${ledger.deposits}: ${owned - BigInt(ledger.deposits)} quanta from nowhere`,
    );
  }
  if (available < 0) violated("CONS-3", `available of pool ${ledger.pool.name} is ${available} after the waterfall`);
  for (let account = 0; account < FIRST_TRADER_ACCOUNT; account++) {
    if (wallet[account] !== 0 || margin[account] !== 0)
      violated("LIQ-7", `account ${account} of the venue holds cash outside pool and house`);
  }
}

function violated(clause: string, problem: string): never {
  throw new ConservationError(`${clause} violated: ${problem}`);
}
