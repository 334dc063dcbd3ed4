/**
 * Haircut policies: a part h of each position is closed, 0 to 1, nearest to where the
 * parts are to begin from (least squares), with Σ lots × h what is asked. Fixed-point
 * arithmetic, in billionths; then whole lots, the largest fractions first.
 */
import type { AdlCandidates, AdlFill } from "./policy.ts";
import { byAccount, winnersAndOthers } from "./queue.ts";

/** One, in the fixed point of haircuts. */
export const WHOLE_HAIRCUT = 1_000_000_000;
const ONE = BigInt(WHOLE_HAIRCUT);

/** Haircuts of some candidates, billionths. */
export interface Haircuts {
  readonly haircut: readonly number[];
  readonly lots: readonly number[];
}

/**
 * h = clip(begin + λ × lots, 0, 1) with λ such that Σ lots × h = asked, found by halving.
 * @param begin where each part begins, billionths; may lie outside 0 to 1
 * @param asked at most the sum of all lots
 */
export function projectHaircuts(asked: number, lots: readonly number[], begin: readonly number[]): Haircuts {
  const widest = lots.reduce((most, held) => Math.max(most, held), 1);
  // λ in billionths per lot, with this many more places: fine enough for the largest position to come out to the lot.
  const places = BigInt(widest) * 1024n;
  const haircutAt = (lambda: bigint, place: number): bigint => {
    const moved = BigInt(begin[place] as number) + (lambda * BigInt(lots[place] as number)) / places;
    return moved < 0n ? 0n : moved > ONE ? ONE : moved;
  };
  const closedAt = (lambda: bigint) => lots.reduce((sum, held, place) => sum + BigInt(held) * haircutAt(lambda, place), 0n);
  const target = BigInt(asked) * ONE;
  let low = -2n * ONE * places;
  let high = 2n * ONE * places;
  // The least λ that closes at least what is asked.
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (closedAt(middle) >= target) high = middle;
    else low = middle;
  }
  const haircut = lots.map((_, place) => Number(haircutAt(high, place)));
  return { haircut, lots: wholeLots(asked, lots, haircut) };
}

/** Lots × haircut as whole lots that sum to what is asked: floors, then one more to the largest fractions, or less to the smallest. */
function wholeLots(asked: number, lots: readonly number[], haircut: readonly number[]): number[] {
  const exact = lots.map((held, place) => BigInt(held) * BigInt(haircut[place] as number));
  const closed = exact.map((product) => Number(product / ONE));
  let open = asked - closed.reduce((sum, part) => sum + part, 0);
  const order = exact.map((_, place) => place);
  order.sort((a, b) => Number((exact[b] as bigint) % ONE) - Number((exact[a] as bigint) % ONE) || a - b);
  for (let round = 0; open > 0; round++) {
    const place = order[round % order.length] as number;
    if ((closed[place] as number) < (lots[place] as number)) {
      closed[place] = (closed[place] as number) + 1;
      open -= 1;
    }
  }
  for (let round = 0; open < 0; round++) {
    const place = order[order.length - 1 - (round % order.length)] as number;
    if ((closed[place] as number) > 0) {
      closed[place] = (closed[place] as number) - 1;
      open += 1;
    }
  }
  return closed;
}

/**
 * Haircuts of winners, and of losers with what is left of the request.
 * @param beginOf where a candidate's part begins, billionths
 */
export function chooseByHaircut(
  lots: number,
  candidates: AdlCandidates,
  beginOf: (candidate: number) => number,
): { readonly fills: AdlFill[]; readonly haircutOf: ReadonlyMap<number, number> } {
  const haircutOf = new Map<number, number>();
  const fills: AdlFill[] = [];
  let open = lots;
  for (const kin of winnersAndOthers(candidates)) {
    const held = kin.map((candidate) => candidates.lots[candidate] as number);
    const asked = Math.min(
      open,
      held.reduce((sum, one) => sum + one, 0),
    );
    if (asked === 0) continue;
    const result = projectHaircuts(asked, held, kin.map(beginOf));
    kin.forEach((candidate, place) => {
      const score = (result.haircut[place] as number) / WHOLE_HAIRCUT;
      haircutOf.set(candidate, result.haircut[place] as number);
      if ((result.lots[place] as number) > 0) fills.push({ candidate, lots: result.lots[place] as number, score });
    });
    open -= asked;
  }
  const isWinner = (candidate: number) => ((candidates.profit[candidate] as number) > 0 ? 0 : 1);
  fills.sort(
    (a, b) => isWinner(a.candidate) - isWinner(b.candidate) || b.score - a.score || byAccount(candidates, a.candidate, b.candidate),
  );
  return { fills, haircutOf };
}
