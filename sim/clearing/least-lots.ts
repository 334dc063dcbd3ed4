/** The least size of a reduction that is enough (LIQ-3), for any kind of scope. */

/**
 * The least lots to close that cure a position; all of it when none do. Between two edges of
 * tiers closing more helps throughout or, where the fee is more than the requirement that it
 * frees, not at all: so only the edges are tried, and the stretch behind the first that cures.
 * @param all lots of the position
 * @param tierLots the largest size of each tier that has one
 */
export function leastLots(all: number, tierLots: readonly number[], cures: (lots: number) => boolean): number {
  let from = 1;
  for (const to of edgesOf(all, tierLots)) {
    if (to < from) continue;
    if (cures(from)) return from;
    if (cures(to)) return bisect(from, to, cures);
    from = to + 1;
  }
  return all;
}

/** Sizes to close after which the rest stands in the next tier, and the whole. */
function edgesOf(all: number, tierLots: readonly number[]): number[] {
  const edges = [all - 1, all];
  // Rounding to whole quanta may shift the edge of a value by a lot.
  for (const rest of tierLots) for (const near of [rest + 1, rest, rest - 1]) edges.push(all - near - 1, all - near);
  return [...new Set(edges)].filter((lots) => lots >= 1).sort((a, b) => a - b);
}

function bisect(from: number, to: number, cures: (lots: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (cures(middle)) high = middle;
    else low = middle;
  }
  return high;
}
