/** Cash of an account that isolated positions and orders may still take (ACCT-1, ACCT-2). */
import type { Accounts } from "../clearing/accounts.ts";
import type { CrossStanding } from "./standing.ts";

/**
 * What nothing holds, as far as cross positions leave it, quanta.
 * @param number of the account, or of its short leg
 * @param cross null where no account has cross positions
 */
export function freeQuanta(accounts: Accounts, number: number, cross: CrossStanding | null): number {
  const free = accounts.freeQuanta(number);
  const owner = accounts.cash.legs.ownerOf(number);
  return accounts.cash.inCross[owner] === 1 ? Math.min(free, (cross as CrossStanding).available(owner)) : free;
}
