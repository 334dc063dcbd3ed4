/**
 * Proportional policies: every candidate gives lots in proportion to a weight, none more
 * than it holds; winners first, losers with what is left of the request. Exact: the
 * common factor is a rational, floors are taken of exact shares, and what they leave goes
 * to the largest fractions.
 */
import type { AdlCandidates, AdlFill, AdlPolicy } from "./policy.ts";
import { byAccount, serveQueue, winnersAndOthers } from "./queue.ts";
import { compareScores } from "./score.ts";

/** A policy that shares a request by a weight; those without one give last, the largest positions first. */
export function proportionalPolicy(weightOf: (candidates: AdlCandidates, candidate: number) => number): AdlPolicy {
  return {
    needs: [],
    choose({ lots }, candidates) {
      const isWeighty = (candidate: number) => weightOf(candidates, candidate) > 0;
      const fills: AdlFill[] = [];
      let open = lots;
      for (const kin of winnersAndOthers(candidates)) {
        const weighty = kin.filter(isWeighty);
        const weights = weighty.map((candidate) => weightOf(candidates, candidate));
        const holdings = weighty.map((candidate) => candidates.lots[candidate] as number);
        shareByWeight(open, weights, holdings).forEach((share, place) => {
          if (share > 0) fills.push({ candidate: weighty[place] as number, lots: share, score: weights[place] as number });
          open -= share;
        });
        const rest = kin.filter((candidate) => !isWeighty(candidate));
        for (const fill of largestFirst(open, candidates, rest)) {
          fills.push(fill);
          open -= fill.lots;
        }
      }
      return fills;
    },
  };
}

/** Fills of a queue by size, largest first. */
export function largestFirst(open: number, candidates: AdlCandidates, queued: readonly number[]): AdlFill[] {
  const { lots } = candidates;
  const bySize = (a: number, b: number) => (lots[b] as number) - (lots[a] as number) || byAccount(candidates, a, b);
  return serveQueue({ lots: open }, candidates, bySize, (candidate) => lots[candidate] as number, queued);
}

/**
 * x = min(holding, λ × weight) with λ such that all x sum to `lots`, or to all holdings
 * where those are fewer; floors, then one lot more to the largest fractions, ties to the lowest place.
 * @param weights positive safe integers
 */
export function shareByWeight(lots: number, weights: readonly number[], holdings: readonly number[]): number[] {
  const order = weights.map((_, place) => place);
  // Those that give all they hold are the ones with the least holding per weight.
  order.sort(
    (a, b) =>
      compareScores(
        { over: [holdings[a] as number], under: [weights[a] as number] },
        { over: [holdings[b] as number], under: [weights[b] as number] },
      ) || a - b,
  );
  const shares = new Array<number>(weights.length).fill(0);
  let weight = weights.reduce((sum, one) => sum + BigInt(one), 0n);
  let open = BigInt(lots);
  let first = 0;
  for (; first < order.length; first++) {
    const place = order[first] as number;
    // All of it is given while λ = open ÷ weight reaches its holding per weight.
    if (open * BigInt(weights[place] as number) < BigInt(holdings[place] as number) * weight) break;
    shares[place] = holdings[place] as number;
    open -= BigInt(shares[place] as number);
    weight -= BigInt(weights[place] as number);
  }
  const uncapped = order.slice(first).sort((a, b) => a - b);
  const fractions = new Map<number, bigint>();
  let left = open;
  for (const place of uncapped) {
    const exact = open * BigInt(weights[place] as number);
    shares[place] = Number(exact / weight);
    fractions.set(place, exact % weight);
    left -= exact / weight;
  }
  const byFraction = (a: number, b: number) => {
    const difference = (fractions.get(b) as bigint) - (fractions.get(a) as bigint);
    return difference > 0n ? 1 : difference < 0n ? -1 : a - b;
  };
  for (const place of uncapped.sort(byFraction).slice(0, first < order.length ? Number(left) : 0)) {
    shares[place] = (shares[place] as number) + 1;
  }
  return shares;
}
