/**
 * ADL policy `min-max-haircut` (arXiv 2602.15182, its benchmark): lot by lot to whoever
 * would then have lost the least part of its profit; what a lot loses against mark is the
 * same for all, so that closed lots ÷ profit decides. Losers last, the largest first.
 */
import { closeLotByLot } from "./lot-by-lot.ts";
import type { AdlPolicy } from "./policy.ts";
import { largestFirst } from "./proportional.ts";
import { winnersAndOthers } from "./queue.ts";

export const minMaxHaircut: AdlPolicy = {
  needs: [],
  choose({ lots }, candidates) {
    const { profit } = candidates;
    const [winners, others] = winnersAndOthers(candidates);
    // The least share comes first: the score is its negative.
    const fills = closeLotByLot(lots, candidates, winners, {
      exact: (candidate, closed) => ({ over: [-(closed + 1)], under: [profit[candidate] as number] }),
      rough: (candidate, closed) => -(closed + 1) / (profit[candidate] as number),
    });
    const open = lots - fills.reduce((sum, fill) => sum + fill.lots, 0);
    return [...fills, ...largestFirst(open, candidates, others)];
  },
};
