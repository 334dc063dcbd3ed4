/**
 * ADL policy `return-over-margin-ratio` (as OKX ranks, in the words of S2's venue): profit
 * rate r = profit / entry value, margin ratio ρ = equity / requirement of the scope.
 * Winners by r / ρ, losers by r × ρ; a scope that nothing is required of comes last.
 */
import { queuePolicy } from "./queue.ts";

export const returnOverMarginRatio = queuePolicy(["requirement"], ({ profit, entryValue, equity, requirement }, candidate) => {
  const [gain, entry, needed] = [profit[candidate] as number, entryValue[candidate] as number, requirement[candidate] as number];
  const own = Math.max(0, equity[candidate] as number);
  // Its margin ratio has no bound: a winner's score is 0, a loser's below any other.
  if (needed === 0) return gain > 0 ? { over: [0], under: [1] } : { over: [-1], under: [0] };
  return gain > 0 ? { over: [gain, needed], under: [entry, own] } : { over: [gain, own], under: [entry, needed] };
});
