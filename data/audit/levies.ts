/**
 * Levies as they should be (FUND-4): who bears how much of an uncovered loss by a worse
 * entry value, from the rebuilt books of the instrument alone.
 */
import { FIRST_TRADER } from "./books.ts";
import { least, magnitude, most } from "./exact.ts";
import type { Traded } from "./traded.ts";
import { profitOf, valueAt } from "./valuation.ts";

export interface Levy {
  readonly account: number;
  /** Open profit before. */
  readonly profit: bigint;
  readonly amount: bigint;
}

/** One who may bear some. */
interface Bearer {
  readonly account: number;
  readonly profit: bigint;
  readonly weight: bigint;
  readonly most: bigint;
}

/** Those of a loss at a mark, by account. */
export function leviesOf({ books, terms, vault }: Traded, mark: bigint, loss: bigint): Levy[] {
  if (terms.residual === "house") return [];
  const bearers: Bearer[] = [];
  for (let account = FIRST_TRADER; account < books.count; account++) {
    const lots = books.lots[account] as bigint;
    if (lots === 0n || account === vault?.account) continue;
    const entry = books.entry[account] as bigint;
    const profit = profitOf(terms, lots, entry, valueAt(terms, mark, lots));
    const equity = (books.margin[account] as bigint) + profit;
    if (terms.residual === "pro-rata-profit") {
      if (profit > 0n) bearers.push({ account, profit, weight: profit, most: profit });
    } else {
      const bound = most(0n, lots < 0n ? least(equity, entry) : equity);
      bearers.push({ account, profit, weight: magnitude(lots), most: bound });
    }
  }
  return share(loss, bearers)
    .filter(({ amount }) => amount > 0n)
    .sort((a, b) => a.account - b.account);
}

/** By weight; those who cannot bear their part bear what they can, and the rest is shared again by the others. */
function share(loss: bigint, bearers: readonly Bearer[]): Levy[] {
  const weight = bearers.reduce((sum, bearer) => sum + bearer.weight, 0n);
  if (weight === 0n) return [];
  const isBound = (bearer: Bearer) => loss * bearer.weight > bearer.most * weight;
  const bound = bearers.filter(isBound);
  if (bound.length === 0) return shareWhole(loss, bearers, weight);
  const borne = bound.map(({ account, profit, most: amount }) => ({ account, profit, amount }));
  const rest = loss - borne.reduce((sum, { amount }) => sum + amount, 0n);
  return [
    ...borne,
    ...share(
      rest,
      bearers.filter((bearer) => !isBound(bearer)),
    ),
  ];
}

/** Every part rounded down, the quanta left over to the largest remainders, of equal ones to the lowest account (UNIT-3). */
function shareWhole(loss: bigint, bearers: readonly Bearer[], weight: bigint): Levy[] {
  const parts = bearers.map((bearer) => ({ bearer, down: (loss * bearer.weight) / weight, remainder: (loss * bearer.weight) % weight }));
  let over = loss - parts.reduce((sum, { down }) => sum + down, 0n);
  const byRemainder = [...parts].sort((a, b) => {
    if (a.remainder === b.remainder) return a.bearer.account - b.bearer.account;
    return a.remainder > b.remainder ? -1 : 1;
  });
  return byRemainder.map(({ bearer: { account, profit }, down }) => {
    const amount = over > 0n ? down + 1n : down;
    over -= 1n;
    return { account, profit, amount };
  });
}
