/**
 * ADL policy `profit-times-leverage` [S0]: winners are closed in order of unrealised
 * profit × leverage setting; losers, when no winner is left, by profit / leverage, so
 * that the smallest loss per leverage comes first. Ties by account number.
 */
import { compareProducts } from "../../venue/whole.ts";
import type { AdlPolicy } from "./policy.ts";
import { serveQueue } from "./queue.ts";

export const profitTimesLeverage: AdlPolicy = (request, candidates) => {
  const profit = (candidate: number) => candidates.profit[candidate] as number;
  const leverage = (candidate: number) => candidates.leverageHundredths[candidate] as number;
  const byScore = (a: number, b: number) => {
    const winnerA = profit(a) > 0;
    if (winnerA !== profit(b) > 0) return winnerA ? -1 : 1;
    if (winnerA) return compareProducts(profit(b), leverage(b), profit(a), leverage(a));
    return compareProducts(profit(b), leverage(a), profit(a), leverage(b));
  };
  const byAccount = (a: number, b: number) => (candidates.account[a] as number) - (candidates.account[b] as number);
  const score = (candidate: number) =>
    profit(candidate) > 0 ? (profit(candidate) * leverage(candidate)) / 100 : (profit(candidate) * 100) / leverage(candidate);
  return serveQueue(request, candidates, (a, b) => byScore(a, b) || byAccount(a, b), score);
};
