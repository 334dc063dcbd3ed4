/**
 * Levies as they should be (FUND-4): who bears how much of an uncovered loss by a worse
 * entry value, from the rebuilt books of the instrument alone.
 */
import { FIRST_TRADER } from "./books.ts";
import { least, magnitude, most, shareOut } from "./exact.ts";
import type { Standing } from "./standing.ts";
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

/**
 * Those of a loss at a time, by account.
 * @param recorded levies: where more is levied of a cross scope than was, its open orders, which no table of balances tells of, let it bear no more
 */
export function leviesOf(traded: Traded, timeUs: number, loss: bigint, standing: Standing, recorded: ReadonlyMap<number, bigint>): Levy[] {
  if (traded.terms.residual === "house") return [];
  let bearers = bearersOf(traded, timeUs, standing);
  for (;;) {
    const levies = share(loss, bearers);
    const bound = new Map<number, bigint>();
    for (const { account, amount } of levies) {
      const most = recorded.get(account) ?? 0n;
      const mayBearLess =
        traded.terms.residual === "per-open-interest" && traded.books.isCross[account] === 1 && standing.hasOrders(account);
      if (mayBearLess && amount > most) bound.set(account, most);
    }
    if (bound.size === 0) return levies.filter(({ amount }) => amount > 0n).sort((a, b) => a.account - b.account);
    bearers = bearers.map((bearer) => ({ ...bearer, most: bound.get(bearer.account) ?? bearer.most }));
  }
}

function bearersOf({ books, terms, marks, vault }: Traded, timeUs: number, standing: Standing): Bearer[] {
  const bearers: Bearer[] = [];
  for (let account = FIRST_TRADER; account < books.count; account++) {
    const lots = books.lots[account] as bigint;
    if (lots === 0n || account === vault?.account) continue;
    const entry = books.entry[account] as bigint;
    const profit = profitOf(terms, lots, entry, valueAt(terms, marks.at(timeUs), lots));
    if (terms.residual === "pro-rata-profit") {
      if (profit > 0n) bearers.push({ account, profit, weight: profit, most: profit });
    } else {
      const equity = books.isCross[account] === 1 ? standing.mostEquity(account, timeUs) : (books.margin[account] as bigint) + profit;
      const bound = most(0n, lots < 0n ? least(equity, entry) : equity);
      bearers.push({ account, profit, weight: magnitude(lots), most: bound });
    }
  }
  return bearers;
}

/** By weight; those who cannot bear their part bear what they can, and the rest is shared again by the others. */
function share(loss: bigint, bearers: readonly Bearer[]): Levy[] {
  const weight = bearers.reduce((sum, bearer) => sum + bearer.weight, 0n);
  if (weight === 0n) return [];
  const isBound = (bearer: Bearer) => loss * bearer.weight > bearer.most * weight;
  const bound = bearers.filter(isBound);
  if (bound.length === 0) return shareWhole(loss, bearers);
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
function shareWhole(loss: bigint, bearers: readonly Bearer[]): Levy[] {
  const parts = shareOut(
    loss,
    bearers.map(({ weight }) => weight),
  );
  return bearers.map(({ account, profit }, place) => ({ account, profit, amount: parts[place] as bigint }));
}
