/**
 * ADL policy `mirror-descent` (after arXiv 2602.15182): haircuts nearest to those of the
 * event before, less a step for the account that bore the largest one then, so that waves
 * take turns. The paper leaves the step open: a tenth. An account that is new begins at
 * none.
 */
import { chooseByHaircut, WHOLE_HAIRCUT } from "./haircuts.ts";
import type { AdlMemory, AdlPolicy } from "./policy.ts";

const STEP = WHOLE_HAIRCUT / 10;

export const mirrorDescent: AdlPolicy = {
  needs: [],
  choose({ lots }, candidates, memory) {
    const marked = largestOf(memory);
    const beginOf = (candidate: number) => {
      const account = candidates.account[candidate] as number;
      const before = memory.get(account) ?? 0;
      return account === marked ? before - STEP : before;
    };
    const { fills, haircutOf } = chooseByHaircut(lots, candidates, beginOf);
    for (const [candidate, haircut] of haircutOf) memory.set(candidates.account[candidate] as number, haircut);
    return fills;
  },
};

/** The account with the largest haircut at its last event, the lowest number among equals; −1 when nobody bore any. */
function largestOf(memory: AdlMemory): number {
  let [marked, most] = [-1, 0];
  for (const [account, haircut] of memory) {
    if (haircut > most || (haircut === most && most > 0 && account < marked)) [marked, most] = [account, haircut];
  }
  return marked;
}
