/**
 * Who can be deleveraged (ADL-3): positions on the other side, not themselves in
 * liquidation, whose equity stays ≥ 0 when all of it is closed at the ADL price.
 */
import { valueOf } from "../../venue/instrument.ts";
import type { AdlRules } from "../../venue/rules.ts";
import { type Accounts, FIRST_TRADER_ACCOUNT } from "../accounts.ts";
import { type Inventory, valueShare } from "../insurance-fund.ts";
import { type MarginTerms, profitAt, requirement } from "../margin.ts";
import type { AdlCandidates, AdlColumn } from "./policy.ts";

/** What a cross position's scope is, for ranking (ADL-3): quanta. */
export interface ScopeOfCandidate {
  readonly equity: number;
  /** Equity without what is counted of this position's profit. */
  readonly apart: number;
  readonly grossNotional: number;
  readonly requirement: number;
}

const CLOSE_CALL = 1e-12;

/**
 * The eligible positions against what rests of a takeover, closed at a price.
 * @param inventory lots negative when the bankrupt was short; value at the price of the closing, net of any levy
 * @param needs of the policy: the requirement is worked out for one that asks for it
 * @param scopeOf the scope of a cross position; null where all are isolated
 * @param bankrupt number of the position taken over: the other leg of its account is not eligible
 */
export function eligibleCandidates(
  accounts: Accounts,
  terms: MarginTerms,
  rules: Pick<AdlRules, "eligible">,
  inventory: Inventory,
  markTicks: number,
  needs: readonly AdlColumn[] = [],
  scopeOf: ((account: number) => ScopeOfCandidate) | null = null,
  bankrupt: number | null = null,
): AdlCandidates {
  const needsRequirement = needs.includes("requirement");
  const candidates = emptyCandidates();
  const side = inventory.lots > 0 ? -1 : 1;
  let row = 0;
  for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
    const lots = accounts.positionLots[account] as number;
    if (lots * side <= 0 || accounts.inLiquidation[account] === 1 || account === accounts.cash.vault) continue;
    if (bankrupt !== null && isOtherLeg(accounts, account, bankrupt)) continue;
    const scope = accounts.isCross[account] === 1 && scopeOf !== null ? scopeOf(account) : null;
    const margin = scope === null ? (accounts.margin[account] as number) : scope.apart;
    if (!staysSolvent(lots, accounts.entryValue[account] as number, margin, inventory)) continue;
    writeCandidate(candidates, row, accounts, terms, account, markTicks, needsRequirement, scope);
    if (rules.eligible !== "profitable" || (candidates.profit[row] as number) > 0) row += 1;
  }
  for (const column of Object.values(candidates)) column.length = Math.min(column.length, row);
  return candidates;
}

/** Whether a position is the other leg of the account of another one (ACCT-4). */
export function isOtherLeg({ cash: { legs } }: Accounts, number: number, bankrupt: number): boolean {
  return number !== bankrupt && legs.ownerOf(number) === legs.ownerOf(bankrupt);
}

/** Candidates in the making. */
type CandidateColumns = { -readonly [Name in keyof AdlCandidates]: number[] };

/**
 * Writes an account's position into a row: one that is there, or the one after the last.
 * @param scope of a cross position; null for an isolated one
 */
export function writeCandidate(
  columns: CandidateColumns,
  row: number,
  accounts: Accounts,
  terms: MarginTerms,
  account: number,
  markTicks: number,
  needsRequirement: boolean,
  scope: ScopeOfCandidate | null = null,
): void {
  const lots = accounts.positionLots[account] as number;
  const entry = accounts.entryValue[account] as number;
  const size = Math.abs(lots);
  const value = valueOf(terms.instrument, markTicks, size);
  const profit = profitAt(lots, entry, value);
  columns.account[row] = account;
  columns.lots[row] = size;
  columns.entryValue[row] = entry;
  columns.value[row] = value;
  columns.profit[row] = profit;
  columns.equity[row] = scope === null ? (accounts.margin[account] as number) + profit : scope.equity;
  columns.leverageHundredths[row] = accounts.leverageHundredths[account] as number;
  // An isolated position is its whole scope.
  columns.grossNotional[row] = scope === null ? value : scope.grossNotional;
  if (needsRequirement) columns.requirement[row] = scope === null ? requirement(terms, lots, value) : scope.requirement;
}

/** Columns without a row. */
export function emptyCandidates(): CandidateColumns {
  const column = (): number[] => [];
  return {
    ...{ account: column(), lots: column(), entryValue: column(), value: column(), profit: column(), equity: column() },
    ...{ leverageHundredths: column(), grossNotional: column(), requirement: column() },
  };
}

/** True when margin + profit of closing all of a position at the inventory's price is ≥ 0. */
export function staysSolvent(lots: number, entry: number, margin: number, inventory: Inventory): boolean {
  const size = Math.abs(lots);
  const roughly = (inventory.value / Math.abs(inventory.lots)) * size;
  const equity = margin + profitAt(lots, entry, roughly);
  // The double is right to far less than this; only closer calls are worth an exact product.
  if (Math.abs(equity) > 1 + roughly * CLOSE_CALL) return equity > 0;
  return margin + profitAt(lots, entry, valueShare(inventory, size)) >= 0;
}
