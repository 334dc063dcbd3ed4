/** Conservation over all accounts at once: what the watch over changed ones is held against. */
import { checkSums, sumAccounts } from "../../../sim/clearing/conservation.ts";
import type { Pool } from "../../../sim/clearing/insurance-fund.ts";
import type { Ledger } from "../../../sim/clearing/ledger.ts";

/** @throws ConservationError for what does not hold */
export function checkConservation(ledgers: readonly Ledger[], available: (pool: Pool) => number): void {
  checkSums(ledgers, sumAccounts(ledgers), available);
}
