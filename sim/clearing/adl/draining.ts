/**
 * Draining policies: each lot comes from the scope whose leverage is then the largest, as
 * it stands after the lots before: what is left of the value over equity, which falls by
 * what closing off mark costs (arXiv 2603.15963: minimises the largest leverage left).
 */
import { closeLotByLot, type LotScores } from "./lot-by-lot.ts";
import type { AdlCandidates, AdlColumn, AdlPolicy } from "./policy.ts";
import { winnersAndOthers } from "./queue.ts";

/** Doubles err by far less than this part of what they are differences of. */
const OWN_DOUBT = 1e-13;

/** @param notionalOf value at mark that counts for a candidate's leverage before anything is closed */
export function drainingPolicy(
  needs: readonly AdlColumn[],
  notionalOf: (candidates: AdlCandidates, candidate: number) => number,
): AdlPolicy {
  return {
    needs,
    choose(request, candidates) {
      const { lots, value, equity } = candidates;
      // A long is closed by selling: it loses what the price is below mark.
      const cost = request.bankruptSide < 0 ? request.markValue - request.priceValue : request.priceValue - request.markValue;
      const leverage: LotScores = {
        // As one fraction: (notional − worth × closed ÷ held) ÷ (equity − cost × closed ÷ lots asked).
        exact(candidate, closed) {
          const [held, worth] = [lots[candidate] as number, value[candidate] as number];
          const left = BigInt(notionalOf(candidates, candidate)) * BigInt(held) - BigInt(worth) * BigInt(closed);
          const own = BigInt(equity[candidate] as number) * BigInt(request.lots) - BigInt(cost) * BigInt(closed);
          return { over: [left, request.lots], under: [own > 0n ? own : 0n, held] };
        },
        rough(candidate, closed) {
          const [held, worth] = [lots[candidate] as number, value[candidate] as number];
          const left = notionalOf(candidates, candidate) - worth + (worth * (held - closed)) / held;
          const own = (equity[candidate] as number) - (cost * closed) / request.lots;
          // What is left of equity may be a small difference of large numbers: rather too much of it.
          const doubt = OWN_DOUBT * (Math.abs(equity[candidate] as number) + Math.abs(cost));
          return own + doubt > 0 ? left / (own + doubt) : Number.MAX_VALUE;
        },
      };
      const [winners, others] = winnersAndOthers(candidates);
      const fills = closeLotByLot(request.lots, candidates, winners, leverage);
      const open = request.lots - fills.reduce((sum, fill) => sum + fill.lots, 0);
      return [...fills, ...closeLotByLot(open, candidates, others, leverage)];
    },
  };
}
