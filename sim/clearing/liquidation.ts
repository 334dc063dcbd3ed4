/**
 * Liquidation, decided purely: which scopes fail at a mark and in which order (LIQ-1),
 * and on what terms the engine takes a position over (LIQ-4).
 */
import { valueOf } from "../venue/instrument.ts";
import type { Accounts } from "./accounts.ts";
import {
  bankruptcyValue,
  compareRatios,
  feeOn,
  isAtRisk,
  limitTicks,
  type MarginTerms,
  type Position,
  profitAt,
  requirementAt,
} from "./margin.ts";

/** The isolated position of an account, as margin arithmetic sees it. */
export function positionOf(accounts: Accounts, account: number): Position {
  return {
    lots: accounts.positionLots[account] as number,
    entryValue: accounts.entryValue[account] as number,
    margin: accounts.margin[account] as number,
  };
}

/** A scope that failed: its equity and requirement at the mark, quanta. */
export interface Failure {
  readonly account: number;
  readonly equity: number;
  readonly requirement: number;
}

/** Of the given accounts those at risk at a mark, in the order of their triggers: lowest ratio first, then account number (LIQ-1). */
export function failingScopes(accounts: Accounts, terms: MarginTerms, candidates: readonly number[], markTicks: number): number[] {
  return failuresAt(terms, candidates, markTicks, (account) => positionOf(accounts, account))
    .sort((a, b) => compareFailures(a, b))
    .map(({ account }) => account);
}

/**
 * Of the given accounts those at risk at a mark, as they come.
 * @param judged the position of an account, with the orders that count
 */
export function failuresAt(
  terms: MarginTerms,
  candidates: readonly number[],
  markTicks: number,
  judged: (account: number) => Position,
): Failure[] {
  const failures: Failure[] = [];
  for (const account of candidates) {
    const position = judged(account);
    if (!isAtRisk(terms, position, markTicks)) continue;
    const value = valueOf(terms.instrument, markTicks, position.lots);
    failures.push({
      account,
      equity: position.margin + profitAt(position.lots, position.entryValue, value),
      requirement: requirementAt(terms, position, markTicks),
    });
  }
  return failures;
}

/**
 * The order among scopes that fail at one instant: lowest ratio first, then account number, then leg (LIQ-1).
 * @param ownerOf the account of a number; left out: nobody hedges
 */
export function compareFailures(a: Failure, b: Failure, ownerOf: (number: number) => number = (number) => number): number {
  return (
    compareRatios(a.equity, a.requirement, b.equity, b.requirement) || ownerOf(a.account) - ownerOf(b.account) || a.account - b.account
  );
}

/** Terms of a takeover at the bankruptcy price (LIQ-4, MARGIN-5). */
export interface Takeover {
  /** Value at which the engine takes the position, quanta. */
  readonly value: number;
  /** Limit of the engine's closing order, ticks. */
  readonly limitTicks: number;
  /** Liquidation fee asked: charged as far as margin is left (ORDER-3), quanta. */
  readonly fee: number;
}

/**
 * On what terms the engine takes a position over in full.
 * @param markTicks where it does so at the mark; null: at bankruptcy
 */
export function takeoverTerms(terms: MarginTerms, position: Position, markTicks: number | null = null): Takeover {
  const value = markTicks === null ? bankruptcyValue(terms, position) : valueOf(terms.instrument, markTicks, position.lots);
  return {
    value,
    limitTicks: limitTicks(terms.instrument, position.lots, value),
    fee: feeOn(value, terms.instrument.fees.liquidation),
  };
}

/** True when the mark lies beyond the takeover value: closing at mark would lose (LIQ-6). */
export function isBreached(terms: MarginTerms, lots: number, value: number, markTicks: number): boolean {
  return profitAt(lots, value, valueOf(terms.instrument, markTicks, lots)) < 0;
}
