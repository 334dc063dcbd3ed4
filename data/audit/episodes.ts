/** Episodes rebuilt from cascades (CASC-2): those that overlap in time, whatever their instruments, joined. */
import type { Store } from "../store/store.ts";
import { eachRow } from "./each-row.ts";
import type { Findings } from "./findings.ts";

/** A tree of liquidations, as far as episodes need it. */
export interface Tree {
  readonly instrument: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly liquidations: number;
  readonly accounts: ReadonlySet<number>;
  readonly notional: bigint;
  readonly depth: number;
}

/**
 * The episode of each tree. What is joined is one stretch of time, so a tree begins a new one when
 * nothing that began before it lasts until then.
 * @param trees in order of their beginnings
 */
export function episodeNumbers(trees: readonly Pick<Tree, "firstUs" | "lastUs">[]): number[] {
  let [episode, lastUs] = [-1, Number.NEGATIVE_INFINITY];
  return trees.map((tree) => {
    if (tree.firstUs > lastUs) episode += 1;
    lastUs = Math.max(lastUs, tree.lastUs);
    return episode;
  });
}

/**
 * Compares the table with the trees.
 * @param numbers the episode of each tree
 * @returns rows of the table
 */
export async function compareEpisodes(
  store: Store,
  trees: readonly Tree[],
  numbers: readonly number[],
  findings: Findings,
): Promise<number> {
  const episodes: Tree[][] = [];
  trees.forEach((tree, place) => {
    const number = numbers[place] as number;
    episodes[number] = [...(episodes[number] ?? []), tree];
  });
  const count = await eachRow(store, "episodes", "episode", findings, (row, number) => {
    const episode = episodes[number];
    if (episode === undefined) findings.note(`episodes, episode ${number}`, "no cascades make it");
    else findings.compare(`episodes, episode ${number}`, row, cellsOf(episode));
  });
  if (count < episodes.length) findings.note("episodes", `${count} rows for ${episodes.length} episodes of cascades`);
  return count;
}

function cellsOf(trees: readonly Tree[]) {
  return {
    first_time_us: (trees[0] as Tree).firstUs,
    last_time_us: trees.reduce((last, tree) => Math.max(last, tree.lastUs), 0),
    cascades: trees.length,
    instruments: new Set(trees.map(({ instrument }) => instrument)).size,
    liquidations: trees.reduce((sum, { liquidations }) => sum + liquidations, 0),
    accounts: new Set(trees.flatMap(({ accounts }) => [...accounts])).size,
    notional_quanta: trees.reduce((sum, { notional }) => sum + notional, 0n),
    depth: trees.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
  };
}
