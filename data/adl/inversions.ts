/** Order inversions against profit, of what a policy closed. */
import { compareProducts } from "../../sim/venue/whole.ts";

/** A position with an open profit. */
export interface ClosedWinner {
  /** Unrealised profit at mark before, quanta; positive. */
  readonly profit: number;
  readonly lots: number;
  readonly closed: number;
}

/**
 * Pairs of winners of which the one with less profit had the larger part of its position
 * closed. Those not touched count as closed to 0; equal profits and equal parts are no
 * inversion. O(n log n): winners in order of profit, a tree of counts over the ranks of their parts.
 */
export function countInversions(winners: readonly ClosedWinner[]): number {
  const ranks = ranksOf(winners);
  const order = winners.map((_, index) => index).sort((a, b) => (winners[a] as ClosedWinner).profit - (winners[b] as ClosedWinner).profit);
  const counts = new Float64Array(winners.length + 1);
  let seen = 0;
  let inversions = 0;
  for (let from = 0; from < order.length; ) {
    const { profit } = winners[order[from] as number] as ClosedWinner;
    let to = from;
    for (; to < order.length && (winners[order[to] as number] as ClosedWinner).profit === profit; to++) {
      inversions += seen - countUpTo(counts, ranks[order[to] as number] as number);
    }
    // Only then are they counted: equal profits are no pair.
    for (; from < to; from++, seen++) increment(counts, ranks[order[from] as number] as number);
  }
  return inversions;
}

/** Ranks from 1 of the parts closed, equal parts the same, compared exactly. */
function ranksOf(winners: readonly ClosedWinner[]): number[] {
  const compare = (a: number, b: number) => {
    const [left, right] = [winners[a] as ClosedWinner, winners[b] as ClosedWinner];
    return compareProducts(left.closed, right.lots, right.closed, left.lots);
  };
  const order = winners.map((_, index) => index).sort(compare);
  const ranks = new Array<number>(winners.length).fill(1);
  for (let place = 1; place < order.length; place++) {
    const [before, here] = [order[place - 1] as number, order[place] as number];
    ranks[here] = (ranks[before] as number) + (compare(before, here) === 0 ? 0 : 1);
  }
  return ranks;
}

/** How many are counted at ranks of at most `rank`, in a Fenwick tree. */
function countUpTo(counts: Float64Array, rank: number): number {
  let count = 0;
  for (let at = rank; at > 0; at -= at & -at) count += counts[at] as number;
  return count;
}

function increment(counts: Float64Array, rank: number): void {
  for (let at = rank; at < counts.length; at += at & -at) counts[at] = (counts[at] as number) + 1;
}
