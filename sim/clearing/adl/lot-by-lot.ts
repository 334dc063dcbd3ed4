/**
 * Lot-by-lot policies: each lot comes from whoever's score is the highest at that moment.
 * Not done one at a time: every candidate first gives the lots that are certainly among
 * those asked, found by a bound in doubles; then, exactly, runs of lots of one candidate
 * until it no longer stands first.
 */
import { sink } from "./heap.ts";
import type { AdlCandidates, AdlFill } from "./policy.ts";
import { byAccount } from "./queue.ts";
import { compareScores, type Score, toNumber } from "./score.ts";

/**
 * Score of a candidate that has closed so many lots. Along its own lots it falls or rises
 * throughout; whose score rises gives all its lots once it has given one.
 */
export interface LotScores {
  exact(candidate: number, closed: number): Score;
  /** The same as a double, to a billionth of itself; where it cannot be told so well, less. */
  rough(candidate: number, closed: number): number;
}

const HALVINGS = 100;
/** More than a rough score errs, as a part of itself. */
const SLACK = 1e-8;

/** @param queued the candidates that may give, none twice */
export function closeLotByLot(lots: number, candidates: AdlCandidates, queued: readonly number[], scores: LotScores): AdlFill[] {
  const held = candidates.lots;
  const closed = new Array<number>(held.length).fill(0);
  const all = queued.reduce((sum, candidate) => sum + (held[candidate] as number), 0);
  let open = Math.min(lots, all);
  for (const [candidate, given] of certainLots(open, candidates, queued, scores)) {
    closed[candidate] = given;
    open -= given;
  }
  const isFirst = (a: number, closedA: number, b: number, closedB: number) =>
    (compareScores(scores.exact(b, closedB), scores.exact(a, closedA)) || byAccount(candidates, a, b)) < 0;
  const waiting = queued.filter((candidate) => (closed[candidate] as number) < (held[candidate] as number));
  const precedes = (a: number, b: number) => isFirst(a, closed[a] as number, b, closed[b] as number);
  for (let place = (waiting.length >> 1) - 1; place >= 0; place--) sink(waiting, place, precedes);
  while (open > 0) {
    const candidate = waiting[0] as number;
    const rival = runnerUp(waiting, precedes);
    const before = closed[candidate] as number;
    const most = Math.min(open, (held[candidate] as number) - before);
    const stays = (given: number) => rival === -1 || isFirst(candidate, before + given, rival, closed[rival] as number);
    const given = runOf(most, stays);
    closed[candidate] = before + given;
    open -= given;
    if (closed[candidate] === held[candidate]) {
      const last = waiting.pop() as number;
      if (waiting.length > 0) waiting[0] = last;
    }
    if (waiting.length > 0) sink(waiting, 0, precedes);
  }
  return queued
    .filter((candidate) => (closed[candidate] as number) > 0)
    .map((candidate) => ({ candidate, lots: closed[candidate] as number, score: toNumber(scores.exact(candidate, 0)) }))
    .sort((a, b) => b.score - a.score || byAccount(candidates, a.candidate, b.candidate));
}

/** The longest run of 1 to `most` lots before each of which a candidate stands first, given that it does before the first. */
function runOf(most: number, stays: (given: number) => boolean): number {
  let [low, high] = [1, most + 1];
  if (most > 1 && !stays(1)) return 1;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (stays(middle - 1)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * What each candidate gives before its score falls to a bound so high that they give no
 * more than is asked together. Fewer than really come first do no harm: the rest is exact.
 */
function certainLots(
  lots: number,
  candidates: AdlCandidates,
  queued: readonly number[],
  scores: LotScores,
): (readonly [candidate: number, lots: number])[] {
  const held = (candidate: number) => candidates.lots[candidate] as number;
  const rises = queued.map((candidate) => compareScores(scores.exact(candidate, held(candidate) - 1), scores.exact(candidate, 0)) >= 0);
  const above = (place: number, bound: number): number => {
    const candidate = queued[place] as number;
    const reaches = (closed: number) => scores.rough(candidate, closed) > bound + SLACK * Math.abs(bound);
    if (!reaches(0)) return 0;
    return rises[place] === true ? held(candidate) : runOf(held(candidate), reaches);
  };
  const givenAt = (bound: number) => queued.reduce((sum, _, place) => sum + above(place, bound), 0);
  let high = queued.reduce((most, candidate) => Math.max(most, finite(scores.rough(candidate, 0))), 0);
  let low = queued.reduce((least, candidate) => Math.min(least, finite(scores.rough(candidate, held(candidate) - 1))), 0);
  let given = givenAt(high);
  if (given > lots) return [];
  // A lot a candidate is soon given exactly: no need to come nearer.
  for (let halving = 0; halving < HALVINGS && lots - given > queued.length; halving++) {
    const middle = low + (high - low) / 2;
    const sum = givenAt(middle);
    if (sum > lots) low = middle;
    else {
      high = middle;
      given = sum;
    }
  }
  return queued.map((candidate, place) => [candidate, above(place, high)] as const);
}

function finite(key: number): number {
  return Number.isFinite(key) ? key : 0;
}

/** The second of a heap, −1 when there is none. */
function runnerUp(heap: readonly number[], precedes: (a: number, b: number) => boolean): number {
  if (heap.length < 2) return -1;
  const [, left, right] = heap as readonly [number, number, number?];
  return right !== undefined && precedes(right, left) ? right : left;
}
