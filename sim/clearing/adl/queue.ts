/**
 * Queue policies: one candidate after the other is closed, winners first and by the
 * policy's score, until the request is met. Only as many are ranked as are needed: a
 * heap, not a sort.
 */
import { sink } from "./heap.ts";
import type { AdlCandidates, AdlColumn, AdlFill, AdlPolicy, AdlRequest, ScoreOf } from "./policy.ts";
import { compareExactly, compareRoughly, toNumber } from "./score.ts";

/** Compares two candidates by their indices: negative when the first is closed before the second. */
type Precedence = (a: number, b: number) => number;

/** A policy that closes the highest score first; winners before losers, ties by account number. */
export function queuePolicy(needs: readonly AdlColumn[], scoreOf: ScoreOf): AdlPolicy {
  return {
    needs,
    scoreOf,
    choose(request, candidates) {
      const exact = (candidate: number) => scoreOf(candidates, candidate, request);
      const rough = new Float64Array(candidates.account.length);
      for (let candidate = 0; candidate < rough.length; candidate++) rough[candidate] = toNumber(exact(candidate));
      const byScore = (a: number, b: number) =>
        compareRoughly(rough[b] as number, rough[a] as number) ?? compareExactly(exact(b), exact(a));
      const precedence = (a: number, b: number) => byProfitable(candidates, a, b) || byScore(a, b) || byAccount(candidates, a, b);
      return serveQueue(request, candidates, precedence, (candidate) => rough[candidate] as number);
    },
  };
}

/** Winners, whose unrealised profit is positive, before all others (ADL-3). */
export function byProfitable({ profit }: AdlCandidates, a: number, b: number): number {
  const winnerA = (profit[a] as number) > 0;
  if (winnerA === (profit[b] as number) > 0) return 0;
  return winnerA ? -1 : 1;
}

/** Winners and the others, each by account number, so that the order of rows decides nothing. */
export function winnersAndOthers(candidates: AdlCandidates): readonly [winners: number[], others: number[]] {
  const winners: number[] = [];
  const others: number[] = [];
  const order = candidates.account.map((_, candidate) => candidate).sort((a, b) => byAccount(candidates, a, b));
  for (const candidate of order) ((candidates.profit[candidate] as number) > 0 ? winners : others).push(candidate);
  return [winners, others];
}

/** Ties by account number, then as they stand (one account may have several rows). */
export function byAccount({ account }: AdlCandidates, a: number, b: number): number {
  return (account[a] as number) - (account[b] as number) || a - b;
}

/**
 * Serves a request from a queue.
 * @param precedence a total order: no two candidates may compare equal
 * @param score what the record shows of a candidate's place
 */
export function serveQueue(
  request: Pick<AdlRequest, "lots">,
  candidates: AdlCandidates,
  precedence: Precedence,
  score: (candidate: number) => number,
  queued: readonly number[] = candidates.account.map((_, candidate) => candidate),
): AdlFill[] {
  const heap = queued.slice();
  const precedes = (a: number, b: number) => precedence(a, b) < 0;
  for (let place = (heap.length >> 1) - 1; place >= 0; place--) sink(heap, place, precedes);
  const fills: AdlFill[] = [];
  let open = request.lots;
  while (open > 0 && heap.length > 0) {
    const candidate = heap[0] as number;
    const lots = Math.min(open, candidates.lots[candidate] as number);
    fills.push({ candidate, lots, score: score(candidate) });
    open -= lots;
    const last = heap.pop() as number;
    if (heap.length > 0) {
      heap[0] = last;
      sink(heap, 0, precedes);
    }
  }
  return fills;
}
