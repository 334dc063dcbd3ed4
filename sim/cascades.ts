/**
 * Cascades (CASC-2): trees of at least two liquidations in which each but the root was
 * induced by the displacement of its parent.
 */
import type { Liquidations } from "./clearing/liquidations.ts";
import type { Displacement } from "./market/displacement.ts";

export interface Cascade {
  /** The liquidation that started it. */
  readonly root: number;
  readonly firstTimeUs: number;
  /** Last closing in the tree; the last trigger while something is open. */
  readonly lastTimeUs: number;
  readonly liquidations: number;
  readonly accounts: number;
  readonly notionalQuanta: number;
  /** Generations after the root. */
  readonly depth: number;
  readonly displacementTicks: number;
}

/** All cascades, in order of their root's trigger. */
export function cascadesOf(liquidations: Liquidations, displacement: Displacement): Cascade[] {
  const rootOf: number[] = [];
  const generationOf: number[] = [];
  const members = new Map<number, number[]>();
  liquidations.starts.forEach((start, liquidation) => {
    // A parent triggered earlier, so its root and generation are known.
    const root = start.parent < 0 ? liquidation : (rootOf[start.parent] as number);
    rootOf.push(root);
    generationOf.push(start.parent < 0 ? 0 : (generationOf[start.parent] as number) + 1);
    const tree = members.get(root);
    if (tree === undefined) members.set(root, [liquidation]);
    else tree.push(liquidation);
  });
  const cascades: Cascade[] = [];
  for (const [root, tree] of members) {
    if (tree.length > 1) cascades.push(measure(root, tree, generationOf, liquidations, displacement));
  }
  return cascades;
}

function measure(
  root: number,
  tree: readonly number[],
  generationOf: readonly number[],
  liquidations: Liquidations,
  displacement: Displacement,
): Cascade {
  const { starts, endTimeUs } = liquidations;
  const accounts = new Set<number>();
  let notionalQuanta = 0;
  let lastTimeUs = 0;
  let depth = 0;
  let displacementTicks = 0;
  for (const liquidation of tree) {
    const start = starts[liquidation] as (typeof starts)[number];
    const end = endTimeUs[liquidation] as number;
    accounts.add(start.account);
    notionalQuanta += start.notional;
    lastTimeUs = Math.max(lastTimeUs, start.timeUs, Number.isNaN(end) ? 0 : end);
    depth = Math.max(depth, generationOf[liquidation] as number);
    displacementTicks += displacement.totalTicks(liquidation);
  }
  return {
    root,
    firstTimeUs: (starts[root] as (typeof starts)[number]).timeUs,
    lastTimeUs,
    liquidations: tree.length,
    accounts: accounts.size,
    notionalQuanta,
    depth,
    displacementTicks,
  };
}
