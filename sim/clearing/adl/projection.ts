/**
 * ADL policy `projection` (the published run of arXiv 2602.15182): one Euclidean projection
 * an event, without memory: haircuts nearest to none at all that close what is asked.
 */
import { chooseByHaircut } from "./haircuts.ts";
import type { AdlPolicy } from "./policy.ts";

export const projection: AdlPolicy = {
  needs: [],
  choose: ({ lots }, candidates) => chooseByHaircut(lots, candidates, () => 0).fills,
};
