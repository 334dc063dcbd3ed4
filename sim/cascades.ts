/**
 * Cascades (CASC-2): trees of at least two liquidations in which each but the root was
 * induced by the displacement of its parent.
 */
import type { Liquidations } from "./clearing/liquidations.ts";
import type { Table } from "./kernel/table.ts";

export interface Cascade {
  /** The liquidation that started it. */
  readonly root: number;
  /** Number of the instrument: a displacement of its price induced them all. */
  readonly instrument: number;
  readonly firstTimeUs: number;
  /** Last closing in the tree; the last trigger while something is open. */
  readonly lastTimeUs: number;
  /** Its liquidations, in order of trigger. */
  readonly members: readonly number[];
  readonly accounts: number;
  readonly notionalQuanta: number;
  /** Generations after the root. */
  readonly depth: number;
  readonly displacement: Displacement;
}

/** Mark less shadow mark of an instrument where they stood furthest apart from first trigger to last closing. */
export interface Displacement {
  readonly ticks: number;
  /** Ticks ÷ shadow mark there. */
  readonly ratio: number;
}

/**
 * All cascades, in order of their root's trigger.
 * @param marks the table of marks, in order of time
 */
export function cascadesOf(liquidations: Liquidations, marks: Table): Cascade[] {
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
    if (tree.length > 1) cascades.push(measure(root, tree, generationOf, liquidations, marks));
  }
  return cascades;
}

function measure(
  root: number,
  tree: readonly number[],
  generationOf: readonly number[],
  liquidations: Liquidations,
  marks: Table,
): Cascade {
  const { starts, endTimeUs, liquidatedQuanta } = liquidations;
  const accounts = new Set<number>();
  let notionalQuanta = 0;
  let lastTimeUs = 0;
  let depth = 0;
  for (const liquidation of tree) {
    const start = starts[liquidation] as (typeof starts)[number];
    const end = endTimeUs[liquidation] as number;
    accounts.add(start.account);
    notionalQuanta += liquidatedQuanta[liquidation] as number;
    lastTimeUs = Math.max(lastTimeUs, start.timeUs, Number.isNaN(end) ? 0 : end);
    depth = Math.max(depth, generationOf[liquidation] as number);
  }
  const { instrument, timeUs: firstTimeUs } = starts[root] as (typeof starts)[number];
  return {
    root,
    instrument,
    firstTimeUs,
    lastTimeUs,
    members: tree,
    accounts: accounts.size,
    notionalQuanta,
    depth,
    displacement: furthestApart(marks, instrument, firstTimeUs, lastTimeUs),
  };
}

/** So many marks are read at a time. */
const PART_ROWS = 1024;

/** Mark less shadow mark of an instrument where its size is largest between two times, both inclusive. */
export function furthestApart(marks: Table, instrument: number, fromUs: number, untilUs: number): Displacement {
  let furthest: Displacement = { ticks: 0, ratio: 0 };
  const until = firstAfter(marks, untilUs);
  for (let from = firstAfter(marks, fromUs - 1); from < until; from += PART_ROWS) {
    const part = (name: string) => marks.numbers(name, from, Math.min(from + PART_ROWS, until));
    const [mark, shadow, instruments] = [part("mark_ticks"), part("shadow_mark_ticks"), part("instrument")];
    for (let row = 0; row < mark.length; row++) {
      if (instruments[row] !== instrument) continue;
      const ticks = (mark[row] as number) - (shadow[row] as number);
      if (Math.abs(ticks) > Math.abs(furthest.ticks)) furthest = { ticks, ratio: ticks / (shadow[row] as number) };
    }
  }
  return furthest;
}

/** First row after a time, in rising times; a row is read by itself, since the marks of a long run are not in memory. */
function firstAfter(marks: Table, timeUs: number): number {
  let low = 0;
  let high = marks.rowCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks.numbers("time_us", middle, middle + 1)[0] as number) <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
